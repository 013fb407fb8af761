// Days, dates and offsets from UTC, against the C library.
#include "base/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

static struct date date_of(const struct tm *tm)
{
	return (struct date){ tm->tm_year + 1900,    (unsigned)tm->tm_mon + 1,
			      (unsigned)tm->tm_mday, (unsigned)tm->tm_hour,
			      (unsigned)tm->tm_min,  (unsigned)tm->tm_sec };
}

// Field by field: between them there may be anything.
static void same_date(const struct date *a, const struct date *b)
{
	assert_true(a->year == b->year);
	assert_int_equal(a->month, b->month);
	assert_int_equal(a->day, b->day);
	assert_int_equal(a->hour, b->hour);
	assert_int_equal(a->minute, b->minute);
	assert_int_equal(a->second, b->second);
}

static void dates_agree_with_the_c_library(void **state)
{
	(void)state;
	for (int64_t s = -5000000000; s < 9223372036; s += 86400 * 3 + 12345) {
		time_t t = (time_t)s;
		struct tm tm;
		struct date d = calendar_date(s), expected;

		assert_non_null(gmtime_r(&t, &tm));
		expected = date_of(&tm);
		same_date(&d, &expected);
		assert_true(calendar_seconds(&d) == s);
		if (s >= 0 && d.year <= 2261)
			assert_true(calendar_exists(&d));
	}
}

static void a_day_that_is_in_no_calendar_does_not_exist(void **state)
{
	static const struct date wrong[] = {
		{ 2026, 2, 29, 0, 0, 0 }, { 2026, 2, 31, 0, 0, 0 },
		{ 2100, 2, 29, 0, 0, 0 }, { 2026, 4, 31, 0, 0, 0 },
		{ 2026, 0, 1, 0, 0, 0 },  { 2026, 13, 1, 0, 0, 0 },
		{ 2026, 1, 0, 0, 0, 0 },  { 2026, 1, 32, 0, 0, 0 },
		{ 2026, 1, 1, 24, 0, 0 }, { 2026, 1, 1, 0, 60, 0 },
		{ 2026, 1, 1, 0, 0, 61 }, { 1969, 12, 31, 0, 0, 0 },
		{ 2262, 1, 1, 0, 0, 0 },  { 6497, 1, 1, 0, 0, 0 },
		{ 0, 0, 0, 0, 0, 0 },
	};
	static const struct date right[] = {
		{ 2024, 2, 29, 0, 0, 0 },
		{ 2000, 2, 29, 23, 59, 60 },
		{ 1970, 1, 1, 0, 0, 0 },
		{ 2261, 12, 31, 23, 59, 59 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(calendar_exists(&wrong[i]));
	for (size_t i = 0; i < sizeof right / sizeof *right; i++)
		assert_true(calendar_exists(&right[i]));
}

static void offsets_have_their_forms_and_bounds(void **state)
{
	static const struct {
		const char *s;
		bool is;
		int32_t east;
		const char *rest;
	} cases[] = {
		{ "Z", true, 0, "" },
		{ "+02:00", true, 7200, "" },
		{ "-0530", true, -19800, "" },
		{ "+14 x", true, 50400, " x" },
		{ "+02:xx", true, 7200, ":xx" },
		{ "+99:99", false, 0, "+99:99" },
		{ "+19:00", false, 0, "+19:00" },
		{ "+01:60", false, 0, "+01:60" },
		{ "+1", false, 0, "+1" },
		{ "+012", false, 0, "+012" },
		{ "", false, 0, "" },
		{ "02:00", false, 0, "02:00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *s = cases[i].s;
		int32_t east = 0;

		print_message("%s\n", s);
		assert_int_equal(calendar_offset(&s, &east), cases[i].is);
		assert_string_equal(s, cases[i].rest);
		assert_int_equal(east, cases[i].east);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_agree_with_the_c_library),
		cmocka_unit_test(a_day_that_is_in_no_calendar_does_not_exist),
		cmocka_unit_test(offsets_have_their_forms_and_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
