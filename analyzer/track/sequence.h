// The sequence numbers of what one endpoint sends: how far they have come,
// which bytes below that the capture has not shown, and whether a number far
// from all that was seen shows that the stream went on unseen. `peer` is the
// other end, whose acknowledgments are of these numbers. Pure.
#ifndef TCPWHY_SEQUENCE_H
#define TCPWHY_SEQUENCE_H

#include "track/endpoint.h"

enum { FAR_OFF = 1 << 28 }; // further than any window that is in use

// Its numbers begin here; snd_nxt is the first that it will use.
void sequence_begin(struct endpoint *e, uint32_t isn, uint32_t next);

// Takes [from, to) of what e sends; returns how many of them are new. Adds to
// *marks (enum step_mark).
uint32_t sequence_take(struct endpoint *e, struct endpoint *peer, uint32_t from,
		       uint32_t to, uint16_t *marks);

// The peer has acknowledged up to `to`, beyond all that e was seen to send.
void sequence_take_unseen(struct endpoint *e, struct endpoint *peer,
			  uint32_t to);

// True if the number is further from e->snd_nxt than any window.
bool sequence_is_far_off(const struct endpoint *e, uint32_t number);

// Something that e sent, or had acknowledged, is far off. True if it is part of
// the stream all the same: then what went by unseen has been skipped.
bool sequence_has_jumped(struct endpoint *e, struct endpoint *peer,
			 struct far_off here);

#endif
