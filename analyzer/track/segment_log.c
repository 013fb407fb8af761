#include "track/segment_log.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { FETCH_AHEAD = 4 };

_Static_assert(sizeof(struct log_entry) == 40, "a segment is 40 bytes");
_Static_assert(STACKS <= 8, "three bits for a stack");

#define SAME(field)                                                            \
	_Static_assert(offsetof(struct log_entry, field) ==                    \
			   offsetof(struct segment, field),                    \
		       "a track is the beginning of a segment")
SAME(time);
SAME(frame);
SAME(seq);
SAME(ack);
SAME(len);
SAME(ts_val);
SAME(window);
SAME(ip_id);
SAME(flags);
SAME(options);
SAME(ttl);
SAME(more);
#undef SAME

void segment_logs_init(struct segment_logs *t)
{
	*t = (struct segment_logs){
		.chunks = { .each = sizeof(struct log_chunk),
			    .shift = LOG_CHUNKS_SHIFT },
	};
}

void segment_logs_free(struct segment_logs *t)
{
	blocks_free(&t->chunks);
	free(t->free);
}

bool segment_log_takes(const struct segment *s)
{
	return !(s->options & OPT_MPTCP);
}

static bool more_chunks(struct segment_logs *t)
{
	size_t room = t->room ? t->room * 2 : 1 << LOG_CHUNKS_SHIFT;
	uint32_t *more;

	if (t->chunks.n == t->room) {
		more = realloc(t->free, room * sizeof(*more));
		if (!more)
			return false;
		t->free = more;
		t->room = room;
	}
	return blocks_add(&t->chunks);
}

// What is written to a chunk first.
static void fetch_head(const struct log_chunk *p)
{
	__builtin_prefetch(p, 1);
	__builtin_prefetch((const char *)&p->entry[1] - 1, 1);
}

// 0: no memory. One that will be next is fetched: it was left long ago.
static uint32_t new_chunk(struct segment_logs *t)
{
	const struct log_chunk *later;

	if (!t->spare) {
		if (!more_chunks(t))
			return 0;
		later = blocks_later(&t->chunks, t->chunks.n + FETCH_AHEAD);
		if (later)
			fetch_head(later);
		return (uint32_t)t->chunks.n;
	}
	t->spare--;
	if (t->spare >= FETCH_AHEAD)
		fetch_head(
		    segment_log_chunk(t, t->free[t->spare - FETCH_AHEAD]));
	return t->free[t->spare];
}

static struct log_chunk *last_chunk(struct segment_logs *t, uint32_t *last,
				    uint32_t n)
{
	uint32_t name;
	struct log_chunk *p;

	if (n % LOG_CHUNK_ENTRIES)
		return segment_log_chunk(t, *last);
	name = new_chunk(t);
	if (!name)
		return NULL;
	p = segment_log_chunk(t, name);
	p->before = n ? *last : 0;
	*last = name;
	return p;
}

bool segment_log_add(struct segment_logs *t, uint32_t *last, uint32_t n,
		     const struct segment *s, enum side from)
{
	struct log_chunk *p = last_chunk(t, last, n);
	struct log_entry *k;

	if (!p)
		return false;
	k = &p->entry[n % LOG_CHUNK_ENTRIES];
	memcpy(k, s, sizeof(*k));
	k->more |= from == SERVER ? MORE_OWN : 0;
	return true;
}

enum side segment_log_unpack(const struct log_entry *k, struct segment *s)
{
	memcpy(s, k, sizeof(*k));
	s->more &= (uint8_t)~MORE_OWN;
	return log_entry_side(k);
}

void segment_log_find(const struct segment_logs *t, uint32_t last, unsigned n,
		      struct segment_log *out)
{
	out->n = n;
	for (unsigned i = (n + LOG_CHUNK_ENTRIES - 1) / LOG_CHUNK_ENTRIES;
	     i-- > 0;) {
		const struct log_chunk *p = segment_log_chunk(t, last);
		out->chunk[i] = p;
		last = p->before;
	}
}

void segment_log_drop(struct segment_logs *t, uint32_t last)
{
	while (last) {
		struct log_chunk *p = segment_log_chunk(t, last);
		p->owner = LOG_CHUNK_UNOWNED;
		t->free[t->spare++] = last;
		last = p->before;
	}
}
