// The clocks of two captures, and how long packets were under way.
#include "query/pair_path.h"

#include "base/array.h"
#include "base/nanoseconds.h"

#include <stdlib.h>

struct delta {
	int64_t *value;
	size_t n, size;
	bool failed;
};

static void add_delta(struct delta *d, int64_t value)
{
	int64_t *more = array_grown(d->value, d->n, &d->size, sizeof *more);

	d->failed |= !more;
	if (!more)
		return;
	d->value = more;
	more[d->n++] = value;
}

static int by_value(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static bool same_packet(const struct seg *a, const struct seg *b)
{
	return a->seq == b->seq && a->ack == b->ack && a->len == b->len &&
	       a->flags == b->flags && a->side == b->side;
}

// The only segment like g; NULL: none, or several.
static const struct seg *only_like(const struct seg *seg, size_t n,
				   const struct seg *g)
{
	const struct seg *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!same_packet(&seg[i], g))
			continue;
		if (found)
			return NULL;
		found = &seg[i];
	}
	return found;
}

enum { SAMPLE = 48 }; // segments of a connection that tell the clocks

// What the packets that are in both captures show, of all connections.
struct clocks {
	struct delta by[2]; // server's time minus client's, by sender
	// Of packets that follow each other one way and the other: how many
	// were longer under way between the two places than no time at all, and
	// how many less than that.
	size_t outward, inward;
	bool fine;  // times are not whole milliseconds
	bool apart; // some packet has two times
};

// Packets one way and the other, so close that the clocks did not drift.
static void compare_ways(struct clocks *k, const struct seg *last[2],
			 const int64_t took[2], enum side side)
{
	int64_t trip = took[CLIENT] - took[SERVER];

	if (!last[!side] || last[side]->time - last[!side]->time > SECOND)
		return;
	k->outward += trip > 0;
	k->inward += trip < 0;
}

static void compare_clocks(const struct segment_pair *b, struct clocks *k)
{
	size_t n = b->n[0] < SAMPLE ? b->n[0] : SAMPLE;
	size_t most = b->n[1] < 4 * SAMPLE ? b->n[1] : 4 * SAMPLE;
	const struct seg *last[2] = { NULL, NULL };
	int64_t took[2] = { 0, 0 };

	for (size_t i = 0; i < n; i++) {
		const struct seg *g = &b->seg[0][i], *there;

		if (g->flags & TCP_RST || only_like(b->seg[0], n, g) != g)
			continue;
		there = only_like(b->seg[1], most, g);
		if (!there)
			continue;
		last[g->side] = g;
		took[g->side] = there->time - g->time;
		add_delta(&k->by[g->side], took[g->side]);
		k->apart |= took[g->side] != 0;
		k->fine |= g->time % MS != 0;
		compare_ways(k, last, took, (enum side)g->side);
	}
}

enum { ENOUGH = 4 }; // packets to tell by that both captures are of one place

static enum pair_place place_of(const struct clocks *k,
				const struct segment_index *index)
{
	size_t ways = k->outward + k->inward;

	if (k->inward * 4 > ways * 3)
		return PAIR_SWAPPED;
	if (k->apart || !k->fine || !k->by[0].n || !k->by[1].n ||
	    k->by[0].n + k->by[1].n < ENOUGH)
		return PAIR_APART;
	return index[0].segs == index[1].segs ? PAIR_TWICE : PAIR_ONE_PLACE;
}

static int64_t middle(const struct delta *d)
{
	return d->value[d->n / 2];
}

static void settle_clocks(struct delta by[2], struct pair_sum *sum)
{
	int64_t there, back, least, most;

	for (size_t i = 0; i < 2; i++) {
		if (by[i].n)
			qsort(by[i].value, by[i].n, sizeof *by[i].value,
			      by_value);
		// One way alone tells the offset but for the way's length.
		if (by[i].n && !by[!i].n)
			sum->offset = middle(&by[i]);
	}
	if (!by[CLIENT].n || !by[SERVER].n)
		return;
	there = middle(&by[CLIENT]);
	back = middle(&by[SERVER]);
	least = by[SERVER].value[by[SERVER].n - 1];
	most = by[CLIENT].value[0];
	sum->clocks = true;
	sum->offset = back + (there - back) / 2;
	sum->doubt = (there > back ? there - back : back - there) / 2;
	// No packet arrives before it was sent: that bounds the offset.
	if (least <= most) {
		if (sum->offset < least || sum->offset > most)
			sum->offset = least + (most - least) / 2;
		sum->doubt = (most - least + 1) / 2;
	}
	sum->delay[PAIR_CLIENT] = there - sum->offset;
	sum->delay[PAIR_SERVER] = sum->offset - back;
}

static struct segment_pair segment_pair_of(const struct segment_index *index,
					   size_t i, uint32_t j)
{
	const size_t *a = index[0].begin + i, *b = index[1].begin + j;

	return (struct segment_pair){ .seg = { index[0].seg + a[0],
					       index[1].seg + b[0] },
				      .n = { a[1] - a[0], b[1] - b[0] } };
}

bool path_clocks(const struct segment_index *index, const uint32_t *pair,
		 struct pair_sum *sum)
{
	struct clocks k = { .by = { { 0 }, { 0 } } };
	bool ok;

	for (size_t i = 0; i < index[0].conns; i++) {
		struct segment_pair b;

		if (pair[i] == NO_PAIR)
			continue;
		b = segment_pair_of(index, i, pair[i]);
		compare_clocks(&b, &k);
	}
	ok = !k.by[0].failed && !k.by[1].failed;
	if (ok)
		settle_clocks(k.by, sum);
	sum->place = place_of(&k, index);
	free(k.by[0].value);
	free(k.by[1].value);
	return ok;
}
