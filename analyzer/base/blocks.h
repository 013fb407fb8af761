// An array that grows by blocks which never move: pointers into it stay good,
// and growing costs no copy. Items are zero until they are first written.
#ifndef TCPWHY_BLOCKS_H
#define TCPWHY_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct spill;

struct blocks {
	char **block;
	size_t blocks;
	size_t n;            // items handed out
	size_t each;         // bytes of one
	unsigned shift;      // a block holds 1 << shift of them
	struct spill *spill; // where blocks may go, or NULL
	size_t moved;        // the first ones, which are there
};

// Where each and shift are known beforehand, finding costs half as much.
static inline void *blocks_item(const struct blocks *b, size_t i, size_t each,
				unsigned shift)
{
	size_t in = i & (((size_t)1 << shift) - 1);

	return b->block[i >> shift] + in * each;
}

static inline void *blocks_at(const struct blocks *b, size_t i)
{
	return blocks_item(b, i, b->each, b->shift);
}

// Where item i will be, once it is there; NULL: that is not known yet.
static inline void *blocks_later(const struct blocks *b, size_t i)
{
	return i < b->blocks << b->shift ? blocks_at(b, i) : NULL;
}

// Makes room for one more; its index is the old b->n. False: no memory.
bool blocks_add(struct blocks *b);

// Makes room for n in all. False: no memory.
bool blocks_reach(struct blocks *b, size_t n);

// Moves blocks into that file (base/spill.h), which must stay open longer, all
// but the last `bytes` of them; those that it has no room for stay in memory.
// Nobody may write to them meanwhile.
void blocks_spill(struct blocks *b, struct spill *s, size_t bytes);

void blocks_free(struct blocks *b);

// Bytes that its items take of memory; 0 where they may go elsewhere.
static inline size_t blocks_bytes(const struct blocks *b)
{
	return b->spill ? 0 : b->n * b->each;
}

#endif
