#include "decode/tunnel.h"

enum { GRE_ARUBA = 0x8200 };

// Not the tunnel that its port or its protocol number promised.
static struct next no_tunnel(void)
{
	return layer_end(PACKET_NOT_TCP);
}

// Like layer_short(), for what only a port announced.
static struct next guess_short(const struct walk *w, size_t n)
{
	return w->wire < n ? no_tunnel() : layer_short(w, n);
}

struct next tunnel_udp(struct walk *w)
{
	struct bytes h;
	uint32_t src, dst, n;

	if (!walk_take(w, 8, &h))
		return layer_short(w, 8);
	src = be16(h.p);
	dst = be16(h.p + 2);
	n = be16(h.p + 4);
	if (n >= 8)
		walk_bind(w, n - 8);
	if (layers_find(&udp_ports, dst))
		return layer_next(SPACE_UDP, dst);
	return layer_next(SPACE_UDP, src);
}

struct next tunnel_etherip(struct walk *w)
{
	struct bytes h;

	if (!walk_take(w, 2, &h))
		return layer_short(w, 2);
	return layer_next(SPACE_LINK, LINK_ETHERNET);
}

// An EtherType where Ethernet has it; with a control word before the frame
// that place holds half of an address.
static bool looks_like_ethernet(const struct walk *w)
{
	uint16_t type;

	if (w->rest.n < 14)
		return false;
	type = be16(w->rest.p + 12);
	return type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6 ||
	       type == ETHERTYPE_VLAN;
}

// Nothing in MPLS says what it carries: IP by its version, a pseudowire with a
// control word by its 0 (RFC 4385), which a frame without one may begin with,
// too.
struct next tunnel_mpls(struct walk *w)
{
	struct bytes h;

	if (!walk_take(w, 4, &h))
		return layer_short(w, 4);
	if (!(h.p[2] & 1))
		return layer_next(SPACE_ETHERTYPE, ETHERTYPE_MPLS);
	if (w->rest.n > 0 && w->rest.p[0] >> 4 == 0 && !looks_like_ethernet(w))
		walk_take(w, 4, &h);
	return layer_ip(w, layer_next(SPACE_LINK, LINK_ETHERNET));
}

// Version 1 is PPTP's (RFC 2637): no checksum, but it may acknowledge.
static size_t gre_length(uint16_t flags)
{
	size_t n = 4;

	if (flags & 0x8000 && !(flags & 7))
		n += 4;
	if (flags & 0x2000)
		n += 4;
	if (flags & 0x1000)
		n += 4;
	if (flags & 0x0080 && flags & 7)
		n += 4;
	return n;
}

// ERSPAN puts type I, without a header of its own, and type II under one
// number; type I has no sequence number. Aruba has a number for each use of
// its tunnels, all in steps of 16.
static uint32_t gre_protocol(uint16_t flags, uint16_t protocol)
{
	if (protocol == 0x88be && !(flags & 0x1000))
		return ETHERTYPE_BRIDGE;
	if ((protocol & 0xfe0f) == GRE_ARUBA)
		return GRE_ARUBA;
	return protocol;
}

struct next tunnel_gre(struct walk *w)
{
	struct bytes h;
	uint16_t flags;
	size_t n;

	if (w->rest.n < 4)
		return layer_short(w, 4);
	flags = be16(w->rest.p);
	// Source routes (RFC 1701) are long gone, versions above 1 never came.
	if (flags & 0x4000 || (flags & 7) > 1)
		return no_tunnel();
	n = gre_length(flags);
	if (!walk_take(w, n, &h))
		return layer_short(w, n);
	return layer_next(SPACE_GRE, gre_protocol(flags, be16(h.p + 2)));
}

static struct next skip_to_ethernet(struct walk *w, size_t n)
{
	struct bytes h;

	if (!walk_take(w, n, &h))
		return layer_short(w, n);
	return layer_next(SPACE_LINK, LINK_ETHERNET);
}

static struct next erspan_2(struct walk *w)
{
	return skip_to_ethernet(w, 8);
}

// Twelve bytes, and eight more where the last bit says so.
static struct next erspan_3(struct walk *w)
{
	if (w->rest.n < 12)
		return layer_short(w, 12);
	return skip_to_ethernet(w, w->rest.p[11] & 1 ? 20 : 12);
}

// WCCP's version 2 puts four bytes before the packet, version 1 none.
static struct next wccp(struct walk *w)
{
	struct bytes h;

	if (w->rest.n > 0 && w->rest.p[0] >> 4 != 4 && !walk_take(w, 4, &h))
		return layer_short(w, 4);
	return layer_ip(w, no_tunnel());
}

