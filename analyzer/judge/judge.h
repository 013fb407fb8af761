// Chooses a verdict by the rules. Pure.
#ifndef TCPWHY_JUDGE_H
#define TCPWHY_JUDGE_H

#include "judge/evidence.h"
#include "judge/rule.h"
#include "judge/verdict.h"
#include "track/connection.h"

struct ruling {
	enum verdict_id verdict;
	enum confidence confidence;
	enum verdict_id also[VERDICT_RIVALS]; // VERDICT_NONE behind the last
};

// Facts are all that a verdict depends on: equal sets get equal rulings.
void judge(fact_set facts, struct ruling *r);

// What a weak view (facts) leaves of the confidence in a verdict.
enum confidence judge_cap(fact_set facts, enum verdict_id v, enum confidence c);

// The rules themselves, for the tests that check the tables: those for endings
// by a RST, or the others.
const struct rule *judge_rules(bool rst, size_t *n);

#endif
