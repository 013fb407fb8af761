// Captures without an end: what was decided and told is forgotten, and its
// record, slot and number stay right.
#include "analysis/analysis.h"
#include "track/flow_table.h"

#include "talk.h"

enum { ALL = 700, ROUNDS = 60 }; // collisions: three slots of four are used

static const int64_t NOW = INT64_C(1700000000000000000);

// The k-th pair of addresses and ports says hello.
static uint32_t hello_at(struct flow_table *t, unsigned k, bool looked_up,
			 int64_t time)
{
	uint8_t client[4] = { 10, 1, (uint8_t)(k >> 8), (uint8_t)k };
	struct segment s = { .src = addr_v4(client),
			     .dst = talk_host(SERVER),
			     .src_port = 40000,
			     .dst_port = 80,
			     .seq = 1000 + k,
			     .flags = TCP_SYN,
			     .time = time,
			     .frame = 1 };
	struct flow_hint h = flow_fetch_slot(t, &s);
	struct flow_seen seen;

	if (looked_up) {
		flow_fetch_record(t, &h);
		flow_fetch_live(t, &h, &s);
	}
	assert_true(flow_segment(t, &s, &h, &seen));
	return seen.index;
}

static uint32_t hello(struct flow_table *t, unsigned k, bool looked_up)
{
	return hello_at(t, k, looked_up, NOW);
}

static void forget(struct flow_table *t, uint32_t index)
{
	flow_release(t, index);
	flow_forget(t, 1, NOW, 0);
}

static void forgotten_slots_are_in_nobodys_way(void **state)
{
	struct flow_table *t = flow_table_new();
	uint32_t index[ALL];
	uint64_t number[ALL], begun = ALL;
	unsigned seed = 7;

	(void)state;
	flow_reuse(t);
	for (unsigned k = 0; k < ALL; k++) {
		index[k] = hello(t, k, false);
		number[k] = flow_number(t, index[k]);
		assert_int_equal(number[k], k + 1);
	}
	for (unsigned round = 0; round < ROUNDS; round++) {
		bool gone[ALL] = { false };
		for (unsigned i = 0; i < ALL / 3; i++) {
			unsigned k = (seed = seed * 1103515245 + 12345) >> 8;
			if (gone[k %= ALL])
				continue;
			gone[k] = true;
			forget(t, index[k]);
		}
		for (unsigned k = 0; k < ALL; k++) {
			uint32_t i = hello(t, k, round % 2);
			if (gone[k]) {
				index[k] = i;
				number[k] = ++begun;
			}
			assert_int_equal(i, index[k]);
			assert_int_equal(flow_number(t, i), number[k]);
		}
	}
	assert_int_equal(flow_begun(t), begun);
	assert_int_equal(flow_count(t), ALL); // no more than lived at a time
	flow_table_free(t);
}

// What the pipeline looked up may have moved before its turn comes.
static void a_stale_hint_finds_its_connection(void **state)
{
	struct flow_table *t = flow_table_new();
	uint32_t index[ALL];
	struct flow_hint hint[ALL];

	(void)state;
	flow_reuse(t);
	for (unsigned k = 0; k < ALL; k++)
		index[k] = hello(t, k, false);
	for (unsigned k = 0; k < ALL; k++) {
		uint8_t client[4] = { 10, 1, (uint8_t)(k >> 8), (uint8_t)k };
		struct segment s = { .src = addr_v4(client),
				     .dst = talk_host(SERVER),
				     .src_port = 40000,
				     .dst_port = 80 };
		hint[k] = flow_fetch_slot(t, &s);
		flow_fetch_record(t, &hint[k]);
		flow_fetch_live(t, &hint[k], &s);
	}
	for (unsigned k = 0; k < ALL; k += 2)
		forget(t, index[k]);
	for (unsigned k = 1; k < ALL; k += 2) {
		uint8_t client[4] = { 10, 1, (uint8_t)(k >> 8), (uint8_t)k };
		struct segment s = { .src = addr_v4(client),
				     .dst = talk_host(SERVER),
				     .src_port = 40000,
				     .dst_port = 80,
				     .flags = TCP_ACK,
				     .time = NOW };
		struct flow_seen seen;
		flow_fetch_live(t, &hint[k], &s);
		assert_true(flow_segment(t, &s, &hint[k], &seen));
		assert_int_equal(seen.index, index[k]);
	}
	flow_table_free(t);
}

