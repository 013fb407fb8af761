#include "analysis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "findings.h"
#include "flow.h"
#include "groups.h"
#include "judge.h"
#include "outcome.h"

enum { AHEAD = 32, RULINGS = 64 };

// A decoded frame whose turn has not come.
struct waiting {
	int64_t time;
	uint64_t hash;
	uint32_t likely; // of flow_fetch_record()
	const struct flow *flow;
	struct packet packet;
};

struct analysis {
	struct flow_table *flows;
	struct tally tally;
	struct waiting batch[AHEAD];
	size_t waiting;

	struct findings findings;
	size_t findings_final; // of connections whose state was given back
	struct {
		fact_set facts;
		struct ruling ruling;
	} judged[RULINGS];     // what judge() made of some sets of facts
	struct finding *shown; // of the connection asked for last
	size_t settled;        // connections that analysis_settle() has seen

	size_t lossy_final; // of those given back, how many miss bytes
	size_t lossy;       // of all, when they were last settled

	size_t limit;   // bytes, 0: none
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
	a->shown = calloc(EVIDENCE_FINDINGS, sizeof(*a->shown));
	if (!a->flows || !a->shown) {
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
	free(a->findings.b);
	free(a->shown);
	flow_table_free(a->flows);
	free(a);
}

void analysis_watch(struct analysis *a, size_t number)
{
	a->watched = number;
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

// Decisions ------------------------------------------------------------------

static int by_frame(const struct finding *x, const struct finding *y)
{
	if (!x->frame != !y->frame)
		return x->frame ? -1 : 1;
	if (x->frame != y->frame)
		return x->frame < y->frame ? -1 : 1;
	return x->fact < y->fact ? -1 : x->fact > y->fact;
}

// They come nearly in order.
static void sort(struct finding *f, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct finding moving = f[i];
		size_t k = i;
		for (; k && by_frame(&f[k - 1], &moving) > 0; k--)
			f[k] = f[k - 1];
		f[k] = moving;
	}
}

static void keep_findings(struct analysis *a, struct connection *c,
			  struct evidence *ev)
{
	size_t n = 0;

	for (size_t i = 0; i < ev->findings; i++)
		if (finding_told(&ev->finding[i]))
			ev->finding[n++] = ev->finding[i];
	sort(ev->finding, n);
	c->finding = (uint32_t)a->findings.n;
	c->findings = (uint16_t)n;
	if (findings_put(&a->findings, ev->finding, n, c->first_frame))
		return;
	c->findings = 0;
	a->failed = true;
}

static void copy_name(char *to, size_t room, const char *from)
{
	size_t n = strnlen(from, room - 1);

	memcpy(to, from, n);
	memset(to + n, 0, room - n);
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
	copy_name(c->zeek_state, sizeof(c->zeek_state),
		  zeek_conn_state(&f->zeek, bytes));
	copy_name(c->zeek_history, sizeof(c->zeek_history), f->zeek.history);
}

// Few sets of facts are frequent, and judge() looks at nothing else.
static const struct ruling *rule(struct analysis *a, const struct evidence *ev)
{
	uint64_t low = (uint64_t)ev->facts, high = (uint64_t)(ev->facts >> 64);
	uint64_t h = (low ^ high >> 7) * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = h >> 58;

	if (a->judged[i].facts != ev->facts ||
	    a->judged[i].ruling.verdict == VERDICT_NONE) {
		a->judged[i].facts = ev->facts;
		judge(ev, &a->judged[i].ruling);
	}
	return &a->judged[i].ruling;
}

static void decide_by(struct analysis *a, const struct flow *f,
		      struct evidence *ev)
{
	struct connection *c = flow_record(a->flows, f->index);
	const struct ruling *r = rule(a, ev);

