// Connections that lived and ended as they should: opened by a handshake, every
// segment in its place, closed by both sides. Most are so, and that can be told
// from the log without making a state of it.
#ifndef TCPWHY_CLEAN_CLOSE_H
#define TCPWHY_CLEAN_CLOSE_H

#include <stdbool.h>

#include "track/connection.h"
#include "track/segment_log.h"

enum ordinary {
	ORDINARY_NOT,  // only its state can tell
	ORDINARY_OPEN, // such a life so far
	ORDINARY_OVER, // *c says of it what its state would have made it say,
		       // but for Zeek's columns and what is always the same:
		       // outcome_clean_close()
};

// What life the log is of. *c is as it was but for a life that is over.
enum ordinary ordinary(const struct segment_log *l, struct connection *c);

#endif