static void a_reused_record_is_a_new_one(void **state)
{
	struct flow_table *t = flow_table_new();
	uint32_t first = hello(t, 0, false), second;
	const struct connection *c;

	(void)state;
	flow_table_free(t);
	t = flow_table_new();
	flow_reuse(t);
	first = hello(t, 0, false);
	flow_record(t, first)->packets[SERVER] = 99;
	flow_record(t, first)->verdict = CONNECT_REFUSED;
	forget(t, first);
	second = hello(t, 1, false);
	c = flow_record(t, second);
	assert_int_equal(second, first);
	assert_int_equal(flow_number(t, second), 2);
	assert_int_equal(c->packets[SERVER], 0);
	assert_int_equal(c->verdict, VERDICT_NONE);
	flow_table_free(t);
}

// The whole way ---------------------------------------------------------------

static struct talk streamed(const char *script)
{
	struct talk t = talk_analysis();

	analysis_stream(t.analysis);
	talk(&t, script);
	return t;
}

static const struct connection *only_done(struct talk *t)
{
	uint32_t done[ANALYSIS_DONE];

	assert_true(analysis_flush(t->analysis));
	assert_int_equal(analysis_done(t->analysis, done), 1);
	return analysis_get(t->analysis, done[0]);
}

#define ORDERLY "#1 cS sSA cA c9A sA cFA sFA cA "

static void what_ended_is_handed_over_once(void **state)
{
	struct talk t = streamed(ORDERLY "@12000 #2 cS");
	uint32_t done[ANALYSIS_DONE], *rest;
	const struct connection *c;
	size_t n;

	(void)state;
	assert_int_equal(analysis_done(t.analysis, done), 0);
	c = only_done(&t);
	assert_int_equal(c->verdict, ORDERLY_CLOSE);
	assert_int_equal(c->bytes[CLIENT], 9);
	assert_string_equal(analysis_zeek_history(t.analysis, c), "ShADaFf");
	analysis_forget(t.analysis, 1);
	assert_int_equal(analysis_done(t.analysis, done), 0);
	analysis_settle(t.analysis);
	rest = analysis_rest(t.analysis, &n);
	assert_int_equal(n, 1);
	assert_int_equal(analysis_number(t.analysis, rest[0]), 2);
	free(rest);
	talk_free(&t);
}

// Tells all that is done; returns the numbers of the rest, as digits.
static unsigned rest_of(struct talk *t)
{
	uint32_t done[ANALYSIS_DONE], *rest;
	unsigned digits = 0;
	size_t n;

	assert_true(analysis_flush(t->analysis));
	while ((n = analysis_done(t->analysis, done)) > 0)
		analysis_forget(t->analysis, n);
	analysis_settle(t->analysis);
	rest = analysis_rest(t->analysis, &n);
	for (size_t k = 0; k < n; k++)
		digits = digits * 10 +
			 (unsigned)analysis_number(t->analysis, rest[k]);
	free(rest);
	return digits;
}

static void tell(struct talk *t)
{
	only_done(t);
	analysis_forget(t->analysis, 1);
}

static void late_segments_are_no_new_connection(void **state)
{
	struct talk t = streamed(ORDERLY "@12000 #2 cS");

	(void)state;
	tell(&t);
	talk(&t, "#1 sFA-1 cA @100000 sRA");
	assert_int_equal(rest_of(&t), 2);
	talk_free(&t);
}

