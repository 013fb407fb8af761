#include "decide.h"

#include <stdlib.h>

#include "outcome.h"

enum { HISTORIES = 4096 }; // of Zeek that are worth keeping

// Of a connection that waits for its neighbours' say, or has one itself.
struct remark {
	uint32_t index;
	uint32_t older; // the connection that its RST ended (index + 1), or 0
	uint64_t by;    // ... that RST
	struct losses losses;
};

// Records --------------------------------------------------------------------

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

static void keep_findings(struct decider *d, struct connection *c,
			  struct evidence *ev)
{
	size_t n = 0;

	for (size_t i = 0; i < ev->findings; i++)
		if (finding_told(&ev->finding[i]))
			ev->finding[n++] = ev->finding[i];
	sort(ev->finding, n);
	c->finding = (uint32_t)d->findings.n;
	c->findings = (uint8_t)n;
	if (!findings_put(&d->findings, ev->finding, n, c->first_frame)) {
		c->findings = 0;
		d->failed = true;
	}
	atomic_store_explicit(&d->findings_bytes, d->findings.size,
			      memory_order_relaxed);
}

static void describe(struct decider *d, const struct flow *f,
		     struct connection *c)
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
	if (f->without_zeek)
		return;
	c->zeek_state = zeek_conn_state(&f->zeek, bytes);
	c->zeek_history = names_put(&d->histories, f->zeek.history);
}

// Few sets of facts are frequent, and judge() looks at nothing else.
static const struct ruling *rule(struct decider *d, const struct evidence *ev)
{
	uint64_t low = (uint64_t)ev->facts, high = (uint64_t)(ev->facts >> 64);
	uint64_t h = (low ^ high >> 7) * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = h >> 58;

	if (d->judged[i].facts != ev->facts ||
	    d->judged[i].ruling.verdict == VERDICT_NONE) {
		d->judged[i].facts = ev->facts;
		judge(ev, &d->judged[i].ruling);
	}
	return &d->judged[i].ruling;
}

static void decide_by(struct decider *d, const struct flow *f,
		      struct evidence *ev)
{
	struct connection *c = flow_record(d->flows, f->index);
	const struct ruling *r = rule(d, ev);

	describe(d, f, c);
	c->verdict = (uint8_t)r->verdict;
	c->confidence = (uint8_t)r->confidence;
	for (size_t i = 0; i < VERDICT_RIVALS; i++)
		c->also[i] = (uint8_t)r->also[i];
	c->actor = (uint8_t)ev->actor;
	outcome(f, ev, r, c);
	if (!d->without_findings)
		keep_findings(d, c, ev);
}

static void count_losses(struct losses *l, const struct flow *f)
{
	l->lossy += evidence_is_lossy(f);
	l->duplicates += f->duplicates;
}

// What this capture lacks makes all its verdicts less sure.
static fact_set lost(const struct decider *d, const struct losses *l)
{
	fact_set facts = 0;

	if (l->lossy)
		facts |= FACT(LOST_ELSEWHERE);
	if (l->lossy * 100 > flow_begun(d->flows))
		facts |= FACT(LOST_OFTEN);
	return facts;
}

static void cap(struct connection *c, enum confidence confidence,
		fact_set facts)
{
	c->confidence = (uint8_t)judge_cap(facts, c->verdict, confidence);
}

// A record without a trail keeps what its confidence was before any cap.
static void give_back(struct decider *d, size_t i)
{
	struct connection *c = flow_record(d->flows, i);

	c->tracks = c->confidence;
	flow_release(d->flows, i);
}

// Decides for good.
static void finish(struct decider *d, const struct flow *f, struct evidence *ev)
{
	d->findings.n = d->findings_final;
	decide_by(d, f, ev);
	d->findings_final = d->findings.n;
}

// One at a time --------------------------------------------------------------

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

static bool add_to_groups(struct decider *d, const struct flow *f,
			  const struct evidence *ev)
{
	return groups_add(d->groups, flow_record(d->flows, f->index), f, ev);
}

static bool remark(struct decider *d, const struct flow *f)
{
	struct remark r = { .index = f->index, .by = killer(f) };

	count_losses(&r.losses, f);
	if (r.by && !d->alone)
		r.older = f->older;
	if (!r.older && !r.losses.lossy && !r.losses.duplicates)
		return true;
	if (d->remarks == d->remarks_size) {
		size_t size = d->remarks_size ? d->remarks_size * 2 : 16;
		struct remark *more = realloc(d->remark, size * sizeof(*more));
		if (!more)
			return false;
		d->remark = more;
		d->remarks_size = size;
	}
	d->remark[d->remarks++] = r;
	return true;
}

