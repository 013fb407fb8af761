// The lines of the connection view: the rows of the timeline, and between them
// what belongs to a row but is no frame: the window that a RST gives back, and
// the verdict at the frame that ends the connection. Pure but for memory.
#ifndef TCPWHY_LADDER_H
#define TCPWHY_LADDER_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/analysis.h"
#include "report/timeline.h"

enum ladder_kind {
	LADDER_ROW,
	LADDER_WINDOW, // a bar for `finding`
	LADDER_VERDICT,
};

struct ladder_line {
	enum ladder_kind kind;
	size_t row; // of the timeline; that it stands behind
	const struct finding *finding;
};

struct ladder {
	struct ladder_line *line; // owned
	size_t count;
	// The lines of the RST that ended it and of the segment that it
	// answers; equal: no such tie.
	size_t elicited_by, answer;
};

// Lines for t, whose findings must stay. False: no memory.
bool ladder_build(struct ladder *l, const struct timeline *t);
void ladder_release(struct ladder *l);

// The line that shows a frame; SIZE_MAX: none does.
size_t ladder_find(const struct ladder *l, const struct timeline *t,
		   uint64_t frame);

// True if the finding's numbers are windows: a before, b the RST's.
bool ladder_is_window(const struct finding *f);

// What the receiver's window did in a run of data: the last one offered before
// it, and the last one in it. False if it offered none.
bool ladder_window(const struct timeline *t, const struct row *row,
		   uint32_t *before, uint32_t *after);

#endif
