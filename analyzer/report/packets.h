// The packets of the connections that a report is about, as a capture of their
// own: their bytes and times as they were, with comments on the frames that
// decide. The frames come a second time, in the same order.
#ifndef TCPWHY_PACKETS_H
#define TCPWHY_PACKETS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "read/frame.h"
#include "report/report.h"

struct packets;

// Of these connections, to that file; both stay the caller's. NULL: no memory.
struct packets *packets_new(const struct report *r, FILE *to);
void packets_free(struct packets *p);

// The next frame, with its comment or NULL. False: no memory.
bool packets_frame(struct packets *p, const struct frame *f,
		   const char *comment);

#endif
