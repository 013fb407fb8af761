#include "decode/ether.h"

#include "decode/ip.h"
#include "decode/tunnel.h"

struct next ether_type(struct walk *w, uint16_t type)
{
	if (type > 1500)
		return layer_next(SPACE_ETHERTYPE, type);
	walk_bind(w, type);
	return ether_llc(w);
}

// Takes a header of n bytes that ends with an EtherType.
static struct next tagged(struct walk *w, size_t n)
{
	struct bytes h;

	if (!walk_take(w, n, &h))
		return layer_short(w, n);
	return ether_type(w, be16(h.p + n - 2));
}

// Whoever carries whole frames may cut them: mirroring switches do.
struct next ether_frame(struct walk *w)
{
	w->bound = false;
	return tagged(w, 14);
}

// 802.1Q and 802.1ad
static struct next vlan(struct walk *w)
{
	return tagged(w, 4);
}

static struct next vn_tag(struct walk *w)
{
	return tagged(w, 6);
}

static struct next e_tag(struct walk *w)
{
	return tagged(w, 8);
}

static struct next hsr(struct walk *w)
{
	return tagged(w, 6);
}

static struct next inner_frame(struct walk *w, size_t n)
{
	struct bytes h;

	if (!walk_take(w, n, &h))
		return layer_short(w, n);
	return layer_next(SPACE_LINK, LINK_ETHERNET);
}

static struct next pbb(struct walk *w)
{
	return inner_frame(w, 4);
}

static struct next fabric_path(struct walk *w)
{
	return inner_frame(w, 2);
}

static struct next bridge(struct walk *w)
{
	return inner_frame(w, 0);
}

// RFC 1042 and 802.1H encapsulate EtherTypes; 0x80c2 bridges frames, its type
// 1 with their checksum and 7 without (RFC 2684).
static struct next snap(struct walk *w)
{
	struct bytes h;
	uint32_t oui, type;

	if (!walk_take(w, 5, &h))
		return layer_short(w, 5);
	oui = be32(h.p) >> 8;
	type = be16(h.p + 3);
	if (oui == 0 || oui == 0x0000f8)
		return layer_next(SPACE_ETHERTYPE, type);
	if (oui == 0x0080c2 && (type == 1 || type == 7))
		return layer_next(SPACE_LINK, LINK_ETHERNET);
	return layer_end(PACKET_NOT_IP);
}

struct next ether_llc(struct walk *w)
{
	struct bytes h;

	if (!walk_take(w, 3, &h))
		return layer_short(w, 3);
	switch (be16(h.p)) {
	case 0xaaaa:
		return snap(w);
	case 0x0606:
		return layer_next(SPACE_ETHERTYPE, ETHERTYPE_IPV4);
	default:
		return layer_end(PACKET_NOT_IP);
	}
}

static struct next llc(struct walk *w)
{
	return ether_llc(w);
}

// RFC 2516: code 0 is a session's data.
static struct next pppoe(struct walk *w)
{
	struct bytes h;

	if (!walk_take(w, 6, &h))
		return layer_short(w, 6);
	if (h.p[1] != 0)
		return layer_end(PACKET_NOT_IP);
	walk_bind(w, be16(h.p + 4));
	return ether_ppp(w);
}

struct next ether_ppp(struct walk *w)
{
	struct bytes h;
	size_t n;

	if (w->rest.n < 2)
		return layer_short(w, 2);
	if (be16(w->rest.p) == 0xff03)
		walk_take(w, 2, &h);
	// A protocol's first byte is even, its second odd: an odd first byte
	// is a second one whose first was left out.
	n = w->rest.n > 0 && w->rest.p[0] & 1 ? 1 : 2;
	if (!walk_take(w, n, &h))
		return layer_short(w, n);
	return layer_next(SPACE_PPP, n == 1 ? h.p[0] : be16(h.p));
}

static const struct layer types[] = {
	{ ETHERTYPE_IPV4, 0, ip_v4 },
	{ ETHERTYPE_IPV6, 0, ip_v6 },
	{ ETHERTYPE_VLAN, TUNNEL_VLAN, vlan },
	{ ETHERTYPE_QINQ, TUNNEL_VLAN, vlan },
	{ 0x9100, TUNNEL_VLAN, vlan },
	{ 0x9200, TUNNEL_VLAN, vlan },
	{ 0x9300, TUNNEL_VLAN, vlan },
	{ ETHERTYPE_MPLS, TUNNEL_MPLS, tunnel_mpls },
	{ 0x8848, TUNNEL_MPLS, tunnel_mpls },
	{ 0x8864, TUNNEL_PPPOE, pppoe },
	{ 0x880b, 0, ether_ppp },              // in PPTP's GRE
	{ 0x88e7, TUNNEL_OTHER, pbb },         // 802.1ah
	{ 0x8926, TUNNEL_OTHER, vn_tag },      // Cisco, 802.1Qbh
	{ 0x893f, TUNNEL_OTHER, e_tag },       // 802.1BR
	{ 0x8903, TUNNEL_OTHER, fabric_path }, // Cisco
	{ 0x892f, TUNNEL_OTHER, hsr },         // IEC 62439-3
	{ ETHERTYPE_BRIDGE, 0, bridge }, // in GRE, NVGRE (RFC 7637), GENEVE
	{ 0x8870, 0, llc },              // frames longer than a length can say
};

const struct layers ether_types = {
	types,
	sizeof types / sizeof *types,
	PACKET_NOT_IP,
};

static const struct layer ppp_rows[] = {
	{ 0x0021, 0, ip_v4 },
	{ 0x0057, 0, ip_v6 },
	{ 0x0281, TUNNEL_MPLS, tunnel_mpls },
	{ 0x0283, TUNNEL_MPLS, tunnel_mpls },
};

const struct layers ppp_protocols = {
	ppp_rows,
	sizeof ppp_rows / sizeof *ppp_rows,
	PACKET_NOT_IP,
};
