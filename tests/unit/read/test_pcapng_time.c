#include "read/pcapng_time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct tick_case {
	uint8_t resolution;
	int64_t offset;
	uint64_t ticks;
	int64_t time;
};

static const struct tick_case cases[] = {
	{ 6, 0, 1700000000123456, 1700000000123456000 },
	{ 9, 0, 1700000000123456789, 1700000000123456789 },
	{ 0, 0, 1700000000, 1700000000000000000 },
	{ 3, 0, 1700000000123, 1700000000123000000 },
	{ 8, 0, 170000000012345678, 1700000000123456780 },
	// Finer than a nanosecond: cut.
	{ 12, 0, 1700000123456789, 1700000123456 },
	{ 19, 0, UINT64_MAX, 1844674407 },
	{ 0x80, 0, 12, 12000000000 },
	{ 0x80 | 10, 0, 1536, 1500000000 },
	{ 0x80 | 20, 0, (UINT64_C(1700000000) << 20) | (1 << 19),
	  1700000000500000000 },
	{ 0x80 | 32, 0, (UINT64_C(1700000000) << 32) | (UINT64_C(1) << 30),
	  1700000000250000000 },
	{ 0x80 | 40, 0, UINT64_C(3) << 39, 1500000000 },
	{ 0x80 | 63, 0, UINT64_C(3) << 62, 1500000000 },
	{ 6, 1700000000, 123456, 1700000000123456000 },
	{ 6, -1, 1123456, 123456000 },
	{ 9, -1700000000, 1700000000123456789, 123456789 },
	{ 0x80 | 10, 100, 512, 100500000000 },
	// Whatever a file says, no time is beyond the limit.
	{ 6, 0, UINT64_MAX, PCAPNG_TIME_LIMIT },
	{ 9, 0, UINT64_MAX, PCAPNG_TIME_LIMIT },
	{ 0, 0, UINT64_MAX, PCAPNG_TIME_LIMIT },
	{ 0, INT64_MAX, UINT64_MAX, PCAPNG_TIME_LIMIT },
	{ 0, INT64_MIN, UINT64_MAX, 0 },
	{ 6, INT64_MAX, 0, PCAPNG_TIME_LIMIT },
	{ 6, INT64_MIN, 0, 0 },
	{ 6, -PCAPNG_TIME_LIMIT / 1000000000, 0, 0 },
	// ... nor before 1970.
	{ 6, -1, 999999, 0 },
	{ 6, -1, 1000000, 0 },
	{ 6, -1, 0, 0 },
};

static void ticks_become_nanoseconds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct tick_case *c = &cases[i];
		struct pcapng_clock t = pcapng_clock_default;
		assert_true(pcapng_clock_resolution(&t, c->resolution));
		t.offset = c->offset;
		if (pcapng_clock_time(&t, c->ticks) != c->time)
			fail_msg("case %zu: %lld instead of %lld", i,
				 (long long)pcapng_clock_time(&t, c->ticks),
				 (long long)c->time);
	}
}

static void microseconds_are_the_default(void **state)
{
	(void)state;
	assert_int_equal(pcapng_clock_time(&pcapng_clock_default, 1500000),
			 1500000000);
}

// What rules do with times: twice a difference, and a margin.
static void arithmetic_with_times_has_room(void **state)
{
	const int64_t half_a_minute = INT64_C(30000000000);
	int64_t sum;

	(void)state;
	assert_false(__builtin_mul_overflow(PCAPNG_TIME_LIMIT, 2, &sum));
	assert_false(__builtin_add_overflow(sum, half_a_minute, &sum));
	// The latest that a pcap file can say, in 2106.
	assert_true(UINT32_MAX * INT64_C(1000000000) +
			UINT32_MAX * INT64_C(1000) <
		    PCAPNG_TIME_LIMIT);
}

static void impossible_resolutions_are_refused(void **state)
{
	struct pcapng_clock t = pcapng_clock_default;
	(void)state;
	assert_false(pcapng_clock_resolution(&t, 20));
	assert_false(pcapng_clock_resolution(&t, 127));
	assert_false(pcapng_clock_resolution(&t, 0x80 | 64));
	assert_false(pcapng_clock_resolution(&t, 255));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ticks_become_nanoseconds),
		cmocka_unit_test(microseconds_are_the_default),
		cmocka_unit_test(arithmetic_with_times_has_room),
		cmocka_unit_test(impossible_resolutions_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
