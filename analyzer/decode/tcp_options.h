// The options of a TCP header (RFC 9293, 7323, 2018, 7413, 8684), as a table.
#ifndef TCPWHY_TCP_OPTIONS_H
#define TCPWHY_TCP_OPTIONS_H

#include "base/bytes.h"
#include "decode/segment.h"

// Adds what they say to *s, whose flags are set. The first one that contradicts
// its own length ends them. Returns their layout: their kinds in order, four
// bits each from the lowest: 1 NOP, 2 MSS, 3 window scale, 4 SACK permitted,
// 8 timestamps, 15 end of list, 14 any other; 0 ends.
uint64_t tcp_options(struct segment *s, struct bytes options);

#endif
