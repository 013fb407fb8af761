#include "base/blocks.h"

#include "base/pages.h"
#include "base/spill.h"

// Huge pages spare the processor a walk through page tables at most accesses.
// But the larger a piece of memory, the likelier it is that a virtual machine
// has never touched it, and then its host has to find it first, which takes
// longer than all that: so only the first ones are huge, which are used most.
enum { HUGE_BLOCKS = 16 };

// The list of blocks never moves either, so that another thread may read while
// this one adds: address space for all that 32-bit numbers can name.
static size_t list_bytes(const struct blocks *b)
{
	return ((size_t)1 << (32 - b->shift)) * sizeof(*b->block);
}

static size_t block_bytes(const struct blocks *b)
{
	return b->each << b->shift;
}

// The first one may stay nearly empty. Huge pages can't be given up singly.
static enum pages manner(const struct blocks *b)
{
	if (b->blocks == 0 || b->spill)
		return PAGES_LATER;
	return b->blocks <= HUGE_BLOCKS ? PAGES_HUGE : PAGES_NOW;
}

static bool add_block(struct blocks *b)
{
	char *fresh;

	if (!b->block)
		b->block = pages_new(list_bytes(b), PAGES_LATER);
	if (!b->block || b->blocks >> (32 - b->shift))
		return false;
	fresh = pages_new(block_bytes(b), manner(b));
	if (!fresh)
		return false;
	b->block[b->blocks++] = fresh;
	return true;
}

bool blocks_add(struct blocks *b)
{
	if (b->n == b->blocks << b->shift && !add_block(b))
		return false;
	b->n++;
	return true;
}

bool blocks_reach(struct blocks *b, size_t n)
{
	while (b->blocks << b->shift < n)
		if (!add_block(b))
			return false;
	if (b->n < n)
		b->n = n;
	return true;
}

void blocks_spill(struct blocks *b, struct spill *s, size_t bytes)
{
	size_t stay = bytes / block_bytes(b) + 1;

	b->spill = s;
	while (b->moved + stay < b->blocks)
		spill_move(s, b->block[b->moved++], block_bytes(b));
}

static void free_block(const struct blocks *b, size_t i)
{
	if (i < b->moved)
		spill_drop(b->spill, b->block[i], block_bytes(b));
	else
		pages_free(b->block[i], block_bytes(b));
}

void blocks_free(struct blocks *b)
{
	for (size_t i = 0; i < b->blocks; i++)
		free_block(b, i);
	pages_free(b->block, list_bytes(b));
	b->block = NULL;
	b->blocks = b->n = b->moved = 0;
}
