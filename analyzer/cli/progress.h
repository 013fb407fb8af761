// The line that says how far the reading is, on a terminal only.
#ifndef TCPWHY_PROGRESS_H
#define TCPWHY_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "read/capture.h"

struct progress {
	bool wanted;     // standard error is a terminal
	bool shown;      // there is a line to erase
	int64_t started; // ns of the monotonic clock
	int64_t drawn;   // when it was last drawn
	uint64_t frames; // that were read
	uint64_t looked; // ... when the clock was looked at
};

struct progress progress_begin(void);

// So many more frames were read. Call it as often as you like: it looks at the
// clock every few thousand frames, and draws a few times a second once reading
// takes long.
void progress_step(struct progress *p, const struct capture *c, size_t frames);

// Erases the line.
void progress_end(struct progress *p);

#endif
