// IPv4 (RFC 791) and IPv6 (RFC 8200) with its extension headers. Checksums are
// not verified anywhere in the decoder: offloading leaves them wrong in every
// capture taken at the sender.
#ifndef TCPWHY_IP_H
#define TCPWHY_IP_H

#include "decode/layer.h"

// Take an IP header, options and extension headers included, off w, and keep
// it as w->ip. The walk then covers the packet's payload as long as it is on
// the wire. What follows is an IP protocol; PACKET_FRAGMENT for any but the
// first fragment, PACKET_TOO_DEEP for more than eight extension headers.
struct next ip_v4(struct walk *w);
struct next ip_v6(struct walk *w);

// SPACE_IP
extern const struct layers ip_protocols;

#endif
