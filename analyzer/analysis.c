#include "analysis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide.h"
#include "flow.h"
#include "jobs.h"

enum {
	AHEAD = 48,        // segments that are looked up together
	SPLIT_FROM = 4096, // connections
};

// How many connections that were told are remembered: ten megabytes, or a third
// of the limit.
enum { REMEMBERED = 1 << 16, REMEMBERED_BYTES = 3 * 160 };

enum { TICK_NS = 1000 * 1000 * 1000 };

// A segment whose turn has not come.
struct waiting {
	struct flow_hint where;
	struct packet packet;
};

struct analysis {
	struct flow_table *flows;
	struct tally tally;
	struct waiting batch[AHEAD];
	size_t waiting;

	struct decider decider;
	struct jobs *jobs;     // NULL: one thread does all
	bool may_split;        // a second one is welcome
	struct finding *shown; // of the connection asked for last
	size_t settled;        // connections that analysis_settle() has seen

	int64_t ticked; // of tick()
	size_t limit;   // bytes, 0: none
	size_t watched; // number of a connection, 0: none
	struct step *step;
	size_t steps, steps_size;
};

const char *tcp_state_name(enum tcp_state s)
{
	static const char *const names[STATES] = {
		[STATE_UNKNOWN] = "",
		[STATE_LISTEN] = "LISTEN",
		[STATE_SYN_SENT] = "SYN_SENT",
		[STATE_SYN_RECEIVED] = "SYN_RECEIVED",
		[STATE_ESTABLISHED] = "ESTABLISHED",
		[STATE_FIN_WAIT_1] = "FIN_WAIT_1",
		[STATE_FIN_WAIT_2] = "FIN_WAIT_2",
		[STATE_CLOSE_WAIT] = "CLOSE_WAIT",
		[STATE_CLOSING] = "CLOSING",
		[STATE_LAST_ACK] = "LAST_ACK",
		[STATE_TIME_WAIT] = "TIME_WAIT",
		[STATE_CLOSED] = "CLOSED",
	};

	return names[s];
}

// Room for one more in an array that doubles; NULL: no memory.
static void *grown(void *array, size_t n, size_t *size, size_t each)
{
	void *more;

	if (n < *size)
		return array;
	more = realloc(array, (*size ? *size * 2 : 64) * each);
	if (more)
		*size = *size ? *size * 2 : 64;
	return more;
}

struct analysis *analysis_new(void)
{
	struct analysis *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->flows = flow_table_new();
	a->shown = calloc(EVIDENCE_FINDINGS, sizeof(*a->shown));
	if (!a->flows || !a->shown || !decider_init(&a->decider, a->flows)) {
		analysis_free(a);
		return NULL;
	}
	return a;
}

void analysis_free(struct analysis *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->steps; i++)
		free(a->step[i].comment);
	free(a->step);
	if (a->jobs)
		jobs_finish(a->jobs);
	jobs_free(a->jobs);
	decider_free(&a->decider);
	free(a->shown);
	flow_table_free(a->flows);
	free(a);
}

void analysis_watch(struct analysis *a, size_t number)
{
	a->watched = number;
	flow_watch(a->flows, (uint32_t)number - 1);
}

void analysis_without(struct analysis *a, unsigned what)
{
	if (what & ANALYSIS_ZEEK)
		flow_without_zeek(a->flows);
	a->decider.without_findings = what & ANALYSIS_FINDINGS;
	a->decider.without_ordinary =
	    what & ANALYSIS_ZEEK && what & ANALYSIS_ORDINARY;
	a->decider.without_openings =
	    what & ANALYSIS_ZEEK && what & ANALYSIS_FINDINGS;
}

void analysis_split(struct analysis *a)
{
	a->may_split = true;
}

void analysis_stream(struct analysis *a)
{
	flow_reuse(a->flows);
	a->decider.alone = true;
	a->may_split = false;
}

void analysis_limit(struct analysis *a, size_t bytes)
{
	a->limit = bytes;
}

// The timeline ---------------------------------------------------------------

static bool push_step(struct analysis *a, const struct step *s,
		      const char *comment)
{
	struct step *more =
	    grown(a->step, a->steps, &a->steps_size, sizeof(*more));

	if (!more)
		return false;
	a->step = more;
	more[a->steps] = *s;
	more[a->steps++].comment = comment ? strdup(comment) : NULL;
	return true;
}

