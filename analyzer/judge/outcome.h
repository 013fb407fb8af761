// How both ends stand when a connection is over: their states, and what each
// program's next call returns. Pure.
#ifndef TCPWHY_OUTCOME_H
#define TCPWHY_OUTCOME_H

#include "judge/evidence.h"
#include "judge/judge.h"
#include "track/connection.h"
#include "track/flow.h"

// Fills state, app, closed_first and reset_by of *c.
void outcome(const struct flow *f, const struct evidence *ev,
	     const struct ruling *r, struct connection *c);

// Adds to the record of a connection of which clean_close() said
// CLEAN_CLOSE_OVER what is the same for all of these: the verdict and what the
// calls return.
void outcome_clean_close(struct connection *c);

#endif