static struct next aruba(struct walk *w)
{
	(void)w;
	return layer_next(SPACE_LINK, LINK_WLAN);
}

static const struct layer gre_rows[] = {
	{ 0x88be, 0, erspan_2 },
	{ 0x22eb, 0, erspan_3 },
	{ 0x883e, 0, wccp },
	{ GRE_ARUBA, 0, aruba },
};

const struct layers gre_protocols = {
	gre_rows,
	sizeof gre_rows / sizeof *gre_rows,
	PACKET_NOT_TCP,
};

// RFC 7348: the flag that says the network identifier is valid must be set.
static struct next vxlan(struct walk *w)
{
	struct bytes h;

	if (!walk_take(w, 8, &h))
		return guess_short(w, 8);
	return h.p[0] & 0x08 ? layer_next(SPACE_LINK, LINK_ETHERNET)
			     : no_tunnel();
}

// RFC 8086: of the first two bytes only checksum, key and sequence number may
// be set.
static struct next gre_in_udp(struct walk *w)
{
	if (w->rest.n < 4)
		return guess_short(w, 4);
	if (be16(w->rest.p) & 0x4fff)
		return no_tunnel();
	return tunnel_gre(w);
}

// RFC 8926
static struct next geneve(struct walk *w)
{
	struct bytes h;
	size_t n;

	if (w->rest.n < 8)
		return guess_short(w, 8);
	n = 8 + (w->rest.p[0] & 0x3f) * 4u;
	if (w->rest.p[0] >> 6 != 0)
		return no_tunnel();
	if (!walk_take(w, n, &h))
		return guess_short(w, n);
	return layer_next(SPACE_ETHERTYPE, be16(h.p + 2));
}

// 3GPP TS 29.281, 5.2: a chain of headers in units of four bytes, each ending
// with the type of the next.
static struct next gtp_extensions(struct walk *w, uint8_t type)
{
	struct bytes h;

	while (type != 0) {
		size_t n;
		if (w->rest.n < 1)
			return guess_short(w, 1);
		n = w->rest.p[0] * 4u;
		if (n == 0)
			return no_tunnel();
		if (!walk_take(w, n, &h))
			return guess_short(w, n);
		type = h.p[n - 1];
	}
	return layer_ip(w, no_tunnel());
}

// 3GPP TS 29.281, 5.1: version 1, not GTP', type 255 carries a packet.
static struct next gtp_user(struct walk *w)
{
	struct bytes h, more;

	if (!walk_take(w, 8, &h))
		return guess_short(w, 8);
	if ((h.p[0] & 0xf0) != 0x30 || h.p[1] != 255)
		return no_tunnel();
	walk_bind(w, be16(h.p + 2));
	if (!(h.p[0] & 7))
		return layer_ip(w, no_tunnel());
	if (!walk_take(w, 4, &more))
		return guess_short(w, 4);
	return gtp_extensions(w, h.p[0] & 4 ? more.p[3] : 0);
}

// RFC 4380, 5.1.1: authentication and origin may stand before the packet.
static struct next teredo(struct walk *w)
{
	struct bytes h;

	if (w->rest.n >= 4 && be16(w->rest.p) == 1)
		walk_take(w, 13u + w->rest.p[2] + w->rest.p[3], &h);
	if (w->rest.n >= 8 && be16(w->rest.p) == 0)
		walk_take(w, 8, &h);
	if (w->rest.n < 40)
		return guess_short(w, 40);
	return layer_ip(w, no_tunnel());
}

// draft-massar-v6ops-ayiya: an identity of 2^x bytes, a signature of 4x.
static struct next ayiya(struct walk *w)
{
	struct bytes h;
	size_t n;

	if (w->rest.n < 8)
		return guess_short(w, 8);
	n = 8 + ((size_t)1 << (w->rest.p[0] >> 4)) + (w->rest.p[1] >> 4) * 4u;
	if (!walk_take(w, n, &h))
		return guess_short(w, n);
	return layer_next(SPACE_IP, h.p[3]);
}

static const struct layer udp_rows[] = {
	{ 4789, TUNNEL_VXLAN, vxlan },
	{ 8472, TUNNEL_VXLAN, vxlan }, // Linux's before the number was assigned
	{ 6081, TUNNEL_GENEVE, geneve },
	{ 2152, TUNNEL_GTP, gtp_user },
	{ 3544, TUNNEL_OTHER, teredo },
	{ 4754, TUNNEL_GRE, gre_in_udp },
	{ 5072, TUNNEL_OTHER, ayiya },
};

const struct layers udp_ports = {
	udp_rows,
	sizeof udp_rows / sizeof *udp_rows,
	PACKET_NOT_TCP,
};
