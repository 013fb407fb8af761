#include "decode/packet.h"

#include "decode/ether.h"
#include "decode/fast_decode.h"
#include "decode/icmp.h"
#include "decode/ip.h"
#include "decode/layer.h"
#include "decode/link.h"
#include "decode/tcp.h"
#include "decode/tunnel.h"

// More headers than any network stacks up, few enough for hostile frames.
enum { MAX_LAYERS = 32 };

static const char *const kind_texts[PACKET_KINDS] = {
	[PACKET_SEGMENT] = "TCP segment",
	[PACKET_ICMP_ERROR] = "ICMP error about a TCP segment",
	[PACKET_NOT_IP] = "not IP",
	[PACKET_NOT_TCP] = "not TCP",
	[PACKET_FRAGMENT] = "later IP fragment",
	[PACKET_CUT] = "cut off by the capture",
	[PACKET_MALFORMED] = "malformed",
	[PACKET_UNKNOWN_LINK] = "unknown link type",
	[PACKET_TOO_DEEP] = "too many layers",
};

static const struct layers *const spaces[SPACES] = {
	[SPACE_LINK] = &link_types,   [SPACE_ETHERTYPE] = &ether_types,
	[SPACE_PPP] = &ppp_protocols, [SPACE_IP] = &ip_protocols,
	[SPACE_UDP] = &udp_ports,     [SPACE_GRE] = &gre_protocols,
};

const char *packet_kind_text(enum packet_kind kind)
{
	return kind_texts[kind];
}

static const struct layer *find_layer(struct next next)
{
	const struct layer *l = layers_find(spaces[next.space], next.id);

	if (!l && next.space == SPACE_GRE)
		l = layers_find(&ether_types, next.id);
	return l;
}

// Takes layer after layer off w until nothing follows.
static enum packet_kind unwrap(struct walk *w, struct next next)
{
	for (int depth = 0; depth < MAX_LAYERS; depth++) {
		const struct layer *l = find_layer(next);
		if (!l)
			return spaces[next.space]->unknown;
		w->tunnel |= l->tunnel;
		next = l->decode(w);
		if (next.space == SPACE_END)
			return (enum packet_kind)next.id;
	}
	return PACKET_TOO_DEEP;
}

static struct walk walk_start(const struct frame *f)
{
	return (struct walk){
		.rest = { f->data, f->cap_len },
		// Some writers get it wrong, and it can't be less.
		.wire = f->wire_len > f->cap_len ? f->wire_len : f->cap_len,
	};
}

static enum packet_kind decode_other(enum packet_kind kind, struct walk *w,
				     const struct frame *f, struct packet *out)
{
	*out = (struct packet){ 0 };
	if (kind == PACKET_ICMP_ERROR)
		return icmp_decode(w, f, &out->icmp);
	// A tunnel may carry anything, but it came in IP.
	if (kind == PACKET_NOT_IP && w->ip.seen)
		return PACKET_NOT_TCP;
	return kind;
}

void packet_unwrap(const struct frame *f, struct packet *out)
{
	struct walk w = walk_start(f);
	enum packet_kind kind = unwrap(&w, layer_next(SPACE_LINK, f->link));

	if (kind == PACKET_SEGMENT)
		out->kind = tcp_decode(&w, f, &out->segment);
	else
		out->kind = decode_other(kind, &w, f, out);
}

void packet_decode(const struct frame *f, struct packet *out)
{
	if (!plain_decode(f, out))
		packet_unwrap(f, out);
}
