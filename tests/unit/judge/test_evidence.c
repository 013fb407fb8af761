// The facts that a connection shows: who closed, what went unanswered, what a
// RST gives away, and what limits the view.
#include "judge/evidence.h"

#include "talk_end.h"

#define OPEN "cS sSA cA "

static bool shows(const char *script, enum fact fact)
{
	struct talk_end e = talk_whole(script);

	return evidence_has(&e.ev, fact);
}

static bool tells(const char *script, enum fact fact)
{
	struct talk_end e = talk_whole(script);

	return talk_finding(&e.ev, fact) != NULL;
}

// FINs ------------------------------------------------------------------------

static void is_first(const char *script, enum side side)
{
	struct talk_end e = talk_whole(script);

	if (e.ev.fin_first != side)
		fail_msg("%s: %s closed first", script,
			 side_name(e.ev.fin_first));
}

// By what they acknowledge, in whatever order they were captured.
static void acknowledgments_tell_who_closed_first(void **state)
{
	(void)state;
	is_first(OPEN "c10A sA", NOBODY);
	is_first(OPEN "cFA", CLIENT);
	is_first(OPEN "sFA", SERVER);
	is_first(OPEN "cFA sFA cA", CLIENT);
	is_first(OPEN "sFA cFA sA", SERVER);
	is_first(OPEN "cFA sFA/1 cA sA", BOTH);
	is_first(OPEN "c100FA sFA/1 cA sA", BOTH);
	is_first(OPEN "c100FA s100A/101 sFA cA", CLIENT);
	is_first(OPEN "cFA! sFA cFA-1/1 sA", CLIENT); // captured behind it
	is_first(OPEN "cFA sA cFA-1 sFA cA", CLIENT);
}

static void fins_are_counted_by_what_acknowledges_them(void **state)
{
	(void)state;
	assert_true(shows(OPEN "cFA sA", FIN_ONE));
	assert_true(shows(OPEN "cFA sFA cA", FINS_ACKED));
	assert_true(shows(OPEN "cFA sFA", FINS_BOTH));
	assert_false(shows(OPEN "cFA sFA", FINS_UNSURE));
	assert_true(shows(OPEN "c10A cFA sFA/11", FINS_UNSURE));
	assert_true(tells(OPEN "cFA s10A cA", NOTE_HALF_CLOSE));
	assert_false(tells(OPEN "cFA sA sFA cA", NOTE_HALF_CLOSE));
}

// What was never answered -----------------------------------------------------

static void says_of_the_last_request(const char *script, enum fact fact,
				     bool abnormal)
{
	struct talk_end e = talk_whole(script);
	const enum fact facts[] = { CLOSED_SILENT, REQUEST_DROPPED,
				    REQUEST_GIVEN_UP };

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (evidence_has(&e.ev, facts[i]) != (facts[i] == fact))
			fail_msg("%s: %s", script, fact_name(facts[i]));
	if (e.c.abnormal != abnormal)
		fail_msg("%s: abnormal %d", script, e.c.abnormal);
}

static void an_orderly_close_may_leave_a_request_unanswered(void **state)
{
	(void)state;
	says_of_the_last_request(OPEN "@5000 sFA cFA sA", CLOSED_SILENT, true);
	says_of_the_last_request(OPEN "c9A sA sFA cFA sA", CLOSED_SILENT, true);
	says_of_the_last_request("c68A sFA cFA sA", REQUEST_DROPPED, true);
	says_of_the_last_request(OPEN "c9A s9A c68A sA @60000 sFA cFA sA",
				 REQUEST_DROPPED, true);
	says_of_the_last_request(OPEN "c9A sA @5000 cFA sFA cA",
				 REQUEST_GIVEN_UP, true);
	says_of_the_last_request(OPEN "c9A sA @5000 cFA s9A cR",
				 REQUEST_GIVEN_UP, false); // has a verdict
	says_of_the_last_request(OPEN "c9A sA @5000 cRA", REQUEST_GIVEN_UP,
				 false);
	// An end by RST has a verdict of its own.
	says_of_the_last_request(OPEN "c68A sA sFA c9A sR", FACTS, false);
	says_of_the_last_request(OPEN "c9A sA @900 cRA", FACTS, false);
	says_of_the_last_request(OPEN "c9A s9A @5000 cRA", FACTS, false);
	says_of_the_last_request(OPEN "c9A sA @5000 sRA", FACTS, false);
	// What was answered, needs no answer, or was not captured whole.
	says_of_the_last_request(OPEN "c68A s9A sFA cFA sA", FACTS, false);
	says_of_the_last_request(OPEN "c68A s9FA cFA sA", FACTS, false);
	says_of_the_last_request(OPEN "c9A s9A c68A s90A sFA cA", FACTS, false);
	says_of_the_last_request(OPEN "c9A s9A c48A sFA cFA sA", FACTS, false);
	says_of_the_last_request(OPEN "c9A sA cFA sFA cA", FACTS, false);
	says_of_the_last_request(OPEN "c9A sA @5000 cFA s9A cA sFA cA", FACTS,
				 false);
	says_of_the_last_request(OPEN "c9A s9A! c68A sFA cFA sA", FACTS, false);
	says_of_the_last_request("c9A @5000 c68A sA @5000 cFA sFA cA", FACTS,
				 false);
}

