// What timeline.c and timeline_text.c take for a timer's work. For them alone.
#ifndef TCPWHY_TIMELINE_FOLD_H
#define TCPWHY_TIMELINE_FOLD_H

#include "report/timeline.h"

// The least retransmission timeout of Linux: what is repeated sooner is part of
// an ordinary recovery from loss, and no event of its own.
static const int64_t TIMELINE_RECOVERY = INT64_C(200000000);

enum {
	TIMELINE_PROBES = STEP_KEEPALIVE | STEP_ZERO_WINDOW_PROBE,
	// A timer's, not a program's.
	TIMELINE_WAITED = TIMELINE_PROBES | STEP_RETRANSMISSION,
};

#endif
