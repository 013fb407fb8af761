// For captures without an end: a connection that was decided and told is
// forgotten after a while, and its record and slot are used again.
#include "track/flow_table_own.h"

#include "base/nanoseconds.h"

#include <stdlib.h>
#include <string.h>

// Late segments of a connection shall not be taken for a new one.
static const int64_t REMEMBERED = 120 * SECOND;
// The SYN that took a connection's place may be repeated until it is answered.
static const int64_t REPLACED = 10 * SECOND;

enum { TICKETS_SHIFT = 11 };

// A link of a chain is an index plus 1, or one of these.
#define LINK_NONE UINT32_C(0) // in no chain
#define LINK_END  UINT32_C(0xffffffff)

static struct ticket *ticket(const struct flow_table *t, size_t i)
{
	return blocks_at(&t->reuse.tickets, i);
}

// Chains --------------------------------------------------------------------

static uint32_t *link_of(const struct flow_table *t, const struct chain *c,
			 uint32_t i)
{
	return &ticket(t, i)->link[c != &t->reuse.replaced];
}

static void push_last(const struct flow_table *t, struct chain *c, uint32_t i)
{
	*link_of(t, c, i) = LINK_END;
	if (c->n++)
		*link_of(t, c, c->last) = i + 1;
	else
		c->first = i;
	c->last = i;
}

static uint32_t pop(const struct flow_table *t, struct chain *c)
{
	uint32_t i = c->first, *link = link_of(t, c, i);

	c->first = *link - 1;
	*link = LINK_NONE;
	c->n--;
	return i;
}

// Records -------------------------------------------------------------------

void flow_reuse(struct flow_table *t)
{
	t->reuse.on = true;
	t->reuse.tickets.each = sizeof(struct ticket);
	t->reuse.tickets.shift = TICKETS_SHIFT;
}

uint64_t flow_number(const struct flow_table *t, size_t i)
{
	return t->reuse.on ? ticket(t, i)->number : i + 1;
}

uint32_t table_reused(struct flow_table *t)
{
	uint32_t i = FLOW_NONE;

	if (t->reuse.free.n) {
		i = pop(t, &t->reuse.free);
		memset(table_record(t, i), 0, sizeof(struct connection));
	} else if (blocks_add(&t->reuse.tickets)) {
		if (!blocks_add(&t->records))
			return FLOW_NONE;
		i = (uint32_t)(t->records.n - 1);
	}
	if (i != FLOW_NONE)
		*ticket(t, i) = (struct ticket){ .number = t->begun + 1 };
	return i;
}

// The slot of the newest connection on the addresses and ports of this one.
static struct place place_of(const struct flow_table *t, size_t i)
{
	const struct connection *c = table_record(t, i);
	struct segment s = { .src = c->addr[CLIENT],
			     .dst = c->addr[SERVER],
			     .src_port = c->port[CLIENT],
			     .dst_port = c->port[SERVER] };
	struct flow_hint h = flow_fetch_slot(t, &s);

	return table_find(t, &s, &h);
}

static void recycle(struct flow_table *t, uint32_t i)
{
	struct place at = place_of(t, i);

	if (at.record && at.slot->index == i + 1)
		table_free_slot(t, at.slot);
	push_last(t, &t->reuse.free, i);
}

// The replaced --------------------------------------------------------------

void table_replaced(struct flow_table *t, uint32_t older, uint32_t newer,
		    int64_t now)
{
	const struct connection *c = table_record(t, older);

	if (!t->reuse.on || !c->live)
		return;
	ticket(t, newer)->older = older + 1;
	ticket(t, older)->newer = newer + 1;
	if (c->life & LIFE_QUEUED ||
	    *link_of(t, &t->reuse.replaced, older) != LINK_NONE)
		return;
	ticket(t, older)->since = now;
	push_last(t, &t->reuse.replaced, older);
	table_set_due(t);
}

uint32_t flow_newer(const struct flow_table *t, size_t i)
{
	return ticket(t, i)->newer - 1;
}

