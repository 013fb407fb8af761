// Connections that lived and ended as they should are told from their logs:
// which they are, and that their records say what their states would have.
#include "track/clean_close.h"

#include <glob.h>
#include <stdio.h>

#include "judge/outcome.h"
#include "lives.h"
#include "skip.h"
#include "told.h"
#include "track/flow_table.h"

enum { MADE_UP = 1500 };

static struct talk with_logs(void)
{
	struct talk t = talk_base();

	t.flows = flow_table_new();
	assert_non_null(t.flows);
	return t;
}

// Which are -------------------------------------------------------------------

static bool says_yes(const char *life)
{
	struct talk t = with_logs();
	bool yes;

	lives_say(&t, life);
	yes = flow_clean_close(t.flows, 0, true) == CLEAN_CLOSE_OVER;
	talk_free(&t);
	return yes;
}

static bool live(const char *life, bool findings);

static void are_clean_closes(const char *const *life, bool yes)
{
	for (; *life; life++)
		if (says_yes(*life) != yes)
			fail_msg("%s: %s", *life, yes ? "no" : "yes");
}

static void plain_closes_are(void **state)
{
	static const char *const closes[] = {
		OPEN "c100A s900A cA cFA sFA cA", // the client first
		OPEN "c100A s900A cA sFA cFA sA", // the server first
		OPEN "c100A sA cFA sA sFA cA",    // ACK and FIN apart
		OPEN "c100A sA cFA sFA/1 cA sA",  // crossed
		OPEN "c100FA s900FA cA",          // FINs with payload
		OPEN "c100A cFA sA s500A cA s500A s500A cA sFA cA", // half
		OPEN "s9A cA sFA cA c9A sA cFA sA",
		OPEN "cFA sFA cA",                      // nothing was said
		OPEN "@90000 cFA @90000 sFA @90000 cA", // slowly
		"cSo sSAo cAo c9Ao cFAo sFAo cAo",      // no options
		"cSw0 sSAw0 cA c9A cFA sFA cA",
		"cS sSA c100A cFA sFA cA", // payload completes the handshake
		"cS sSA c100A/1 s9A cA sFA cFA sA", // ... or does not yet
		NULL,
	};

	(void)state;
	are_clean_closes(closes, true);
}

static void without_ip_ids_too(void **state)
{
	struct talk t = with_logs();

	(void)state;
	t.no_id = true;
	talk(&t, OPEN "c100A s900A cA cFA sFA cA");
	assert_int_equal(flow_clean_close(t.flows, 0, true), CLEAN_CLOSE_OVER);
	talk_free(&t);
}

static void all_that_is_unusual_is_not(void **state)
{
	static const char *const unusual[] = {
		OPEN "c100A @300 c100A-100 sA cFA sFA cA", // repeated
		OPEN "c100A cFA @300 cFA-1 sFA cA",
		"cS @1000 cS-1 sSA cA cFA sFA cA",
		"cS sSA @1000 sSA-1 cA cFA sFA cA",
		OPEN "c100A! c100A sA cFA sFA cA", // a hole
		OPEN "c100A c100A+50 sA cFA sFA cA",
		OPEN "c100A c100A+50 c50A-150 sA cFA sFA cA",
		OPEN "c100A s900A cA cFA sFA", // not acknowledged
		OPEN "c100A s900A cA cFA sFA/1 cA",
		OPEN "c100A s900A cA cFA sA", // one only
		OPEN "c100A sA cFA sFA cRA",  // RSTs, wherever
		OPEN "c100A sA cFA sFA cA sR",
		OPEN "sRA-5 c100A sA cFA sFA cA",
		OPEN "c100A sAw0 sAw9 cFA sFA cA", // a shut window
		OPEN "c100Aw0 sA cFA sFA cA",
		OPEN "c100A sA cFA sFAw0 cA",
		OPEN "c100A c100A-100d sA cFA sFA cA", // captured twice
		OPEN "c100A sA sAd cFA sFA cA",
		OPEN "c100A sA cFA cFA-1d sFA cA",
		OPEN "c100A sA sAw900 cFA sFA cA",  // a window update
		OPEN "c100A sA sA cFA sFA cA",      // ... or a duplicate
		OPEN "c100A sA cA-1 sA cFA sFA cA", // a probe
		OPEN "c100A sA cFA c9A sA sFA cA",  // payload after the FIN
		OPEN "c100A sA cFA cFA sA sFA cA",  // another FIN
		OPEN "c100A sA cFA sFA cA cA",      // more after the end
		OPEN "c100A sA cFA sFA cA c1A",
		OPEN
		"cA/4294967286 cFA sFA cA", // acknowledges what nobody sent
		OPEN "c100A sA cFA sFA cA/4294967286",
		OPEN "c100A sA c1A/200 cFA sFA cA", // ... and the past
		"cS! sSA cA cFA sFA cA",
		"cS sSA! cA cFA sFA cA",
		"cA s9A cA cFA sFA cA",
		"cS sS cSA-1 sSA-1 cFA sFA cA", // opened at once
		"c10S sSA cA cFA sFA cA",       // Fast Open
		"cS s10SA cA cFA sFA cA",
		"c10S sSA/10 c10A-10 sA cFA sFA cA", // ... refused
		"cS s10SA cA/10 s10A-10 cA cFA sFA cA",
		"cS sSA/1 cA cFA sFA cA",
		"sSA cS-1 cA cFA sFA cA",
		"cS sSA cA s9 cFA sFA cA", // no ACK
		"cS sSA cA cF sFA cA sA",
		"cS sSA cSA cFA sFA cA",
		"cSF sSA cA cFA sFA cA",
		"cS sFSA cA cFA sFA cA",
		"cS sRSA cA cFA sFA cA",
		"cS",
		OPEN,
		"cS sRAz",
		NULL,
	};

	(void)state;
	are_clean_closes(unusual, false);
}