static bool watch_segment(struct analysis *a, const struct segment *s,
			  const struct flow_seen *seen, const char *comment)
{
	const struct flow *f = flow_live(a->flows, seen->index);
	const struct endpoint *me = &f->end[seen->side];
	const struct endpoint *peer = &f->end[!seen->side];
	struct step step = {
		.time = s->time,
		.frame = s->frame,
		.seq = s->seq - (me->seq_known ? me->isn : s->seq),
		.ack = s->flags & TCP_ACK
			   ? s->ack - (peer->seq_known ? peer->isn : s->ack)
			   : 0,
		.len = s->len,
		.window = (uint32_t)s->window
			  << (s->flags & TCP_SYN ? 0 : me->wscale),
		.side = seen->side,
		.flags = s->flags,
		.marks = seen->marks,
		.state = { flow_state(f, CLIENT), flow_state(f, SERVER) },
	};

	return push_step(a, &step, comment);
}

static bool watch_icmp(struct analysis *a, const struct icmp_error *e,
		       const struct flow_seen *seen, const char *comment)
{
	const struct flow *f = flow_live(a->flows, seen->index);
	struct step step = {
		.time = e->time,
		.frame = e->frame,
		.seq = e->seq - f->end[seen->side].isn,
		.side = !seen->side,
		.marks = seen->marks,
		.icmp_type = e->type,
		.icmp_code = e->code,
		.state = { flow_state(f, CLIENT), flow_state(f, SERVER) },
	};

	return push_step(a, &step, comment);
}

// Frames ---------------------------------------------------------------------

static void count(struct tally *t, int64_t time, enum packet_kind kind)
{
	t->frames++;
	t->kind[kind]++;
	if (!t->any) {
		t->any = true;
		t->first = t->last = time;
		return;
	}
	if (time < t->last)
		t->backward++;
	if (time < t->first)
		t->first = time;
	if (time > t->last)
		t->last = time;
}

// All of the table and of what was decided is at hand again.
static void rejoin(struct analysis *a)
{
	if (a->jobs)
		jobs_finish(a->jobs);
}

// A thread costs more than it gives where there is little to decide.
static void split(struct analysis *a)
{
	if (flow_count(a->flows) < SPLIT_FROM)
		return;
	a->jobs = jobs_new(&a->decider);
	a->may_split = false;
}

static void decide_one(struct analysis *a, uint32_t i, int64_t now)
{
	if (i + 1 == a->watched)
		return; // that one stays
	if (a->jobs)
		jobs_send(a->jobs, i, now);
	else
		decide_seal(&a->decider, i, decide_over(&a->decider, i, now));
}

// In a stream the rows must not depend on how far ahead it was read.
static void decide_due(struct analysis *a, int64_t now)
{
	bool streams = a->decider.alone;
	uint32_t due[FLOW_DUE];
	size_t n;

	if (a->may_split && !a->watched)
		split(a);
	do {
		n = flow_due(a->flows, now, due);
		for (size_t i = 0; i < n; i++)
			decide_one(a, due[i], now);
	} while (streams && n && flow_is_due(a->flows, now));
}

static bool take_segment(struct analysis *a, const struct waiting *w,
			 const char *comment)
{
	const struct segment *s = &w->packet.segment;
	struct flow_seen seen;

	if (!flow_segment(a->flows, s, &w->where, &seen))
		return false;
	if (seen.away) {
		rejoin(a);
		return take_segment(a, w, comment);
	}
	if (seen.index + 1 == a->watched &&
	    !watch_segment(a, s, &seen, comment))
		return false;
	if (seen.due)
		decide_due(a, s->time);
	return true;
}

static bool take_icmp(struct analysis *a, const struct icmp_error *e,
		      const char *comment)
{
	struct flow_seen seen;
	int known;

	rejoin(a);
	known = flow_icmp(a->flows, e, &seen);
	if (known > 0 && seen.index + 1 == a->watched)
		return watch_icmp(a, e, &seen, comment);
	return known >= 0;
}

static size_t memory(const struct analysis *a)
{
	return flow_memory(a->flows) +
	       atomic_load_explicit(&a->decider.findings_bytes,
				    memory_order_relaxed);
}

// Makes sure that the next batch finds room below the limit.
static void keep_limit(struct analysis *a)
{
	uint32_t i;

	if (memory(a) < a->limit - a->limit / 8)
		return; // there is a limit to what those that are away add
	rejoin(a);
	while (memory(a) > a->limit &&
	       (i = flow_quietest(a->flows, AHEAD)) != FLOW_NONE) {
		if (i + 1 == a->watched)
			return; // anybody but that one; the next time
		decide_early(&a->decider, i, a->tally.last);
		a->tally.closed_off++;
	}
}

