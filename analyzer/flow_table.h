// Where connections are found and how long they are kept: slots, records, live
// states. For flow.c alone.
#ifndef TCPWHY_FLOW_TABLE_H
#define TCPWHY_FLOW_TABLE_H

#include "flow.h"

// A slot names the newest connection on its addresses and ports.
struct slot {
	uint32_t tag;   // of the hash; its low bits are where the slot belongs
	uint32_t index; // of the connection, plus 1; 0: free
};

// What was found. record is NULL if there is none: then slot is free.
struct place {
	struct slot *slot;
	struct connection *record;
	enum side side; // of the segment's sender
	uint32_t tag;
};

// Looks for the connection of s, of which only the addresses and ports count.
struct place table_find(const struct flow_table *t, const struct segment *s,
			uint64_t hash);

struct flow *table_live(const struct flow_table *t, const struct connection *c);

// A new connection at that place, begun by s. NULL: no memory.
struct flow *table_start(struct flow_table *t, struct place *at,
			 const struct segment *s, enum side from);

// f has ended: it is to be given back when nothing more comes of it.
void table_queue(struct flow_table *t, struct flow *f);

#endif
