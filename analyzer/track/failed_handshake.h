// Connections that never opened: SYNs without an answer, a refusal, a SYN-ACK
// that was answered by a RST. Scans leave them by the million. What the rules
// look at in so short a life fits into a few bits, its kind; so the first of a
// kind is decided by its state, and those that follow as it was.
#ifndef TCPWHY_FAILED_HANDSHAKE_H
#define TCPWHY_FAILED_HANDSHAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "track/connection.h"
#include "track/segment_log.h"

enum { OPENING_KINDS = 512, OPENING_NONE = OPENING_KINDS };

// What became of each kind.
struct openings {
	struct opening_end {
		uint8_t verdict; // 0: none of that kind was decided
		uint8_t confidence, actor;
		uint8_t also[VERDICT_RIVALS];
		uint8_t closed_first, reset_by;
		uint8_t state[2];
		struct app_view app;
	} end[OPENING_KINDS];
};

// The kind of a connection that has that log at that time of the capture;
// OPENING_NONE: only its state can tell.
unsigned opening_kind(const struct segment_log *l, int64_t now);

// An ordinary stack's SYN, answered, and then a RST: there may be a connection
// that began with the same SYN (flow_twin()).
bool opening_may_have_twin(unsigned kind);

// True if its RST came with another TTL than its SYN.
bool opening_ttl_differs(unsigned kind);

// A refusal is news to its neighbours.
bool opening_is_refusal(unsigned kind);

// Writes to *c what became of that kind, but for findings and Zeek's columns;
// false: that is not known.
bool opening_tell(const struct openings *o, unsigned kind,
		  const struct segment_log *l, struct connection *c);

// Notes what became of a connection of that kind.
void opening_learn(struct openings *o, unsigned kind,
		   const struct connection *c);

#endif
