// When the state of a connection may be given back: what is over, what never
// began, and, where memory is short, what has been quiet for longest.
#include "track/flow_table_own.h"

#include "base/nanoseconds.h"

#include <stdlib.h>

enum {
	PATIENCE = 16,
	PACE = 2, // steps of the sweep for each connection that began
	LINE_BYTES = 64,
	FETCH_AHEAD = 8,
};

static const int64_t linger[QUEUES] = { 10 * SECOND, 3 * SECOND, 3 * SECOND };
// Where thousands end every second, only as long as segments may be under way.
enum { CROWD = 8192 };
static const int64_t crowded[QUEUES] = { SECOND / 4, SECOND / 16, SECOND / 4 };

// Frames are no more out of order than this.
static const int64_t FUTURE_NS = 600 * SECOND;

static int64_t linger_of(const struct line *l, enum queue q)
{
	return l->n > CROWD ? crowded[q] : linger[q];
}

// The time from which it is worth while to ask: many at once cost less.
void table_set_due(struct flow_table *t)
{
	t->due = reuse_due(t);
	for (enum queue q = 0; q < QUEUES; q++) {
		const struct line *l = &t->over[q];
		int64_t wait = linger_of(l, q);
		int64_t due = l->since + wait + wait / PATIENCE;
		if (l->n && due < t->due)
			t->due = due;
	}
}

static bool grow_line(struct line *l)
{
	size_t size = l->size ? l->size * 2 : 1024;
	uint32_t *more = malloc(size * sizeof(*more));

	if (!more)
		return false;
	for (size_t k = 0; k < l->n; k++)
		more[k] = line_nth(l, k);
	free(l->index);
	l->index = more;
	l->size = size;
	l->first = 0;
	return true;
}

bool line_append(struct line *l, uint32_t index, int64_t heard)
{
	if (l->n == l->size && !grow_line(l))
		return false;
	if (!l->n)
		l->since = heard;
	l->index[(l->first + l->n++) & (l->size - 1)] = index;
	return true;
}

static enum queue queue_of(const struct connection *c)
{
	if (!(c->life & LIFE_OPENED))
		return NEVER_OPENED;
	return c->life & LIFE_RST ? WAS_RESET : WAS_CLOSED;
}

bool table_queue(struct flow_table *t, uint32_t index)
{
	struct connection *c = table_record(t, index);
	enum queue q = queue_of(c);

	c->life |= LIFE_QUEUED;
	if (!line_append(&t->over[q], index, c->end))
		return false;
	if (t->over[q].n == 1 || t->over[q].n == CROWD + 1)
		table_set_due(t);
	return true;
}

// The first in line leaves it. The records of those behind it are fetched:
// their turns are soon.
uint32_t table_leave_line(struct flow_table *t, struct line *l)
{
	uint32_t index = line_nth(l, 0);

	table_touch(t, index);
	table_record(t, index)->life &= (uint8_t)~LIFE_QUEUED;
	l->first++;
	if (--l->n)
		l->since = table_record(t, line_nth(l, 0))->end;
	if (l->n > FETCH_AHEAD) {
		struct connection *c =
		    table_record(t, line_nth(l, FETCH_AHEAD));
		__builtin_prefetch(c, 1);
		__builtin_prefetch(&c->start, 1);
	}
	return index;
}

// True if who was last heard of then has been quiet for that long. A clock that
// stepped back leaves times of the future behind: nobody waits for these.
static bool is_quiet(int64_t heard, int64_t wait, int64_t now)
{
	return now - heard > wait || heard - now > FUTURE_NS;
}

// Who was heard of since goes to the end of the line; who was closed off since
// is none of ours.
static bool is_over(struct flow_table *t, uint32_t index, int64_t wait,
		    int64_t now)
{
	const struct connection *c = table_record(t, index);

	if (!c->live || c->life & (LIFE_KEPT | LIFE_AGAIN))
		return false;
	if (is_quiet(c->end, wait, now))
		return true;
	table_queue(t, index);
	return false;
}

// Adds to the n in due[] those in line whose time has come.
static size_t call_up(struct flow_table *t, enum queue q, int64_t now,
		      uint32_t due[FLOW_DUE], size_t n)
{
	struct line *l = &t->over[q];

	while (n < FLOW_DUE && l->n &&
	       is_quiet(l->since, linger_of(l, q), now)) {
		int64_t wait = linger_of(l, q);
		uint32_t index = table_leave_line(t, l);
		if (is_over(t, index, wait, now))
			due[n++] = index;
	}
	return n;
}

// A live connection of which only SYNs were seen.
static bool is_unanswered(const struct connection *c)
{
	return c->live && !(c->life & (LIFE_QUEUED | LIFE_KEPT | LIFE_AGAIN |
				       LIFE_SERVER | LIFE_OPENED | LIFE_RST));
}