static void after_minutes_they_are(void **state)
{
	struct talk t = streamed(ORDERLY "@12000 #2 cS");

	(void)state;
	tell(&t);
	talk(&t, "#2 @125000 cS-1");
	assert_true(analysis_flush(t.analysis));
	analysis_forget(t.analysis, 0);
	talk(&t, "#1 sRA");
	assert_int_equal(rest_of(&t), 23);
	talk_free(&t);
}

static void a_new_syn_is_a_new_connection(void **state)
{
	struct talk t = streamed(ORDERLY "@12000 #2 cS");

	(void)state;
	tell(&t);
	talk(&t, "#1 cS+5000");
	assert_int_equal(rest_of(&t), 23);
	talk_free(&t);
}

// The client forgot the connection; its new SYN, and the RST that this brings.
static void who_lost_its_place_is_decided_by_the_rst(void **state)
{
	struct talk t = streamed("#1 cS sSA cA c9A sA ");
	struct talk_line old = t.line[1];
	const struct connection *c;

	(void)state;
	t.now += 60000 * TALK_MS;
	talk_isn(&t, 500000000, old.next[SERVER]);
	t.line[1].next[SERVER] = old.next[SERVER];
	talk(&t, "cS ");
	t.line[1].next[CLIENT] = old.next[CLIENT];
	talk(&t, "sA cR @20000 #2 cS");
	c = only_done(&t);
	assert_int_equal(analysis_number(t.analysis, 0), 1);
	assert_int_equal(c->verdict, RESET_STALE_PEER);
	assert_int_not_equal(c->confidence, CERTAIN);
	talk_free(&t);
}

static enum confidence linger_zero(bool streams)
{
	struct talk t = talk_analysis();
	enum confidence c;

	if (streams)
		analysis_stream(t.analysis);
	talk(&t, "#1 cS sSA cA sRA @12000 #2 cS @300 cS-1");
	if (streams) {
		c = only_done(&t)->confidence;
	} else {
		analysis_settle(t.analysis);
		c = analysis_get(t.analysis, 0)->confidence;
	}
	talk_free(&t);
	return c;
}

static void neighbours_that_were_not_asked_cost_confidence(void **state)
{
	(void)state;
	assert_int_equal(linger_zero(false), LIKELY);
	assert_int_equal(linger_zero(true), POSSIBLE);
}

static bool is_named(struct flow_table *t, uint32_t index, int64_t now)
{
	uint32_t due[FLOW_DUE];
	size_t n = flow_due(t, now, due);

	for (size_t i = 0; i < n; i++)
		if (due[i] == index)
			return true;
	return false;
}

// A younger one may stand before it, in a record that was used again.
static void who_is_never_answered_is_found_in_any_record(void **state)
{
	const int64_t second = INT64_C(1000000000);
	struct flow_table *t = flow_table_new();
	uint32_t first, stale;
	unsigned k = 0;

	(void)state;
	flow_reuse(t);
	first = hello(t, k++, false);
	stale = hello(t, k++, false);
	while (k < FLOW_DUE)
		hello_at(t, k++, false, NOW + 150 * second);
	assert_false(is_named(t, stale, NOW + 150 * second));
	forget(t, first);
	assert_int_equal(hello_at(t, k++, false, NOW + 170 * second), first);
	while (k < 3 * FLOW_DUE)
		hello_at(t, k++, false, NOW + 190 * second);
	assert_true(is_named(t, stale, NOW + 190 * second));
	flow_table_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forgotten_slots_are_in_nobodys_way),
		cmocka_unit_test(a_stale_hint_finds_its_connection),
		cmocka_unit_test(a_reused_record_is_a_new_one),
		cmocka_unit_test(what_ended_is_handed_over_once),
		cmocka_unit_test(late_segments_are_no_new_connection),
		cmocka_unit_test(after_minutes_they_are),
		cmocka_unit_test(a_new_syn_is_a_new_connection),
		cmocka_unit_test(who_lost_its_place_is_decided_by_the_rst),
		cmocka_unit_test(who_is_never_answered_is_found_in_any_record),
		cmocka_unit_test(
		    neighbours_that_were_not_asked_cost_confidence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
