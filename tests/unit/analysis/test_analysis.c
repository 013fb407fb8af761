// The whole way from frames to records: what is decided early stays right,
// what is given back stays told, and where the numbers wrap does not matter.
#include "analysis/analysis.h"
#include "track/zeek.h"

#include <stdio.h>

#include "lives.h"

static struct talk told(const char *script)
{
	struct talk t = talk_analysis();

	talk(&t, script);
	return t;
}

// So many other connections begin that what is over is given back.
static void others(struct talk *t)
{
	talk(t, "#9 cS sSA cA c1A #10 cS sSA cA c1A #11 cS sSA cA c1A "
		"#12 cS sSA cA c1A #13 cS sSA cA c1A");
}

static const struct finding *finding_of(const struct talk *t, size_t i,
					enum fact fact)
{
	const struct connection *c = at(t, i);
	struct finding all[EVIDENCE_FINDINGS];
	const struct finding *f = analysis_findings(t->analysis, c, all);

	for (size_t k = 0; k < c->findings; k++)
		if (f[k].fact == fact)
			return &f[k];
	return NULL;
}

static void same_record(const struct connection *a, const struct connection *b,
			const char *script)
{
	if (a->verdict != b->verdict || a->confidence != b->confidence ||
	    memcmp(a->also, b->also, sizeof(a->also)) ||
	    memcmp(a->bytes, b->bytes, sizeof(a->bytes)) ||
	    memcmp(a->packets, b->packets, sizeof(a->packets)) ||
	    memcmp(a->state, b->state, sizeof(a->state)) ||
	    memcmp(&a->app, &b->app, sizeof(a->app)) ||
	    a->closed_first != b->closed_first || a->reset_by != b->reset_by ||
	    a->actor != b->actor || a->findings != b->findings ||
	    a->start != b->start || a->end != b->end ||
	    a->zeek_state != b->zeek_state)
		fail_msg("%s: %s %s is not %s %s", script,
			 verdict_get(a->verdict)->name,
			 confidence_name(a->confidence),
			 verdict_get(b->verdict)->name,
			 confidence_name(b->confidence));
}

static const char *history(const struct talk *t, size_t i)
{
	return analysis_zeek_history(t->analysis, at(t, i));
}

// What a record holds ---------------------------------------------------------

static void a_record_says_what_was_seen(void **state)
{
	struct talk t = told("#1 cS sSA cA c9A s7A s7A cA cFA sA");
	const struct connection *c = settled(&t, 0);

	(void)state;
	assert_int_equal(c->port[CLIENT], TALK_PORT + 1);
	assert_int_equal(c->port[SERVER], 80);
	assert_int_equal(c->bytes[CLIENT], 9);
	assert_int_equal(c->bytes[SERVER], 14);
	assert_int_equal(c->packets[CLIENT], 5);
	assert_int_equal(c->packets[SERVER], 4);
	assert_int_equal(c->first_frame, 1);
	assert_int_equal(c->last_frame, 9);
	assert_int_equal(c->end - c->start, 8 * TALK_MS);
	assert_int_equal(c->end, t.now);
	assert_int_equal(c->actor, CLIENT);
	assert_string_equal(zeek_state_name(c->zeek_state), "S2");
	talk_free(&t);
}

static void rivals_are_kept_best_first(void **state)
{
	struct talk t = told(OPEN "c9A sA sRA");
	const struct connection *c = settled(&t, 0);

	(void)state;
	assert_int_equal(c->verdict, RESET_UNREAD_DATA);
	assert_int_equal(c->confidence, POSSIBLE);
	assert_int_equal(c->also[0], RESET_LINGER_ZERO);
	assert_int_equal(c->also[2], RESET_DESTROYED);
	assert_int_equal(c->also[3], VERDICT_NONE);
	talk_free(&t);
}

