// Zones know their offset at any time, against the C library, and leave TZ as
// it was.
#include "base/zone.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/calendar.h"
#include "skip.h"

static const char *const names[] = { "Europe/Berlin",       "America/New_York",
				     "Asia/Kathmandu",      "Africa/Casablanca",
				     "Australia/Lord_Howe", "Pacific/Apia" };

enum { NAMES = sizeof names / sizeof *names };

// What the C library says, with that zone as the process's.
static int32_t expected(int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	localtime_r(&t, &tm);
	return (int32_t)tm.tm_gmtoff;
}

static void zones_agree_with_the_c_library(void **state)
{
	(void)state;
	if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK))
		skip_because("no zoneinfo");
	for (size_t i = 0; i < NAMES; i++) {
		struct zone *z = zone_named(names[i]);

		assert_non_null(z);
		setenv("TZ", names[i], 1);
		tzset();
		for (int64_t s = 0; s < 9000000000; s += 86400 + 3607)
			assert_int_equal(zone_east(z, s), expected(s));
		unsetenv("TZ");
		tzset();
		zone_free(z);
	}
}

// A name's rules hold to the second, and what is shown leads back to it.
static void summer_begins_on_its_second(void **state)
{
	static const int64_t begin = 1774746000; // 2026-03-29T01:00Z
	struct zone *z;

	(void)state;
	if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK))
		skip_because("no zoneinfo");
	z = zone_named("Europe/Berlin");
	assert_int_equal(zone_east(z, begin - 1), 3600);
	assert_int_equal(zone_east(z, begin), 7200);
	for (int64_t s = begin - 2 * CALENDAR_DAY; s < begin + CALENDAR_DAY;
	     s += 600)
		assert_int_equal(zone_east_shown(z, s + zone_east(z, s)),
				 zone_east(z, s));
	zone_free(z);
}

static void the_zone_of_the_process_stays(void **state)
{
	struct zone *local, *other;

	(void)state;
	setenv("TZ", "XXX-5:30", 1);
	tzset();
	other = zone_named("Europe/Berlin");
	zone_free(other);
	assert_string_equal(getenv("TZ"), "XXX-5:30");
	assert_int_equal(expected(0), 19800);
	local = zone_local();
	assert_int_equal(zone_east(local, 0), 19800);
	assert_int_equal(zone_east(local, INT64_MAX), 19800);
	assert_int_equal(zone_east(local, INT64_MIN), 19800);
	assert_int_equal(zone_east(NULL, 0), 0);
	zone_free(local);
	unsetenv("TZ");
	tzset();
}

static void what_is_no_zone_is_none(void **state)
{
	static const char *const wrong[] = {
		"",
		"Europe",
		"Europe/",
		"Mars/Olympus",
		"+99:99",
		"+19",
		"+1x",
		"+02:0",
		"02:00",
		"tzdata.zi",
		"../etc",
		"zone.tab",
		"Europe/../..",
		"+",
		"Z1",
	};
	static const struct {
		const char *name;
		int32_t east;
	} right[] = {
		{ "UTC", 0 },         { "Z", 0 },         { "+2", 7200 },
		{ "-05:30", -19800 }, { "+0530", 19800 }, { "-12", -43200 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		print_message("%s\n", wrong[i]);
		errno = 0;
		assert_null(zone_named(wrong[i]));
		assert_int_equal(errno, EINVAL);
	}
	for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
		struct zone *z = zone_named(right[i].name);

		assert_non_null(z);
		assert_int_equal(zone_east(z, 1795274128), right[i].east);
		zone_free(z);
	}
}

static void the_time_of_day_is_its_own(void **state)
{
	static const int64_t second = 1000000000;
	struct zone *z = zone_named("-03:00");

	(void)state;
	assert_true(zone_of_day(NULL, -1) == 86400 * second - 1);
	assert_true(zone_of_day(NULL, 86400 * second + 5) == 5);
	assert_true(zone_of_day(z, 3600 * second) == 22 * 3600 * second);
	assert_true(zone_of_day(z, INT64_MIN) >= 0);
	assert_true(zone_of_day(z, INT64_MAX) < 86400 * second);
	zone_free(z);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zones_agree_with_the_c_library),
		cmocka_unit_test(summer_begins_on_its_second),
		cmocka_unit_test(the_zone_of_the_process_stays),
		cmocka_unit_test(what_is_no_zone_is_none),
		cmocka_unit_test(the_time_of_day_is_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
