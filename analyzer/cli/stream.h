// A report whose rows are written as the capture flows: each soon after its
// connection's end, in memory that what was written leaves again. For reports
// of rows, of a capture that is one pipe.
#ifndef TCPWHY_STREAM_H
#define TCPWHY_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/analysis.h"
#include "cli/select.h"
#include "read/capture.h"
#include "read/frame.h"
#include "report/report.h"

// All set by the caller, and the caller's; analysis_stream(analysis) was called
// before.
struct stream {
	struct capture *capture;
	struct analysis *analysis;
	struct choice *choice;
	struct report report; // but for its order
	bool (*write)(const struct report *, FILE *);
	FILE *to; // ferror(to): nobody takes the rows any more
	// The stream's own:
	unsigned since; // frames since the analysis waited for none
	bool failed;    // no memory; that was said
};

// Writes what comes before the first row.
void stream_begin(struct stream *s);

// As capture_next(), for analysis_frame() to take what it gives; writes the
// rows that are due first, and lets none lie when it waits. 0 also where rows
// can't be written any more.
int stream_next(struct stream *s, struct frame *out);

// After analysis_settle(): writes the rest, the unended ones in the order of
// first packets.
void stream_end(struct stream *s);

#endif
