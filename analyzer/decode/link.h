// Link types: what a frame starts with, by the LINKTYPE_ value that its
// capture file states (https://www.tcpdump.org/linktypes.html).
#ifndef TCPWHY_LINK_H
#define TCPWHY_LINK_H

#include "decode/layer.h"

// SPACE_LINK
extern const struct layers link_types;

#endif
