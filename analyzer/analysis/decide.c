#include "analysis/decide.h"

#include <stdlib.h>

#include "analysis/decide_parts.h"
#include "judge/outcome.h"

enum { HISTORIES = 4096 }; // of Zeek that are worth keeping

const struct flow *decide_state(struct decider *d, size_t i)
{
	return flow_live(d->flows, i, &d->room);
}

unsigned decide_kind(const struct decider *d, size_t i, int64_t now, bool *told)
{
	*told = false;
	if (!d->short_failed_handshake)
		return HANDSHAKE_KIND_NONE;
	return flow_failed_handshake(d->flows, i, now, &d->handshakes, told);
}

void decide_learn(struct decider *d, unsigned kind, size_t i)
{
	if (kind != HANDSHAKE_KIND_NONE)
		failed_handshake_learn(&d->handshakes, kind,
				       flow_record(d->flows, i));
}

// False: a RST that it survived, or two FINs of which one was never
// acknowledged.
static bool is_over(const struct flow *f)
{
	return flow_ended(f) || !(f->rsts || f->end[SERVER].packets);
}

// Decides connection i, which is over or lost its place, for good. What is lost
// later comes too late.
static void decide_for_good(struct decider *d, uint32_t i, int64_t now)
{
	struct surroundings s = { .capture_end = now,
				  .killed_by = decide_killed_by(d, i),
				  .replaced =
				      flow_record(d->flows, i)->replaced,
				  .without_findings = d->without_findings };
	const struct flow *f = decide_state(d, i);
	struct connection *c = flow_record(d->flows, i);
	struct evidence ev;

	evidence_collect(f, &s, &ev);
	decide_finish(d, f, &ev);
	decide_count(&d->final, f);
	decide_cap(c, c->confidence, decide_lost(d, &d->final));
	if (groups_matter(&ev) || groups_may_have_twin(&ev))
		decide_cap_unasked(c);
	d->answered |= decide_is_answer(c);
	if (!d->answered)
		decide_cap_unanswered(c);
	decide_give_back(d, i);
}

// As decide_over(), but states are given back at once.
static void decide_at_once(struct decider *d, uint32_t i, int64_t now)
{
	const struct flow *f = decide_state(d, i);
	uint32_t first = i, older;

	if (!f || (flow_newer(d->flows, i) == FLOW_NONE && !is_over(f)))
		return;
	// Once this one is decided, nobody knows of its RST.
	while ((older = flow_older(d->flows, first)) != FLOW_NONE)
		first = older;
	for (; first != i; first = flow_newer(d->flows, first))
		decide_for_good(d, first, now);
	decide_for_good(d, i, now);
}

// Who have a say: its neighbours; a connection whose place it took; all, since
// what a TTL is worth, all TTLs together tell.
static enum fate fate(const struct flow *f, const struct evidence *ev)
{
	if (groups_matter(ev) || decide_killer(f) ||
	    evidence_has(ev, TTL_DIFFERS))
		return FATE_WAITS;
	if (!groups_may_have_twin(ev))
		return FATE_OVER;
	return decide_lacks(f) ? FATE_WAITS : FATE_NEARBY;
}

static enum fate fate_of_kind(unsigned kind)
{
	if (!failed_handshake_may_have_twin(kind))
		return FATE_OVER;
	return failed_handshake_ttl_differs(kind) ? FATE_WAITS : FATE_NEARBY;
}

enum fate decide_over(struct decider *d, size_t i, int64_t now)
{
	struct surroundings s = { .capture_end = now,
				  .without_findings = d->without_findings };
	enum clean_close life = CLEAN_CLOSE_NOT;
	enum fate becomes;
	const struct flow *f;
	struct evidence ev;
	unsigned kind;
	bool told;

	if (d->streaming) {
		decide_at_once(d, (uint32_t)i, now);
		return FATE_OPEN;
	}
	if (d->short_clean_close)
		life = flow_clean_close(d->flows, i, !d->without_findings);
	if (life == CLEAN_CLOSE_OVER)
		outcome_clean_close(flow_record(d->flows, i));
	if (life != CLEAN_CLOSE_NOT)
		return life == CLEAN_CLOSE_OVER ? FATE_OVER : FATE_OPEN;
	kind = decide_kind(d, i, now, &told);
	if (told)
		return fate_of_kind(kind);
	f = decide_state(d, i);
	if (!is_over(f))
		return FATE_OPEN;
	evidence_collect(f, &s, &ev);
	decide_finish(d, f, &ev);
	becomes = fate(f, &ev);
	if (becomes != FATE_WAITS || failed_handshake_may_have_twin(kind))
		decide_learn(d, kind, i);
	if (becomes == FATE_OVER)
		decide_count(&d->final, f);
	// Its neighbours may still have a say: only what they tell is missing.
	if (becomes == FATE_WAITS &&
	    (!decide_add_to_groups(d, f, &ev) || !decide_remark(d, f)))
		d->failed = true;
	return becomes;
}

// Connection i waits for a twin; those that did so before and found none are
// given back.
static void wait_for_twin(struct decider *d, uint32_t i)
{
	uint32_t alone[TWIN_WAITS];
	size_t n = twin_wait(&d->waiting, d->flows, i, alone);

	for (size_t k = 0; k < n; k++)
		decide_give_back(d, alone[k]);
}

void decide_seal(struct decider *d, size_t i, enum fate fate)
{
	if (fate == FATE_OVER)
		decide_give_back(d, i);
	else if (fate != FATE_OPEN)
		flow_keep(d->flows, i, true);
	if (fate == FATE_NEARBY)
		wait_for_twin(d, (uint32_t)i);
}

void decide_early(struct decider *d, size_t i, int64_t now)
{
	struct surroundings s = { .capture_end = now,
				  .without_findings = d->without_findings };
	const struct flow *f;
	struct evidence ev;

	if (flow_kept(d->flows, i)) { // but for its neighbours, all is said
		decide_give_back(d, i);
		return;
	}
	f = decide_state(d, i);
	evidence_collect(f, &s, &ev);
	evidence_set(&ev, LOST_OFTEN); // nothing missing proves anything
	evidence_add(&ev, NOTE_CLOSED_OFF, NOBODY, 0, 0, 0, 0);
	decide_finish(d, f, &ev);
	decide_count(&d->final, f);
	decide_give_back(d, i);
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
	findings_init(&d->findings);
	d->groups = groups_new();
	return d->groups;
}

void decider_free(struct decider *d)
{
	groups_free(d->groups);
	names_free(&d->histories);
	free(d->remark);
	findings_free(&d->findings);
}
