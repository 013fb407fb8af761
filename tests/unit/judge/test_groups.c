// What a connection's neighbours tell about its end.
#include "judge/groups.h"

#include <stdio.h>

#include "talk.h"

#define OPEN(n) "#" #n " cS sSA cA "

// All three connections open, their words, and what becomes of the first one.
static struct talk settled(const char *script)
{
	struct talk t = talk_analysis();

	talk(&t, script);
	analysis_settle(t.analysis);
	return t;
}

static const struct finding *told(const struct talk *t, size_t i,
				  enum fact fact)
{
	const struct connection *c = analysis_get(t->analysis, i);
	static struct finding all[EVIDENCE_FINDINGS];
	const struct finding *f = analysis_findings(t->analysis, c, all);

	for (size_t k = 0; k < c->findings; k++)
		if (f[k].fact == fact)
			return &f[k];
	return NULL;
}

// Whether the first connection is told this.
static bool first_has(const char *script, enum fact fact)
{
	struct talk t = settled(script);
	bool has = told(&t, 0, fact) != NULL;

	talk_free(&t);
	return has;
}

static void is_verdict(const char *script, enum verdict_id verdict)
{
	struct talk t = settled(script);
	const struct connection *c = analysis_get(t.analysis, 0);

	if (c->verdict != verdict)
		fail_msg("%s: %s", script, verdict_get(c->verdict)->name);
	talk_free(&t);
}

// A listener that dies with its queue -----------------------------------------

static void neighbours_reset_at_once_are_a_batch(void **state)
{
	(void)state;
	assert_true(first_has(OPEN(1) OPEN(2) "#1 sRA #2 sRA", BATCH));
	assert_true(first_has(OPEN(1) OPEN(2) "#1 sRA @3 #2 sRA", BATCH));
	assert_false(first_has(OPEN(1) OPEN(2) "#1 sRA @5 #2 sRA", BATCH));
	assert_false(first_has(OPEN(1) OPEN(2) "#1 sRA", BATCH));
	// Each is near the one before it, the last not to the first.
	assert_true(first_has(
	    OPEN(1) OPEN(2) OPEN(3) "#1 sRA @3 #2 sRA @3 #3 sRA", BATCH));
	// The client's own aborts say nothing of a listener.
	assert_false(first_has(OPEN(1) OPEN(2) "#1 cRA #2 cRA", BATCH));
}

static void a_batch_counts_its_members(void **state)
{
	struct talk t =
	    settled(OPEN(1) OPEN(2) OPEN(3) "#1 sRA #2 sRA @1 #3 sRA");
	const struct finding *f = told(&t, 0, BATCH);

	(void)state;
	assert_non_null(f);
	assert_int_equal(f->a, 3);
	assert_int_equal(f->b, 3 * TALK_MS);
	talk_free(&t);
}

static void another_port_is_another_group(void **state)
{
	struct talk t = talk_analysis();

	(void)state;
	talk(&t, OPEN(1));
	t.port = 81;
	talk(&t, OPEN(2));
	t.port = 80;
	talk(&t, "#1 sRA");
	t.port = 81;
	talk(&t, "#2 sRA");
	analysis_settle(t.analysis);
	assert_null(told(&t, 0, BATCH));
	assert_null(told(&t, 1, BATCH));
	talk_free(&t);
}

static void a_batch_may_have_been_served_or_unfed(void **state)
{
	static const char fed[] = OPEN(1) "c9A sA " OPEN(2) "c9A sA "
							    "#1 sRA #2 sRA";
	static const char unfed[] = OPEN(1) OPEN(2) "#1 sRA #2 sRA";
	static const char served[] = OPEN(1) OPEN(2) "s9A cA "
						     "#1 sRA #2 sRA";

	(void)state;
	assert_true(first_has(fed, BATCH));
	assert_false(first_has(fed, BATCH_UNFED));
	assert_true(first_has(unfed, BATCH_UNFED));
	assert_false(first_has(unfed, BATCH_SERVED));
	assert_true(first_has(served, BATCH_SERVED));
	assert_false(first_has(served, BATCH));
}

// One socket aborts all of its subflows.
static void subflows_of_mptcp_are_no_batch(void **state)
{
	(void)state;
	assert_false(first_has("#1 cSm0 sSAm0 cAm0 #2 cSm1 sSAm1 cAm1 "
			       "#1 sRAm7 #2 sRAm7",
			       BATCH));
}

static void a_batch_is_a_listener_s(void **state)
{
	(void)state;
	is_verdict(OPEN(1) OPEN(2) "#1 sRA #2 sRA", RESET_LISTENER_CLOSED);
	is_verdict(OPEN(1) OPEN(2) "#1 sRA @5 #2 sRA", RESET_LINGER_ZERO);
	is_verdict(OPEN(1) "c9A sA " OPEN(2) "#1 sRA #2 sRA",
		   RESET_LISTENER_CLOSED);
	is_verdict(OPEN(1) OPEN(2) "s9A cA #1 sRA #2 sRA", RESET_LINGER_ZERO);
}

// A port that refuses soon after ----------------------------------------------

static void a_port_that_refuses_later_is_gone(void **state)
{
	(void)state;
	assert_true(first_has(OPEN(1) "sRA #2 cS sRAz", PORT_GONE));
	assert_true(first_has(OPEN(1) "sRA @29000 #2 cS sRAz", PORT_GONE));
	assert_false(first_has(OPEN(1) "sRA @30000 #2 cS sRAz", PORT_GONE));
	assert_false(first_has("#2 cS sRAz " OPEN(1) "sRA", PORT_GONE));
	assert_false(first_has(OPEN(1) "sRA " OPEN(2), PORT_GONE));
}

