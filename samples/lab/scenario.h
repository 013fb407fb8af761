// The table of scenarios: one row each, with one small function.
#ifndef LAB_SCENARIO_H
#define LAB_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "play.h"

enum scenario_flags {
	BY_CLIENT = 1,
	BY_SERVER = 2,
	BY_EITHER = 3,
	// The RST is active: which causes look the same is a matter of windows
	// and payload, and measured from the packets (signs.h).
	ACTIVE = 4,
	SLOW = 8, // takes more than ten seconds: starts first
	// Built to make a rule lie, and met nowhere else: one play a round.
	RARE = 16,
};

struct scenario {
	const char *name;
	void (*run)(struct play *p);
	unsigned flags;
	// The truth everywhere unless run() tells otherwise. "A" is the actor,
	// "O" the other one; see struct told.
	const char *verdict, *closed, *reset;
	// The kernel must have given this reason for a RST; NULL: no RST of
	// its own; "+": any; "*": any or none.
	const char *reason;
	const char *world; // NULL: any
	const char *text;
};

// Ends with a NULL name. The rows stand beside their functions.
extern const struct scenario scenarios_abort[];
extern const struct scenario scenarios_linger[];
extern const struct scenario scenarios_close[];
extern const struct scenario scenarios_late[];
extern const struct scenario scenarios_open[];
extern const struct scenario scenarios_queue[];
extern const struct scenario scenarios_path[];
extern const struct scenario scenarios_forged[];
extern const struct scenario scenarios_app[];
extern const struct scenario scenarios_many[];
// For measure.h; not played otherwise.
extern const struct scenario scenarios_measure[];
extern const struct scenario scenarios_break[];

// The i-th of all scenarios, or of those that are measured, NULL behind the
// last.
const struct scenario *scenario_get(size_t i);
const struct scenario *scenario_measured(size_t i);

#endif
