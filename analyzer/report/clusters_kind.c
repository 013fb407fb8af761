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

// When that side closed it: by its FIN, or by the RST that ended it.
static int64_t closed_at(const struct report *r, const struct connection *c,
			 const struct cluster_item *m, uint8_t by)
{
	struct statement said[REPORT_STATEMENTS];
	size_t n = report_statements(r, m->index, c, said);

	for (size_t i = 0; i < n; i++) {
		const struct finding *f = &said[i].finding;
		if (!said[i].sentence && f->fact == NOTE_CLOSED_FIRST &&
		    f->side == by)
			return c->end - f->b;
	}
	return c->end;
}

static bool burst(const struct report *r, const struct connection *c,
		  struct cluster_item *m)
{
	uint8_t by = c->reset_by == NOBODY ? c->closed_first : c->reset_by;

	if (by != CLIENT && by != SERVER)
		return false;
	m->value = closed_at(r, c, m, by);
	if (by == CLIENT) {
		m->host = c->addr[CLIENT];
		m->port = 0;
	}
	return true;
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

// Neighbours that a server closed in good order are one only if it then refuses
// others; a client that closes many at once has no more to do.
static bool enough_closed(const struct cluster_item *m, size_t n)
{
	return n >= LEAST && (m->port || cluster_is_trouble(m, n));
}

bool cluster_is_trouble(const struct cluster_item *m, size_t n)
{
	size_t eventful = 0;

	for (size_t i = 0; i < n; i++)
		eventful += m[i].eventful;
	return eventful >= 2;
}

const struct cluster_rule cluster_kinds[CLUSTER_KINDS] = {
	[CLUSTER_GOODBYE] = { true, false, goodbye, near_any, enough },
	[CLUSTER_CHECK] = { true, false, check, near_any, enough },
	[CLUSTER_SCAN] = { false, true, scan, near_any, enough_ports },
	[CLUSTER_IDLE] = { false, false, idle, near_idle, enough },
	[CLUSTER_BURST] = { false, false, burst, near_burst, enough_closed },
	[CLUSTER_CAUSE] = { false, false, cause, near_any, enough },
};
