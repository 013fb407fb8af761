// Whose state is given back first where memory is short. Records may lie in a
// file then, so that looking at some only to choose one would cost more than
// all else.
#include "track/flow_table_own.h"

enum { SAMPLE = 16 }; // states that flow_quietest() looks at

static size_t lines_bytes(const struct flow_table *t)
{
	size_t n = t->kept.size * sizeof(*t->kept.index);

	for (enum queue q = 0; q < QUEUES; q++)
		n += t->over[q].size * sizeof(*t->over[q].index);
	return n;
}

size_t flow_memory(const struct flow_table *t)
{
	return lines_bytes(t) + table_cold_memory(t) +
	       t->logs.chunks.n * sizeof(*t->logs.free) +
	       blocks_bytes(&t->records) + blocks_bytes(&t->reuse.tickets) +
	       blocks_bytes(&t->logs.chunks) + blocks_bytes(&t->flows) +
	       t->slots * sizeof(struct slot);
}

void table_line_up(struct flow_table *t)
{
	const struct blocks *chunks = &t->logs.chunks;

	for (size_t i = 0; i < chunks->n; i++) {
		const struct log_chunk *p = blocks_at(chunks, i);
		if (table_is_first(p) && flow_kept(t, p->owner))
			line_append(&t->kept, p->owner, 0);
	}
}

// Who was last heard of the longest ago of some.
static uint32_t quietest_flow(struct flow_table *t)
{
	const struct flow *best = NULL;

	for (size_t i = 0, n = 0; i < t->flows.n && n < SAMPLE; i++) {
		const struct flow *f;
		t->hand_whole = (t->hand_whole + 1) % t->flows.n;
		f = blocks_at(&t->flows, t->hand_whole);
		if (!f->last.frame)
			continue;
		if (!best || f->last.time < best->last.time)
			best = f;
		n++;
	}
	return best ? best->index : FLOW_NONE;
}

// Of some logs the one that began first: as a log has few segments, it has been
// the quietest.
static uint32_t quietest_log(struct flow_table *t)
{
	const struct blocks *chunks = &t->logs.chunks;
	const struct log_chunk *best = NULL;

	for (size_t i = 0, n = 0; i < chunks->n && n < SAMPLE; i++) {
		const struct log_chunk *p;
		t->hand_log = (t->hand_log + 1) % chunks->n;
		p = blocks_at(chunks, t->hand_log);
		if (!table_is_first(p))
			continue;
		if (!best || p->entry[0].time < best->entry[0].time)
			best = p;
		n++;
	}
	if (!best)
		return FLOW_NONE;
	table_touch(t, best->owner);
	return best->owner;
}

// Who has waited for its neighbours for the longest.
static uint32_t first_kept(struct flow_table *t)
{
	struct line *l = &t->kept;

	while (l->n) {
		uint32_t index = line_nth(l, 0);
		l->first++;
		l->n--;
		table_touch(t, index);
		if (flow_kept(t, index))
			return index;
	}
	return FLOW_NONE;
}

// The first in line that is live and undecided.
static uint32_t first_in_line(struct flow_table *t)
{
	for (enum queue q = 0; q < QUEUES; q++)
		while (t->over[q].n) {
			uint32_t index = table_leave_line(t, &t->over[q]);
			const struct connection *c = table_record(t, index);
			if (c->live && !(c->life & LIFE_KEPT))
				return index;
		}
	return FLOW_NONE;
}

uint32_t flow_quietest(struct flow_table *t, size_t n)
{
	size_t spare = t->flows.n - t->whole;
	uint32_t i;

	if (t->logs.spare < n && t->logs.spare < t->logs.chunks.n) {
		i = first_kept(t);
		if (i == FLOW_NONE)
			i = first_in_line(t);
		return i == FLOW_NONE ? quietest_log(t) : i;
	}
	// A log that grows too long sets more free than its flow takes ...
	if (spare < n && t->whole > 2 * n)
		return quietest_flow(t);
	return FLOW_NONE;
}
