// Short strings and their numbers.
#include "base/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { MANY = 5000 };

static struct names p;

static int teardown(void **state)
{
	(void)state;
	names_free(&p);
	return 0;
}

static void the_empty_string_is_0(void **state)
{
	(void)state;
	assert_string_equal(names_get(&p, 0), ""); // also before there is any
	assert_int_equal(names_put(&p, ""), 0);
	assert_int_not_equal(names_put(&p, "S"), 0);
	assert_int_equal(names_put(&p, ""), 0);
	assert_string_equal(names_get(&p, 0), "");
}

static void numbers_that_nobody_got_are_empty(void **state)
{
	(void)state;
	names_put(&p, "S");
	assert_string_equal(names_get(&p, 2), "");
	assert_string_equal(names_get(&p, UINT32_MAX), "");
}

static void equal_strings_share_a_number(void **state)
{
	uint32_t s = names_put(&p, "S"), sh = names_put(&p, "Sh");

	(void)state;
	assert_int_not_equal(s, sh);
	assert_int_equal(names_put(&p, "S"), s);
	assert_int_equal(names_put(&p, "Sh"), sh);
	assert_int_equal(p.n, 3);
}

static void numbers_outlive_growth(void **state)
{
	uint32_t number[MANY];
	char s[16];

	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(s, sizeof s, "%ux", i * 7919);
		number[i] = names_put(&p, s);
		assert_int_equal(number[i], i + 1);
	}
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(s, sizeof s, "%ux", i * 7919);
		assert_string_equal(names_get(&p, number[i]), s);
		assert_int_equal(names_put(&p, s), number[i]);
	}
}

static void long_strings_are_cut(void **state)
{
	static const char whole[] = "ShADadFfShADadFfShADadF",
			  longer[] = "ShADadFfShADadFfShADadFf",
			  shorter[] = "ShADadFfShADadFfShADad";
	uint32_t n = names_put(&p, whole);

	(void)state;
	assert_int_equal(sizeof(whole) - 1, NAME_MOST);
	assert_string_equal(names_get(&p, n), whole);
	assert_int_equal(names_put(&p, longer), n);
	assert_int_not_equal(names_put(&p, shorter), n);
}

// The most slots that a search may have to look at.
static size_t longest_run(void)
{
	size_t longest = 0, run = 0;

	for (size_t i = 0; i < p.size * 2; i++) {
		run = p.slot[i] ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

// Whoever makes a capture chooses its histories.
static void no_letters_make_searches_long(void **state)
{
	(void)state;
	for (unsigned at = 0; at + 4 <= NAME_MOST; at++) {
		for (unsigned i = 0; i < MANY; i++) {
			char s[] = "ShADadFfShADadFfShADadF";
			for (unsigned k = 0; k < 4; k++)
				s[at + k] = (char)('a' + (i >> 4 * k & 15));
			names_put(&p, s);
		}
		assert_in_range(longest_run(), 1, 200);
		names_free(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(the_empty_string_is_0, teardown),
		cmocka_unit_test_teardown(numbers_that_nobody_got_are_empty,
					  teardown),
		cmocka_unit_test_teardown(equal_strings_share_a_number,
					  teardown),
		cmocka_unit_test_teardown(numbers_outlive_growth, teardown),
		cmocka_unit_test_teardown(long_strings_are_cut, teardown),
		cmocka_unit_test_teardown(no_letters_make_searches_long,
					  teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
