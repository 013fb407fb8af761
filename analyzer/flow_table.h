// Where connections are found and how long they are kept: slots, records, live
// states. For flow*.c alone.
#ifndef TCPWHY_FLOW_TABLE_H
#define TCPWHY_FLOW_TABLE_H

#include "blocks.h"
#include "flow.h"
#include "trail.h"

// A slot names the newest connection on its addresses and ports.
struct slot {
	uint32_t tag;   // of the hash; its low bits are where the slot belongs
	uint32_t index; // of the connection, plus 1; 0: free
};

// What was seen of a connection's life (connection.life), a bit each.
enum life {
	LIFE_FIN = 0x01, // the client's; the server's is the next bit
	LIFE_FINS = 0x03,
	LIFE_RST = 0x04,
	LIFE_SERVER = 0x08, // the server said something
	LIFE_OPENED = 0x10, // payload, or the client went on after its SYN
	LIFE_QUEUED = 0x20, // in a line of flow_over()
	LIFE_KEPT = 0x40,   // decided, its live state kept all the same
	LIFE_AGAIN = 0x80,  // ... and heard of since: live to the end
	// With who decides it, and not to be touched: never both otherwise.
	LIFE_AWAY = LIFE_QUEUED | LIFE_KEPT,
};

// connection.live: a trail's last piece, or with this bit set a flow's place.
#define LIVE_WHOLE UINT32_C(0x80000000)

// Connections that may be over, in the order in which that was seen: a ring
// of their indices.
struct line {
	uint32_t *index;
	size_t size, first, n; // size: a power of two
	int64_t since; // when the first of them was last heard of, or before
};

// How long an ended connection is listened to: late segments tell whether a RST
// was its sender's own, and taken. After two FINs they change nothing any more,
// and of a connection that never opened there is less to come.
enum queue { WAS_RESET, WAS_CLOSED, NEVER_OPENED, QUEUES };

struct flow_table {
	struct slot *slot;
	size_t slots, used;    // slots: a power of two
	uint64_t key[2];       // random, so that nobody can choose collisions
	struct blocks records; // struct connection
	struct trails trails;
	struct blocks flows; // struct flow
	struct flow *free;   // ... that may be used again
	size_t whole;        // ... that are in use
	uint32_t watched;    // whose state is made at once: index, or FLOW_ALL
	struct line over[QUEUES];
	int64_t due;             // when the first of them is to be named
	size_t hand, hand_whole; // where the sweep has come to
	size_t swept;            // connections that it has made steps for
	bool zeek;
	struct flow scratch; // of flow_live()
};

// What was found. record is NULL if there is none: then slot is free.
struct place {
	struct slot *slot;
	struct connection *record;
	enum side side; // of the segment's sender
	uint32_t tag;
};

static inline struct connection *table_record(const struct flow_table *t,
					      size_t i)
{
	return blocks_at(&t->records, i);
}

static inline bool table_is_away(const struct connection *c)
{
	return (c->life & LIFE_AWAY) == LIFE_AWAY;
}

static inline bool table_is_whole(const struct connection *c)
{
	return c->live & LIVE_WHOLE;
}

static inline struct flow *table_flow(const struct flow_table *t,
				      const struct connection *c)
{
	return blocks_at(&t->flows, c->live & ~LIVE_WHOLE);
}

// Looks for the connection of s, of which only the addresses and ports count;
// first in the slot that is likely to have it.
struct place table_find(const struct flow_table *t, const struct segment *s,
			uint64_t hash, size_t likely);

// A new connection at that place, begun by s: a record with neither trail nor
// flow yet. NULL: no memory. *older is the connection before on the same
// addresses and ports (index + 1), or 0.
struct connection *table_start(struct flow_table *t, struct place *at,
			       const struct segment *s, enum side from,
			       uint32_t *older);

// A flow for the connection, all zero but for its identity; its record does not
// know it yet. NULL: no memory.
struct flow *table_new_flow(struct flow_table *t, uint32_t index,
			    uint32_t older);

// Connection `index` may have ended: flow_over() will name it once nothing more
// comes of it. False: no memory.
bool table_queue(struct flow_table *t, uint32_t index);

#endif
