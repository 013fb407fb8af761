// The first segments of a connection, packed: what its state can be made of
// at any time. Most connections are over before their trail is full, and a
// trail is written where a state would have to be read, changed and written:
// so their states are made only once, when they are over, in one place that
// stays in the processor's cache. Pure but for memory.
#ifndef TCPWHY_TRAIL_H
#define TCPWHY_TRAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/blocks.h"
#include "base/side.h"
#include "decode/segment.h"
#include "decode/stack.h"

// A segment, as far as a connection's state depends on it: the beginning of a
// struct segment.
struct track {
	int64_t time;
	uint64_t frame;
	uint32_t seq, ack, len, ts_val;
	uint16_t window, ip_id;
	uint8_t flags, options, ttl;
	uint8_t more; // MORE_OWN: of the server
};

enum { TRAIL_STEP = 4, TRAIL_MOST = 32, TRAIL_SHIFT = 14 };

// A piece of a trail. Pieces are named by their index in the array, from 1, and
// name the one before, so that a trail grows without a look at what it has.
struct piece {
	uint32_t before; // 0: this is the first
	// In the first piece:
	uint32_t owner; // index of the connection; TRAIL_NOBODY: a free piece
	uint32_t older; // as in struct flow
	struct track track[TRAIL_STEP];
};

#define TRAIL_NOBODY UINT32_C(0xffffffff)

// The pieces of a trail, in order.
struct trail {
	const struct piece *piece[TRAIL_MOST / TRAIL_STEP];
	unsigned n; // tracks
};

static inline const struct track *trail_track(const struct trail *l, unsigned i)
{
	return &l->piece[i / TRAIL_STEP]->track[i % TRAIL_STEP];
}

struct trails {
	struct blocks pieces;
	uint32_t *free; // those that may be used again
	size_t spare;   // how many of them
	size_t room;    // in free, as many as there are pieces
};

void trails_init(struct trails *t);
void trails_free(struct trails *t);

static inline struct piece *trail_piece(const struct trails *t, uint32_t name)
{
	return blocks_item(&t->pieces, name - 1, sizeof(struct piece),
			   TRAIL_SHIFT);
}

// True if a trail can hold the segment.
bool trail_takes(const struct segment *s);

// Appends s, sent by that side, to the trail of n segments whose last piece is
// *last; n is 0: begins one, whose first piece has no owner yet. False: no
// memory.
bool trail_add(struct trails *t, uint32_t *last, uint32_t n,
	       const struct segment *s, enum side from);

// Finds the pieces of the trail of n segments whose last piece is this.
void trail_find(const struct trails *t, uint32_t last, unsigned n,
		struct trail *out);

// Fills what of *s a connection's state depends on; returns who sent it. The
// rest of *s must be zero.
enum side trail_unpack(const struct track *k, struct segment *s);

static inline enum side track_side(const struct track *k)
{
	return k->more & MORE_OWN ? SERVER : CLIENT;
}

// Of a SYN: enum stack.
static inline uint8_t track_stack(const struct track *k)
{
	return k->more >> MORE_STACK;
}

// Gives the trail's pieces back.
void trail_drop(struct trails *t, uint32_t last);

#endif
