#include "decode/link.h"

#include "decode/ether.h"
#include "decode/ip.h"
#include "decode/wlan.h"

// Takes a header of n bytes whose EtherType is at offset type.
static struct next ether_type_at(struct walk *w, size_t n, size_t type)
{
	struct bytes h;

	if (!walk_take(w, n, &h))
		return layer_short(w, n);
	return ether_type(w, be16(h.p + type));
}

static struct next llc_after(struct walk *w, size_t n)
{
	struct bytes h;

	if (!walk_take(w, n, &h))
		return layer_short(w, n);
	return ether_llc(w);
}

// AF_INET is 2 everywhere; AF_INET6 depends on the system that captured: 10
// Linux, 23 Windows, 24 NetBSD and OpenBSD, 28 FreeBSD, 30 Darwin.
static struct next address_family(uint32_t family)
{
	switch (family) {
	case 2:
		return layer_next(SPACE_ETHERTYPE, ETHERTYPE_IPV4);
	case 10:
	case 23:
	case 24:
	case 28:
	case 30:
		return layer_next(SPACE_ETHERTYPE, ETHERTYPE_IPV6);
	default:
		return layer_end(PACKET_NOT_IP);
	}
}

// The family is in the byte order of the machine that captured; families are
// small, so only one order makes sense.
static struct next bsd_loopback(struct walk *w)
{
	struct bytes h;

	if (!walk_take(w, 4, &h))
		return layer_short(w, 4);
	return address_family(le32(h.p) < 0x10000 ? le32(h.p) : be32(h.p));
}

static struct next raw_ip(struct walk *w)
{
	return layer_ip(w, layer_end(PACKET_MALFORMED));
}

static struct next cisco_hdlc(struct walk *w)
{
	return ether_type_at(w, 4, 2);
}

// Tags of switch chips, as Linux shows them on its port towards the chip: four
// bytes, in front of the frame or before the EtherType; or eight.
static struct next switch_tag(struct walk *w)
{
	return ether_type_at(w, 18, 16);
}

static struct next switch_tag_edsa(struct walk *w)
{
	return ether_type_at(w, 22, 20);
}

// In HDLC-like framing, or Cisco's: told by the address byte.
static struct next ppp_hdlc(struct walk *w)
{
	if (w->rest.n > 0 && (w->rest.p[0] & 0x7f) == 0x0f)
		return cisco_hdlc(w);
	return ether_ppp(w);
}

static struct next ppp_direction(struct walk *w)
{
	struct bytes h;

	if (!walk_take(w, 1, &h))
		return layer_short(w, 1);
	return ppp_hdlc(w);
}

static struct next pppoe_link(struct walk *w)
{
	(void)w;
	return layer_next(SPACE_ETHERTYPE, 0x8864);
}

static struct next fddi(struct walk *w)
{
	return llc_after(w, 13);
}

static struct next atm_llc(struct walk *w)
{
	return ether_llc(w);
}

// The protocol field of a cooked header, by the kind of the interface: some
// have no EtherTypes there, and small numbers are not lengths.
static struct next cooked(struct walk *w, uint16_t hardware, uint16_t protocol)
{
	enum { NETLINK = 824, GRE = 778, RADIOTAP = 803, WLAN = 801 };
	enum { PROTOCOL_LLC = 4 };

	switch (hardware) {
	case NETLINK:
		return layer_end(PACKET_NOT_IP);
	case GRE:
		return layer_next(SPACE_GRE, protocol);
	case RADIOTAP:
		return wlan_radiotap(w);
	case WLAN:
		return layer_next(SPACE_LINK, LINK_WLAN);
	default:
		break;
	}
	if (protocol == PROTOCOL_LLC)
		return ether_llc(w);
	return layer_next(SPACE_ETHERTYPE, protocol);
}

static struct next cooked_1(struct walk *w)
{
	struct bytes h;

	if (!walk_take(w, 16, &h))
		return layer_short(w, 16);
	return cooked(w, be16(h.p + 2), be16(h.p + 14));
}

static struct next cooked_2(struct walk *w)
{
	struct bytes h;

	if (!walk_take(w, 20, &h))
		return layer_short(w, 20);
	return cooked(w, be16(h.p + 8), be16(h.p));
}

// OpenBSD's and FreeBSD's firewall log: a header as long as its first byte
// says, padded to four bytes; the family is the second.
static struct next pf_log(struct walk *w)
{
	struct bytes h;
	size_t n;

	if (w->rest.n < 2)
		return layer_short(w, 2);
	n = (w->rest.p[0] + 3u) & ~(size_t)3;
	if (n < 4)
		return layer_end(PACKET_MALFORMED);
	if (!walk_take(w, n, &h))
		return layer_short(w, n);
	return address_family(h.p[1]);
}

// enc(4): family in the capturing machine's order, SPI, flags.
static struct next bsd_ipsec(struct walk *w)
{
	struct bytes h;

	if (!walk_take(w, 12, &h))
		return layer_short(w, 12);
	return address_family(le32(h.p) < 0x10000 ? le32(h.p) : be32(h.p));
}

