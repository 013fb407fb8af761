#include "report/clusters.h"

#include "base/nanoseconds.h"
#include "base/units.h"
#include "judge/timers.h"

enum { NAMED = 8, RUNS = 64 }; // members, runs of them

// A scan tries a port once or twice, who needs the service again and again.
enum { RETRIED = 3 };

static void put_connections(struct text *out, const struct cluster *c)
{
	report_count(out, c->n, "connection");
}

static void put_addr(struct text *out, const struct addr *a)
{
	char buf[ADDR_TEXT];

	text_puts(out, addr_text(a, buf, sizeof buf));
}

static void goodbye(struct text *out, const struct report *r,
		    const struct cluster *c)
{
	(void)r;
	put_connections(out, c);
	text_puts(out, " to ");
	report_endpoint(out, &c->host, c->port);
	text_puts(out, " were reset, but only a TLS close_notify alert was "
		       "lost: harmless");
}

static void check(struct text *out, const struct report *r,
		  const struct cluster *c)
{
	(void)r;
	if (c->harmless)
		text_puts(out, "every one of ");
	if (!c->harmless) {
		text_grouped(out, c->n);
		text_puts(out, " of ");
	}
	report_count(out, c->of, "connection");
	text_puts(out, " from ");
	put_addr(out, &c->client);
	text_puts(out, " to ");
	report_endpoint(out, &c->host, c->port);
	text_puts(out, c->harmless ? " ends" : " end");
	text_puts(out, " by the client's RST without a byte: ");
	text_puts(out, c->harmless ? "health checks, harmless"
				   : "harmless if they are health checks");
}

static void scan(struct text *out, const struct report *r,
		 const struct cluster *c)
{
	(void)r;
	put_addr(out, &c->client);
	text_puts(out, " tried ");
	report_count(out, (uint64_t)c->value, "port");
	text_puts(out, " of ");
	put_addr(out, &c->host);
	text_puts(out, " and got no service on any: ");
	text_puts(out, c->n < RETRIED * (uint64_t)c->value
			   ? "a port scan"
			   : "services that are gone, or a port scan");
}

static void idle(struct text *out, const struct report *r,
		 const struct cluster *c)
{
	const char *timer = idle_timer_name(c->value, TIMER_OF_PATH);
	int64_t tenth = SECOND / 10;
	// No spread is shown finer than the silence itself.
	int64_t spread = (c->spread + tenth - 1) / tenth * tenth;

	put_connections(out, c);
	text_puts(out, " idle for ");
	report_seconds(out, c->value, 1);
	text_puts(out, r->utf8 ? " \u00b1 " : " +- ");
	report_seconds(out, spread ? spread : tenth, 1);
	text_puts(out, " s, then reset: something on the path drops "
		       "connections after that time");
	if (timer)
		text_printf(
		    out, "; this timeout is known from (a hint, no proof): %s",
		    timer);
}

static void burst(struct text *out, const struct report *r,
		  const struct cluster *c)
{
	(void)r;
	put_connections(out, c);
	text_puts(out, c->port ? " to " : " from ");
	if (c->port)
		report_endpoint(out, &c->host, c->port);
	else
		put_addr(out, &c->host);
	text_puts(out, " ended within ");
	units_duration(out, c->to - c->from);
	if (c->refused)
		text_puts(out, ", and later ones were refused: the process "
			       "there ended");
	else
		text_puts(out, ": the process there ended, or closed them all "
			       "at once");
}

static void cause(struct text *out, const struct report *r,
		  const struct cluster *c)
{
	const struct verdict *v = verdict_get(c->verdict);

	(void)r;
	put_connections(out, c);
	text_puts(out, " to ");
	report_endpoint(out, &c->host, c->port);
	if (c->to > c->from) {
		text_puts(out, " within ");
		units_duration(out, c->to - c->from);
	}
	text_printf(out, ": %s (%s)", v->gist, v->name);
	if (!c->answered)
		return;
	text_puts(out, "; ");
	text_grouped(out, c->answered);
	text_puts(out, c->answered == 1 ? " other was" : " others were");
	text_puts(out, " answered meanwhile: the path works, so the server's "
		       "accept queue was full or something limits new "
		       "connections");
}

const char *cluster_name(enum cluster_kind kind)
{
	static const char *const names[] = {
		[CLUSTER_GOODBYE] = "close_notify",
		[CLUSTER_CHECK] = "health_check",
		[CLUSTER_SCAN] = "port_scan",
		[CLUSTER_IDLE] = "idle",
		[CLUSTER_BURST] = "burst",
		[CLUSTER_CAUSE] = "cause",
	};

	return names[kind];
}

void cluster_sentence(const struct cluster *c, const struct report *r,
		      struct text *out)
{
	static void (*const write[CLUSTER_KINDS])(
	    struct text *, const struct report *, const struct cluster *) = {
		[CLUSTER_GOODBYE] = goodbye, [CLUSTER_CHECK] = check,
		[CLUSTER_SCAN] = scan,       [CLUSTER_IDLE] = idle,
		[CLUSTER_BURST] = burst,     [CLUSTER_CAUSE] = cause,
	};

	write[c->kind](out, r, c);
}

void cluster_members(const struct clusters *all, const struct cluster *c,
		     struct text *out)
{
	size_t shown = c->n <= NAMED + 1 ? c->n : NAMED;

	for (size_t i = 0; i < shown; i++)
		text_printf(out, "%s#%u", i ? ", " : "",
			    (unsigned)all->member[c->first + i] + 1);
	if (shown < c->n)
		text_printf(out, " and %zu more", c->n - shown);
}

// Its members' numbers, runs of them as ranges; how many runs there are.
static size_t put_runs(struct text *out, const uint32_t *member, size_t n)
{
	size_t runs = 0;

	for (size_t i = 0, to; i < n && runs <= RUNS; i = to + 1, runs++) {
		for (to = i; to + 1 < n && member[to + 1] == member[to] + 1;)
			to++;
		text_printf(out, "%s%u", runs ? "," : "connection=",
			    (unsigned)member[i] + 1);
		if (to > i)
			text_printf(out, "..%u", (unsigned)member[to] + 1);
	}
	return runs;
}

void cluster_words(const struct clusters *all, const struct cluster *c,
		   struct text *out)
{
	static const struct addr nobody;
	size_t start = out->n;
	bool by_client = c->kind == CLUSTER_BURST && !c->port;

	if (put_runs(out, all->member + c->first, c->n) <= RUNS)
		return;
	text_cut(out, start);
	if (c->kind == CLUSTER_CAUSE)
		text_printf(out, "verdict=%s", verdict_get(c->verdict)->name);
	if (addr_cmp(&c->host, &nobody)) {
		text_puts(out, by_client ? " client_ip=" : " server_ip=");
		put_addr(out, &c->host);
	}
	if (addr_cmp(&c->client, &nobody)) {
		text_puts(out, " client_ip=");
		put_addr(out, &c->client);
	}
	if (c->port)
		text_printf(out, " server_port=%u", (unsigned)c->port);
	if (c->kind == CLUSTER_BURST || c->kind == CLUSTER_IDLE) {
		text_puts(out, " end_time=");
		report_time(out, c->from);
		text_puts(out, "..");
		report_time(out, c->to);
	}
}
