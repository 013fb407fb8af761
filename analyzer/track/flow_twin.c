// Connections that began with the same SYN: its addresses were translated on
// the way, and the capture has it before and after that. No stack but a
// scanner's uses a number twice (RFC 6528).
#include "track/flow_table_own.h"

// The client's initial number; *own: an ordinary stack's SYN shows it. False:
// the state was given back, or shows no handshake.
static bool initial(const struct flow_table *t, const struct connection *c,
		    uint32_t *isn, bool *own)
{
	const struct log_entry *first;
	struct segment_log l;

	if (!c->live)
		return false;
	if (table_is_whole(c)) {
		const struct flow *f = table_flow(t, c);

		*isn = f->end[CLIENT].isn;
		*own = f->end[CLIENT].syn_seen &&
		       f->end[CLIENT].stack != STACK_UNKNOWN;
		return f->end[CLIENT].syn_seen || f->end[SERVER].syn_seen;
	}
	segment_log_find(&t->logs, c->live, c->logged, &l);
	first = segment_log_entry(&l, 0);
	*isn = log_entry_side(first) == CLIENT ? first->seq : first->ack - 1;
	*own = log_entry_side(first) == CLIENT &&
	       log_entry_stack(first) != STACK_UNKNOWN;
	return first->flags & TCP_SYN;
}

// Their clients' ports are the same.
static bool are_twins(const struct flow_table *t, const struct connection *a,
		      const struct connection *b)
{
	uint32_t isn_a, isn_b;
	bool own_a, own_b;

	return !addr_cmp(&a->addr[CLIENT], &b->addr[CLIENT]) &&
	       addr_cmp(&a->addr[SERVER], &b->addr[SERVER]) &&
	       initial(t, a, &isn_a, &own_a) && initial(t, b, &isn_b, &own_b) &&
	       isn_a == isn_b && (own_a || own_b);
}

// The next one from k on that began as connection i did; FLOW_NONE: no more. In
// a port scan this is asked of each: nearly all differ in the port, and stand in
// one block.
static uint32_t twin_from(const struct flow_table *t, size_t i, size_t k)
{
	const struct connection *me = table_record(t, i), *c;
	size_t n = flow_count(t), end;

	if (t->reuse.on)
		return FLOW_NONE; // neighbours are not in order
	if (k + FLOW_NEAR < i)
		k = i - FLOW_NEAR;
	if (n > i + FLOW_NEAR + 1)
		n = i + FLOW_NEAR + 1;
	for (; k < n; k = end) {
		end = ((k >> TABLE_SHIFT) + 1) << TABLE_SHIFT;
		end = end < n ? end : n;
		c = table_record(t, k);
		for (; k < end; k++, c++)
			if (c->port[CLIENT] == me->port[CLIENT] && c != me &&
			    are_twins(t, me, c))
				return (uint32_t)k;
	}
	return FLOW_NONE;
}

uint32_t flow_twin(const struct flow_table *t, size_t i)
{
	uint32_t k = twin_from(t, i, 0);

	while (k != FLOW_NONE && table_record(t, k)->packets[SERVER])
		k = twin_from(t, i, k + 1);
	return k;
}

bool flow_began_alike(const struct flow_table *t, size_t i)
{
	return twin_from(t, i, 0) != FLOW_NONE;
}