// A filter on flags takes all between the SYNs and the end; chance does not.
static void a_capture_of_flags_alone_lost_nothing(void **state)
{
	const char *filtered = "cS sSA cA! c90A! s500A! s9FA cR";
	const char *lossy = "cS sSA cA c90A! s500A! s9FA cR";

	(void)state;
	assert_true(tells(filtered, FLAGS_ONLY));
	assert_true(shows(filtered, LOST));
	assert_false(tells(filtered, LOST));
	assert_false(tells(lossy, FLAGS_ONLY));
	assert_true(tells(lossy, LOST));
}

// Opening ---------------------------------------------------------------------

static void the_opening_shows_how_far_it_came(void **state)
{
	(void)state;
	assert_true(shows("cS", SYN_UNANSWERED));
	assert_false(shows("cS", SYN_REPEATED));
	assert_true(shows("cS @1000 cS-1", SYN_REPEATED));
	assert_true(shows("cS sSA", SYN_ACK_SEEN));
	assert_false(shows("cS sSA", OPENED));
	assert_false(shows("cS sSA", SYN_UNANSWERED));
	assert_true(shows("cS sSA cA", OPENED));
	assert_true(shows("cS sSA cA sSA-1", SYN_ACK_REPEATED));
	assert_false(shows("cS sSA sSA-1 cA s10A", SYN_ACK_REPEATED));
	assert_false(shows("cS sSA sSA-1 c10A sA", SYN_ACK_REPEATED));
	assert_true(shows(OPEN "c10A", NOT_TAKEN));
	assert_false(shows(OPEN "c10A sA", NOT_TAKEN));
}

// Silence ---------------------------------------------------------------------

#define REPEATS "c9A @200 c9A-9 @400 c9A-9 "

static void unanswered_repeats_are_counted(void **state)
{
	(void)state;
	assert_true(shows(OPEN REPEATS "@800 c9A-9", REPEATS_DEAD));
	assert_true(shows(OPEN REPEATS, REPEATS_FEW));
	assert_false(shows(OPEN REPEATS "@800 c9A-9 sA", REPEATS_DEAD));
	assert_true(shows(OPEN "c9A sA @200 c9A-9 @400 c9A-9 @800 c9A-9",
			  REPEATS_UNHEARD));
	assert_true(
	    shows(OPEN "cFA @200 cFA-1 @400 cFA-1 @800 cFA-1", REPEATS_FIN));
	assert_false(shows(OPEN REPEATS "@800 c9A-9", REPEATS_FIN));
}

static void a_run_of_repeats_begins_with_what_it_repeats(void **state)
{
	struct talk_end e =
	    talk_whole(OPEN "c9A @199 c9A-9 @399 c9A-9 @799 c9A-9");
	const struct finding *f = talk_finding(&e.ev, REPEATS_DEAD);

	(void)state;
	assert_non_null(f);
	assert_int_equal(f->side, CLIENT);
	assert_int_equal(f->frame, 7);
	assert_int_equal(f->other, 4);
	assert_int_equal(f->a, 3);
	assert_int_equal(f->b, 1400 * TALK_MS);
}

// It gave up if the next try was due long before the capture's end.
static void the_capture_s_end_may_come_too_soon(void **state)
{
	struct talk t = talk_new();
	struct talk_end e;

	(void)state;
	talk(&t, OPEN REPEATS "@800 c9A-9"); // for 1.4 s
	e = talk_end_among(&t, 3700, NULL);
	assert_false(evidence_has(&e.ev, GAVE_UP));
	assert_true(evidence_has(&e.ev, ENDS_SOON));
	e = talk_end_among(&t, 3900, NULL);
	assert_true(evidence_has(&e.ev, GAVE_UP));
	assert_false(evidence_has(&e.ev, ENDS_SOON));
	talk_free(&t);
	t = talk_new();
	talk(&t, "cS");
	e = talk_end_among(&t, 900, NULL);
	assert_true(evidence_has(&e.ev, ENDS_SOON));
	e = talk_end_among(&t, 1000, NULL);
	assert_false(evidence_has(&e.ev, ENDS_SOON));
	talk_free(&t);
}

static void probes_and_stalls_are_told_apart(void **state)
{
	(void)state;
	assert_true(shows(OPEN "@9999 cA-1", PROBE_DEAD));
	assert_true(shows(OPEN "@9999 cA-1 @9999 cA-1", PROBES_DEAD));
	assert_false(shows(OPEN "@9999 cA-1 @9999 cA-1 sA", PROBES_DEAD));
	assert_true(tells(OPEN "@9999 cA-1 sA", NOTE_PROBES_ANSWERED));
	assert_true(shows(OPEN "c9A sAw0 @200 cA-1", STALLED_ONCE));
	assert_true(shows(OPEN "c9A sAw0 @200 cA-1 @400 cA-1", STALLED));
	assert_false(shows(OPEN "c9A sAw0 @200 cA-1 @400 cA-1 sA", STALLED));
	assert_true(shows(OPEN "c9A sAw0 @200 cA-1 sAw0 @400 cA-1 sAw0",
			  STALL_ANSWERED));
	assert_false(
	    shows(OPEN "c9A sAw0 @200 cA-1 @400 cA-1", STALL_ANSWERED));
	assert_true(shows(OPEN "c9A sAw0 @200 cA-1 @10100 cA-1", STALL_LONG));
	assert_false(shows(OPEN "c9A sAw0 @200 cA-1 @9900 cA-1", STALL_LONG));
}

