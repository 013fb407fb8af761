// Slots of connections that are over, where memory is short: they lie in a
// file, and a filter in memory says of nearly every new connection that none of
// them is on its addresses and ports.
//
//   hot:   struct flow_table.slot, in memory: who is live, and who was lately
//   cold:  struct cold.slot, in the file: all others, by the same rules
//   seen:  four bits for each in the cold table, all in one cache line (a Bloom
//          filter). Too many set bits cost time, never a connection.
#include "track/flow_table_own.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/pages.h"
#include "base/spill.h"

enum {
	FIRST_SLOTS = 1 << 16,
	LOT = 1 << 17, // slots that are moved together, at most
	LINE_BITS = 512,
	PROBES = 4,      // of nine bits of the hash each
	HOT_PART = 16,   // of all memory is for hot slots, and for the filter
	RECENT_PART = 8, // ... for the latest records
	HOT_LEAST = 512, // slots
	TRIM = 1 << 5,
};

// A slot on its way.
struct moving {
	uint64_t hash;
	uint32_t home;  // its place in the cold table, if that is free
	uint32_t index; // plus 1
};

// False: no memory.
static bool begin(struct cold *c, struct spill *s, size_t bytes)
{
	c->recent = bytes / RECENT_PART;
	c->hot = bytes / HOT_PART / sizeof(*c->slot);
	if (c->hot < HOT_LEAST)
		c->hot = HOT_LEAST;
	for (c->lines = 1; c->lines * 2 * LINE_BITS / 8 <= bytes / HOT_PART;)
		c->lines *= 2;
	c->seen = pages_new(c->lines * LINE_BITS / 8, PAGES_LATER);
	if (c->seen)
		c->spill = s;
	return c->seen;
}

void flow_pass(const struct flow_table *t, size_t i)
{
	if (!(i % TRIM))
		spill_trim(t->cold.spill);
}

bool flow_spill(struct flow_table *t, struct spill *s, size_t bytes)
{
	if (!begin(&t->cold, s, bytes))
		return false;
	flow_cool(t);
	table_line_up(t);
	return true;
}

bool flow_may_cool(const struct flow_table *t)
{
	return t->records.blocks > t->cold.cooled;
}

void flow_cool(struct flow_table *t)
{
	t->cold.cooled = t->records.blocks;
	blocks_spill(&t->records, t->cold.spill, t->cold.recent);
}

void table_cold_free(struct flow_table *t)
{
	struct cold *c = &t->cold;

	if (c->slot)
		spill_drop(c->spill, c->slot, c->slots * sizeof(*c->slot));
	pages_free(c->seen, c->lines * LINE_BITS / 8);
	free(c->left);
}

size_t table_cold_memory(const struct flow_table *t)
{
	return t->cold.lines * LINE_BITS / 8 +
	       t->cold.lefts_size * sizeof(*t->cold.left);
}

// The filter ------------------------------------------------------------------

static uint64_t *line_of(const struct cold *c, uint64_t hash)
{
	return c->seen + (hash & (c->lines - 1)) * (LINE_BITS / 64);
}

static void note(struct cold *c, uint64_t hash)
{
	uint64_t *line = line_of(c, hash);

	for (unsigned k = 0; k < PROBES; k++) {
		unsigned bit = hash >> (64 - 9 * (k + 1)) & (LINE_BITS - 1);
		line[bit / 64] |= UINT64_C(1) << bit % 64;
	}
}

static bool may_be_noted(const struct cold *c, uint64_t hash)
{
	const uint64_t *line = line_of(c, hash);

	for (unsigned k = 0; k < PROBES; k++) {
		unsigned bit = hash >> (64 - 9 * (k + 1)) & (LINE_BITS - 1);
		if (!(line[bit / 64] >> bit % 64 & 1))
			return false;
	}
	return true;
}

// The table -------------------------------------------------------------------

static bool same_ends(const struct connection *a, const struct connection *b)
{
	for (enum side x = CLIENT; x <= SERVER; x++) {
		enum side y = !x;
		if (a->port[CLIENT] == b->port[x] &&
		    a->port[SERVER] == b->port[y] &&
		    !addr_cmp(&a->addr[CLIENT], &b->addr[x]) &&
		    !addr_cmp(&a->addr[SERVER], &b->addr[y]))
			return true;
	}
	return false;
}

// Where that connection stands, or an older one on its addresses and ports, or
// where it belongs.
static struct slot *cold_slot(const struct flow_table *t, uint32_t tag,
			      uint32_t index)
{
	const struct cold *c = &t->cold;
	struct slot *s;

	for (size_t i = tag & (c->slots - 1);; i = (i + 1) & (c->slots - 1)) {
		s = &c->slot[i];
		if (!s->index ||
		    (s->tag == tag && (s->index == index ||
				       same_ends(table_record(t, s->index - 1),
						 table_record(t, index - 1)))))
			return s;
	}
}

// In the order of the old table, which is that of either half of the new one.
static bool grow(struct cold *c)
{
	size_t n = c->slots ? c->slots * 2 : FIRST_SLOTS;
	struct slot *fresh = spill_pages(c->spill, n * sizeof(*fresh));

	if (!fresh)
		return false;
	for (size_t i = 0; i < c->slots; i++) {
		size_t at = c->slot[i].tag & (n - 1);
		if (!(i % TRIM))
			spill_trim(c->spill);
		if (!c->slot[i].index)
			continue;
		while (fresh[at].index)
			at = (at + 1) & (n - 1);
		fresh[at] = c->slot[i];
	}
	if (c->slot)
		spill_drop(c->spill, c->slot, c->slots * sizeof(*c->slot));
	c->slot = fresh;
	c->slots = n;
	return true;
}

