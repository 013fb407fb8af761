// Connections that never opened: SYNs without an answer, a refusal, a SYN-ACK
// that was answered by a RST. Scans leave them by the million. All that the
// rules look at in so short a connection fits into a few bits, its kind; so the
// first of a kind is decided from its state, and equal kinds get equal
// verdicts. What this relies on: analysis/decide.h.
#ifndef TCPWHY_FAILED_HANDSHAKE_H
#define TCPWHY_FAILED_HANDSHAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanoseconds.h"
#include "track/connection.h"
#include "track/segment_log.h"

enum { HANDSHAKE_KINDS = 512, HANDSHAKE_KIND_NONE = HANDSHAKE_KINDS };

// Times that tell kinds apart, since evidence_*.c tells by them, too.
enum {
	HANDSHAKE_ACK_NS = 100 * MS,  // a client acknowledges a SYN-ACK sooner
	HANDSHAKE_BUSY_NS = 900 * MS, // segments closer together than that show
				      // a connection at work
	HANDSHAKE_END_NS = SECOND,    // a capture that ends sooner than this
				      // may lack the answer
};

// What became of each kind.
struct failed_handshakes {
	struct failed_handshake_end {
		uint8_t verdict; // 0: none of that kind was decided
		uint8_t confidence, actor;
		uint8_t also[VERDICT_RIVALS];
		uint8_t closed_first, reset_by;
		uint8_t state[2];
		struct app_view app;
	} end[HANDSHAKE_KINDS];
};

// The kind of a connection that has that log at that time of the capture;
// HANDSHAKE_KIND_NONE: only its state can tell.
unsigned failed_handshake_kind(const struct segment_log *l, int64_t now);

// True if another connection may have begun with the same SYN (flow_twin()):
// the SYN of a known stack, a SYN-ACK, a RST.
bool failed_handshake_may_have_twin(unsigned kind);

// True if its RST came with another TTL than its SYN.
bool failed_handshake_ttl_differs(unsigned kind);

// True if the kind's connections were refused, which their neighbours have to
// know (groups.h).
bool failed_handshake_is_refusal(unsigned kind);

// Writes to *c what became of that kind, but for findings and Zeek's columns;
// false: that is not known.
bool failed_handshake_tell(const struct failed_handshakes *o, unsigned kind,
			   const struct segment_log *l, struct connection *c);

// Notes what became of a connection of that kind.
void failed_handshake_learn(struct failed_handshakes *o, unsigned kind,
			    const struct connection *c);

#endif