static void findings_are_in_the_order_of_their_frames(void **state)
{
	struct talk t = told(OPEN "c9A @300 c9A-9 sA sFA cA c9A sR");
	const struct connection *c = settled(&t, 0);
	struct finding all[EVIDENCE_FINDINGS];
	const struct finding *f = analysis_findings(t.analysis, c, all);

	(void)state;
	assert_true(c->findings > 3);
	for (size_t i = 1; i < c->findings; i++)
		assert_true(!f[i].frame ||
			    (f[i - 1].frame && f[i - 1].frame <= f[i].frame));
	assert_int_equal(f[c->findings - 1].frame, 0); // no single frame
	talk_free(&t);
}

// Settling --------------------------------------------------------------------

static void settling_early_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < LIVES; i++) {
		struct talk once = told(lives[i]), often = talk_analysis();

		for (const char *w = lives[i]; *w;) {
			char word[40];
			size_t n = strcspn(w, " ");
			snprintf(word, sizeof word, "%.*s", (int)n, w);
			talk(&often, word);
			analysis_settle(often.analysis);
			w += n + strspn(w + n, " ");
		}
		same_record(settled(&often, 0), settled(&once, 0), lives[i]);
		assert_string_equal(history(&often, 0), history(&once, 0));
		analysis_settle(once.analysis);
		same_record(at(&often, 0), at(&once, 0), lives[i]);
		talk_free(&once);
		talk_free(&often);
	}
}

// Neighbours have a say too, and are decided in the same call.
static void neighbours_count_the_first_time_already(void **state)
{
	struct talk t = told("#1 " OPEN "sRA #2 cS sRAz");
	struct connection first = *settled(&t, 0);

	(void)state;
	assert_non_null(finding_of(&t, 0, PORT_GONE));
	same_record(settled(&t, 0), &first, "settled twice");
	talk_free(&t);
}

static void nothing_is_there_before_it_is_settled(void **state)
{
	struct talk t = told(OPEN);

	(void)state;
	assert_int_equal(analysis_count(t.analysis), 0);
	analysis_settle(t.analysis);
	assert_int_equal(analysis_count(t.analysis), 1);
	talk(&t, "#1 cS");
	assert_int_equal(analysis_count(t.analysis), 1);
	talk_free(&t);
}

// Wrapping --------------------------------------------------------------------

static void the_initial_numbers_do_not_matter(void **state)
{
	static const uint32_t edge[] = { 2, 3, 50, 101, 102, 300, 60000 };
	enum { EDGES = sizeof(edge) / sizeof(edge[0]) };

	(void)state;
	for (size_t i = 0; i < LIVES; i++) {
		struct talk plain = talk_analysis();
		talk_isn(&plain, 1000, 5000000);
		talk(&plain, lives[i]);
		settled(&plain, 0);
		for (size_t k = 0; k < 2 * EDGES; k++) {
			struct talk t = talk_analysis();
			uint32_t a = -edge[k / 2], b = 0x80000000 - edge[k / 2];
			talk_isn(&t, k % 2 ? a : b, k % 2 ? b : a);
			talk(&t, lives[i]);
			same_record(settled(&t, 0), at(&plain, 0), lives[i]);
			talk_free(&t);
		}
		talk_free(&plain);
	}
}

// What was given back ---------------------------------------------------------

static void what_is_over_is_told_all_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < LIVES; i++) {
		struct talk kept = told(lives[i]), t = told(lives[i]);
		struct connection c;

		talk(&t, "@200000");
		others(&t);
		talk(&kept, "@200000 #9 cS sSA");
		c = *settled(&kept, 0);
		same_record(settled(&t, 0), &c, lives[i]);
		assert_string_equal(history(&t, 0), history(&kept, 0));
		talk_free(&kept);
		talk_free(&t);
	}
}