static void a_timer_s_reset_comes_at_its_step(void **state)
{
	static const char answered[] =
	    OPEN "c9A sA @9997 cA-1 sA @9997 cA-1 sA @9997 cRA";
	static const char early[] =
	    OPEN "c9A sA @9997 cA-1 sA @9997 cA-1 sA @5000 cRA";
	static const char one[] = OPEN "c9A sA @9997 cA-1 sA @9997 cRA";

	(void)state;
	assert_true(shows(answered, PROBES_UNHEARD));
	assert_false(shows(early, PROBES_UNHEARD));
	assert_false(shows(one, PROBES_UNHEARD));
	assert_true(
	    shows(OPEN "c9A sA @9999 cA-1 @9999 cA-1 @9999 cRA", PROBES_DEAD));
	assert_true(shows(OPEN "c9A @200 c9A-9 @400 c9A-9 @800 c9A-9 cRA",
			  REPEATS_DEAD));
}

// What a RST answers ----------------------------------------------------------

static void an_answer_names_what_it_answers(void **state)
{
	(void)state;
	assert_true(shows("cS sRAz", ANSWERS_SYN));
	assert_true(shows("cS sSA cR", ANSWERS_SYN_ACK));
	assert_true(shows("cS sSA cR", BEFORE_ACK));
	// Its numbers cover payload, which the capture does not have.
	assert_false(shows("cS sSA c100A! sA! @300 cRA", BEFORE_ACK));
	assert_false(shows("cS sSA cA! s100A! @300 cRA", BEFORE_ACK));
	assert_true(shows(OPEN "sR", ANSWERS_HANDSHAKE));
	assert_true(shows(OPEN "c10A sR", ANSWERS_HANDSHAKE));
	assert_true(shows(OPEN "c10A sA c10A sR", ANSWERS_DATA));
	assert_true(shows(OPEN "c10A sA cFA sR", ANSWERS_FIN));
	assert_true(shows(OPEN "c10A sA s10A cA sR", ANSWERS_ACK));
	assert_true(shows(OPEN "c10A sA @9999 cA-1 sR", ANSWERS_ACK));
	assert_true(shows(OPEN "c10A sFA cA c10A sR", ACTOR_CLOSED));
	assert_true(shows(OPEN "c10A cFA sA sRA", PEER_CLOSED));
	assert_true(shows(OPEN "c9A sR", NEVER_ACKED));
	assert_false(shows(OPEN "c9A sA c9A sR", NEVER_ACKED));
	assert_false(shows(OPEN "s9A cR", NEVER_ACKED)); // a server's fact
	assert_true(shows(OPEN "c9A sA s9A @200 s9A-9 c9A/9 sR", STILL_TRYING));
	assert_false(shows(OPEN "c9A sA s9A cA c9A sR", STILL_TRYING));
}

// The RST that matters is the one that says what was lost.
static void late_data_decides_even_if_its_reset_is_ignored(void **state)
{
	struct talk t = talk_new();
	struct talk_end e;

	(void)state;
	talk(&t, OPEN "c9A s9A sFA c50A/10 sR");
	e = talk_end(&t);
	assert_non_null(e.ev.rst);
	assert_int_equal(e.ev.rst->fate, RST_OLD);
	assert_int_equal(e.ev.rst->elicited_by.len, 50);
	assert_int_equal(e.r.verdict, RESET_DATA_AFTER_FIN);
	talk_free(&t);
}

static void a_reset_overtaken_by_an_answer_counts(void **state)
{
	struct talk t = talk_new();
	struct talk_end e;

	(void)state;
	talk(&t, OPEN "c9A sA c9A ~40 sR ~40 sRA");
	e = talk_end(&t);
	assert_int_equal(e.ev.rst->form, FORM_BY_SOCKET);
	talk_free(&t);
	t = talk_new();
	talk(&t, OPEN "c9A sA c9A ~40 sR ~2100 sRA");
	e = talk_end(&t);
	assert_int_equal(e.ev.rst->form, FORM_REPLY);
	talk_free(&t);
	// A program that still had its socket after its FIN aborted it.
	t = talk_new();
	talk(&t, OPEN "c9A sA sFA c9A/1 ~40 sR ~40 sRA");
	e = talk_end(&t);
	assert_int_equal(e.ev.rst->form, FORM_BY_SOCKET);
	assert_int_not_equal(e.r.confidence, CERTAIN);
	talk_free(&t);
}

static void a_close_notify_is_no_loss(void **state)
{
	(void)state;
	assert_true(tells(OPEN "c90A sA sFA cA c24Al sR", NOTE_CLOSE_NOTIFY));
	assert_false(tells(OPEN "c90A sA sFA cA c24A sR", NOTE_CLOSE_NOTIFY));
	assert_true(tells(OPEN "c90A s9A cA c24Al sRA", NOTE_NOTIFY_UNREAD));
	assert_false(tells(OPEN "c90A s9A cA c24A sRA", NOTE_NOTIFY_UNREAD));
	assert_false(tells(OPEN "c24Al s9A cA sRA", NOTE_NOTIFY_UNREAD));
}

