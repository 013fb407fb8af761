// Durations as people read them.
#include "base/units.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const int64_t US = 1000, MS = 1000000, SECOND = 1000000000;

static void is(int64_t ns, const char *expected)
{
	struct text t = { 0 };

	units_duration(&t, ns);
	assert_false(t.failed);
	assert_string_equal(t.s, expected);
	text_release(&t);
}

static void short_times_have_three_decimals(void **state)
{
	(void)state;
	is(0, "0 us");
	is(999, "0 us");
	is(35 * US, "35 us");
	is(MS - 1, "999 us");
	is(MS, "1.000 ms");
	is(102798 * US, "102.798 ms");
	is(999499 * US, "999.499 ms");
	is(SECOND, "1.000 s");
	is(19895 * MS, "19.895 s");
	is(61007 * MS, "61.007 s");
	is(1000499 * US, "1.000 s");
	is(1000500 * US, "1.001 s");
}

static void long_times_have_two_units(void **state)
{
	(void)state;
	is(599999 * MS, "599.999 s");
	is(600 * SECOND, "10 min 0 s");
	is(924 * SECOND, "15 min 24 s");
	is(3599 * SECOND, "59 min 59 s");
	is(7200 * SECOND, "2 h 0 min");
	is(48 * 3600 * SECOND - 60 * SECOND, "47 h 59 min");
	is(48 * 3600 * SECOND, "2 d 0 h");
	is((12 * 24 + 3) * 3600 * SECOND, "12 d 3 h");
	is(INT64_MAX, "106,751 d 23 h");
}

static void negative_times_have_a_sign(void **state)
{
	(void)state;
	is(-35 * US, "-35 us");
	is(-102798 * US, "-102.798 ms");
	is(-924 * SECOND, "-15 min 24 s");
	is(INT64_MIN, "-106,751 d 23 h");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_times_have_three_decimals),
		cmocka_unit_test(long_times_have_two_units),
		cmocka_unit_test(negative_times_have_a_sign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
