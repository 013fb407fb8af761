// Settling early and often gives what settling once at the end does, whoever
// is over, waits, was reset or goes on at that time.
#include "analysis/analysis.h"
#include "track/zeek.h"

#include <stdio.h>

#include "lives.h"
#include "same_record.h"

static void same_findings(const struct talk *a, const struct talk *b, size_t i)
{
	const struct connection *x = at(a, i), *y = at(b, i);
	struct finding f[EVIDENCE_FINDINGS], g[EVIDENCE_FINDINGS];

	analysis_findings(a->analysis, x, f);
	analysis_findings(b->analysis, y, g);
	assert_int_equal(x->findings, y->findings);
	for (size_t k = 0; k < x->findings; k++) {
		assert_int_equal(f[k].fact, g[k].fact);
		assert_int_equal(f[k].side, g[k].side);
		assert_true(f[k].frame == g[k].frame);
		assert_true(f[k].other == g[k].other);
		assert_true(f[k].a == g[k].a && f[k].b == g[k].b);
	}
}

static void same_told(const struct talk *a, const struct talk *b,
		      const char *what)
{
	assert_int_equal(analysis_count(a->analysis),
			 analysis_count(b->analysis));
	for (size_t i = 0; i < analysis_count(a->analysis); i++) {
		const char *differs = same_record(at(a, i), at(b, i));
		if (differs)
			fail_msg("%s, connection %zu: %s", what, i + 1,
				 differs);
		same_findings(a, b, i);
		assert_string_equal(
		    analysis_zeek_history(a->analysis, at(a, i)),
		    analysis_zeek_history(b->analysis, at(b, i)));
		assert_int_equal(at(a, i)->zeek_state, at(b, i)->zeek_state);
	}
	assert_int_equal(analysis_tally(a->analysis)->duplicates,
			 analysis_tally(b->analysis)->duplicates);
}

enum { CROWD = 12, CROWDS = 150 };

// Some connections live at once, word by word in turn; settled after each
// `often` words, 0: never.
static struct talk crowd(uint64_t seed, enum odd odd, unsigned often)
{
	static char life[CROWD][LIFE_ROOM];
	const char *next[CROWD];
	char word[LIFE_WORD];
	struct talk t = talk_analysis();
	uint64_t random = seed;
	unsigned words = 0, left = CROWD;

	for (unsigned i = 0; i < CROWD; i++) {
		lives_make(seed * CROWD + i, odd, life[i]);
		next[i] = life[i];
	}
	while (left) {
		unsigned i = t.on = lives_below(&random, CROWD);
		if (!*next[i])
			continue;
		next[i] = lives_word(next[i], word);
		left -= !*next[i];
		lives_say_word(&t, word);
		if (!lives_below(&random, 50))
			t.now += 12000 * TALK_MS;
		if (often && ++words % often == 0)
			analysis_settle(t.analysis);
	}
	lives_others(&t);
	analysis_settle(t.analysis);
	return t;
}

static void settling_early_and_often_changes_nothing(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < CROWDS; seed++)
		for (unsigned often = 1; often < 60; often = often * 3 + 1) {
			enum odd odd = seed % 2 ? ODD_SOMETIMES : ODD_NEVER;
			struct talk once = crowd(seed, odd, 0);
			struct talk again = crowd(seed, odd, often);
			char what[40];
			snprintf(what, sizeof what, "crowd %u, every %u words",
				 (unsigned)seed, often);
			same_told(&once, &again, what);
			talk_free(&once);
			talk_free(&again);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settling_early_and_often_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
