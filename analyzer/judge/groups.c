#include "judge/groups.h"

#include "base/array.h"
#include "base/nanoseconds.h"

#include <stdlib.h>
#include <string.h>

#include "judge/verdict.h"

enum {
	BATCH_NS = 5 * MS, // between neighbours of one batch
	SHARED_LEAST = 3,  // connections that share an idle time
	HABIT_LEAST = 2,
};

enum kind {
	ANSWERED, // by the server's kernel, after a silence
	ABORTED_UNSERVED,
	ABORTED_SERVED,
	ABORTED_UNFED,
	ABORTED,
	IDLE_ANSWER,
	REFUSAL // of a SYN; tells of others, is told nothing
};

// One ending by RST.
struct member {
	struct addr host; // the service that did it, or the server
	int64_t value; // time of the RST in ns, or length of the silence in ms
	int64_t common;
	uint32_t index, count;
	uint16_t port;
	uint8_t kind;  // enum kind
	bool unfed;    // never received any payload
	uint8_t facts; // told: 1 << (fact - IDLE_SHARED)
};

_Static_assert(HABIT - IDLE_SHARED < 8, "a bit for each fact of groups");

struct groups {
	struct member *m;
	size_t n, size;
	size_t told; // once settled: these come first, in the order of index
};

struct groups *groups_new(void)
{
	return calloc(1, sizeof(struct groups));
}

void groups_free(struct groups *g)
{
	if (g)
		free(g->m);
	free(g);
}

static bool add_member(struct groups *g, struct member m)
{
	struct member *more = array_grown(g->m, g->n, &g->size, sizeof(*more));

	if (!more)
		return false;
	g->m = more;
	more[g->n++] = m;
	return true;
}

// One MPTCP socket aborts all of its subflows at once: these are no neighbours
// in an accept queue.
static bool is_mptcp_abort(const struct evidence *ev)
{
	return evidence_has(ev, IS_MPTCP) && evidence_has(ev, RST_BY_SOCKET);
}

bool groups_matter(const struct evidence *ev)
{
	if (!ev->rst || is_mptcp_abort(ev))
		return false;
	if (evidence_has(ev, RST_REPLY))
		return evidence_has(ev, LONGEST_QUIET) &&
		       !evidence_has(ev, ACTOR_CLOSED);
	return evidence_has(ev, RST_BY_SOCKET);
}

bool groups_may_have_twin(const struct evidence *ev)
{
	return ev->rst && evidence_has(ev, RST_REPLY) &&
	       evidence_has(ev, ANSWERS_SYN_ACK) &&
	       (evidence_has(ev, SYN_OF_STACK) || evidence_has(ev, NO_SYN));
}

bool groups_add(struct groups *g, const struct connection *c,
		const struct flow *f, const struct evidence *ev)
{
	const struct rst *r = ev->rst;
	struct member m = { .index = f->index,
			    .host = c->addr[SERVER],
			    .port = c->port[SERVER] };

	if (!r || is_mptcp_abort(ev))
		return true;
	m.value = r->s.at.time;
	m.unfed = evidence_has(ev, NEVER_RECEIVED);
	if (evidence_has(ev, RST_REPLY) && evidence_has(ev, LONGEST_QUIET) &&
	    !evidence_has(ev, ACTOR_CLOSED)) {
		m.kind = ANSWERED;
		if (evidence_has(ev, BY_SERVER) && !add_member(g, m))
			return false;
		m.kind = IDLE_ANSWER;
		m.value = sent_idle(r->elicited_by.at.frame ? &r->elicited_by
							    : &r->s) /
			  MS;
		return add_member(g, m);
	}
	if (evidence_has(ev, ANSWERS_SYN)) {
		m.kind = REFUSAL;
		return add_member(g, m);
	}
	if (!evidence_has(ev, RST_BY_SOCKET))
		return true;
	if (evidence_has(ev, BY_SERVER)) {
		m.kind = evidence_has(ev, NEVER_SENT) &&
				 !evidence_has(ev, WINDOW_REOPENED)
			     ? ABORTED_UNSERVED
			     : ABORTED_SERVED;
		if (!add_member(g, m))
			return false;
	}
	m.kind = evidence_has(ev, NEVER_RECEIVED) ? ABORTED_UNFED : ABORTED;
	if (!evidence_has(ev, BY_SERVER))
		m.host = c->addr[CLIENT]; // with the service that it talks to
	return add_member(g, m);
}

// Kinds that stand in one list.
static enum kind family(enum kind k)
{
	if (k == ABORTED_SERVED)
		return ABORTED_UNSERVED;
	return k == ABORTED ? ABORTED_UNFED : k;
}

