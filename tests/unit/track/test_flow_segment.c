// Which segments make one connection, who is who in it, what was captured
// twice, and what is given back.
#include "track/flow_table.h"

#include "talk.h"

// Streams ---------------------------------------------------------------------

static void is_streams(const char *before, const char *after, size_t count)
{
	struct talk t = talk_new();

	talk(&t, before);
	talk_isn(&t, t.line[0].isn[CLIENT] + 70000, 3000000);
	talk(&t, after);
	if (flow_count(t.flows) != count)
		fail_msg("%s, then %s: %zu connections", before, after,
			 flow_count(t.flows));
	talk_free(&t);
}

static void a_syn_with_another_number_is_a_new_connection(void **state)
{
	(void)state;
	is_streams("cS", "cS", 2);
	is_streams("cS sSA cA c10A sA", "cS", 2);
	is_streams("cS sSA cA cFA sFA cA", "cS sSA cA", 2);
	is_streams("cS sSA cA cRA", "cS sSA", 2);
	is_streams("cA sA", "cS", 2); // began in mid-connection
	is_streams("sSA", "cS", 2);   // its ACK tells the client's number
}

static void other_segments_never_begin_a_connection(void **state)
{
	(void)state;
	is_streams("cS sSA cA", "sSA", 1);
	is_streams("cS sSA cA", "cA c10A", 1);
	is_streams("cS", "sRAz", 1);
}

static void a_syn_with_the_same_number_is_a_repetition(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, "cS @1000 cS-1 @2000 cS-1 sSA sSA-1 cA cS-1");
	assert_int_equal(flow_count(t.flows), 1);
	assert_int_equal(talk_flow(&t)->end[CLIENT].syns, 4);
	assert_int_equal(talk_flow(&t)->end[SERVER].syns, 2);
	talk_free(&t);
}

static void is_count(const char *script, size_t count)
{
	struct talk t = talk_new();

	talk(&t, script);
	if (flow_count(t.flows) != count)
		fail_msg("%s: %zu connections", script, flow_count(t.flows));
	talk_free(&t);
}

#define CLOSED "cS sSA cA cFA sFA cA "
#define RESET  "cS sSA cA c9A sA sRA "

// Devices that always begin with the same number, and traces sent again.
static void a_syn_after_the_end_begins_a_connection_of_any_number(void **state)
{
	(void)state;
	is_count(CLOSED "@1000 cS-2", 2);
	is_count(RESET "@1000 cS-10", 2);
	is_count(RESET "cA @1000 cS-10", 2);
	is_count(CLOSED "@61000 cS-2i1", 2); // sent again
	is_count(CLOSED "@1000 cS-2i1", 1);  // late
	is_count("cS sSA cA cFA sFA @1000 cS-2", 1);
	is_count("cS sSA cA c9A sA sRA-5 @1000 cS-10", 1); // ignored
	is_count("cS sRAz @500 cS-1", 1);                  // Windows asks again
	is_count("cS sSA cR @1000 cS-1", 1);
}

static void the_syn_may_come_behind_its_answer(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, "cS! sSA cS-1 cA c10A sA");
	assert_int_equal(flow_count(t.flows), 1);
	assert_int_equal(t.seen.side, SERVER);
	assert_int_equal(flow_state(talk_flow(&t), SERVER), STATE_ESTABLISHED);
	assert_int_equal(talk_record(&t)->port[SERVER], 80);
	talk_free(&t);
}

static void the_syn_may_come_behind_what_follows_it(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, "cS! cA c10A cS-11");
	assert_int_equal(flow_count(t.flows), 1);
	talk_free(&t);
}

static void the_server_may_begin_the_next_connection(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, "cS sSA cA cFA sFA cA sS");
	assert_int_equal(flow_count(t.flows), 2);
	assert_int_equal(t.seen.side, CLIENT); // of the new one
	assert_int_equal(talk_record(&t)->port[CLIENT], 80);
	talk_free(&t);
}

static void both_may_send_a_syn_at_once(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, "cS sS cSA-1 sSA-1");
	assert_int_equal(flow_count(t.flows), 1);
	talk_free(&t);
}

static void ports_and_addresses_tell_connections_apart(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, "#1 cS #2 cS #1 sSA #2 sSA #1 cA #2 cA");
	t.port = 81;
	talk(&t, "#1 cS");
	assert_int_equal(flow_count(t.flows), 3);
	talk(&t, "#2 c1A");
	assert_int_equal(flow_count(t.flows), 4); // ... to port 81
	t.port = 80;
	talk(&t, "#2 c1A");
	assert_int_equal(t.seen.index, 1);
	talk_free(&t);
}

