#include "trail.h"
#include "endpoint.h"

#include <string.h>

enum { PIECES_SHIFT = 9 };

// Bits of track.rest.
enum {
	REST_SERVER = 0x01,
	REST_TLS = 0x02,
	REST_SCALE = 1, // shift of a SYN's window scale
	REST_STACK = 5, // ... and of its stack
};

_Static_assert(sizeof(struct track) == 40, "a segment is 40 bytes");
_Static_assert(STACKS <= 8, "three bits for a stack");

void trails_init(struct trails *t)
{
	*t = (struct trails){
		.pieces = { .each = sizeof(struct piece),
			    .shift = PIECES_SHIFT },
	};
}

void trails_free(struct trails *t)
{
	blocks_free(&t->pieces);
}

bool trail_takes(const struct segment *s)
{
	return !(s->options & OPT_MPTCP);
}

// 0: no memory.
static uint32_t new_piece(struct trails *t)
{
	uint32_t name = t->free;

	if (name) {
		t->free = trail_piece(t, name)->next;
		t->spare--;
		return name;
	}
	return blocks_add(&t->pieces) ? (uint32_t)t->pieces.n : 0;
}

static struct piece *last_piece(struct trails *t, uint32_t *last, uint32_t n)
{
	uint32_t before = *last, first;
	struct piece *p;

	if (n % TRAIL_STEP)
		return trail_piece(t, before);
	*last = new_piece(t);
	if (!*last) {
		*last = before;
		return NULL;
	}
	first = before ? trail_piece(t, before)->first : *last;
	if (before)
		trail_piece(t, before)->next = *last;
	p = trail_piece(t, *last);
	p->first = first;
	p->next = 0;
	return p;
}

static uint8_t rest_of(const struct segment *s, enum side from)
{
	unsigned rest = from == SERVER ? REST_SERVER : 0;

	if (s->flags & TCP_SYN)
		rest |= (unsigned)s->wscale << REST_SCALE |
			(unsigned)endpoint_stack(s) << REST_STACK;
	else if (segment_is_tls(s))
		rest |= REST_TLS;
	return (uint8_t)rest;
}

bool trail_add(struct trails *t, uint32_t *last, uint32_t n,
	       const struct segment *s, enum side from)
{
	struct piece *p = last_piece(t, last, n);

	if (!p)
		return false;
	p->track[n % TRAIL_STEP] = (struct track){
		.time = s->time,
		.frame = s->frame,
		.seq = s->seq,
		.ack = s->ack,
		.len = s->len,
		.ts_val = s->ts_val,
		.window = s->window,
		.ip_id = s->ip_id,
		.flags = s->flags,
		.options = s->options,
		.ttl = s->ttl,
		.rest = rest_of(s, from),
	};
	return true;
}

enum side trail_unpack(const struct track *k, struct segment *s)
{
	bool syn = k->flags & TCP_SYN;

	s->time = k->time;
	s->frame = k->frame;
	s->seq = k->seq;
	s->ack = k->ack;
	s->len = k->len;
	s->ts_val = k->ts_val;
	s->window = k->window;
	s->ip_id = k->ip_id;
	s->flags = k->flags;
	s->options = k->options;
	s->ttl = k->ttl;
	s->wscale = syn ? k->rest >> REST_SCALE & 15 : 0;
	s->stack = syn ? k->rest >> REST_STACK : STACK_UNKNOWN;
	segment_set_tls(s, !syn && k->rest & REST_TLS);
	return track_side(k);
}

void trail_drop(struct trails *t, uint32_t last)
{
	struct piece *end = trail_piece(t, last);
	uint32_t first = end->first;

	for (uint32_t name = first; name; t->spare++) {
		struct piece *p = trail_piece(t, name);
		p->first = 0; // nobody's
		name = p->next;
	}
	end->next = t->free;
	t->free = first;
}
