#include "decode/icmp.h"

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

enum packet_kind icmp_decode(struct walk *w, const struct frame *f,
			     struct icmp_error *out)
{
	struct bytes h, tcp;
	struct addr from = w->ip.src;
	enum packet_kind kind;

	if (!walk_take(w, HEADER, &h))
		return (enum packet_kind)layer_short(w, HEADER).id;
	if (!is_error(w->ip.v6, h.p[0]))
		return PACKET_NOT_TCP;
	kind = unquote(w);
	if (kind != PACKET_ICMP_ERROR)
		return kind;
	if (!walk_take(w, QUOTED, &tcp))
		return (enum packet_kind)layer_short(w, QUOTED).id;
	*out = (struct icmp_error){
		.time = f->time,
		.frame = f->id,
		.from = from,
		.src = w->ip.src,
		.dst = w->ip.dst,
		.src_port = be16(tcp.p),
		.dst_port = be16(tcp.p + 2),
		.seq = be32(tcp.p + 4),
		.type = h.p[0],
		.code = h.p[1],
		.ipv6 = w->ip.v6,
	};
	return PACKET_ICMP_ERROR;
}
