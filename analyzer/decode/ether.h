// EtherTypes and the headers that stand before or between them: Ethernet, its
// tags, LLC with SNAP, PPPoE; and PPP's protocol numbers.
#ifndef TCPWHY_ETHER_H
#define TCPWHY_ETHER_H

#include "decode/layer.h"

struct next ether_frame(struct walk *w);
struct next ether_llc(struct walk *w); // IEEE 802.2

// What an EtherType field means: a protocol, or the length of what follows.
struct next ether_type(struct walk *w, uint16_t type);

// PPP with or without its HDLC framing, the protocol in one byte or in two
// (RFC 1661, 1662).
struct next ether_ppp(struct walk *w);

// SPACE_ETHERTYPE, SPACE_PPP
extern const struct layers ether_types;
extern const struct layers ppp_protocols;

#endif
