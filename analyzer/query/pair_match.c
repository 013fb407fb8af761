#include "query/pair_match.h"

#include "base/array.h"
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

// Segments as they come ------------------------------------------------------

static uint64_t hash_of(const struct tuple *t)
{
	uint64_t h = (uint64_t)t->port[0] << 16 | t->port[1];

	return addr_mix(addr_mix(h, &t->addr[0]), &t->addr[1]);
}

static bool same_tuple(const struct tuple *a, const struct tuple *b)
{
	return a->port[0] == b->port[0] && a->port[1] == b->port[1] &&
	       !addr_cmp(&a->addr[0], &b->addr[0]) &&
	       !addr_cmp(&a->addr[1], &b->addr[1]);
}

static uint32_t *slot_of(const struct segment_index *s, const struct tuple *t)
{
	size_t at = hash_of(t) & (s->hash_size - 1);

	while (s->hash[at] && !same_tuple(&s->tuple[s->hash[at] - 1], t))
		at = (at + 1) & (s->hash_size - 1);
	return &s->hash[at];
}

static bool rehash(struct segment_index *s)
{
	size_t size = s->hash_size ? s->hash_size * 2 : 1024;

	free(s->hash);
	s->hash = calloc(size, sizeof *s->hash);
	s->hash_size = s->hash ? size : 0;
	for (size_t i = 0; s->hash && i < s->tuples; i++)
		*slot_of(s, &s->tuple[i]) = (uint32_t)i + 1;
	return s->hash;
}

// The two ends in order; *from is which of them is the source.
static struct tuple tuple_of(const struct addr *src, uint16_t src_port,
			     const struct addr *dst, uint16_t dst_port,
			     uint8_t *from)
{
	int c = addr_cmp(src, dst);
	bool turn = c > 0 || (!c && src_port > dst_port);

	*from = turn;
	return (
	    struct tuple){ .addr = { turn ? *dst : *src, turn ? *src : *dst },
			   .port = { turn ? dst_port : src_port,
				     turn ? src_port : dst_port } };
}

static bool intern(struct segment_index *s, const struct tuple *t,
		   uint32_t *out)
{
	struct tuple *more;
	uint32_t *slot;

	if (s->tuples * 2 >= s->hash_size && !rehash(s))
		return false;
	slot = slot_of(s, t);
	if (!*slot) {
		more = array_grown(s->tuple, s->tuples, &s->tuples_size,
				   sizeof *more);
		if (!more)
			return false;
		s->tuple = more;
		more[s->tuples++] = *t;
		*slot = (uint32_t)s->tuples;
	}
	*out = *slot - 1;
	return true;
}

bool segment_index_add(struct segment_index *s, const struct segment *seg)
{
	struct seg new = { .time = seg->time,
			   .frame = seg->frame,
			   .seq = seg->seq,
			   .ack = seg->flags & TCP_ACK ? seg->ack : 0,
			   .len = seg->len,
			   .ttl = seg->ttl,
			   .flags = seg->flags };
	struct tuple t = tuple_of(&seg->src, seg->src_port, &seg->dst,
				  seg->dst_port, &new.side);
	struct seg *more;

	s->full = s->most && s->segs >= s->most;
	if (s->full)
		return true;
	more = array_grown(s->seg, s->segs, &s->size, sizeof *more);
	if (!more)
		return false;
	s->seg = more;
	if (!intern(s, &t, &new.tuple))
		return false;
	if (!s->segs)
		s->first = s->last = new.time;
	s->first = new.time < s->first ? new.time : s->first;
	s->last = new.time > s->last ? new.time : s->last;
	more[s->segs++] = new;
	return true;
}

void segment_index_release(struct segment_index *s)
{
	free(s->seg);
	free(s->tuple);
	free(s->hash);
	free(s->begin);
	free(s->rst);
}

// Connections ----------------------------------------------------------------

// Finds the connection of every segment: the last on its addresses and ports
// that had begun. older[i] is the connection before i on the same ones, plus 1.
static void find_connections(struct segment_index *s, const struct analysis *a,
			     uint32_t *older)
{
	uint8_t from;

	for (size_t i = 0; i < s->conns; i++) {
		const struct connection *c = analysis_get(a, i);
		struct tuple t =
		    tuple_of(&c->addr[CLIENT], c->port[CLIENT],
			     &c->addr[SERVER], c->port[SERVER], &from);
		uint32_t *slot = s->hash_size ? slot_of(s, &t) : NULL;

		if (!slot || !*slot)
			continue;
		older[i] = s->tuple[*slot - 1].last;
		s->tuple[*slot - 1].last = (uint32_t)i + 1;
	}
	for (size_t k = 0; k < s->segs; k++) {
		struct seg *g = &s->seg[k];
		uint32_t i = s->tuple[g->tuple].last;
		const struct connection *c;

		while (i && analysis_get(a, i - 1)->first_frame > g->frame)
			i = older[i - 1];
		g->conn = i ? i - 1 : NO_PAIR;
		if (!i)
			continue;
		c = analysis_get(a, i - 1);
		tuple_of(&c->addr[CLIENT], c->port[CLIENT], &c->addr[SERVER],
			 c->port[SERVER], &from);
		g->side = g->side == from ? CLIENT : SERVER;
	}
}

