#include "seg.h"

#include <string.h>

#include "base/bytes.h"

enum { IP4_MIN = 20, IP6_HEAD = 40, TCP_MIN_HEAD = 20 };
enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_ICMP6 = 58 };

static const uint8_t net6[4] = { 0xfd, 0x77, 0, 0 };

size_t place_bytes(const struct place *at, uint8_t out[16])
{
	memset(out, 0, 16);
	if (!at->v6) {
		out[0] = 10;
		out[1] = (uint8_t)(at->base + (at->side == SERVER));
		out[2] = (uint8_t)(at->index >> 8);
		out[3] = (uint8_t)at->index;
		return 4;
	}
	memcpy(out, net6, 4);
	out[3] = at->base;
	out[7] = at->side == SERVER;
	out[14] = (uint8_t)(at->index >> 8);
	out[15] = (uint8_t)at->index;
	return 16;
}

static bool place_read(const uint8_t *p, bool v6, struct place *out)
{
	out->v6 = v6;
	if (v6) {
		out->base = p[3];
		out->side = p[7] ? SERVER : CLIENT;
		out->index = be16(p + 14);
		return memcmp(p, net6, 3) == 0;
	}
	out->base = p[1] & 0xfe;
	out->side = p[1] & 1 ? SERVER : CLIENT;
	out->index = be16(p + 2);
	return p[0] == 10;
}

static void read_options(struct bytes b, struct seg *out)
{
	struct bytes o;

	while (b.n > 0 && b.p[0] != 0) {
		if (b.p[0] == 1) {
			bytes_cut(&b, 1, &o);
			continue;
		}
		if (b.n < 2 || b.p[1] < 2 || !bytes_cut(&b, b.p[1], &o))
			return;
		if (o.p[0] == 3 && o.n == 3)
			out->wscale = o.p[2];
		if (o.p[0] == 8 && o.n == 10) {
			out->timestamps = true;
			out->ts_val = be32(o.p + 2);
		}
	}
}

static bool read_tcp(struct bytes b, size_t wire, struct seg *out)
{
	struct bytes h, o;
	size_t head;

	if (!bytes_cut(&b, TCP_MIN_HEAD, &h))
		return false;
	head = (size_t)(h.p[12] >> 4) * 4;
	if (head < TCP_MIN_HEAD || wire < head)
		return false;
	out->src_port = be16(h.p);
	out->dst_port = be16(h.p + 2);
	out->seq = be32(h.p + 4);
	out->ack = be32(h.p + 8);
	out->flags = h.p[13] & 0x3f;
	out->window = be16(h.p + 14);
	out->len = (uint32_t)(wire - head);
	if (bytes_cut(&b, head - TCP_MIN_HEAD, &o))
		read_options(o, out);
	return true;
}

static bool read_quote(struct bytes b, struct seg *out)
{
	struct bytes icmp, ip, tcp;
	size_t head;

	if (!bytes_cut(&b, 8, &icmp) || b.n < 1)
		return false;
	if (out->v6 ? icmp.p[0] > 4 : icmp.p[0] != 3 && icmp.p[0] != 11)
		return false;
	head = out->v6 ? IP6_HEAD : (size_t)(b.p[0] & 15) * 4;
	if (head < IP4_MIN || !bytes_cut(&b, head, &ip) ||
	    !bytes_cut(&b, 8, &tcp))
		return false;
	if (ip.p[out->v6 ? 6 : 9] != PROTO_TCP)
		return false;
	out->icmp = true;
	out->src_port = be16(tcp.p);
	out->dst_port = be16(tcp.p + 2);
	out->seq = be32(tcp.p + 4);
	return place_read(ip.p + (out->v6 ? 8 : 12), out->v6, &out->quoted_src);
}

static bool read_ip(struct bytes b, struct seg *out)
{
	struct bytes h;
	size_t wire = be16(b.p + (out->v6 ? 4 : 2));
	size_t head = out->v6 ? IP6_HEAD : (size_t)(b.p[0] & 15) * 4;
	int proto;

	if (head < IP4_MIN || !bytes_cut(&b, head, &h))
		return false;
	if (!out->v6)
		wire = wire < head ? 0 : wire - head;
	out->ttl = h.p[out->v6 ? 7 : 8];
	proto = h.p[out->v6 ? 6 : 9];
	place_read(h.p + (out->v6 ? 8 : 12), out->v6, &out->src);
	if (!place_read(h.p + (out->v6 ? 24 : 16), out->v6, &out->dst))
		return false;
	if (proto == PROTO_TCP)
		return read_tcp(b, wire, out);
	return (proto == PROTO_ICMP || proto == PROTO_ICMP6) &&
	       read_quote(b, out);
}

bool seg_read(const uint8_t *p, size_t n, struct seg *out)
{
	struct bytes b = { p, n };

	memset(out, 0, sizeof(*out));
	out->wscale = -1;
	if (n < IP4_MIN)
		return false;
	out->v6 = p[0] >> 4 == 6;
	return (out->v6 || p[0] >> 4 == 4) && read_ip(b, out);
}

