// The options of a TCP header (RFC 9293, 7323, 2018, 7413, 8684), as a table.
#ifndef TCPWHY_TCP_OPTIONS_H
#define TCPWHY_TCP_OPTIONS_H

#include "bytes.h"
#include "packet.h"

// Adds what they say to *s; returns their layout (segment.layout). The first
// one that contradicts its own length ends them.
uint64_t tcp_options(struct segment *s, struct bytes options);

#endif
