// Connections that were opened by a handshake and closed by both sides, with
// every segment in its place. Most are so, and the segment log shows it without
// a state being made of it. What this relies on: analysis/decide.h.
#ifndef TCPWHY_CLEAN_CLOSE_H
#define TCPWHY_CLEAN_CLOSE_H

#include <stdbool.h>

#include "track/connection.h"
#include "track/segment_log.h"

enum clean_close {
	CLEAN_CLOSE_NOT,  // only its state can tell
	CLEAN_CLOSE_OPEN, // nothing unusual so far, but not closed yet
	CLEAN_CLOSE_OVER, // *c is complete, as if the state had been made; but
			  // for Zeek's columns and for what is the same for all
			  // of them, which outcome_clean_close() adds
};

// Does the log show such a connection? Writes to *c only if it is over. Where
// findings would have more to say, and are wanted, only its state can tell.
enum clean_close clean_close(const struct segment_log *l, bool findings,
			     struct connection *c);

#endif
