// Connections that carry gigabytes, or lie idle for months: numbers modulo
// 2^32 and 32-bit milliseconds turn round in them, and nothing that is said of
// a whole connection may turn with them.
#include <stdio.h>

#include "talk_end.h"

#define OPEN   "cS sSA cA "
#define GIB    (UINT64_C(1) << 30)
#define DAY_MS (24 * 60 * 60 * INT64_C(1000))

enum { PIECE = 1 << 26 };

// What is carried in all tests; and where the numbers of both sides begin.
static const uint64_t sizes[] = {
	2 * GIB - 1000, 2 * GIB + 1000, 23 * GIB / 10, 3 * GIB,
	4 * GIB - 1000, 4 * GIB + 1000, 5 * GIB,       6 * GIB + 1,
	7 * GIB,        8 * GIB,        9 * GIB
};
static const uint32_t starts[] = { 0, 0x7fffff00, 0xffffff00 };

enum {
	SIZES = sizeof(sizes) / sizeof(sizes[0]),
	STARTS = sizeof(starts) / sizeof(starts[0])
};

// One side sends so many bytes. The script is said after each piece; in a piece
// "%" stands for its length.
static void pour(struct talk *t, const char *piece, uint64_t bytes)
{
	while (bytes) {
		uint32_t n = bytes < PIECE ? (uint32_t)bytes : PIECE;
		const char *at = strchr(piece, '%');
		char script[64];
		snprintf(script, sizeof(script), "%.*s%u%s", (int)(at - piece),
			 piece, n, at + 1);
		talk(t, script);
		bytes -= n;
	}
}

// Runs body for every size and start, with a new table `t` and `size`.
#define EACH(t, size, ...)                                                     \
	for (size_t i_ = 0; i_ < SIZES; i_++)                                  \
		for (size_t k_ = 0; k_ < STARTS; k_++) {                       \
			uint64_t size = sizes[i_];                             \
			struct talk t = talk_new();                            \
			talk_isn(&t, starts[k_], starts[(k_ + 1) % STARTS]);   \
			__VA_ARGS__                                            \
			talk_free(&t);                                         \
		}

static const struct endpoint *client(const struct talk *t)
{
	return &talk_flow(t)->end[CLIENT];
}

// Handshake -------------------------------------------------------------------

static void who_took_gigabytes_has_received_something(void **state)
{
	(void)state;
	EACH(t, size, {
		talk(&t, OPEN "c100A s100A cA");
		pour(&t, "c%A sA", size);
		talk(&t, "@500 sRA");
		struct talk_end e = talk_end(&t);
		assert_false(evidence_has(&e.ev, NEVER_RECEIVED));
		assert_false(evidence_has(&e.ev, NEVER_ACKED));
		assert_false(evidence_has(&e.ev, NOT_TAKEN));
		// The last piece came after the server's last word.
		assert_true(evidence_has(&e.ev, UNANSWERED));
		assert_int_not_equal(e.r.confidence, CERTAIN);
	})
}

static void who_took_gigabytes_took_the_connection(void **state)
{
	(void)state;
	EACH(t, size, {
		talk(&t, OPEN);
		pour(&t, "c%A sA", size);
		struct talk_end e = talk_end(&t);
		assert_false(evidence_has(&e.ev, NOT_TAKEN));
		assert_true(evidence_has(&e.ev, OPENED));
	})
}

static void an_answer_after_gigabytes_is_none_to_the_handshake(void **state)
{
	(void)state;
	EACH(t, size, {
		talk(&t, OPEN);
		pour(&t, "c%A sA", size);
		talk(&t, "c100A sR");
		struct talk_end e = talk_end(&t);
		assert_false(evidence_has(&e.ev, NEVER_ACKED));
		assert_false(evidence_has(&e.ev, ANSWERS_HANDSHAKE));
		assert_true(evidence_has(&e.ev, ANSWERS_DATA));
	})
}

static void a_client_s_late_first_ack_completes_the_handshake(void **state)
{
	(void)state;
	EACH(t, size, {
		talk(&t, "cS sSA cA!");
		pour(&t, "s%A", size);
		talk(&t, "cA");
		assert_int_equal(flow_state(talk_flow(&t), SERVER),
				 STATE_ESTABLISHED);
	})
}

