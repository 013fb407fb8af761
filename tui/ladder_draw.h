// One line of the ladder on the screen. Pure.
#ifndef TCPWHY_LADDER_DRAW_H
#define TCPWHY_LADDER_DRAW_H

#include "ui.h"

// Where the parts of a line stand; made once for a width.
struct ladder_columns {
	int frame, frame_width;
	int time, time_width;
	int state[2], state_width;
	int arrow, arrow_width;
	int note, end; // note: where there is no state on the right
};

struct ladder_columns ladder_columns(const struct ui *ui, int cols);

void ladder_draw_head(const struct ladder_columns *k, struct grid *g,
		      struct area a);

// Draws line i of the ladder into the first row of the area.
void ladder_draw(const struct ui *ui, const struct ladder_columns *k,
		 struct grid *g, struct area a, size_t i);

// Adds all that is known of the step in that line: flags, numbers, window.
void ladder_detail(const struct ui *ui, size_t i, struct text *out);

#endif