uint32_t flow_older(const struct flow_table *t, size_t i)
{
	uint32_t older = ticket(t, i)->older;

	if (!older || ticket(t, older - 1)->newer != i + 1 ||
	    !table_record(t, older - 1)->live)
		return FLOW_NONE;
	return older - 1;
}

int64_t reuse_due(const struct flow_table *t)
{
	const struct chain *c = &t->reuse.replaced;

	return c->n ? ticket(t, c->first)->since + REPLACED : INT64_MAX;
}

size_t reuse_call_up(struct flow_table *t, int64_t now, uint32_t due[FLOW_DUE])
{
	size_t n = 0;

	while (n < FLOW_DUE && now > reuse_due(t)) {
		uint32_t i = pop(t, &t->reuse.replaced);
		if (table_record(t, i)->live && table_record(t, i)->replaced)
			due[n++] = i;
	}
	return n;
}

// The decided ---------------------------------------------------------------

void table_done(struct flow_table *t, uint32_t i)
{
	if (!t->reuse.on)
		return;
	if (!table_record(t, i)->absorbed) {
		push_last(t, &t->reuse.done, i);
		return;
	}
	ticket(t, i)->since = table_record(t, i)->end;
	push_last(t, &t->reuse.gone, i);
}

size_t flow_done(const struct flow_table *t, uint32_t done[FLOW_DONE])
{
	const struct chain *c = &t->reuse.done;
	uint32_t i = c->first;
	size_t n = 0;

	for (; n < c->n && n < FLOW_DONE; i = *link_of(t, c, i) - 1)
		done[n++] = i;
	return n;
}

// True if somebody still has its index.
static bool is_named(const struct flow_table *t, uint32_t i)
{
	return table_record(t, i)->life & LIFE_QUEUED ||
	       *link_of(t, &t->reuse.replaced, i) != LINK_NONE;
}

void flow_forget(struct flow_table *t, size_t n, int64_t now, size_t most)
{
	struct chain *gone = &t->reuse.gone;

	for (; n; n--) {
		uint32_t i = pop(t, &t->reuse.done);
		ticket(t, i)->since = now;
		push_last(t, gone, i);
	}
	for (n = gone->n; n; n--) {
		uint32_t i;
		if (gone->n <= most &&
		    now - ticket(t, gone->first)->since <= REMEMBERED)
			break;
		i = pop(t, gone);
		if (is_named(t, i))
			push_last(t, gone, i);
		else
			recycle(t, i);
	}
}

// The rest ------------------------------------------------------------------

struct numbered {
	uint64_t number;
	uint32_t index;
};

static int by_number(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

// In the order of their numbers. False: no memory.
static bool sort_by_number(const struct flow_table *t, uint32_t *index,
			   size_t n)
{
	struct numbered *all = malloc((n + 1) * sizeof(*all));

	if (!all)
		return false;
	for (size_t k = 0; k < n; k++)
		all[k] =
		    (struct numbered){ flow_number(t, index[k]), index[k] };
	qsort(all, n, sizeof(*all), by_number);
	for (size_t k = 0; k < n; k++)
		index[k] = all[k].index;
	free(all);
	return true;
}

uint32_t *flow_rest(const struct flow_table *t, size_t *n)
{
	const struct chain *done = &t->reuse.done;
	uint32_t *live = flow_all_live(t, n), *all, i = done->first;

	all = live && sort_by_number(t, live, *n)
		  ? realloc(live, (*n + done->n + 1) * sizeof(*all))
		  : NULL;
	if (!all) {
		free(live);
		return NULL;
	}
	memmove(all + done->n, all, *n * sizeof(*all));
	for (size_t k = 0; k < done->n; k++, i = *link_of(t, done, i) - 1)
		all[k] = i;
	*n += done->n;
	return all;
}

uint32_t flow_replaced(const struct flow_table *t, uint32_t after)
{
	const struct chain *c = &t->reuse.replaced;
	uint32_t i = c->first;

	if (after != FLOW_NONE)
		i = *link_of(t, c, after) - 1;
	else if (!c->n)
		return FLOW_NONE;
	return i == LINK_END - 1 ? FLOW_NONE : i;
}
