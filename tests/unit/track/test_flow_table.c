// Where connections are found: hints are hints, and growth moves nothing.
#include "track/flow_table.h"

#include "talk.h"

enum { MANY = 2000 }; // more than the first slots

static uint32_t index_by(struct flow_table *t, const struct segment *s,
			 const struct flow_hint *h)
{
	struct flow_seen seen;

	assert_true(flow_segment(t, s, h, &seen));
	assert_int_equal(seen.side, s->dst_port == 80 ? CLIENT : SERVER);
	return seen.index;
}

// Without more than the hash.
static uint32_t index_of(struct flow_table *t, const struct segment *s)
{
	struct flow_hint h = flow_fetch_slot(t, s);

	return index_by(t, s, &h);
}

static struct flow_hint hint_of(const struct flow_table *t,
				const struct segment *s)
{
	struct flow_hint h = flow_fetch_slot(t, s);

	flow_fetch_record(t, &h);
	flow_fetch_live(t, &h, s);
	return h;
}

static struct flow_table *table_of(uint32_t n)
{
	struct flow_table *t = flow_table_new();

	assert_non_null(t);
	for (uint32_t i = 0; i < n; i++) {
		struct segment s = talk_lone(i, CLIENT, TCP_SYN);
		assert_int_equal(index_of(t, &s), i);
	}
	return t;
}

static void hints_know_the_record_and_the_sender(void **state)
{
	enum { FEW = 700 }; // no slot is free of company
	struct flow_table *t = table_of(FEW);

	(void)state;
	for (uint32_t i = 0; i < FEW; i++)
		for (enum side x = CLIENT; x <= SERVER; x++) {
			struct segment s = talk_lone(i, x, TCP_ACK);
			struct flow_hint h = hint_of(t, &s);
			assert_int_equal(h.index, i + 1);
			assert_int_equal(h.side, x);
			assert_int_equal(index_by(t, &s, &h), i);
			assert_int_equal(index_of(t, &s), i);
		}
	assert_int_equal(flow_count(t), FEW);
	flow_table_free(t);
}

static void nor_does_a_hint_find_what_is_not_there(void **state)
{
	struct flow_table *t = table_of(100);

	(void)state;
	for (uint32_t i = 0; i < 200; i++) {
		struct segment s = talk_lone(100 + i, CLIENT, TCP_SYN);
		struct flow_hint h = hint_of(t, &s);
		assert_int_equal(h.index, 0);
		assert_int_equal(index_by(t, &s, &h), 100 + i);
	}
	flow_table_free(t);
}

// Both ports are one, and so does the hint not know who speaks.
static void one_port_for_both_needs_the_addresses(void **state)
{
	struct flow_table *t = table_of(0);
	struct segment there = talk_lone(60, CLIENT, TCP_SYN);
	struct segment back = talk_lone(60, SERVER, TCP_ACK);
	struct flow_seen seen;
	struct flow_hint h;

	(void)state;
	there.src_port = back.dst_port = 80;
	h = hint_of(t, &there);
	assert_true(flow_segment(t, &there, &h, &seen));
	assert_int_equal(seen.side, CLIENT);
	h = hint_of(t, &back);
	assert_true(flow_segment(t, &back, &h, &seen));
	assert_int_equal(seen.side, SERVER);
	h = hint_of(t, &there);
	assert_true(flow_segment(t, &there, &h, &seen));
	assert_int_equal(seen.side, CLIENT);
	assert_int_equal(flow_count(t), 1);
	flow_table_free(t);
}

// A hint is asked for, others begin, the slots double, and then it is used.
static void hints_outlive_growth(void **state)
{
	static struct flow_hint hint[MANY];
	struct flow_table *t = table_of(500);

	(void)state;
	for (uint32_t i = 0; i < MANY; i++) {
		struct segment s = talk_lone(i, CLIENT, TCP_SYN);
		hint[i] = hint_of(t, &s);
	}
	for (uint32_t i = 500; i < MANY; i++) {
		struct segment s = talk_lone(i, CLIENT, TCP_SYN);
		assert_int_equal(index_by(t, &s, &hint[i]), i);
	}
	for (uint32_t i = 0; i < MANY; i++) {
		struct segment s = talk_lone(i, CLIENT, TCP_ACK);
		assert_int_equal(index_by(t, &s, &hint[i]), i);
		// From where it was then to what is there now.
		flow_fetch_live(t, &hint[i], &s);
		assert_int_equal(index_by(t, &s, &hint[i]), i);
	}
	assert_int_equal(flow_count(t), MANY);
	flow_table_free(t);
}

