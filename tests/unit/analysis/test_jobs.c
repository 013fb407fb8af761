// A second thread changes nothing but the time that it takes.
#include "analysis/analysis.h"

#include <string.h>

#include "talk.h"

#define OPEN "cS sSA cA "

enum { CONNECTIONS = 12000 };

// Each connection lives one of these; some are heard of again long after their
// ends, while they may be with the other thread.
static const char *const lives[] = {
	OPEN "c100A s900A cA cFA sFA cA",
	OPEN "c100A sA s50A cA sRA",
	OPEN "c100A sA sFA cA c100A sR",
	"cS sRAz",
	"cS sSA cR",
	"cS",
	OPEN "c100A! c100A sA cFA sFA cA",
	OPEN "c100A c100A-100d sA s100A sRA",
	OPEN "sRA",
	OPEN "cFA sFA",
};

enum { LIVES = sizeof(lives) / sizeof(lives[0]) };

static void speak(struct talk *t, unsigned i, const char *script)
{
	t->port = (uint16_t)(1 + i);
	talk(t, script);
}

static void feed(struct talk *t)
{
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		talk_isn(t, 1000 + i, 5000 + i);
		speak(t, i, lives[i * 7 % LIVES]);
		if (i % 3 == 0 && i > 4000)
			speak(t, i - 900 - i % 17, "@0 cA s5A");
		if (i % 1000 == 999)
			talk(t, "@20000");
	}
}

static void same_findings(const struct talk *a, const struct talk *b, size_t i)
{
	const struct connection *c = analysis_get(a->analysis, i);
	struct finding x[EVIDENCE_FINDINGS], y[EVIDENCE_FINDINGS];

	analysis_findings(a->analysis, c, x);
	assert_int_equal(c->findings, analysis_get(b->analysis, i)->findings);
	analysis_findings(b->analysis, analysis_get(b->analysis, i), y);
	for (size_t k = 0; k < c->findings; k++) {
		assert_int_equal(x[k].fact, y[k].fact);
		assert_int_equal(x[k].frame, y[k].frame);
		assert_int_equal(x[k].other, y[k].other);
		assert_int_equal(x[k].a, y[k].a);
		assert_int_equal(x[k].b, y[k].b);
	}
}

static void same_record(const struct talk *a, const struct talk *b, size_t i)
{
	struct connection x = *analysis_get(a->analysis, i);
	struct connection y = *analysis_get(b->analysis, i);

	assert_string_equal(analysis_zeek_history(a->analysis, &x),
			    analysis_zeek_history(b->analysis, &y));
	// Where things lie in memory may differ.
	x.live = y.live = 0;
	x.finding = y.finding = 0;
	x.zeek_history = y.zeek_history = 0;
	assert_memory_equal(&x, &y, sizeof(x));
	same_findings(a, b, i);
}

static void two_threads_say_what_one_says(void **state)
{
	struct talk one = talk_analysis(), two = talk_analysis();

	(void)state;
	analysis_split(two.analysis);
	feed(&one);
	feed(&two);
	for (int pass = 0; pass < 2; pass++) {
		analysis_settle(one.analysis);
		analysis_settle(two.analysis);
		assert_int_equal(analysis_count(one.analysis),
				 analysis_count(two.analysis));
		assert_true(analysis_count(one.analysis) >= CONNECTIONS);
		assert_memory_equal(analysis_tally(one.analysis),
				    analysis_tally(two.analysis),
				    sizeof(struct tally));
		for (size_t i = 0; i < analysis_count(one.analysis); i++)
			same_record(&one, &two, i);
		speak(&one, 77, "@20000 c9A s9A cA");
		speak(&two, 77, "@20000 c9A s9A cA");
	}
	talk_free(&one);
	talk_free(&two);
}

// ... and may end at any time.
static void a_thread_that_has_work_can_be_ended(void **state)
{
	struct talk t = talk_analysis();

	(void)state;
	analysis_split(t.analysis);
	feed(&t);
	talk_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_threads_say_what_one_says),
		cmocka_unit_test(a_thread_that_has_work_can_be_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
