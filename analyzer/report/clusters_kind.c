#include "report/clusters_kind.h"

#include "base/nanoseconds.h"

enum {
	LEAST = 3,        // connections that are a group
	SCANNED = 10,     // ports that are a scan
	BURST_GAP = 100,  // ms between two ends of a burst
	BURST_SPAN = 2000 // ms from the first to the last
};

// What each kind looks at ----------------------------------------------------

static bool goodbye(const struct report *r, const struct connection *c,
		    struct cluster_item *m)
{
	return report_harmless(r, m->index, c);
}

static bool check(const struct report *r, const struct connection *c,
		  struct cluster_item *m)
{
	(void)r;
	m->client = c->addr[CLIENT];
	return verdict_has(c->verdict, TRAIT_CHECKS_END_SO) &&
	       c->reset_by == CLIENT && !c->bytes[CLIENT] && !c->bytes[SERVER];
}

static bool scan(const struct report *r, const struct connection *c,
		 struct cluster_item *m)
{
	(void)r;
	m->client = c->addr[CLIENT];
	m->value = m->port;
	m->port = 0;
	return verdict_get(c->verdict)->family == FAMILY_CONNECT;
}

static bool idle(const struct report *r, const struct connection *c,
		 struct cluster_item *m)
{
	struct statement said[REPORT_STATEMENTS];
	size_t n = report_statements(r, m->index, c, said);

	m->host = (struct addr){ { 0 } };
	m->port = 0;
	if (!verdict_has(c->verdict, TRAIT_FORGOTTEN))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (said[i].sentence || said[i].finding.fact != IDLE)
			continue;
		m->value = said[i].finding.a;
		return true;
	}
	return false;
}

static bool burst(const struct report *r, const struct connection *c,
		  struct cluster_item *m)
{
	uint8_t by = c->reset_by == NOBODY ? c->closed_first : c->reset_by;

	(void)r;
	m->value = c->end;
	if (by == CLIENT) {
		m->host = c->addr[CLIENT];
		m->port = 0;
	}
	return by == CLIENT || by == SERVER;
}

static bool cause(const struct report *r, const struct connection *c,
		  struct cluster_item *m)
{
	(void)r;
	m->value = c->end;
	m->verdict = c->verdict;
	return connection_eventful(c);
}

// What makes a group ---------------------------------------------------------

// Runs of neighbours by value; near: how far two may be apart.

static bool near_idle(const struct cluster_item *first,
		      const struct cluster_item *a,
		      const struct cluster_item *b)
{
	int64_t slack = a->value / 200 > 100 * MS ? a->value / 200 : 100 * MS;

	(void)first;
	return b->value - a->value <= slack;
}

// All of a burst were open together.
static bool near_burst(const struct cluster_item *first,
		       const struct cluster_item *a,
		       const struct cluster_item *b)
{
	return b->value - a->value <= BURST_GAP * MS &&
	       b->value - first->value <= BURST_SPAN * MS &&
	       b->start < first->value;
}

static bool near_any(const struct cluster_item *first,
		     const struct cluster_item *a, const struct cluster_item *b)
{
	(void)first, (void)a, (void)b;
	return true;
}

static bool enough(const struct cluster_item *m, size_t n)
{
	(void)m;
	return n >= LEAST;
}

static bool enough_ports(const struct cluster_item *m, size_t n)
{
	size_t ports = n > 0;

	for (size_t i = 1; i < n; i++)
		ports += m[i].value != m[i - 1].value;
	return ports >= SCANNED;
}

// Neighbours that closed in good order may be in it, but not make it.
static bool enough_trouble(const struct cluster_item *m, size_t n)
{
	size_t eventful = 0;

	for (size_t i = 0; i < n; i++)
		eventful += m[i].eventful;
	return n >= LEAST && eventful >= 2;
}

const struct cluster_rule cluster_kinds[CLUSTER_KINDS] = {
	[CLUSTER_GOODBYE] = { true, goodbye, near_any, enough },
	[CLUSTER_CHECK] = { true, check, near_any, enough },
	[CLUSTER_SCAN] = { false, scan, near_any, enough_ports },
	[CLUSTER_IDLE] = { false, idle, near_idle, enough },
	[CLUSTER_BURST] = { false, burst, near_burst, enough_trouble },
	[CLUSTER_CAUSE] = { false, cause, near_any, enough },
};