// Attributes of Linux's netlink: length and type in the byte order of the
// machine that captured, told by the type being small; padded to four bytes.
static struct next nflog(struct walk *w)
{
	enum { HEADER = 4, PAYLOAD = 9 };
	struct bytes h, a;
	uint8_t family;

	if (!walk_take(w, HEADER, &h))
		return layer_short(w, HEADER);
	family = h.p[0];
	while (walk_take(w, 4, &a)) {
		bool little = a.p[3] == 0 || a.p[3] == 0x80;
		size_t n = little ? le16(a.p) : be16(a.p);
		if (n < 4)
			return layer_end(PACKET_MALFORMED);
		if ((little ? le16(a.p + 2) : be16(a.p + 2)) == PAYLOAD) {
			// Netlink, too, copies only what it was told to.
			if (n - 4 < w->wire)
				walk_set_wire(w, (uint32_t)n - 4);
			return address_family(family);
		}
		n = ((n + 3) & ~(size_t)3) - 4;
		if (!walk_take(w, n, &h))
			return layer_short(w, n);
	}
	return w->wire == 0 ? layer_end(PACKET_NOT_IP) : layer_short(w, 4);
}

// A header of its own, and the frame of another link type behind it.
static struct next apple_tap(struct walk *w)
{
	struct bytes h;
	uint32_t n;

	if (w->rest.n < 12)
		return layer_short(w, 12);
	n = le32(w->rest.p);
	if (n < 12)
		return layer_end(PACKET_MALFORMED);
	if (!walk_take(w, n, &h))
		return layer_short(w, n);
	return layer_next(SPACE_LINK, le32(h.p + 8));
}

// Per-Packet Information: the same idea.
static struct next ppi(struct walk *w)
{
	struct bytes h;
	size_t n;

	if (w->rest.n < 8)
		return layer_short(w, 8);
	n = le16(w->rest.p + 2);
	if (n < 8)
		return layer_end(PACKET_MALFORMED);
	if (!walk_take(w, n, &h))
		return layer_short(w, n);
	return layer_next(SPACE_LINK, le32(h.p + 4));
}

static struct next infiniband(struct walk *w)
{
	return ether_type_at(w, 44, 40);
}

// Source, destination, offset, protocol; RFC 1201's protocols have a split
// flag and a sequence number as well, a longer one in an exception packet.
static struct next arcnet_linux(struct walk *w)
{
	enum { IP = 0xd4, IPV6 = 0xc4, IP_1051 = 0xf0 };
	struct bytes h;
	size_t more;

	if (w->rest.n < 5)
		return layer_short(w, 5);
	more = w->rest.p[4] == IP_1051 ? 0 : 3;
	if (more && w->rest.n > 5 && w->rest.p[5] == 0xff)
		more = 7;
	if (!walk_take(w, 5 + more, &h))
		return layer_short(w, 5 + more);
	switch (h.p[4]) {
	case IP:
	case IP_1051:
		return layer_next(SPACE_ETHERTYPE, ETHERTYPE_IPV4);
	case IPV6:
		return layer_next(SPACE_ETHERTYPE, ETHERTYPE_IPV6);
	default:
		return layer_end(PACKET_NOT_IP);
	}
}

static const struct layer types[] = {
	{ LINK_ETHERNET, 0, ether_frame },
	{ LINK_COOKED_1, 0, cooked_1 },
	{ LINK_COOKED_2, 0, cooked_2 },
	{ LINK_RAW, 0, raw_ip },
	{ 0, 0, bsd_loopback },   // NULL
	{ 108, 0, bsd_loopback }, // LOOP
	{ LINK_PPP, 0, ether_ppp },
	{ 10, 0, fddi },
	{ 12, 0, raw_ip },                // DLT_RAW, written as it is by some
	{ 14, 0, raw_ip },                // the same on OpenBSD
	{ 50, 0, ppp_hdlc },              // PPP_HDLC
	{ 51, TUNNEL_PPPOE, pppoe_link }, // PPP_ETHER
	{ 100, 0, atm_llc },              // ATM_RFC1483
	{ 104, 0, cisco_hdlc },           // C_HDLC
	{ LINK_WLAN, 0, wlan_frame },
	{ 109, 0, bsd_ipsec }, // ENC
	{ 117, 0, pf_log },    // PFLOG
	{ 127, 0, wlan_radiotap },
	{ 129, 0, arcnet_linux },
	{ 166, 0, ppp_direction }, // PPP_PPPD
	{ 192, 0, ppi },
	{ 204, 0, ppp_direction }, // PPP_WITH_DIR
	{ 228, 0, ip_v4 },
	{ 229, 0, ip_v6 },
	{ 239, 0, nflog },
	{ 242, 0, infiniband },      // IPOIB
	{ 258, 0, apple_tap },       // PKTAP
	{ 281, 0, switch_tag },      // DSA_TAG_BRCM
	{ 282, 0, switch_tag },      // DSA_TAG_BRCM_PREPEND
	{ 284, 0, switch_tag },      // DSA_TAG_DSA
	{ 285, 0, switch_tag_edsa }, // DSA_TAG_EDSA
};

const struct layers link_types = {
	types,
	sizeof types / sizeof *types,
	PACKET_UNKNOWN_LINK,
};
