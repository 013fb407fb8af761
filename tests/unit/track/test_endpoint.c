// One side of a connection as the capture shows it: what is new, what is a
// repetition, what is missing, what it offered.
#include "track/endpoint.h"

#include "talk.h"

#define OPEN "cS sSA cA "

static const struct endpoint *end_of(const struct talk *t, enum side x)
{
	return &talk_flow(t)->end[x];
}

static void is_marked(const char *script, uint16_t marks)
{
	uint16_t got = talk_mark(script);

	if (got != marks)
		fail_msg("%s: marks %#x, not %#x", script, got, marks);
}

// What one side's sequence numbers came to.
struct count {
	const char *script;
	uint64_t bytes;
	uint32_t repeats;
	uint32_t missing; // 1: something is
};

static void is_counted(const struct count *c, uint32_t client, uint32_t server)
{
	struct talk t = talk_new();
	const struct endpoint *e;

	talk_isn(&t, client, server);
	talk(&t, c->script);
	e = end_of(&t, CLIENT);
	if (e->bytes != c->bytes || e->rtx_total != c->repeats ||
	    (endpoint_contiguous(e) != t.line[0].next[CLIENT]) != c->missing)
		fail_msg("%s, from %u: %lu bytes, %u repeats, %u missing",
			 c->script, client, (unsigned long)e->bytes,
			 e->rtx_total,
			 t.line[0].next[CLIENT] - endpoint_contiguous(e));
	talk_free(&t);
}

// Each with initial numbers that wrap in the middle of it.
static void are_counted(const struct count *c, size_t n)
{
	static const uint32_t edge[] = { 0, 1, 60, 101, 250, 350 };
	enum { EDGES = sizeof(edge) / sizeof(edge[0]) };

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < EDGES; k++) {
			is_counted(&c[i], -edge[k], 0x80000000 - edge[k]);
			is_counted(&c[i], 0x80000000 - edge[k], -edge[k]);
		}
}

#define COUNTS(...)                                                            \
	do {                                                                   \
		static const struct count c[] = { __VA_ARGS__ };               \
		are_counted(c, sizeof(c) / sizeof(c[0]));                      \
	} while (0)

static void bytes_count_once(void **state)
{
	(void)state;
	COUNTS(
	    { OPEN "c100A c200A sA", 300, 0, 0 },
	    { OPEN "c100A c100A-100 sA", 100, 1, 0 },
	    { OPEN "c100A c200A-100 sA", 200, 0, 0 },
	    { OPEN "c100A c100A c200A-200 c50A-200", 200, 2, 0 },
	    { OPEN "c100FA", 100, 0, 0 }, { OPEN "c100A cFA cFA-1", 100, 1, 0 },
	    { OPEN "c100A c100FA-100", 100, 0, 0 },
	    { OPEN "c100FA c100FA-101", 100, 1, 0 }, { OPEN "cFA", 0, 0, 0 });
}

static void holes_fill(void **state)
{
	(void)state;
	COUNTS({ OPEN "c100A! c100A", 100, 0, 1 },
	       { OPEN "c100A! c100A c100A-200", 200, 0, 0 },
	       { OPEN "c100A! c100A c50A-200", 150, 0, 1 },
	       { OPEN "c100A! c100A c50A-200 c50A-150", 200, 0, 0 },
	       { OPEN "c100A! c100A c20A-160", 120, 0, 1 },
	       { OPEN "c100A! c100A c20A-160 c40A-200 c40A-140", 200, 0, 0 },
	       { OPEN "c100A! c100A c250A-200", 250, 0, 0 },
	       { OPEN "c100A c100A! c100A c300A-300", 300, 0, 0 },
	       { OPEN "c100A! sA", 0, 0, 1 },
	       { OPEN "c100A! sA c100A-100", 100, 0, 0 },
	       { OPEN "c100A! cFA c100A-101", 100, 0, 0 },
	       { OPEN "c100A! cFA", 0, 0, 1 });
}

// Two segments fill four holes; the fifth had pushed the oldest out.
static void holes_beyond_the_limit_give_up_the_oldest(void **state)
{
	(void)state;
	COUNTS({ OPEN "c9A! c1A c9A! c1A c9A! c1A c9A! c1A c40A-40", 40, 0, 0 },
	       { OPEN "c9A! c1A c9A! c1A c9A! c1A c9A! c1A c9A! c1A c40A-40",
		 41, 0, 0 },
	       { OPEN "c9A! c1A c9A! c1A c9A! c1A c30A! c1A c5A-25", 9, 0, 1 });
}

