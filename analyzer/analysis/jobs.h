// A second thread, which decides what is over while the first one reads on.
// What it decides, in which order, and what comes of it is the same as without.
#ifndef TCPWHY_JOBS_H
#define TCPWHY_JOBS_H

#include <stdint.h>

#include "analysis/decide.h"
#include "track/flow_table.h"

struct jobs;

// From here on d is the thread's whenever connections are away. NULL: no
// thread can be had.
struct jobs *jobs_new(struct decider *d);

// Ends the thread; none may be away.
void jobs_free(struct jobs *j);

// Sends a connection away, to be decided as of now. Waits if too many are away
// already.
void jobs_send(struct jobs *j, uint32_t index, int64_t now);

// Waits until none is away.
void jobs_finish(struct jobs *j);

#endif
