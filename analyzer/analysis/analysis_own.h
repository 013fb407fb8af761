// What an analysis consists of. For analysis*.c alone.
#ifndef TCPWHY_ANALYSIS_OWN_H
#define TCPWHY_ANALYSIS_OWN_H

#include "analysis/analysis.h"
#include "analysis/decide.h"
#include "analysis/jobs.h"
#include "track/flow_table.h"

enum { AHEAD = 48 }; // segments that are looked up together

// A segment whose turn has not come.
struct waiting {
	struct flow_hint where;
	struct packet packet;
};

struct analysis {
	struct flow_table *flows;
	struct tally tally;
	struct waiting batch[AHEAD];
	size_t waiting;

	struct decider decider;
	struct jobs *jobs; // NULL: one thread does all
	bool may_split;    // a second one is welcome
	size_t settled;    // connections that analysis_settle() has seen
	uint32_t *shown;   // ... their records, where some are no connections

	int64_t ticked;        // of tick()
	size_t limit;          // bytes, 0: none
	struct spill *spill;   // where what is seldom looked at may go, or NULL
	bool spills;           // ... and does
	size_t watched;        // number of a connection, 0: none
	struct flow_room room; // of the watched one
	struct step *step;
	size_t steps, steps_size;
	size_t notable; // of them, behind the first ones
};

// analysis_hot.c: takes what waits; a comment is the last one's, or NULL.
// False: no memory.
bool hot_batch(struct analysis *a, const char *comment);

// analysis_work.c, where the hot path goes now and then -----------------------

// All of the table and of what was decided is at hand again.
void work_rejoin(struct analysis *a);

// Decides who is over at this time of the capture.
void work_due(struct analysis *a, int64_t now);

// Makes sure that the next batch finds room below the limit.
void work_limit(struct analysis *a);

// False: no memory.
bool work_icmp(struct analysis *a, const struct icmp_error *e,
	       const char *comment);

// A frame that is no segment moves a stream's clock as well. False: no memory.
bool work_tick(struct analysis *a, int64_t now);

// analysis_steps.c, the timeline of the connection that is watched. False: no
// memory.
bool steps_segment(struct analysis *a, const struct segment *s,
		   const struct flow_seen *seen, const char *comment);
bool steps_icmp(struct analysis *a, const struct icmp_error *e,
		const struct flow_seen *seen, const char *comment);
void steps_free(struct analysis *a);

#endif