static void a_bad_acknowledgment_is_no_hole(void **state)
{
	(void)state;
	COUNTS({ OPEN "c100A sA/4026531840 sA c100A sA", 200, 0, 0 });
}

static void the_order_of_packets_tells_loss_from_reordering(void **state)
{
	(void)state;
	is_marked(OPEN "c100A", 0);
	is_marked(OPEN "c100A! c100A", STEP_GAP_BEFORE);
	is_marked(OPEN "c100A! c100A c100A-200", STEP_OUT_OF_ORDER);
	is_marked(OPEN "c100A c100A-100", STEP_RETRANSMISSION);
	is_marked(OPEN "c100A! c100A c100A-200 c100A-200", STEP_RETRANSMISSION);
	is_marked(OPEN "cFA cFA-1", STEP_RETRANSMISSION);
	is_marked("cS cS-1", STEP_RETRANSMISSION);
	is_marked("cS sSA sSA-1", STEP_RETRANSMISSION);
	is_marked("cS cS+1", 0); // another connection
}

static void probes_differ_by_the_window(void **state)
{
	(void)state;
	is_marked(OPEN "c100A sA @9999 cA-1", STEP_KEEPALIVE);
	is_marked(OPEN "c100A sA @9999 c1A-1", STEP_KEEPALIVE); // BSD
	assert_true(talk_mark(OPEN "c100A sAw0 @200 cA-1") &
		    STEP_ZERO_WINDOW_PROBE);
	is_marked(OPEN "c100A sAw0 @200 c1A", STEP_ZERO_WINDOW_PROBE);
	is_marked(OPEN "c100A sAw0 @200 c1A @400 c1A-1",
		  STEP_ZERO_WINDOW_PROBE);
	is_marked(OPEN "c100A sAw0 @200 cA-1 sA @9999 cA-1", STEP_KEEPALIVE);
	// Neither they nor their answers are duplicates of anything.
	is_marked(OPEN "c100A sA @9999 cA-1 sA", 0);
	is_marked(OPEN "c100A sAw0 @200 cA-1 sAw0", STEP_ZERO_WINDOW);
	// What is not acknowledged yet is repeated, not probed for.
	is_marked(OPEN "c100A @300 c1A-1", STEP_RETRANSMISSION);
	is_marked(OPEN "c100A sA @300 c2A-2", STEP_RETRANSMISSION);
}

static void probes_count_until_a_sign_of_life(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, OPEN "c100A sA @9999 cA-1 @9999 cA-1 ~500 cA-1");
	assert_int_equal(end_of(&t, CLIENT)->keepalives, 2); // one seen twice
	talk(&t, "sA");
	assert_int_equal(end_of(&t, CLIENT)->keepalives, 0);
	assert_int_equal(end_of(&t, CLIENT)->keepalives_answered, 1);
	talk(&t, "@9999 cA-1");
	assert_int_equal(end_of(&t, CLIENT)->keepalives, 1);
	talk_free(&t);
}

static void window_probes_count_while_the_window_is_shut(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, OPEN "c100A sAw0 @200 cA-1 sAw0 @400 cA-1 sAw0 @800 cA-1");
	assert_int_equal(end_of(&t, CLIENT)->window_probes, 3);
	assert_int_equal(end_of(&t, CLIENT)->keepalives, 0);
	assert_true(end_of(&t, SERVER)->zero_window.frame);
	talk(&t, "sA");
	assert_int_equal(end_of(&t, CLIENT)->window_probes, 0);
	assert_false(end_of(&t, SERVER)->zero_window.frame);
	talk_free(&t);
}

static void repeats_count_until_progress(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, OPEN "c100A @200 c100A-100 @400 c100A-100");
	assert_int_equal(end_of(&t, CLIENT)->rtx, 2);
	assert_false(end_of(&t, CLIENT)->rtx_answered);
	talk(&t, "sA/100");
	assert_int_equal(end_of(&t, CLIENT)->rtx, 2); // no progress
	talk(&t, "sA");
	assert_int_equal(end_of(&t, CLIENT)->rtx, 0);
	talk(&t, "@800 c100A-100 @1600 c100A-100");
	assert_int_equal(end_of(&t, CLIENT)->rtx, 2);
	assert_true(end_of(&t, CLIENT)->rtx_answered);
	assert_int_equal(end_of(&t, CLIENT)->rtx_total, 4);
	talk(&t, "c100A"); // it has heard now
	assert_int_equal(end_of(&t, CLIENT)->rtx, 0);
	talk_free(&t);
}

