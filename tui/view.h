// The views: each draws its part of the ui into an area of the grid and acts
// on its keys. Pure.
#ifndef TCPWHY_VIEW_H
#define TCPWHY_VIEW_H

#include "ui.h"

struct view_row {
	void (*draw)(struct ui *ui, struct grid *g, struct area a);
	void (*act)(struct ui *ui, enum action action);
	// A click on a cell of its area.
	void (*click)(struct ui *ui, int row, int col);
	// The wheel turns over that cell; NULL: there is but one pane.
	void (*point)(struct ui *ui, int row, int col);
};

extern const struct view_row view_overview, view_list, view_connection,
    view_explain, view_help;

// The same for the view that is shown.
void views_act(struct ui *ui, enum action action);
void views_click(struct ui *ui, int row, int col);

// The mouse points there: of several panes that one takes the wheel.
void views_point(struct ui *ui, int row, int col);

// The verdict that the overview's selected line is about, or VERDICT_NONE.
enum verdict_id overview_verdict(const struct ui *ui);

// What views share -----------------------------------------------------------

uint8_t view_verdict_style(enum verdict_id v);

// The same for those who see no colours: '!' harmful, '?' may have to be
// explained, '~' unknown, ' ' nothing wrong.
const char *view_verdict_mark(enum verdict_id v);

// A rule across the area's row, with a title in it or NULL.
void view_rule(struct grid *g, struct area a, int row, const char *title);

// Moves *top so that `at` lies within rows lines from it, and no empty lines
// are shown while there are lines above.
void view_scroll(size_t *top, size_t at, size_t rows, size_t count);

// How far an action moves on a page of that many rows; 0 if it doesn't.
long view_step(enum action action, int rows);

// Adds the Wireshark filter of a connection.
void view_wireshark(const struct ui *ui, uint32_t connection, struct text *out);

#endif