// Habits ----------------------------------------------------------------------

// Who aborts where nothing can be unread does so elsewhere too.
static void aborts_without_data_show_a_habit(void **state)
{
	static const char twice[] =
	    OPEN(1) "c9A sA sRA @10 " OPEN(2) "sRA @10 " OPEN(3) "sRA";
	static const char once[] = OPEN(1) "c9A sA sRA @10 " OPEN(2) "sRA";
	static const char others[] =
	    OPEN(1) "c9A sA sRA @10 " OPEN(2) "cRA @10 " OPEN(3) "cRA";

	(void)state;
	assert_true(first_has(twice, HABIT));
	assert_false(first_has(once, HABIT));
	assert_false(first_has(others, HABIT));
	is_verdict(twice, RESET_LINGER_ZERO);
	is_verdict(once, RESET_UNREAD_DATA);
}

static void clients_have_habits_too(void **state)
{
	(void)state;
	assert_true(first_has(
	    OPEN(1) "s9A cA cRA " OPEN(2) "cRA " OPEN(3) "cRA", HABIT));
}

static void a_habit_counts_apart_from_a_batch(void **state)
{
	struct talk t =
	    settled(OPEN(3) "c9A sA " OPEN(1) OPEN(2) "#1 sRA #2 sRA #3 sRA");
	const struct finding *batch = told(&t, 0, BATCH);
	const struct finding *habit = told(&t, 0, HABIT);

	(void)state;
	assert_non_null(batch);
	assert_non_null(habit);
	assert_int_equal(batch->a, 3);
	assert_int_equal(batch->b, 2 * TALK_MS);
	assert_int_equal(habit->a, 2);
	talk_free(&t);
}

// Idle times ------------------------------------------------------------------

// Three connections that were answered by RST after these silences, in ms.
static bool idle_is_shared(int first, int second, int third)
{
	int ms[] = { first, second, third };
	struct talk t = talk_analysis();
	bool shared;

	for (unsigned i = 0; i < 3; i++) {
		char script[100];
		snprintf(script, sizeof script,
			 "#%u cS sSA cA c9A s9A cA @%d c9A sR", i + 1, ms[i]);
		talk(&t, script);
	}
	analysis_settle(t.analysis);
	shared = told(&t, 0, IDLE_SHARED) != NULL;
	talk_free(&t);
	return shared;
}

static void three_may_share_an_idle_time(void **state)
{
	(void)state;
	assert_true(idle_is_shared(100000, 100000, 100000));
	assert_true(idle_is_shared(100000, 101900, 103800));
	assert_false(idle_is_shared(100000, 100000, 103000));
	assert_false(idle_is_shared(100000, 150000, 200000));
	assert_true(idle_is_shared(5000, 5000, 5000));
	assert_false(idle_is_shared(500, 500, 500));
}

static void who_closed_before_lies_not_idle(void **state)
{
	(void)state;
	assert_false(first_has(
	    OPEN(1) "sFA cA @100000 c9A sR " OPEN(
		2) "sFA cA @100000 c9A sR " OPEN(3) "sFA cA @100000 c9A sR",
	    IDLE_SHARED));
}

// A connection that the client lost, and the server kept ----------------------

static void a_new_syn_may_kill_the_old_connection(void **state)
{
	struct talk t = talk_analysis();
	struct talk_line old;
	struct segment s;

	(void)state;
	talk(&t, OPEN(1) "c9A sA s9A cA");
	old = t.line[1];
	talk_isn(&t, old.next[CLIENT] + 500000000, old.next[SERVER] + 50000);
	talk(&t, "@5000 cS");
	s = talk_segment(&t, SERVER, TCP_ACK, 0);
	s.seq = old.next[SERVER];
	s.ack = old.next[CLIENT];
	t.now += TALK_MS;
	talk_send(&t, &s);
	t.line[1].acked[SERVER] = s.ack;
	talk(&t, "cR @1000 cS-1 sSA cA");
	analysis_settle(t.analysis);
	assert_int_equal(analysis_count(t.analysis), 2);
	assert_int_equal(analysis_get(t.analysis, 0)->verdict,
			 RESET_STALE_PEER);
	assert_int_equal(analysis_get(t.analysis, 0)->reset_by, CLIENT);
	assert_int_equal(analysis_get(t.analysis, 0)->app.recv[SERVER],
			 CALL_ECONNRESET);
	assert_int_equal(analysis_get(t.analysis, 0)->app.recv[CLIENT],
			 CALL_NONE);
	assert_non_null(told(&t, 0, KILLED_BY_SYN));
	assert_non_null(told(&t, 1, NOTE_KILLS_OLDER));
	assert_int_equal(analysis_get(t.analysis, 1)->verdict, STILL_OPEN);
	talk_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_reset_at_once_are_a_batch),
		cmocka_unit_test(a_batch_counts_its_members),
		cmocka_unit_test(another_port_is_another_group),
		cmocka_unit_test(a_batch_may_have_been_served_or_unfed),
		cmocka_unit_test(subflows_of_mptcp_are_no_batch),
		cmocka_unit_test(a_batch_is_a_listener_s),
		cmocka_unit_test(a_port_that_refuses_later_is_gone),
		cmocka_unit_test(aborts_without_data_show_a_habit),
		cmocka_unit_test(clients_have_habits_too),
		cmocka_unit_test(a_habit_counts_apart_from_a_batch),
		cmocka_unit_test(three_may_share_an_idle_time),
		cmocka_unit_test(who_closed_before_lies_not_idle),
		cmocka_unit_test(a_new_syn_may_kill_the_old_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
