// Headers that devices on the path rewrite or cut, and what packets are wrapped
// in.
#include "degrade/kinds.h"

#include <string.h>

// Headers --------------------------------------------------------------------

void snaplen(struct trace *t, double n, struct rng *r)
{
	(void)r;
	t->snaplen = (uint32_t)n;
}

// Overwrites options of that kind by NOPs, as firewalls do.
static void strip(struct packet *p, uint8_t kind)
{
	uint32_t at = packet_tcp(p), end, i;

	if (!at)
		return;
	end = at + (p->data[at + 12] >> 4) * 4u;
	for (i = at + 20; i + 1 < end && i + 1 < p->n && p->data[i];) {
		uint32_t len = p->data[i] == 1 ? 1 : p->data[i + 1];
		if (len < 1 || i + len > end || i + len > p->n)
			return;
		if (p->data[i] == kind)
			memset(p->data + i, 1, len);
		i += len;
	}
}

void without_option(struct trace *t, double kind, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++)
		strip(&t->packet[i], (uint8_t)kind);
}

void without_options(struct trace *t, double value, struct rng *r)
{
	(void)value, (void)r;
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		uint32_t at = packet_tcp(p), end;
		if (!at)
			continue;
		end = at + (p->data[at + 12] >> 4) * 4u;
		end = end < p->n ? end : p->n;
		memset(p->data + at + 20, 1, end - at - 20);
	}
}

static bool is_v4(const struct packet *p)
{
	return p->n >= 20 && p->data[0] >> 4 == 4;
}

void random_ids(struct trace *t, double value, struct rng *r)
{
	(void)value;
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		if (!is_v4(p))
			continue;
		p->data[4] = (uint8_t)rng_next(r);
		p->data[5] = (uint8_t)rng_next(r);
		packet_seal_ip(p);
	}
}

void zero_ids(struct trace *t, double value, struct rng *r)
{
	(void)value, (void)r;
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		if (!is_v4(p))
			continue;
		p->data[4] = p->data[5] = 0;
		packet_seal_ip(p);
	}
}

static uint8_t *ttl(struct packet *p)
{
	return p->data + (is_v4(p) ? 8 : 7);
}

// Parallel paths of unlike length.
void ttl_jitter(struct trace *t, double percent, struct rng *r)
{
	for (size_t i = 0; i < t->n; i++) {
		if (!happens(r, percent))
			continue;
		*ttl(&t->packet[i]) -= 1;
		packet_seal_ip(&t->packet[i]);
	}
}

// A device that hides how far its hosts are.
void same_ttl(struct trace *t, double value, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++) {
		*ttl(&t->packet[i]) = (uint8_t)value;
		packet_seal_ip(&t->packet[i]);
	}
}

// In mid-connection the path becomes longer by so many hops.
void rerouted(struct trace *t, double hops, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		if (p->tcp && p->nth * 2 >= p->of && p->from_client) {
			*ttl(p) -= (uint8_t)hops;
			packet_seal_ip(p);
		}
	}
}

static void add32(struct packet *p, uint32_t at, uint32_t by)
{
	uint8_t *b = p->data + at;
	uint32_t v = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
		     (uint32_t)b[2] << 8 | b[3];
	uint32_t w = v + by;

	for (int i = 0; i < 4; i++)
		b[i] = (uint8_t)(w >> (24 - 8 * i));
	packet_fix_sum(p, (uint16_t)(v >> 16), (uint16_t)(w >> 16));
	packet_fix_sum(p, (uint16_t)v, (uint16_t)w);
}

// A firewall that gives each side another initial sequence number. It takes
// SACK away, as it would have to rewrite that, too. From packet `from` on.
static void renumber(struct trace *t, size_t from, uint32_t salt)
{
	for (size_t i = from; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		uint32_t at = packet_tcp(p), own, peer;
		if (!at)
			continue;
		own = salt * (2 * p->conn + p->from_client + 1);
		peer = salt * (2 * p->conn + !p->from_client + 1);
		strip(p, 5);
		strip(p, 4);
		// What answers a segment without ACK has the number 0.
		if (!(p->flags & RST) || memcmp(p->data + at + 4, "\0\0\0", 4))
			add32(p, at + 4, own);
		if (p->flags & ACK)
			add32(p, at + 8, peer);
	}
}

// Where the timestamp option's values are; 0: none.
static uint32_t timestamps(const struct packet *p)
{
	uint32_t at = packet_tcp(p), end;

	if (!at)
		return 0;
	end = at + (p->data[at + 12] >> 4) * 4u;
	end = end < p->n ? end : p->n;
	for (uint32_t i = at + 20; i + 1 < end && p->data[i];) {
		if (p->data[i] == 8 && i + 10 <= end)
			return i + 2;
		if (p->data[i] != 1 && p->data[i + 1] < 2)
			return 0;
		i += p->data[i] == 1 ? 1 : p->data[i + 1];
	}
	return 0;
}

// A firewall that gives each side another clock.
void new_clocks(struct trace *t, double value, struct rng *r)
{
	uint32_t salt = (uint32_t)rng_next(r);

	(void)value;
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		uint32_t at = timestamps(p);
		if (!at)
			continue;
		add32(p, at, salt * (2 * p->conn + p->from_client + 1));
		if (memcmp(p->data + at + 4, "\0\0\0", 4))
			add32(p, at + 4,
			      salt * (2 * p->conn + !p->from_client + 1));
	}
}

void new_numbers(struct trace *t, double value, struct rng *r)
{
	(void)value;
	renumber(t, 0, (uint32_t)rng_next(r));
}