static void thousands_of_connections_keep_apart(void **state)
{
	struct talk t = talk_new();

	(void)state;
	for (uint16_t pass = 0; pass < 2; pass++)
		for (uint16_t port = 0; port < 3000; port++) {
			t.port = (uint16_t)(1 + port);
			talk_isn(&t, 1000 + pass, 2000);
			talk(&t, pass ? "cA" : "cS");
			assert_int_equal(t.seen.index, port);
		}
	assert_int_equal(flow_count(t.flows), 3000);
	talk_free(&t);
}

// Roles -----------------------------------------------------------------------

static void is_client(const char *script, uint16_t server_port,
		      uint16_t client_port)
{
	struct talk t = talk_new();

	t.port = server_port;
	talk(&t, script);
	if (talk_record(&t)->port[CLIENT] != client_port)
		fail_msg("%s: client's port is %u", script,
			 talk_record(&t)->port[CLIENT]);
	talk_free(&t);
}

static void the_client_sent_the_syn_or_has_the_higher_port(void **state)
{
	(void)state;
	is_client("cS", 80, 40000);
	is_client("cS", 50000, 40000);
	is_client("sSA", 50000, 40000);
	is_client("sS", 80, 80);
	is_client("cA", 80, 40000);
	is_client("s10A", 80, 40000);
	is_client("sRA", 80, 40000);
	is_client("cA", 50000, 50000);
	is_client("s10A", 50000, 50000);
}

// Duplicates ------------------------------------------------------------------

static void is_twice(const char *script, bool no_id, bool twice)
{
	struct talk t = talk_new();

	t.no_id = no_id;
	talk(&t, script);
	if (!(t.seen.marks & STEP_DUPLICATE_FRAME) == twice ||
	    talk_flow(&t)->duplicates != twice)
		fail_msg("%s: marks %x", script, t.seen.marks);
	talk_free(&t);
}

static void a_packet_with_the_same_ip_id_was_captured_twice(void **state)
{
	(void)state;
	is_twice("cS sSA cA c100A c100A-100d", false, true);
	is_twice("cS sSA cA c100A c100A-100", false, false);
	is_twice("cS sSA cA cAd", false, true);
	is_twice("cS sSA cA c9A c9Ad", false, false);
	is_twice("cS sSA cA c9A c8A-9d", false, false);
	is_twice("cS sSA cA cA/1d", false, false);
	is_twice("cS sSA cA cFAd", false, false);
	is_twice("cS sSA cA @3 cAd", false, true);
	is_twice("cS sSA cA @4 cAd", false, false); // 5 ms: repeated
	is_twice("cS sSA cA c50A-50 c50A-50 c100A-100d", false, false);
	is_twice("cS sSA cA c1A c1A c1A ~9 c1A-3i6", false, false);
}

// IPv6 has none, nor have Linux's SYN-ACKs.
static void without_ip_id_only_what_says_something_counts_twice(void **state)
{
	(void)state;
	is_twice("cS sSA cA c100A ~400 c100A-100", true, true);
	is_twice("cS sSA cA c100A ~600 c100A-100", true, false);
	is_twice("cS sSA ~400 sSA-1", true, true);
	is_twice("cS sSA cA ~10 cA", true, false);
	is_twice("cS sSA cA cFA ~10 cFA-1", true, true);
}

static void duplicates_change_nothing(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, "cS cS-1d sSA sSA-1d cA cAd c100A c100A-100d cFA cFA-1d");
	assert_int_equal(talk_flow(&t)->duplicates, 5);
	assert_int_equal(talk_flow(&t)->end[CLIENT].packets, 4);
	assert_int_equal(talk_flow(&t)->end[CLIENT].bytes, 100);
	assert_int_equal(talk_flow(&t)->end[CLIENT].rtx_total, 0);
	assert_int_equal(talk_flow(&t)->end[CLIENT].syns, 1);
	talk_free(&t);
}

// Giving back -----------------------------------------------------------------

// The connection that may be over so much later; FLOW_NONE: none.
static uint32_t over_after(struct talk *t, int64_t ms)
{
	uint32_t due[FLOW_DUE] = { FLOW_NONE };
	size_t n = flow_due(t->flows, t->now + ms * TALK_MS, due);

	assert_true(n <= 1);
	return n ? due[0] : FLOW_NONE;
}

// One packet that bears a time of the future holds nobody up.
static void a_clock_that_stepped_back_holds_nobody_up(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, "#1 cS sSA cA cFA sFA @86400000 cA");
	t.now -= 86400000 * TALK_MS;
	talk(&t, "#2 cS sSA cA cFA sFA cA");
	uint32_t due[FLOW_DUE];
	assert_int_equal(flow_due(t.flows, t.now + 20000 * TALK_MS, due), 2);
	talk_free(&t);
}

// So many others begin: as they come, unanswered SYNs are looked for.
static void others_begin(struct talk *t)
{
	unsigned on = t->on;
	uint16_t port = t->port;

	t->on = TALK_LINES - 1;
	for (t->port = 1000; t->port < 1000 + FLOW_DUE; t->port++)
		talk(t, "@0 cS");
	t->port = port;
	t->on = on;
}

