// An end without a RST: who tried, got no answer, and gave up.
#include "judge/evidence_parts.h"

#include "base/nanoseconds.h"

enum {
	DEAD_REPEATS = 3,
	DEAD_PROBES = 2,
	STALL_PROBES = 2,
	STALL_LONG_S = 10,
	REPEATS_LONG_S = 30,
};

// Whose run of unanswered tries is the longer one.
static enum side troubled(const struct flow *f)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	return s->rtx + s->keepalives + s->window_probes >
		       c->rtx + c->keepalives + c->window_probes
		   ? SERVER
		   : CLIENT;
}

static bool given_up(const struct surroundings *s, const struct event *first,
		     const struct event *last)
{
	int64_t run = last->time - first->time;

	return s->capture_end - last->time > 2 * run + SECOND;
}

static enum fact repeats(const struct endpoint *e)
{
	// A timer that has doubled so far has gone off many times.
	if (e->rtx < DEAD_REPEATS &&
	    e->rtx_last.time - e->rtx_original.time < REPEATS_LONG_S * SECOND)
		return REPEATS_FEW;
	return e->rtx_answered ? REPEATS_UNHEARD : REPEATS_DEAD;
}

// The last window probe may still be under way; the one before it is not.
static bool is_answering(const struct endpoint *e, const struct endpoint *peer)
{
	uint32_t probes = 0;

	for (uint32_t k = 0; k < RECENT; k++) {
		const struct sent *t = endpoint_recent(e, k);
		if (t && t->marks & STEP_ZERO_WINDOW_PROBE && ++probes == 2)
			return peer->last.time > t->at.time;
	}
	return false;
}

void evidence_silence(const struct flow *f, const struct surroundings *s,
		      struct evidence *ev)
{
	enum side x = troubled(f);
	const struct endpoint *e = &f->end[x];
	const struct event *first = NULL, *last = NULL;

	if (e->window_probes) {
		first = &e->window_probe_first;
		last = &e->window_probe_last;
		evidence_add(ev,
			     e->window_probes >= STALL_PROBES ? STALLED
							      : STALLED_ONCE,
			     x, last->frame, f->end[!x].zero_window.frame,
			     e->window_probes, last->time - first->time);
		if (is_answering(e, &f->end[!x]))
			evidence_add(ev, STALL_ANSWERED, x,
				     f->end[!x].last.frame, 0, 0, 0);
		if (last->time - first->time >= STALL_LONG_S * SECOND)
			evidence_set(ev, STALL_LONG);
		ev->actor = !x;
	} else if (e->rtx) {
		first = &e->rtx_original;
		last = &e->rtx_last;
		evidence_add(ev, repeats(e), x, last->frame, first->frame,
			     e->rtx, last->time - first->time);
		if (first->frame == e->fin.at.frame)
			evidence_set(ev, REPEATS_FIN);
		ev->actor = x;
	} else if (e->keepalives) {
		first = &e->keepalive_first;
		last = &e->keepalive_last;
		evidence_add(
		    ev, e->keepalives >= DEAD_PROBES ? PROBES_DEAD : PROBE_DEAD,
		    x, last->frame, first->frame, e->keepalives,
		    last->time - first->time);
		ev->actor = x;
	}
	if (evidence_has(ev, REPEATS_FEW) && e->rtx_answered)
		return; // needless repeats end nothing
	if (last && given_up(s, first, last))
		evidence_set(ev, GAVE_UP);
	else if (last && !ev->rst)
		evidence_add(ev, ENDS_SOON, NOBODY, 0, 0,
			     s->capture_end - last->time, 0);
}
