// The ladders of several connections, from one more reading of the capture:
// the analysis keeps the steps of one connection alone. Pure but for memory,
// which it owns.
#ifndef TCPWHY_TIMELINE_MANY_H
#define TCPWHY_TIMELINE_MANY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "read/frame.h"
#include "report/timeline.h"

struct ladders;

// Steps of all of them together: a connection that has more than the others
// left gets no ladder.
enum { LADDERS_STEPS = 1000000 };

// For the n connections (numbers from 0) of a, which is settled and must
// outlive the ladders. NULL: no memory.
struct ladders *ladders_new(const struct analysis *a, const uint32_t *which,
			    size_t n);
void ladders_free(struct ladders *l);

// Takes a frame of the capture that a was made from, in the same order; false
// if memory ran out.
bool ladders_frame(struct ladders *l, const struct frame *f,
		   const char *comment);

// True if no later frame can belong to one of them.
bool ladders_over(const struct ladders *l);

// The ladder of connection i of a, once all frames were taken; without rows if
// it is none of the chosen. timeline_release() frees it.
struct timeline ladders_fold(struct ladders *l, size_t i);

#endif
