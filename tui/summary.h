// What the overview shows of all connections together: how many ended in which
// way, when, what they share, who has most trouble, what the capture can't
// show. Made in slices, so that it never stands in the way of a key. Pure but
// for memory.
#ifndef TCPWHY_SUMMARY_H
#define TCPWHY_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "report/clusters.h"

enum summary_table {
	RANK_SERVERS, // same server address
	RANK_CLIENTS,
	SUMMARY_TABLES
};

struct summary_entry {
	struct addr addr; // the server's, or the client's
	uint32_t total, eventful;
	uint32_t first; // index of the first connection
};

struct summary_ranking {
	struct summary_entry *entry; // once finished: most trouble first
	size_t count;
	uint32_t *slot; // hash -> index + 1
	size_t slots;
	size_t others; // connections left out: too many different ones
};

enum { SUMMARY_BINS = 960 };

struct summary {
	const struct analysis *analysis;
	size_t done, total; // connections; equal: finished
	size_t eventful;
	size_t verdicts[VERDICTS];
	size_t limits[FACTS]; // connections with that ROLE_LIMIT finding
	struct summary_ranking ranking[SUMMARY_TABLES];
	struct clusters_search *search;
	struct clusters clusters; // what connections have in common
	// Endings over time.
	int64_t from, step; // ns; of the first bin, and of each
	size_t bins;
	uint32_t ended[SUMMARY_BINS], troubled[SUMMARY_BINS];
};

// Begins anew over what r's analysis knows now. False: no memory.
bool summary_begin(struct summary *s, const struct report *r);
void summary_release(struct summary *s);

// Takes in at most `budget` connections; true as long as there are more.
bool summary_work(struct summary *s, size_t budget);

#endif
