// The steps of the watched connection: what its timeline is made of.
#include "analysis/analysis.h"

#include "talk.h"

#define OPEN "cS sSA cA "

// So many other connections begin that what is over is given back.
static void others(struct talk *t)
{
	talk(t, "#9 cS sSA cA c1A #10 cS sSA cA c1A #11 cS sSA cA c1A");
}

static const struct step *step(const struct talk *t, size_t i)
{
	size_t n;
	const struct step *s = analysis_steps(t->analysis, &n);

	assert_in_range(i + 1, 1, n);
	return &s[i];
}

static struct talk watched(const char *script)
{
	struct talk t = talk_analysis();

	analysis_watch(t.analysis, 1);
	talk(&t, script);
	return t;
}

static void steps_have_relative_numbers(void **state)
{
	struct talk t = watched(OPEN "c100A s50A cA sFA cRA");
	static const uint32_t seq[] = { 0, 0, 1, 1, 1, 101, 51, 101 },
			      ack[] = { 0, 1, 1, 1, 101, 51, 101, 52 };

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(step(&t, i)->seq, seq[i]);
		assert_int_equal(step(&t, i)->ack, ack[i]);
		assert_int_equal(step(&t, i)->frame, i + 1);
	}
	assert_int_equal(step(&t, 0)->window, TALK_WINDOW);
	assert_int_equal(step(&t, 2)->window, TALK_WINDOW << 7);
	assert_int_equal(step(&t, 3)->side, CLIENT);
	assert_int_equal(step(&t, 4)->side, SERVER);
	assert_int_equal(step(&t, 4)->len, 50);
	talk_free(&t);
}

static void without_a_syn_numbers_begin_with_one(void **state)
{
	struct talk t = watched("c9A s5A cA");

	(void)state;
	assert_int_equal(step(&t, 0)->seq, 1);
	assert_int_equal(step(&t, 0)->ack, 1);
	assert_int_equal(step(&t, 1)->seq, 1);
	assert_int_equal(step(&t, 1)->ack, 10);
	assert_int_equal(step(&t, 2)->ack, 6);
	talk_free(&t);
}

static void steps_of_others_are_not_kept(void **state)
{
	struct talk t = watched("#1 cS #2 cS sSA #1 sSA #2 cA #1 cA");
	size_t n;

	(void)state;
	analysis_steps(t.analysis, &n);
	assert_int_equal(n, 3);
	assert_int_equal(step(&t, 1)->frame, 4);
	talk_free(&t);
}

static void steps_have_marks_and_states(void **state)
{
	struct talk t = watched(OPEN "c9A c9A-9d @300 c9A-9 sA sRA-3 sRA cA");

	(void)state;
	assert_int_equal(step(&t, 0)->state[CLIENT], STATE_SYN_SENT);
	assert_int_equal(step(&t, 1)->state[SERVER], STATE_SYN_RECEIVED);
	assert_int_equal(step(&t, 2)->state[SERVER], STATE_ESTABLISHED);
	assert_int_equal(step(&t, 4)->marks, STEP_DUPLICATE_FRAME);
	assert_int_equal(step(&t, 5)->marks, STEP_RETRANSMISSION);
	assert_int_equal(step(&t, 7)->marks, STEP_IGNORED_RST);
	assert_int_equal(step(&t, 7)->state[CLIENT], STATE_ESTABLISHED);
	assert_int_equal(step(&t, 8)->state[CLIENT], STATE_CLOSED);
	assert_true(step(&t, 9)->marks & STEP_AFTER_END);
	talk_free(&t);
}

static void the_watched_connection_is_never_given_back(void **state)
{
	struct talk t = watched("#1 " OPEN "cFA sFA cA @11000");
	size_t n;

	(void)state;
	others(&t);
	talk(&t, "#1 cA-1 @11000");
	analysis_steps(t.analysis, &n);
	assert_int_equal(n, 7);
	assert_true(step(&t, 6)->marks & STEP_AFTER_END);
	talk_free(&t);
}

static void numbers_go_on_beyond_four_gigabytes(void **state)
{
	struct talk t = watched(OPEN);
	size_t n;

	(void)state;
	for (size_t i = 0; i < 50; i++)
		talk(&t, "c100000000A sA");
	talk(&t, "sFA cA");
	analysis_steps(t.analysis, &n);
	assert_int_equal(step(&t, n - 1)->seq, UINT64_C(5000000001));
	assert_int_equal(step(&t, n - 2)->ack, UINT64_C(5000000001));
	talk_free(&t);
}

// Its beginning and end are kept, and what happened in between, but not every
// segment; none is missing from the count.
static void of_a_long_connection_the_telling_steps_are_kept(void **state)
{
	struct talk t = watched(OPEN);
	uint64_t all = 0, silences = 0;
	size_t n;

	(void)state;
	for (size_t i = 0; i < 60000; i++)
		talk(&t, i == 30000 ? "@5000 c9A sA" : "c9A sA");
	talk(&t, "cRA");
	analysis_steps(t.analysis, &n);
	assert_in_range(n, 20000, ANALYSIS_STEPS);
	for (size_t i = 0; i < n; i++) {
		all += 1 + step(&t, i)->left_out;
		silences += i && step(&t, i)->time - step(&t, i - 1)->time >=
				     4 * SECOND;
	}
	assert_int_equal(all, 3 + 2 * 60000 + 1);
	assert_int_equal(step(&t, 3)->seq, 1);
	assert_int_equal(step(&t, 3)->left_out, 0);
	assert_true(step(&t, n - 1)->flags & TCP_RST);
	assert_int_equal(step(&t, n - 2)->left_out, 0);
	assert_true(silences >= 1);
	talk_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_have_relative_numbers),
		cmocka_unit_test(without_a_syn_numbers_begin_with_one),
		cmocka_unit_test(steps_of_others_are_not_kept),
		cmocka_unit_test(steps_have_marks_and_states),
		cmocka_unit_test(the_watched_connection_is_never_given_back),
		cmocka_unit_test(numbers_go_on_beyond_four_gigabytes),
		cmocka_unit_test(
		    of_a_long_connection_the_telling_steps_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