// What a script shows whose server runs Windows.
static bool foreign(const char *script, enum fact fact)
{
	struct talk t = talk_new();
	struct talk_end e;
	bool has;

	t.layout[SERVER] = TALK_WINDOWS;
	t.ttl[SERVER] = 128;
	talk(&t, script);
	e = talk_end(&t);
	has = evidence_has(&e.ev, fact);
	talk_free(&t);
	return has;
}

// It sets ACK, as a socket's own RST does.
static void windows_answers_late_data_in_its_own_way(void **state)
{
	struct talk t = talk_new();
	struct talk_end e;

	(void)state;
	t.layout[SERVER] = TALK_WINDOWS;
	t.ttl[SERVER] = 128;
	talk(&t, OPEN "c9A sA sFA cA c9A sRAw0o");
	e = talk_end(&t);
	assert_true(evidence_has(&e.ev, RST_REPLY));
	assert_int_equal(e.r.verdict, RESET_DATA_AFTER_FIN);
	talk_free(&t);
	assert_false(shows(OPEN "c9A sA sFA cA c9A sRAw0o", RST_REPLY));
}

// Stacks other than Linux also answer a segment that comes after a long
// silence, or that crossed their FIN, by a RST that looks like a program's;
// what came sooner than the round trip allows is no answer.
static void other_stacks_answers_look_like_aborts(void **state)
{
	(void)state;
	assert_true(foreign(OPEN "c9A sA @5000 c9A sRAw0o", LIKE_OWN));
	assert_true(foreign(OPEN "c9A sA @5000 cA-1 sRAw0o", LIKE_OWN));
	assert_true(foreign(OPEN "c9A sA sFA c9A/1 sRAw0o", LIKE_OWN));
	assert_false(foreign(OPEN "c9A sA c9A sRAw0o", LIKE_OWN));
	assert_false(foreign(OPEN "c9A sA @5000 c9A @900 sRAw0o", LIKE_OWN));
	assert_false(
	    foreign("@9 sA @20 c9A @20 sA @5000 c9A @1 sRAw0o", LIKE_OWN));
	assert_false(shows(OPEN "c9A sA @5000 c9A sRAw0o", LIKE_OWN));
}

// Two queues of a network card are read one after the other: what was
// acknowledged or answered may be captured a moment behind that.
static void what_was_captured_in_the_wrong_order_is_not_lost(void **state)
{
	(void)state;
	assert_false(shows(OPEN "c9A! sA c9A! sA c9A! sA c9A! sA c9A! sA "
				"c9A-45 c9A-36 c9A-27 c9A-18 c9A-9",
			   LOST));
	assert_false(shows(OPEN "c1A! sA ~20 c1A-1", PROBE_DEAD));
	assert_true(shows(OPEN "c9A sA sFA cA sR ~20 c9A", ANSWERS_DATA));
	assert_false(shows(OPEN "c9A sA sFA cA sR ~200 c9A", ANSWERS_DATA));
	assert_true(shows(OPEN "cFA sFA! cA ~20 sFA-1", FINS_ACKED));
}

// The same SYN at two places on its way; repeated ones differ in IP ID.
static void two_captures_in_one_file_show_in_the_syn(void **state)
{
	(void)state;
	assert_true(shows("cS @9 cS-1d @9 sSA cA", TWO_VIEWS));
	assert_false(shows("cS @1000 cS-1 sSA cA", TWO_VIEWS));
	assert_false(shows(OPEN, TWO_VIEWS));
}

// RFC 9293, 3.10.7.3: in SYN-SENT only the SYN's acknowledgment refuses.
static void a_refusal_has_to_acknowledge_the_syn(void **state)
{
	(void)state;
	assert_true(shows("cS sRAz", ANSWERS_SYN));
	assert_true(shows("cS sRA", ANSWERS_SYN)); // any number and window
	assert_false(shows("cS sRAz", REFUSAL_IGNORED));
	assert_true(shows("cS sRAz/1 @1000 cS-1", REFUSAL_IGNORED));
	assert_true(shows("cS sRAz/1 @1000 cS-1", SYN_UNANSWERED));
	assert_false(shows("cS sRAz/1 @1000 cS-1", RST_HERE));
	assert_true(shows("cS sR @1000 cS-1", REFUSAL_IGNORED));
}

// A program may abort between two probes.
static void a_keep_alive_timer_goes_off_when_a_probe_is_due(void **state)
{
	(void)state;
	assert_true(
	    shows(OPEN "c9A sA @9999 cA-1 @5000 cA-1 @5000 cRA", PROBE_DUE));
	assert_true(
	    shows(OPEN "c9A sA @9999 cA-1 @5000 cA-1 @5250 cRA", PROBE_DUE));
	assert_false(
	    shows(OPEN "c9A sA @9999 cA-1 @5000 cA-1 @4000 cRA", PROBE_DUE));
	assert_true(shows(OPEN "c9A sA @9999 cA-1 @5000 cA-1 @4000 cRA",
			  PROBE_NOT_DUE));
	assert_true(shows(OPEN "c9A sA @9999 cA-1 @9999 cRA", PROBE_DUE));
	assert_true(shows(OPEN "c9A sA @9999 cA-1 @7000 cRA", PROBE_NOT_DUE));
}

