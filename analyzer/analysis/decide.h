// Decides connections: from the states that flow.c keeps to what the records
// say. Each is decided when it is over, or at the end; what its neighbours
// tell comes at the end. Pure but for memory.
#ifndef TCPWHY_DECIDE_H
#define TCPWHY_DECIDE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/findings.h"
#include "base/names.h"
#include "judge/evidence.h"
#include "judge/groups.h"
#include "judge/judge.h"
#include "track/failed_handshake.h"
#include "track/flow.h"

enum { RULINGS = 64 };

// What the capture lacks or has twice.
struct losses {
	size_t lossy;        // connections that miss bytes
	uint64_t duplicates; // segments captured twice
};

struct decider {
	struct flow_table *flows; // not owned
	struct flow_room room;    // of the connection that is decided
	struct findings findings;
	size_t findings_final; // bytes of those that stay, whatever comes
	_Atomic size_t findings_bytes; // that they take; any thread may look
	struct {
		fact_set facts;
		struct ruling ruling;
	} judged[RULINGS]; // what judge() made of some sets of facts
	struct groups *groups;
	struct names histories; // Zeek's
	bool without_findings;
	bool without_ordinary; // without findings where nothing was wrong
	bool without_openings; // ... and where nothing was opened
	struct openings openings;
	bool alone;  // decides each at once, whatever its neighbours tell later
	bool failed; // memory ran out: what was written down is not whole
	bool capped; // by what the capture lost
	struct remark *remark; // what must not be forgotten of who waits
	size_t remarks, remarks_size;
	struct losses final; // of those whose state was given back
	struct losses all;   // of all, when decide_all() was last called
};

// False: no memory.
bool decider_init(struct decider *d, struct flow_table *flows);
void decider_free(struct decider *d);

// What becomes of a connection's state.
enum fate {
	FATE_OPEN,  // stays as it is: not over after all
	FATE_OVER,  // given back: all was written down
	FATE_WAITS, // kept: its neighbours may have a say at the end
};

// Connection i may be over at this time of the capture: if it is, decides it.
// Touches nothing of the table but its record. The state stays until
// decide_seal() is told what was returned.
enum fate decide_over(struct decider *d, size_t i, int64_t now);
void decide_seal(struct decider *d, size_t i, enum fate fate);

// Writes down connection i as it stands, though it may not be over, and gives
// its state back.
void decide_early(struct decider *d, size_t i, int64_t now);

// Where each is decided alone: all that were decided have been told, so what
// was written down of them is not needed any more.
void decide_forget(struct decider *d);

// Decides all as things stand at the end of what was captured so far. False: no
// memory, nothing was done.
bool decide_all(struct decider *d, int64_t now);

#endif
