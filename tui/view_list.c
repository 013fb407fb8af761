// The list: a row a connection, and below it the selected one in full.
#include "view.h"

#include <string.h>

// Rows of the detail below, and the width of the margin on the left.
enum { DETAIL = 3, MARGIN = 2 };

static int rows_of(struct area a)
{
	return a.rows - 1 - DETAIL - 1; // head, rule
}

// Head -----------------------------------------------------------------------

static void draw_head(const struct ui *ui, struct grid *g, struct area a,
		      size_t n, const enum column_id *ids, const int *widths)
{
	int col = a.col + MARGIN;

	for (size_t i = 0; i < n; i++) {
		const struct list_column *column = column_get(ids[i]);
		bool sorted = ids[i] == ui->model.sort;
		const char *mark = !sorted                ? ""
				   : ui->model.descending ? "▼"
							  : "▲";
		char title[32];

		snprintf(title, sizeof title, "%s%s",
			 widths[i] < (int)strlen(column->title) ? ""
								: column->title,
			 mark);
		if (column->right)
			grid_right(g, a.row, col, widths[i], STYLE_HEAD, title);
		else
			grid_fit(g, a.row, col, widths[i], STYLE_HEAD, title);
		col += widths[i] + 1;
	}
}

// Rows -----------------------------------------------------------------------

static uint8_t style_of(enum column_id id, const struct connection *c)
{
	switch (id) {
	case COL_VERDICT:
		return view_verdict_style(c->verdict);
	case COL_CLIENT:
		return STYLE_CLIENT;
	case COL_SERVER:
		return STYLE_SERVER;
	case COL_NUMBER:
	case COL_CONFIDENCE:
		return STYLE_FAINT;
	default:
		return STYLE_PLAIN;
	}
}

static void draw_row(const struct ui *ui, struct grid *g, int row,
		     struct area a, uint32_t i, size_t n,
		     const enum column_id *ids, const int *widths,
		     struct text *cell)
{
	const struct connection *c = analysis_get(ui->report.analysis, i);
	int col = a.col + MARGIN;

	grid_text(g, row, a.col, 1, view_verdict_style(c->verdict),
		  view_verdict_mark(c->verdict));
	if (model_marked(&ui->model, i))
		grid_text(g, row, a.col + 1, 1, STYLE_MARK, "✓");
	for (size_t k = 0; k < n; k++) {
		const struct list_column *column = column_get(ids[k]);
		uint8_t style = style_of(ids[k], c);

		text_cut(cell, 0);
		column->text(&ui->clock, c, i, widths[k], cell);
		if (cell->n && column->right)
			grid_right(g, row, col, widths[k], style, cell->s);
		else if (cell->n)
			grid_fit(g, row, col, widths[k], style, cell->s);
		col += widths[k] + 1;
	}
}

static void draw_rows(struct ui *ui, struct grid *g, struct area a)
{
	const struct model *m = &ui->model;
	size_t rows = (size_t)rows_of(a), n;
	enum column_id ids[COLS];
	int widths[COLS];
	struct text cell = { 0 };

	n = column_layout(a.cols - MARGIN, ui->list.skip, &m->needs, ids,
			  widths);
	draw_head(ui, g, a, n, ids, widths);
	view_scroll(&ui->list.top, m->cursor, rows, m->count);
	for (size_t k = 0; k < rows && ui->list.top + k < m->count; k++) {
		int row = a.row + 1 + (int)k;

		draw_row(ui, g, row, a, m->rows[ui->list.top + k], n, ids,
			 widths, &cell);
		if (ui->list.top + k == m->cursor)
			grid_select(g, row, a.col, a.cols);
	}
	text_release(&cell);
}

// Nothing to show ------------------------------------------------------------

