// Text that grows, and what becomes of it when there is no memory.
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void filling_repeats(void **state)
{
	struct text t = { 0 };

	(void)state;
	text_fill(&t, "ab", 3);
	text_fill(&t, "c", 0);
	assert_string_equal(t.s, "ababab");
	text_release(&t);
}

// Widths that were computed from what failed may be anything.
static void filling_ends_where_a_text_has_failed(void **state)
{
	char memory[8];
	struct text t = text_in(memory, sizeof memory);

	(void)state;
	text_fill(&t, "abc", SIZE_MAX);
	assert_true(t.failed);
	assert_string_equal(t.s, "abcabc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filling_repeats),
		cmocka_unit_test(filling_ends_where_a_text_has_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
