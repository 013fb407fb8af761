// The table of rules checks itself: each row can be reached, contradicts
// neither itself nor the vocabulary, and the last one takes all that is left.
#include "judge/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void no_row_contradicts_itself(void **state)
{
	size_t n;
	const struct rule *rules = judge_rules(&n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		assert_true(!(rules[i].need & rules[i].deny));
}

// A row that an earlier one takes everything from would never decide.
static void no_row_is_shadowed(void **state)
{
	size_t n;
	const struct rule *rules = judge_rules(&n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (!(rules[j].need & ~rules[i].need) &&
			    !(rules[j].deny & ~rules[i].deny))
				fail_msg(
				    "rule %zu (%s) shadows rule %zu (%s)",
				    j + 1,
				    verdict_get(rules[j].verdict[0])->name,
				    i + 1,
				    verdict_get(rules[i].verdict[0])->name);
}

static void the_last_row_takes_everything(void **state)
{
	size_t n;
	const struct rule *rules = judge_rules(&n);

	(void)state;
	assert_true(!rules[n - 1].need && !rules[n - 1].deny);
}

static void every_verdict_has_a_rule(void **state)
{
	size_t n;
	const struct rule *rules = judge_rules(&n);

	(void)state;
	for (enum verdict_id v = VERDICT_NONE + 1; v < VERDICTS; v++) {
		size_t i = 0;
		while (i < n && rules[i].verdict[0] != v)
			i++;
		if (i == n)
			fail_msg("no rule chooses %s", verdict_get(v)->name);
	}
}

static void rivals_are_others_and_named_once(void **state)
{
	size_t n;
	const struct rule *rules = judge_rules(&n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t a = 0; a <= VERDICT_RIVALS; a++)
			for (size_t b = 0; b < a; b++)
				if (rules[i].verdict[a])
					assert_int_not_equal(
					    rules[i].verdict[a],
					    rules[i].verdict[b]);
}

// What looks the same on the wire is never certain.
static void certain_rows_have_no_rivals(void **state)
{
	size_t n;
	const struct rule *rules = judge_rules(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		bool rival = rules[i].verdict[1] != VERDICT_NONE;
		if (rules[i].confidence == CERTAIN)
			assert_false(rival);
		else
			assert_true(rival);
	}
}

static struct ruling rule_on(fact_set facts)
{
	struct evidence ev = { .facts = facts };
	struct ruling r;

	judge(&ev, &r);
	return r;
}

static void a_weak_view_takes_certainty_away(void **state)
{
	fact_set late = FACT(RST_HERE) | FACT(FORM_PASSIVE) |
			FACT(ACTOR_CLOSED) | FACT(ANSWERS_DATA);

	(void)state;
	assert_int_equal(rule_on(late).verdict, RESET_DATA_AFTER_FIN);
	assert_int_equal(rule_on(late).confidence, CERTAIN);
	assert_int_equal(rule_on(late | FACT(LOST)).confidence, LIKELY);
	assert_int_equal(rule_on(late | FACT(ONE_WAY)).confidence, POSSIBLE);
	assert_int_equal(rule_on(0).confidence, CERTAIN);
	assert_int_equal(rule_on(FACT(LOST_ELSEWHERE)).confidence, LIKELY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_row_contradicts_itself),
		cmocka_unit_test(no_row_is_shadowed),
		cmocka_unit_test(the_last_row_takes_everything),
		cmocka_unit_test(every_verdict_has_a_rule),
		cmocka_unit_test(rivals_are_others_and_named_once),
		cmocka_unit_test(certain_rows_have_no_rivals),
		cmocka_unit_test(a_weak_view_takes_certainty_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