// The hot path. With a million connections, each segment's is somewhere in
// memory where the processor was not lately, and finding it takes three looks,
// each where the one before points to: slot, record, trail. So segments are
// looked up many at a time, step by step: while one waits for memory, the
// others do. What is then done for a segment is little: it is put behind those
// of its connection (trail.h); what they mean is made out once, when the
// connection is over (decide.c).
static bool take_batch(struct analysis *a, const char *comment)
{
	struct waiting *end = a->batch + a->waiting;
	bool room = true;

	a->waiting = 0;
	if (a->limit)
		keep_limit(a);
	for (struct waiting *w = a->batch; w < end; w++)
		flow_fetch_record(a->flows, &w->where);
	for (struct waiting *w = a->batch; w < end; w++)
		flow_fetch_live(a->flows, &w->where, &w->packet.segment);
	for (struct waiting *w = a->batch; w < end && room; w++)
		room = take_segment(a, w, comment);
	return room;
}

// A frame that is no segment moves a stream's clock as well.
static bool tick(struct analysis *a, int64_t now)
{
	if (now - a->ticked < TICK_NS)
		return true;
	a->ticked = now;
	if (!take_batch(a, NULL))
		return false;
	if (flow_is_due(a->flows, now))
		decide_due(a, now);
	return true;
}

bool analysis_frame(struct analysis *a, const struct frame *f,
		    const char *comment)
{
	struct waiting *w = &a->batch[a->waiting];

	packet_decode(f, &w->packet);
	count(&a->tally, f->time, w->packet.kind);
	if (w->packet.kind == PACKET_SEGMENT) {
		w->where = flow_fetch_slot(a->flows, &w->packet.segment);
		// A comment lives until the next frame only.
		if (++a->waiting < AHEAD && !a->watched)
			return true;
		return take_batch(a, comment);
	}
	if (w->packet.kind == PACKET_ICMP_ERROR)
		return take_batch(a, NULL) &&
		       take_icmp(a, &w->packet.icmp, comment);
	return !a->decider.alone || tick(a, f->time);
}

// Streams --------------------------------------------------------------------

bool analysis_flush(struct analysis *a)
{
	return take_batch(a, NULL);
}

size_t analysis_done(const struct analysis *a, uint32_t done[ANALYSIS_DONE])
{
	return flow_done(a->flows, done);
}

void analysis_told(struct analysis *a, size_t n)
{
	size_t most = REMEMBERED;
	uint32_t next[ANALYSIS_DONE];

	if (a->limit && a->limit / REMEMBERED_BYTES < most)
		most = a->limit / REMEMBERED_BYTES;
	flow_forget(a->flows, n, a->tally.last, most);
	if (!flow_done(a->flows, next))
		decide_forget(&a->decider);
}

uint32_t *analysis_rest(const struct analysis *a, size_t *n)
{
	return flow_rest(a->flows, n);
}

uint64_t analysis_number(const struct analysis *a, size_t i)
{
	return flow_number(a->flows, i);
}

// Results --------------------------------------------------------------------

void analysis_settle(struct analysis *a)
{
	if (!take_batch(a, NULL))
		a->decider.failed = true;
	rejoin(a);
	if (!decide_all(&a->decider, a->tally.last))
		return;
	a->tally.duplicates = a->decider.all.duplicates;
	a->settled = flow_count(a->flows);
}

size_t analysis_count(const struct analysis *a)
{
	return a->settled;
}

const struct connection *analysis_get(const struct analysis *a, size_t i)
{
	return flow_record(a->flows, i);
}

const struct finding *analysis_findings(const struct analysis *a,
					const struct connection *c)
{
	findings_get(&a->decider.findings, c->finding, c->findings,
		     c->first_frame, a->shown);
	return a->shown;
}

const char *analysis_zeek_history(const struct analysis *a,
				  const struct connection *c)
{
	return names_get(&a->decider.histories, c->zeek_history);
}

const struct step *analysis_steps(const struct analysis *a, size_t *n)
{
	*n = a->steps;
	return a->step;
}

const struct tally *analysis_tally(const struct analysis *a)
{
	return &a->tally;
}

bool connection_eventful(const struct connection *c)
{
	return !verdict_get(c->verdict)->uneventful;
}
