// Pages are zero, all there, and given back.
#include "base/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>

#include <cmocka.h>

enum { PAGE = 4096, HUGE = 2 << 20 };

static const size_t sizes[] = { 1,    PAGE,         PAGE + 1, HUGE - 1,
				HUGE, 2 * HUGE + 1, 5 * HUGE };

static bool is_mapped(char *p)
{
	unsigned char there;

	return mincore(p, PAGE, &there) == 0;
}

static bool is_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static void they_are_zero_and_writable_to_the_last(void **state)
{
	(void)state;
	for (enum pages how = PAGES_LATER; how <= PAGES_HUGE; how++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			char *p = pages_new(sizes[i], how);
			assert_non_null(p);
			assert_true(is_zero(p, sizes[i]));
			p[0] = p[sizes[i] - 1] = 1;
			pages_free(p, sizes[i]);
		}
}

static void they_are_given_back(void **state)
{
	(void)state;
	for (enum pages how = PAGES_LATER; how <= PAGES_HUGE; how++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			char *p = pages_new(sizes[i], how);
			char *last;
			assert_non_null(p);
			last = p + (sizes[i] - 1) / PAGE * PAGE;
			assert_true(is_mapped(p) && is_mapped(last));
			pages_free(p, sizes[i]);
			assert_false(is_mapped(p) || is_mapped(last));
		}
	pages_free(NULL, PAGE);
}

static bool is_resident(char *p, size_t bytes)
{
	static unsigned char there[5 * HUGE / PAGE];

	assert_int_equal(mincore(p, bytes, there), 0);
	for (size_t i = 0; i < bytes / PAGE; i++)
		if (!(there[i] & 1))
			return false;
	return true;
}

static void they_come_at_once_if_asked(void **state)
{
	char *now = pages_new(5 * HUGE, PAGES_NOW);
	char *huge = pages_new(5 * HUGE, PAGES_HUGE);
	char *later = pages_new(5 * HUGE, PAGES_LATER);
	bool kernel_does;

	(void)state;
	assert_true(now && huge && later);
	kernel_does = madvise(later, HUGE, MADV_POPULATE_WRITE) == 0;
	assert_false(is_resident(later, 5 * HUGE));
	if (kernel_does) {
		assert_true(is_resident(now, 5 * HUGE));
		assert_true(is_resident(huge, 5 * HUGE));
	}
	pages_free(now, 5 * HUGE);
	pages_free(huge, 5 * HUGE);
	pages_free(later, 5 * HUGE);
}

static void huge_ones_begin_where_they_can(void **state)
{
	enum { MANY = 9, BYTES = HUGE + PAGE };
	char *p[MANY];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		p[i] = pages_new(BYTES, PAGES_HUGE);
		assert_non_null(p[i]);
		assert_int_equal((uintptr_t)p[i] % HUGE, 0);
	}
	for (int i = 0; i < MANY; i++)
		pages_free(p[i], BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_zero_and_writable_to_the_last),
		cmocka_unit_test(they_are_given_back),
		cmocka_unit_test(they_come_at_once_if_asked),
		cmocka_unit_test(huge_ones_begin_where_they_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
