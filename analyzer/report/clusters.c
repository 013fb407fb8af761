#include "report/clusters.h"

#include "base/array.h"
#include "judge/groups.h"
#include "report/clusters_kind.h"

#include <stdlib.h>
#include <string.h>

struct clusters_search {
	const struct report *r;
	struct clusters out;
	struct cluster_item *item;
	size_t items, members, size;
	size_t all, next;       // connections, and the one to look at next
	enum cluster_kind kind; // that is looked for; CLUSTER_KINDS: none
	bool *taken;            // by connection
	uint8_t *served;        // bits: services that answered somebody
	bool looked, weighed, failed;
};

enum { SERVED_BITS = 1 << 20 };

// Finding --------------------------------------------------------------------

static struct cluster_item item_of(size_t i, const struct connection *c)
{
	return (struct cluster_item){ .index = (uint32_t)i,
				      .host = c->addr[SERVER],
				      .port = c->port[SERVER],
				      .start = c->start,
				      .end = c->end,
				      .eventful = connection_eventful(c) };
}

static int compare_keys(const struct cluster_item *x,
			const struct cluster_item *y)
{
	int c = addr_cmp(&x->host, &y->host);

	if (!c)
		c = addr_cmp(&x->client, &y->client);
	if (!c)
		c = (x->port > y->port) - (x->port < y->port);
	return c ? c : (x->verdict > y->verdict) - (x->verdict < y->verdict);
}

static int by_key_and_value(const void *a, const void *b)
{
	const struct cluster_item *x = a, *y = b;
	int c = compare_keys(x, y);

	if (!c)
		c = (x->value > y->value) - (x->value < y->value);
	return c ? c : (x->index > y->index) - (x->index < y->index);
}

// Services that share a bit are few: then a scan has fewer ports.
static size_t service_bit(const struct addr *host, uint16_t port)
{
	return addr_mix(port, host) % SERVED_BITS;
}

static void look(struct clusters_search *s, size_t k)
{
	struct connection c = report_connection(s->r, report_nth(s->r, k));
	size_t bit = service_bit(&c.addr[SERVER], c.port[SERVER]);

	if (c.packets[SERVER] &&
	    verdict_get(c.verdict)->family != FAMILY_CONNECT)
		s->served[bit / 8] |= (uint8_t)(1 << bit % 8);
}

static bool is_served(const struct clusters_search *s,
		      const struct connection *c)
{
	size_t bit = service_bit(&c->addr[SERVER], c->port[SERVER]);

	return s->served[bit / 8] >> bit % 8 & 1;
}

static void collect(struct clusters_search *s, size_t k)
{
	size_t i = report_nth(s->r, k);
	struct connection c = report_connection(s->r, i);
	struct cluster_item m = item_of(i, &c);

	if (!s->taken[i] && cluster_kinds[s->kind].takes(s->r, &c, &m) &&
	    !(cluster_kinds[s->kind].unserved && is_served(s, &c)))
		s->item[s->items++] = m;
}

static struct cluster *new_cluster(struct clusters_search *s)
{
	struct clusters *out = &s->out;

	struct cluster *more =
	    array_grown(out->cluster, out->n, &s->size, sizeof *more);

	s->failed |= !more;
	if (!more)
		return NULL;
	out->cluster = more;
	return &more[out->n++];
}

static void describe(struct cluster *k, const struct cluster_item *m)
{
	int64_t low = m[0].value, high = m[k->n - 1].value;

	k->host = m->host;
	k->client = m->client;
	k->port = m->port;
	k->verdict = (enum verdict_id)m->verdict;
	k->start = m->start;
	k->from = k->to = m->end;
	for (size_t i = 1; i < k->n; i++) {
		k->start = m[i].start < k->start ? m[i].start : k->start;
		k->from = m[i].end < k->from ? m[i].end : k->from;
		k->to = m[i].end > k->to ? m[i].end : k->to;
	}
	if (k->kind == CLUSTER_BURST) {
		k->from = low;
		k->to = high;
	}
	if (k->kind == CLUSTER_IDLE) {
		k->value = low + (high - low) / 2;
		k->spread = (high - low + 1) / 2;
	}
	if (k->kind == CLUSTER_SCAN) {
		k->value = 1;
		for (size_t i = 1; i < k->n; i++)
			k->value += m[i].value != m[i - 1].value;
	}
}

