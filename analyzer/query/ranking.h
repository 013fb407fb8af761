// Connections in the order in which they fit log lines. Pure but for
// memory.
#ifndef TCPWHY_RANKING_H
#define TCPWHY_RANKING_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "query/logline.h"

struct rank {
	uint32_t connection; // from 0
	uint32_t line;       // that it fits best, from 0
	struct logline_fit fit;
};

enum { RANKS = 10 }; // no more are kept: what fits worse is noise

struct ranking {
	const struct logline *line; // the caller's
	size_t lines;
	struct rank rank[RANKS];
	size_t ranks;
	uint32_t order[RANKS]; // for report.order
};

// Ranks all connections of a.
void ranking_make(struct ranking *r, const struct analysis *a,
		  const struct logline *line, size_t lines);

#endif
