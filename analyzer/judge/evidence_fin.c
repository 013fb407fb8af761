// Whose FIN came first, and which of them was acknowledged.
#include "base/seq.h"
#include "judge/evidence_parts.h"

// Who told the other first, by what the FINs acknowledge (RFC 9293, 3.6).
static enum side first_fin(const struct flow *f)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];
	bool c_knew, s_knew;

	if (!c->fin.at.frame)
		return s->fin.at.frame ? SERVER : NOBODY;
	if (!s->fin.at.frame)
		return CLIENT;
	c_knew = endpoint_knew_fin(c, s);
	s_knew = endpoint_knew_fin(s, c);
	if (c_knew == s_knew)
		return BOTH;
	return c_knew ? SERVER : CLIENT;
}

static void half_close(const struct flow *f, enum side x, struct evidence *ev)
{
	if (f->end[x].acked_after_fin.frame &&
	    !endpoint_lost_fin(&f->end[!x], &f->end[x]))
		evidence_add(ev, NOTE_HALF_CLOSE, x,
			     f->end[x].acked_after_fin.frame,
			     f->end[x].fin.at.frame, 0, 0);
}

static void tell_fins(const struct flow *f, enum side first,
		      struct evidence *ev)
{
	const struct landmark *fin;
	enum side second;

	if (first == NOBODY)
		return;
	if (first != BOTH && flow_may_have_closed(f, !first)) {
		evidence_add(ev, FIN_UNSEEN, !first, f->end[first].fin.at.frame,
			     f->end[first].fin_acked.frame, 0, 0);
		return;
	}
	if (first == BOTH) {
		evidence_add(ev, NOTE_CROSSED, BOTH,
			     f->end[CLIENT].fin.at.frame,
			     f->end[SERVER].fin.at.frame, 0, 0);
		return;
	}
	if (ev->fin_first == NOBODY)
		return;
	fin = &f->end[first].fin;
	second = !first;
	evidence_add(ev, NOTE_CLOSED_FIRST, first, fin->at.frame,
		     f->end[first].fin_acked.frame, 0,
		     f->last.time - fin->at.time);
	half_close(f, first, ev);
	if (f->end[second].fin.at.frame)
		evidence_add(ev, NOTE_SECOND_FIN, second,
			     f->end[second].fin.at.frame,
			     f->end[second].fin_acked.frame,
			     f->end[second].fin.at.time - fin->at.time, 0);
}

// Payload before x's FIN that y never acknowledged.
static bool lacks_data(const struct endpoint *x, const struct endpoint *y)
{
	return y->ack_known && seq_lt(y->ack, endpoint_fin_end(x) - 1);
}

// Where the other side's FIN may have come before the capture began, or this
// one acknowledges what was not captured, nobody is known to have closed first.
static enum side proved_first(const struct flow *f, enum side x)
{
	if (x != CLIENT && x != SERVER)
		return x;
	if (flow_may_have_closed(f, !x) ||
	    !endpoint_has_shown(&f->end[!x], f->end[x].fin.acked))
		return NOBODY;
	return x;
}

void evidence_lost_fins(const struct flow *f, struct evidence *ev)
{
	for (enum side x = CLIENT; x <= SERVER; x++) {
		const struct endpoint *peer = &f->end[!x];
		if (!endpoint_lost_fin(&f->end[x], peer))
			continue;
		evidence_set(ev, x == ev->actor ? FIN_LOST : PEER_FIN_LOST);
		evidence_add(ev, NOTE_FIN_LOST, x, peer->ack_at.frame, 0, 0, 0);
	}
}

void evidence_fins(const struct flow *f, struct evidence *ev)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];
	enum side first = first_fin(f);

	ev->fin_first = ev->closed_first = proved_first(f, first);
	tell_fins(f, first, ev);
	if (!c->fin.at.frame && !s->fin.at.frame)
		return;
	if (!c->fin.at.frame || !s->fin.at.frame)
		evidence_set(ev, FIN_ONE);
	else if (endpoint_fin_acked(c) && endpoint_fin_acked(s))
		evidence_set(ev, FINS_ACKED);
	else
		evidence_set(ev, FINS_BOTH);
	if (evidence_has(ev, FINS_BOTH) &&
	    (lacks_data(c, s) || lacks_data(s, c)))
		evidence_set(ev, FINS_UNSURE);
}

// A kernel acknowledges with each segment all that it has: data that does not
// cover the FIN was sent before that came. What is repeated may be older.
void evidence_late(const struct flow *f, const struct rst *r,
		   struct evidence *ev)
{
	const struct sent *t = &r->elicited_by;
	uint32_t end = endpoint_fin_end(&f->end[r->side]);

	if (t->marks & STEP_GOODBYE)
		evidence_add(ev, NOTE_CLOSE_NOTIFY, !r->side, t->at.frame, 0,
			     t->len, 0);
	if (t->marks & STEP_RETRANSMISSION || !(t->flags & TCP_ACK))
		return;
	evidence_add(ev, seq_lt(t->ack, end) ? NOTE_LATE_CROSSED : NOTE_LATE,
		     !r->side, t->at.frame, f->end[r->side].fin.at.frame, 0, 0);
}