static void what_ended_may_be_given_back(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, "cS sSA cA cFA sFA");
	// One FIN is not acknowledged.
	assert_int_equal(over_after(&t, 100000), FLOW_NONE);
	talk(&t, "cA");
	assert_int_equal(over_after(&t, 1000), FLOW_NONE);
	talk(&t, "@9000 cA"); // late, but in time
	assert_int_equal(over_after(&t, 3000), FLOW_NONE);
	assert_int_equal(over_after(&t, 100000), 0);
	flow_release(t.flows, 0);
	assert_null(flow_live(t.flows, 0, t.room));
	talk(&t, "cA sFA-1");
	assert_int_equal(t.seen.marks, STEP_AFTER_END);
	assert_int_equal(t.seen.side, SERVER);
	assert_int_equal(flow_record(t.flows, 0)->packets[SERVER], 1);
	talk(&t, "cS");
	assert_int_equal(flow_count(t.flows), 2);
	assert_int_equal(talk_flow(&t)->older, 1);
	talk_free(&t);
}

static uint32_t over_with_others(const char *script, int64_t ms)
{
	struct talk t = talk_new();
	uint32_t over;

	talk(&t, script);
	others_begin(&t);
	over = over_after(&t, ms);
	talk_free(&t);
	return over;
}

static void an_unanswered_syn_is_given_up_after_minutes(void **state)
{
	(void)state;
	assert_int_equal(over_with_others("cS @60000 cS-1 @100000", 100000), 0);
	assert_int_equal(over_with_others("cS @60000 cS-1 @100000", 10000),
			 FLOW_NONE);
	assert_int_equal(over_with_others("cS sSA @100000", 100000), FLOW_NONE);
}

static size_t times_named(struct talk *t, uint32_t index)
{
	uint32_t due[FLOW_DUE];
	size_t n = flow_due(t->flows, t->now, due), times = 0;

	for (size_t i = 0; i < n; i++)
		times += due[i] == index;
	return times;
}

// One that may still be answered is come back to, and named in its time.
static void nobody_is_passed_by(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, "#0 cS @100000 #1 cS");
	others_begin(&t);
	assert_int_equal(times_named(&t, 0), 0);
	talk(&t, "@90000");
	others_begin(&t);
	assert_int_equal(times_named(&t, 0), 1);
	flow_release(t.flows, 0);
	assert_int_equal(times_named(&t, 1), 0);
	talk(&t, "@100000");
	others_begin(&t);
	assert_int_equal(times_named(&t, 1), 1);
	talk_free(&t);
}

// Whether all states are made at once, this one alone, or none.
static void nobody_is_named_twice_at_once(void **state)
{
	static const uint32_t watched[] = { FLOW_ALL, 0, FLOW_NONE };

	(void)state;
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++) {
		struct talk t = talk_base();
		t.flows = flow_table_new();
		assert_non_null(t.flows);
		flow_watch(t.flows, watched[i]);
		talk(&t, "cS @200000");
		others_begin(&t);
		assert_int_equal(times_named(&t, 0), 1);
		talk_free(&t);
	}
}

// ICMP ------------------------------------------------------------------------

static int icmp(struct talk *t, enum side of, uint32_t back)
{
	struct segment s = talk_segment(t, of, 0, 0);
	struct icmp_error e = { .time = t->now,
				.frame = frame_id(0, ++t->frame),
				.src = s.src,
				.dst = s.dst,
				.src_port = s.src_port,
				.dst_port = s.dst_port,
				.seq = s.seq - back,
				.type = 3,
				.code = 1 };

	return flow_icmp(t->flows, &e, &t->seen);
}

static bool icmp_is_on_syn(const char *script, enum side of, uint32_t back)
{
	struct talk t = talk_new();
	bool on_syn;

	talk(&t, script);
	assert_int_equal(icmp(&t, of, back), 1);
	assert_int_equal(t.seen.side, of);
	assert_int_equal(talk_flow(&t)->icmp[0].side, of);
	on_syn = talk_flow(&t)->icmp[0].on_syn;
	talk_free(&t);
	return on_syn;
}

static void icmp_errors_on_a_syn_differ_from_later_ones(void **state)
{
	(void)state;
	assert_true(icmp_is_on_syn("cS", CLIENT, 1));
	assert_true(icmp_is_on_syn("cS", CLIENT, 0)); // as Linux takes it
	assert_false(icmp_is_on_syn("cS", CLIENT, 2));
	assert_false(icmp_is_on_syn("cS sSA", CLIENT, 1));
	assert_false(icmp_is_on_syn("cS sSA cA c10A", CLIENT, 10));
	assert_false(icmp_is_on_syn("cS sSA", SERVER, 1));
}

