#include "decode/fast_decode.h"

#include "base/addr.h"
#include "base/bytes.h"
#include "decode/layer.h"
#include "decode/tcp.h"

// Takes a link header of n bytes off b; returns the EtherType that it has at
// offset type, 0 if it was cut.
static uint16_t take_typed(struct bytes *b, size_t n, size_t type)
{
	struct bytes h;

	return bytes_cut(b, n, &h) ? be16(h.p + type) : 0;
}

// Whether a cooked header that says at offset kind what interface it was has
// an EtherType. Other interfaces may, too.
static bool has_type(struct bytes b, size_t kind)
{
	enum { ETHERNET = 1, LOOPBACK = 772, NONE = 65534 };
	uint16_t k = b.n < kind + 2 ? 0 : be16(b.p + kind);

	return k == ETHERNET || k == LOOPBACK || k == NONE;
}

static uint16_t raw_type(struct bytes b)
{
	if (b.n == 0)
		return 0;
	return b.p[0] >> 4 == 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
}

// Takes the link header off b; returns its EtherType, 0 if it isn't plain.
static uint16_t take_link(uint32_t link, struct bytes *b)
{
	switch (link) {
	case LINK_ETHERNET:
		return take_typed(b, 14, 12);
	case LINK_COOKED_1:
		return has_type(*b, 2) ? take_typed(b, 16, 14) : 0;
	case LINK_COOKED_2:
		return has_type(*b, 8) ? take_typed(b, 20, 0) : 0;
	case LINK_RAW:
		return raw_type(*b);
	default:
		return 0;
	}
}

// Takes two tags at most off b, if type announces one; returns the EtherType
// behind them.
static uint16_t take_tags(uint16_t type, struct bytes *b, struct segment *s)
{
	for (int i = 0; i < 2; i++) {
		switch (type) {
		case ETHERTYPE_VLAN:
		case ETHERTYPE_QINQ:
			s->tunnel = TUNNEL_VLAN;
			type = take_typed(b, 4, 2);
			break;
		default:
			return type;
		}
	}
	return type;
}

// Takes a header of n bytes off b and cuts b to the length bytes that follow
// it in the packet.
static uint32_t take_header(struct bytes *b, uint32_t n, uint32_t length)
{
	b->p += n;
	b->n -= n;
	if (b->n > length)
		b->n = length;
	return length;
}

// Takes an IPv4 header without options off b; returns the length of what
// follows, 0 if it isn't plain. A total length of 0 (offload) needs the
// frame's, so it is left to the layers.
static uint32_t take_v4(struct bytes *b, struct segment *s)
{
	enum { HEADER = 20, VERSION_AND_LENGTH = 0x45 };
	enum { IN_CHUNKS = 0x3fff };
	const uint8_t *p = b->p;
	uint32_t total, fragment;

	if (b->n < HEADER || p[0] != VERSION_AND_LENGTH || p[9] != IP_TCP)
		return 0;
	total = be16(p + 2);
	fragment = be16(p + 6);
	if (total < HEADER || fragment & IN_CHUNKS)
		return 0;
	s->src = addr_v4(p + 12);
	s->dst = addr_v4(p + 16);
	s->ip_id = be16(p + 4);
	s->ttl = p[8];
	s->may_fragment = !(p[6] & 0x40);
	return take_header(b, HEADER, total - HEADER);
}

// The same for an IPv6 header and no extension headers. A length of 0 is a
// jumbogram's, or offload.
static uint32_t take_v6(struct bytes *b, struct segment *s)
{
	enum { HEADER = 40 };
	const uint8_t *p = b->p;

	if (b->n < HEADER || p[0] >> 4 != 6 || p[6] != IP_TCP)
		return 0;
	s->src = addr_v6(p + 8);
	s->dst = addr_v6(p + 24);
	s->ip_id = 0;
	s->ttl = p[7];
	s->may_fragment = false;
	return take_header(b, HEADER, be16(p + 4));
}

static uint32_t take_ip(uint16_t type, struct bytes *b, struct segment *s)
{
	switch (type) {
	case ETHERTYPE_IPV4:
		return take_v4(b, s);
	case ETHERTYPE_IPV6:
		return take_v6(b, s);
	default:
		return 0;
	}
}

bool plain_decode(const struct frame *f, struct packet *out)
{
	struct bytes b = { f->data, f->cap_len };
	struct segment *s = &out->segment;
	uint16_t type = take_link(f->link, &b);
	uint32_t length;

	out->kind = PACKET_SEGMENT;
	s->time = f->time;
	s->frame = f->id;
	s->tunnel = 0;
	length = take_ip(take_tags(type, &b, s), &b, s);
	return length > 0 && tcp_read(b, length, s);
}
