// The path between two hosts: everything that either of them sends passes
// through here, leg by leg:
//
//   client --leg 0--> middle --leg 1--> server      (and back)
//
// Each play has a link with delays, hops and rules of its own. A rule sits on a
// leg and is asked about packets as they enter that leg. The middle films what
// passes it. All functions are safe to call from any thread.
#ifndef LAB_PATH_H
#define LAB_PATH_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/side.h"
#include "film.h"
#include "host.h"
#include "seg.h"

enum { LEG_CLIENT, LEG_SERVER, LEGS };

enum rule_action {
	RULE_COUNT, // lets it pass
	RULE_DROP,
	RULE_HOLD,  // keeps it until path_release()
	RULE_DELAY, // by delay more
	RULE_TWICE, // lets it pass, and once more after delay
	RULE_RST,   // drops it and answers as a kernel without a socket would
	RULE_ICMP   // drops it and answers by an ICMP error
};

struct rule {
	enum rule_action action;
	int leg;
	enum side from;      // BOTH: either direction
	unsigned mask, want; // flags & mask == want
	uint32_t min_len;    // payload at least; max_len 0: no limit
	uint32_t max_len;
	uint16_t port;      // the client's, 0: any
	int skip, times;    // lets skip pass first; acts on times (0: all)
	int64_t delay;      // ns
	uint8_t ttl;        // of a RST
	uint8_t type, code; // of an ICMP error
};

enum { LINK_RULES = 12, LINK_FLOWS = 16 };

struct parcel;

struct rule_state {
	struct rule rule;
	int seen, hits;
	bool off;
	struct parcel *held, **tail;
};

// The latest segments of one connection, for those who forge.
struct flow_view {
	uint16_t port; // the client's
	bool seen[2];
	uint32_t next[2];   // sequence number after all that was sent
	struct seg last[2]; // by sender
};

struct link {
	struct place place[2]; // index and base
	int64_t delay[LEGS];   // ns, one way
	uint8_t hops[LEGS];
	bool down;    // carries nothing any more
	int inflight; // parcels on their way, held ones not counted
	int64_t last; // when something last moved, CLOCK_MONOTONIC
	struct rule_state rules[LINK_RULES];
	int nrules;
	struct flow_view flows[LINK_FLOWS];
	int nflows;
};

struct path;

// Takes the two hosts; starts the thread. NULL: no memory.
struct path *path_start(struct host *host);
void path_stop(struct path *p);
// What the middle saw; after path_stop() only.
struct film *path_film(struct path *p);
void path_free(struct path *p);

// The link of the plays with that index; the path owns it. NULL: no memory.
struct link *path_link(struct path *p, uint16_t index);

// Returns the rule's number, -1 if there is no room.
int path_rule(struct path *p, struct link *l, const struct rule *r);
void path_rule_off(struct path *p, struct link *l, int rule);
// Lets go what a RULE_HOLD keeps, and ends the rule.
void path_release(struct path *p, struct link *l, int rule);
// True once the rule acted n times; false after timeout ns.
bool path_await(struct path *p, struct link *l, int rule, int n,
		int64_t timeout);
// True once nothing has moved for quiet ns; false after timeout ns.
bool path_quiet(struct path *p, struct link *l, int64_t quiet, int64_t timeout);
// Nothing passes any more.
void path_cut(struct path *p, struct link *l);

// What the path saw last of the connection; false: nothing from some side.
bool path_view(struct path *p, struct link *l, uint16_t client_port,
	       struct flow_view *out);
// Sends a forged segment on from the middle towards s->dst. seen: the middle's
// capture sees it too.
void path_inject(struct path *p, struct link *l, const struct seg *s,
		 uint16_t ip_id, bool seen);

#endif
