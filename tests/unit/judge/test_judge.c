// The tables of rules check themselves: each row can be reached, contradicts
// neither itself nor the vocabulary, and the last one takes all that is left.
#include "judge/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// Whether by RST or not: both tables.
enum { TABLES = 2 };

static void no_row_contradicts_itself(void **state)
{
	(void)state;
	for (int rst = 0; rst < TABLES; rst++) {
		size_t n;
		const struct rule *rules = judge_rules(rst, &n);

		for (size_t i = 0; i < n; i++)
			assert_true(!(rules[i].need & rules[i].deny));
	}
}

// A row that an earlier one takes everything from would never decide.
static void find_shadowed(const struct rule *rules, size_t n)
{
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

static void no_row_is_shadowed(void **state)
{
	(void)state;
	for (int rst = 0; rst < TABLES; rst++) {
		size_t n;
		const struct rule *rules = judge_rules(rst, &n);

		find_shadowed(rules, n);
	}
}

static void the_last_row_takes_everything(void **state)
{
	(void)state;
	for (int rst = 0; rst < TABLES; rst++) {
		size_t n;
		const struct rule *rules = judge_rules(rst, &n);

		assert_true(!rules[n - 1].deny);
		assert_true(!(rules[n - 1].need & ~FACT(RST_HERE)));
	}
}

static void endings_without_rst_are_not_asked_for_one(void **state)
{
	size_t n;
	const struct rule *rules = judge_rules(false, &n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		assert_true(
		    !((rules[i].need | rules[i].deny) & FACT(RST_HERE)));
}

static bool is_chosen(enum verdict_id v)
{
	for (int rst = 0; rst < TABLES; rst++) {
		size_t n;
		const struct rule *rules = judge_rules(rst, &n);

		for (size_t i = 0; i < n; i++)
			if (rules[i].verdict[0] == v)
				return true;
	}
	return false;
}

static void every_verdict_has_a_rule(void **state)
{
	(void)state;
	for (enum verdict_id v = VERDICT_NONE + 1; v < VERDICTS; v++)
		if (!is_chosen(v))
			fail_msg("no rule chooses %s", verdict_get(v)->name);
}

static void is_named_once(const struct rule *rule)
{
	for (size_t a = 0; a <= VERDICT_RIVALS; a++)
		for (size_t b = 0; b < a; b++)
			if (rule->verdict[a])
				assert_int_not_equal(rule->verdict[a],
						     rule->verdict[b]);
}

static void rivals_are_others_and_named_once(void **state)
{
	(void)state;
	for (int rst = 0; rst < TABLES; rst++) {
		size_t n;
		const struct rule *rules = judge_rules(rst, &n);

		for (size_t i = 0; i < n; i++)
			is_named_once(&rules[i]);
	}
}

// What looks the same on the wire is never certain.
static void certain_rows_have_no_rivals(void **state)
{
	(void)state;
	for (int rst = 0; rst < TABLES; rst++) {
		size_t n;
		const struct rule *rules = judge_rules(rst, &n);

		for (size_t i = 0; i < n; i++)
			assert_true((rules[i].confidence == CERTAIN) ==
				    (rules[i].verdict[1] == VERDICT_NONE));
	}
}

static struct ruling rule_on(fact_set facts)
{
	struct ruling r;

	judge(facts, &r);
	return r;
}

static void a_weak_view_takes_certainty_away(void **state)
{
	fact_set late = FACT(RST_HERE) | FACT(RST_REPLY) | FACT(ACTOR_CLOSED) |
			FACT(ANSWERS_DATA);

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
		cmocka_unit_test(endings_without_rst_are_not_asked_for_one),
		cmocka_unit_test(every_verdict_has_a_rule),
		cmocka_unit_test(rivals_are_others_and_named_once),
		cmocka_unit_test(certain_rows_have_no_rivals),
		cmocka_unit_test(a_weak_view_takes_certainty_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
