// Records in an array, found by slots of eight bytes that name them by index.
// A record names its live state, if it still has one: a log (segment_log.h)
// or, where that grew too long, a flow. With a million connections each of
// these is a cache miss, so they can be fetched ahead, one step after the
// other, for many segments at a time (flow_fetch_*()).
#include "track/flow_table_own.h"

#include "base/hash.h"
#include "base/pages.h"
#include "base/unforeseen.h"

#include <stdlib.h>
#include <string.h>

enum {
	FLOWS_SHIFT = 10,
	LINE = 64, // bytes of a cache line
	FIRST_SLOTS = 1024,
	HUGE_SLOTS = 1 << 21,
};

static uint64_t hash_end(const struct flow_table *t, const struct addr *a,
			 uint16_t port)
{
	uint64_t w[2];

	memcpy(w, a, sizeof(w));
	return hash_fold(w[0] ^ t->key[0] ^ (uint64_t)port << 48, w[1] ^ t->key[1]);
}

uint64_t flow_hash(const struct flow_table *t, const struct segment *s)
{
	uint64_t a = hash_end(t, &s->src, s->src_port);
	uint64_t b = hash_end(t, &s->dst, s->dst_port);

	return hash_fold((a + b) ^ t->key[1], (a ^ b) + t->key[0]);
}

// They are looked up at random, so huge pages suit them as they do blocks.
static struct slot *new_slots(size_t n)
{
	return pages_new(n * sizeof(struct slot),
			 n <= HUGE_SLOTS ? PAGES_HUGE : PAGES_NOW);
}

static void free_slots(struct flow_table *t)
{
	pages_free(t->slot, t->slots * sizeof(*t->slot));
}

struct flow_table *flow_table_new(void)
{
	struct flow_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->records.each = sizeof(struct connection);
	t->records.shift = TABLE_SHIFT;
	t->flows.each = sizeof(struct flow);
	t->flows.shift = FLOWS_SHIFT;
	segment_logs_init(&t->logs);
	t->watched = UINT32_MAX;
	t->zeek = true;
	t->due = INT64_MAX;
	t->slots = FIRST_SLOTS;
	t->slot = new_slots(t->slots);
	if (!t->slot) {
		flow_table_free(t);
		return NULL;
	}
	if (!unforeseen(t->key, sizeof(t->key)))
		t->key[0] = (uintptr_t)t; // still not constant
	t->key[0] |= 1;
	t->key[1] |= 1;
	return t;
}

void flow_table_free(struct flow_table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->flows.n; i++) {
		struct flow *f = blocks_at(&t->flows, i);
		free(f->rst);
		free(f->icmp);
	}
	for (enum queue q = 0; q < QUEUES; q++)
		free(t->over[q].index);
	free(t->kept.index);
	table_cold_free(t);
	blocks_free(&t->flows);
	segment_logs_free(&t->logs);
	blocks_free(&t->records);
	blocks_free(&t->reuse.tickets);
	free_slots(t);
	free(t);
}

void flow_watch(struct flow_table *t, uint32_t index)
{
	t->watched = index;
}

void flow_without_zeek(struct flow_table *t)
{
	t->zeek = false;
}

size_t flow_begun(const struct flow_table *t)
{
	return t->begun;
}

size_t flow_count(const struct flow_table *t)
{
	return t->records.n;
}

struct connection *flow_record(const struct flow_table *t, size_t i)
{
	return table_record(t, i);
}

// Finding --------------------------------------------------------------------

static bool is_same_addr(const struct addr *a, const struct addr *b)
{
	uint64_t x[2], y[2];

	memcpy(x, a, sizeof(x));
	memcpy(y, b, sizeof(y));
	return !((x[0] ^ y[0]) | (x[1] ^ y[1]));
}

static bool joins(const struct connection *c, const struct segment *s,
		  enum side from)
{
	return c->port[from] == s->src_port && c->port[!from] == s->dst_port &&
	       is_same_addr(&c->addr[from], &s->src) &&
	       is_same_addr(&c->addr[!from], &s->dst);
}

