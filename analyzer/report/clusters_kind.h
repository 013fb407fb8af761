// The table of kinds of clusters: which connections each takes, and when they
// are a group. For clusters.c alone. Pure.
#ifndef TCPWHY_CLUSTERS_KIND_H
#define TCPWHY_CLUSTERS_KIND_H

#include "report/clusters.h"

// A connection that a kind may take.
struct item {
	uint32_t index;
	struct addr host, client;
	uint16_t port;
	uint8_t verdict;
	int64_t value; // that the kind looks at
	int64_t start, end;
	bool eventful;
};

struct cluster_rule {
	bool harmless;
	// True if it takes c; then m has the key and the value it looks at.
	bool (*takes)(const struct report *r, const struct connection *c,
		      struct item *m);
	// True if b, next by value to a, belongs to the group that begins with
	// first.
	bool (*near)(const struct item *first, const struct item *a,
		     const struct item *b);
	// True if n of them are a group.
	bool (*enough)(const struct item *m, size_t n);
};

extern const struct cluster_rule cluster_kinds[CLUSTER_KINDS];

#endif
