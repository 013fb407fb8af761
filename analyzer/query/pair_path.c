#include "query/pair_path.h"

#include "base/nanoseconds.h"
#include "base/seq.h"
#include "query/pair_span.h"

#include <stdlib.h>

enum { EDGE_MS = 50 }; // just before a capture's end nothing is proved

struct look {
	const struct segment_pair *b;
	enum side side;
	size_t here, there; // the sender's end and the other
	const struct segment_index *index;
	const struct pair_sum *sum;
	struct spans sent, came;
	uint64_t acked; // spans_highest_ack() of the other side
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
	const struct seg *lost = NULL;

	for (size_t i = 0; i < l->sent.n; i++) {
		const struct span *s = &l->sent.span[i];
		size_t copies, arrived;

		if (!is_covered(l, l->here, s->seg->time))
			continue;
		l->out->sent++;
		if (!s->first)
			continue;
		copies = spans_covering(&l->sent, s->from);
		arrived = spans_covering(&l->came, s->from);
		l->out->shown[l->there] += arrived;
		if (arrived >= copies)
			continue;
		if (!arrived && l->acked > s->from) {
			l->out->missed[l->there]++;
			continue;
		}
		l->out->lost += copies - arrived;
		if (!lost || s->seg < lost)
			lost = s->seg;
	}
	l->out->first_lost = lost;
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
	const struct seg *sent = last_ack(l, l->here),
			 *came = last_ack(l, l->there);
	uint64_t missed = 0;

	for (size_t i = 0; i < l->came.n; i++) {
		const struct seg *g = l->came.span[i].seg;

		missed += !(g->flags & TCP_SYN) &&
			  !spans_covering(&l->sent, l->came.span[i].from) &&
			  is_covered(l, l->there, g->time);
	}
	l->out->shown[l->here] += l->came.n - missed;
	missed += came && (!sent || seq_lt(sent->ack, came->ack)) &&
		  is_covered(l, l->there, came->time);
	l->out->missed[l->here] += missed;
	l->out->incomplete = missed;
}

// The numbers of that side's RSTs, in order.
struct rsts {
	uint64_t *number;
	size_t n;
};

static bool rsts_make(struct rsts *r, const struct seg *seg, size_t n,
		      enum side side)
{
	*r = (struct rsts){ calloc(n + 1, sizeof *r->number), 0 };
	for (size_t i = 0; r->number && i < n; i++)
		if (seg[i].flags & TCP_RST && seg[i].side == side)
			r->number[r->n++] = seg[i].seq;
	if (r->number)
		qsort(r->number, r->n, sizeof *r->number, spans_by_size);
	return r->number;
}

static bool rsts_have(const struct rsts *r, uint64_t number)
{
	return bsearch(&number, r->number, r->n, sizeof *r->number,
		       spans_by_size);
}

// The first RST of that side in seg that other lacks; *both: one that is in
// both.
static const struct seg *rst_alone(const struct look *l, size_t end,
				   const struct rsts *other,
				   const struct seg **both)
{
	const struct seg *seg = l->b->seg[end], *alone = NULL;

	*both = NULL;
	for (size_t i = 0; i < l->b->n[end]; i++) {
		if (!(seg[i].flags & TCP_RST) || seg[i].side != l->side)
			continue;
		l->out->sent +=
		    end == l->here && is_covered(l, end, seg[i].time);
		if (!rsts_have(other, seg[i].seq))
			alone = alone ? alone : &seg[i];
		else
			*both = *both ? *both : &seg[i];
	}
	return alone;
}

// A RST that has another number at the other end, but stands for the same, was
// altered on the way: it is neither lost nor forged.
static void compare_rsts(struct look *l, const struct rsts rsts[2])
{
	const struct seg *same,
	    *sent = rst_alone(l, l->here, &rsts[l->there], &same),
	    *came = rst_alone(l, l->there, &rsts[l->here], &same);

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
	struct rsts rsts[2] = { 0 };
	uint32_t base = 0;
	bool ok;

	*out = (struct path_comparison){ .home = true };
	for (size_t i = b->n[l.here]; i-- > 0;) {
		const struct seg *g = &b->seg[l.here][i];

		if (g->side != side)
			continue;
		base = g->seq - (uint32_t)SPANS_START;
		out->home &= new_ttl(g->ttl);
		out->fin |= g->flags & TCP_FIN && !(g->flags & TCP_RST);
	}
	ok = spans_make(&l.sent, b->seg[l.here], b->n[l.here], side, base) &&
	     spans_make(&l.came, b->seg[l.there], b->n[l.there], side, base) &&
	     rsts_make(&rsts[0], b->seg[0], b->n[0], side) &&
	     rsts_make(&rsts[1], b->seg[1], b->n[1], side);
	l.acked = spans_highest_ack(b->seg[l.there], b->n[l.there], side, base);
	if (ok) {
		count_losses(&l);
		find_gaps(&l);
		compare_rsts(&l, rsts);
	}
	if (out->forged)
		find_alive(&l);
	spans_free(&l.sent);
	spans_free(&l.came);
	free(rsts[0].number);
	free(rsts[1].number);
	return ok;
}