// A stable counting sort.
static bool by_connection(struct segment_index *s)
{
	struct seg *sorted = calloc(s->segs + 1, sizeof *sorted);
	size_t *at = calloc(s->conns + 1, sizeof *at), n = 0;

	if (!sorted || !at) {
		free(sorted);
		free(at);
		return false;
	}
	for (size_t k = 0; k < s->segs; k++) {
		if (s->seg[k].conn != NO_PAIR)
			s->begin[s->seg[k].conn + 1]++;
	}
	for (size_t i = 0; i < s->conns; i++) {
		s->begin[i + 1] += s->begin[i];
		at[i] = s->begin[i];
	}
	for (size_t k = 0; k < s->segs; k++) {
		if (s->seg[k].conn != NO_PAIR)
			sorted[at[s->seg[k].conn]++] = s->seg[k];
	}
	n = s->begin[s->conns];
	free(s->seg);
	free(at);
	s->seg = sorted;
	s->segs = n;
	return true;
}

bool segment_index_sort(struct segment_index *s, const struct analysis *a)
{
	uint32_t *older;
	bool ok;

	s->conns = analysis_count(a);
	s->begin = calloc(s->conns + 2, sizeof *s->begin);
	older = calloc(s->conns + 1, sizeof *older);
	ok = s->begin && older;
	if (ok)
		find_connections(s, a, older);
	free(older);
	return ok && by_connection(s) && segment_index_list_rsts(s);
}

// Pairs ----------------------------------------------------------------------

// What address translation leaves as it is. Offloads may cut segments
// differently at both ends, so their lengths don't count.
struct mark {
	uint64_t key;
	uint32_t conn;
};

static int by_key(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->conn < y->conn ? -1 : x->conn > y->conn;
}

static uint64_t key_of(const struct seg *g)
{
	uint64_t flags = g->flags & (TCP_SYN | TCP_ACK);

	return hash_mix((uint64_t)g->seq << 32 | g->ack) ^ flags;
}

// A RST tells least: it may be forged, and its numbers be 0.
static size_t mark_all(const struct segment_index *s, struct mark *mark)
{
	size_t n = 0;

	for (size_t k = 0; k < s->segs; k++) {
		const struct seg *g = &s->seg[k];

		if (!(g->flags & TCP_RST))
			mark[n++] = (struct mark){ key_of(g), g->conn };
	}
	if (n)
		qsort(mark, n, sizeof *mark, by_key);
	return n;
}

static size_t lower_bound(const struct mark *mark, size_t n, uint64_t key)
{
	size_t low = 0;

	while (n) {
		size_t half = n / 2;

		if (mark[low + half].key < key) {
			low += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return low;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

enum { SAMPLE = 64 }; // segments of a connection that vote; votes of each

// The connection that most of the votes are for.
static uint32_t elect(uint32_t *vote, size_t n, uint32_t *votes)
{
	uint32_t best = NO_PAIR;
	size_t first = 0;

	*votes = 0;
	if (n)
		qsort(vote, n, sizeof *vote, by_number);
	for (size_t i = 1; i <= n; i++) {
		if (i < n && vote[i] == vote[first])
			continue;
		if (i - first > *votes) {
			*votes = (uint32_t)(i - first);
			best = vote[first];
		}
		first = i;
	}
	return best;
}

static bool same_ends(const struct segment_index *one, size_t i,
		      const struct segment_index *two, size_t j)
{
	const struct seg *a = &one->seg[one->begin[i]],
			 *b = &two->seg[two->begin[j]];

	return same_tuple(&one->tuple[a->tuple], &two->tuple[b->tuple]);
}

// Of several that have the same numbers, that with the same addresses counts
// more.
static uint32_t counterpart(const struct segment_index *one, size_t i,
			    const struct segment_index *two,
			    const struct mark *mark, size_t marks,
			    uint32_t *votes)
{
	uint32_t vote[8 * SAMPLE];
	size_t n = 0, end = one->begin[i + 1];

	if (end - one->begin[i] > SAMPLE)
		end = one->begin[i] + SAMPLE;
	for (size_t k = one->begin[i]; k < end; k++) {
		uint64_t key = key_of(&one->seg[k]);
		size_t at = lower_bound(mark, marks, key);

		if (one->seg[k].flags & TCP_RST)
			continue;
		for (size_t m = 0; m < 4 && at + m < marks; m++) {
			uint32_t other = mark[at + m].conn;

			if (mark[at + m].key != key)
				break;
			vote[n++] = other;
			if (same_ends(one, i, two, other))
				vote[n++] = other;
		}
	}
	return elect(vote, n, votes);
}

// Each connection of two goes to the one with most votes for it.
static void settle_pairs(uint32_t *pair, const uint32_t *votes, size_t n,
			 uint32_t *owner)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t rival;

		if (pair[i] == NO_PAIR)
			continue;
		rival = owner[pair[i]];
		if (rival && votes[rival - 1] >= votes[i]) {
			pair[i] = NO_PAIR;
			continue;
		}
		if (rival)
			pair[rival - 1] = NO_PAIR;
		owner[pair[i]] = (uint32_t)i + 1;
	}
}

bool match_connections(const struct segment_index *one,
		       const struct segment_index *two, uint32_t *pair)
{
	struct mark *mark = calloc(two->segs + 1, sizeof *mark);
	uint32_t *votes = calloc(one->conns + 1, sizeof *votes);
	uint32_t *owner = calloc(two->conns + 1, sizeof *owner);
	bool ok = mark && votes && owner;
	size_t marks = ok ? mark_all(two, mark) : 0;

	for (size_t i = 0; ok && i < one->conns; i++)
		pair[i] = counterpart(one, i, two, mark, marks, &votes[i]);
	if (ok)
		settle_pairs(pair, votes, one->conns, owner);
	free(mark);
	free(votes);
	free(owner);
	return ok;
}