static void late_packets_are_counted(void **state)
{
	struct talk t = told(OPEN "c9A sA cFA sFA cA @11000");
	struct connection before;

	(void)state;
	others(&t);
	before = *settled(&t, 0);
	talk(&t, "#0 cA s5A cRA");
	assert_int_equal(settled(&t, 0)->verdict, ORDERLY_CLOSE);
	assert_int_equal(at(&t, 0)->packets[CLIENT],
			 before.packets[CLIENT] + 2);
	assert_int_equal(at(&t, 0)->packets[SERVER],
			 before.packets[SERVER] + 1);
	assert_int_equal(at(&t, 0)->end, t.now);
	assert_int_equal(at(&t, 0)->last_frame, t.frame);
	assert_int_equal(at(&t, 0)->state[CLIENT], STATE_TIME_WAIT);
	talk_free(&t);
}

static void ports_are_used_again(void **state)
{
	struct talk t = told(OPEN "c9A sA cFA sFA cA @11000");

	(void)state;
	others(&t);
	t.on = 0;
	talk_isn(&t, 100000000, 200000000);
	talk(&t, OPEN "c7A sA sRA");
	assert_int_equal(settled(&t, 0)->verdict, ORDERLY_CLOSE);
	assert_int_equal(at(&t, 0)->bytes[CLIENT], 9);
	assert_int_equal(analysis_count(t.analysis), 7);
	assert_int_equal(at(&t, 6)->bytes[CLIENT], 7);
	assert_int_equal(at(&t, 6)->reset_by, SERVER);
	assert_int_equal(finding_of(&t, 6, NOTE_REUSED)->a, 1);
	talk_free(&t);
}

// A RST without effect is no end, however long the silence after it.
static void who_survives_a_reset_is_not_over(void **state)
{
	static const char *const resets[] = { "sRA-20", "sRA+20", "sR-20",
					      "sRA @1 s60A cA" };

	(void)state;
	for (size_t i = 0; i < sizeof(resets) / sizeof(resets[0]); i++) {
		struct talk t = told(OPEN "c100A sA s50A cA");
		talk(&t, resets[i]);
		talk(&t, "@11000");
		others(&t);
		talk(&t, "#0 c100A s200A cFA sFA cA");
		if (settled(&t, 0)->verdict != ORDERLY_CLOSE)
			fail_msg("after %s: %s", resets[i],
				 verdict_get(at(&t, 0)->verdict)->name);
		assert_int_equal(at(&t, 0)->bytes[CLIENT], 200);
		talk_free(&t);
	}
}

static void memory_may_run_short(void **state)
{
	struct talk t = talk_analysis();

	(void)state;
	analysis_limit(t.analysis, 1, NULL);
	talk(&t, "#1 " OPEN "c9A sA cFA sFA cA");
	others(&t);
	analysis_settle(t.analysis);
	assert_int_equal(analysis_count(t.analysis), 6);
	assert_int_equal(at(&t, 0)->verdict, ORDERLY_CLOSE);
	assert_int_equal(at(&t, 0)->bytes[CLIENT], 9);
	talk_free(&t);
}

// Who repeats twice and then falls silent for longer than the third time was
// due has given up: that is no open connection for certain.
static void tries_that_end_too_soon_say_that_it_ended(void **state)
{
	struct talk t = told("#1 " OPEN "c9A sA s9A cA c99A @200 c99A-99 @400 "
			     "c99A-99");

	(void)state;
	assert_int_equal(settled(&t, 0)->verdict, STILL_OPEN);
	talk(&t, "#2 @5000 cS");
	assert_int_equal(settled(&t, 0)->verdict, TIMEOUT_RETRANSMISSION);
	assert_int_equal(at(&t, 0)->confidence, LIKELY);
	assert_int_equal(at(&t, 0)->also[0], STILL_OPEN);
	talk_free(&t);
}

// A lossy capture -------------------------------------------------------------

static enum confidence refused_among(const char *script, int64_t later)
{
	struct talk t = talk_analysis();
	enum confidence c;
	size_t i = 1;