// Acknowledgments and windows -------------------------------------------------

static void round_trips_are_measured_on_what_was_sent_once(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, "cS @29 sSA cA");
	assert_int_equal(end_of(&t, SERVER)->rtt_min, 30 * TALK_MS);
	assert_int_equal(end_of(&t, CLIENT)->rtt_min, TALK_MS);
	talk(&t, "c10A @19 sA");
	assert_int_equal(end_of(&t, SERVER)->rtt_min, 20 * TALK_MS);
	talk(&t, "c10A @300 c10A-10 sA"); // Karn: of which one?
	assert_int_equal(end_of(&t, SERVER)->rtt_min, 20 * TALK_MS);
	assert_int_equal(end_of(&t, SERVER)->rtts, 2);
	talk(&t, "c10A @99 sA");
	assert_int_equal(end_of(&t, SERVER)->rtts, 3);
	assert_int_equal(end_of(&t, SERVER)->rtt_min, 20 * TALK_MS);
	talk_free(&t);
	t = talk_new();
	talk(&t, "cS @1000 cS-1 sSA"); // Karn again
	assert_int_equal(end_of(&t, SERVER)->rtts, 0);
	talk_free(&t);
}

static uint32_t window_of(uint8_t client, uint8_t server, const char *script)
{
	struct talk t = talk_new();
	uint32_t window;

	t.wscale[CLIENT] = client;
	t.wscale[SERVER] = server;
	talk(&t, script);
	window = end_of(&t, SERVER)->window;
	talk_free(&t);
	return window;
}

static void windows_scale_if_both_offered_it(void **state)
{
	(void)state;
	assert_int_equal(window_of(3, 7, OPEN "sAw100"), 100 << 7);
	assert_int_equal(window_of(0, 7, OPEN "sAw100"), 100 << 7);
	assert_int_equal(window_of(3, 14, OPEN "sAw65535"), 65535 << 14);
	assert_int_equal(window_of(TALK_NO_SCALE, 7, OPEN "sAw100"), 100);
	assert_int_equal(window_of(7, TALK_NO_SCALE, OPEN "sAw100"), 100);
	// Windows on SYNs never scale.
	assert_int_equal(window_of(3, 7, "cS sSAw100"), 0);
	// The SYN-ACK captured late, or not at all.
	assert_int_equal(window_of(3, 7, "cS sSA! cA sSA-1 sAw100"), 100 << 7);
	assert_int_equal(window_of(3, 7, "cS sSA! cA sAw100"), 100);
	assert_int_equal(window_of(3, 7, "cS! sSA cA sAw100"), 100);
}

static void what_was_offered_before_the_scale_is_forgotten(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, "cS sSA! cAw60000 sSA-1 cAw400");
	assert_int_equal(end_of(&t, CLIENT)->window_max, 400 << 7);
	talk_free(&t);
}

static void only_a_bare_wider_ack_is_a_window_update(void **state)
{
	(void)state;
	is_marked(OPEN "c100A sAw100 sAw200", STEP_WINDOW_UPDATE);
	is_marked(OPEN "c100A sAw100 sAw100", STEP_DUPLICATE_ACK);
	is_marked(OPEN "c100A sAw100 sAw50", STEP_DUPLICATE_ACK);
	is_marked(OPEN "c100A sAw100 s10Aw200", 0);
	is_marked(OPEN "c100A sAw100 c100A sAw200", 0);
	is_marked(OPEN "c100A sAw0", STEP_ZERO_WINDOW);
	is_marked(OPEN "c100A sAw0 sAw9", STEP_WINDOW_UPDATE);
}

static void an_old_acknowledgment_says_nothing_new(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, OPEN "c100A c100A sAw200 sAw0/100");
	assert_int_equal(end_of(&t, SERVER)->window, 200 << 7);
	assert_int_equal(end_of(&t, SERVER)->ack, t.line[0].next[CLIENT]);
	assert_false(end_of(&t, SERVER)->zero_window.frame);
	talk_free(&t);
}

