// One connection for people: the block of the text report. Pure.
#ifndef TCPWHY_REPORT_BLOCK_H
#define TCPWHY_REPORT_BLOCK_H

#include <stddef.h>

#include "report.h"
#include "text.h"

// Adds the block of connection i (from 0): who, what happened, why, why not
// something else, what the programs saw, what to do, where to look.
void report_block(const struct report *r, size_t i, struct text *out);

// Adds its ladder, if it is the one that the analysis watched.
void report_ladder(const struct report *r, size_t i, struct text *out);

#endif
