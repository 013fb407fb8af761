// What a segment does to the state of its connection. How segments come
// to states: flow_segment.c.
#ifndef TCPWHY_FLOW_TAKE_H
#define TCPWHY_FLOW_TAKE_H

#include "track/flow.h"

// Wireshark starts a new stream at a SYN (without ACK) whose sequence number
// is not the one that this direction is known to have begun with.
bool flow_is_new_stream(const struct base *b, enum side from,
			const struct segment *s);

// Does s, a SYN with the number of f's own, begin another connection? So it
// does once f has ended, unless it is a late copy: some devices always begin
// with the same number.
bool flow_is_begun_again(const struct flow *f, enum side from,
			 const struct segment *s);

// Notes the sequence number that this direction began with, for
// flow_is_new_stream().
void flow_take_base(struct base *b, enum side from, const struct segment *s);

// Takes the segment into the state; returns its marks (enum step_mark).
uint16_t flow_take(struct flow *f, enum side from, const struct segment *s);

#endif
