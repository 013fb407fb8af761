// What is written down of a connection. For decide*.c alone.
#ifndef TCPWHY_DECIDE_RECORD_H
#define TCPWHY_DECIDE_RECORD_H

#include "analysis/decider.h"

// Writes what the evidence makes of the state f into its record.
void decide_write(struct decider *d, const struct flow *f, struct evidence *ev);

// The same for good: no later decide_all() takes back what it says.
void decide_finish(struct decider *d, const struct flow *f,
		   struct evidence *ev);

// Adds what the capture lacks of f or has twice.
void decide_count(struct losses *l, const struct flow *f);

// What the losses of a capture say of all its connections.
fact_set decide_lost(const struct decider *d, const struct losses *l);

// Writes down that confidence, lowered by such facts.
void decide_cap(struct connection *c, enum confidence confidence,
		fact_set facts);

// Gives the state of connection i back, whose record is finished.
void decide_give_back(struct decider *d, size_t i);

#endif
