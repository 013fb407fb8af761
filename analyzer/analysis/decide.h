// Decides connections: from the states that flow_*.c keep to what the records
// say. Each is decided when it is over, or at the end; what its neighbours
// tell comes at the end. Pure but for memory.
//
// Three short ways lead to a record without all of this. They may only be taken
// where they give the same record, and each of them relies on something.
// Whoever changes a rule or lets evidence*.c or outcome.c look at something
// new, looks here, too; the tests named compare each short way with the long
// one.
//
//   clean_close()          Two FINs, each acknowledged, with every segment in
//   its
//                          place, get `orderly_close`, certain: no fact of the
//                          rules other than SYN_ACK_SEEN, OPENED and FINS_ACKED
//                          holds, and closed_first, states and what programs
//                          saw depend on nothing but who acknowledged whose FIN
//                          when. Requests without an answer (exchange.h) are
//                          left to the long way. Only where such connections'
//                          findings are not wanted. test_clean_close.c,
//                          tests/fuzz/ends.h.
//   failed_handshake_kind  All that facts, rules and outcome.c read of a
//                          connection that never opened is in its kind: who
//                          sent what, the stack of each SYN, whether the SYN
//                          was repeated, the capture ends within a second
//                          (ENDS_SOON), the RST came late (NOT_AT_ONCE) or with
//                          another TTL (TTL_DIFFERS). Whatever else could
//                          matter (other options, payload, another window, a
//                          copy, a RST too late to be an answer) makes it no
//                          kind. Only where no findings are
//                          wanted. test_failed_handshake.c, tests/fuzz/ends.h.
//   the memo of judge()    Equal sets of facts get equal rulings (judge.h): it
//                          holds by judge()'s type, since it is given nothing
//                          else. decide_record.c; test_judge.c.
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

// Drops what was noted of connections that wait no longer.
void decide_prune(struct decider *d);

// Where each is decided alone: all that were decided have been told, so what
// was written down of them is not needed any more.
void decide_forget(struct decider *d);

// Decides all as things stand at the end of what was captured so far. False: no
// memory, nothing was done.
bool decide_all(struct decider *d, int64_t now);

#endif