static int compare_members(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	enum kind kx = family(x->kind), ky = family(y->kind);
	int c;

	if (kx != ky)
		return kx < ky ? -1 : 1;
	c = addr_cmp(&x->host, &y->host);
	if (c)
		return c;
	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static bool same_group(const struct member *a, const struct member *b)
{
	return family(a->kind) == family(b->kind) && a->port == b->port &&
	       !addr_cmp(&a->host, &b->host);
}

static uint8_t told(enum fact fact)
{
	return (uint8_t)(1U << (fact - IDLE_SHARED));
}

static void tell(struct member *from, struct member *to, enum fact fact,
		 int64_t count, int64_t common)
{
	for (; from < to; from++) {
		from->facts |= told(fact);
		from->count = (uint32_t)count;
		from->common = common;
	}
}

static void tell_run(struct member *first, struct member *end, enum kind kind)
{
	int64_t unserved = 0;
	bool unfed = false;

	if (kind == IDLE_ANSWER) {
		if (end - first >= SHARED_LEAST)
			tell(first, end, IDLE_SHARED, end - first,
			     first->value * MS);
		return;
	}
	for (struct member *i = first; i < end; i++) {
		unserved += i->kind == ABORTED_UNSERVED;
		unfed |= i->kind == ABORTED_UNSERVED && i->unfed;
	}
	if (unserved >= 2)
		tell(first, end, BATCH, unserved, end[-1].value - first->value);
	if (unserved >= 2 && unfed)
		tell(first, end, BATCH_UNFED, unserved,
		     end[-1].value - first->value);
	if (unserved && unserved < end - first)
		tell(first, end, BATCH_SERVED, unserved,
		     end[-1].value - first->value);
}

// Runs of one group in which each member is near the one before.
static void runs(struct member *m, struct member *end)
{
	enum kind kind = family(m->kind);
	struct member *first = m;

	for (struct member *i = m; i < end; i++) {
		int64_t near = kind == IDLE_ANSWER ? i->value / 50 : BATCH_NS;
		if (i + 1 < end && (i + 1)->value - i->value <= near)
			continue;
		tell_run(first, i + 1, kind);
		first = i + 1;
	}
}

static void habits(struct member *m, struct member *end)
{
	int64_t unfed = 0;

	for (struct member *i = m; i < end; i++)
		unfed += i->kind == ABORTED_UNFED;
	if (unfed < HABIT_LEAST)
		return;
	for (struct member *i = m; i < end; i++)
		if (i->kind == ABORTED)
			tell(i, i + 1, HABIT, unfed, 0);
}

// The first member that does not sort before key.
static struct member *first_from(const struct groups *g,
				 const struct member *key)
{
	size_t low = 0, high = g->n;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (compare_members(&g->m[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return g->m + low;
}

// A SYN to that port was refused then: was the listener of those that were
// reset shortly before gone with them?
static void refused(struct groups *g, const struct addr *host, uint16_t port,
		    int64_t time)
{
	static const enum kind kinds[] = { ANSWERED, ABORTED_UNSERVED };

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		struct member key = { .kind = (uint8_t)kinds[k],
				      .host = *host,
				      .port = port,
				      .value = time - GROUPS_GONE_NS };
		for (struct member *m = first_from(g, &key);
		     m < g->m + g->n && same_group(m, &key) && m->value < time;
		     m++)
			m->facts |= told(PORT_GONE);
	}
}

// Later segments move the end of what was a SYN and its RST.
static int64_t refusal_time(const struct connection *c)
{
	return c->packets[CLIENT] + c->packets[SERVER] > 2 ? c->start : c->end;
}

static void refusals(struct groups *g, const struct flow_table *t)
{
	for (size_t i = 0; i < flow_count(t); i++) {
		const struct connection *c = flow_record(t, i);
		flow_pass(t, i);
		if (!c->live && verdict_has(c->verdict, TRAIT_REFUSED))
			refused(g, &c->addr[SERVER], c->port[SERVER],
				refusal_time(c));
	}
	for (size_t i = 0; i < g->n; i++)
		if (g->m[i].kind == REFUSAL)
			refused(g, &g->m[i].host, g->m[i].port, g->m[i].value);
}

static int by_index(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	return x->index < y->index ? -1 : x->index > y->index;
}

void groups_restart(struct groups *g, const struct flow_table *t)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++) {
		struct member *m = &g->m[n];
		*m = g->m[i];
		m->facts = 0;
		n += flow_kept(t, m->index);
	}
	g->n = n;
}

// Puts those in front that are told anything.
static void sort_told(struct groups *g)
{
	for (size_t i = 0; i < g->n; i++) {
		struct member m = g->m[i];
		if (!m.facts)
			continue;
		g->m[i] = g->m[g->told];
		g->m[g->told++] = m;
	}
	qsort(g->m, g->told, sizeof(*g->m), by_index);
}

void groups_settle(struct groups *g, const struct flow_table *t)
{
	struct member *m = g->m, *end;

	g->told = 0;
	if (!g->n)
		return;
	end = g->m + g->n;
	qsort(g->m, g->n, sizeof(*g->m), compare_members);
	while (m < end) {
		struct member *next = m + 1;
		while (next < end && same_group(m, next))
			next++;
		if (family(m->kind) == ABORTED_UNFED)
			habits(m, next);
		else if (m->kind != REFUSAL && m->kind != ANSWERED)
			runs(m, next);
		m = next;
	}
	if (g->m[0].kind <= ABORTED_SERVED)
		refusals(g, t);
	sort_told(g);
}

bool groups_tell(const struct groups *g, uint32_t index, struct surroundings *s)
{
	struct member key = { .index = index };
	const struct member *m, *end;

	if (!g->told)
		return false;
	end = g->m + g->told;
	m = bsearch(&key, g->m, g->told, sizeof(*g->m), by_index);
	if (!m)
		return false;
	while (m > g->m && (m - 1)->index == index)
		m--;
	for (; m < end && m->index == index; m++) {
		s->facts |= (fact_set)m->facts << IDLE_SHARED;
		if (m->facts & told(HABIT)) {
			s->habit = m->count;
		} else if (m->facts) {
			s->count = m->count;
			s->value = m->common;
		}
	}
	return s->facts != 0;
}
