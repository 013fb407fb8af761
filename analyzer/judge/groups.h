// What a connection's neighbours tell about its end: a listener that died with
// its queue, a host that aborts as a habit, an idle time that many share. Pure
// but for memory, which it owns.
#ifndef TCPWHY_GROUPS_H
#define TCPWHY_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nanoseconds.h"
#include "judge/evidence.h"
#include "track/flow.h"
#include "track/flow_table.h"

// A port that refuses so soon after many of its connections were reset has lost
// its listener.
#define GROUPS_GONE_NS (30 * SECOND)

struct groups;

struct groups *groups_new(void); // NULL: no memory
void groups_free(struct groups *g);

// True if neighbours may have a say in the end of the connection.
bool groups_matter(const struct evidence *ev);

// True if its SYN may have been translated: only the connection that began with
// the same one can tell.
bool groups_may_have_twin(const struct evidence *ev);

// Takes a connection; false if memory ran out.
bool groups_add(struct groups *g, const struct connection *c,
		const struct flow *f, const struct evidence *ev);

// Forgets all but those that are kept (flow_kept()), to be asked anew.
void groups_restart(struct groups *g, const struct flow_table *t);

// Call when all were added.
void groups_settle(struct groups *g, const struct flow_table *t);

// Adds to *s what the neighbours of connection `index` tell; true if that is
// anything.
bool groups_tell(const struct groups *g, uint32_t index,
		 struct surroundings *s);

#endif
