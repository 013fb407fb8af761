#include "base/system.h"

#include <stdint.h>
#include <sys/mman.h>

#include "base/nameless_file.h"

void system_huge(void *pages, size_t bytes)
{
	(void)pages;
	(void)bytes;
}

void system_populate(void *pages, size_t bytes)
{
	enum { PAGE = 4096 };
	volatile char *p = pages;

	for (size_t at = 0; at < bytes; at += PAGE)
		p[at] = 0;
}

void system_punch(void *pages, size_t bytes)
{
	(void)pages;
	(void)bytes;
}

// What is mapped anew in its place has not been touched yet.
void system_evict(void *pages, size_t bytes, int fd, off_t place)
{
	mmap(pages, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
	     place);
}

int system_resident_open(void)
{
	return -1;
}

size_t system_resident(int fd)
{
	(void)fd;
	return SIZE_MAX;
}

int system_nameless_file(const char *folder)
{
	return nameless_at_once(folder);
}
