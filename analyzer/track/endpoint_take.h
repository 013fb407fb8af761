// What a segment changes in the states of both ends: its handshake, sequence
// numbers, repetitions, probes, IP ID. Acknowledgments: endpoint_ack.c. Pure.
#ifndef TCPWHY_ENDPOINT_TAKE_H
#define TCPWHY_ENDPOINT_TAKE_H

#include "track/endpoint.h"

// Takes the segment s that `me` sent to `peer`. Returns its marks
// (enum step_mark). A RST changes nothing but the counts.
uint16_t endpoint_sent(struct endpoint *me, struct endpoint *peer,
		       const struct segment *s, int64_t idle_ns);

#endif
