#define _GNU_SOURCE // O_TMPFILE, MADV_REMOVE
#include "base/system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/nameless_file.h"

// As in <linux/mman.h>, which may be younger than the C library's header.
enum { POPULATE_WRITE = 23 };

void system_huge(void *pages, size_t bytes)
{
	madvise(pages, bytes, MADV_HUGEPAGE);
}

void system_populate(void *pages, size_t bytes)
{
	madvise(pages, bytes, POPULATE_WRITE);
}

void system_punch(void *pages, size_t bytes)
{
	madvise(pages, bytes, MADV_REMOVE);
}

void system_evict(void *pages, size_t bytes, int fd, off_t place)
{
	(void)fd;
	(void)place;
	madvise(pages, bytes, MADV_DONTNEED);
}

int system_resident_open(void)
{
	return open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
}

// proc(5): the second number, in pages.
size_t system_resident(int fd)
{
	char text[128], *second;
	ssize_t n = pread(fd, text, sizeof text - 1, 0);

	if (n <= 0)
		return SIZE_MAX;
	text[n] = '\0';
	second = strchr(text, ' ');
	return second ? strtoul(second, NULL, 10) *
				(size_t)sysconf(_SC_PAGESIZE)
		      : SIZE_MAX;
}

// Some file systems know no files without names (NFS, FAT).
int system_nameless_file(const char *folder)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	return nameless_at_once(folder);
}