// Loss ------------------------------------------------------------------------

static void a_byte_that_was_lost_early_stays_one_byte(void **state)
{
	(void)state;
	EACH(t, size, {
		talk(&t, OPEN "c1A! c1000A sA");
		pour(&t, "c%A sA", size);
		assert_int_equal(client(&t)->bytes, size + 1000);
		assert_int_equal(endpoint_missing(client(&t)), 1);
		struct talk_end e = talk_end(&t);
		assert_int_equal(talk_finding(&e.ev, LOST)->a, 1);
	})
}

static void more_holes_than_are_kept_stay_in_their_array(void **state)
{
	(void)state;
	EACH(t, size, {
		talk(&t, OPEN);
		for (int i = 0; i < 9; i++)
			talk(&t, "c7A! c100A sA");
		pour(&t, "c%A", size);
		talk(&t, "sA c9000A sA");
		assert_in_range(client(&t)->holes, 0, HOLES);
		assert_int_equal(client(&t)->bytes, size + 9900);
		assert_int_equal(endpoint_missing(client(&t)), 63);
		talk(&t, "cFA sFA cA");
		assert_int_equal(talk_end(&t).r.verdict, ORDERLY_CLOSE);
	})
}

static void a_reset_long_after_a_loss_is_good(void **state)
{
	(void)state;
	EACH(t, size, {
		talk(&t, OPEN "c1A! c1000A sA");
		pour(&t, "c%A sA", size);
		talk(&t, "cRA");
		assert_int_equal(talk_flow(&t)->rst[0].fate, RST_ACCEPTED);
	})
}

// A gap just short of 4 GiB looks like a repetition.
static bool is_a_step_back(uint64_t gap)
{
	return gap % (4 * GIB) > 4 * GIB - GIB / 4;
}

static void gigabytes_that_the_capture_missed_are_missing(void **state)
{
	(void)state;
	EACH(t, size, {
		uint64_t gap = size % (4 * GIB);
		if (is_a_step_back(gap)) {
			talk_free(&t);
			continue;
		}
		talk(&t, OPEN "c100A sA");
		pour(&t, "c%A! sA!", size);
		talk(&t, "c100A sA c100A sA c100A sA");
		// What is missing is known modulo 2^32 only.
		assert_int_equal(endpoint_missing(client(&t)), gap);
		assert_int_equal(client(&t)->bytes, 400);
		assert_int_equal(client(&t)->rtx, 0);
		talk(&t, "cFA sFA cA");
		assert_int_equal(talk_end(&t).r.verdict, ORDERLY_CLOSE);
		assert_int_equal(talk_end(&t).ev.closed_first, CLIENT);
	})
}

// ... also where only acknowledgments show them.
static void a_gap_in_one_direction(void **state)
{
	(void)state;
	EACH(t, size, {
		if (is_a_step_back(size)) {
			talk_free(&t);
			continue;
		}
		talk(&t, OPEN "c100A sA");
		pour(&t, "c%A! sA!", size);
		talk(&t, "c100A! sA c100A! sA c100A sA");
		assert_int_equal(client(&t)->snd_nxt, t.line[0].next[CLIENT]);
		assert_int_equal(client(&t)->bytes, 200);
	})
}

// Says a word of somebody else in this one's name.
static void stranger(struct talk *t, const char *word)
{
	struct talk_line line = t->line[0];

	talk(t, word);
	t->line[0] = line;
}

static void strangers_do_not_move_the_stream(void **state)
{
	static const char *const words[] = {
		"c100A+1000000000",
		"c100A-1000000000",
		"sA/1000000000",
		"cFA+1000000000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct talk t = talk_new();
		talk(&t, OPEN "c100A sA");
		stranger(&t, words[i]);
		stranger(&t, words[i]); // repeated
		talk(&t, "c100A sA");
		stranger(&t, words[i]);
		talk(&t, "c100A sA");
		stranger(&t, "c100A+1000000100");
		assert_int_equal(client(&t)->snd_nxt, t.line[0].next[CLIENT]);
		assert_int_equal(client(&t)->bytes, 300);
		assert_int_equal(endpoint_missing(client(&t)), 0);
		talk_free(&t);
	}
}

// One direction only ----------------------------------------------------------