// Nothing was acknowledged where no acknowledgment was seen, wherever the
// client's numbers begin.
static void a_mute_server_acknowledged_nothing(void **state)
{
	static const uint32_t isn[] = { 7, UINT32_C(0x7fffffff),
					UINT32_C(0x80000000),
					UINT32_C(0xfffffff7) };

	(void)state;
	for (size_t i = 0; i < sizeof(isn) / sizeof(isn[0]); i++) {
		struct talk t = talk_new();
		struct talk_end e;
		talk_isn(&t, isn[i], 1000);
		talk(&t, "cS sSA! cA c100A sR");
		e = talk_end(&t);
		assert_true(evidence_has(&e.ev, NEVER_ACKED));
		talk_free(&t);
		t = talk_new();
		talk_isn(&t, isn[i], 1000);
		talk(&t, "cS sSA cA c100A sA c9A sR");
		e = talk_end(&t);
		assert_false(evidence_has(&e.ev, NEVER_ACKED));
		talk_free(&t);
	}
}

static void idle_times_are_those_before_what_the_reset_answers(void **state)
{
	(void)state;
	assert_true(shows(OPEN "c9A sA @60000 c9A sR", IDLE));
	assert_false(shows(OPEN "c9A sA @59000 c9A sR", IDLE));
	assert_true(shows(OPEN "c9A sA @349999 c9A sR", IDLE_KNOWN));
	assert_false(shows(OPEN "c9A sA @200000 c9A sR", IDLE_KNOWN));
	assert_true(shows(OPEN "c9A sA @2000 c9A sR", LONGEST_QUIET));
	assert_false(shows(OPEN "@3000 c9A sA @2000 c9A sR", LONGEST_QUIET));
}

static void idle_times_before_a_close_are_told_with_known_timers(void **state)
{
	(void)state;
	assert_true(
	    tells(OPEN "c9A sA s9A cA @5000 sFA cFA sA", NOTE_CLOSED_IDLE));
	assert_true(tells(OPEN "c9A sA s9A cA @5000 sFA cFA sA", NOTE_TIMER));
	assert_false(tells(OPEN "c9A sA s9A cA @7000 sFA cFA sA", NOTE_TIMER));
	assert_false(
	    tells(OPEN "c9A sA s9A cA @900 sFA cFA sA", NOTE_CLOSED_IDLE));
	// A good-bye just before the FIN belongs to it.
	assert_true(
	    tells(OPEN "c9A sA s9A cA @5000 s24A sFA cFA sA", NOTE_TIMER));
	assert_false(tells(OPEN "c9A sA s9A cA @5000 c30A sA s20A cFA sA",
			   NOTE_CLOSED_IDLE));
	// What one side's programs are known for the other's are not.
	assert_false(tells(OPEN "c9A sA s9A cA @5000 cFA sFA cA", NOTE_TIMER));
	assert_true(tells(OPEN "c9A sA s9A cA @90000 cFA sFA cA", NOTE_TIMER));
	assert_true(tells(OPEN "c9A sA s9A cA @5000 sRA", NOTE_ABORTED_IDLE));
	assert_true(tells(OPEN "c9A sA s9A cA @5000 sRA", NOTE_TIMER));
}

static void late_data_tells_whether_its_sender_knew(void **state)
{
	(void)state;
	assert_true(tells(OPEN "c9A s9A sFA cA @50 c9A sR", NOTE_LATE));
	assert_false(
	    tells(OPEN "c9A s9A sFA cA @50 c9A sR", NOTE_LATE_CROSSED));
	// ... or was under way when the FIN came.
	assert_true(tells(OPEN "c9A s9A cA sFA c9A/1 sR", NOTE_LATE_CROSSED));
}

static void a_fin_may_have_waited_for_long(void **state)
{
	(void)state;
	assert_true(shows(OPEN "sFA cA @60000 cFA sR", FIN_WAITED));
	assert_false(shows(OPEN "sFA cA @19000 cFA sR", FIN_WAITED));
	assert_true(shows(OPEN "sFA cA @500 cFA sR", FIN_TOO_SOON));
	assert_false(shows(OPEN "sFA cA @1000 cFA sR", FIN_TOO_SOON));
}

// Unread data -----------------------------------------------------------------

// The server's window: 502 << 7 = 64,256 bytes at most; 34 << 7 is left.
static void the_window_tells_who_had_read(void **state)
{
	(void)state;
	assert_true(shows(OPEN "sA c60000A sAw34 sRAw502", WINDOW_REOPENED));
	assert_true(shows(OPEN "sA c64256A sAw0 sRAw502", WINDOW_REOPENED));
	assert_true(shows(OPEN "sA c60000A sAw34 sRAw34", WINDOW_KEPT));
	assert_true(shows(OPEN "sA c64256A sAw0 sRAw0", WINDOW_KEPT));
	assert_true(shows(OPEN "sA c20000A sAw350 sRAw350", WINDOW_KEPT_OPEN));
	assert_true(shows(OPEN "sA c20000A sAw350 sRAw502", WINDOW_GREW));
	assert_true(shows(OPEN "sA c60000A sAw34 sAw500 sRAw500", WINDOW_READ));
	assert_false(
	    shows(OPEN "sA c60000A sAw34 sAw500 sRAw500", WINDOW_REOPENED));
	assert_false(shows(OPEN "sA c100A sA sRA", WINDOW_GREW));
	assert_false(shows(OPEN "sA c100A sA sRA", WINDOW_KEPT_OPEN));
	// What it had acknowledged by the RST alone was taken from the window.
	assert_true(
	    shows(OPEN "sA c30000A sAw270 c30000A sRAw502", WINDOW_REOPENED));
}

