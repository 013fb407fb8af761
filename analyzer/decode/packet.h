// From a frame to what tcpwhy reasons about: a TCP segment, an ICMP error that
// quotes one, or the reason why it is neither. Pure; nothing is dropped in
// silence: every frame gets exactly one value of enum packet_kind.
#ifndef TCPWHY_PACKET_H
#define TCPWHY_PACKET_H

#include "decode/segment.h"
#include "read/frame.h"

// Short text for people, e.g. "not TCP".
const char *packet_kind_text(enum packet_kind kind);

// Decodes f into *out (all of it set; out->kind says what it is). Wire lengths
// come from the IP header, presence from f->cap_len. The innermost TCP counts.
void packet_decode(const struct frame *f, struct packet *out);

// The same, always layer by layer: what packet_decode() has to agree with.
void packet_unwrap(const struct frame *f, struct packet *out);

#endif
