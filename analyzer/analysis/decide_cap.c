// What the losses of a capture, and neighbours that were not asked, take from
// the confidence in verdicts.
#include "analysis/decide_parts.h"

void decide_count(struct losses *l, const struct flow *f)
{
	l->lossy += evidence_is_lossy(f);
	l->skipping += evidence_skips(f);
	l->flags_only += evidence_is_filtered(f);
	l->wavering += evidence_wavers(f);
	l->duplicates += f->duplicates;
}

bool decide_lacks(const struct flow *f)
{
	struct losses l = { 0 };

	decide_count(&l, f);
	return l.lossy || l.skipping || l.wavering || l.duplicates;
}

// IP IDs skip what the path lost before it came here, too; where that is often,
// the capture lacks packets that nothing else tells of.
size_t decide_lossy(const struct decider *d, const struct losses *l)
{
	enum { OFTEN = 10, LEAST = 3 }; // one in so many
	bool often = l->skipping >= LEAST &&
		     l->skipping * OFTEN > flow_begun(d->flows);

	return l->lossy + (often ? l->skipping : 0);
}

fact_set decide_lost(const struct decider *d, const struct losses *l)
{
	size_t lossy = decide_lossy(d, l);
	fact_set facts = 0;

	if (lossy)
		facts |= FACT(LOST_ELSEWHERE);
	if (lossy * 100 > flow_begun(d->flows))
		facts |= FACT(LOST_OFTEN);
	return facts;
}

void decide_cap(struct connection *c, enum confidence confidence,
		fact_set facts)
{
	uint8_t capped = (uint8_t)judge_cap(facts, c->verdict, confidence);

	if (c->confidence != capped)
		c->confidence = capped; // else its page stays as it was
}

void decide_cap_unasked(struct connection *c)
{
	for (size_t k = 0; k < VERDICT_RIVALS; k++)
		if (c->confidence == LIKELY &&
		    verdict_has(c->also[k], TRAIT_NEIGHBOURS_RULE_OUT))
			c->confidence = POSSIBLE;
}

void decide_cap_unanswered(struct connection *c)
{
	enum { SYNS_ENOUGH = 4 }; // only the last of so many may be refused
	enum confidence most =
	    c->packets[CLIENT] < SYNS_ENOUGH ? POSSIBLE : LIKELY;
	size_t k = 0;

	if (c->verdict != CONNECT_TIMEOUT)
		return;
	if (c->confidence > most)
		c->confidence = (uint8_t)most;
	while (k + 1 < VERDICT_RIVALS && c->also[k] != VERDICT_NONE &&
	       c->also[k] != CONNECT_REFUSED)
		k++;
	c->also[k] = CONNECT_REFUSED;
}

bool decide_is_answer(const struct connection *c)
{
	return (c->packets[CLIENT] && c->packets[SERVER]) ||
	       c->verdict == CONNECT_UNREACHABLE;
}

void decide_cap_written(struct decider *d)
{
	fact_set facts = decide_lost(d, &d->all);

	if ((!facts && !d->capped) || d->streaming)
		return;
	d->capped = facts;
	for (size_t i = 0; i < flow_count(d->flows); i++) {
		struct connection *c = flow_record(d->flows, i);
		flow_pass(d->flows, i);
		if (!c->live)
			decide_cap(c, c->logged, facts);
	}
}

void decide_cap_one_way(struct decider *d)
{
	size_t n = flow_count(d->flows);

	if (d->answered)
		return;
	for (size_t i = 0; i < n; i++) {
		flow_pass(d->flows, i);
		if (decide_is_answer(flow_record(d->flows, i)))
			return;
	}
	for (size_t i = 0; i < n; i++) {
		flow_pass(d->flows, i);
		decide_cap_unanswered(flow_record(d->flows, i));
	}
}