enum side table_side(const struct connection *c, const struct segment *s)
{
	return joins(c, s, CLIENT) ? CLIENT : SERVER;
}

bool table_is_place(const struct flow_table *t, const struct segment *s,
		    struct place *at)
{
	if (at->slot->tag != at->tag)
		return false;
	table_touch(t, at->slot->index - 1);
	at->record = table_record(t, at->slot->index - 1);
	at->side = table_side(at->record, s);
	return at->side == CLIENT || joins(at->record, s, SERVER);
}

// Hints have got old where another connection took the slot since, or all moved
// to a larger table.
static bool holds(const struct flow_table *t, const struct flow_hint *h)
{
	return h->index && t->slot[h->slot].index == h->index &&
	       t->slot[h->slot].tag == (uint32_t)h->hash;
}

struct place table_find(const struct flow_table *t, const struct segment *s,
			const struct flow_hint *h)
{
	struct place at = { .tag = (uint32_t)h->hash };
	size_t mask = t->slots - 1;

	if (holds(t, h)) {
		at.slot = &t->slot[h->slot];
		at.record = table_record(t, h->index - 1);
		at.side = h->side;
		return at;
	}
	for (size_t i = at.tag & mask;; i = (i + 1) & mask) {
		at.slot = &t->slot[i];
		if (!at.slot->index)
			break;
		if (table_is_place(t, s, &at))
			return at;
	}
	at.record = NULL;
	return at;
}

struct flow_hint flow_fetch_slot(const struct flow_table *t,
				 const struct segment *s)
{
	struct flow_hint h = { .hash = flow_hash(t, s) };

	__builtin_prefetch(&t->slot[h.hash & (t->slots - 1)]);
	return h;
}

void flow_fetch_record(const struct flow_table *t, struct flow_hint *h)
{
	uint32_t tag = (uint32_t)h->hash;
	size_t i = tag & (t->slots - 1);

	while (t->slot[i].index && t->slot[i].tag != tag)
		i = (i + 1) & (t->slots - 1);
	h->slot = i;
	if (t->slot[i].index)
		__builtin_prefetch(table_record(t, t->slot[i].index - 1), 1);
}

static void prefetch(const void *p, size_t lines)
{
	for (size_t i = 0; i < lines; i++)
		__builtin_prefetch((const char *)p + i * LINE, 1);
}

static void fetch_flow(const struct flow *f, enum side from,
		       const struct segment *s)
{
	prefetch(f, 2);
	prefetch(&f->end[from], s->len ? 4 : 3);
	prefetch(&f->end[!from], s->len ? 2 : 4);
}

// Where the next track goes, if it has a place already.
static void fetch_log(const struct flow_table *t, const struct connection *c)
{
	const struct log_chunk *p = segment_log_chunk(&t->logs, c->live);
	const struct log_entry *next = &p->entry[c->logged % LOG_CHUNK_ENTRIES];

	__builtin_prefetch(next, 1);
	__builtin_prefetch((const char *)(next + 1) - 1, 1);
}

// Whether s is of the connection c, and from which side. Computed, since a
// processor can't guess who speaks next; false as well if both ports are equal.
static bool is_of(const struct connection *c, const struct segment *s,
		  enum side *from)
{
	uint32_t ports = (uint32_t)c->port[CLIENT] << 16 | c->port[SERVER];
	unsigned forth = ports == ((uint32_t)s->src_port << 16 | s->dst_port);
	unsigned back = ports == ((uint32_t)s->dst_port << 16 | s->src_port);

	*from = back ? SERVER : CLIENT;
	return (forth ^ back) & is_same_addr(&c->addr[*from], &s->src) &
	       is_same_addr(&c->addr[!*from], &s->dst);
}

