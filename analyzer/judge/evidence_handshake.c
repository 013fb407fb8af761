// How the connection opened, and what ICMP said of it.
#include "judge/evidence_parts.h"

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
