// How the connection opened, and what ICMP said of it.
#include "base/seq.h"
#include "judge/evidence_parts.h"
#include "track/failed_handshake.h"

static bool server_took_data(const struct flow *f)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	return s->bytes || s->fin.at.frame ||
	       ((c->syn_seen || s->syn_seen) && s->ack_known &&
		endpoint_is_taken(c, s->ack));
}

void evidence_handshake(const struct flow *f, struct evidence *ev)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	if (s->syn_seen)
		evidence_set(ev, SYN_ACK_SEEN);
	if (c->established.frame || server_took_data(f))
		evidence_set(ev, OPENED);
	// RSTs that acknowledge no SYN are no answer.
	if (c->syn_seen && !s->seq_known && !c->ack_known &&
	    !f->challenge.frame)
		evidence_set(ev, SYN_UNANSWERED);
	if (evidence_has(ev, SYN_UNANSWERED) && f->rsts && !flow_deadly(f))
		evidence_add(ev, REFUSAL_IGNORED, SERVER, f->rst[0].s.at.frame,
			     c->syn.frame, 0, 0);
	if (c->syns > 1)
		evidence_add(ev, SYN_REPEATED, CLIENT, c->syn_last.frame,
			     c->syn.frame, c->syns,
			     c->syn_last.time - c->syn.time);
	if (s->syn_seen && c->syn_seen && !server_took_data(f))
		evidence_set(ev, NOT_TAKEN);
	if (f->challenge.frame)
		evidence_add(ev, CHALLENGED, SERVER, f->challenge.frame,
			     c->syn.frame, 0, 0);
	if (s->syns > 1 && !server_took_data(f))
		evidence_add(ev, SYN_ACK_REPEATED, SERVER, s->syn_last.frame,
			     c->established.frame, s->syns,
			     s->syn_last.time - s->syn.time);
}

static bool hard_icmp(const struct icmp_seen *i)
{
	if (i->ipv6)
		return i->type == 1 || i->type == 4;
	return (i->type == 3 && i->code != 4) || i->type == 11 || i->type == 12;
}

static enum fact told_as(const struct icmp_seen *i)
{
	if (!i->fits)
		return NOTE_ICMP_STRAY;
	if (!i->on_syn || !hard_icmp(i))
		return NOTE_ICMP;
	return i->cut ? ICMP_CUT : ICMP_ANSWERS_SYN;
}

void evidence_icmp(const struct flow *f, struct evidence *ev)
{
	for (size_t k = 0; k < f->icmps && k < FLOW_ICMPS; k++) {
		const struct icmp_seen *i = &f->icmp[k];
		evidence_add(ev, told_as(i), i->side, i->at.frame,
			     f->end[CLIENT].syn.frame, i->type << 8 | i->code,
			     i->ipv6);
		if (i->vague)
			evidence_set(ev, ICMP_VAGUE);
	}
}

// Its numbers cover payload, which neither side takes before the handshake is
// complete: the capture lacks that, and the ACK.
static bool shows_payload(const struct flow *f, const struct rst *r)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	if (r->elicited_by.at.frame || !c->syn_seen || !s->syn_seen)
		return false;
	return seq_lt(c->isn + 1, r->s.seq) ||
	       (r->s.flags & TCP_ACK && seq_lt(s->isn + 1, r->s.ack));
}

// A client acknowledges a SYN-ACK at once, so what comes later, or with another
// number, hides an ACK that was not captured.
static bool at_once(const struct flow *f, const struct rst *r)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	if (r->form == FORM_BY_SOCKET &&
	    (c->established.frame || r->mptcp & MPTCP_FASTCLOSE))
		return false; // the ACK that opened it came behind, or not
	return r->s.seq - c->isn <= 1 && s->packets == s->syns &&
	       r->s.at.time - s->syn_last.time < HANDSHAKE_ACK_NS;
}

// An active RST says that its client had taken the SYN-ACK, but not whether it
// had acknowledged it before: its IP ID does, where it counts the packets.
static enum fact told_by_id(const struct endpoint *c, const struct rst *r)
{
	uint16_t step = (uint16_t)(r->s.ip_id - c->ip_id);

	if (r->form != FORM_BY_SOCKET || (c->ip_id && step == 1))
		return BEFORE_ACK;
	return c->ip_id && step == 2 ? ACK_NOT_CAPTURED : ACK_UNSURE;
}

static bool may_be_before_ack(const struct flow *f, const struct rst *r)
{
	return r->side == CLIENT && f->end[CLIENT].syn_seen &&
	       !f->end[SERVER].bytes &&
	       (r->state[SERVER] == STATE_SYN_RECEIVED ||
		r->state[SERVER] == STATE_UNKNOWN) &&
	       !shows_payload(f, r);
}

void evidence_before_ack(const struct flow *f, const struct rst *r,
			 struct evidence *ev)
{
	const struct endpoint *c = &f->end[CLIENT];
	enum fact id = told_by_id(c, r);

	if (!may_be_before_ack(f, r))
		return;
	if (f->end[SERVER].syn_seen && id == ACK_NOT_CAPTURED) {
		evidence_add(ev, ACK_NOT_CAPTURED, CLIENT, r->s.at.frame,
			     c->syn_last.frame, 0, 0);
		return;
	}
	evidence_set(ev, BEFORE_ACK);
	if (!at_once(f, r))
		evidence_set(ev, NOT_AT_ONCE);
	else if (f->end[SERVER].syn_seen && id == ACK_UNSURE)
		evidence_set(ev, ACK_UNSURE);
	if (c->syns > 1 && c->syn_last.time > r->s.at.time)
		evidence_add(ev, SYN_AFTER_RST, CLIENT, c->syn_last.frame,
			     r->s.at.frame, 0, 0);
	if (c->stack != STACK_UNKNOWN)
		evidence_set(ev, SYN_OF_STACK);
}