static void who_received_nothing_left_nothing_unread(void **state)
{
	(void)state;
	assert_true(shows(OPEN "sRA", NEVER_RECEIVED));
	assert_true(shows(OPEN "s10A cA sRA", NEVER_RECEIVED));
	assert_true(shows(OPEN "cFA sA sRA", NEVER_RECEIVED)); // but a FIN
	assert_false(shows(OPEN "c1A sA sRA", NEVER_RECEIVED));
	assert_false(shows(OPEN "c1A sRA", NEVER_RECEIVED));
	assert_true(shows(OPEN "c9A sA sRA", UNANSWERED));
	assert_false(shows(OPEN "c9A s9A sRA", UNANSWERED));
	assert_true(shows(OPEN "c9A s9A ~900 sRA", FAREWELL));
	assert_false(shows(OPEN "c9A s9A @3 sRA", FAREWELL));
}

// A stream past its first ACKs, whose ACKs wait for the reads. The last segment
// is a short one.
#define STREAM                                                                 \
	"c999A @9 sA c999A @3 sA c999A @6 sA c999A @9 sA c999A @2 sA c99A "

static void the_time_of_an_ack_tells_who_had_read(void **state)
{
	(void)state;
	assert_true(shows(OPEN STREAM "@300 sRA", FIRST_ACK));
	assert_false(shows(OPEN STREAM "@300 sRA", ACK_AT_READ));
	assert_true(shows(OPEN STREAM "@20 sA @300 sRA", ACK_AT_READ));
	assert_false(shows(OPEN STREAM "@20 sA @300 sRA", FIRST_ACK));
	// A timer's ACK, or none that had to wait, says nothing.
	assert_false(shows(OPEN STREAM "@40 sA @300 sRA", ACK_AT_READ));
	assert_false(shows(OPEN STREAM "@2 sA @300 sRA", ACK_AT_READ));
	// Who answers acknowledges with the answer.
	assert_false(shows(OPEN "s1A cA " STREAM "@300 sRA", FIRST_ACK));
	assert_false(shows(OPEN "c999A sA c99A @300 sRA", FIRST_ACK));
}

// Forgeries -------------------------------------------------------------------

static void a_reset_may_contradict_its_sender(void **state)
{
	(void)state;
	assert_true(shows(OPEN "c9A sA sRAt60", TTL_DIFFERS));
	assert_true(shows(OPEN "c9A sA sRAt60", FORGED_LIKELY));
	assert_false(shows(OPEN "c9A sA sRA", TTL_DIFFERS));
	assert_true(tells(OPEN "c9A sA s9A sRA ~300 s9A", SIGN_DATA_AFTER));
	assert_true(tells(OPEN "c9A sA sRA @3 sA", SIGN_ALIVE_AFTER));
	assert_true(shows(OPEN "c9A sA sRAt60 @3 sA", FORGED));
	assert_true(tells(OPEN "c9A sA s9A s9A sRAi999", SIGN_IP_ID));
	assert_false(tells(OPEN "c9A sA s9A s9A sRA", SIGN_IP_ID));
	assert_true(tells(OPEN "c9A sA sRAo", SIGN_NO_TIMESTAMP));
	assert_false(tells(OPEN "c9A sA sRA", SIGN_NO_TIMESTAMP));
	assert_true(tells(OPEN "c9A sA sRA cRA", SIGN_BOTH_RESET));
	assert_false(tells(OPEN "c9A sA sRA @5 cRA", SIGN_BOTH_RESET));
}

// One weak sign is an oddity, two are none.
static void weak_signs_count_together(void **state)
{
	(void)state;
	assert_false(shows(OPEN "c9A sA s9A s9A sRAi999", FORGED_LIKELY));
	assert_false(shows(OPEN "c9A sA sRAo", FORGED_LIKELY));
	assert_false(shows(OPEN "c9A sA sRA cRA", FORGED_LIKELY));
	assert_true(shows(OPEN "c9A sA s9A s9A sRAi999o", FORGED_LIKELY));
	assert_true(shows(OPEN "c9A sA sRAo cRA", FORGED_LIKELY));
	assert_true(tells(OPEN "c9A sA s9A cA sRA-5", SIGN_SEQ_BEHIND));
	assert_true(shows(OPEN "c9A sA s9A cA sRA-5", FORGED_LIKELY));
	assert_true(shows(OPEN "c9A sA s9A cA sRA-5o", FORGED));
}

// A round trip of 20 ms can't be had in 2.
static void an_answer_may_come_too_fast(void **state)
{
	(void)state;
	assert_true(tells("cS @19 sSA cA c9A @19 sA c9A @1 sR", SIGN_TOO_FAST));
	assert_false(
	    tells("cS @19 sSA cA c9A @19 sA c9A @19 sR", SIGN_TOO_FAST));
}

