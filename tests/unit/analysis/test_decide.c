// Who waits for its neighbours' say may be heard of again, may be closed off,
// and counts once however often it is asked for.
#include "analysis/analysis.h"

#include "lives.h"

#define RESET OPEN "c100A sA s100A cA sRA "

static void is_verdict(struct talk *t, size_t i, enum verdict_id verdict)
{
	if (settled(t, i)->verdict != verdict)
		fail_msg("connection %zu: %s", i + 1,
			 verdict_get(at(t, i)->verdict)->name);
}

static bool is_told(const struct talk *t, size_t i, enum fact fact)
{
	const struct connection *c = at(t, i);
	struct finding all[EVIDENCE_FINDINGS];
	const struct finding *f = analysis_findings(t->analysis, c, all);

	for (size_t k = 0; k < c->findings; k++)
		if (f[k].fact == fact)
			return true;
	return false;
}

static uint64_t duplicates(struct talk *t)
{
	analysis_settle(t->analysis);
	return analysis_tally(t->analysis)->duplicates;
}

// Heard of again --------------------------------------------------------------

// The first connection, if others speak only behind it, or in the middle too:
// then it waits when more comes of it.
static struct talk around(const char *first, const char *later, bool amid)
{
	struct talk t = talk_analysis();

	talk(&t, "#1");
	talk(&t, first);
	if (amid)
		lives_others(&t);
	else
		t.now += 13020 * TALK_MS; // as long as that takes
	talk(&t, later);
	lives_others(&t);
	analysis_settle(t.analysis);
	return t;
}

static void who_waits_may_be_heard_of_again(void **state)
{
	static const char *const first[] = {
		RESET,
		OPEN "c100A sRA ",
		OPEN "c100A sA s100A cA cRA ",
		OPEN "s100A cA @60000 c100A sR ",
	};
	static const char *const later[] = {
		"",         "s60A cA",          "s60A cA cFA sFA cA",
		"c100A sR", "s60A cA cRA",      "sRA",
		"sA-5",     "c50A @50 c50A-50",
	};
	enum {
		FIRST = sizeof(first) / sizeof(first[0]),
		LATER = sizeof(later) / sizeof(later[0])
	};

	(void)state;
	for (size_t i = 0; i < FIRST * LATER; i++) {
		const char *f = first[i / LATER], *l = later[i % LATER];
		struct talk a = around(f, l, false), b = around(f, l, true);
		const struct connection *x = at(&a, 0), *y = at(&b, 0);
		if (x->verdict != y->verdict ||
		    x->confidence != y->confidence ||
		    x->reset_by != y->reset_by || x->findings != y->findings ||
		    memcmp(x->bytes, y->bytes, sizeof(x->bytes)) ||
		    memcmp(x->state, y->state, sizeof(x->state)))
			fail_msg("%s, later %s: %s", f, l,
				 verdict_get(y->verdict)->name);
		talk_free(&a);
		talk_free(&b);
	}
}

static void life_after_death_undoes_it(void **state)
{
	struct talk t = around(RESET, "", true);

	(void)state;
	is_verdict(&t, 0, RESET_LINGER_ZERO);
	talk(&t, "#1 s60A cA");
	is_verdict(&t, 0, STILL_OPEN);
	talk(&t, "cFA sFA cA");
	is_verdict(&t, 0, ORDERLY_CLOSE);
	talk_free(&t);
}

// Settling --------------------------------------------------------------------

static void neighbours_are_counted_once(void **state)
{
	struct talk t = talk_analysis();

	(void)state;
	talk(&t, "#1 " OPEN "sRA");
	is_verdict(&t, 0, RESET_LINGER_ZERO);
	lives_others(&t); // now it waits
	is_verdict(&t, 0, RESET_LINGER_ZERO);
	assert_false(is_told(&t, 0, BATCH));
	lives_others(&t);
	is_verdict(&t, 0, RESET_LINGER_ZERO);
	talk_free(&t);
}