// Somebody had waited for an answer, and a record has no room for that.
static void what_was_never_answered_is_not(void **state)
{
	static const char *const unanswered[] = {
		OPEN "@5000 sFA cFA sA",         // the server says nothing
		OPEN "c9A sA sFA cFA sA",        // ... whatever it is told
		OPEN "c9A s9A c100A sFA cFA sA", // nor to the last request
		OPEN "c9A s9A c100A @1000 cFA sFA cA", // the client waits
		OPEN "c9A sA @1000 cFA sFA cA",
		NULL,
	};
	static const char *const answered[] = {
		OPEN "c9A s9A c48A sFA cFA sA",  // a good-bye
		OPEN "c9A s9A c100A cFA sFA cA", // nobody waits
		OPEN "c9A s9A c9A s9A @1000 cFA sFA cA",
		OPEN "c9A sA @1000 cFA s9A cA sFA cA", // the client reads on
		OPEN "s9A cA sFA cA c100A sA cFA sA",  // the server reads on
		OPEN "c9A sA @1000 c9A sA @1000 cFA sFA cA", // one-way
		NULL,
	};

	(void)state;
	are_clean_closes(unanswered, false);
	for (const char *const *life = unanswered; *life; life++)
		assert_true(live(*life, false)); // where nobody asks why
	are_clean_closes(answered, true);
}

// What stands in the place of an acknowledgment may look like the right one.
static void segments_without_ack_acknowledge_nothing(void **state)
{
	struct talk t = with_logs();

	(void)state;
	talk_isn(&t, 1000, UINT32_MAX); // the next is 0
	talk(&t, OPEN "c9 sA cFA sFA cA");
	assert_int_equal(flow_clean_close(t.flows, 0, true), CLEAN_CLOSE_NOT);
	talk_free(&t);
}

static void what_has_no_log_is_not(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, OPEN "c100A s900A cA cFA sFA cA");
	assert_int_equal(flow_clean_close(t.flows, 0, true),
			 CLEAN_CLOSE_NOT); // its state is made already
	flow_release(t.flows, 0);
	assert_int_equal(flow_clean_close(t.flows, 0, true), CLEAN_CLOSE_NOT);
	talk_free(&t);
}

// A header may say so, whatever the wire carried.
static void half_the_sequence_space_at_once_is_not(void **state)
{
	struct talk t = with_logs();
	struct segment s;

	(void)state;
	talk(&t, OPEN);
	s = talk_segment(&t, CLIENT, TCP_ACK, UINT32_C(3000000000));
	talk_send(&t, &s);
	t.line[0].next[CLIENT] += s.len;
	talk(&t, "sA/1500000000 sA cFA sFA cA");
	assert_int_equal(flow_clean_close(t.flows, 0, true), CLEAN_CLOSE_NOT);
	talk_free(&t);
}

// What they say ---------------------------------------------------------------

// Nothing that decide.c would do with its state is left out.
static void is_nothing_but_over(const struct flow *f, const char *life)
{
	const struct surroundings s = { .capture_end = f->last.time };
	struct evidence ev;

	evidence_collect(f, &s, &ev);
	if (!flow_ended(f) || f->rsts || f->duplicates || f->challenge.frame ||
	    evidence_is_lossy(f))
		fail_msg("%s: is not closed cleanly", life);
}

static void is_told_alike(struct talk *t, const char *life)
{
	const struct flow *f = flow_live(t->flows, 0, t->room);
	struct talk_end e = talk_end(t);
	struct connection c = *flow_record(t->flows, 0), full;
	const char *differs;

	is_nothing_but_over(f, life);
	full = told_by_state(f, &e);
	differs = same_record(&c, &full);
	if (differs)
		fail_msg("%s: %s", life, differs);
}

