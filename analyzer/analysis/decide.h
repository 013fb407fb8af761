// Decides connections: from the states that flow_*.c keep to what the records
// say. Each is decided when it is over, or at the end; what its neighbours
// tell comes at the end. Pure but for memory.
#ifndef TCPWHY_DECIDE_H
#define TCPWHY_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/decider.h"

// False: no memory.
bool decider_init(struct decider *d, struct flow_table *flows);
void decider_free(struct decider *d);

// What becomes of a connection's state.
enum fate {
	FATE_OPEN,   // stays as it is: not over after all
	FATE_OVER,   // given back: all was written down
	FATE_WAITS,  // kept: its neighbours may have a say at the end
	FATE_NEARBY, // kept until those next to it have begun, or for a twin
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
