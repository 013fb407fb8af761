#include "blocks.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

static bool add_block(struct blocks *b)
{
	size_t bytes = (b->each << b->shift) + PAGE - 1;
	char **more = b->block;

	if ((b->blocks & (b->blocks - 1)) == 0) { // full: powers of two
		size_t n = b->blocks ? b->blocks * 2 : 1;
		more = realloc(more, n * sizeof(*more));
		if (!more)
			return false;
		b->block = more;
	}
	bytes -= bytes % PAGE;
	more[b->blocks] = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (more[b->blocks] == MAP_FAILED)
		return false;
	b->blocks++;
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
		munmap(b->block[i], b->each << b->shift);
	free(b->block);
	b->block = NULL;
	b->blocks = b->n = 0;
}
