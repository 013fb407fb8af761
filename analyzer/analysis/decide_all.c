// Decides all connections at the end, when their neighbours can be asked.
#include "analysis/decide.h"

#include <stdlib.h>

#include "analysis/decide_parts.h"

static void decide(struct decider *d, const struct flow *f,
		   const struct surroundings *s)
{
	struct evidence ev;

	evidence_collect(f, s, &ev);
	decide_write(d, f, &ev);
}

// Connection i has to be decided anew from now on, whatever was decided.
static const struct flow *reopen(struct decider *d, size_t i)
{
	if (flow_kept(d->flows, i))
		flow_keep(d->flows, i, false);
	return decide_state(d, i);
}

static void swap(uint32_t *a, uint32_t *b)
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
				  .without_findings = d->without_findings };
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		const struct flow *f;
		struct evidence ev;
		unsigned kind;
		bool told;
		flow_pass(d->flows, i);
		flow_fetch_ahead(d->flows, live, n, i);
		if (flow_kept(d->flows, live[i])) {
			swap(&live[left++], &live[i]);
			continue;
		}
		kind = decide_kind(d, live[i], now, &told);
		if (told && failed_handshake_may_have_twin(kind))
			swap(&live[left++], &live[i]);
		if (told && !failed_handshake_is_refusal(kind))
			continue;
		f = decide_state(d, live[i]);
		decide_count(&d->all, f);
		s.replaced = flow_record(d->flows, live[i])->replaced;
		evidence_collect(f, &s, &ev);
		decide_write(d, f, &ev);
		decide_learn(d, kind, live[i]);
		if (!f->rsts)
			continue;
		swap(&live[left++], &live[i]);
		if (!decide_add_to_groups(d, f, &ev) ||
		    (decide_killer(f) && !decide_remark(d, f)))
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
				  .lossy = decide_lossy(d, &d->all),
				  .wavering = d->all.wavering,
				  .all = flow_begun(d->flows),
				  .without_findings = d->without_findings };

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
				  .without_findings = d->without_findings };
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
				  .lossy = decide_lossy(d, &d->all),
				  .wavering = d->all.wavering,
				  .all = flow_begun(d->flows),
				  .without_findings = d->without_findings };

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
	if (twin == FLOW_NONE)
		return;
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
		uint64_t by = decide_killed_by(d, i);
		if (by)
			decide_killed(d, i, by, now);
	}
}

static void add_losses(struct losses *to, const struct losses *l)
{
	to->lossy += l->lossy;
	to->skipping += l->skipping;
	to->flags_only += l->flags_only;
	to->wavering += l->wavering;
	to->duplicates += l->duplicates;
}

// Drops what was noted of who does not wait: it is found anew each time, or its
// state was given back.
void decide_prune(struct decider *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->remarks; i++) {
		const struct remark *r = &d->remark[i];
		if (flow_kept(d->flows, r->index))
			d->remark[n++] = *r;
		else if (!flow_record(d->flows, r->index)->live)
			add_losses(&d->final, &r->losses);
	}
	d->remarks = n;
	groups_restart(d->groups, d->flows);
}

// Adds up the losses of all whose state will not be looked at.
static void recall(struct decider *d)
{
	d->all = d->final;
	for (size_t i = 0; i < d->remarks; i++)
		add_losses(&d->all, &d->remark[i].losses);
}

bool decide_all(struct decider *d, int64_t now)
{
	size_t n, told;
	uint32_t *live = flow_all_live(d->flows, &n);

	if (!live)
		return false;
	d->findings.n = d->findings_final;
	decide_prune(d); // who waited may have been heard of since
	recall(d);
	told = gather(d, live, n, now);
	groups_settle(d->groups, d->flows);
	for (size_t i = 0; i < (decide_lossy(d, &d->all) || d->all.wavering ? n : told);
	     i++) {
		flow_pass(d->flows, i);
		decide_again(d, live[i], now);
	}
	for (size_t i = 0; i < told; i++) {
		flow_pass(d->flows, i);
		decide_twins(d, live[i], now);
	}
	decide_all_killed(d, now);
	decide_cap_written(d);
	decide_cap_one_way(d);
	decide_prune(d); // who does not wait yet may do so soon
	free(live);
	return true;
}