static void the_right_edge_never_moves_back(void **state)
{
	struct talk t = talk_new();
	const struct endpoint *e;

	(void)state;
	talk(&t, OPEN "c100A sAw200 c100A sAw100");
	e = end_of(&t, SERVER);
	assert_int_equal(e->right_edge - e->ack, (200 << 7) - 100);
	assert_int_equal(e->window_low, 100 << 7);
	assert_int_equal(e->window_max, 200 << 7);
	talk_free(&t);
}

// The kernel may lower its offer for good: what counts is the largest window
// at about the right edge of now.
static void the_window_to_compare_with_is_that_of_this_edge(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, OPEN "sAw800 c100A sAw790");
	assert_int_equal(end_of(&t, SERVER)->window_at_base, 800 << 7);
	talk(&t, "c60000A sAw600"); // the edge has moved on
	assert_int_equal(end_of(&t, SERVER)->window_at_base, 600 << 7);
	talk(&t, "sAw620");
	assert_int_equal(end_of(&t, SERVER)->window_at_base, 620 << 7);
	assert_int_equal(end_of(&t, SERVER)->window_max, 800 << 7);
	talk_free(&t);
}

// FINs ------------------------------------------------------------------------

static bool reads_on(const char *script)
{
	struct talk t = talk_new();
	bool on;

	talk(&t, script);
	on = end_of(&t, CLIENT)->acked_after_fin.frame != 0;
	talk_free(&t);
	return on;
}

static void who_acknowledges_data_after_its_fin_reads_on(void **state)
{
	(void)state;
	assert_true(reads_on(OPEN "cFA sA s100A cA"));
	assert_true(reads_on(OPEN "cFA sA s100A s100A cA/100"));
	assert_true(reads_on(OPEN "cFA sA s100A sFA cA"));
	assert_true(reads_on(OPEN "cFA s100FA cA"));
	assert_false(reads_on(OPEN "cFA sFA cA"));
	assert_false(reads_on(OPEN "cFA sA s100A"));
	assert_false(reads_on(OPEN "s100A cFA sA cA"));
	assert_false(reads_on(OPEN "sFA cFA sA"));
}

static void a_fin_is_acknowledged_by_its_own_number(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, OPEN "c100FA");
	assert_int_equal(endpoint_fin_end(end_of(&t, CLIENT)),
			 t.line[0].next[CLIENT]);
	talk(&t, "sA/1");
	assert_false(endpoint_fin_acked(end_of(&t, CLIENT)));
	talk(&t, "sA");
	assert_true(endpoint_fin_acked(end_of(&t, CLIENT)));
	talk_free(&t);
}

static void the_newest_segments_are_kept(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, OPEN "c1A c2A c3A c4A c5A c6A c7A");
	for (uint32_t k = 0; k < 4; k++)
		assert_int_equal(endpoint_recent(end_of(&t, CLIENT), k)->len,
				 7 - k);
	assert_null(endpoint_recent(end_of(&t, CLIENT), RECENT));
	assert_null(endpoint_recent(end_of(&t, SERVER), 1));
	talk_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_count_once),
		cmocka_unit_test(holes_fill),
		cmocka_unit_test(holes_beyond_the_limit_give_up_the_oldest),
		cmocka_unit_test(a_bad_acknowledgment_is_no_hole),
		cmocka_unit_test(
		    the_order_of_packets_tells_loss_from_reordering),
		cmocka_unit_test(probes_differ_by_the_window),
		cmocka_unit_test(probes_count_until_a_sign_of_life),
		cmocka_unit_test(window_probes_count_while_the_window_is_shut),
		cmocka_unit_test(repeats_count_until_progress),
		cmocka_unit_test(
		    round_trips_are_measured_on_what_was_sent_once),
		cmocka_unit_test(windows_scale_if_both_offered_it),
		cmocka_unit_test(
		    what_was_offered_before_the_scale_is_forgotten),
		cmocka_unit_test(only_a_bare_wider_ack_is_a_window_update),
		cmocka_unit_test(an_old_acknowledgment_says_nothing_new),
		cmocka_unit_test(the_right_edge_never_moves_back),
		cmocka_unit_test(
		    the_window_to_compare_with_is_that_of_this_edge),
		cmocka_unit_test(who_acknowledges_data_after_its_fin_reads_on),
		cmocka_unit_test(a_fin_is_acknowledged_by_its_own_number),
		cmocka_unit_test(the_newest_segments_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