// SND.UNA to SND.NXT, both included, and nothing outside.
static void icmp_errors_count_within_what_is_under_way(void **state)
{
	static const struct {
		uint32_t back; // from SND.NXT
		bool fits;
	} rows[] = { { 0, true }, { 10, true }, { 20, true }, { 21, false } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct talk t = talk_new();

		talk(&t, "cS sSA cA c10A sA c10A c10A");
		assert_int_equal(icmp(&t, CLIENT, rows[i].back), 1);
		assert_int_equal(talk_flow(&t)->icmp[0].fits, rows[i].fits);
		talk_free(&t);
	}
}

// Of an error whose quote was cut; returns whether it found a connection.
static int icmp_cut(struct talk *t)
{
	struct segment s = talk_segment(t, CLIENT, 0, 0);
	struct icmp_error e = { .time = t->now,
				.frame = frame_id(0, ++t->frame),
				.src = s.src,
				.dst = s.dst,
				.cut = true,
				.dst_bytes = 14 };

	return flow_icmp(t->flows, &e, &t->seen);
}

static void a_cut_quote_is_about_the_last_unanswered_syn(void **state)
{
	struct talk t = talk_new();

	(void)state;
	assert_int_equal(icmp_cut(&t), 0);
	talk(&t, "#0 cS #1 cS sSA #2 cS @10");
	assert_int_equal(icmp_cut(&t), 1);
	assert_int_equal(t.seen.index, 2);
	assert_true(talk_flow(&t)->icmp[0].cut);
	assert_true(talk_flow(&t)->icmp[0].vague); // #0 may be meant
	talk_free(&t);
	t = talk_new();
	talk(&t, "#1 cS sSA #2 cS @10");
	assert_int_equal(icmp_cut(&t), 1);
	assert_false(talk_flow(&t)->icmp[0].vague);
	t.now += 5000 * TALK_MS;
	assert_int_equal(icmp_cut(&t), 0);
	talk_free(&t);
}

static void icmp_errors_of_nobody_begin_nothing(void **state)
{
	struct talk t = talk_new();

	(void)state;
	assert_int_equal(icmp(&t, CLIENT, 0), 0);
	assert_int_equal(flow_count(t.flows), 0);
	talk(&t, "cS");
	for (int i = 0; i < FLOW_ICMPS + 3; i++)
		assert_int_equal(icmp(&t, CLIENT, 1), 1);
	assert_int_equal(talk_flow(&t)->icmps, FLOW_ICMPS);
	talk_free(&t);
}

static void icmp_errors_are_signs_of_life(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, "cS sSA cA sRA @5000");
	flow_keep(t.flows, 0, true);
	assert_true(flow_kept(t.flows, 0));
	assert_int_equal(icmp(&t, CLIENT, 0), 1);
	assert_false(flow_kept(t.flows, 0)); // to be decided anew
	assert_true(flow_record(t.flows, 0)->end == t.now);
	talk_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syn_with_another_number_is_a_new_connection),
		cmocka_unit_test(other_segments_never_begin_a_connection),
		cmocka_unit_test(a_syn_with_the_same_number_is_a_repetition),
		cmocka_unit_test(
		    a_syn_after_the_end_begins_a_connection_of_any_number),
		cmocka_unit_test(the_syn_may_come_behind_its_answer),
		cmocka_unit_test(the_syn_may_come_behind_what_follows_it),
		cmocka_unit_test(the_server_may_begin_the_next_connection),
		cmocka_unit_test(both_may_send_a_syn_at_once),
		cmocka_unit_test(ports_and_addresses_tell_connections_apart),
		cmocka_unit_test(thousands_of_connections_keep_apart),
		cmocka_unit_test(
		    the_client_sent_the_syn_or_has_the_higher_port),
		cmocka_unit_test(
		    a_packet_with_the_same_ip_id_was_captured_twice),
		cmocka_unit_test(
		    without_ip_id_only_what_says_something_counts_twice),
		cmocka_unit_test(duplicates_change_nothing),
		cmocka_unit_test(what_ended_may_be_given_back),
		cmocka_unit_test(a_clock_that_stepped_back_holds_nobody_up),
		cmocka_unit_test(an_unanswered_syn_is_given_up_after_minutes),
		cmocka_unit_test(nobody_is_passed_by),
		cmocka_unit_test(nobody_is_named_twice_at_once),
		cmocka_unit_test(icmp_errors_on_a_syn_differ_from_later_ones),
		cmocka_unit_test(icmp_errors_count_within_what_is_under_way),
		cmocka_unit_test(a_cut_quote_is_about_the_last_unanswered_syn),
		cmocka_unit_test(icmp_errors_of_nobody_begin_nothing),
		cmocka_unit_test(icmp_errors_are_signs_of_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
