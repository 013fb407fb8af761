// Community ID v1 (github.com/corelight/community-id-spec): one name for a
// connection that every tool computes alike. Pure.
#ifndef TCPWHY_COMMUNITY_H
#define TCPWHY_COMMUNITY_H

#include <stdint.h>

#include "base/addr.h"

enum { COMMUNITY_ID = 31 }; // "1:", 28 characters of base64, NUL

// The ID of a TCP connection with seed 0; the direction doesn't matter.
void community_id(const struct addr addr[2], const uint16_t port[2],
		  char out[COMMUNITY_ID]);

#endif