static void make(struct clusters_search *s, enum cluster_kind kind,
		 const struct cluster_item *m, size_t n)
{
	struct cluster *k = new_cluster(s);

	if (!k)
		return;
	*k = (struct cluster){ .kind = kind,
			       .harmless = cluster_kinds[kind].harmless,
			       .first = s->members,
			       .n = n };
	k->unsure = kind == CLUSTER_BURST && !cluster_is_trouble(m, n);
	describe(k, m);
	for (size_t i = 0; i < n; i++) {
		s->taken[m[i].index] = !k->unsure;
		s->out.member[s->members++] = m[i].index;
	}
}

// Those of one kind among all that were collected for it.
static void find_kind(struct clusters_search *s, enum cluster_kind kind)
{
	const struct cluster_rule *k = &cluster_kinds[kind];
	size_t first = 0;

	if (s->items)
		qsort(s->item, s->items, sizeof *s->item, by_key_and_value);
	for (size_t i = 1; i <= s->items; i++) {
		const struct cluster_item *m = &s->item[first];

		if (i < s->items && !compare_keys(m, &s->item[i]) &&
		    k->near(m, &s->item[i - 1], &s->item[i]))
			continue;
		if (k->enough(m, i - first))
			make(s, kind, m, i - first);
		first = i;
	}
}

// What other connections say of them -----------------------------------------

static int by_place(const void *a, const void *b)
{
	const struct cluster *x = a, *y = b;
	int c;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	c = addr_cmp(&x->host, &y->host);
	if (!c)
		c = addr_cmp(&x->client, &y->client);
	if (!c)
		c = (x->port > y->port) - (x->port < y->port);
	return c ? c : (x->from > y->from) - (x->from < y->from);
}