	talk(&t, script);
	talk(&t, "#2 cS sRAz");
	t.now += later * TALK_MS;
	others(&t);
	settled(&t, 0);
	while (at(&t, i)->verdict != CONNECT_REFUSED)
		i++;
	c = at(&t, i)->confidence;
	talk_free(&t);
	return c;
}

static void lost_packets_cost_others_their_certainty(void **state)
{
	(void)state;
	assert_int_equal(refused_among("#1 cS sSA cA c9A sA", 0), CERTAIN);
	assert_int_equal(refused_among("#1 cS sSA cA c9A! c9A sA", 0), LIKELY);
	assert_int_equal(refused_among("#1 cS sSA cA c9A! sA", 0), LIKELY);
	// Also where they were told long before the end.
	assert_int_equal(refused_among("#1 cS sSA cA c9A! sA", 100000), LIKELY);
	// ... and filled holes do not.
	assert_int_equal(refused_among("#1 cS sSA cA c9A! c9A c9A-18 sA", 0),
			 CERTAIN);
}

// The capture as a whole ------------------------------------------------------

static void the_tally_adds_up(void **state)
{
	struct talk t = told(OPEN "c9A c9A-9d");
	const struct tally *tally = analysis_tally(t.analysis);
	struct frame junk = { .link = TALK_LINK,
			      .cap_len = 1,
			      .wire_len = 1,
			      .data = (const uint8_t *)"\x10" };

	(void)state;
	analysis_settle(t.analysis); // frames are taken in batches
	assert_int_equal(tally->frames, 5);
	assert_int_equal(tally->kind[PACKET_SEGMENT], 5);
	assert_int_equal(tally->duplicates, 1);
	assert_int_equal(tally->last - tally->first, 4 * TALK_MS);
	assert_int_equal(tally->backward, 0);
	junk.time = tally->first - 1;
	assert_true(analysis_frame(t.analysis, &junk, NULL));
	analysis_settle(t.analysis);
	assert_int_equal(tally->frames, 6);
	assert_int_equal(tally->kind[PACKET_SEGMENT], 5);
	assert_int_equal(tally->backward, 1);
	assert_int_equal(tally->first, junk.time);
	talk_free(&t);
}

// Lost ACKs leave no gap but in IP IDs; the path may have lost those of a few.
static void lost_acks_of_many_cost_others_their_certainty(void **state)
{
	static const char one[] =
	    "#1 cS sSA cA c9A sA s9A cA! s9A cA s9A cA!! s9A cA ";
	char many[4 * sizeof one];

	(void)state;
	assert_int_equal(refused_among(one, 0), CERTAIN);
	snprintf(many, sizeof many, "%s%s%s%s", one, one, one, one);
	many[sizeof one] = '3';
	many[2 * sizeof one - 1] = '4';
	many[3 * sizeof one - 2] = '5';
	assert_int_equal(refused_among(many, 0), LIKELY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_says_what_was_seen),
		cmocka_unit_test(rivals_are_kept_best_first),
		cmocka_unit_test(findings_are_in_the_order_of_their_frames),
		cmocka_unit_test(settling_early_changes_nothing),
		cmocka_unit_test(neighbours_count_the_first_time_already),
		cmocka_unit_test(nothing_is_there_before_it_is_settled),
		cmocka_unit_test(the_initial_numbers_do_not_matter),
		cmocka_unit_test(what_is_over_is_told_all_the_same),
		cmocka_unit_test(late_packets_are_counted),
		cmocka_unit_test(ports_are_used_again),
		cmocka_unit_test(who_survives_a_reset_is_not_over),
		cmocka_unit_test(memory_may_run_short),
		cmocka_unit_test(tries_that_end_too_soon_say_that_it_ended),
		cmocka_unit_test(lost_packets_cost_others_their_certainty),
		cmocka_unit_test(lost_acks_of_many_cost_others_their_certainty),
		cmocka_unit_test(the_tally_adds_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
