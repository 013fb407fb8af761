// One RST: how it was built, what it answers, what its receiver makes of it.
#ifndef TCPWHY_RST_H
#define TCPWHY_RST_H

#include "track/flow.h"

// Takes the RST s of `side` into f->rst[], before endpoint_sent() has seen it.
// idle_ns: since the segment before it. Returns its marks (enum step_mark); no
// memory sets f->no_memory.
uint16_t rst_take(struct flow *f, enum side side, const struct segment *s,
		  int64_t idle_ns);

// Notes with the RSTs of f what a later segment of `side`, which is no RST,
// says of them: that their sender lived on, or what they answer. marks: enum
// step_mark of that segment.
void rst_life(struct flow *f, enum side side, const struct segment *s,
	      uint16_t marks);

#endif