static bool make_room(struct cold *c, size_t more)
{
	while ((c->used + more) * 4 > c->slots * 3)
		if (!grow(c))
			return false;
	return true;
}

static int by_home(const void *a, const void *b)
{
	uint32_t x = ((const struct moving *)a)->home;
	uint32_t y = ((const struct moving *)b)->home;

	return x < y ? -1 : x > y;
}

static void put(struct flow_table *t, const struct moving *m)
{
	struct slot *s = cold_slot(t, (uint32_t)m->hash, m->index);

	t->cold.used += !s->index;
	*s = (struct slot){ (uint32_t)m->hash, m->index };
	note(&t->cold, m->hash);
}

// Moving ----------------------------------------------------------------------

// If connection i is over and the newest on its addresses and ports, its slot
// is free from now on, and the lot has what belongs into the cold table. False:
// it is live, so its slot has to stay.
static bool leave(struct flow_table *t, uint32_t i, struct moving *lot,
		  size_t *n)
{
	const struct connection *c = table_record(t, i);
	struct segment s = { .src = c->addr[CLIENT],
			     .dst = c->addr[SERVER],
			     .src_port = c->port[CLIENT],
			     .dst_port = c->port[SERVER] };
	struct flow_hint h;
	struct place at;

	if (c->live)
		return false;
	h = flow_fetch_slot(t, &s);
	at = table_find(t, &s, &h);
	if (at.record && at.slot->index == i + 1) {
		lot[(*n)++] = (struct moving){
			.hash = h.hash,
			.home = (uint32_t)(h.hash & (t->cold.slots - 1)),
			.index = i + 1,
		};
		table_free_slot(t, at.slot);
	}
	return true;
}

// Those that could not leave the last time, and how many of them have been
// asked again, and have to stay again.
struct round {
	size_t before, asked, kept;
};

// The next that may have to leave: first those, then who began since.
static uint32_t next(struct cold *c, struct round *r)
{
	if (r->asked < r->before)
		return c->left[r->asked++];
	return (uint32_t)c->next++;
}

static bool keep(struct cold *c, size_t *kept, uint32_t i)
{
	uint32_t *more =
	    array_grown(c->left, *kept, &c->lefts_size, sizeof(*more));

	if (!more)
		return false;
	c->left = more;
	more[(*kept)++] = i;
	return true;
}

// Fills a lot from the hot table; the newest connection may not have a state
// yet. False: no memory for the names of those that stay.
static bool gather(struct flow_table *t, struct moving *lot, size_t most,
		   size_t *n, struct round *r)
{
	struct cold *c = &t->cold;
	bool room = true;

	for (*n = 0; room && *n < most &&
		     (r->asked < r->before || c->next + 1 < t->records.n);) {
		uint32_t i = next(c, r);
		if (!(i % TRIM))
			spill_trim(c->spill);
		if (!leave(t, i, lot, n))
			room = keep(c, &r->kept, i);
	}
	return room;
}

// Each page of the cold table is touched once for a lot, so a lot is as large
// as may be.
bool table_cool(struct flow_table *t)
{
	struct cold *c = &t->cold;
	size_t most = c->hot / 2 < LOT ? c->hot / 2 : LOT, n = most;
	struct moving *lot = malloc(most * sizeof(*lot));
	struct round r = { .before = c->lefts };
	bool room = lot;

	while (room && n == most && (room = make_room(c, most))) {
		room = gather(t, lot, most, &n, &r);
		qsort(lot, n, sizeof(*lot), by_home);
		for (size_t i = 0; i < n; i++) {
			flow_pass(t, i);
			put(t, &lot[i]);
		}
	}
	// Where the file is full, some were not asked.
	while (r.asked < r.before)
		c->left[r.kept++] = c->left[r.asked++];
	c->lefts = r.kept;
	free(lot);
	return room;
}

// Index + 1 of the cold connection of s, or 0.
static uint32_t find(const struct flow_table *t, const struct segment *s,
		     uint32_t tag, struct place *at)
{
	const struct cold *c = &t->cold;

	for (size_t i = tag & (c->slots - 1); c->slot[i].index;
	     i = (i + 1) & (c->slots - 1)) {
		struct place there = { .slot = &c->slot[i], .tag = tag };
		if (!table_is_place(t, s, &there))
			continue;
		at->record = there.record;
		at->side = there.side;
		return there.slot->index;
	}
	return 0;
}

bool table_thaw(struct flow_table *t, const struct segment *s,
		const struct flow_hint *h, struct place *at)
{
	struct cold *c = &t->cold;
	uint32_t index;

	if (!c->used || !may_be_noted(c, h->hash))
		return true;
	index = find(t, s, at->tag, at);
	if (!index)
		return true;
	*at->slot = (struct slot){ at->tag, index };
	t->used++;
	if (!table_make_room(t) || !keep(c, &c->lefts, index - 1))
		return false;
	*at = table_find(t, s, h);
	return true;
}
