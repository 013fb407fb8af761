// Between which addresses and ports a packet is, and whether a connection is
// there, for those who read a capture a second time. Pure.
#ifndef TCPWHY_PACKET_ENDS_H
#define TCPWHY_PACKET_ENDS_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/packet.h"
#include "track/connection.h"

struct packet_ends {
	const struct addr *addr[2]; // the sender's, the receiver's; the packet's
	uint16_t port[2];
};

// Of a segment, or of the one that an ICMP error quotes; false: it is neither.
bool packet_ends(const struct packet *p, struct packet_ends *out);

// True if c is between them, in either direction.
bool packet_ends_are(const struct packet_ends *e, const struct connection *c);

#endif
