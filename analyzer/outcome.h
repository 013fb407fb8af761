// How both ends stand when a connection is over: their states, and what each
// program's next call returns (the contract's section 5). Pure.
#ifndef TCPWHY_OUTCOME_H
#define TCPWHY_OUTCOME_H

#include "analysis.h"
#include "evidence.h"
#include "flow.h"
#include "judge.h"

// Fills state, app, closed_first and reset_by of *c.
void outcome(const struct flow *f, const struct evidence *ev,
	     const struct ruling *r, struct connection *c);

#endif