// What goes on with its sender's counters or clock came by another route.
static void another_route_is_no_forgery(void **state)
{
	(void)state;
	assert_true(tells(OPEN "c9A sA s9A cA sRAt60", NOTE_TTL_OUTVOTED));
	assert_false(shows(OPEN "c9A sA s9A cA sRAt60", FORGED_LIKELY));
	assert_true(shows(OPEN "c9A sA s9A cA sRAt60i999", TTL_DIFFERS));
	assert_true(shows(OPEN "c9A sA s9A cA sRAt60w0", TTL_DIFFERS));
	assert_true(shows(OPEN "c9A sA s9A cA sRA+5t60", TTL_DIFFERS));
	assert_true(tells(OPEN "c9A sA cA @50 sRAt60", NOTE_TTL_OUTVOTED));
	assert_true(shows(OPEN "c9A sA cA @50 sRAt60o", FORGED_LIKELY));
	assert_true(shows(OPEN "c9A sA s9A cA sR-0t60", TTL_DIFFERS));
	assert_true(shows(OPEN "c9A sA s9A cA sRAt60 @3 sA", FORGED));
}

// Where routers spread packets, one hop more or less says nothing.
static void among_wavering_ttls_a_hop_is_no_sign(void **state)
{
	const struct surroundings steady = { .all = 100, .wavering = 1 },
				  wavering = { .all = 100, .wavering = 2 };
	struct talk t = talk_new();
	struct talk_end e;

	(void)state;
	talk(&t, OPEN "c9A sA cA sRAt63");
	e = talk_end_among(&t, 60 * 1000, &steady);
	assert_true(evidence_has(&e.ev, TTL_DIFFERS));
	e = talk_end_among(&t, 60 * 1000, &wavering);
	assert_false(evidence_has(&e.ev, TTL_DIFFERS));
	assert_non_null(talk_finding(&e.ev, NOTE_TTL_WAVERS));
	assert_false(evidence_wavers(talk_flow(&t)));
	talk_free(&t);
	t = talk_new();
	talk(&t, OPEN "c9A sAt62 cA sRAt59");
	e = talk_end_among(&t, 60 * 1000, &wavering);
	assert_true(evidence_has(&e.ev, TTL_DIFFERS));
	assert_true(evidence_wavers(talk_flow(&t)));
	talk_free(&t);
}

static void a_series_of_resets_guesses_the_number(void **state)
{
	(void)state;
	assert_true(tells(OPEN "c9A sA sRA ~20 sRA+1460", SIGN_SERIES));
	assert_true(shows(OPEN "c9A sA sRAw0o ~20 sRA+1460w0o", FORGED_LIKELY));
	assert_false(tells(OPEN "c9A sA sRA ~20 sRA", SIGN_SERIES));
	assert_false(tells(OPEN "c9A sA sRA @5 sRA+1460", SIGN_SERIES));
	assert_false(tells(OPEN "c9A c9A/9 sA sR-9 ~20 sR", SIGN_SERIES));
}

static void a_reset_may_be_made_of_its_victim_s_segment(void **state)
{
	(void)state;
	assert_true(tells(OPEN "c9A sA c9Ai77 ~40 sRAi77", SIGN_COPIED));
	assert_false(tells(OPEN "c9A sA c9Ai77 ~40 sRAi78", SIGN_COPIED));
	assert_false(tells(OPEN "c9A sA c9Ai77w9 ~40 sRAi77", SIGN_COPIED));
}

// A stack that retransmits may have pulled its next number back.
static void a_number_pulled_back_is_the_sender_s_own(void **state)
{
	(void)state;
	assert_false(tells(OPEN "c9A c9A @200 c9A-18 cRA-9", SIGN_SEQ_BEHIND));
	assert_true(tells(OPEN "c9A c9A @200 c9A-18 cRA-8", SIGN_SEQ_BEHIND));
}

// The later segments may be the forged ones.
static void life_after_a_reset_has_to_be_its_sender_s(void **state)
{
	(void)state;
	assert_true(tells(OPEN "c9A sA sRA @3 sA", SIGN_ALIVE_AFTER));
	assert_true(tells(OPEN "c9A sA sRA @3 sAt62", SIGN_ALIVE_AFTER));
	assert_false(tells(OPEN "c9A sA sRA @3 sAt61", SIGN_ALIVE_AFTER));
	assert_true(tells(OPEN "c9A sA sRAt50 @3 sAt61", SIGN_ALIVE_AFTER));
}

// Limits ----------------------------------------------------------------------

static void what_limits_the_view_is_said(void **state)
{
	(void)state;
	assert_true(shows("cA c9A sA", NO_HANDSHAKE));
	assert_true(shows("cS! sSA cA", NO_SYN));
	assert_false(shows(OPEN, NO_SYN));
	assert_false(shows(OPEN, NO_HANDSHAKE));
	assert_true(shows("cS sSA! cA", ONE_WAY));
	assert_false(shows("cS", ONE_WAY));
	assert_true(shows(OPEN "c9A! sA", LOST));
	assert_true(shows(OPEN "c9A! c9A sA", LOST));
	assert_false(shows(OPEN "c9A! c9A c9A-18 sA", LOST));
	assert_true(shows(OPEN "cA! sA cA sA", LOST_PACKETS));
	assert_true(shows(OPEN "cA! sA cRA", LOST_PACKETS));
	assert_false(shows(OPEN "sA cRA", LOST_PACKETS));
	assert_true(shows("cRA", ONLY_RSTS));
	assert_true(shows("cA sA", TOO_LITTLE));
	assert_false(shows("cA sA cA", TOO_LITTLE));
	assert_true(tells(OPEN "c9A c9A-9", NOTE_RETRANSMISSIONS));
	assert_true(tells(OPEN "s9A s9A-9", NOTE_RETRANSMISSIONS));
	assert_true(tells(OPEN "c9A c9A-9d", NOTE_DUPLICATES));
	assert_false(shows(OPEN "c9A sA c9A-9", ENDS_SOON)); // needless
	assert_true(shows(OPEN "s9A cA sRA+50", LOST));      // what it counted
}

