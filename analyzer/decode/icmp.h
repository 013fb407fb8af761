// ICMP and ICMPv6 errors about TCP segments (RFC 792, 4443).
#ifndef TCPWHY_ICMP_H
#define TCPWHY_ICMP_H

#include "decode/layer.h"
#include "read/frame.h"

// Fills *out from the ICMP message at w, sent as w->ip says, and from f. Eight
// bytes of the quoted segment will do; where the capture cut them off, a part
// of its addresses (out->cut). Returns PACKET_ICMP_ERROR;
// PACKET_NOT_TCP for what is no error or not about TCP; or why it can't be
// told: then *out says nothing.
enum packet_kind icmp_decode(struct walk *w, const struct frame *f,
			     struct icmp_error *out);

#endif
