// What limits the view, and what is worth knowing but decides nothing.
#include "base/nanoseconds.h"
#include "base/seq.h"
#include "judge/evidence_parts.h"
#include "track/failed_handshake.h"

// Packets that did not come by here, by its IP IDs; 0 where these don't count.
// Whether the path or the capture lost them, they don't tell.
static uint32_t skipped(const struct flow *f, enum side x,
			const struct evidence *ev)
{
	const struct endpoint *e = &f->end[x];
	const struct rst *r = ev->rst;
	uint32_t before_rst = 0;

	if (r && r->side == x && evidence_has(ev, RST_BY_SOCKET) &&
	    !evidence_is_forged(ev) &&
	    r->ip_id == e->ip_id)
		before_rst = endpoint_ids_skipped(e, &r->before, r->s.ip_id);
	return e->ids_in_step + 2 >= e->ids_seen ? e->ids_missed + before_rst
						 : 0;
}

// Whose FIN or payload was not acknowledged, or who got no answer, when the
// capture ended. Tries are told by evidence_silence().
static void unsettled(const struct flow *f, struct evidence *ev)
{
	for (enum side x = CLIENT; x <= SERVER; x++) {
		const struct endpoint *e = &f->end[x], *peer = &f->end[!x];
		if (e->rtx || e->keepalives || e->window_probes ||
		    e->zero_window.frame || evidence_let_go(f, x))
			evidence_set(ev, UNSETTLED);
		else if (peer->ack_known && e->seq_known &&
			 seq_lt(peer->ack, e->snd_nxt))
			evidence_add(ev, UNSETTLED, x, 0, 0, 0, 0);
	}
}

bool evidence_skips(const struct flow *f)
{
	for (enum side x = CLIENT; x <= SERVER; x++) {
		const struct endpoint *e = &f->end[x];
		if (e->ids_missed && e->ids_in_step + 2 >= e->ids_seen)
			return true;
	}
	return false;
}

bool evidence_is_lossy(const struct flow *f)
{
	const struct endpoint *c = &f->end[CLIENT], *v = &f->end[SERVER];

	return c->packets && v->packets &&
	       (endpoint_missing(c) || endpoint_missing(v));
}

bool evidence_is_mptcp(const struct flow *f)
{
	unsigned heard = (f->end[CLIENT].packets ? 1U << CLIENT : 0) |
			 (f->end[SERVER].packets ? 1U << SERVER : 0);

	return f->mptcp && f->mptcp == heard;
}

// Both SYNs, an end, and no segment between them: chance loses other things.
bool evidence_is_filtered(const struct flow *f)
{
	return f->end[CLIENT].syn_seen && f->end[SERVER].syn_seen &&
	       f->flagged == f->segments && evidence_is_lossy(f);
}

void evidence_limits(const struct flow *f, const struct surroundings *s,
		     struct evidence *ev)
{
	const struct endpoint *c = &f->end[CLIENT], *v = &f->end[SERVER];
	uint64_t missing[] = { endpoint_missing(c), endpoint_missing(v) };
	uint32_t skips[] = { skipped(f, CLIENT, ev), skipped(f, SERVER, ev) };
	uint64_t all = c->packets + v->packets;

