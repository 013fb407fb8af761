// Three arrays, the second and third in blocks that never move. A slot of eight
// bytes names a record by its index, a record names its live state, if it
// still has one. With a million connections each of these is a cache miss, so
// they can be fetched ahead, one step after the other, for many segments at a
// time (flow_fetch_*()).
#include "flow_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

enum {
	RECORDS = 1024, // in a block
	FLOWS = 64,     // in a block
	PAGE = 4096,
	LINE = 64, // bytes of a cache line
	FIRST_SLOTS = 1024,
	SAMPLE = 64, // flows that flow_quietest() looks at
};

static const int64_t SECOND = 1000 * 1000 * 1000;

// How long an ended connection is listened to: late segments and RSTs still
// tell something of its end. Of one that never opened there is less to come.
enum queue { OPENED_ONCE, NEVER_OPENED, QUEUES };
static const int64_t linger[QUEUES] = { 10 * SECOND, 3 * SECOND };
// Where thousands end every second, only as long as segments may be under way.
enum { CROWD = 8192 };
static const int64_t LINGER_CROWDED = SECOND / 4;

// A SYN is repeated at least every 64 s (Linux: 67 s).
static const int64_t UNANSWERED_NS = 180 * SECOND;

// Connections that are over, in the order in which they ended.
struct line {
	struct flow *first, *last;
	size_t n;
	int64_t since; // when the first of them was last heard of, or before
};

struct flow_table {
	struct connection **record;
	size_t records, count;
	struct flow **chunk;
	size_t chunks, flows; // flows: ever handed out of chunks
	struct flow *free;
	struct line over[QUEUES];
	size_t live, hand, swept;
	struct slot *slot;
	size_t slots, used; // slots: a power of two
	uint64_t key[2];    // random, so that nobody can choose collisions
};

static uint64_t mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static uint64_t hash_end(const struct flow_table *t, const struct addr *a,
			 uint16_t port)
{
	uint64_t w[2];

	memcpy(w, a, sizeof(w));
	return mix(w[0] ^ t->key[0] ^ (uint64_t)port << 48,
		   w[1] ^ t->key[1] ^ port * UINT64_C(0x9e3779b97f4a7c15));
}

uint64_t flow_hash(const struct flow_table *t, const struct segment *s)
{
	uint64_t a = hash_end(t, &s->src, s->src_port);
	uint64_t b = hash_end(t, &s->dst, s->dst_port);

	return mix((a + b) ^ t->key[1], (a ^ b) + t->key[0]);
}

struct flow_table *flow_table_new(void)
{
	struct flow_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->slots = FIRST_SLOTS;
	t->slot = calloc(t->slots, sizeof(*t->slot));
	if (!t->slot) {
		free(t);
		return NULL;
	}
	if (getrandom(t->key, sizeof(t->key), GRND_NONBLOCK) < 0)
		t->key[0] = (uintptr_t)t; // early boot: still not constant
	t->key[0] |= 1;
	t->key[1] |= 1;
	return t;
}

static struct flow *flow_at(const struct flow_table *t, size_t i)
{
	return &t->chunk[i / FLOWS][i % FLOWS];
}

void flow_table_free(struct flow_table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->flows; i++) {
		free(flow_at(t, i)->rst);
		free(flow_at(t, i)->icmp);
	}
	for (size_t i = 0; i < t->chunks; i++)
		free(t->chunk[i]);
	for (size_t i = 0; i < t->records; i++)
		free(t->record[i]);
	free(t->chunk);
	free(t->record);
	free(t->slot);
	free(t);
}

size_t flow_count(const struct flow_table *t)
{
	return t->count;
}

struct connection *flow_record(const struct flow_table *t, size_t i)
{
	return &t->record[i / RECORDS][i % RECORDS];
}

struct flow *table_live(const struct flow_table *t, const struct connection *c)
{
	return c->live ? flow_at(t, c->live - 1) : NULL;
}

struct flow *flow_live(const struct flow_table *t, size_t i)
{
	return table_live(t, flow_record(t, i));
}

size_t flow_spare(const struct flow_table *t)
{
	return t->flows - t->live;
}

size_t flow_memory(const struct flow_table *t)
{
	return t->flows * sizeof(struct flow) +
	       t->count * sizeof(struct connection) +
	       t->slots * sizeof(struct slot);
}

// Finding --------------------------------------------------------------------

static bool same(const struct addr *a, const struct addr *b)
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
	       same(&c->addr[from], &s->src) && same(&c->addr[!from], &s->dst);
}

