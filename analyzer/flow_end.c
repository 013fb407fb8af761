// When the state of a connection may be given back: what is over, what never
// began, and, where memory is short, what has been quiet for longest.
#include "flow_table.h"

#include <stdlib.h>

enum { SAMPLE = 64 }; // connections that flow_quietest() looks at

static const int64_t SECOND = 1000 * 1000 * 1000;
static const int64_t linger[QUEUES] = { 10 * SECOND, 3 * SECOND };
// Where thousands end every second, only as long as segments may be under way.
enum { CROWD = 8192 };
static const int64_t LINGER_CROWDED = SECOND / 4;

// A SYN is repeated at least every 64 s (Linux: 67 s).
static const int64_t UNANSWERED_NS = 180 * SECOND;

static int64_t linger_of(const struct line *l, enum queue q)
{
	return l->n > CROWD ? LINGER_CROWDED : linger[q];
}

static uint32_t nth(const struct line *l, size_t k)
{
	return l->index[(l->first + k) & (l->size - 1)];
}

static bool grow(struct line *l)
{
	size_t size = l->size ? l->size * 2 : 1024;
	uint32_t *more = malloc(size * sizeof(*more));

	if (!more)
		return false;
	for (size_t k = 0; k < l->n; k++)
		more[k] = nth(l, k);
	free(l->index);
	l->index = more;
	l->size = size;
	l->first = 0;
	return true;
}

static bool append(struct line *l, uint32_t index, int64_t heard)
{
	if (l->n == l->size && !grow(l))
		return false;
	if (!l->n)
		l->since = heard;
	l->index[(l->first + l->n++) & (l->size - 1)] = index;
	return true;
}

bool table_queue(struct flow_table *t, uint32_t index)
{
	struct connection *c = table_record(t, index);
	enum queue q = c->life & LIFE_OPENED ? OPENED_ONCE : NEVER_OPENED;

	c->life |= LIFE_QUEUED;
	return append(&t->over[q], index, c->end);
}

static void fetch_trail(const struct flow_table *t, const struct connection *c)
{
	const char *p;

	if (!c->live || table_is_whole(c))
		return;
	p = (const char *)trail_piece(&t->trails, c->live);
	for (size_t i = 0; i < sizeof(struct piece); i += 64)
		__builtin_prefetch(p + i);
}

// The first in line leaves it. The records of those behind it are fetched, and
// the trail of the next but one: their turns are soon.
static uint32_t leave(struct flow_table *t, struct line *l)
{
	uint32_t index = nth(l, 0);
	struct connection *c = table_record(t, index);

	c->life &= (uint8_t)~LIFE_QUEUED;
	l->first++;
	if (!--l->n)
		return index;
	l->since = table_record(t, nth(l, 0))->end;
	if (l->n > 2)
		fetch_trail(t, table_record(t, nth(l, 2)));
	if (l->n > 8) {
		c = table_record(t, nth(l, 8));
		__builtin_prefetch(c, 1);
		__builtin_prefetch(&c->start, 1);
	}
	return index;
}

// Who was heard of since goes to the end of the line; who was closed off since
// is none of ours.
static uint32_t over(struct flow_table *t, struct line *l, enum queue q,
		     int64_t now)
{
	const struct connection *c;
	uint32_t index;

	if (!l->n || now - l->since <= linger_of(l, q))
		return FLOW_NONE;
	index = leave(t, l);
	c = table_record(t, index);
	if (!c->live || c->life & (LIFE_KEPT | LIFE_AGAIN))
		return FLOW_NONE;
	if (now - c->end > linger_of(l, q))
		return index;
	table_queue(t, index);
	return FLOW_NONE;
}

static bool is_unanswered(const struct connection *c)
{
	return !(c->life &
		 (LIFE_QUEUED | LIFE_KEPT | LIFE_AGAIN | LIFE_SERVER |
		  LIFE_OPENED));
}

static uint32_t unanswered(const struct flow_table *t, uint32_t index,
			   int64_t now)
{
	const struct connection *c = table_record(t, index);

	if (!c->live || now - c->end <= UNANSWERED_NS || !is_unanswered(c))
		return FLOW_NONE;
	return index;
}

