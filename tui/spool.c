#include "spool.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ending_signals.h"
#include "base/nameless_file.h"

struct record {
	int64_t time;
	uint64_t id;
	uint32_t wire_len, cap_len, link;
	uint32_t kept, comment; // bytes that follow
};

struct spool {
	struct capture *capture;
	FILE *file; // the thread's
	int fd;     // for reading
	pthread_t thread;
	bool joined;
	uint64_t written;       // the thread's: bytes given to the file
	_Atomic uint64_t ready; // bytes that can be read
	_Atomic uint64_t frames;
	_Atomic bool over; // nothing will come behind `ready`
	_Atomic bool stop;
	_Atomic int error;
};

// Writing --------------------------------------------------------------------

static bool keep_frame(struct spool *s, const struct frame *f)
{
	const char *comment = capture_comment(s->capture);
	size_t n = comment ? strnlen(comment, SPOOL_COMMENT - 1) : 0;
	struct record r = { .time = f->time,
			    .id = f->id,
			    .wire_len = f->wire_len,
			    .cap_len = f->cap_len,
			    .link = f->link,
			    .kept = f->cap_len < SPOOL_BYTES ? f->cap_len
							     : SPOOL_BYTES,
			    .comment = (uint32_t)n };

	s->written += sizeof r + r.kept + n;
	return fwrite(&r, sizeof r, 1, s->file) == 1 &&
	       fwrite(f->data, 1, r.kept, s->file) == r.kept &&
	       fwrite(comment ? comment : "", 1, n, s->file) == n;
}

// What was written may be read from now on.
static bool publish(struct spool *s)
{
	if (fflush(s->file)) {
		atomic_store(&s->error, errno ? errno : EIO);
		return false;
	}
	atomic_store(&s->ready, s->written);
	return true;
}

// Reads until the end. Each frame is published at once while the reader has
// nothing else, in batches while it has: a burst costs no write for each.
static void *run(void *argument)
{
	enum { BATCH = 64 };
	struct spool *s = argument;
	struct frame f;
	uint64_t n = 0;
	bool fine = true;

	while (fine && !atomic_load(&s->stop) && capture_next(s->capture, &f)) {
		fine = keep_frame(s, &f);
		if (!fine)
			atomic_store(&s->error, errno ? errno : EIO);
		n++;
		if (fine && (n % BATCH == 0 || n < 1024))
			fine = publish(s);
		atomic_store(&s->frames, n);
	}
	if (fine)
		publish(s);
	atomic_store(&s->over, true);
	return NULL;
}

// In $TMPDIR or /tmp.
static FILE *open_file(void)
{
	int fd = nameless_file(getenv("TMPDIR"));
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");

	if (fd >= 0 && !file)
		close(fd);
	return file;
}

struct spool *spool_open(struct capture *c)
{
	struct spool *s = calloc(1, sizeof *s);
	sigset_t before;
	int error;

	if (!s)
		return NULL;
	s->capture = c;
	s->file = open_file();
	if (!s->file)
		goto fail;
	s->fd = fileno(s->file);
	// Signals are for the thread that holds the terminal.
	signals_leave_to_others(&before);
	error = pthread_create(&s->thread, NULL, run, s);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!error)
		return s;
	errno = error;
fail:
	error = errno;
	if (s->file)
		fclose(s->file);
	free(s);
	errno = error;
	return NULL;
}

void spool_stop(struct spool *s)
{
	atomic_store(&s->stop, true);
	capture_stop(s->capture);
	if (!s->joined)
		pthread_join(s->thread, NULL);
	s->joined = true;
}

void spool_close(struct spool *s)
{
	if (!s)
		return;
	spool_stop(s);
	fclose(s->file);
	free(s);
}

// Reading --------------------------------------------------------------------

uint64_t spool_frames(const struct spool *s)
{
	return atomic_load(&s->frames);
}

int spool_error(const struct spool *s)
{
	return atomic_load(&s->error);
}

static bool fetch_bytes(int fd, void *to, size_t n, uint64_t *offset)
{
	if (pread(fd, to, n, (off_t)*offset) != (ssize_t)n)
		return false;
	*offset += n;
	return true;
}

int spool_next(const struct spool *s, struct spool_place *p, struct frame *out)
{
	bool over = atomic_load(&s->over);
	struct record r;

	if (p->offset >= atomic_load(&s->ready))
		return over ? 0 : -1;
	if (!fetch_bytes(s->fd, &r, sizeof r, &p->offset) ||
	    !fetch_bytes(s->fd, p->data, r.kept, &p->offset) ||
	    !fetch_bytes(s->fd, p->comment, r.comment, &p->offset))
		return 0;
	p->comment[r.comment] = '\0';
	p->frames++;
	*out = (struct frame){ .time = r.time,
			       .id = r.id,
			       .wire_len = r.wire_len,
			       .cap_len = r.kept,
			       .link = r.link,
			       .data = p->data };
	return 1;
}
