#include "base/pages.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>

#include "base/system.h"

enum { PAGE = 4096, HUGE_PAGE = 2 << 20 };

static size_t round_up(size_t n, size_t unit)
{
	return (n + unit - 1) / unit * unit;
}

static char *map(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static void unmap(char *from, const char *to)
{
	if (from < to)
		munmap(from, (size_t)(to - from));
}

// Where a huge page could begin.
static char *map_aligned(size_t bytes)
{
	char *p = map(bytes + HUGE_PAGE), *at;

	if (!p)
		return NULL;
	at = p + (round_up((uintptr_t)p, HUGE_PAGE) - (uintptr_t)p);
	unmap(p, at);
	unmap(at + bytes, p + bytes + HUGE_PAGE);
	return at;
}

// Advice is but advice: where it isn't taken, memory comes when it is touched.
void *pages_new(size_t bytes, enum pages how)
{
	bool huge = how == PAGES_HUGE && bytes >= HUGE_PAGE;
	char *p;

	bytes = round_up(bytes, PAGE);
	p = huge ? map_aligned(bytes) : map(bytes);
	if (p && huge)
		system_huge(p, bytes);
	if (p && how != PAGES_LATER)
		system_populate(p, bytes);
	return p;
}

void pages_free(void *pages, size_t bytes)
{
	if (pages)
		munmap(pages, round_up(bytes, PAGE));
}