static uint32_t sweep_trails(struct flow_table *t, int64_t now)
{
	const struct blocks *pieces = &t->trails.pieces;
	const struct piece *p;

	if (!pieces->n)
		return FLOW_NONE;
	t->hand = t->hand + 1 < pieces->n ? t->hand + 1 : 0;
	p = blocks_at(pieces, t->hand);
	if (t->hand + 2 < pieces->n)
		__builtin_prefetch(blocks_at(pieces, t->hand + 2));
	// Only a first piece of 180 s ago is worth a look at its record.
	if (p->first != t->hand + 1 || now - p->track[0].time <= UNANSWERED_NS)
		return FLOW_NONE;
	return unanswered(t, p->owner, now);
}

static uint32_t sweep_flows(struct flow_table *t, int64_t now)
{
	const struct flow *f;

	if (!t->whole)
		return FLOW_NONE;
	t->hand_whole = (t->hand_whole + 1) % t->flows.n;
	f = blocks_at(&t->flows, t->hand_whole);
	return f->last.frame ? unanswered(t, f->index, now) : FLOW_NONE;
}

// Looks at a trail and a flow for each connection that began.
static uint32_t sweep(struct flow_table *t, int64_t now)
{
	uint32_t index;

	if (t->swept == t->records.n)
		return FLOW_NONE;
	t->swept++;
	index = sweep_trails(t, now);
	return index != FLOW_NONE ? index : sweep_flows(t, now);
}

uint32_t flow_over(struct flow_table *t, int64_t now)
{
	for (enum queue q = 0; q < QUEUES; q++) {
		uint32_t index = over(t, &t->over[q], q, now);
		if (index != FLOW_NONE)
			return index;
	}
	return sweep(t, now);
}

void flow_keep(struct flow_table *t, size_t i, bool kept)
{
	struct connection *c = table_record(t, i);

	c->life &= (uint8_t)~(LIFE_KEPT | LIFE_AGAIN);
	c->life |= kept ? LIFE_KEPT : LIFE_AGAIN;
}

bool flow_kept(const struct flow_table *t, size_t i)
{
	return table_record(t, i)->life & LIFE_KEPT;
}

static void release_flow(struct flow_table *t, struct flow *f)
{
	free(f->rst);
	free(f->icmp);
	f->rst = NULL;
	f->icmp = NULL;
	f->last.frame = 0;
	f->next = t->free;
	t->free = f;
	t->whole--;
}

void flow_release(struct flow_table *t, size_t i)
{
	struct connection *c = table_record(t, i);

	if (table_is_whole(c))
		release_flow(t, table_flow(t, c));
	else
		trail_drop(&t->trails, c->live);
	c->live = 0;
	c->life &= (uint8_t)~LIFE_KEPT;
}

// Where memory is short -----------------------------------------------------

static void choose(const struct flow_table *t, uint32_t index, uint32_t *best)
{
	if (*best == FLOW_NONE ||
	    table_record(t, index)->end < table_record(t, *best)->end)
		*best = index;
}

static uint32_t quietest_flow(struct flow_table *t)
{
	uint32_t best = FLOW_NONE;

	for (size_t i = 0, n = 0; i < t->flows.n && n < SAMPLE; i++) {
		const struct flow *f;
		t->hand_whole = (t->hand_whole + 1) % t->flows.n;
		f = blocks_at(&t->flows, t->hand_whole);
		if (!f->last.frame)
			continue;
		choose(t, f->index, &best);
		n++;
	}
	return best;
}

static uint32_t quietest_trail(struct flow_table *t)
{
	const struct blocks *pieces = &t->trails.pieces;
	uint32_t best = FLOW_NONE;

	for (size_t i = 0, n = 0; i < pieces->n && n < SAMPLE; i++) {
		const struct piece *p;
		t->hand = (t->hand + 1) % pieces->n;
		p = blocks_at(pieces, t->hand);
		if (p->first != t->hand + 1)
			continue;
		choose(t, p->owner, &best);
		n++;
	}
	return best;
}

uint32_t flow_quietest(struct flow_table *t, size_t n)
{
	size_t spare = t->flows.n - t->whole;

	for (enum queue q = 0; q < QUEUES && t->trails.spare < n; q++)
		while (t->over[q].n) {
			uint32_t index = leave(t, &t->over[q]);
			const struct connection *c = table_record(t, index);
			if (c->live && !(c->life & LIFE_KEPT))
				return index;
		}
	if (t->trails.spare < n && t->trails.spare < t->trails.pieces.n)
		return quietest_trail(t);
	// A trail that grows too long sets more free than its flow takes ...
	if (spare < n && t->whole > 2 * n)
		return quietest_flow(t);
	return FLOW_NONE;
}
