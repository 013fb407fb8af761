// Connections that are over, whose slots lie in a file: they are found there as
// they were in memory.
#include "base/spill.h"
#include "track/flow_table.h"

#include "talk.h"

enum { MANY = 20000 }; // far more than slots stay in memory

static struct spill *file;
static struct flow_table *t;

static int setup(void **state)
{
	(void)state;
	file = spill_open(NULL, 1);
	t = flow_table_new();
	assert_true(flow_spill(t, file, 1 << 16));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	flow_table_free(t);
	spill_close(file);
	return 0;
}

static uint32_t index_by(const struct segment *s)
{
	struct flow_hint h = flow_fetch_slot(t, s);
	struct flow_seen seen;

	assert_true(flow_segment(t, s, &h, &seen));
	return seen.index;
}

static uint32_t index_of(uint32_t i, enum side from, uint8_t flags)
{
	struct segment s = talk_lone(i, from, flags);

	return index_by(&s);
}

// Begins all, each of which is over at once but for every n-th.
static void begin_all(uint32_t n)
{
	for (uint32_t i = 0; i < MANY; i++) {
		assert_int_equal(index_of(i, CLIENT, TCP_SYN), i);
		index_of(i, SERVER, TCP_SYN | TCP_ACK);
		if (!n || i % n)
			flow_release(t, i);
		if (flow_may_cool(t))
			flow_cool(t);
	}
}

static void who_is_over_is_found_again(void **state)
{
	(void)state;
	begin_all(0);
	for (uint32_t round = 0; round < 2; round++)
		for (uint32_t i = 0; i < MANY; i++) {
			assert_int_equal(index_of(i, SERVER, TCP_ACK), i);
			assert_int_equal(index_of(i, CLIENT, TCP_ACK), i);
		}
	assert_int_equal(flow_count(t), MANY);
	assert_int_equal(flow_record(t, 3)->packets[CLIENT], 2);
}

static void who_lives_on_is_not_forgotten(void **state)
{
	struct flow_room room;

	(void)state;
	begin_all(3);
	for (uint32_t i = 0; i < MANY; i++) {
		assert_int_equal(index_of(i, CLIENT, TCP_ACK), i);
		assert_int_equal(!flow_live(t, i, &room), i % 3 != 0);
	}
	assert_int_equal(flow_count(t), MANY);
}

// The newest on its addresses and ports is found, and knows that it is not the
// first.
static void a_new_one_takes_the_place_of_one_that_is_over(void **state)
{
	(void)state;
	begin_all(0);
	for (uint32_t i = 0; i < MANY; i++) {
		assert_int_equal(index_of(i, CLIENT, TCP_SYN), MANY + i);
		assert_true(flow_record(t, i)->replaced);
		flow_release(t, MANY + i);
	}
	for (uint32_t i = 0; i < MANY; i++)
		assert_int_equal(index_of(i, SERVER, TCP_ACK), MANY + i);
	assert_int_equal(flow_count(t), 2 * MANY);
}

// Decided early, for want of memory; then its SYN comes once more.
static void a_repeated_syn_begins_nothing(void **state)
{
	struct segment s = talk_lone(7, CLIENT, TCP_SYN);

	(void)state;
	assert_int_equal(index_by(&s), 0);
	flow_release(t, 0);
	s.time += INT64_C(60000000000);
	assert_int_equal(index_by(&s), 0);
	assert_int_equal(flow_record(t, 0)->packets[CLIENT], 1);
	s.time += INT64_C(181000000000);
	assert_int_equal(index_by(&s), 1);
}

static void little_of_it_is_in_memory(void **state)
{
	(void)state;
	begin_all(0);
	assert_true(flow_memory(t) < (size_t)MANY * 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_is_over_is_found_again,
						setup, teardown),
		cmocka_unit_test_setup_teardown(who_lives_on_is_not_forgotten,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_new_one_takes_the_place_of_one_that_is_over, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(a_repeated_syn_begins_nothing,
						setup, teardown),
		cmocka_unit_test_setup_teardown(little_of_it_is_in_memory,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