	describe(f, c);
	c->verdict = (uint8_t)r->verdict;
	c->confidence = (uint8_t)r->confidence;
	for (size_t i = 0; i < VERDICT_RIVALS; i++)
		c->also[i] = (uint8_t)r->also[i];
	c->actor = (uint8_t)ev->actor;
	outcome(f, ev, r, c);
	keep_findings(a, c, ev);
}

static void decide(struct analysis *a, const struct flow *f,
		   const struct surroundings *s)
{
	struct evidence ev;

	evidence_collect(f, s, &ev);
	decide_by(a, f, &ev);
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

// What is over is written down and its state given back, unless later
// neighbours may still have a say in it.
static void retire(struct analysis *a, struct flow *f)
{
	struct surroundings s = { .capture_end = a->tally.last };
	struct evidence ev;

	if (f->rsts && !f->both_closed.frame && !flow_deadly(f))
		return; // it survived: not over after all
	evidence_collect(f, &s, &ev);
	if (groups_matter(&ev) || killer(f) || f->index + 1 == a->watched) {
		f->kept = true;
		return;
	}
	a->findings.n = a->findings_final;
	decide_by(a, f, &ev);
	a->findings_final = a->findings.n;
	a->lossy_final += evidence_is_lossy(f);
	flow_release(a->flows, f);
}

// Writes down as it stands what may not be over.
static void close_off(struct analysis *a, struct flow *f)
{
	struct surroundings s = { .capture_end = a->tally.last };
	struct evidence ev;

	evidence_collect(f, &s, &ev);
	evidence_set(&ev, LOST_OFTEN); // nothing missing proves anything
	evidence_add(&ev, NOTE_CLOSED_OFF, NOBODY, 0, 0, 0, 0);
	a->lossy_final += evidence_is_lossy(f);
	a->findings.n = a->findings_final;
	decide_by(a, f, &ev);
	a->findings_final = a->findings.n;
	a->tally.closed_off++;
	flow_release(a->flows, f);
}

// Makes sure that the next batch finds room below the limit.
static void keep_limit(struct analysis *a)
{
	struct flow *f;

	while (flow_memory(a->flows) + a->findings.size > a->limit &&
	       flow_spare(a->flows) < AHEAD &&
	       (f = flow_quietest(a->flows)) != NULL) {
		if (f->index + 1 == a->watched)
			return; // anybody but that one; the next time
		close_off(a, f);
	}
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

// Where the capture lost packets, what was written down before that was known
// is no surer than the rest.
static void cap_written(struct analysis *a)
{
	size_t n = flow_count(a->flows);
	fact_set facts = FACT(LOST_ELSEWHERE);

	if (!a->lossy)
		return;
	if (a->lossy * 100 > n)
		facts |= FACT(LOST_OFTEN);
	for (size_t i = 0; i < n; i++) {
		struct connection *c = flow_record(a->flows, i);
		if (!c->live)
			c->confidence = (uint8_t)judge_cap(
			    facts, c->verdict, c->confidence);
	}
}

static bool gather(struct analysis *a, struct groups *g)
{
	size_t n = flow_count(a->flows);

	for (size_t i = 0; i < n; i++) {
		const struct flow *f = flow_live(a->flows, i);
		struct surroundings s = { .capture_end = a->tally.last };
		struct connection *c;
		struct evidence ev;
		a->lossy += f && evidence_is_lossy(f);
		if (!f || !f->rsts)
			continue;
		evidence_collect(f, &s, &ev);
		c = flow_record(a->flows, i);
		c->end = f->last.time;
		c->verdict = (uint8_t)rule(a, &ev)->verdict; // was it refused?
		if (!groups_add(g, c, f, &ev))
			return false;
	}
	groups_settle(g, a->flows);
	return true;
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

static bool take(struct analysis *a, const struct waiting *w,
		 const char *comment)
{
	const struct packet *p = &w->packet;
	struct flow_seen seen;
	struct flow *over;

	count(&a->tally, w->time, p->kind);
	if (p->kind == PACKET_SEGMENT) {
		if (!flow_segment(a->flows, &p->segment, w->hash, &seen))
			return false;
		if (seen.marks & STEP_DUPLICATE_FRAME)
			a->tally.duplicates++;
		if (seen.index + 1 == a->watched &&
		    !watch_segment(a, &p->segment, &seen, comment))
			return false;
		while ((over = flow_over(a->flows, w->time)))
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

// The hot path. With a million connections, each frame's is somewhere in
// memory where the processor was not lately, and finding it takes four looks,
// each where the one before points to. So the frames of a batch are looked up
// together, step by step: while one waits for memory, the others do.
static bool take_batch(struct analysis *a, const char *comment)
{
	struct waiting *end = a->batch + a->waiting;
	bool room = true;

	a->waiting = 0;
	if (a->limit)
		keep_limit(a);
	for (struct waiting *w = a->batch; w < end; w++)
		if (w->packet.kind == PACKET_SEGMENT)
			w->likely = flow_fetch_record(a->flows, w->hash);
	for (struct waiting *w = a->batch; w < end; w++)
		if (w->packet.kind == PACKET_SEGMENT)
			w->flow = flow_fetch_live(a->flows, w->likely,
						  &w->packet.segment);
	for (struct waiting *w = a->batch; w < end; w++)
		if (w->packet.kind == PACKET_SEGMENT)
			flow_fetch_ring(w->flow, &w->packet.segment);
	for (struct waiting *w = a->batch; w < end && room; w++)
		room = take(a, w, comment);
	return room;
}

bool analysis_frame(struct analysis *a, const struct frame *f,
		    const char *comment)
{
	struct waiting *w = &a->batch[a->waiting++];

	w->time = f->time;
	packet_decode(f, &w->packet);
	if (w->packet.kind == PACKET_SEGMENT) {
		w->hash = flow_hash(a->flows, &w->packet.segment);
		flow_fetch_slot(a->flows, w->hash);
	}
	// A comment lives until the next frame only.
	if (a->waiting < AHEAD && !a->watched)
		return true;
	return take_batch(a, comment);
}

// Results --------------------------------------------------------------------

void analysis_settle(struct analysis *a)
{
	struct groups *g = groups_new();
	size_t n;

	if (!take_batch(a, NULL))
		a->failed = true;
	n = flow_count(a->flows);
	a->findings.n = a->findings_final;
	a->lossy = a->lossy_final;
	if (g && gather(a, g)) {
		for (size_t i = 0; i < n; i++)
			decide_live(a, g, i);
		cap_written(a);
		a->settled = n;
	}
	groups_free(g);
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
	findings_get(&a->findings, c->finding, c->findings, c->first_frame,
		     a->shown);
	return a->shown;
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
