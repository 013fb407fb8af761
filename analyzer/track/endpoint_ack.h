// What the acknowledgment number and the window of a segment tell: the progress
// of the peer, round trips, what its sender is ready to take. Pure.
#ifndef TCPWHY_ENDPOINT_ACK_H
#define TCPWHY_ENDPOINT_ACK_H

#include "track/endpoint.h"

// Takes the acknowledgment that s, a segment with ACK from `me`, carries.
// Returns its marks (enum step_mark).
uint16_t endpoint_take_ack(struct endpoint *me, struct endpoint *peer,
			   const struct segment *s);

#endif
