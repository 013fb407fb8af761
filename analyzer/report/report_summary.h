// The head of the text report, and the counts it shows. For report_text.c.
#ifndef TCPWHY_REPORT_SUMMARY_H
#define TCPWHY_REPORT_SUMMARY_H

#include "report/report.h"

// How many connections ended how.
struct ending_counts {
	uint64_t all[VERDICTS];
	uint64_t by[VERDICTS][CONFIDENCES];
	uint64_t eventful[VERDICTS];
	uint64_t blocks[VERDICTS]; // that the text report would have
	uint64_t sum, eventful_sum;
};

// True if the text report has a block for c: what was asked for is shown
// however it ended.
bool report_wants_block(const struct report *r, const struct connection *c);

// Counts all connections of r into *n, which is zero.
void report_count_all(struct ending_counts *n, const struct report *r);

void report_add_summary(struct text *out, const struct report *r,
			const struct ending_counts *n);

// Writes what out holds and empties it. False: what it holds is not whole.
bool report_flush(struct text *out, FILE *to);

#endif