// Adds to the n in due[] those that will never be answered. Records are in the
// order in which connections began, and so is their time; so the hand stops at
// one that may still be answered, for the sake of which all behind it can wait.
// Where records are used again it goes round and stops at none.
static size_t sweep(struct flow_table *t, int64_t now, uint32_t due[FLOW_DUE],
		    size_t n)
{
	size_t steps = PACE * (t->begun - t->swept);

	t->swept = t->begun;
	for (; steps && n < FLOW_DUE && t->hand < t->records.n; steps--) {
		const struct connection *c = table_record(t, t->hand);
		bool waits = is_unanswered(c);
		if (waits && is_quiet(c->end, UNANSWERED_NS, now))
			due[n++] = (uint32_t)t->hand;
		else if (waits && !t->reuse.on)
			break;
		if (++t->hand == t->records.n && t->reuse.on)
			t->hand = 0;
	}
	return n;
}

static void prefetch(const void *p, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += LINE_BYTES)
		__builtin_prefetch((const char *)p + i, 1);
}

// Fetches the logs of those due, all in step, from their last chunks back.
// No chunk is looked at but for the one before it.
static void fetch_logs(const struct flow_table *t, const uint32_t due[FLOW_DUE],
		       size_t n)
{
	struct {
		uint32_t chunk;
		int entries; // that it and those before it have
	} at[FLOW_DUE];
	size_t rest = 0;

	for (size_t i = 0; i < n; i++) {
		const struct connection *c = table_record(t, due[i]);
		if (table_is_whole(c))
			continue;
		at[rest].chunk = c->live;
		at[rest++].entries = c->logged;
		prefetch(segment_log_chunk(&t->logs, c->live),
			 sizeof(struct log_chunk));
	}
	while (rest) {
		n = rest;
		rest = 0;
		for (size_t i = 0; i < n; i++) {
			int entries = at[i].entries - LOG_CHUNK_ENTRIES;
			uint32_t before;
			if (entries <= 0)
				continue;
			before =
			    segment_log_chunk(&t->logs, at[i].chunk)->before;
			prefetch(segment_log_chunk(&t->logs, before),
				 sizeof(struct log_chunk));
			at[rest].chunk = before;
			at[rest++].entries = entries;
		}
	}
}

void flow_fetch_ahead(const struct flow_table *t, const uint32_t *all, size_t n,
		      size_t i)
{
	enum { RECORD = 16, LOG = 8 };
	const struct connection *c;

	table_touch(t, all[i]);
	if (i + RECORD < n)
		prefetch(table_record(t, all[i + RECORD]), sizeof(*c));
	if (i + LOG >= n)
		return;
	table_touch(t, all[i + LOG]);
	c = table_record(t, all[i + LOG]);
	if (!table_is_whole(c))
		prefetch(segment_log_chunk(&t->logs, c->live),
			 sizeof(struct log_chunk));
}

size_t flow_due(struct flow_table *t, int64_t now, uint32_t due[FLOW_DUE])
{
	size_t n = reuse_call_up(t, now, due);

	for (enum queue q = 0; q < QUEUES; q++)
		n = call_up(t, q, now, due, n);
	table_set_due(t);
	if (t->begun - t->swept >= FLOW_DUE / 2)
		n = sweep(t, now, due, n);
	fetch_logs(t, due, n);
	return n;
}

void flow_send_away(struct flow_table *t, size_t i)
{
	table_record(t, i)->life |= LIFE_AWAY;
}

void flow_take_back(struct flow_table *t, size_t i)
{
	table_record(t, i)->life &= (uint8_t)~LIFE_AWAY;
}

void flow_keep(struct flow_table *t, size_t i, bool kept)
{
	struct connection *c = table_record(t, i);

	c->life &= (uint8_t) ~(LIFE_KEPT | LIFE_AGAIN);
	c->life |= kept ? LIFE_KEPT : LIFE_AGAIN;
	// Where that has no memory, it is found among all others.
	if (kept && t->cold.spill)
		line_append(&t->kept, (uint32_t)i, c->end);
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
		segment_log_drop(&t->logs, c->live);
	c->live = 0;
	c->life &= (uint8_t)~LIFE_KEPT;
	table_done(t, (uint32_t)i);
}

uint32_t *flow_all_live(const struct flow_table *t, size_t *n)
{
	const struct blocks *chunks = &t->logs.chunks;
	uint32_t *all = malloc((chunks->n + t->flows.n + 1) * sizeof(*all));

	*n = 0;
	if (!all)
		return NULL;
	for (size_t i = 0; i < chunks->n; i++) {
		const struct log_chunk *p = blocks_at(chunks, i);
		if (table_is_first(p))
			all[(*n)++] = p->owner;
	}
	for (size_t i = 0; i < t->flows.n; i++) {
		const struct flow *f = blocks_at(&t->flows, i);
		if (f->last.frame)
			all[(*n)++] = f->index;
	}
	return all;
}
