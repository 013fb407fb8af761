// Where connections are found and how long they are kept: slots, records, live
// states. For flow_*.c alone.
#ifndef TCPWHY_FLOW_TABLE_OWN_H
#define TCPWHY_FLOW_TABLE_OWN_H

#include "base/blocks.h"
#include "base/nanoseconds.h"
#include "track/flow_table.h"
#include "track/segment_log.h"

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
	LIFE_QUEUED = 0x20, // in a line of flow_due()
	LIFE_KEPT = 0x40,   // decided, its live state kept all the same
	LIFE_AGAIN = 0x80,  // ... and heard of since: live to the end
	// With who decides it, and not to be touched: never both otherwise.
	LIFE_AWAY = LIFE_QUEUED | LIFE_KEPT,
};

// connection.live: a log's last chunk, or with this bit set a flow's place.
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

// What is known of a record besides where records are used again.
struct ticket {
	uint64_t number; // of its connection, in order of first packets, from 1
	int64_t since;   // when it was forgotten, or replaced
	uint32_t link[2]; // the next in its chain: of the replaced, of others
	// Index + 1 of the record, which may have been used again since, of
	// the connection whose place it took; of that which took its place.
	uint32_t older, newer;
};

// Indices of records, the oldest first.
struct chain {
	uint32_t first, last;
	size_t n;
};

// Every record is in one of the first three or its connection is live.
struct reuse {
	bool on;
	struct blocks tickets; // as many as records
	struct chain done;     // decided, and not told yet
	struct chain gone;     // told, and remembered for a while
	struct chain free;
	struct chain replaced; // another connection took their place: no
			       // segment finds them any more
};

// flow_cold.c: slots of connections that are over, in a file.
struct cold {
	struct spill *spill; // NULL: all slots are in memory
	size_t recent;       // bytes of records that stay in memory
	size_t cooled;       // blocks of records at the last flow_cool()
	size_t hot; // slots in memory from which on who is over has to leave
	struct slot *slot;
	size_t slots, used; // slots: a power of two
	uint64_t *seen;     // the filter
	size_t lines;       // ... of so many cache lines, a power of two
	size_t next;        // record from which on nobody was asked to leave
	uint32_t *left; // records before that which may have slots in memory
	size_t lefts, lefts_size;
};

struct flow_table {
	struct slot *slot;
	size_t slots, used;    // slots: a power of two
	uint64_t key[2];       // random, so that nobody can choose collisions
	struct blocks records; // struct connection
	size_t begun;          // connections, so far
	struct reuse reuse;
	struct cold cold;
	struct segment_logs logs;
	struct blocks flows; // struct flow
	struct flow *free;   // ... that may be used again
	size_t whole;        // ... that are in use
	uint32_t watched;    // whose state is made at once: index, or FLOW_ALL
	struct line over[QUEUES];
	struct line kept; // with a cold table: who waits for its neighbours
	int64_t due;      // when the first of them is to be named
	size_t hand;      // the record to which the sweep has come
	size_t absorbed;  // records that are no connections
	size_t swept; // connections that had begun when it made its last steps
	size_t hand_log, hand_whole; // where the quietest was looked for
	bool zeek;
};

// What was found. record is NULL if there is none: then slot is free.
struct place {
	struct slot *slot;
	struct connection *record;
	enum side side; // of the segment's sender
	uint32_t tag;
};

// A SYN is repeated at least every 64 s (Linux: 67 s).
#define UNANSWERED_NS (180 * SECOND)

enum { TABLE_SHIFT = 14 }; // of its records: two megabytes

static inline struct connection *table_record(const struct flow_table *t,
					      size_t i)
{
	return blocks_item(&t->records, i, sizeof(struct connection),
			   TABLE_SHIFT);
}

