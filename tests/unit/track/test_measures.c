// What is measured of a connection's life.
#include "track/measures.h"

#include "talk.h"

#define OPEN "cS sSA cA "

static struct measures measured(const char *script)
{
	struct talk t = talk_new();
	struct measures m;

	talk(&t, script);
	m = measures_of(talk_flow(&t));
	talk_free(&t);
	return m;
}

// Words come 1 ms after each other.
static void the_round_trip_is_both_sides(void **state)
{
	(void)state;
	assert_int_equal(measured(OPEN).rtt, 2 * TALK_MS);
	assert_int_equal(measured("cS ~300 sSA ~200 cA").rtt, 500 * TALK_US);
	assert_int_equal(measured("cS sSA").rtt, 0);
	assert_int_equal(measured("cS cS-1 cS-1").rtt, 0);
	assert_int_equal(measured("cS sSA cA ~100 c9A ~50 sA").rtt,
			 1050 * TALK_US);
}

static void the_longest_idle_time_counts(void **state)
{
	(void)state;
	assert_int_equal(measured(OPEN "@500 c9A sA @300 c9A sA").idle,
			 501 * TALK_MS);
	assert_int_equal(measured("cS").idle, 0);
}

static void a_closed_window_counts_until_it_opens(void **state)
{
	(void)state;
	assert_int_equal(measured(OPEN "c9A sAw0 @99 sAw9").zero_window,
			 100 * TALK_MS);
	assert_int_equal(
	    measured(OPEN "c9A sAw0 @99 sAw9 c9A sAw0 @49 sAw9").zero_window,
	    150 * TALK_MS);
	// Both sides'; what is closed still counts up to the last segment.
	assert_int_equal(measured(OPEN "c9Aw0 sAw0 @7 sAw9 @2 sA").zero_window,
			 (12 + 8) * TALK_MS);
	assert_int_equal(measured(OPEN "c9A sA").zero_window, 0);
}

static void retransmissions_count_by_side(void **state)
{
	struct measures m =
	    measured("cS @999 cS-1 sSA cA c9A @300 c9A-9 @600 c9A-9 sA "
		     "s5A @300 s5A-5");

	(void)state;
	assert_int_equal(m.retransmissions[CLIENT], 3);
	assert_int_equal(m.retransmissions[SERVER], 1);
}

static void what_the_capture_lacks_counts(void **state)
{
	(void)state;
	assert_int_equal(measured(OPEN "c9A! c9A sA").missing, 9);
	assert_int_equal(measured(OPEN "c9A! c9A sA s7A! s7A").missing, 16);
	assert_int_equal(measured(OPEN "c9A sA").missing, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_round_trip_is_both_sides),
		cmocka_unit_test(the_longest_idle_time_counts),
		cmocka_unit_test(a_closed_window_counts_until_it_opens),
		cmocka_unit_test(retransmissions_count_by_side),
		cmocka_unit_test(what_the_capture_lacks_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