static void draw_empty(const struct ui *ui, struct grid *g, struct area a)
{
	const struct model *m = &ui->model;
	int row = a.row + rows_of(a) / 2;

	if (m->tested < m->total || (!m->total && ui->loading.active)) {
		grid_fit(g, row, a.col + MARGIN, a.cols, STYLE_FAINT,
			 "Searching ...");
		return;
	}
	if (!m->total)
		grid_fit(g, row, a.col + MARGIN, a.cols - MARGIN, STYLE_STRONG,
			 "There is no TCP connection in this capture.");
	else if (m->where)
		grid_fit(g, row, a.col + MARGIN, a.cols - MARGIN, STYLE_STRONG,
			 "No connection matches.");
	else if (m->only_marked)
		grid_fit(g, row, a.col + MARGIN, a.cols - MARGIN, STYLE_STRONG,
			 "Nothing is marked.");
	else
		grid_fit(g, row, a.col + MARGIN, a.cols - MARGIN, STYLE_GOOD,
			 "No abnormal ending: every connection closed normally "
			 "or is still open.");
	if (m->total && (m->only_eventful || m->where || m->only_marked))
		grid_printf(g, row + 1, a.col + MARGIN, a.cols - MARGIN,
			    STYLE_FAINT, "%s%s%s",
			    m->only_eventful ? "a shows normal ones too. " : "",
			    m->where ? "f changes the filter. " : "",
			    m->only_marked ? "M shows unmarked ones too." : "");
}

// Detail ---------------------------------------------------------------------

// Both ends whole, on one line or two; returns the next row.
static int draw_ends(struct grid *g, int row, struct area a,
		     const struct connection *c)
{
	struct text ends[2] = { { 0 }, { 0 } };
	int col = a.col, wide;

	for (int side = 0; side < 2; side++)
		report_endpoint(&ends[side], &c->addr[side], c->port[side]);
	if (!ends[0].s || !ends[1].s)
		return row;
	wide = (int)(ends[0].n + ends[1].n) + 3;
	col += grid_fit(g, row, col, a.cols, STYLE_CLIENT, ends[0].s);
	col += grid_text(g, row, col, 3, STYLE_FAINT, " → ");
	if (wide > a.cols)
		col = a.col, row++;
	grid_fit(g, row, col, a.cols, STYLE_SERVER, ends[1].s);
	text_release(&ends[0]);
	text_release(&ends[1]);
	return row + 1;
}

// Its date and zone, for which the column of times has no room.
static void draw_start(const struct ui *ui, struct grid *g, int row,
		       struct area a, const struct connection *c)
{
	struct text text = { 0 };
	struct text ends = { 0 };

	report_clock(&text, c->start, ui->clock.zone);
	for (int side = 0; side < 2; side++)
		report_endpoint(&ends, &c->addr[side], c->port[side]);
	if (text.s && (int)(text.n + ends.n) + 6 <= a.cols)
		grid_right(g, row, a.col, a.cols - 1, STYLE_FAINT, text.s);
	text_release(&ends);
	text_release(&text);
}

static void draw_detail(const struct ui *ui, struct grid *g, struct area a)
{
	uint32_t i = ui_current(ui);
	int row = a.row + a.rows - DETAIL;
	const struct connection *c;
	const struct verdict *v;
	char sentence[512];

	view_rule(g, a, row - 1, NULL);
	if (i == MODEL_NONE)
		return;
	c = analysis_get(ui->report.analysis, i);
	v = verdict_get(c->verdict);
	draw_start(ui, g, row, a, c);
	row = draw_ends(g, row, a, c);
	if (row < a.row + a.rows - 1) {
		grid_printf(
		    g, row, a.col, a.cols, view_verdict_style(c->verdict),
		    "%s (%s)%s%s%s%s", v->title, confidence_name(c->confidence),
		    c->also[0] ? "  could also be " : "",
		    c->also[0] ? verdict_get(c->also[0])->title : "",
		    c->also[0] && c->also[1] ? ", " : "",
		    c->also[0] && c->also[1] ? verdict_get(c->also[1])->title
					     : "");
		row++;
	}
	grid_fit(g, row, a.col, a.cols, STYLE_PLAIN,
		 report_sentence(c, sentence, sizeof sentence));
}

