#include "read/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "read/bpf_filter.h"
#include "read/read_error.h"
#include "read/source.h"

// Why the files are read here and not by libpcap, which would do for most of
// them: it refuses pcapng files whose interfaces differ in link type or snap
// length (what mergecap makes of two captures, and Wireshark of two
// interfaces), gives away neither comments nor drop counters, and takes more
// than twice as long for a packet, most of it in two fread() calls. Its formats
// are two, and simple. What it alone can do, it does: filters.

enum { LINK_ETHERNET = 1 };

struct capture {
	struct source *source; // as on the command line
	size_t n;
	struct source **heap; // those with frames to come, the oldest first
	size_t heap_n;
	struct source *last; // whose frame was given last
	struct filter *filter;
	bool borrowed; // the filter is another capture's
	uint64_t frames;
	int stop[2]; // a pipe: readable once waiting is to end
};

// The merge ------------------------------------------------------------------

static bool is_before(const struct source *a, const struct source *b)
{
	if (a->head.time != b->head.time)
		return a->head.time < b->head.time;
	return a->file < b->file;
}

static void heap_sink(struct capture *c, size_t i)
{
	for (;;) {
		size_t least = i, child = 2 * i + 1;
		for (size_t k = child; k < child + 2 && k < c->heap_n; k++)
			if (is_before(c->heap[k], c->heap[least]))
				least = k;
		if (least == i)
			return;
		struct source *s = c->heap[i];
		c->heap[i] = c->heap[least];
		c->heap[least] = s;
		i = least;
	}
}

// Puts the first source where its next frame belongs, or out of the heap.
static void heap_next(struct capture *c)
{
	if (!source_peek(c->heap[0]))
		c->heap[0] = c->heap[--c->heap_n];
	heap_sink(c, 0);
}

static int merge_next(struct capture *c, struct frame *out)
{
	if (c->last)
		heap_next(c);
	c->last = NULL;
	while (c->heap_n > 0 && !source_peek(c->heap[0]))
		heap_next(c);
	if (c->heap_n == 0)
		return 0;
	c->last = c->heap[0];
	return source_next(c->last, out);
}

// With one file there is nothing to look ahead for: a live capture's frame is
// given as soon as it is there.
static int any_next(struct capture *c, struct frame *out)
{
	if (c->n > 1)
		return merge_next(c, out);
	c->last = &c->source[0];
	return source_next(c->last, out);
}

// Where memory ran out, what passes is not known: its file ends here.
static bool passes(struct capture *c, const struct frame *f)
{
	if (!c->filter || filter_match(c->filter, f))
		return true;
	if (filter_no_memory(c->filter))
		source_give_up(c->last, READ_ERROR_MEMORY);
	return false;
}

int capture_next(struct capture *c, struct frame *out)
{
	do {
		if (!any_next(c, out))
			return 0;
		c->frames++;
	} while (!passes(c, out));
	return 1;
}

size_t capture_batch(struct capture *c, struct frame *out, size_t room)
{
	size_t n = 0;

	if (c->n == 1 && !c->filter) {
		c->last = &c->source[0];
		n = source_batch(c->last, out, room);
		c->frames += n;
	}
	return n ? n : (size_t)capture_next(c, out);
}

int capture_try(struct capture *c, struct frame *out)
{
	if (!capture_flows(c))
		return capture_next(c, out);
	c->last = &c->source[0];
	do {
		int rc = source_try(c->last, out);
		if (rc <= 0)
			return rc == SOURCE_WAITS ? CAPTURE_WAITS : 0;
		c->frames++;
	} while (!passes(c, out));
	return 1;
}

// Opening and closing --------------------------------------------------------

static bool stdin_once(const char *const *files, size_t n,
		       char err[CAPTURE_ERROR])
{
	size_t dashes = 0;
	for (size_t i = 0; i < n; i++)
		dashes += strcmp(files[i], "-") == 0;
	if (dashes > 1)
		snprintf(err, CAPTURE_ERROR,
			 "standard input: can be read only once");
	return dashes <= 1;
}

static bool capture_open_all(struct capture *c, const char *const *files,
			     size_t n, char err[CAPTURE_ERROR])
{
	for (size_t i = 0; i < n; i++) {
		struct source *s = &c->source[c->n++];
		if (!source_open(s, files[i], (uint32_t)i, c->stop[0], err))
			return false;
	}
	return true;
}

int capture_begin(struct capture *c, char err[CAPTURE_ERROR])
{
	for (size_t i = 0; i < c->n; i++) {
		struct source *s = &c->source[i];
		if (!source_begin(s, err)) {
			errno = capture_no_memory(c) ? ENOMEM : EIO;
			return -1;
		}
		if (c->n == 1 || !source_peek(s))
			continue;
		c->heap[c->heap_n++] = s;
		source_park(s);
	}
	for (size_t i = c->heap_n; i-- > 0;)
		heap_sink(c, i);
	return 0;
}

void capture_limit(struct capture *c, size_t bytes)
{
	for (size_t i = 0; i < c->n; i++)
		c->source[i].from.memory = bytes;
}