static void who_waits_is_told_of_neighbours(void **state)
{
	struct talk t = talk_analysis();

	(void)state;
	talk(&t, "#1 " OPEN "#2 " OPEN "#1 sRA #2 sRA");
	lives_others(&t);
	for (int i = 0; i < 3; i++) {
		is_verdict(&t, 0, RESET_LISTENER_CLOSED);
		is_verdict(&t, 1, RESET_LISTENER_CLOSED);
		assert_true(is_told(&t, 0, BATCH));
		lives_others(&t);
	}
	talk(&t, "#2 s60A cA"); // it lives: no batch
	is_verdict(&t, 1, STILL_OPEN);
	is_verdict(&t, 0, RESET_LINGER_ZERO);
	talk_free(&t);
}

// Losses ----------------------------------------------------------------------

static void duplicates_are_counted_once(void **state)
{
	static const char *const ends[] = { "cFA sFA cA", "sRA", "sR", "",
					    "sRA @12000 #2 cS #1 s60A cA" };

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct talk t = talk_analysis();
		talk(&t, "#1 " OPEN "c100A c100A-100d c9A c9A-9d sA");
		assert_int_equal(duplicates(&t), 2);
		talk(&t, ends[i]);
		for (int k = 0; k < 4; k++) {
			assert_int_equal(duplicates(&t), 2);
			lives_others(&t);
		}
		talk_free(&t);
	}
}

// The watched one stays, and may be over all the same.
static void duplicates_of_the_watched_too(void **state)
{
	struct talk t = talk_analysis();

	(void)state;
	analysis_watch(t.analysis, 1);
	talk(&t, "#1 cS cS-1d @200000");
	for (t.port = 1000; t.port < 1100; t.port++)
		talk(&t, "#2 cS");
	assert_int_equal(duplicates(&t), 1);
	talk_free(&t);
}

static void lost_bytes_cost_those_who_wait_too(void **state)
{
	struct talk t = talk_analysis();

	(void)state;
	talk(&t, "#1 " OPEN "c99A sA @9999 cA-1 @9999 cA-1 @9999 cRA");
	lives_others(&t);
	is_verdict(&t, 0, TIMEOUT_KEEPALIVE);
	assert_int_equal(at(&t, 0)->confidence, LIKELY);
	talk(&t, "#2 " OPEN "c9A! sA cFA sFA cA"); // one in few
	for (int i = 0; i < 3; i++) {
		lives_others(&t);
		assert_int_equal(settled(&t, 0)->confidence, POSSIBLE);
		assert_true(is_told(&t, 0, LOST_ELSEWHERE));
	}
	talk_free(&t);
}

static void lost_bytes_cost_those_who_live_on(void **state)
{
	struct talk t = talk_analysis();

	(void)state;
	talk(&t, "#1 " OPEN);
	is_verdict(&t, 0, STILL_OPEN);
	assert_int_equal(at(&t, 0)->confidence, CERTAIN);
	talk(&t, "#2 " OPEN "c9A! sA");
	is_verdict(&t, 0, STILL_OPEN);
	assert_int_equal(at(&t, 0)->confidence, POSSIBLE);
	talk_free(&t);
}

// The watched one -----------------------------------------------------------

static void its_steps_go_on_after_its_end(void **state)
{
	// ... of whoever ended it: the other side's would show that it lives
	// on.
	static const struct {
		const char *end, *later;
	} ends[] = { { "cFA sFA cA", "#1 sA" },
		     { "sRA", "#1 sA" },
		     { "cR", "#1 cA" } };

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct talk t = talk_analysis();
		const struct step *step;
		size_t before, n;
		analysis_watch(t.analysis, 1);
		talk(&t, "#1 " OPEN "c9A sA");
		talk(&t, ends[i].end);
		lives_others(&t);
		analysis_steps(t.analysis, &before);
		talk(&t, ends[i].later);
		step = analysis_steps(t.analysis, &n);
		assert_int_equal(n, before + 1);
		assert_int_equal(step[n - 1].state[SERVER], STATE_CLOSED);
		assert_true(step[n - 1].marks & STEP_AFTER_END);
		talk_free(&t);
	}
}

// A SYN that met a held connection --------------------------------------------

// Connection 0 is held by its server, which connection 1 finds out.
static struct talk killed(const char *older_end)
{
	struct talk t = talk_analysis();
	struct talk_line old;
	struct segment s;