static void draw(struct ui *ui, struct grid *g, struct area a)
{
	if (ui->model.count)
		draw_rows(ui, g, a);
	else
		draw_empty(ui, g, a);
	draw_detail(ui, g, a);
}

// Keys -----------------------------------------------------------------------

static void sort_by(struct ui *ui, enum column_id id, bool descending)
{
	if (!model_sort(&ui->model, id, descending))
		ui_say(ui, true, "out of memory: not sorted");
	else
		ui_say(ui, false, "sorted by %s%s", column_get(id)->title,
		       descending ? ", largest first" : "");
}

static void narrow(struct ui *ui, bool eventful, bool marked)
{
	model_narrow(&ui->model, eventful, marked);
	ui_say(ui, false, "%s%s",
	       eventful ? "abnormal endings only" : "all connections",
	       marked ? ", only marked ones" : "");
}

static void shift(struct ui *ui, int by)
{
	size_t most =
	    column_skip_most(ui->body.cols - MARGIN, &ui->model.needs);

	if (by < 0 && ui->list.skip)
		ui->list.skip--;
	if (by > 0 && ui->list.skip < most)
		ui->list.skip++;
}

static void toggle_mark(struct ui *ui)
{
	uint32_t i = ui_current(ui);

	if (i == MODEL_NONE)
		return;
	model_toggle_mark(&ui->model, i);
	if (!ui->model.only_marked)
		model_move(&ui->model, 1);
}

// The column on the screen beside the one that is sorted by.
static enum column_id beside(const struct ui *ui, bool right)
{
	enum column_id ids[COLS];
	int widths[COLS];
	size_t n = column_layout(ui->body.cols - MARGIN, ui->list.skip,
				 &ui->model.needs, ids, widths);

	for (size_t i = 0; i < n; i++) {
		if (ids[i] == ui->model.sort)
			return ids[(i + (right ? 1 : n - 1)) % n];
	}
	return n ? ids[right ? 0 : n - 1] : ui->model.sort;
}

static void act(struct ui *ui, enum action action)
{
	struct model *m = &ui->model;
	long step = view_step(action, rows_of(ui->body));

	if (step)
		model_move(m, step);
	else if (action == ACTION_ENTER && m->count)
		ui_open(ui, m->rows[m->cursor]);
	else if (action == ACTION_SORT_RIGHT || action == ACTION_SORT_LEFT)
		sort_by(ui, beside(ui, action == ACTION_SORT_RIGHT),
			m->descending);
	else if (action == ACTION_REVERSE)
		sort_by(ui, m->sort, !m->descending);
	else if (action == ACTION_ALL)
		narrow(ui, !m->only_eventful, m->only_marked);
	else if (action == ACTION_MARKED)
		narrow(ui, m->only_eventful, !m->only_marked);
	else if (action == ACTION_MARK)
		toggle_mark(ui);
	else if (action == ACTION_LEFT || action == ACTION_RIGHT)
		shift(ui, action == ACTION_LEFT ? -1 : 1);
	else if (action == ACTION_TIME)
		ui->clock.relative = !ui->clock.relative;
}

// A click on a column's head sorts by it, a second one turns the order.
static void click_head(struct ui *ui, int col)
{
	enum column_id ids[COLS];
	int widths[COLS], at = MARGIN;
	size_t n = column_layout(ui->body.cols - MARGIN, ui->list.skip,
				 &ui->model.needs, ids, widths);

	for (size_t i = 0; i < n; at += widths[i++] + 1) {
		if (col < at || col >= at + widths[i])
			continue;
		sort_by(ui, ids[i],
			ids[i] == ui->model.sort && !ui->model.descending);
	}
}

static void click(struct ui *ui, int row, int col)
{
	struct model *m = &ui->model;
	size_t at = ui->list.top + (size_t)row - 1;

	if (row == 0) {
		click_head(ui, col);
		return;
	}
	if (row > rows_of(ui->body) || at >= m->count)
		return;
	if (at == m->cursor && m->selected == m->rows[at])
		ui_open(ui, m->rows[at]);
	else
		model_select_row(m, at);
}

const struct view_row view_list = { draw, act, click, NULL };
