#include "track/segment_log.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { FETCH_AHEAD = 4 };

_Static_assert(sizeof(struct track) == 40, "a segment is 40 bytes");
_Static_assert(STACKS <= 8, "three bits for a stack");

#define SAME(field)                                                            \
	_Static_assert(offsetof(struct track, field) ==                        \
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

void trails_init(struct trails *t)
{
	*t = (struct trails){
		.pieces = { .each = sizeof(struct piece),
			    .shift = TRAIL_SHIFT },
	};
}

void trails_free(struct trails *t)
{
	blocks_free(&t->pieces);
	free(t->free);
}

bool trail_takes(const struct segment *s)
{
	return !(s->options & OPT_MPTCP);
}

static bool more_pieces(struct trails *t)
{
	size_t room = t->room ? t->room * 2 : 1 << TRAIL_SHIFT;
	uint32_t *more;

	if (t->pieces.n == t->room) {
		more = realloc(t->free, room * sizeof(*more));
		if (!more)
			return false;
		t->free = more;
		t->room = room;
	}
	return blocks_add(&t->pieces);
}

// What is written to a piece first.
static void fetch_head(const struct piece *p)
{
	__builtin_prefetch(p, 1);
	__builtin_prefetch((const char *)&p->track[1] - 1, 1);
}

// 0: no memory. One that will be next is fetched: it was left long ago.
static uint32_t new_piece(struct trails *t)
{
	const struct piece *later;

	if (!t->spare) {
		if (!more_pieces(t))
			return 0;
		later = blocks_later(&t->pieces, t->pieces.n + FETCH_AHEAD);
		if (later)
			fetch_head(later);
		return (uint32_t)t->pieces.n;
	}
	t->spare--;
	if (t->spare >= FETCH_AHEAD)
		fetch_head(trail_piece(t, t->free[t->spare - FETCH_AHEAD]));
	return t->free[t->spare];
}

static struct piece *last_piece(struct trails *t, uint32_t *last, uint32_t n)
{
	uint32_t name;
	struct piece *p;

	if (n % TRAIL_STEP)
		return trail_piece(t, *last);
	name = new_piece(t);
	if (!name)
		return NULL;
	p = trail_piece(t, name);
	p->before = n ? *last : 0;
	*last = name;
	return p;
}

bool trail_add(struct trails *t, uint32_t *last, uint32_t n,
	       const struct segment *s, enum side from)
{
	struct piece *p = last_piece(t, last, n);
	struct track *k;

	if (!p)
		return false;
	k = &p->track[n % TRAIL_STEP];
	memcpy(k, s, sizeof(*k));
	k->more |= from == SERVER ? MORE_OWN : 0;
	return true;
}

enum side trail_unpack(const struct track *k, struct segment *s)
{
	memcpy(s, k, sizeof(*k));
	s->more &= (uint8_t)~MORE_OWN;
	return track_side(k);
}

void trail_find(const struct trails *t, uint32_t last, unsigned n,
		struct trail *out)
{
	out->n = n;
	for (unsigned i = (n + TRAIL_STEP - 1) / TRAIL_STEP; i-- > 0;) {
		const struct piece *p = trail_piece(t, last);
		out->piece[i] = p;
		last = p->before;
	}
}

void trail_drop(struct trails *t, uint32_t last)
{
	while (last) {
		struct piece *p = trail_piece(t, last);
		p->owner = TRAIL_NOBODY;
		t->free[t->spare++] = last;
		last = p->before;
	}
}
