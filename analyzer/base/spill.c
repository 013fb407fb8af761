#include "base/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/array.h"
#include "base/nameless_file.h"
#include "base/system.h"

enum { PAGE = 4096 };

struct range {
	char *p;
	size_t bytes;
	off_t place; // in the file
};

struct spill {
	int fd;               // the file
	int resident;         // system_resident_open()
	size_t limit;         // bytes in memory
	size_t most;          // bytes that a file may have
	pthread_mutex_t lock; // of all below
	size_t size;          // of the file
	int error;
	struct range *range; // in use
	size_t ranges, ranges_size;
};

// Growing beyond it would draw SIGXFSZ.
static size_t largest_file(void)
{
	struct rlimit size;

	return getrlimit(RLIMIT_FSIZE, &size) || size.rlim_cur > INT64_MAX
		   ? INT64_MAX
		   : (size_t)size.rlim_cur;
}

struct spill *spill_open(const char *folder, size_t limit)
{
	struct spill *s = calloc(1, sizeof(*s));
	int error;

	if (!s)
		return NULL;
	s->limit = limit;
	s->most = largest_file();
	s->resident = system_resident_open();
	s->fd = nameless_file(folder);
	pthread_mutex_init(&s->lock, NULL);
	if (s->fd >= 0)
		return s;
	error = errno;
	spill_close(s);
	errno = error;
	return NULL;
}

void spill_close(struct spill *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->lock);
	if (s->fd >= 0)
		close(s->fd);
	if (s->resident >= 0)
		close(s->resident);
	free(s->range);
	free(s);
}

static size_t round_up(size_t bytes)
{
	return (bytes + PAGE - 1) / PAGE * PAGE;
}

// Touching a hole of a file whose disk is full is a fault, so the disk is asked
// for the room first. False: it has none.
static bool grow_file(struct spill *s, size_t bytes)
{
	int error = bytes > s->most - s->size
			? EFBIG
			: posix_fallocate(s->fd, (off_t)s->size, (off_t)bytes);

	if (error)
		s->error = error;
	return !error;
}

// The lock is held. MAP_FIXED where there is an address.
static char *map_more(struct spill *s, void *at, size_t bytes)
{
	struct range *more =
	    array_grown(s->range, s->ranges, &s->ranges_size, sizeof(*more));
	char *p;

	if (!more)
		return NULL;
	s->range = more;
	p = mmap(at, bytes, PROT_READ | PROT_WRITE,
		 MAP_SHARED | (at ? MAP_FIXED : 0), s->fd, (off_t)s->size);
	if (p == MAP_FAILED)
		return NULL;
	more[s->ranges++] = (struct range){ p, bytes, (off_t)s->size };
	s->size += bytes;
	return p;
}

void *spill_pages(struct spill *s, size_t bytes)
{
	char *p = NULL;

	bytes = round_up(bytes);
	pthread_mutex_lock(&s->lock);
	if (grow_file(s, bytes))
		p = map_more(s, NULL, bytes);
	pthread_mutex_unlock(&s->lock);
	return p;
}

// Page by page: what was written as one large piece, file systems keep as one,
// and look at all of it whenever a page of it is touched.
static bool put(struct spill *s, const char *from, size_t bytes)
{
	for (size_t done = 0; done < bytes;) {
		ssize_t n = pwrite(s->fd, from + done, PAGE - done % PAGE,
				   (off_t)(s->size + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			s->error = n < 0 ? errno : EIO;
			return false;
		}
		done += (size_t)n;
	}
	return true;
}

bool spill_move(struct spill *s, void *pages, size_t bytes)
{
	bool moved;

	bytes = round_up(bytes);
	pthread_mutex_lock(&s->lock);
	moved = grow_file(s, bytes) && put(s, pages, bytes) &&
		map_more(s, pages, bytes);
	pthread_mutex_unlock(&s->lock);
	return moved;
}

// The lock is held.
static void forget(struct spill *s, const char *pages)
{
	for (size_t i = s->ranges; i-- > 0;) {
		if (s->range[i].p != pages)
			continue;
		s->range[i] = s->range[--s->ranges];
		return;
	}
}

// The file gives the room back as well, where its file system can do that.
void spill_drop(struct spill *s, void *pages, size_t bytes)
{
	if (!pages)
		return;
	bytes = round_up(bytes);
	pthread_mutex_lock(&s->lock);
	forget(s, pages);
	system_punch(pages, bytes);
	munmap(pages, bytes);
	pthread_mutex_unlock(&s->lock);
}

void spill_trim(struct spill *s)
{
	size_t most;

	if (!s)
		return;
	most = s->limit - s->limit / 16;
	if (system_resident(s->resident) < most)
		return;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->ranges; i++)
		system_evict(s->range[i].p, s->range[i].bytes, s->fd,
			     s->range[i].place);
	pthread_mutex_unlock(&s->lock);
}

int spill_error(struct spill *s)
{
	int error;

	pthread_mutex_lock(&s->lock);
	error = s->error;
	pthread_mutex_unlock(&s->lock);
	return error;
}
