// How both ends stand when a connection is over: their states, and what each
// program's next call returns (the contract's section 5). Pure.
#ifndef TCPWHY_OUTCOME_H
#define TCPWHY_OUTCOME_H

#include "analysis/analysis.h"
#include "judge/evidence.h"
#include "judge/judge.h"
#include "track/flow.h"

// Fills state, app, closed_first and reset_by of *c.
void outcome(const struct flow *f, const struct evidence *ev,
	     const struct ruling *r, struct connection *c);

#endif
