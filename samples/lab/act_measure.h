// Traffic for what is measured: act_measure.c (causes of a RST) and act_break.c
// (attempts to make a sign lie).
#ifndef LAB_ACT_MEASURE_H
#define LAB_ACT_MEASURE_H

#include <stdbool.h>

#include "play.h"

enum reads { READ_NOTHING, READ_ON, READ_LATE };

// 1 to most, each order of magnitude as likely.
int measure_size(struct play *p, int most);
// A connection with some receive buffer, perhaps after some exchanges.
struct conn *measure_begin(struct play *p);
// What the actor could read now.
int measure_readable(struct play *p, struct conn *c);
// Sends total bytes to the actor, who reads as they come, late (once all is
// there, or the window is shut), or not at all.
void measure_stream(struct play *p, struct conn *c, int total,
		    enum reads reads);
// To the end at once, or after a while.
void measure_rest(struct play *p);
// Messages one way only, past the first quick acknowledgments, each read but
// perhaps the last; the end comes before the delayed-ACK timer.
struct conn *measure_one_way(struct play *p, bool last, bool equal);

#endif
