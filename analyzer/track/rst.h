// One RST: how it was built, what it answers, what its receiver makes of it.
#ifndef TCPWHY_RST_H
#define TCPWHY_RST_H

#include "track/flow.h"

// Takes the RST s of `side` into f->rst[], before endpoint_sent() has seen it.
// Returns its marks (enum step_mark).
uint16_t rst_take(struct flow *f, enum side side, const struct segment *s,
		  int64_t idle_ns);

// Tells the RSTs of f about a later segment that is no RST.
void rst_life(struct flow *f, enum side side, const struct segment *s,
	      uint16_t marks);

#endif