// All of it once more, later, on the same addresses and ports.
void again(struct trace *t, double s, struct rng *r)
{
	size_t n = t->n;
	int64_t by = t->n ? t->packet[n - 1].time - t->packet[0].time : 0;

	by += (int64_t)s * 1000 * 1000 * 1000;
	for (size_t i = 0; i < n; i++)
		trace_copy(t, i, t->packet[i].time + by);
	renumber(t, n, (uint32_t)rng_next(r) | 1);
}

static void flip16(struct packet *p, uint32_t at, uint8_t bits)
{
	uint16_t old = (uint16_t)(p->data[at] << 8 | p->data[at + 1]);

	p->data[at] ^= bits;
	packet_fix_sum(p, old, (uint16_t)(p->data[at] << 8 | p->data[at + 1]));
}

// A NAT in front of the clients: other addresses (IPv4), other ports.
void translated(struct trace *t, double value, struct rng *r)
{
	(void)value, (void)r;
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		uint32_t tcp = packet_tcp(p);
		if (!tcp)
			continue;
		flip16(p, tcp + (p->from_client ? 0 : 2), 0x40);
		if (!is_v4(p))
			continue;
		flip16(p, p->from_client ? 12 : 16, 0x80);
		packet_seal_ip(p);
	}
}

// Encapsulations -------------------------------------------------------------

enum { ETHERNET = 1 };

static void wrap(struct trace *t, const uint8_t *head, uint32_t n,
		 uint32_t type_at)
{
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		bool v4 = is_v4(p);
		packet_prepend(p, head, n);
		if (type_at) {
			p->data[type_at] = v4 ? 0x08 : 0x86;
			p->data[type_at + 1] = v4 ? 0x00 : 0xdd;
		}
	}
	t->link = ETHERNET;
}

void vlan(struct trace *t, double value, struct rng *r)
{
	static const uint8_t head[18] = { 2, 0, 0, 0, 0,    1, 2, 0,
					  0, 0, 0, 2, 0x81, 0, 0, 7 };

	(void)value, (void)r;
	wrap(t, head, sizeof(head), 16);
}

// Ethernet, IPv4, GRE. The outer length is that of a packet that was cut.
void gre(struct trace *t, double value, struct rng *r)
{
	static const uint8_t head[38] = {
		2,    0, 0, 0,   0, 1, 2,    0, 0,  0,  0, 2, 0x08,
		0x00, // Ethernet
		0x45, 0, 0, 0,   0, 0, 0x40, 0, 60, 47, 0, 0, 192,
		0,    2, 1, 192, 0, 2, 2, // IPv4
		0,    0, 0, 0             // GRE
	};

	(void)value, (void)r;
	wrap(t, head, sizeof(head), 36);
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		uint32_t n = p->wire - 14;
		p->data[16] = (uint8_t)(n >> 8);
		p->data[17] = (uint8_t)n;
	}
}

// Ethernet's padding of short frames.
void padded(struct trace *t, double value, struct rng *r)
{
	static const uint8_t head[14] = { 2, 0, 0, 0, 0, 1, 2 };
	enum { SHORTEST = 60 };

	(void)value, (void)r;
	wrap(t, head, sizeof(head), 12);
	for (size_t i = 0; i < t->n; i++)
		packet_extend(&t->packet[i], SHORTEST);
}

void mpls(struct trace *t, double value, struct rng *r)
{
	static const uint8_t head[18] = { 2, 0, 0, 0,    0,    1, 2,    0, 0,
					  0, 0, 2, 0x88, 0x47, 0, 0x10, 1, 64 };

	(void)value, (void)r;
	wrap(t, head, sizeof(head), 0);
}

void pppoe(struct trace *t, double value, struct rng *r)
{
	static const uint8_t head[22] = { 2, 0, 0, 0,    0,    1,    2, 0, 0,
					  0, 0, 2, 0x88, 0x64, 0x11, 0, 0, 1 };

	(void)value, (void)r;
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		bool v4 = is_v4(p);
		uint32_t n = p->wire + 2;
		packet_prepend(p, head, sizeof(head));
		p->data[18] = (uint8_t)(n >> 8);
		p->data[19] = (uint8_t)n;
		p->data[20] = 0;
		p->data[21] = v4 ? 0x21 : 0x57;
	}
	t->link = ETHERNET;
}

// Ethernet, IPv4, UDP, VXLAN, Ethernet.
void vxlan(struct trace *t, double value, struct rng *r)
{
	static const uint8_t head[64] = {
		2,    0,    0,    0,    0, 1, 2,    0, 0,  0,  0, 2, 0x08,
		0x00, // Ethernet
		0x45, 0,    0,    0,    0, 0, 0x40, 0, 60, 17, 0, 0, 192,
		0,    2,    1,    192,  0, 2, 2,       // IPv4
		0xc0, 0x00, 0x12, 0xb5, 0, 0, 0,    0, // UDP to port 4789
		0x08, 0,    0,    0,    0, 0, 7,    0, // VXLAN
		2,    0,    0,    0,    0, 3, 2,    0, 0,  0,  0, 4, // Ethernet
	};

	(void)value, (void)r;
	wrap(t, head, sizeof(head), 62);
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		uint32_t n = p->wire - 14;
		p->data[16] = (uint8_t)(n >> 8);
		p->data[17] = (uint8_t)n;
		p->data[38] = (uint8_t)((n - 20) >> 8);
		p->data[39] = (uint8_t)(n - 20);
	}
}
