// Connections that belong together, over all that a report is about: those
// with the same cause at the same server, the same silence before their end,
// the same instant. Many rows become one finding. Pure but for memory.
//
// (groups.h is what neighbours tell of one connection while it is judged; here
// is what many judged ones tell their reader.)
#ifndef TCPWHY_CLUSTERS_H
#define TCPWHY_CLUSTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/clusters_kind.h"
#include "report/report.h"

struct cluster {
	enum cluster_kind kind;
	bool harmless;
	size_t first, n; // of clusters.member
	size_t of;       // CHECK: connections between the two in all
	// GOODBYE, CAUSE: the server; CHECK, SCAN: the server and the client;
	// BURST: who ended them, its port 0 if it is the client.
	struct addr host, client;
	uint16_t port;
	enum verdict_id verdict; // CAUSE: theirs
	int64_t start;           // when the first of them began, ns
	int64_t from, to; // when the first and the last of them ended; BURST:
			  // when their host closed them
	int64_t value;    // IDLE: the silence in the middle, ns; SCAN: ports
	int64_t spread;   // IDLE: plus or minus
	size_t answered;  // CAUSE, SYNs without an answer: SYNs meanwhile that
			  // had one
	bool refused;     // BURST: the port refused connections soon after
	bool unsure;      // BURST: none, unless that is so
};

struct clusters {
	struct cluster *cluster; // harmless ones last, else the largest first
	size_t n;
	uint32_t *member; // connections (from 0)
};

// Finds them; false: no memory. clusters_release() it in any case.
bool clusters_find(struct clusters *out, const struct report *r);

// Bytes that this takes for each connection, and among how many of a report's
// connections it looks: the first ones.
enum { CLUSTERS_BYTES = 160 };
size_t clusters_among(const struct report *r);

// The same in slices, for who must not be kept waiting. NULL: no memory. Who
// begins has to end, done or not; only what is done is worth having.
struct clusters_search;
struct clusters_search *clusters_begin(const struct report *r);
// Looks at most at `budget` connections; true as long as there is more to do.
bool clusters_work(struct clusters_search *s, size_t budget);
// False: no memory.
bool clusters_end(struct clusters_search *s, struct clusters *out);
void clusters_release(struct clusters *c);

// What programs call a kind: "cause", "idle", ...
const char *cluster_name(enum cluster_kind kind);

// What one is, a sentence without full stop.
void cluster_sentence(const struct cluster *c, const struct report *r,
		      struct text *out);

// Words for `-w` that choose its members, and others too where these are too
// many to be named: "connection=3,7..9".
void cluster_words(const struct clusters *all, const struct cluster *c,
		   struct text *out);

// "#3, #7, #9 and 34 more"
void cluster_members(const struct clusters *all, const struct cluster *c,
		     struct text *out);

#endif
