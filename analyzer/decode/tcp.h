// The TCP header and its options (RFC 9293, 7323, 2018, 7413, 8684).
#ifndef TCPWHY_TCP_H
#define TCPWHY_TCP_H

#include "decode/layer.h"
#include "read/frame.h"

// Fills *out from the TCP header at w, from w->ip and from f. 16 captured bytes
// will do: the checksum isn't verified, and the urgent pointer not used.
// Returns PACKET_SEGMENT, or why it is none. Where its first 16 bytes are there
// all the same, *out holds what they say (and out->frame is not 0), so that
// the connection can be named; otherwise it is all zero.
enum packet_kind tcp_decode(const struct walk *w, const struct frame *f,
			    struct segment *out);

// The same for a segment whose time, frame and IP fields are set in *s: fills
// the others from what was captured of it and from its length on the wire.
// False if it is none.
bool tcp_read(struct bytes captured, uint32_t wire, struct segment *s);

#endif