// False: a RST that it survived, or two FINs of which one was never
// acknowledged.
static bool is_over(const struct flow *f)
{
	return flow_ended(f) || !(f->rsts || f->end[SERVER].packets);
}

// The RST of the connection that took the place of connection i, if it ended
// that.
static uint64_t killed_by(struct decider *d, uint32_t i)
{
	uint32_t newer = flow_newer(d->flows, i);
	const struct flow *f =
	    newer == FLOW_NONE ? NULL : flow_live(d->flows, newer);

	return f && f->older == (uint32_t)flow_number(d->flows, i) ? killer(f)
								   : 0;
}

// What only neighbours can rule out has to stay as likely as the verdict where
// they were not asked.
static void cap_unasked(struct connection *c)
{
	for (size_t k = 0; k < VERDICT_RIVALS; k++)
		if (c->confidence == LIKELY &&
		    (c->also[k] == RESET_LISTENER_CLOSED ||
		     c->also[k] == RESET_IDLE_EXPIRED))
			c->confidence = POSSIBLE;
}

// Decides connection i, which is over or lost its place, for good. What is lost
// later comes too late.
static void decide_alone(struct decider *d, uint32_t i, int64_t now)
{
	struct surroundings s = { .capture_end = now,
				  .killed_by = killed_by(d, i),
				  .untold = d->without_findings };
	const struct flow *f = flow_live(d->flows, i);
	struct connection *c = flow_record(d->flows, i);
	struct evidence ev;

	evidence_collect(f, &s, &ev);
	finish(d, f, &ev);
	count_losses(&d->final, f);
	cap(c, c->confidence, lost(d, &d->final));
	if (groups_matter(&ev))
		cap_unasked(c);
	give_back(d, i);
}

// As decide_over(), but states are given back at once.
static void decide_at_once(struct decider *d, uint32_t i, int64_t now)
{
	const struct flow *f = flow_live(d->flows, i);
	uint32_t first = i, older;

	if (!f || (flow_newer(d->flows, i) == FLOW_NONE && !is_over(f)))
		return;
	// Once this one is decided, nobody knows of its RST.
	while ((older = flow_older(d->flows, first)) != FLOW_NONE)
		first = older;
	for (; first != i; first = flow_newer(d->flows, first))
		decide_alone(d, first, now);
	decide_alone(d, i, now);
}

enum fate decide_over(struct decider *d, size_t i, int64_t now)
{
	struct surroundings s = { .capture_end = now,
				  .untold = d->without_findings };
	const struct flow *f;
	struct evidence ev;

	if (d->alone) {
		decide_at_once(d, (uint32_t)i, now);
		return FATE_OPEN;
	}
	if (d->without_ordinary && flow_ordinary(d->flows, i))
		return FATE_OVER;
	f = flow_live(d->flows, i);
	if (!is_over(f))
		return FATE_OPEN;
	evidence_collect(f, &s, &ev);
	finish(d, f, &ev);
	if (!killer(f) && !groups_matter(&ev)) {
		count_losses(&d->final, f);
		return FATE_OVER;
	}
	// Its neighbours may still have a say: only what they tell is missing.
	if (!add_to_groups(d, f, &ev) || !remark(d, f))
		d->failed = true;
	return FATE_WAITS;
}

void decide_seal(struct decider *d, size_t i, enum fate fate)
{
	if (fate == FATE_OVER)
		give_back(d, i);
	else if (fate == FATE_WAITS)
		flow_keep(d->flows, i, true);
}

void decide_early(struct decider *d, size_t i, int64_t now)
{
	const struct flow *f = flow_live(d->flows, i);
	struct surroundings s = { .capture_end = now,
				  .untold = d->without_findings };
	struct evidence ev;

	if (flow_kept(d->flows, i)) { // but for its neighbours, all is said
		count_losses(&d->final, f);
		give_back(d, i);
		return;
	}
	evidence_collect(f, &s, &ev);
	evidence_set(&ev, LOST_OFTEN); // nothing missing proves anything
	evidence_add(&ev, NOTE_CLOSED_OFF, NOBODY, 0, 0, 0, 0);
	finish(d, f, &ev);
	count_losses(&d->final, f);
	give_back(d, i);
}

// All ------------------------------------------------------------------------

static void decide(struct decider *d, const struct flow *f,
		   const struct surroundings *s)
{
	struct evidence ev;

	evidence_collect(f, s, &ev);
	decide_by(d, f, &ev);
}