void flow_fetch_live(const struct flow_table *t, struct flow_hint *h,
		     const struct segment *s)
{
	uint32_t index = t->slot[h->slot].index;
	const struct connection *c;

	if (!index)
		return;
	table_touch(t, index - 1);
	c = table_record(t, index - 1);
	// What is used again may be another's when its turn comes.
	if (is_of(c, s, &h->side) && !t->reuse.on)
		h->index = index;
	if (!c->live)
		return;
	if (table_is_whole(c))
		fetch_flow(table_flow(t, c), h->side, s);
	else
		fetch_log(t, c);
}

// Starting -------------------------------------------------------------------

// The tags tell where each slot belongs, so no record need be looked at.
static bool grow_slots(struct flow_table *t)
{
	size_t n = t->slots * 2;
	struct slot *old = t->slot, *fresh = new_slots(n);

	if (!fresh)
		return false;
	for (size_t i = 0; i < t->slots; i++) {
		size_t at = old[i].tag & (n - 1);
		if (!old[i].index)
			continue;
		while (fresh[at].index)
			at = (at + 1) & (n - 1);
		fresh[at] = old[i];
	}
	free_slots(t);
	t->slot = fresh;
	t->slots = n;
	return true;
}

// Whose slot was free closes up, so that none is in the way of a search.
void table_free_slot(struct flow_table *t, struct slot *slot)
{
	size_t mask = t->slots - 1, hole = (size_t)(slot - t->slot);

	for (size_t i = (hole + 1) & mask; t->slot[i].index;
	     i = (i + 1) & mask) {
		size_t home = t->slot[i].tag & mask;
		if (((i - home) & mask) < ((i - hole) & mask))
			continue; // it would stand before its home
		t->slot[hole] = t->slot[i];
		hole = i;
	}
	t->slot[hole] = (struct slot){ 0 };
	t->used--;
}

bool table_make_room(struct flow_table *t)
{
	if (t->used * 4 <= t->slots * 3)
		return true;
	if (t->cold.spill && t->slots >= t->cold.hot && table_cool(t) &&
	    t->used * 2 <= t->slots)
		return true;
	return grow_slots(t);
}

static uint32_t new_record(struct flow_table *t)
{
	if (t->reuse.on)
		return table_reused(t);
	return blocks_add(&t->records) ? (uint32_t)(t->records.n - 1)
				       : FLOW_NONE;
}

struct connection *table_start(struct flow_table *t, struct place *at,
			       const struct segment *s, struct flow_seen *seen,
			       uint32_t *older)
{
	uint32_t before = at->slot->index;
	enum side from = seen->side;
	struct connection *c;

	seen->index = new_record(t);
	if (seen->index == FLOW_NONE)
		return NULL;
	t->begun++;
	c = table_record(t, seen->index);
	c->addr[from] = s->src;
	c->port[from] = s->src_port;
	c->addr[!from] = s->dst;
	c->port[!from] = s->dst_port;
	c->tunnel = s->tunnel & 0xfffu;
	*older = before ? (uint32_t)flow_number(t, before - 1) : 0;
	if (before) {
		table_record(t, before - 1)->replaced = true;
		c->replaces = table_record(t, before - 1)->live != 0;
		table_replaced(t, before - 1, seen->index, s->time);
	} else {
		t->used++;
	}
	*at->slot = (struct slot){ at->tag, seen->index + 1 };
	return table_make_room(t) ? c : NULL;
}

struct flow *table_new_flow(struct flow_table *t, uint32_t index,
			    uint32_t older)
{
	struct flow *f = t->free;

	if (f) {
		t->free = f->next;
	} else {
		if (!blocks_add(&t->flows))
			return NULL;
		f = blocks_at(&t->flows, t->flows.n - 1);
		f->place = (uint32_t)(t->flows.n - 1);
	}
	*f = (struct flow){ .place = f->place,
			    .index = index,
			    .older = older,
			    .without_zeek = !t->zeek };
	t->whole++;
	return f;
}