// For a record that will be written: where it lies in a file, this fetches its
// page alone, and once. Reading first would fetch its neighbours as well, and
// the page a second time when it is written.
static inline void table_touch(const struct flow_table *t, size_t i)
{
	if (t->cold.spill)
		__atomic_fetch_or(&table_record(t, i)->life, 0,
				  __ATOMIC_RELAXED);
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
// first where the hint says.
struct place table_find(const struct flow_table *t, const struct segment *s,
			const struct flow_hint *h);

// Which side of its connection sent s.
enum side table_side(const struct connection *c, const struct segment *s);

// If s, no SYN, goes on with the connection whose place the one at *at took,
// and nobody has answered the SYN that began this one: *at is that connection
// again, and the SYN's is none (connection.absorbed). False: no memory.
bool table_resume(struct flow_table *t, struct place *at,
		  const struct segment *s);
// Whether the slot holds the connection of s; fills in which and from where.
bool table_is_place(const struct flow_table *t, const struct segment *s,
		    struct place *at);

// Frees a slot, which may move others.
void table_free_slot(struct flow_table *t, struct slot *slot);

// Makes sure that more fit. False: no memory.
bool table_make_room(struct flow_table *t);

// A new connection at that place, begun by s from seen->side; seen->index is
// its record's, which has neither log nor flow yet. NULL: no memory. *older
// is the number of the connection before on the same addresses and ports, or 0.
struct connection *table_start(struct flow_table *t, struct place *at,
			       const struct segment *s, struct flow_seen *seen,
			       uint32_t *older);

// A flow for the connection, all zero but for its identity; its record does not
// know it yet. NULL: no memory.
struct flow *table_new_flow(struct flow_table *t, uint32_t index,
			    uint32_t older);

// flow_segment.c: makes a flow of the connection's log. NULL: no memory.
struct flow *table_make_whole(struct flow_table *t, uint32_t index);

// Something came of a connection after all.
void table_revive(struct connection *c, int64_t now);

// Connection `index` may have ended: flow_due() will name it once nothing more
// comes of it. False: no memory.
bool table_queue(struct flow_table *t, uint32_t index);

static inline uint32_t line_nth(const struct line *l, size_t k)
{
	return l->index[(l->first + k) & (l->size - 1)];
}

// A connection that was last heard of then goes to the end. False: no memory.
bool line_append(struct line *l, uint32_t index, int64_t heard);

// The first of those that may be over leaves the line.
uint32_t table_leave_line(struct flow_table *t, struct line *l);

// flow_short.c: names in t->kept all that are kept.
void table_line_up(struct flow_table *t);

// Whether a log of some connection begins there.
static inline bool table_is_first(const struct log_chunk *p)
{
	return !p->before && p->owner != LOG_CHUNK_UNOWNED;
}

// The time from which it is worth while to ask flow_due() was made anew.
void table_set_due(struct flow_table *t);

// flow_cold.c, where slots lie in a file (not together with the below)
// ---------

// Moves the slots of those that are over there. False: no memory, or no room in
// the file; some may have been moved all the same.
bool table_cool(struct flow_table *t);

// Nothing was found for s: looks among those, and moves what is found back.
// False: no memory.
bool table_thaw(struct flow_table *t, const struct segment *s,
		const struct flow_hint *h, struct place *at);

size_t table_cold_memory(const struct flow_table *t);
void table_cold_free(struct flow_table *t);

// flow_reuse.c, where records are used again (else nothing is to be done) ----

// A record that was used before, or a new one, all zero. FLOW_NONE: no memory.
uint32_t table_reused(struct flow_table *t);

// Connection `newer` took the slot of connection `older`.
void table_replaced(struct flow_table *t, uint32_t older, uint32_t newer,
		    int64_t now);

// The connection was decided and its live state is gone.
void table_done(struct flow_table *t, uint32_t index);

// When the first of the replaced is due, INT64_MAX: none is; those that are.
int64_t reuse_due(const struct flow_table *t);
size_t reuse_call_up(struct flow_table *t, int64_t now, uint32_t due[FLOW_DUE]);

#endif