// Where the capture lost packets, what was written down before that was known
// is no surer than the rest; and sure again once they turn up.
static void cap_written(struct decider *d)
{
	fact_set facts = lost(d, &d->all);

	if ((!facts && !d->capped) || d->alone)
		return;
	d->capped = facts;
	for (size_t i = 0; i < flow_count(d->flows); i++) {
		struct connection *c = flow_record(d->flows, i);
		if (!c->live)
			cap(c, c->tracks, facts);
	}
}

// Connection i has to be decided anew from now on, whatever was decided.
static const struct flow *reopen(struct decider *d, size_t i)
{
	if (flow_kept(d->flows, i))
		flow_keep(d->flows, i, false);
	return flow_live(d->flows, i);
}

static void exchange(uint32_t *a, uint32_t *b)
{
	uint32_t t = *a;

	*a = *b;
	*b = t;
}

// Decides the n live ones as if each were alone, and gathers what neighbours
// may tell. Those of whom they may are put in front; returns how many these
// are.
static size_t gather(struct decider *d, uint32_t *live, size_t n, int64_t now)
{
	struct surroundings s = { .capture_end = now,
				  .untold = d->without_findings };
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		const struct flow *f;
		struct evidence ev;
		if (flow_kept(d->flows, live[i])) {
			exchange(&live[left++], &live[i]);
			continue;
		}
		f = flow_live(d->flows, live[i]);
		count_losses(&d->all, f);
		evidence_collect(f, &s, &ev);
		decide_by(d, f, &ev);
		if (!f->rsts)
			continue;
		exchange(&live[left++], &live[i]);
		if (!add_to_groups(d, f, &ev) || (killer(f) && !remark(d, f)))
			d->failed = true;
	}
	return left;
}

// Decides connection i again if there is anything to add.
static void decide_again(struct decider *d, size_t i, int64_t now)
{
	struct surroundings s = { .capture_end = now,
				  .lossy = d->all.lossy,
				  .all = flow_begun(d->flows),
				  .untold = d->without_findings };

	groups_tell(d->groups, (uint32_t)i, &s);
	if (s.facts || s.lossy)
		decide(d, reopen(d, i), &s);
}

static void decide_killed(struct decider *d, const struct remark *r,
			  int64_t now)
{
	struct surroundings s = { .capture_end = now,
				  .killed_by = r->by,
				  .untold = d->without_findings };
	const struct flow *f = r->older ? reopen(d, r->older - 1) : NULL;

	if (f)
		decide(d, f, &s);
}

static void decide_replaced(struct decider *d, uint32_t i, int64_t now)
{
	struct surroundings s = { .capture_end = now,
				  .untold = d->without_findings };
	const struct flow *f;

	s.killed_by = killed_by(d, i);
	f = flow_live(d->flows, i);
	if (f && s.killed_by)
		decide(d, f, &s);
}

// Drops what was noted of who does not wait: it is found anew each time.
static void forget(struct decider *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->remarks; i++)
		if (flow_kept(d->flows, d->remark[i].index))
			d->remark[n++] = d->remark[i];
	d->remarks = n;
	groups_restart(d->groups, d->flows);
}

// Adds up the losses of all whose state will not be looked at.
static void recall(struct decider *d)
{
	d->all = d->final;
	for (size_t i = 0; i < d->remarks; i++) {
		d->all.lossy += d->remark[i].losses.lossy;
		d->all.duplicates += d->remark[i].losses.duplicates;
	}
}

bool decide_all(struct decider *d, int64_t now)
{
	size_t n, told;
	uint32_t *live = flow_all_live(d->flows, &n);

	if (!live)
		return false;
	d->findings.n = d->findings_final;
	forget(d); // who waited may have been heard of since
	recall(d);
	told = gather(d, live, n, now);
	groups_settle(d->groups, d->flows);
	for (size_t i = 0; i < (d->all.lossy ? n : told); i++)
		decide_again(d, live[i], now);
	for (size_t i = 0; i < d->remarks; i++)
		decide_killed(d, &d->remark[i], now);
	for (uint32_t i = flow_replaced(d->flows, FLOW_NONE); i != FLOW_NONE;
	     i = flow_replaced(d->flows, i))
		decide_replaced(d, i, now);
	cap_written(d);
	forget(d); // who does not wait yet may do so soon
	free(live);
	return true;
}

void decide_forget(struct decider *d)
{
	d->findings.n = d->findings_final = 0;
	if (d->histories.n > HISTORIES)
		names_free(&d->histories);
}

// Life -----------------------------------------------------------------------

bool decider_init(struct decider *d, struct flow_table *flows)
{
	d->flows = flows;
	d->groups = groups_new();
	return d->groups;
}

void decider_free(struct decider *d)
{
	groups_free(d->groups);
	names_free(&d->histories);
	free(d->remark);
	free(d->findings.b);
}
