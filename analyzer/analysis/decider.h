// What deciding connections needs to remember. For decide*.c, and for the
// module that owns it. Pure data.
#ifndef TCPWHY_DECIDER_H
#define TCPWHY_DECIDER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/findings.h"
#include "analysis/twin_wait.h"
#include "base/names.h"
#include "judge/evidence.h"
#include "judge/groups.h"
#include "judge/judge.h"
#include "track/failed_handshake.h"
#include "track/flow_table.h"

enum { RULING_BITS = 6, RULINGS = 1 << RULING_BITS };

// What the capture lacks or has twice.
struct losses {
	size_t lossy;        // connections that miss bytes
	size_t skipping;     // ... of which IP IDs skip packets
	size_t flags_only;   // ... all that have neither SYN, FIN nor RST
	size_t wavering;     // ... whose TTLs waver
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
	bool short_clean_close;      // without findings where nothing was wrong
	bool short_failed_handshake; // ... and where nothing was opened
	struct failed_handshakes handshakes;
	bool streaming; // decides each at once, whatever its neighbours tell
			// later
	bool answered;  // streaming: somebody answered something so far
	bool failed;    // memory ran out: what was written down is not whole
	bool capped;    // by what the capture lost
	struct remark *remark; // what must not be forgotten of who waits
	size_t remarks, remarks_size;
	struct twin_wait waiting; // over, but for a twin
	struct losses final;      // of those whose state was given back
	struct losses all;        // of all, when decide_all() was last called
};

#endif
