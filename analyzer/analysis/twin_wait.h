// Handshakes that were given up wait until all connections have begun that may
// be the same one, seen on the other side of an address translation
// (flow_twin()). Nobody waits longer: a port scan has a million of them.
#ifndef TCPWHY_TWIN_WAIT_H
#define TCPWHY_TWIN_WAIT_H

#include <stddef.h>
#include <stdint.h>

#include "track/flow_table.h"

enum { TWIN_WAITS = FLOW_NEAR + 1 };

// By index in the table, in no order; n of them. All zeros: none waits.
struct twin_wait {
	uint32_t index[TWIN_WAITS];
	size_t n;
};

// Connection i, which is kept (flow_keep()), waits from now on. alone has room
// for TWIN_WAITS: those that need not wait any longer; returns how many. Who
// has a twin, or was heard of since, is kept but not waited for.
size_t twin_wait(struct twin_wait *w, const struct flow_table *t, uint32_t i,
		 uint32_t *alone);

#endif
