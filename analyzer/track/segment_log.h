// The first segments of a connection, packed, from which its state can be made
// at any time. Most connections are over before their log is full, and
// appending to it is cheaper than updating a state: so the state is made only
// once, when the connection is over, in one place that stays in the processor's
// cache. Pure but for memory.
#ifndef TCPWHY_SEGMENT_LOG_H
#define TCPWHY_SEGMENT_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/blocks.h"
#include "base/side.h"
#include "decode/segment.h"
#include "decode/stack.h"

// A segment, as far as a connection's state depends on it: the beginning of a
// struct segment.
struct log_entry {
	int64_t time;
	uint64_t frame;
	uint32_t seq, ack, len, ts_val;
	uint16_t window, ip_id;
	uint8_t flags, options, ttl;
	uint8_t more; // MORE_OWN: of the server
};

enum { LOG_CHUNK_ENTRIES = 4, SEGMENT_LOG_MOST = 32, LOG_CHUNKS_SHIFT = 14 };

// A log is a list of chunks. A chunk's name is its index in the array, from 1;
// it holds the name of the one before, so that a log grows without a look at
// the older ones.
struct log_chunk {
	uint32_t before; // 0: this is the first
	// In the first chunk:
	uint32_t owner; // index of the connection, or LOG_CHUNK_UNOWNED: free
	uint32_t older; // as in struct flow
	struct log_entry entry[LOG_CHUNK_ENTRIES];
};

#define LOG_CHUNK_UNOWNED UINT32_C(0xffffffff)

// The chunks of a connection's log, in order.
struct segment_log {
	const struct log_chunk *chunk[SEGMENT_LOG_MOST / LOG_CHUNK_ENTRIES];
	unsigned n; // entries
};

static inline const struct log_entry *
segment_log_entry(const struct segment_log *l, unsigned i)
{
	return &l->chunk[i / LOG_CHUNK_ENTRIES]->entry[i % LOG_CHUNK_ENTRIES];
}

// The logs of all connections.
struct segment_logs {
	struct blocks chunks;
	uint32_t *free; // those that may be used again
	size_t spare;   // how many of them
	size_t room;    // in free, as many as there are chunks
};

void segment_logs_init(struct segment_logs *t);
void segment_logs_free(struct segment_logs *t);

static inline struct log_chunk *segment_log_chunk(const struct segment_logs *t,
						  uint32_t name)
{
	return blocks_item(&t->chunks, name - 1, sizeof(struct log_chunk),
			   LOG_CHUNKS_SHIFT);
}

// True if a log can hold the segment.
bool segment_log_takes(const struct segment *s);

// Appends s, sent by that side, to the log of n segments whose last chunk is
// *last; n is 0: begins one, whose first chunk has no owner yet. False: no
// memory.
bool segment_log_add(struct segment_logs *t, uint32_t *last, uint32_t n,
		     const struct segment *s, enum side from);

// Finds the chunks of the log of n segments whose last chunk is `last`.
void segment_log_find(const struct segment_logs *t, uint32_t last, unsigned n,
		      struct segment_log *out);

// Fills what of *s a connection's state depends on; returns who sent it. The
// rest of *s must be zero.
enum side segment_log_unpack(const struct log_entry *k, struct segment *s);

static inline enum side log_entry_side(const struct log_entry *k)
{
	return k->more & MORE_OWN ? SERVER : CLIENT;
}

// Of a SYN: enum stack.
static inline uint8_t log_entry_stack(const struct log_entry *k)
{
	return k->more >> MORE_STACK;
}

// Gives the log's chunks back.
void segment_log_drop(struct segment_logs *t, uint32_t last);

#endif
