// Connections that began with the same SYN: its addresses were translated on
// the way, and the capture has it before and after that. No stack but a
// scanner's uses a number twice (RFC 6528).
#include "track/flow_table_own.h"

enum { NEAR = 8 }; // connections between the two, at most

// The client's initial number; *own: an ordinary stack's SYN shows it. False:
// the state was given back, or shows no handshake.
static bool initial(const struct flow_table *t, const struct connection *c,
		    uint32_t *isn, bool *own)
{
	const struct track *first;
	struct trail l;

	if (!c->live)
		return false;
	if (table_is_whole(c)) {
		const struct flow *f = table_flow(t, c);

		*isn = f->end[CLIENT].isn;
		*own = f->end[CLIENT].syn_seen &&
		       f->end[CLIENT].stack != STACK_UNKNOWN;
		return f->end[CLIENT].syn_seen || f->end[SERVER].syn_seen;
	}
	trail_find(&t->trails, c->live, c->tracks, &l);
	first = trail_track(&l, 0);
	*isn = track_side(first) == CLIENT ? first->seq : first->ack - 1;
	*own =
	    track_side(first) == CLIENT && track_stack(first) != STACK_UNKNOWN;
	return first->flags & TCP_SYN;
}

static bool are_twins(const struct flow_table *t, const struct connection *a,
		      const struct connection *b)
{
	uint32_t isn_a, isn_b;
	bool own_a, own_b;

	return a->port[CLIENT] == b->port[CLIENT] &&
	       !addr_cmp(&a->addr[CLIENT], &b->addr[CLIENT]) &&
	       addr_cmp(&a->addr[SERVER], &b->addr[SERVER]) &&
	       initial(t, a, &isn_a, &own_a) && initial(t, b, &isn_b, &own_b) &&
	       isn_a == isn_b && (own_a || own_b);
}

uint32_t flow_twin(const struct flow_table *t, size_t i)
{
	size_t n = flow_count(t), from = i < NEAR ? 0 : i - NEAR;

	if (t->reuse.on)
		return FLOW_NONE; // neighbours are not in order
	for (size_t k = from; k < n && k <= i + NEAR; k++)
		if (k != i && !table_record(t, k)->packets[SERVER] &&
		    are_twins(t, table_record(t, i), table_record(t, k)))
			return (uint32_t)k;
	return FLOW_NONE;
}
