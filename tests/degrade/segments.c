// Segments that network cards and drivers join or cut: generic receive offload
// (GRO) and TCP segmentation offload (TSO).
#include "degrade/kinds.h"

#include <string.h>

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

// Its payload is now so many bytes; what was captured of it is left out.
static void set_payload(struct packet *p, uint32_t payload)
{
	uint32_t at = packet_tcp(p);
	uint32_t head = at + (p->data[at + 12] >> 4) * 4u;
	bool v4 = p->data[0] >> 4 == 4;
	uint32_t n = head + payload - (v4 ? 0 : 40);

	p->wire = head + payload;
	p->n = p->n < head ? p->n : head;
	p->payload = payload;
	p->data[v4 ? 2 : 4] = (uint8_t)(n >> 8);
	p->data[v4 ? 3 : 5] = (uint8_t)n;
	packet_seal_ip(p);
}

// True if q goes on where p ends, with all else alike.
static bool joins(const struct packet *p, const struct packet *q)
{
	uint32_t a = packet_tcp(p), b = packet_tcp(q);
	const uint8_t *x = p->data + a, *y = q->data + b;

	return p->flags == ACK && q->payload && !(q->flags & ~(ACK | PSH)) &&
	       be32(y + 4) == be32(x + 4) + p->payload &&
	       !memcmp(x + 8, y + 8, 4) && x[12] == y[12] &&
	       p->payload + q->payload < 65000;
}

// The segment of that connection and side before i within so many us; i: none.
static size_t before(const struct trace *t, size_t i, int64_t ns)
{
	const struct packet *q = &t->packet[i];

	for (size_t k = i; k-- > 0;) {
		const struct packet *p = &t->packet[k];
		if (q->time - p->time > ns)
			return i;
		if (p->tcp && !p->gone && p->conn == q->conn &&
		    p->from_client == q->from_client)
			return k;
	}
	return i;
}

void joined(struct trace *t, double us, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++) {
		struct packet *q = &t->packet[i], *p;
		size_t k;
		if (!q->tcp || !q->payload)
			continue;
		k = before(t, i, (int64_t)(us * 1000));
		p = &t->packet[k];
		if (k == i || !p->payload || !joins(p, q))
			continue;
		p->flags |= q->flags & PSH;
		p->data[packet_tcp(p) + 13] = p->flags;
		set_payload(p, p->payload + q->payload);
		q->gone = true;
	}
}

// Its bytes from `from` on, at most `most`, as a packet of their own.
static void cut(struct packet *p, uint32_t from, uint32_t most)
{
	uint32_t at = packet_tcp(p), seq = be32(p->data + at + 4) + from;
	uint32_t rest = p->payload - from;

	for (int k = 0; k < 4; k++)
		p->data[at + 4 + (uint32_t)k] = (uint8_t)(seq >> (24 - 8 * k));
	if (rest > most) {
		p->flags &= (uint8_t) ~(PSH | FIN);
		p->data[at + 13] = p->flags;
	}
	set_payload(p, rest < most ? rest : most);
}

void split(struct trace *t, double most, struct rng *r)
{
	size_t n = t->n;
	uint32_t step = (uint32_t)most;

	(void)r;
	for (size_t i = 0; i < n; i++) {
		uint32_t payload = t->packet[i].payload;
		if (!t->packet[i].tcp || payload <= step)
			continue;
		for (uint32_t from = step; from < payload; from += step) {
			trace_copy(t, i, t->packet[i].time + from);
			cut(&t->packet[t->n - 1], from, step);
		}
		cut(&t->packet[i], 0, step);
	}
}