struct place table_find(const struct flow_table *t, const struct segment *s,
			uint64_t hash)
{
	uint32_t tag = (uint32_t)hash;

	for (size_t i = tag & (t->slots - 1);; i = (i + 1) & (t->slots - 1)) {
		struct place at = { .slot = &t->slot[i], .tag = tag };
		if (!at.slot->index)
			return at;
		if (at.slot->tag != tag)
			continue;
		at.record = flow_record(t, at.slot->index - 1);
		at.side = joins(at.record, s, CLIENT) ? CLIENT : SERVER;
		if (at.side == CLIENT || joins(at.record, s, SERVER))
			return at;
	}
}

void flow_fetch_slot(const struct flow_table *t, uint64_t hash)
{
	__builtin_prefetch(&t->slot[hash & (t->slots - 1)]);
}

uint32_t flow_fetch_record(const struct flow_table *t, uint64_t hash)
{
	uint32_t tag = (uint32_t)hash;
	size_t i = tag & (t->slots - 1);
	const char *record;

	while (t->slot[i].index && t->slot[i].tag != tag)
		i = (i + 1) & (t->slots - 1);
	if (!t->slot[i].index)
		return 0;
	record = (const char *)flow_record(t, t->slot[i].index - 1);
	__builtin_prefetch(record);
	__builtin_prefetch(record + offsetof(struct connection, start));
	return t->slot[i].index;
}

static void fetch(const void *p, size_t lines)
{
	for (size_t i = 0; i < lines; i++)
		__builtin_prefetch((const char *)p + i * LINE, 1);
}

// From which end s comes, by its port: mostly right, and soon known.
static enum side likely_side(const struct flow *f, const struct segment *s)
{
	return f->client_port == s->src_port ? CLIENT : SERVER;
}

const struct flow *flow_fetch_live(const struct flow_table *t, uint32_t likely,
				   const struct segment *s)
{
	const struct connection *c = likely ? flow_record(t, likely - 1) : NULL;
	const struct flow *f = c ? table_live(t, c) : NULL;
	enum side from;

	if (!f)
		return NULL;
	from = c->port[CLIENT] == s->src_port ? CLIENT : SERVER;
	fetch(f, 2);
	fetch(&f->end[from], s->len ? 4 : 3);
	fetch(&f->end[!from], s->len ? 2 : 4);
	return f;
}

void flow_fetch_ring(const struct flow *f, const struct segment *s)
{
	const struct endpoint *e;

	if (!f)
		return;
	e = &f->end[likely_side(f, s)];
	__builtin_prefetch(&e->recent[e->sent_count % RECENT], 1);
}

// Starting -------------------------------------------------------------------

// The tags tell where each slot belongs, so no record need be looked at.
static bool grow_slots(struct flow_table *t)
{
	size_t n = t->slots * 2;
	struct slot *old = t->slot, *fresh = calloc(n, sizeof(*fresh));

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
	free(old);
	t->slot = fresh;
	t->slots = n;
	return true;
}

// One more block for an array of blocks; false: no memory.
static bool add_block(void ***blocks, size_t *n, size_t bytes)
{
	void **more = *blocks;

	if ((*n & (*n - 1)) == 0) { // full: doubles at powers of two
		more = realloc(more, (*n ? *n * 2 : 1) * sizeof(*more));
		if (!more)
			return false;
		*blocks = more;
	}
	more[*n] = aligned_alloc(PAGE, (bytes + PAGE - 1) / PAGE * PAGE);
	if (!more[*n])
		return false;
#ifdef MADV_POPULATE_WRITE
	madvise(more[*n], bytes, MADV_POPULATE_WRITE); // all faults at once
#endif
	++*n;
	return true;
}

static struct connection *new_record(struct flow_table *t)
{
	struct connection *c;

	if (t->count == t->records * RECORDS &&
	    !add_block((void ***)&t->record, &t->records, RECORDS * sizeof(*c)))
		return NULL;
	c = flow_record(t, t->count++);
	*c = (struct connection){ 0 };
	return c;
}

// A free flow; its place among all is *place.
static struct flow *new_flow(struct flow_table *t, uint32_t *place)
{
	struct flow *f = t->free;

	if (f) {
		t->free = f->next;
		*place = f->index;
	} else {
		if (t->flows == t->chunks * FLOWS &&
		    !add_block((void ***)&t->chunk, &t->chunks,
			       FLOWS * sizeof(*f)))
			return NULL;
		*place = (uint32_t)t->flows;
		f = flow_at(t, t->flows++);
	}
	*f = (struct flow){ 0 };
	t->live++;
	return f;
}

