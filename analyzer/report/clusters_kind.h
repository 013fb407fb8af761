// The table of kinds of clusters: which connections each takes, and when they
// are a group. For clusters.c alone. Pure.
#ifndef TCPWHY_CLUSTERS_KIND_H
#define TCPWHY_CLUSTERS_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/report.h"

// A connection is in the first that it fits.
enum cluster_kind {
	CLUSTER_GOODBYE, // only a TLS close_notify was lost, at one server
	CLUSTER_CHECK,   // opened and reset by one client without a byte
	CLUSTER_SCAN,    // one client, many ports of one host
	CLUSTER_IDLE,    // reset after the same silence
	CLUSTER_BURST,   // ended by one host in the same instant
	CLUSTER_CAUSE,   // the same verdict at one server
	CLUSTER_KINDS
};

// A connection that a kind may take.
struct cluster_item {
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
	bool unserved; // only at ports where no program answered anybody
	// True if it takes c; then m has the key and the value it looks at.
	bool (*takes)(const struct report *r, const struct connection *c,
		      struct cluster_item *m);
	// True if b, next by value to a, belongs to the group that begins with
	// first.
	bool (*near)(const struct cluster_item *first,
		     const struct cluster_item *a,
		     const struct cluster_item *b);
	// True if n of them are a group.
	bool (*enough)(const struct cluster_item *m, size_t n);
};

// True if more than one of n did not close in good order.
bool cluster_is_trouble(const struct cluster_item *m, size_t n);

extern const struct cluster_rule cluster_kinds[CLUSTER_KINDS];

#endif
