// What terminals answer when they are asked for their ground.
#include "background.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DA "\033[?62;22c"

static enum background ground(const char *s, struct typed *typed, bool *over)
{
	return background_read(s, strlen(s), typed, over);
}

static void light_and_dark_are_told(void **state)
{
	static const struct {
		const char *answer;
		enum background ground;
	} cases[] = {
		{ "\033]11;rgb:ffff/ffff/ffff\033\\" DA, BACKGROUND_LIGHT },
		{ "\033]11;rgb:0000/0000/0000\033\\" DA, BACKGROUND_DARK },
		{ "\033]11;rgb:fd/f6/e3\a" DA, BACKGROUND_LIGHT },
		{ "\033]11;rgb:0000/2b2b/3636\a" DA, BACKGROUND_DARK },
		{ "\033]11;rgb:f/f/f\a" DA, BACKGROUND_LIGHT },
		{ "\033]11;rgb:zz/f/f\a" DA, BACKGROUND_UNKNOWN },
		{ DA, BACKGROUND_UNKNOWN },
	};
	struct typed typed;
	bool over;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(ground(cases[i].answer, &typed, &over),
				 cases[i].ground);
		assert_true(over);
		assert_int_equal(typed.n, 0);
	}
}

static void what_was_typed_meanwhile_is_kept(void **state)
{
	struct typed typed;
	bool over;

	(void)state;
	assert_int_equal(ground("a\033]11;rgb:0/0/0\033\\jj" DA "q", &typed,
				&over),
			 BACKGROUND_DARK);
	assert_int_equal(typed.n, 4);
	assert_memory_equal(typed.bytes, "ajjq", 4);
}

static void half_an_answer_is_waited_for(void **state)
{
	const char whole[] = "\033]11;rgb:ffff/ffff/ffff\033\\" DA;
	struct typed typed;
	bool over;

	(void)state;
	for (size_t n = 3; n < sizeof whole - 1; n++) {
		background_read(whole, n, &typed, &over);
		assert_false(over);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(light_and_dark_are_told),
		cmocka_unit_test(what_was_typed_meanwhile_is_kept),
		cmocka_unit_test(half_an_answer_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
