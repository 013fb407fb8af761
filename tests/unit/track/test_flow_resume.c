// A SYN in the middle of a connection: when it began another one, and when it
// began nothing.
#include "analysis/analysis.h"
#include "track/flow_table.h"

#include "talk.h"

static const char *const LIVE = "cS sSA cA c100A sA s500A cA @4000";

// A SYN on the addresses and ports of the connection that speaks, with a number
// of nobody's.
static void stray(struct talk *t, enum side from, uint32_t seq)
{
	struct segment s = talk_segment(t, from, TCP_SYN, 0);

	s.seq = seq;
	s.ip_id = 999;
	t->now += TALK_MS;
	talk_send(t, &s);
}

static struct talk trails(bool reuse)
{
	struct talk t = talk_base();

	t.flows = flow_table_new();
	assert_non_null(t.flows);
	if (reuse)
		flow_reuse(t.flows);
	return t;
}

static void a_stray_syn_begins_nothing(void **state)
{
	static const char *const after[] = { "sA c100A", "sA cA", "cFA" };

	(void)state;
	for (unsigned i = 0; i < 12; i++) {
		struct talk t = i % 2 ? trails(i % 4 == 1) : talk_new();
		struct flow_room room;
		const struct flow *f;

		talk(&t, LIVE);
		stray(&t, i % 4 < 2 ? CLIENT : SERVER, 77);
		if (i % 4 < 2)
			talk(&t, after[i / 4]);
		else
			talk(&t, "cA sA");
		assert_int_equal(flow_count(t.flows), 2);
		assert_int_equal(flow_absorbed(t.flows), 1);
		assert_int_equal(t.seen.index, 0);
		assert_true(flow_record(t.flows, 1)->absorbed);
		assert_false(flow_record(t.flows, 0)->replaced);
		f = flow_live(t.flows, 0, &room);
		assert_int_equal(f->strays, 1);
		assert_int_equal(f->stray_side, i % 4 < 2 ? CLIENT : SERVER);
		assert_int_equal(frame_number(f->stray.frame), 8);
		talk_free(&t);
	}
}

static void several_stray_syns_begin_nothing(void **state)
{
	struct talk t = trails(false);
	struct flow_room room;
	const struct flow *f;

	(void)state;
	talk(&t, LIVE);
	stray(&t, CLIENT, 77);
	talk(&t, "sA");
	stray(&t, CLIENT, 78);
	talk(&t, "sA");
	stray(&t, CLIENT, 79);
	talk(&t, "cA c100A sA");
	assert_int_equal(flow_absorbed(t.flows), 3);
	f = flow_live(t.flows, 0, &room);
	assert_int_equal(f->strays, 3);
	assert_int_equal(f->end[CLIENT].packets, 9);
	assert_int_equal(f->end[SERVER].packets, 6);
	stray(&t, CLIENT, 80);
	talk(&t, "cA");
	assert_int_equal(flow_absorbed(t.flows), 4);
	assert_int_equal(t.seen.index, 0);
	talk_free(&t);
}

// What the new one answers, or nobody, is a new one.
static void a_syn_that_is_taken_begins_another(void **state)
{
	static const char *const after[] = {
		"sSA cA c10A sA",          // accepted
		"sA cR cS sSA cA c10A sA", // the older one is ended
		"cA c10A",                 // the SYN-ACK was not captured
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct talk t = trails(false);

		talk(&t, LIVE);
		talk_isn(&t, UINT32_C(0x12345678), UINT32_C(0x87654321));
		talk(&t, "cS");
		talk(&t, after[i]);
		assert_int_equal(flow_absorbed(t.flows), 0);
		assert_int_equal(t.seen.index, flow_count(t.flows) - 1);
		assert_true(t.seen.index > 0);
		talk_free(&t);
	}
}

// It would also send to a client that has forgotten the connection.
static void the_server_alone_proves_nothing(void **state)
{
	struct talk t = trails(false);

	(void)state;
	talk(&t, LIVE);
	stray(&t, CLIENT, 77);
	talk(&t, "sA s100A");
	assert_int_equal(flow_absorbed(t.flows), 0);
	talk_free(&t);
}

static void what_is_over_does_not_go_on(void **state)
{
	static const char *const ends[] = { "cFA sFA cA", "cRA" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct talk t = trails(false);

		talk(&t, LIVE);
		talk(&t, ends[i]);
		stray(&t, CLIENT, 77);
		talk(&t, "cA");
		assert_int_equal(flow_absorbed(t.flows), 0);
		assert_int_equal(t.seen.index, 1);
		talk_free(&t);
	}
}

// Wireshark counts the stray SYN as a stream: so the numbers behind it stay.
static void numbers_leave_it_out(void **state)
{
	struct talk t = talk_analysis();

	(void)state;
	talk(&t, "#0 cS sSA cA c100A sA");
	stray(&t, CLIENT, 77);
	talk(&t, "#1 cS sSA cA #0 sA c10A sA");
	assert_true(analysis_settle(t.analysis));
	assert_int_equal(analysis_count(t.analysis), 2);
	assert_int_equal(analysis_number(t.analysis, 0), 1);
	assert_int_equal(analysis_number(t.analysis, 1), 3);
	assert_int_equal(analysis_get(t.analysis, 1)->port[CLIENT],
			 TALK_PORT + 1);
	assert_int_equal(analysis_index(t.analysis, 0), 2);
	assert_int_equal(analysis_index(t.analysis, 1), 0);
	assert_int_equal(analysis_index(t.analysis, 2), 2); // nothing
	assert_int_equal(analysis_index(t.analysis, 3), 1);
	assert_int_equal(analysis_index(t.analysis, 4), 2);
	assert_int_equal(analysis_record(t.analysis, 3)->port[CLIENT],
			 TALK_PORT + 1);
	talk_free(&t);
}

static void a_stream_does_not_tell_it(void **state)
{
	struct talk t = talk_base();
	uint32_t *rest;
	size_t n;

	(void)state;
	t.analysis = analysis_new();
	assert_non_null(t.analysis);
	analysis_stream(t.analysis);
	talk(&t, LIVE);
	stray(&t, CLIENT, 77);
	talk(&t, "sA c10A sA @20000 c10A sA");
	assert_true(analysis_flush(t.analysis));
	assert_true(analysis_settle(t.analysis));
	rest = analysis_rest(t.analysis, &n);
	assert_non_null(rest);
	assert_int_equal(n, 1);
	assert_int_equal(analysis_number(t.analysis, rest[0]), 1);
	assert_int_equal(analysis_get(t.analysis, rest[0])->packets[CLIENT], 7);
	free(rest);
	talk_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stray_syn_begins_nothing),
		cmocka_unit_test(several_stray_syns_begin_nothing),
		cmocka_unit_test(a_syn_that_is_taken_begins_another),
		cmocka_unit_test(the_server_alone_proves_nothing),
		cmocka_unit_test(what_is_over_does_not_go_on),
		cmocka_unit_test(numbers_leave_it_out),
		cmocka_unit_test(a_stream_does_not_tell_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