// A write that doesn't fit finds the pipe readable already, which is all that
// it is for.
static bool capture_stop_open(struct capture *c)
{
	if (pipe(c->stop) < 0)
		return false;
	for (int i = 0; i < 2; i++)
		fcntl(c->stop[i], F_SETFD, FD_CLOEXEC);
	fcntl(c->stop[1], F_SETFL, O_NONBLOCK);
	return true;
}

static struct capture *capture_new(size_t n, char err[CAPTURE_ERROR])
{
	struct capture *c = calloc(1, sizeof(*c));
	if (!c)
		goto out;
	c->stop[0] = c->stop[1] = -1;
	c->source = calloc(n + !n, sizeof(*c->source));
	c->heap = calloc(n + !n, sizeof(struct source *));
	if (c->source && c->heap && capture_stop_open(c))
		return c;
out:
	snprintf(err, CAPTURE_ERROR, "%s", read_error_errno(errno));
	capture_close(c);
	return NULL;
}

struct capture *capture_open_only(const char *const *files, size_t n,
				  char err[CAPTURE_ERROR])
{
	errno = EINVAL;
	if (!stdin_once(files, n, err))
		return NULL;
	struct capture *c = capture_new(n, err);
	if (!c || capture_open_all(c, files, n, err))
		return c;
	int error = capture_no_memory(c) ? ENOMEM : EIO;
	capture_close(c);
	errno = error;
	return NULL;
}

struct capture *capture_open(const char *const *files, size_t n,
			     char err[CAPTURE_ERROR])
{
	struct capture *c = capture_open_only(files, n, err);
	if (!c || !capture_begin(c, err))
		return c;
	int error = errno;
	capture_close(c);
	errno = error;
	return NULL;
}

static void capture_drop_filter(struct capture *c)
{
	if (!c->borrowed)
		filter_free(c->filter);
	c->filter = NULL;
	c->borrowed = false;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	capture_stop(c);
	for (size_t i = 0; i < c->n; i++)
		source_close(&c->source[i]);
	for (int i = 0; i < 2; i++)
		if (c->stop[i] >= 0)
			close(c->stop[i]);
	capture_drop_filter(c);
	free(c->source);
	free(c->heap);
	free(c);
}

void capture_stop(struct capture *c)
{
	int saved = errno;
	ssize_t written = write(c->stop[1], "", 1);
	(void)written;
	errno = saved;
}

// What link types are to be expected, as far as can be seen without reading on;
// at least one, for the expression is to be checked in any case.
static size_t capture_links(struct capture *c, uint32_t *links, size_t room)
{
	size_t n = 0;
	if (c->n == 1) {
		source_peek(&c->source[0]);
		n = source_links(&c->source[0], links, room);
	}
	for (size_t i = 0; i < c->heap_n && n < room; i++)
		links[n++] = c->heap[i]->head.link;
	if (n == 0)
		links[n++] = LINK_ETHERNET;
	return n;
}

int capture_filter(struct capture *c, const char *expression,
		   char err[CAPTURE_ERROR])
{
	uint32_t links[FILTER_LINKS];
	size_t n = capture_links(c, links, FILTER_LINKS);
	capture_drop_filter(c);
	c->filter = filter_new(expression, links, n, err, CAPTURE_ERROR);
	errno = !c->filter && read_error_is_memory(err) ? ENOMEM : EINVAL;
	return c->filter ? 0 : -1;
}

void capture_filter_as(struct capture *c, const struct capture *other)
{
	capture_drop_filter(c);
	c->filter = other->filter;
	c->borrowed = true;
}

// What it knows --------------------------------------------------------------

const char *capture_broken(const struct capture *c, size_t i)
{
	for (size_t k = 0; k < c->n; k++)
		if (c->source[k].broken[0] && i-- == 0)
			return c->source[k].broken;
	return NULL;
}

bool capture_no_memory(const struct capture *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->source[i].no_memory)
			return true;
	return false;
}

void capture_progress(const struct capture *c, uint64_t *done, uint64_t *total)
{
	bool known = true;
	*done = *total = 0;
	for (size_t i = 0; i < c->n; i++) {
		const struct source *s = &c->source[i];
		*done +=
		    atomic_load_explicit(&s->from.done, memory_order_relaxed);
		*total += s->size;
		known = known && s->regular;
	}
	if (!known)
		*total = 0;
}

uint64_t capture_frames(const struct capture *c)
{
	return c->frames;
}

uint64_t capture_drops(const struct capture *c)
{
	uint64_t drops = 0;
	for (size_t i = 0; i < c->n; i++)
		drops += source_drops(&c->source[i]);
	return drops;
}

const char *capture_comment(const struct capture *c)
{
	return c->last ? source_comment(c->last) : NULL;
}

bool capture_rereadable(const struct capture *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (!c->source[i].regular || !c->source[i].named)
			return false;
	return true;
}

bool capture_flows(const struct capture *c)
{
	return c->n == 1 && !c->source[0].regular;
}

const char *capture_library(void)
{
	return pcaplib_version();
}
