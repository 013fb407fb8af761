// The pane below the ladder: why, why not, what limits the view, what else is
// possible, what the programs see, what to do; as wrapped lines. Pure but for
// memory.
#ifndef TCPWHY_PANE_H
#define TCPWHY_PANE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "ui.h"

struct pane_line {
	const char *label; // "why", "not", ...; NULL: as the line before
	size_t start, n;   // of the line in pane.text
	size_t finding;    // index in detail.finding; SIZE_MAX: none
};

struct pane {
	struct text text;
	struct pane_line *line; // owned
	size_t count, room;
	bool failed; // no memory
};

// Lines of at most `width` cells for the connection that is open.
void pane_build(struct pane *p, const struct ui *ui, int width);
void pane_release(struct pane *p);

// The first line of that finding; 0 if there is none.
size_t pane_find(const struct pane *p, size_t finding);

#endif