// Looks at it after each word, if it is the only one; true if it was closed
// cleanly at any time.
static bool live(const char *life, bool findings)
{
	struct talk t = with_logs();
	char word[LIFE_WORD];
	bool ever = false;

	for (const char *w = life; *w && flow_count(t.flows) < 2;) {
		w = lives_word(w, word);
		lives_say_word(&t, word);
		if (flow_count(t.flows) != 1 ||
		    flow_clean_close(t.flows, 0, findings) != CLEAN_CLOSE_OVER)
			continue;
		outcome_clean_close(flow_record(t.flows, 0));
		ever = true;
		is_told_alike(&t, life);
	}
	talk_free(&t);
	return ever;
}

static void each_life_that_is_closed_cleanly(void **state)
{
	unsigned n = 0;

	(void)state;
	for (size_t i = 0; i < LIVES; i++)
		n += live(lives[i], true) | live(lives[i], false);
	assert_in_range(n, 3, LIVES);
}

static void made_up_lives(void **state)
{
	char life[LIFE_ROOM];
	unsigned plain = 0, odd = 0;

	(void)state;
	for (uint64_t seed = 0; seed < MADE_UP; seed++) {
		lives_make(seed, ODD_NEVER, life);
		plain += live(life, seed % 2);
		lives_make(seed, ODD_SOMETIMES, life);
		odd += live(life, seed % 2);
	}
	// Both ways were tried.
	assert_in_range(plain, MADE_UP / 20, MADE_UP);
	assert_in_range(odd, MADE_UP / 100, MADE_UP / 2);
}

// Captures --------------------------------------------------------------------

// So late that all which is over is told without its state.
static void go_on(struct analysis *a)
{
	struct talk t = talk_base();

	t.analysis = a;
	t.now = analysis_tally(a)->last + 100000 * TALK_MS;
	talk(&t, "#9 cS @20000 #10 cS @20000 #11 cS @20000 #12 cS");
	t.analysis = NULL; // not this one's
	talk_free(&t);
}

static struct analysis *analyse(const char *path, unsigned without)
{
	struct analysis *a = told_frames(path, without);

	if (!a)
		return NULL;
	go_on(a);
	analysis_settle(a);
	return a;
}

// How many were told without findings, though there are some.
static unsigned compare(const char *path)
{
	struct analysis *all = analyse(path, 0);
	struct analysis *some =
	    analyse(path, ANALYSIS_ZEEK | ANALYSIS_ORDERLY_FINDINGS);
	unsigned shortened = 0;

	assert_true(!all == !some);
	for (size_t i = 0; all && i < analysis_count(all); i++) {
		const struct connection *a = analysis_get(all, i);
		const struct connection *b = analysis_get(some, i);
		const char *differs = same_record(a, b);
		if (differs)
			fail_msg("%s, connection %zu: %s", path, i + 1,
				 differs);
		shortened += a->findings && !b->findings;
		assert_true(a->findings == b->findings || !b->findings);
	}
	if (all)
		assert_int_equal(analysis_count(all), analysis_count(some));
	analysis_free(all);
	analysis_free(some);
	return shortened;
}

// Compares all of them; returns how many there are.
static size_t compare_all(const char *pattern, unsigned *shortened)
{
	glob_t found;
	size_t n;

	*shortened = 0;
	if (glob(pattern, 0, NULL, &found))
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++)
		*shortened += compare(found.gl_pathv[i]);
	n = found.gl_pathc;
	globfree(&found);
	return n;
}

static void samples_are_told_alike(void **state)
{
	unsigned shortened;

	(void)state;
	assert_true(compare_all("samples/*.pcap", &shortened) > 0);
	assert_in_range(shortened, 1, UINT32_MAX);
}

static void captures_of_kernels_are_told_alike(void **state)
{
	unsigned shortened;

	(void)state;
	assert_true(compare_all("samples/lab/corpus/*.pcap", &shortened) > 0);
	assert_in_range(shortened, 100, UINT32_MAX);
}

static void captures_of_others_are_told_alike(void **state)
{
	unsigned shortened;

	(void)state;
	if (!compare_all("../shared/captures/core/*cap*", &shortened))
		skip_because("no ../shared/captures");
	assert_in_range(shortened, 1, UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_closes_are),
		cmocka_unit_test(without_ip_ids_too),
		cmocka_unit_test(all_that_is_unusual_is_not),
		cmocka_unit_test(what_was_never_answered_is_not),
		cmocka_unit_test(segments_without_ack_acknowledge_nothing),
		cmocka_unit_test(what_has_no_log_is_not),
		cmocka_unit_test(half_the_sequence_space_at_once_is_not),
		cmocka_unit_test(each_life_that_is_closed_cleanly),
		cmocka_unit_test(made_up_lives),
		cmocka_unit_test(samples_are_told_alike),
		cmocka_unit_test(captures_of_kernels_are_told_alike),
		cmocka_unit_test(captures_of_others_are_told_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
