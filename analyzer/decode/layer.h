// What all layers of a frame share: a walk through its headers, from the
// outermost to the innermost. A layer's function takes its own header off the
// walk and names what follows as a number in some number space (an EtherType,
// an IP protocol, ...); so no layer knows another one. The tables of the
// spaces say which function a number belongs to; packet.c follows them.
#ifndef TCPWHY_LAYER_H
#define TCPWHY_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "decode/segment.h"

// The innermost IP header so far.
struct ip_header {
	struct addr src, dst;
	uint16_t id;
	uint8_t ttl;
	bool seen;
	bool v6;
	bool more_fragments;
	bool may_fragment; // IPv4 without DF
};

struct walk {
	struct bytes rest; // captured and not taken yet
	uint32_t wire;     // bytes on the wire from rest.p on; never < rest.n
	bool bound;        // wire was stated by the header taken last
	uint16_t tunnel;   // enum tunnel: what was taken before
	struct ip_header ip;
};

enum space {
	SPACE_END,       // id is an enum packet_kind: nothing follows
	SPACE_LINK,      // LINKTYPE_ values
	SPACE_ETHERTYPE, // IEEE 802.3
	SPACE_PPP,       // PPP DLL protocol numbers
	SPACE_IP,        // IP protocol numbers
	SPACE_UDP,       // UDP ports
	SPACE_GRE,       // GRE protocol types that are no EtherTypes, too
	SPACES
};

struct next {
	enum space space;
	uint32_t id;
};

struct layer {
	uint32_t id;
	uint16_t tunnel; // enum tunnel: what it is when it lies around IP
	struct next (*decode)(struct walk *w);
};

// A number space: its rows, the most frequent first, and what a frame is
// whose number has no row.
struct layers {
	const struct layer *row;
	size_t n;
	enum packet_kind unknown;
};

enum { LINK_ETHERNET = 1, LINK_PPP = 9, LINK_RAW = 101, LINK_WLAN = 105 };
enum { LINK_COOKED_1 = 113, LINK_COOKED_2 = 276 };
enum { IP_TCP = 6 };
enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd };
enum { ETHERTYPE_MPLS = 0x8847, ETHERTYPE_BRIDGE = 0x6558 };
enum { ETHERTYPE_VLAN = 0x8100, ETHERTYPE_QINQ = 0x88a8 };

static inline const struct layer *layers_find(const struct layers *l,
					      uint32_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->row[i].id == id)
			return &l->row[i];
	return NULL;
}

static inline struct next layer_end(enum packet_kind kind)
{
	return (struct next){ SPACE_END, kind };
}

static inline struct next layer_next(enum space space, uint32_t id)
{
	return (struct next){ space, id };
}

// Takes n bytes off the walk into *head; false, and nothing changed, if they
// were not captured.
static inline bool walk_take(struct walk *w, size_t n, struct bytes *head)
{
	if (!bytes_cut(&w->rest, n, head))
		return false;
	w->wire -= (uint32_t)n;
	return true;
}

// Says how long the rest is on the wire. What was captured behind it (padding,
// a trailer, a checksum) is dropped.
static inline void walk_set_wire(struct walk *w, uint32_t n)
{
	w->wire = n;
	w->bound = false;
	if (w->rest.n > n)
		w->rest.n = n;
}

// A header says that n bytes follow it. An IP header behind it can't make
// more of them.
static inline void walk_bind(struct walk *w, uint32_t n)
{
	if (n > w->wire)
		return;
	walk_set_wire(w, n);
	w->bound = true;
}

// An IP header says that the packet has n bytes from here on. Where the frame
// is shorter, something has sliced it before it was captured (a tap, a
// mirroring switch), and n is believed.
static inline void walk_set_packet(struct walk *w, uint32_t n)
{
	walk_set_wire(w, w->bound && n > w->wire ? w->wire : n);
}

// Why n bytes could not be taken: the capture has cut them off, they are in
// another fragment, or they never were there.
static inline struct next layer_short(const struct walk *w, size_t n)
{
	if (w->wire >= n)
		return layer_end(PACKET_CUT);
	return layer_end(w->ip.more_fragments ? PACKET_FRAGMENT
					      : PACKET_MALFORMED);
}

// An IP packet of either version follows, or else what otherwise says.
static inline struct next layer_ip(const struct walk *w, struct next otherwise)
{
	if (w->rest.n == 0)
		return layer_short(w, 1);
	switch (w->rest.p[0] >> 4) {
	case 4:
		return layer_next(SPACE_ETHERTYPE, ETHERTYPE_IPV4);
	case 6:
		return layer_next(SPACE_ETHERTYPE, ETHERTYPE_IPV6);
	default:
		return otherwise;
	}
}

#endif