static void growth_moves_neither_records_nor_states(void **state)
{
	struct flow_table *t = table_of(1);
	const struct connection *first = flow_record(t, 0);
	uint16_t port = first->port[CLIENT];
	struct flow_room room;

	(void)state;
	for (uint32_t i = 1; i < 20 * MANY; i++) {
		struct segment s = talk_lone(i, CLIENT, TCP_SYN);
		assert_int_equal(index_of(t, &s), i);
	}
	assert_ptr_equal(flow_record(t, 0), first);
	assert_int_equal(first->port[CLIENT], port);
	for (uint32_t i = 0; i < 20 * MANY; i += 371) {
		assert_int_equal(flow_live(t, i, &room)->index, i);
		assert_int_equal(flow_live(t, i, &room)->end[CLIENT].isn, i);
	}
	flow_table_free(t);
}

// The two ways round have one hash.
static void both_sides_have_one_hash(void **state)
{
	struct flow_table *t = table_of(0);

	(void)state;
	for (uint32_t i = 0; i < MANY; i++) {
		struct segment a = talk_lone(i, CLIENT, 0);
		struct segment b = talk_lone(i, SERVER, 0);
		assert_true(flow_hash(t, &a) == flow_hash(t, &b));
	}
	flow_table_free(t);
}

// The newest on the same addresses and ports takes the place of the older.
static void a_hint_to_the_older_leads_to_the_newer(void **state)
{
	struct flow_table *t = table_of(100);
	struct segment s = talk_lone(7, CLIENT, TCP_SYN);
	struct flow_hint h = hint_of(t, &s);
	struct flow_room room;

	(void)state;
	assert_int_equal(h.index, 8);
	s.seq += 70000;
	assert_int_equal(index_by(t, &s, &h), 100);
	s.seq++;
	s.flags = TCP_ACK;
	assert_int_equal(index_by(t, &s, &h), 100);
	assert_int_equal(index_of(t, &s), 100);
	assert_int_equal(flow_live(t, 100, &room)->older, 8);
	assert_int_equal(flow_live(t, 7, &room)->end[CLIENT].packets, 1);
	flow_table_free(t);
}

struct tagged {
	uint32_t tag, number;
};

static int by_tag(const void *a, const void *b)
{
	const struct tagged *x = a, *y = b;

	return x->tag < y->tag ? -1 : x->tag > y->tag;
}

static struct segment numbered(uint32_t i)
{
	struct segment s = talk_lone(i % 40000, CLIENT, TCP_SYN);

	s.src.b[14] = (uint8_t)(i / 40000);
	return s;
}

// So many that some share the part of the hash that a slot keeps.
static void connections_of_one_tag_keep_apart(void **state)
{
	enum { ALL = 400000 };
	static struct tagged all[ALL];
	struct flow_table *t = table_of(0);
	struct flow_hint h;
	uint32_t index = 0;

	(void)state;
	for (uint32_t i = 0; i < ALL; i++) {
		struct segment s = numbered(i);
		all[i].tag = (uint32_t)flow_hash(t, &s);
		all[i].number = i;
	}
	qsort(all, ALL, sizeof(all[0]), by_tag);
	for (uint32_t i = 1; i < ALL; i++) {
		struct segment a = numbered(all[i - 1].number);
		struct segment b = numbered(all[i].number);
		if (all[i].tag != all[i - 1].tag)
			continue;
		b.seq = a.seq; // no other SYN's by its number
		assert_int_equal(index_of(t, &a), index);
		h = hint_of(t, &b);
		assert_int_equal(index_by(t, &b, &h), index + 1);
		index += 2;
		i++; // a third one would know the second
	}
	assert_in_range(index, 1, ALL); // the odds against it: e^18
	flow_table_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hints_know_the_record_and_the_sender),
		cmocka_unit_test(nor_does_a_hint_find_what_is_not_there),
		cmocka_unit_test(one_port_for_both_needs_the_addresses),
		cmocka_unit_test(hints_outlive_growth),
		cmocka_unit_test(growth_moves_neither_records_nor_states),
		cmocka_unit_test(both_sides_have_one_hash),
		cmocka_unit_test(a_hint_to_the_older_leads_to_the_newer),
		cmocka_unit_test(connections_of_one_tag_keep_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
