// Where the lines of the overview stand: in one column or two, each of which
// scrolls by itself. Pure.
#ifndef TCPWHY_OVERVIEW_LAYOUT_H
#define TCPWHY_OVERVIEW_LAYOUT_H

#include "overview_items.h"

// A line's place. Rows count from the top of the column's whole content.
struct place {
	int column; // that scrolls
	int row, rows;
	int col, cols;
};

struct layout {
	struct item item[OVERVIEW_ITEMS];
	struct place place[OVERVIEW_ITEMS];
	size_t count;
	struct place head[SECTIONS]; // of the headings; no cols: none
	int columns, rows[2];        // rows of each column's content
	int air;                     // rows between sections
};

void overview_layout(const struct ui *ui, struct area a, struct layout *l);

// The selected line, or the nearest behind it; 0 if there are none.
size_t overview_selected(const struct ui *ui, const struct layout *l);
void overview_select(struct ui *ui, const struct layout *l, size_t i);

// The line beside line i, to the right or to the left; i if there is none.
size_t overview_beside(const struct layout *l, size_t i, bool right);

// Where p is on the screen, as far as it is; false: its first row isn't.
bool overview_visible(const struct ui *ui, struct area a, const struct place *p,
		      struct area *out);

// Draws the histogram, one column of it selected.
void overview_draw_when(struct ui *ui, struct grid *g, struct area a);

#endif
