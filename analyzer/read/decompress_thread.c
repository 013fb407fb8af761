#include "read/decompress_thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/ending_signals.h"
#include "read/unpack.h"

// A slot holds what the decoders make at a time (a zstd block is 128 KiB at
// most); four are enough for neither side to wait for the other's hiccups.
enum { SLOTS = 4, SLOT = 128 * 1024, CHUNK = 128 * 1024 };

struct slot {
	size_t n;
	uint8_t b[SLOT];
};

// Slots first .. first + filled - 1 belong to the reader, the others to the
// thread; lock guards who has which. All that is not under it belongs to one
// side alone.
struct decompressor {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t first, filled;        // under lock
	size_t ahead;                // under lock: slots that may be filled
	bool quit;                   // under lock: nobody will read any more
	bool ended;                  // under lock: the thread is through
	char error[READ_ERROR_TEXT]; // the thread's until ended
	size_t taken;                // the reader's: bytes used of slot first
	struct input_fd *from;
	struct unpack unpack;
	uint8_t *chunk;       // compressed bytes: what the opener had read,
	size_t chunk_n, room; // then what the thread reads
	struct slot slot[SLOTS];
};

// The next slot to fill, empty; NULL: nobody reads any more.
static struct slot *pump_empty(struct decompressor *p)
{
	pthread_mutex_lock(&p->lock);
	while (p->filled == p->ahead && !p->quit)
		pthread_cond_wait(&p->changed, &p->lock);
	struct slot *s =
	    p->quit ? NULL : &p->slot[(p->first + p->filled) % SLOTS];
	pthread_mutex_unlock(&p->lock);
	return s;
}

static void pump_hand_over(struct decompressor *p)
{
	pthread_mutex_lock(&p->lock);
	p->filled++;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

// Unpacks one chunk and hands over all that comes of it, so that a reader of
// a live capture doesn't wait for a slot to fill. False: no more.
static bool pump_chunk(struct decompressor *p, struct bytes in)
{
	bool good = true, more = true;
	while (good && more) {
		struct slot *s = pump_empty(p);
		if (!s)
			return false;
		good =
		    unpack_step(&p->unpack, &in, s->b, SLOT, &s->n, p->error);
		more = s->n == SLOT || in.n > 0;
		if (s->n > 0)
			pump_hand_over(p);
	}
	return good;
}

static void pump_all(struct decompressor *p)
{
	ssize_t got = (ssize_t)p->chunk_n;
	while (got > 0) {
		if (!pump_chunk(p, (struct bytes){ p->chunk, (size_t)got }))
			return;
		got = input_fd_read(p->from, p->chunk, p->room);
	}
	if (got < 0)
		snprintf(p->error, READ_ERROR_TEXT, "%s",
			 read_error_errno(errno));
	else if (!p->unpack.whole)
		snprintf(p->error, READ_ERROR_TEXT, "%s data cut short",
			 codec_name(p->unpack.codec));
}

static void *pump_run(void *arg)
{
	struct decompressor *p = arg;
	pump_all(p);
	pthread_mutex_lock(&p->lock);
	p->ended = true;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

// Signals are the main thread's business.
static int pump_spawn(struct decompressor *p)
{
	sigset_t old;
	signals_leave_to_others(&old);
	int rc = pthread_create(&p->thread, NULL, pump_run, p);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc;
}

static void decompressor_free(struct decompressor *p)
{
	unpack_free(&p->unpack);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->changed);
	free(p->chunk);
	free(p);
}

// False: no memory.
static bool pump_fill(struct decompressor *p, const uint8_t *first, size_t n)
{
	p->room = n > CHUNK ? n : CHUNK;
	p->chunk = malloc(p->room);
	if (!p->chunk)
		return false;
	memcpy(p->chunk, first, n);
	p->chunk_n = n;
	return true;
}

struct decompressor *decompressor_open(struct input_fd *f,
				       const struct codec *c,
				       const uint8_t *first, size_t n)
{
	struct decompressor *p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->from = f;
	p->ahead = 1; // many a reader looks at the first packet and leaves
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, NULL);
	int rc = ENOMEM;
	if (unpack_start(&p->unpack, c, f->memory) && pump_fill(p, first, n))
		rc = pump_spawn(p);
	if (rc == 0)
		return p;
	decompressor_free(p);
	errno = rc == EAGAIN ? ENOMEM : rc; // for its stack, most likely
	return NULL;
}

void decompressor_close(struct decompressor *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->quit = true;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	decompressor_free(p);
}

// The oldest filled slot; NULL: the end.
static const struct slot *pump_filled(struct decompressor *p)
{
	pthread_mutex_lock(&p->lock);
	while (p->filled == 0 && !p->ended)
		pthread_cond_wait(&p->changed, &p->lock);
	const struct slot *s = p->filled ? &p->slot[p->first] : NULL;
	pthread_mutex_unlock(&p->lock);
	return s;
}

static void pump_give_back(struct decompressor *p)
{
	p->taken = 0;
	pthread_mutex_lock(&p->lock);
	p->first = (p->first + 1) % SLOTS;
	p->filled--;
	p->ahead = SLOTS;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

size_t decompressor_read(struct decompressor *p, uint8_t *to, size_t n)
{
	const struct slot *s = pump_filled(p);
	if (!s)
		return 0;
	size_t got = s->n - p->taken < n ? s->n - p->taken : n;
	memcpy(to, s->b + p->taken, got);
	p->taken += got;
	if (p->taken == s->n)
		pump_give_back(p);
	return got;
}

bool decompressor_ready(struct decompressor *p)
{
	pthread_mutex_lock(&p->lock);
	bool ready = p->filled > 0 || p->ended;
	pthread_mutex_unlock(&p->lock);
	return ready;
}

void decompressor_error(struct decompressor *p, char error[READ_ERROR_TEXT])
{
	memcpy(error, p->error, READ_ERROR_TEXT);
}
