#include "analysis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "groups.h"
#include "judge.h"
#include "outcome.h"

struct analysis {
	struct flow_table *flows;
	struct tally tally;
	struct packet packet; // the one being taken, too large for a stack

	struct finding *finding;
	size_t findings, findings_size;
	size_t findings_final; // of connections whose state was given back
	size_t settled;	       // connections that analysis_settle() has seen

	size_t lossy_final;    // of those given back, how many miss bytes
	size_t lossy;	       // of all, when they were last settled

	size_t watched; // number of a connection, 0: none
	struct step *step;
	size_t steps, steps_size;
	bool failed;
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
	if (!a->flows) {
		free(a);
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
	free(a->finding);
	flow_table_free(a->flows);
	free(a);
}

void analysis_watch(struct analysis *a, size_t number)
{
	a->watched = number;
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
		.ack = s->flags & TCP_ACK ?
			   s->ack - (peer->seq_known ? peer->isn : s->ack) :
			   0,
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

// Decisions ------------------------------------------------------------------

static int by_frame(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (!x->frame != !y->frame)
		return x->frame ? -1 : 1;
	if (x->frame != y->frame)
		return x->frame < y->frame ? -1 : 1;
	return x->fact < y->fact ? -1 : x->fact > y->fact;
}

static void keep_findings(struct analysis *a, struct connection *c,
			  const struct evidence *ev)
{
	c->finding = (uint32_t)a->findings;
	c->findings = 0;
	for (size_t i = 0; i < ev->findings; i++) {
		struct finding *more;
		if (!finding_told(&ev->finding[i]))
			continue;
		more = grown(a->finding, a->findings, &a->findings_size,
			     sizeof(*more));
		if (!more) {
			a->failed = true;
			return;
		}
		a->finding = more;
		more[a->findings++] = ev->finding[i];
		c->findings++;
	}
	if (c->findings)
		qsort(a->finding + c->finding, c->findings,
		      sizeof(struct finding), by_frame);
}

static void describe(const struct flow *f, struct connection *c)
{
	uint64_t bytes[2] = { f->end[CLIENT].bytes, f->end[SERVER].bytes };

	c->start = f->first.time;
	c->end = f->last.time;
	c->first_frame = f->first.frame;
	c->last_frame = f->last.frame;
	for (enum side x = CLIENT; x <= SERVER; x++) {
		c->packets[x] = (uint32_t)f->end[x].packets;
		c->bytes[x] = bytes[x];
	}
	snprintf(c->zeek_state, sizeof(c->zeek_state), "%s",
		 zeek_conn_state(&f->zeek, bytes));
	snprintf(c->zeek_history, sizeof(c->zeek_history), "%s",
		 f->zeek.history);
}

static void decide(struct analysis *a, const struct flow *f,
		   const struct surroundings *s)
{
	struct connection *c = flow_record(a->flows, f->index);
	struct evidence ev;
	struct ruling r;

	describe(f, c);
	evidence_collect(f, s, &ev);
	judge(&ev, &r);
	c->verdict = (uint8_t)r.verdict;
	c->confidence = (uint8_t)r.confidence;
	for (size_t i = 0; i < VERDICT_RIVALS; i++)
		c->also[i] = (uint8_t)r.also[i];
	c->actor = (uint8_t)ev.actor;
	outcome(f, &ev, &r, c);
	keep_findings(a, c, &ev);
}

// What is over is written down and its state given back, unless later
// neighbours may still have a say in it.
static void retire(struct analysis *a, struct flow *f)
{
	struct surroundings s = { .capture_end = a->tally.last };
	struct evidence ev;

	evidence_collect(f, &s, &ev);
	if (groups_matter(&ev) || f->index + 1 == a->watched) {
		f->kept = true;
		return;
	}
	a->findings = a->findings_final;
	decide(a, f, &s);
	a->findings_final = a->findings;
	a->lossy_final += evidence_is_lossy(f);
	flow_release(a->flows, f);
}

// A SYN that met a connection which its server still held, and the RST that
// its ACK drew, ended that older connection.
static uint64_t killer(const struct flow *newer)
{
	if (!newer->challenge.frame)
		return 0;
	for (size_t i = 0; i < flow_rsts_kept(newer); i++)
		if (newer->rst[i].side == CLIENT)
			return newer->rst[i].s.at.frame;
	return 0;
}

static void decide_live(struct analysis *a, const struct groups *g, size_t i)
{
	const struct flow *f = flow_live(a->flows, i), *old;
	struct surroundings s = { .capture_end = a->tally.last,
				  .lossy = a->lossy,
				  .all = flow_count(a->flows) };

	if (!f)
		return;
	groups_tell(g, (uint32_t)i, &s);
	decide(a, f, &s);
	old = f->older ? flow_live(a->flows, f->older - 1) : NULL;
	if (old && killer(f)) {
		s = (struct surroundings){ .capture_end = a->tally.last,
					   .killed_by = killer(f) };
		decide(a, old, &s);
	}
}

static bool gather(struct analysis *a, struct groups *g)
{
	size_t n = flow_count(a->flows);

	for (size_t i = 0; i < n; i++) {
		const struct flow *f = flow_live(a->flows, i);
		struct surroundings s = { .capture_end = a->tally.last };
		struct evidence ev;
		a->lossy += f && evidence_is_lossy(f);
		if (!f || !f->rsts)
			continue;
		evidence_collect(f, &s, &ev);
		if (!groups_add(g, flow_record(a->flows, i), f, &ev))
			return false;
	}
	groups_settle(g, a->flows);
	return true;
}

void analysis_settle(struct analysis *a)
{
	struct groups *g = groups_new();
	size_t n = flow_count(a->flows);

	a->findings = a->findings_final;
	a->lossy = a->lossy_final;
	if (g && gather(a, g)) {
		for (size_t i = 0; i < n; i++)
			decide_live(a, g, i);
		a->settled = n;
	}
	groups_free(g);
}

// Frames ---------------------------------------------------------------------

static void count(struct tally *t, const struct frame *f,
		  enum packet_kind kind)
{
	t->frames++;
	t->kind[kind]++;
	if (!t->any) {
		t->any = true;
		t->first = t->last = f->time;
		return;
	}
	if (f->time < t->last)
		t->backward++;
	if (f->time < t->first)
		t->first = f->time;
	if (f->time > t->last)
		t->last = f->time;
}

bool analysis_frame(struct analysis *a, const struct frame *f,
		    const char *comment)
{
	struct packet *p = &a->packet;
	struct flow_seen seen;
	struct flow *over;

	packet_decode(f, p);
	count(&a->tally, f, p->kind);
	if (p->kind == PACKET_SEGMENT) {
		if (!flow_segment(a->flows, &p->segment, &seen))
			return false;
		if (seen.marks & STEP_DUPLICATE_FRAME)
			a->tally.duplicates++;
		if (seen.index + 1 == a->watched &&
		    !watch_segment(a, &p->segment, &seen, comment))
			return false;
		over = flow_over(a->flows, f->time);
		if (over)
			retire(a, over);
	} else if (p->kind == PACKET_ICMP_ERROR) {
		int known = flow_icmp(a->flows, &p->icmp, &seen);
		if (known < 0)
			return false;
		if (known && seen.index + 1 == a->watched)
			return watch_icmp(a, &p->icmp, &seen, comment);
	}
	return true;
}

// Results --------------------------------------------------------------------

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
	return a->finding + c->finding;
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
	return c->verdict != ORDERLY_CLOSE && c->verdict != STILL_OPEN;
}