	if (!f->segments) {
		evidence_set(ev, ONLY_RSTS);
		return;
	}
	if (!c->syn_seen)
		evidence_add(ev, v->syn_seen ? NO_SYN : NO_HANDSHAKE, NOBODY,
			     f->first.frame, 0, 0, 0);
	if (!c->packets || !v->packets) {
		enum side unseen = c->packets ? SERVER : CLIENT;
		// An unanswered SYN is no missing direction.
		if (!evidence_has(ev, SYN_UNANSWERED))
			evidence_add(ev, ONE_WAY, unseen, 0, 0, 0, 0);
	}
	if (evidence_is_filtered(f)) {
		evidence_set(ev, LOST); // whoever left it out, it is not there
		evidence_add(ev, FLAGS_ONLY, NOBODY, 0, 0,
			     (int64_t)(missing[CLIENT] + missing[SERVER]), 0);
	} else if (missing[CLIENT] || missing[SERVER])
		evidence_add(ev, LOST, missing[CLIENT] ? CLIENT : SERVER, 0, 0,
			     (int64_t)(missing[CLIENT] + missing[SERVER]), 0);
	else if (c->packets && v->packets && skips[CLIENT] + skips[SERVER])
		evidence_add(ev, LOST_PACKETS, skips[CLIENT] ? CLIENT : SERVER,
			     0, 0, skips[CLIENT] + skips[SERVER], 0);
	else if (s->lossy)
		evidence_add(ev, LOST_ELSEWHERE, NOBODY, 0, 0,
			     (int64_t)s->lossy, (int64_t)s->all);
	if (s->lossy * 100 > s->all)
		evidence_set(ev, LOST_OFTEN);
	if (!ev->rst && !evidence_has(ev, FINS_ACKED))
		unsettled(f, ev);
	if (f->end[CLIENT].copied || f->end[SERVER].copied)
		evidence_add(ev, TWO_VIEWS, NOBODY,
			     f->end[CLIENT].syn_last.frame, 0, 0, 0);
	if (evidence_is_mptcp(f))
		evidence_add(ev, IS_MPTCP, NOBODY, 0, 0, 0, 0);
	if (f->cut)
		evidence_add(ev, CUT, NOBODY, 0, 0, f->cut, 0);
	if (all < 3 && !c->syn_seen)
		evidence_set(ev, TOO_LITTLE);
	if (evidence_has(ev, SYN_UNANSWERED) && !f->icmps && !f->rsts &&
	    s->capture_end - c->syn_last.time < HANDSHAKE_END_NS)
		evidence_add(ev, ENDS_SOON, NOBODY, 0, 0,
			     s->capture_end - c->syn_last.time, 0);
}

// How many of its last segments are the same bare ACK, since when.
static uint32_t same_acks(const struct endpoint *e, struct event *since)
{
	const struct sent *newest = endpoint_recent(e, 0), *t;
	uint32_t k = 0;

	for (; (t = endpoint_recent(e, k)); k++) {
		if (t->len || t->flags & (TCP_SYN | TCP_FIN | TCP_RST) ||
		    t->seq != newest->seq || t->ack != newest->ack ||
		    t->window != newest->window)
			break;
		*since = t->at;
	}
	return k;
}

// Nobody sends as many acknowledgments that say nothing new as fast as that.
static void ack_war(const struct flow *f, struct evidence *ev)
{
	enum { LEAST = 4, LONGEST_NS = 500 * MS };
	const struct endpoint *c = &f->end[CLIENT], *v = &f->end[SERVER];
	struct event from[2] = { { 0 }, { 0 } };
	uint32_t n[2] = { same_acks(c, &from[CLIENT]),
			  same_acks(v, &from[SERVER]) };
	int64_t since = from[CLIENT].time < from[SERVER].time
			    ? from[CLIENT].time
			    : from[SERVER].time;

	if (n[CLIENT] < LEAST || n[SERVER] < LEAST ||
	    f->last.time - since > LONGEST_NS)
		return;
	evidence_add(ev, NOTE_ACK_WAR, NOBODY, c->last.frame, v->last.frame,
		     n[CLIENT] + n[SERVER], f->last.time - since);
}

void evidence_notes(const struct flow *f, struct evidence *ev)
{
	for (enum side x = CLIENT; x <= SERVER; x++) {
		const struct endpoint *e = &f->end[x];
		if (e->rtx_total)
			evidence_add(ev, NOTE_RETRANSMISSIONS, x, 0, 0,
				     e->rtx_total, 0);
		if (e->keepalives_answered)
			evidence_add(ev, NOTE_PROBES_ANSWERED, x, 0, 0,
				     e->keepalives_answered, 0);
	}
	ack_war(f, ev);
	if (f->duplicates)
		evidence_add(ev, NOTE_DUPLICATES, NOBODY, 0, 0,
			     (int64_t)f->duplicates, 0);
	if (f->strays)
		evidence_add(ev, NOTE_STRAY_SYN, f->stray_side, f->stray.frame,
			     0, f->strays, 0);
	if (f->older)
		evidence_add(ev, NOTE_REUSED, NOBODY, f->first.frame, 0,
			     f->older, 0);
}
