#include "decode/ip.h"

#include "decode/tunnel.h"

enum { V4_MIN = 20, V6_MIN = 40, MAX_EXTENSIONS = 8 };

// An extension header's function takes it off w and returns the IP protocol
// that follows, or the end.
typedef struct next extension(struct walk *w);

// Options for every hop or for the destination, and all that share their
// shape: next header, length in units of 8 bytes without the first (RFC 6564).
static struct next ext_options(struct walk *w)
{
	struct bytes h;
	size_t n;

	if (w->rest.n < 2)
		return layer_short(w, 2);
	n = ((size_t)w->rest.p[1] + 1) * 8;
	if (!walk_take(w, n, &h))
		return layer_short(w, n);
	return layer_next(SPACE_IP, h.p[0]);
}

// The Jumbo Payload option (RFC 2675) among the hop-by-hop options: the length
// of the packet behind the IPv6 header, 0 for none.
static uint32_t jumbo_length(struct bytes options)
{
	struct bytes o;

	while (options.n >= 2) {
		size_t n = options.p[0] == 0 ? 1 : (size_t)options.p[1] + 2;
		if (!bytes_cut(&options, n, &o))
			return 0;
		if (o.p[0] == 0xc2 && n == 6)
			return be32(o.p + 2);
	}
	return 0;
}

static struct next ext_hop_by_hop(struct walk *w)
{
	struct bytes header = w->rest;
	struct next next = ext_options(w);
	uint32_t jumbo;

	if (next.space == SPACE_END)
		return next;
	header.n -= w->rest.n;
	jumbo = jumbo_length((struct bytes){ header.p + 2, header.n - 2 });
	if (jumbo == 0)
		return next;
	if (jumbo <= UINT16_MAX)
		return layer_end(PACKET_MALFORMED);
	walk_set_packet(w, jumbo - (uint32_t)header.n);
	return next;
}

// Where a packet that has still to be routed is going: connections are named
// by the final destination, as the TCP checksum is (RFC 8200, 8.1).
static struct next ext_routing(struct walk *w)
{
	struct bytes header = w->rest;
	struct next next = ext_options(w);
	size_t final = 8;

	if (next.space == SPACE_END || header.p[3] == 0)
		return next;
	switch (header.p[2]) {
	case 0: // RFC 2460: the last address
		final = (size_t)header.p[1] * 8 - 8;
		break;
	case 2: // Mobile IPv6, the only one
	case 4: // Segment Routing (RFC 8754): the first one
		break;
	default:
		return next;
	}
	if (header.p[1] >= 2)
		w->ip.dst = addr_v6(header.p + final);
	return next;
}

static struct next ext_fragment(struct walk *w)
{
	struct bytes h;

	if (!walk_take(w, 8, &h))
		return layer_short(w, 8);
	if (be16(h.p + 2) & 0xfff8)
		return layer_end(PACKET_FRAGMENT);
	w->ip.more_fragments = h.p[3] & 1;
	return layer_next(SPACE_IP, h.p[0]);
}

// RFC 4302; the length counts units of 4 bytes without the first two.
static struct next ext_authentication(struct walk *w)
{
	struct bytes h;
	size_t n;

	if (w->rest.n < 2)
		return layer_short(w, 2);
	n = ((size_t)w->rest.p[1] + 2) * 4;
	if (!walk_take(w, n, &h))
		return layer_short(w, n);
	w->tunnel |= TUNNEL_OTHER;
	return layer_next(SPACE_IP, h.p[0]);
}

static extension *const v4_extensions[256] = {
	[51] = ext_authentication,
};

static extension *const v6_extensions[256] = {
	[0] = ext_hop_by_hop, [43] = ext_routing,
	[44] = ext_fragment,  [51] = ext_authentication,
	[60] = ext_options,  // destination options
	[135] = ext_options, // mobility
	[139] = ext_options, // host identity
	[140] = ext_options, // shim6
};

static struct next skip_extensions(struct walk *w, extension *const *table,
				   uint8_t protocol)
{
	struct next next = layer_next(SPACE_IP, protocol);

	for (int i = 0; i < MAX_EXTENSIONS; i++) {
		extension *decode = table[next.id];
		if (!decode)
			return next;
		next = decode(w);
		if (next.space == SPACE_END)
			return next;
	}
	return table[next.id] ? layer_end(PACKET_TOO_DEEP) : next;
}

struct next ip_v4(struct walk *w)
{
	struct bytes h;
	size_t n;
	uint32_t total;

	if (w->rest.n < V4_MIN)
		return layer_short(w, V4_MIN);
	n = (w->rest.p[0] & 0x0f) * 4u;
	total = be16(w->rest.p + 2);
	if (w->rest.p[0] >> 4 != 4 || n < V4_MIN)
		return layer_end(PACKET_MALFORMED);
	// Segmentation offload leaves 0: the frame's own length must do.
	if (total != 0 && total < n)
		return layer_end(PACKET_MALFORMED);
	if (total != 0)
		walk_set_packet(w, total);
	if (!walk_take(w, n, &h))
		return layer_short(w, n);
	w->ip = (struct ip_header){
		.src = addr_v4(h.p + 12),
		.dst = addr_v4(h.p + 16),
		.id = be16(h.p + 4),
		.ttl = h.p[8],
		.seen = true,
		.more_fragments = h.p[6] & 0x20,
		.may_fragment = !(h.p[6] & 0x40),
	};
	if (be16(h.p + 6) & 0x1fff)
		return layer_end(PACKET_FRAGMENT);
	return skip_extensions(w, v4_extensions, h.p[9]);
}

struct next ip_v6(struct walk *w)
{
	struct bytes h;
	uint32_t length;

	if (!walk_take(w, V6_MIN, &h))
		return layer_short(w, V6_MIN);
	if (h.p[0] >> 4 != 6)
		return layer_end(PACKET_MALFORMED);
	// 0 is a jumbogram, or segmentation offload.
	length = be16(h.p + 4);
	if (length != 0)
		walk_set_packet(w, length);
	w->ip = (struct ip_header){
		.src = addr_v6(h.p + 8),
		.dst = addr_v6(h.p + 24),
		.ttl = h.p[7],
		.seen = true,
		.v6 = true,
	};
	return skip_extensions(w, v6_extensions, h.p[6]);
}

static struct next is_tcp(struct walk *w)
{
	(void)w;
	return layer_end(PACKET_SEGMENT);
}

static struct next is_icmp(struct walk *w)
{
	return layer_end(w->ip.v6 ? PACKET_NOT_TCP : PACKET_ICMP_ERROR);
}

static struct next is_icmp6(struct walk *w)
{
	return layer_end(w->ip.v6 ? PACKET_ICMP_ERROR : PACKET_NOT_TCP);
}

static const struct layer protocols[] = {
	{ IP_TCP, 0, is_tcp },
	{ 17, 0, tunnel_udp },
	{ 1, 0, is_icmp },
	{ 58, 0, is_icmp6 },
	{ 4, TUNNEL_IP, ip_v4 },
	{ 41, TUNNEL_IP, ip_v6 },
	{ 47, TUNNEL_GRE, tunnel_gre },
	{ 94, TUNNEL_IP, ip_v4 },
	{ 97, TUNNEL_OTHER, tunnel_etherip },
	{ 137, TUNNEL_MPLS, tunnel_mpls },
};

const struct layers ip_protocols = {
	protocols,
	sizeof protocols / sizeof *protocols,
	PACKET_NOT_TCP,
};
