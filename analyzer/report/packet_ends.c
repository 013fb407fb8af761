#include "report/packet_ends.h"

bool packet_ends(const struct packet *p, struct packet_ends *out)
{
	const struct segment *s = &p->segment;
	const struct icmp_error *q = &p->icmp;

	if (p->kind == PACKET_SEGMENT)
		*out = (struct packet_ends){ { &s->src, &s->dst },
					     { s->src_port, s->dst_port } };
	else if (p->kind == PACKET_ICMP_ERROR)
		*out = (struct packet_ends){ { &q->src, &q->dst },
					     { q->src_port, q->dst_port } };
	else
		return false;
	return true;
}

bool packet_ends_are(const struct packet_ends *e, const struct connection *c)
{
	for (int turn = 0; turn < 2; turn++) {
		if (c->port[turn] == e->port[0] &&
		    c->port[!turn] == e->port[1] &&
		    !addr_cmp(&c->addr[turn], e->addr[0]) &&
		    !addr_cmp(&c->addr[!turn], e->addr[1]))
			return true;
	}
	return false;
}
