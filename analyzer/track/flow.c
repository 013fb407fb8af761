#include "track/flow.h"

size_t flow_rsts_kept(const struct flow *f)
{
	return f->rsts < f->rst_room ? f->rsts : f->rst_room;
}

const struct rst *flow_deadly(const struct flow *f)
{
	for (size_t i = 0; i < flow_rsts_kept(f); i++)
		if (f->rst[i].fate == RST_ACCEPTED)
			return &f->rst[i];
	return NULL;
}

static enum tcp_state opening(const struct flow *f, enum side side)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	if (!c->syn_seen || c->established.frame ||
	    (!s->syn_seen && s->seq_known && !f->challenge.frame))
		return STATE_ESTABLISHED;
	if (side == CLIENT)
		return s->syn_seen ? STATE_ESTABLISHED : STATE_SYN_SENT;
	return s->syn_seen ? STATE_SYN_RECEIVED : STATE_UNKNOWN;
}

enum tcp_state flow_state(const struct flow *f, enum side side)
{
	return flow_deadly(f) ? STATE_CLOSED : flow_state_unreset(f, side);
}

bool flow_may_have_closed(const struct flow *f, enum side side)
{
	const struct endpoint *me = &f->end[side];

	return !f->end[CLIENT].syn_seen && !f->end[SERVER].syn_seen &&
	       !me->fin.at.frame && !me->bytes;
}

enum tcp_state flow_state_unreset(const struct flow *f, enum side side)
{
	const struct endpoint *me = &f->end[side], *peer = &f->end[!side];
	bool lost = endpoint_lost_fin(me, peer);
	bool mine = me->fin.at.frame || lost;
	bool theirs = peer->fin.at.frame || endpoint_lost_fin(peer, me);
	bool acked = endpoint_fin_acked(me) || lost;

	if (!mine && !theirs)
		return opening(f, side);
	if (flow_may_have_closed(f, mine ? !side : side))
		return STATE_UNKNOWN;
	if (!mine)
		return STATE_CLOSE_WAIT;
	if (!theirs)
		return acked ? STATE_FIN_WAIT_2 : STATE_FIN_WAIT_1;
	// Who was second had the other's FIN when it sent its own; one that the
	// capture lost was the second, unless the other one acknowledges it.
	if (lost)
		return endpoint_knew_fin(peer, me) ? STATE_TIME_WAIT
						   : STATE_CLOSED;
	if (endpoint_knew_fin(me, peer))
		return acked ? STATE_CLOSED : STATE_LAST_ACK;
	acked |= !peer->fin.at.frame;
	return acked ? STATE_TIME_WAIT : STATE_CLOSING;
}

bool flow_ended(const struct flow *f)
{
	if (f->rsts && flow_deadly(f))
		return true;
	return f->end[CLIENT].closing && f->both_closed.frame;
}