// The last cluster of that kind and place that does not begin after when.
static struct cluster *last_at(const struct clusters *all,
			       const struct cluster *place)
{
	size_t low = 0, n = all->n;
	struct cluster *k;

	while (n) {
		size_t half = n / 2;

		if (by_place(&all->cluster[low + half], place) <= 0) {
			low += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	k = low ? &all->cluster[low - 1] : NULL;
	if (!k || k->kind != place->kind || k->port != place->port ||
	    addr_cmp(&k->host, &place->host) ||
	    addr_cmp(&k->client, &place->client))
		return NULL;
	return k;
}

// An answered SYN among others without an answer: the path works.
static void weigh_answer(const struct clusters *all, const struct connection *c)
{
	struct cluster place = { .kind = CLUSTER_CAUSE,
				 .host = c->addr[SERVER],
				 .port = c->port[SERVER],
				 .from = INT64_MAX };
	struct cluster *k = last_at(all, &place);

	for (; k && k >= all->cluster && k->kind == CLUSTER_CAUSE &&
	       k->port == place.port && !addr_cmp(&k->host, &place.host);
	     k--)
		if (verdict_has(k->verdict, TRAIT_SYN_UNANSWERED) &&
		    c->start >= k->start && c->start <= k->to)
			k->answered++;
}

// Counts c where its client also checks; notes where its refusal shows that a
// burst's listener is gone.
static void weigh(const struct clusters *all, const struct connection *c)
{
	struct cluster place = { .kind = CLUSTER_CHECK,
				 .host = c->addr[SERVER],
				 .client = c->addr[CLIENT],
				 .port = c->port[SERVER],
				 .from = INT64_MAX };
	struct cluster *k = last_at(all, &place);

	if (k)
		k->of++;
	if (!verdict_has(c->verdict, TRAIT_REFUSED)) {
		if (c->packets[SERVER])
			weigh_answer(all, c);
		return;
	}
	place.kind = CLUSTER_BURST;
	place.client = (struct addr){ { 0 } };
	place.from = c->start;
	k = last_at(all, &place);
	if (k)
		k->refused |= c->start - k->to < GROUPS_GONE_NS;
}

static void weigh_nth(struct clusters_search *s, size_t k)
{
	struct connection c = report_connection(s->r, report_nth(s->r, k));

	weigh(&s->out, &c);
}

static void weighed(struct clusters *all)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		if (!all->cluster[i].unsure || all->cluster[i].refused)
			all->cluster[n++] = all->cluster[i];
	all->n = n;
	// If some were more than checks, none is surely a mere check.
	for (size_t i = 0; i < all->n; i++)
		all->cluster[i].harmless &=
		    all->cluster[i].kind != CLUSTER_CHECK ||
		    all->cluster[i].of == all->cluster[i].n;
}

static int by_weight(const void *a, const void *b)
{
	const struct cluster *x = a, *y = b;

	if (x->harmless != y->harmless)
		return x->harmless ? 1 : -1;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

static int by_index(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

size_t clusters_among(const struct report *r)
{
	size_t all = report_size(r);

	return r->grouped && r->grouped < all ? r->grouped : all;
}

struct clusters_search *clusters_begin(const struct report *r)
{
	struct clusters_search *s = calloc(1, sizeof *s);
	size_t all = analysis_count(r->analysis);

	if (!s)
		return NULL;
	s->r = r;
	s->all = clusters_among(r);
	s->item = calloc(s->all + 1, sizeof *s->item);
	s->taken = calloc(all + 1, sizeof *s->taken);
	s->served = calloc(SERVED_BITS / 8, 1);
	// Those of a burst that is unsure may belong to another cluster, too.
	s->out.member = calloc(2 * s->all + 1, sizeof *s->out.member);
	s->failed = !s->item || !s->taken || !s->served || !s->out.member;
	return s;
}

// A pass over all connections is over.
static void end_pass(struct clusters_search *s)
{
	struct clusters *out = &s->out;

	s->next = 0;
	if (!s->looked) {
		s->looked = true;
		return;
	}
	if (s->kind < CLUSTER_KINDS) {
		find_kind(s, s->kind++);
		s->items = 0;
		if (s->kind == CLUSTER_KINDS && out->n)
			qsort(out->cluster, out->n, sizeof *out->cluster,
			      by_place);
		return;
	}
	weighed(out);
	if (out->n)
		qsort(out->cluster, out->n, sizeof *out->cluster, by_weight);
	for (size_t i = 0; i < out->n; i++)
		qsort(out->member + out->cluster[i].first, out->cluster[i].n,
		      sizeof *out->member, by_index);
	s->weighed = true;
}

bool clusters_work(struct clusters_search *s, size_t budget)
{
	for (; budget && !s->failed && !s->weighed; budget--) {
		if (s->next == s->all)
			end_pass(s);
		else if (!s->looked)
			look(s, s->next++);
		else if (s->kind < CLUSTER_KINDS)
			collect(s, s->next++);
		else
			weigh_nth(s, s->next++);
	}
	return !s->failed && !s->weighed;
}

bool clusters_end(struct clusters_search *s, struct clusters *out)
{
	bool failed = s->failed;

	*out = s->out;
	free(s->item);
	free(s->taken);
	free(s->served);
	free(s);
	return !failed;
}

bool clusters_find(struct clusters *out, const struct report *r)
{
	struct clusters_search *s = clusters_begin(r);

	*out = (struct clusters){ 0 };
	if (!s)
		return false;
	while (clusters_work(s, SIZE_MAX))
		;
	return clusters_end(s, out);
}

void clusters_release(struct clusters *c)
{
	free(c->cluster);
	free(c->member);
	*c = (struct clusters){ 0 };
}
