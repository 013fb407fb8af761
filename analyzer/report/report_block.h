// One connection for people: the block of the text report. Pure.
#ifndef TCPWHY_REPORT_BLOCK_H
#define TCPWHY_REPORT_BLOCK_H

#include <stddef.h>

#include "base/text.h"
#include "report/report.h"

// Adds the block of connection i (from 0): who, what happened, why, why not
// something else, what the programs saw, what to do, where to look.
void report_block(const struct report *r, size_t i, struct text *out);

// Adds "frame 6", "frames 8, 9", or nothing.
void report_statement_frames(const struct report *r, const struct statement *t,
			     struct text *out);

// Adds what the program of that side saw, or why it saw nothing.
void report_program(const struct connection *c, enum side side,
		    struct text *out);

// Adds a Wireshark display filter that finds connection i.
void report_display_filter(const struct report *r, size_t i, struct text *out);

// Adds its ladder, if it is the one that the analysis watched.
void report_ladder(const struct report *r, size_t i, struct text *out);

#endif
