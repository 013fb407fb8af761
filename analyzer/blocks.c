#include "blocks.h"

#include <sys/mman.h>

enum { PAGE = 4096 };

// The list of blocks never moves either, so that another thread may read while
// this one adds: address space for all that 32-bit numbers can name.
static bool begin(struct blocks *b)
{
	size_t most = ((size_t)1 << (32 - b->shift)) * sizeof(*b->block);
	void *list = mmap(NULL, most, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (list == MAP_FAILED)
		return false;
	b->block = list;
	return true;
}

static size_t block_bytes(const struct blocks *b)
{
	size_t bytes = (b->each << b->shift) + PAGE - 1;

	return bytes - bytes % PAGE;
}

static bool add_block(struct blocks *b)
{
	void *fresh;

	if (b->blocks >> (32 - b->shift) || (!b->block && !begin(b)))
		return false;
	fresh = mmap(NULL, block_bytes(b), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (fresh == MAP_FAILED)
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

void blocks_free(struct blocks *b)
{
	for (size_t i = 0; i < b->blocks; i++)
		munmap(b->block[i], block_bytes(b));
	if (b->block)
		munmap(b->block,
		       ((size_t)1 << (32 - b->shift)) * sizeof(*b->block));
	b->block = NULL;
	b->blocks = b->n = 0;
}