static void an_upload_without_its_acknowledgments(void **state)
{
	(void)state;
	EACH(t, size, {
		talk(&t, OPEN);
		pour(&t, "c%A", size);
		assert_int_equal(client(&t)->bytes, size);
		assert_int_equal(endpoint_missing(client(&t)), 0);
		struct talk_end e = talk_end(&t);
		assert_false(evidence_has(&e.ev, NOT_TAKEN));
		talk(&t, "sA @500 sRA");
		e = talk_end(&t);
		assert_false(evidence_has(&e.ev, NEVER_RECEIVED));
		assert_int_equal(talk_flow(&t)->rst[0].right_edge,
				 t.line[0].next[CLIENT] + (TALK_WINDOW << 7));
		assert_int_equal(talk_flow(&t)->end[SERVER].rtts, 2);
	})
}

static void acknowledgments_without_their_upload(void **state)
{
	(void)state;
	EACH(t, size, {
		talk(&t, OPEN);
		pour(&t, "c%A! sA", size);
		assert_int_equal(client(&t)->bytes, 0);
		assert_int_equal(endpoint_missing(client(&t)), size);
	})
}

// Ends ------------------------------------------------------------------------

static void gigabytes_after_a_half_close(void **state)
{
	(void)state;
	EACH(t, size, {
		talk(&t, OPEN "c100A sA cFA sA");
		pour(&t, "s%A cA", size);
		talk(&t, "sFA cA");
		struct talk_end e = talk_end(&t);
		assert_int_equal(e.r.verdict, ORDERLY_CLOSE);
		assert_int_equal(e.ev.closed_first, CLIENT);
		assert_int_equal(e.c.state[CLIENT], STATE_TIME_WAIT);
		assert_int_equal(e.c.state[SERVER], STATE_CLOSED);
		assert_true(evidence_has(&e.ev, NOTE_HALF_CLOSE) ||
			    talk_finding(&e.ev, NOTE_HALF_CLOSE));
	})
}

// Silence ---------------------------------------------------------------------

static void is_idle_for(int64_t days, int64_t ms)
{
	struct talk t = talk_new();
	struct talk_end e;
	const struct finding *idle;

	talk(&t, OPEN "c100A s100A cA");
	t.now += (days * DAY_MS + ms) * TALK_MS;
	talk(&t, "c100A sR");
	e = talk_end(&t);
	idle = talk_finding(&e.ev, IDLE);
	assert_non_null(idle);
	assert_int_equal(idle->a, (days * DAY_MS + ms + 1) * TALK_MS);
	assert_true(evidence_has(&e.ev, LONGEST_QUIET));
	talk_free(&t);
}

static void months_of_silence_are_months(void **state)
{
	(void)state;
	is_idle_for(0, 60 * 1000);
	is_idle_for(49, 17 * 60 * 60 * 1000);
	is_idle_for(49, UINT32_MAX % DAY_MS - 1);
	is_idle_for(49, UINT32_MAX % DAY_MS);
	is_idle_for(49, UINT32_MAX % DAY_MS + 1);
	is_idle_for(50, 0);
	is_idle_for(99, 12345);
	is_idle_for(99, 2 * (UINT32_MAX % DAY_MS));
	is_idle_for(365, 0);
	is_idle_for(12000, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_took_gigabytes_has_received_something),
		cmocka_unit_test(who_took_gigabytes_took_the_connection),
		cmocka_unit_test(
		    an_answer_after_gigabytes_is_none_to_the_handshake),
		cmocka_unit_test(
		    a_client_s_late_first_ack_completes_the_handshake),
		cmocka_unit_test(a_byte_that_was_lost_early_stays_one_byte),
		cmocka_unit_test(more_holes_than_are_kept_stay_in_their_array),
		cmocka_unit_test(a_reset_long_after_a_loss_is_good),
		cmocka_unit_test(gigabytes_that_the_capture_missed_are_missing),
		cmocka_unit_test(a_gap_in_one_direction),
		cmocka_unit_test(strangers_do_not_move_the_stream),
		cmocka_unit_test(an_upload_without_its_acknowledgments),
		cmocka_unit_test(acknowledgments_without_their_upload),
		cmocka_unit_test(gigabytes_after_a_half_close),
		cmocka_unit_test(months_of_silence_are_months),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