// Forging -------------------------------------------------------------------

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static uint32_t sum16(const uint8_t *p, size_t n, uint32_t sum)
{
	for (; n > 1; p += 2, n -= 2)
		sum += be16(p);
	return n ? sum + (uint32_t)p[0] * 256 : sum;
}

static unsigned fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

// Writes an IP header for len bytes of payload; returns its length.
static size_t put_ip(const struct seg *s, unsigned id, int proto, size_t len,
		     uint8_t *p)
{
	uint8_t src[16], dst[16];
	size_t alen = place_bytes(&s->src, src);

	place_bytes(&s->dst, dst);
	memset(p, 0, IP6_HEAD);
	if (s->v6) {
		p[0] = 0x60;
		put16(p + 4, (unsigned)len);
		p[6] = (uint8_t)proto;
		p[7] = s->ttl;
		memcpy(p + 8, src, alen);
		memcpy(p + 24, dst, alen);
		return IP6_HEAD;
	}
	p[0] = 0x45;
	put16(p + 2, (unsigned)(IP4_MIN + len));
	put16(p + 4, id);
	p[6] = 0x40;
	p[8] = s->ttl;
	p[9] = (uint8_t)proto;
	memcpy(p + 12, src, alen);
	memcpy(p + 16, dst, alen);
	put16(p + 10, fold(sum16(p, IP4_MIN, 0)));
	return IP4_MIN;
}

static uint32_t pseudo(const struct seg *s, int proto, size_t len)
{
	uint8_t a[16] = { 0 };
	uint32_t sum = (uint32_t)proto + (uint32_t)len;

	sum = sum16(a, place_bytes(&s->src, a), sum);
	return sum16(a, place_bytes(&s->dst, a), sum);
}

size_t seg_forge(const struct seg *s, uint16_t ip_id, uint8_t *out, size_t room)
{
	size_t head = TCP_MIN_HEAD + (s->timestamps ? 12u : 0u);
	size_t len = head + s->len;
	uint8_t *t;

	if (room < IP6_HEAD + len)
		return 0;
	t = out + put_ip(s, ip_id, PROTO_TCP, len, out);
	memset(t, 'x', len);
	put16(t, s->src_port);
	put16(t + 2, s->dst_port);
	put32(t + 4, s->seq);
	put32(t + 8, s->ack);
	t[12] = (uint8_t)(head / 4 << 4);
	t[13] = s->flags;
	put16(t + 14, s->window);
	put32(t + 16, 0);
	if (s->timestamps) {
		put32(t + 20, 0x0101080a);
		put32(t + 24, s->ts_val);
		put32(t + 28, 0);
	}
	put16(t + 16, fold(sum16(t, len, pseudo(s, PROTO_TCP, len))));
	return (size_t)(t - out) + len;
}

struct seg seg_passive_rst(const struct seg *t, uint8_t ttl)
{
	struct seg r = { .v6 = t->v6,
			 .ttl = ttl,
			 .src = t->dst,
			 .dst = t->src,
			 .src_port = t->dst_port,
			 .dst_port = t->src_port };

	if (t->flags & ACK) {
		r.flags = RST;
		r.seq = t->ack;
		return r;
	}
	r.flags = RST | ACK;
	r.ack = t->seq + t->len + !!(t->flags & SYN) + !!(t->flags & FIN);
	return r;
}

size_t seg_forge_icmp(const uint8_t *packet, size_t n, uint8_t type,
		      uint8_t code, uint8_t *out, size_t room)
{
	struct seg t, s = { 0 };
	size_t quote, len;
	int proto;
	uint8_t *p;

	if (!seg_read(packet, n, &t))
		return 0;
	s.v6 = t.v6;
	s.ttl = 250;
	s.dst = t.src;
	s.src = t.dst;
	s.src.index = 0xfffe; // a router of the path
	quote = (t.v6 ? IP6_HEAD : IP4_MIN) + 8;
	len = 8 + quote;
	if (n < quote || room < IP6_HEAD + len)
		return 0;
	proto = t.v6 ? PROTO_ICMP6 : PROTO_ICMP;
	p = out + put_ip(&s, 7, proto, len, out);
	memset(p, 0, 8);
	p[0] = type;
	p[1] = code;
	memcpy(p + 8, packet, quote);
	put16(p + 2, fold(sum16(p, len, t.v6 ? pseudo(&s, proto, len) : 0)));
	return (size_t)(p - out) + len;
}

void seg_age(uint8_t *p, size_t n, uint8_t hops)
{
	if (n < IP4_MIN)
		return;
	if (p[0] >> 4 == 6) {
		p[7] = (uint8_t)(p[7] - hops);
		return;
	}
	p[8] = (uint8_t)(p[8] - hops);
	put16(p + 10, 0);
	put16(p + 10, fold(sum16(p, (size_t)(p[0] & 15) * 4, 0)));
}
