#include "analysis/decide.h"

#include "base/array.h"

#include <stdlib.h>

#include "analysis/decide_record.h"
#include "judge/outcome.h"

enum { HISTORIES = 4096 }; // of Zeek that are worth keeping

// Of a connection that waits for its neighbours' say, or has one itself.
struct remark {
	uint32_t index;
	uint32_t older; // the connection that its RST ended (index + 1), or 0
	uint64_t by;    // ... that RST
	struct losses losses;
};

// One at a time --------------------------------------------------------------

// Valid until the next one is asked for.
static const struct flow *state(struct decider *d, size_t i)
{
	return flow_live(d->flows, i, &d->room);
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

static bool add_to_groups(struct decider *d, const struct flow *f,
			  const struct evidence *ev)
{
	return groups_add(d->groups, flow_record(d->flows, f->index), f, ev);
}

static bool remark(struct decider *d, const struct flow *f)
{
	struct remark r = { .index = f->index, .by = killer(f) }, *more;

	decide_count(&r.losses, f);
	if (r.by && !d->alone)
		r.older = f->older;
	if (!r.older && !r.losses.lossy && !r.losses.wavering &&
	    !r.losses.duplicates)
		return true;
	more =
	    array_grown(d->remark, d->remarks, &d->remarks_size, sizeof(*more));
	if (!more)
		return false;
	d->remark = more;
	more[d->remarks++] = r;
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
	const struct flow *f = newer == FLOW_NONE ? NULL : state(d, newer);

	return f && f->older == (uint32_t)flow_number(d->flows, i) ? killer(f)
								   : 0;
}

// What only neighbours can rule out has to stay as likely as the verdict where
// they were not asked.
static void cap_unasked(struct connection *c)
{
	for (size_t k = 0; k < VERDICT_RIVALS; k++)
		if (c->confidence == LIKELY &&
		    verdict_has(c->also[k], TRAIT_NEIGHBOURS_RULE_OUT))
			c->confidence = POSSIBLE;
}

// In a capture that shows nobody's answer to anything, one direction may be
// missing: whether the last of the SYNs was refused can't be known then.
static void cap_unanswered(struct connection *c)
{
	enum { SYNS_ENOUGH = 4 }; // only the last of so many may be refused
	enum confidence most =
	    c->packets[CLIENT] < SYNS_ENOUGH ? POSSIBLE : LIKELY;
	size_t k = 0;

	if (c->verdict != CONNECT_TIMEOUT)
		return;
	if (c->confidence > most)
		c->confidence = most;
	while (k + 1 < VERDICT_RIVALS && c->also[k] != VERDICT_NONE &&
	       c->also[k] != CONNECT_REFUSED)
		k++;
	c->also[k] = CONNECT_REFUSED;
}

static bool is_answer(const struct connection *c)
{
	return (c->packets[CLIENT] && c->packets[SERVER]) ||
	       c->verdict == CONNECT_UNREACHABLE;
}

// Decides connection i, which is over or lost its place, for good. What is lost
// later comes too late.
static void decide_alone(struct decider *d, uint32_t i, int64_t now)
{
	struct surroundings s = { .capture_end = now,
				  .killed_by = killed_by(d, i),
				  .replaced =
				      flow_record(d->flows, i)->replaced,
				  .untold = d->without_findings };
	const struct flow *f = state(d, i);
	struct connection *c = flow_record(d->flows, i);
	struct evidence ev;

	evidence_collect(f, &s, &ev);
	decide_finish(d, f, &ev);
	decide_count(&d->final, f);
	decide_cap(c, c->confidence, decide_lost(d, &d->final));
	if (groups_matter(&ev))
		cap_unasked(c);
	d->answered |= is_answer(c);
	if (!d->answered)
		cap_unanswered(c);
	decide_give_back(d, i);
}

// As decide_over(), but states are given back at once.
static void decide_at_once(struct decider *d, uint32_t i, int64_t now)
{
	const struct flow *f = state(d, i);
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

// The kind of connection i, and whether that was enough to tell what became of
// it.
static unsigned opening(const struct decider *d, size_t i, int64_t now,
			bool *told)
{
	*told = false;
	if (!d->without_openings)
		return OPENING_NONE;
	return flow_opening(d->flows, i, now, &d->openings, told);
}

// Its state told what became of connection i, which is of that kind.
static void learn(struct decider *d, unsigned kind, size_t i)
{
	if (kind != OPENING_NONE)
		opening_learn(&d->openings, kind, flow_record(d->flows, i));
}

// True if others may have a say: what a TTL is worth, all TTLs together tell.
static bool is_open_to_others(const struct evidence *ev)
{
	return groups_matter(ev) || evidence_has(ev, TTL_DIFFERS);
}

enum fate decide_over(struct decider *d, size_t i, int64_t now)
{
	struct surroundings s = { .capture_end = now,
				  .untold = d->without_findings };
	enum ordinary life = ORDINARY_NOT;
	const struct flow *f;
	struct evidence ev;
	unsigned kind;
	bool told;

	if (d->alone) {
		decide_at_once(d, (uint32_t)i, now);
		return FATE_OPEN;
	}
	if (d->without_ordinary)
		life = flow_ordinary(d->flows, i);
	if (life == ORDINARY_OVER)
		outcome_clean_close(flow_record(d->flows, i));
	if (life != ORDINARY_NOT)
		return life == ORDINARY_OVER ? FATE_OVER : FATE_OPEN;
	kind = opening(d, i, now, &told);
	if (told)
		return opening_may_have_twin(kind) ? FATE_WAITS : FATE_OVER;
	f = state(d, i);
	if (!is_over(f))
		return FATE_OPEN;
	evidence_collect(f, &s, &ev);
	decide_finish(d, f, &ev);
	if (!killer(f) && !is_open_to_others(&ev)) {
		decide_count(&d->final, f);
		learn(d, kind, i);
		return FATE_OVER;
	}
	// Its neighbours may still have a say: only what they tell is missing.
	if (opening_may_have_twin(kind))
		learn(d, kind, i);
	if (!add_to_groups(d, f, &ev) || !remark(d, f))
		d->failed = true;
	return FATE_WAITS;
}

void decide_seal(struct decider *d, size_t i, enum fate fate)
{
	if (fate == FATE_OVER)
		decide_give_back(d, i);
	else if (fate == FATE_WAITS)
		flow_keep(d->flows, i, true);
}

void decide_early(struct decider *d, size_t i, int64_t now)
{
	const struct flow *f = state(d, i);
	struct surroundings s = { .capture_end = now,
				  .untold = d->without_findings };
	struct evidence ev;

	if (flow_kept(d->flows, i)) { // but for its neighbours, all is said
		decide_count(&d->final, f);
		decide_give_back(d, i);
		return;
	}
	evidence_collect(f, &s, &ev);
	evidence_set(&ev, LOST_OFTEN); // nothing missing proves anything
	evidence_add(&ev, NOTE_CLOSED_OFF, NOBODY, 0, 0, 0, 0);
	decide_finish(d, f, &ev);
	decide_count(&d->final, f);
	decide_give_back(d, i);
}

// All ------------------------------------------------------------------------

static void decide(struct decider *d, const struct flow *f,
		   const struct surroundings *s)
{
	struct evidence ev;

	evidence_collect(f, s, &ev);
	decide_write(d, f, &ev);
}

// Where the capture lost packets, what was written down before that was known
// is no surer than the rest; and sure again once they turn up.
static void cap_written(struct decider *d)
{
	fact_set facts = decide_lost(d, &d->all);

	if ((!facts && !d->capped) || d->alone)
		return;
	d->capped = facts;
	for (size_t i = 0; i < flow_count(d->flows); i++) {
		struct connection *c = flow_record(d->flows, i);
		if (!c->live)
			decide_cap(c, c->tracks, facts);
	}
}

static void cap_one_way(struct decider *d)
{
	size_t n = flow_count(d->flows);

	if (d->answered)
		return;
	for (size_t i = 0; i < n; i++)
		if (is_answer(flow_record(d->flows, i)))
			return;
	for (size_t i = 0; i < n; i++)
		cap_unanswered(flow_record(d->flows, i));
}

// Connection i has to be decided anew from now on, whatever was decided.
static const struct flow *reopen(struct decider *d, size_t i)
{
	if (flow_kept(d->flows, i))
		flow_keep(d->flows, i, false);
	return state(d, i);
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
		unsigned kind;
		bool told;
		flow_fetch_ahead(d->flows, live, n, i);
		if (flow_kept(d->flows, live[i])) {
			exchange(&live[left++], &live[i]);
			continue;
		}
		kind = opening(d, live[i], now, &told);
		if (told && opening_may_have_twin(kind))
			exchange(&live[left++], &live[i]);
		if (told && !opening_is_refusal(kind))
			continue;
		f = state(d, live[i]);
		decide_count(&d->all, f);
		s.replaced = flow_record(d->flows, live[i])->replaced;
		evidence_collect(f, &s, &ev);
		decide_write(d, f, &ev);
		learn(d, kind, live[i]);
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
				  .replaced =
				      flow_record(d->flows, i)->replaced,
				  .lossy = d->all.lossy,
				  .wavering = d->all.wavering,
				  .all = flow_begun(d->flows),
				  .untold = d->without_findings };

	groups_tell(d->groups, (uint32_t)i, &s);
	if (s.facts || s.lossy || s.wavering)
		decide(d, reopen(d, i), &s);
}

// The RST `by` of another connection ended connection i.
static void decide_killed(struct decider *d, uint32_t i, uint64_t by,
			  int64_t now)
{
	struct surroundings s = { .capture_end = now,
				  .killed_by = by,
				  .untold = d->without_findings };
	const struct flow *f = reopen(d, i);

	if (f)
		decide(d, f, &s);
}

// Connection i began with the same SYN as another one.
static void decide_twin(struct decider *d, uint32_t i, uint32_t other,
			int64_t now)
{
	struct surroundings s = { .capture_end = now,
				  .twin = flow_number(d->flows, other),
				  .lossy = d->all.lossy,
				  .wavering = d->all.wavering,
				  .all = flow_begun(d->flows),
				  .untold = d->without_findings };

	groups_tell(d->groups, i, &s);
	decide(d, reopen(d, i), &s);
}

static void decide_twins(struct decider *d, uint32_t i, int64_t now)
{
	uint32_t twin;

	if (!verdict_has(flow_record(d->flows, i)->verdict,
			 TRAIT_SYN_ACK_REJECTED))
		return;
	twin = flow_twin(d->flows, i);
	if (twin == FLOW_NONE || flow_record(d->flows, twin)->packets[SERVER])
		return; // translated there and back, if at all
	decide_twin(d, i, twin, now);
	decide_twin(d, twin, i, now);
}

static void decide_all_killed(struct decider *d, int64_t now)
{
	for (size_t k = 0; k < d->remarks; k++)
		if (d->remark[k].older)
			decide_killed(d, d->remark[k].older - 1,
				      d->remark[k].by, now);
	for (uint32_t i = flow_replaced(d->flows, FLOW_NONE); i != FLOW_NONE;
	     i = flow_replaced(d->flows, i)) {
		uint64_t by = killed_by(d, i);
		if (by)
			decide_killed(d, i, by, now);
	}
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
		d->all.wavering += d->remark[i].losses.wavering;
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
	for (size_t i = 0; i < (d->all.lossy || d->all.wavering ? n : told);
	     i++)
		decide_again(d, live[i], now);
	for (size_t i = 0; i < told; i++)
		decide_twins(d, live[i], now);
	decide_all_killed(d, now);
	cap_written(d);
	cap_one_way(d);
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