struct flow *table_start(struct flow_table *t, struct place *at,
			 const struct segment *s, enum side from)
{
	uint32_t place;
	struct flow *f = new_flow(t, &place);
	struct connection *c = f ? new_record(t) : NULL;

	if (!c)
		return NULL;
	c->live = place + 1;
	c->addr[from] = s->src;
	c->port[from] = s->src_port;
	c->addr[!from] = s->dst;
	c->port[!from] = s->dst_port;
	c->tunnel = s->tunnel;
	f->client_port = c->port[CLIENT];
	f->index = (uint32_t)(t->count - 1);
	f->older = at->slot->index;
	if (!at->slot->index)
		t->used++;
	*at->slot = (struct slot){ at->tag, (uint32_t)t->count };
	if (t->used * 2 > t->slots && !grow_slots(t))
		return NULL;
	return f;
}

// Ending ---------------------------------------------------------------------

void flow_release(struct flow_table *t, struct flow *f)
{
	struct connection *c = flow_record(t, f->index);

	free(f->rst);
	free(f->icmp);
	f->rst = NULL;
	f->icmp = NULL;
	f->index = c->live - 1; // its place, for whom it serves next
	f->next = t->free;
	f->last.frame = 0;
	t->free = f;
	t->live--;
	c->live = 0;
}

static int64_t linger_of(const struct line *l, enum queue q)
{
	return l->n > CROWD ? LINGER_CROWDED : linger[q];
}

static void append(struct line *l, struct flow *f)
{
	f->over = true;
	f->next = NULL;
	if (l->n++)
		l->last->next = f;
	else
		l->first = f;
	l->last = f;
}

void table_queue(struct flow_table *t, struct flow *f)
{
	bool opened = f->end[CLIENT].established.frame ||
		      !f->end[CLIENT].syn_seen || f->end[CLIENT].bytes ||
		      f->end[SERVER].bytes;
	struct line *l = &t->over[opened ? OPENED_ONCE : NEVER_OPENED];

	append(l, f);
	if (l->n == 1)
		l->since = f->last.time;
}

// The first in line leaves it. All that is known of the second is fetched, and
// the state of the third: their turns are soon.
static struct flow *leave(const struct flow_table *t, struct line *l)
{
	struct flow *f = l->first, *second = f->next;

	f->over = false;
	l->first = second;
	if (!--l->n)
		return f;
	l->since = second->last.time;
	fetch(flow_record(t, second->index), 3);
	if (second->rst)
		fetch(second->rst, sizeof(*second->rst) / LINE);
	if (second->next)
		fetch(second->next, sizeof(*f) / LINE);
	return f;
}

// Who was heard of since goes to the end of the line.
static struct flow *over(const struct flow_table *t, struct line *l,
			 enum queue q, int64_t now)
{
	struct flow *f;

	if (!l->n || now - l->since <= linger_of(l, q))
		return NULL;
	f = leave(t, l);
	if (now - f->last.time > linger_of(l, q))
		return f;
	append(l, f);
	return NULL;
}

static bool is_unanswered(const struct flow *f)
{
	return f->last.frame && !f->over && !f->kept && !f->rsts &&
	       !f->end[SERVER].packets &&
	       f->end[CLIENT].syns == f->end[CLIENT].packets;
}

struct flow *flow_over(struct flow_table *t, int64_t now)
{
	struct flow *f;

	for (enum queue q = 0; q < QUEUES; q++) {
		f = over(t, &t->over[q], q, now);
		if (f)
			return f;
	}
	if (t->swept == t->count)
		return NULL;
	t->swept++; // as fast as connections begin
	t->hand = t->hand + 1 < t->flows ? t->hand + 1 : 0;
	f = flow_at(t, t->hand);
	if (t->hand + 2 < t->flows)
		fetch(flow_at(t, t->hand + 2), 1);
	if (now - f->last.time <= UNANSWERED_NS)
		return NULL;
	return is_unanswered(f) ? f : NULL;
}

struct flow *flow_quietest(struct flow_table *t)
{
	struct flow *best = NULL;

	for (enum queue q = 0; q < QUEUES; q++)
		if (t->over[q].n)
			return leave(t, &t->over[q]);
	for (size_t i = 0; i < t->flows && (i < SAMPLE || !best); i++) {
		struct flow *f = flow_at(t, t->hand);
		t->hand = (t->hand + 1) % t->flows;
		if (f->last.frame && (!best || f->last.time < best->last.time))
			best = f;
	}
	return best;
}
