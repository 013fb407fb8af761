// A rule that chooses a verdict: a row of rules_*.def. The first row whose need
// is all there and whose deny is all absent decides.
#ifndef TCPWHY_RULE_H
#define TCPWHY_RULE_H

#include "judge/evidence.h"
#include "judge/verdict.h"
#include "track/connection.h"

struct rule {
	fact_set need, deny;
	enum confidence confidence;
	enum verdict_id verdict[1 + VERDICT_RIVALS]; // then what else fits
};

#endif
