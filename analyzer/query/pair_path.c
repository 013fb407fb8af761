#include "query/pair_path.h"

#include "base/nanoseconds.h"
#include "base/seq.h"

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

struct look {
	const struct segment_pair *b;
	enum side side;
	size_t here, there; // the sender's end and the other
	const struct segment_index *index;
	const struct pair_sum *sum;
	struct list sent, came;
	uint32_t acked; // highest_ack() of the other side
	struct path_comparison *out;
};

// True if the other end's capture covers that time of this one's.
static bool is_covered(const struct look *l, size_t end, int64_t time)
{
	const struct segment_index *other = &l->index[!end];
	int64_t shift = pair_shift(l->sum, (enum pair_end)end);

	return time + shift >= other->first + l->sum->doubt &&
	       time + shift <= other->last - EDGE_MS * MS - l->sum->doubt;
}

static void count_losses(struct look *l)
{
	const struct seg *any;

	for (size_t i = 0; i < l->b->n[l->here]; i++) {
		const struct seg *g = &l->b->seg[l->here][i];
		size_t copies, arrived;

		if (!is_news(g, l->side) || !is_covered(l, l->here, g->time))
			continue;
		l->out->sent++;
		copies = covering(&l->sent, g->seq, &any);
		if (any != g)
			continue;
		arrived = covering(&l->came, g->seq, &any);
		l->out->shown[l->there] += arrived;
		if (arrived >= copies)
			continue;
		if (!arrived && l->acked > g->seq - l->sent.base) {
			l->out->missed[l->there]++;
			continue;
		}
		l->out->lost += copies - arrived;
		if (!l->out->first_lost)
			l->out->first_lost = g;
	}
}

// The side's segment, no RST, with its highest acknowledgment; NULL: none.
static const struct seg *last_ack(const struct look *l, size_t end)
{
	const struct seg *seg = l->b->seg[end], *last = NULL;

	for (size_t i = 0; i < l->b->n[end]; i++) {
		if (seg[i].side == l->side && seg[i].flags & TCP_ACK &&
		    !(seg[i].flags & TCP_RST) &&
		    (!last || seq_lt(last->ack, seg[i].ack)))
			last = &seg[i];
	}
	return last;
}

// Did something arrive that the sender's capture does not have? A SYN that this
// connection lacks may be in another one: a client that had given up is asked
// again by its late SYN-ACK.
static void find_gaps(struct look *l)
{
	const struct seg *any, *sent = last_ack(l, l->here),
			       *came = last_ack(l, l->there);
	uint64_t missed = 0;

	for (size_t i = 0; i < l->came.n; i++) {
		const struct seg *g = l->came.span[i].seg;

		missed += !(g->flags & TCP_SYN) &&
			  !covering(&l->sent, g->seq, &any) &&
			  is_covered(l, l->there, g->time);
	}
	l->out->shown[l->here] += l->came.n - missed;
	missed += came && (!sent || seq_lt(sent->ack, came->ack)) &&
		  is_covered(l, l->there, came->time);
	l->out->missed[l->here] += missed;
	l->out->incomplete = missed;
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

// The first RST of that side in seg that other lacks; *both: one that is in
// both.
static const struct seg *rst_alone(const struct look *l, size_t end,
				   const struct seg **both)
{
	const struct seg *seg = l->b->seg[end], *alone = NULL;

	*both = NULL;
	for (size_t i = 0; i < l->b->n[end]; i++) {
		if (!(seg[i].flags & TCP_RST) || seg[i].side != l->side)
			continue;
		l->out->sent +=
		    end == l->here && is_covered(l, end, seg[i].time);
		if (!rst_like(l->b->seg[!end], l->b->n[!end], &seg[i]))
			alone = alone ? alone : &seg[i];
		else
			*both = *both ? *both : &seg[i];
	}
	return alone;
}

// A RST that has another number at the other end, but stands for the same, was
// altered on the way: it is neither lost nor forged.
static void compare_rsts(struct look *l)
{
	const struct seg *same, *sent = rst_alone(l, l->here, &same),
				*came = rst_alone(l, l->there, &same);

	l->out->genuine = same;
	// One that ends an older connection may stand in another one there.
	if (came && l->b->n[l->here] &&
	    segment_index_has_rst(&l->index[l->here], l->b->seg[l->here]->tuple,
				  came))
		came = NULL;
	if (came && !sent) {
		if (is_covered(l, l->there, came->time))
			l->out->forged = came;
		else
			l->out->unchecked = came;
	}
	if (sent && is_covered(l, l->here, sent->time)) {
		l->out->vanished = sent;
		l->out->lost += !came;
	}
}

// The sender's first segment after the forged RST, else its last before.
static void find_alive(struct look *l)
{
	int64_t when =
	    l->out->forged->time + pair_shift(l->sum, (enum pair_end)l->there);

	for (size_t i = 0; i < l->b->n[l->here]; i++) {
		const struct seg *g = &l->b->seg[l->here][i];

		if (g->time <= when)
			l->out->silence = when - g->time;
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

bool path_compare(const struct segment_pair *b, enum side side,
		  const struct segment_index *index, const struct pair_sum *sum,
		  struct path_comparison *out)
{
	struct look l = { .b = b,
			  .side = side,
			  .here = side,
			  .there = !side,
			  .index = index,
			  .sum = sum,
			  .out = out };
	uint32_t base = 0;
	bool ok;

	*out = (struct path_comparison){ .home = true };
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
