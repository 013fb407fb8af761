#include "query/pair_way.h"

#include "base/nanoseconds.h"

#include <stdlib.h>

enum { EDGE_MS = 50 }; // just before a capture's end nothing is proved

// One side's data, SYNs and FINs at one end, by sequence number.
struct span {
	uint32_t from, space; // from a number below all of them
	const struct seg *seg;
};

struct list {
	struct span *span;
	size_t n;
	uint32_t base, longest;
};

static int by_from(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->seg < y->seg ? -1 : x->seg > y->seg;
}

static bool is_news(const struct seg *g, enum side side)
{
	return g->side == side && !(g->flags & TCP_RST) && seg_space(g);
}

static bool list_make(struct list *l, const struct seg *seg, size_t n,
		      enum side side, uint32_t base)
{
	*l = (struct list){ .base = base };
	l->span = calloc(n + 1, sizeof *l->span);
	for (size_t i = 0; l->span && i < n; i++) {
		uint32_t space = seg_space(&seg[i]);

		if (!is_news(&seg[i], side))
			continue;
		l->span[l->n++] =
		    (struct span){ seg[i].seq - base, space, &seg[i] };
		l->longest = space > l->longest ? space : l->longest;
	}
	if (l->n)
		qsort(l->span, l->n, sizeof *l->span, by_from);
	return l->span;
}

// How many segments cover that number; *first is the earliest of them.
static size_t covering(const struct list *l, uint32_t number,
		       const struct seg **first)
{
	uint32_t at = number - l->base;
	size_t low = 0, n = l->n, count = 0;

	*first = NULL;
	while (n) {
		size_t half = n / 2;

		if (l->span[low + half].from <= at) {
			low += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	while (low-- && (uint64_t)l->span[low].from + l->longest > at) {
		const struct span *s = &l->span[low];

		if ((uint64_t)s->from + s->space <= at)
			continue;
		count++;
		if (!*first || s->seg < *first)
			*first = s->seg;
	}
	return count;
}

// The highest number that the other side acknowledged at its own end, from the
// base on; 0: none.
static uint32_t highest_ack(const struct seg *seg, size_t n, enum side side,
			    uint32_t base)
{
	uint32_t highest = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t ack = seg[i].ack - base;

		if (seg[i].side != side && seg[i].flags & TCP_ACK &&
		    !(seg[i].flags & TCP_RST) && ack > highest)
			highest = ack;
	}
	return highest;
}

// True if a capture of the other end's clock covers that time of this one's.
static bool covers(const struct shelf *other, int64_t time, int64_t shift)
{
	return time + shift >= other->first &&
	       time + shift <= other->last - EDGE_MS * MS;
}

// What to add to a time at that end to have it on the other's clock.
static int64_t shift_from(const struct pair_sum *sum, size_t end)
{
	return end == PAIR_CLIENT ? sum->offset : -sum->offset;
}

struct look {
	const struct both *b;
	enum side side;
	size_t here, there; // the sender's end and the other
	const struct shelf *shelf;
	const struct pair_sum *sum;
	struct list sent, came;
	uint32_t acked; // highest_ack() of the other side
	struct way *out;
};

static void count_losses(struct look *l)
{
	const struct seg *any;

	for (size_t i = 0; i < l->b->n[l->here]; i++) {
		const struct seg *g = &l->b->seg[l->here][i];
		size_t copies, arrived;

		if (!is_news(g, l->side))
			continue;
		l->out->sent++;
		copies = covering(&l->sent, g->seq, &any);
		if (any != g || !covers(&l->shelf[l->there], g->time,
					shift_from(l->sum, l->here)))
			continue;
		arrived = covering(&l->came, g->seq, &any);
		if (arrived >= copies ||
		    (!arrived && l->acked > g->seq - l->sent.base))
			continue;
		l->out->lost += copies - arrived;
		if (!l->out->first_lost)
			l->out->first_lost = g;
	}
}

// Did something arrive that the sender's capture does not have?
static void find_gaps(struct look *l)
{
	const struct seg *any;

	for (size_t i = 0; i < l->came.n && !l->out->incomplete; i++) {
		const struct seg *g = l->came.span[i].seg;

		l->out->incomplete = !covering(&l->sent, g->seq, &any) &&
				     covers(&l->shelf[l->here], g->time,
					    shift_from(l->sum, l->there));
	}
}

static const struct seg *rst_like(const struct seg *seg, size_t n,
				  const struct seg *rst)
{
	for (size_t i = 0; i < n; i++) {
		if (seg[i].flags & TCP_RST && seg[i].side == rst->side &&
		    seg[i].seq == rst->seq)
			return &seg[i];
	}
	return NULL;
}

// A RST of that side that the other list does not have; an altered one, which
// has another number but stands for the same, does not count.
static void compare_rsts(struct look *l)
{
	const struct seg *here = l->b->seg[l->here],
			 *there = l->b->seg[l->there];
	size_t n = l->b->n[l->here], m = l->b->n[l->there];
	const struct seg *unsent = NULL;

	for (size_t i = 0; i < m; i++) {
		if (!(there[i].flags & TCP_RST) || there[i].side != l->side)
			continue;
		if (rst_like(here, n, &there[i])) {
			if (!l->out->genuine)
				l->out->genuine = &there[i];
		} else if (!unsent) {
			unsent = &there[i];
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (!(here[i].flags & TCP_RST) || here[i].side != l->side)
			continue;
		l->out->sent++;
		if (!rst_like(there, m, &here[i]) && !l->out->vanished)
			l->out->vanished = &here[i];
	}
	if (unsent && !l->out->vanished &&
	    covers(&l->shelf[l->here], unsent->time,
		   shift_from(l->sum, l->there)))
		l->out->forged = unsent;
	if (l->out->vanished && !unsent)
		l->out->lost++;
}

// The sender's first segment after the forged RST, else its last before.
static void find_alive(struct look *l)
{
	int64_t when = l->out->forged->time + shift_from(l->sum, l->there);

	for (size_t i = 0; i < l->b->n[l->here]; i++) {
		const struct seg *g = &l->b->seg[l->here][i];

		if (g->side != l->side)
			continue;
		l->out->alive = g;
		if (g->time > when)
			return;
	}
}

// TTLs that stacks begin with.
static bool new_ttl(uint8_t ttl)
{
	return ttl == 32 || ttl == 64 || ttl == 128 || ttl == 255;
}

bool way_compare(const struct both *b, enum side side,
		 const struct shelf *shelf, const struct pair_sum *sum,
		 struct way *out)
{
	struct look l = { .b = b,
			  .side = side,
			  .here = side,
			  .there = !side,
			  .shelf = shelf,
			  .sum = sum,
			  .out = out };
	uint32_t base = 0;
	bool ok;

	*out = (struct way){ .home = true };
	for (size_t i = b->n[l.here]; i-- > 0;) {
		const struct seg *g = &b->seg[l.here][i];

		if (g->side != side)
			continue;
		base = g->seq - (UINT32_C(1) << 30);
		out->home &= new_ttl(g->ttl);
		out->fin |= g->flags & TCP_FIN && !(g->flags & TCP_RST);
	}
	ok = list_make(&l.sent, b->seg[l.here], b->n[l.here], side, base) &&
	     list_make(&l.came, b->seg[l.there], b->n[l.there], side, base);
	l.acked = highest_ack(b->seg[l.there], b->n[l.there], side, base);
	if (ok) {
		count_losses(&l);
		find_gaps(&l);
		compare_rsts(&l);
	}
	if (out->forged)
		find_alive(&l);
	free(l.sent.span);
	free(l.came.span);
	return ok;
}
