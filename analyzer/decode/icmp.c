#include "decode/icmp.h"

#include <string.h>

#include "decode/ip.h"

enum { HEADER = 8, QUOTED = 8 };

// Source quench and redirect quote segments, too, but end no connection.
static bool is_error(bool v6, uint8_t type)
{
	if (v6)
		return type >= 1 && type <= 4;
	return type == 3 || type == 11 || type == 12;
}

// Takes the quoted IP headers off w; PACKET_ICMP_ERROR if they carry TCP.
static enum packet_kind unquote(struct walk *w)
{
	struct next next = w->ip.v6 ? ip_v6(w) : ip_v4(w);

	if (next.space != SPACE_END)
		return next.id == IP_TCP ? PACKET_ICMP_ERROR : PACKET_NOT_TCP;
	// A quoted later fragment names no ports.
	return next.id == PACKET_FRAGMENT ? PACKET_NOT_TCP
					  : (enum packet_kind)next.id;
}

// Where an IP header has what a quote needs, and struct addr an address of it.
struct shape {
	uint8_t version, protocol, src, dst, length, in_addr;
};

static const struct shape v4_shape = { 4, 9, 12, 16, 4, 12 };
static const struct shape v6_shape = { 6, 6, 8, 24, 16, 0 };

// What a quote that the capture cut still tells: its source, and how its
// destination begins.
static bool take_cut(struct bytes quote, struct icmp_error *out)
{
	const struct shape *s = out->ipv6 ? &v6_shape : &v4_shape;
	size_t n;

	if (quote.n <= s->dst || quote.p[0] >> 4 != s->version ||
	    quote.p[s->protocol] != IP_TCP ||
	    (!out->ipv6 && be16(quote.p + 6) & 0x1fff))
		return false;
	n = quote.n - s->dst < s->length ? quote.n - s->dst : s->length;
	out->src = out->from; // as all addresses of that version begin
	memcpy(out->src.b + s->in_addr, quote.p + s->src, s->length);
	out->dst = out->from;
	memset(out->dst.b + s->in_addr, 0, s->length);
	memcpy(out->dst.b + s->in_addr, quote.p + s->dst, n);
	out->dst_bytes = (uint8_t)(s->in_addr + n);
	out->cut = true;
	return true;
}

enum packet_kind icmp_decode(struct walk *w, const struct frame *f,
			     struct icmp_error *out)
{
	struct bytes h, tcp, quote;
	const struct ip_header outer = w->ip;
	enum packet_kind kind;

	if (!walk_take(w, HEADER, &h))
		return (enum packet_kind)layer_short(w, HEADER).id;
	if (!is_error(w->ip.v6, h.p[0]))
		return PACKET_NOT_TCP;
	quote = w->rest;
	kind = unquote(w);
	if (kind == PACKET_ICMP_ERROR && !walk_take(w, QUOTED, &tcp))
		kind = (enum packet_kind)layer_short(w, QUOTED).id;
	if (kind != PACKET_ICMP_ERROR && kind != PACKET_CUT)
		return kind;
	*out = (struct icmp_error){
		.time = f->time,
		.frame = f->id,
		.from = outer.src,
		.type = h.p[0],
		.code = h.p[1],
		.ipv6 = outer.v6,
	};
	if (kind == PACKET_CUT)
		return take_cut(quote, out) ? PACKET_ICMP_ERROR : kind;
	out->src = w->ip.src;
	out->dst = w->ip.dst;
	out->src_port = be16(tcp.p);
	out->dst_port = be16(tcp.p + 2);
	out->seq = be32(tcp.p + 4);
	return PACKET_ICMP_ERROR;
}