static void the_limits_of_the_neighbours_count_too(void **state)
{
	struct talk t = talk_new();
	struct surroundings s = { .lossy = 1, .all = 100 };
	struct talk_end e;

	(void)state;
	talk(&t, "cS sRAz");
	e = talk_end_among(&t, 0, &s);
	assert_true(evidence_has(&e.ev, LOST_ELSEWHERE));
	assert_false(evidence_has(&e.ev, LOST_OFTEN));
	s.all = 99;
	e = talk_end_among(&t, 0, &s);
	assert_true(evidence_has(&e.ev, LOST_OFTEN));
	talk_free(&t);
}

static void an_ignored_rst_leaves_the_end_open(void **state)
{
	(void)state;
	assert_true(shows(OPEN "sFA cA cR+1", UNSETTLED));
	assert_int_equal(talk_whole(OPEN "sFA cA cR+1").r.confidence, LIKELY);
	assert_false(shows(OPEN "sFA cA cR+1 @10 cA", UNSETTLED));
}

// What a subflow's RST says of unread data counts for that subflow alone.
static void a_subflow_s_rst_proves_nothing_of_unread_data(void **state)
{
	static const char subflow[] = "cSm1 sSAm1 cAm1 cRAm7m8";
	static const char fallback[] = "cSm0 sSA cA cRA";

	(void)state;
	assert_true(shows(subflow, IS_MPTCP));
	assert_true(shows(subflow, MPTCP_RESET));
	assert_false(shows(subflow, NEVER_RECEIVED));
	assert_int_equal(talk_whole(subflow).r.confidence, POSSIBLE);
	assert_true(shows("cSm0 sSAm0 cAm0 s9Am2 cRAm7", UNANSWERED));
	assert_false(shows(fallback, IS_MPTCP));
	assert_int_equal(talk_whole(fallback).r.confidence, CERTAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(acknowledgments_tell_who_closed_first),
		cmocka_unit_test(fins_are_counted_by_what_acknowledges_them),
		cmocka_unit_test(
		    an_orderly_close_may_leave_a_request_unanswered),
		cmocka_unit_test(a_capture_of_flags_alone_lost_nothing),
		cmocka_unit_test(the_opening_shows_how_far_it_came),
		cmocka_unit_test(unanswered_repeats_are_counted),
		cmocka_unit_test(a_run_of_repeats_begins_with_what_it_repeats),
		cmocka_unit_test(the_capture_s_end_may_come_too_soon),
		cmocka_unit_test(probes_and_stalls_are_told_apart),
		cmocka_unit_test(a_timer_s_reset_comes_at_its_step),
		cmocka_unit_test(an_answer_names_what_it_answers),
		cmocka_unit_test(
		    late_data_decides_even_if_its_reset_is_ignored),
		cmocka_unit_test(a_reset_overtaken_by_an_answer_counts),
		cmocka_unit_test(a_close_notify_is_no_loss),
		cmocka_unit_test(windows_answers_late_data_in_its_own_way),
		cmocka_unit_test(other_stacks_answers_look_like_aborts),
		cmocka_unit_test(
		    what_was_captured_in_the_wrong_order_is_not_lost),
		cmocka_unit_test(two_captures_in_one_file_show_in_the_syn),
		cmocka_unit_test(a_refusal_has_to_acknowledge_the_syn),
		cmocka_unit_test(
		    a_keep_alive_timer_goes_off_when_a_probe_is_due),
		cmocka_unit_test(a_mute_server_acknowledged_nothing),
		cmocka_unit_test(
		    idle_times_are_those_before_what_the_reset_answers),
		cmocka_unit_test(
		    idle_times_before_a_close_are_told_with_known_timers),
		cmocka_unit_test(late_data_tells_whether_its_sender_knew),
		cmocka_unit_test(a_fin_may_have_waited_for_long),
		cmocka_unit_test(the_window_tells_who_had_read),
		cmocka_unit_test(who_received_nothing_left_nothing_unread),
		cmocka_unit_test(the_time_of_an_ack_tells_who_had_read),
		cmocka_unit_test(a_reset_may_contradict_its_sender),
		cmocka_unit_test(weak_signs_count_together),
		cmocka_unit_test(an_answer_may_come_too_fast),
		cmocka_unit_test(another_route_is_no_forgery),
		cmocka_unit_test(among_wavering_ttls_a_hop_is_no_sign),
		cmocka_unit_test(a_series_of_resets_guesses_the_number),
		cmocka_unit_test(a_reset_may_be_made_of_its_victim_s_segment),
		cmocka_unit_test(a_number_pulled_back_is_the_sender_s_own),
		cmocka_unit_test(life_after_a_reset_has_to_be_its_sender_s),
		cmocka_unit_test(what_limits_the_view_is_said),
		cmocka_unit_test(the_limits_of_the_neighbours_count_too),
		cmocka_unit_test(an_ignored_rst_leaves_the_end_open),
		cmocka_unit_test(a_subflow_s_rst_proves_nothing_of_unread_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