	talk(&t, "#1 " OPEN "c9A sA s9A cA");
	talk(&t, older_end);
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
	return t;
}

static void who_killed_an_older_one_may_be_long_over(void **state)
{
	struct talk t = killed("");

	(void)state;
	is_verdict(&t, 0, RESET_STALE_PEER);
	talk(&t, "c9A sA cFA sFA cA");
	for (int i = 0; i < 3; i++) {
		lives_others(&t);
		is_verdict(&t, 0, RESET_STALE_PEER);
		is_verdict(&t, 1, ORDERLY_CLOSE);
		assert_true(is_told(&t, 0, KILLED_BY_SYN));
		assert_true(is_told(&t, 1, NOTE_KILLS_OLDER));
	}
	talk_free(&t);
}

static void its_losses_count_once(void **state)
{
	struct talk t = killed("");

	(void)state;
	talk(&t, "c9A c9A-9d sA");
	assert_int_equal(duplicates(&t), 1);
	talk(&t, "cFA sFA cA");
	assert_int_equal(duplicates(&t), 1);
	lives_others(&t);
	assert_int_equal(duplicates(&t), 1);
	talk_free(&t);
}

// Twins
// ------------------------------------------------------------------------

static size_t states(const struct talk *t)
{
	size_t n = 0;

	for (size_t i = 0; i < analysis_count(t->analysis); i++)
		n += at(t, i)->live != 0;
	return n;
}

// Each may be an older one behind an address translation, but only those that
// began next to it can be that.
static void a_port_scan_waits_for_no_twin(void **state)
{
	struct talk t = talk_analysis();

	(void)state;
	for (unsigned i = 0; i < 500; i++) {
		talk(&t, i % 2 ? "#1 cS sSA cR @2000" : "#2 cS sSA cR @2000");
		talk_isn(&t, t.line[t.on].isn[CLIENT] + 70000,
			 t.line[t.on].isn[SERVER] + 70000);
	}
	assert_true(analysis_settle(t.analysis));
	assert_int_equal(analysis_count(t.analysis), 500);
	assert_in_range(states(&t), 1, 50);
	talk_free(&t);
}

// Short memory ----------------------------------------------------------------

static void who_waits_may_be_closed_off(void **state)
{
	struct talk t = talk_analysis();
	struct connection c;

	(void)state;
	talk(&t, "#1 " OPEN "c100A c100A-100d sA s100A cA sRA");
	lives_others(&t);
	c = *settled(&t, 0);
	analysis_limit(t.analysis, 1, NULL);
	for (int i = 0; i < 5; i++)
		lives_others(&t);
	talk(&t, "#1 s60A cA"); // nobody listens any more
	analysis_settle(t.analysis);
	assert_true(analysis_tally(t.analysis)->closed_off > 0);
	assert_int_equal(at(&t, 0)->packets[SERVER], c.packets[SERVER] + 1);
	assert_int_equal(at(&t, 0)->verdict, c.verdict);
	assert_int_equal(at(&t, 0)->confidence, c.confidence);
	assert_memory_equal(at(&t, 0)->also, c.also, sizeof(c.also));
	assert_false(is_told(&t, 0, NOTE_CLOSED_OFF));
	assert_int_equal(duplicates(&t), 1);
	talk_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_waits_may_be_heard_of_again),
		cmocka_unit_test(life_after_death_undoes_it),
		cmocka_unit_test(neighbours_are_counted_once),
		cmocka_unit_test(who_waits_is_told_of_neighbours),
		cmocka_unit_test(duplicates_are_counted_once),
		cmocka_unit_test(duplicates_of_the_watched_too),
		cmocka_unit_test(lost_bytes_cost_those_who_wait_too),
		cmocka_unit_test(lost_bytes_cost_those_who_live_on),
		cmocka_unit_test(its_steps_go_on_after_its_end),
		cmocka_unit_test(who_killed_an_older_one_may_be_long_over),
		cmocka_unit_test(its_losses_count_once),
		cmocka_unit_test(a_port_scan_waits_for_no_twin),
		cmocka_unit_test(who_waits_may_be_closed_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
