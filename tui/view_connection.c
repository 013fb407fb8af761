// One connection: its ladder, and a pane that says why.
#include "view.h"

#include <string.h>

#include "glyph.h"
#include "ladder_draw.h"
#include "pane.h"

enum { LABEL = 14, PANE_LEAST = 4, LADDER_LEAST = 3 };

// How the rows are shared out.
struct parts {
	int head;   // endpoints, verdict
	int ladder; // with the line of titles
	int pane;   // without the rule above it
};

static struct parts share(const struct ui *ui, struct area a, bool two_lines)
{
	struct parts p = { .head = 2 + two_lines };
	int rest = a.rows - p.head - 1, lines;

	lines = (int)(ui->detail.ladder.count < 1000 ? ui->detail.ladder.count
						     : 1000) +
		1;
	p.pane = ui->detail.in_pane ? rest * 2 / 3 : rest * 2 / 5;
	if (rest - p.pane > lines && !ui->detail.in_pane && ui->detail.ready)
		p.pane = rest - lines;
	if (p.pane < PANE_LEAST)
		p.pane = PANE_LEAST;
	if (rest - p.pane < LADDER_LEAST)
		p.pane = rest - LADDER_LEAST;
	p.ladder = rest - p.pane;
	return p;
}

// Head -----------------------------------------------------------------------

static bool two_lines(const struct ui *ui, struct area a)
{
	const struct connection *c = &ui->detail.c;
	struct text ends = { 0 };
	bool two;

	report_endpoint(&ends, &c->addr[CLIENT], c->port[CLIENT]);
	report_endpoint(&ends, &c->addr[SERVER], c->port[SERVER]);
	two = ends.n + 18 > (size_t)a.cols;
	text_release(&ends);
	return two;
}

static void draw_ends(const struct ui *ui, struct grid *g, struct area a,
		      bool two)
{
	const struct connection *c = &ui->detail.c;
	struct text end = { 0 };

	report_endpoint(&end, &c->addr[CLIENT], c->port[CLIENT]);
	text_puts(&end, " client");
	if (end.s)
		grid_fit(g, a.row, a.col + 1, a.cols - 1, STYLE_CLIENT, end.s);
	text_cut(&end, 0);
	text_puts(&end, "server ");
	report_endpoint(&end, &c->addr[SERVER], c->port[SERVER]);
	if (end.s)
		grid_right(g, a.row + two, a.col, a.cols - 1, STYLE_SERVER,
			   end.s);
	text_release(&end);
}

static void draw_outcome(const struct ui *ui, struct grid *g, struct area a,
			 int row)
{
	const struct connection *c = &ui->detail.c;
	enum side whose;
	enum call_result error = column_errno(c, &whose);
	int col = a.col + 1;

	col +=
	    grid_printf(g, row, col, a.cols - 1, view_verdict_style(c->verdict),
			"%s (%s)", verdict_get(c->verdict)->title,
			confidence_name(c->confidence)) +
	    2;
	if (c->closed_first != NOBODY)
		col += grid_printf(g, row, col, a.col + a.cols - col,
				   STYLE_PLAIN, "closed first: %s",
				   side_name(c->closed_first)) +
		       2;
	if (c->reset_by != NOBODY && a.cols >= 100)
		col +=
		    grid_printf(g, row, col, a.col + a.cols - col, STYLE_PLAIN,
				"reset by: %s", side_name(c->reset_by)) +
		    2;
	if (error != CALL_NONE)
		grid_printf(g, row, col, a.col + a.cols - col, STYLE_PLAIN,
			    "%s sees %s", side_name(whose),
			    call_result_name(error));
}

// Ladder ---------------------------------------------------------------------

static void draw_waiting(const struct ui *ui, struct grid *g, struct area a)
{
	const struct loading *l = &ui->detail.loading;
	int row = a.row + a.rows / 2;

	if (ui->detail.failed) {
		grid_fit(g, row, a.col + 2, a.cols - 2, STYLE_ALERT,
			 " The capture could not be read again: no ladder. ");
		return;
	}
	grid_fit(g, row, a.col + 2, 30, STYLE_FAINT, "Reading its frames ...");
	grid_bar(g, row, a.col + 26, a.cols - 30, STYLE_STRONG, l->done,
		 l->total);
}

static void draw_ladder(struct ui *ui, struct grid *g, struct area a)
{
	struct detail *d = &ui->detail;
	struct ladder_columns k = ladder_columns(ui, a.cols);
	size_t rows = (size_t)a.rows - 1;
	struct area line = { a.row, a.col, 1, a.cols };

	ladder_draw_head(&k, g, a);
	if (!d->ready) {
		draw_waiting(ui, g, a);
		return;
	}
	view_scroll(&d->top, d->cursor, rows, d->ladder.count);
	for (size_t i = d->top; i < d->ladder.count && i < d->top + rows; i++) {
		line.row++;
		ladder_draw(ui, &k, g, line, i);
		if (i == d->cursor)
			grid_select(g, line.row, a.col + 1, a.cols - 1);
	}
}

// Pane -----------------------------------------------------------------------

static void draw_pane_rule(const struct ui *ui, struct grid *g, struct area a)
{
	struct text text = { 0 };

	view_rule(g, a, a.row, NULL);
	text_char(&text, ' ');
	if (ui->detail.ready && ui->detail.cursor < ui->detail.ladder.count)
		ladder_detail(ui, ui->detail.cursor, &text);
	text_char(&text, ' ');
	if (text.s && text.n > 2)
		grid_fit(g, a.row, a.col + 1, a.cols - 2,
			 ui->detail.in_pane ? STYLE_FAINT : STYLE_HEAD, text.s);
	text_release(&text);
}

static const char *label_of(const struct pane *p, size_t i)
{
	while (i > 0 && !p->line[i].label)
		i--;
	return p->line[i].label;
}

static void draw_pane(struct ui *ui, struct grid *g, struct area a)
{
	struct detail *d = &ui->detail;
	size_t rows = (size_t)a.rows;
	struct pane p;

	pane_build(&p, ui, a.cols - LABEL - 1);
	if (d->pane_top + rows > p.count)
		d->pane_top = p.count > rows ? p.count - rows : 0;
	for (size_t k = 0; k < rows && d->pane_top + k < p.count; k++) {
		size_t i = d->pane_top + k;
		const struct pane_line *line = &p.line[i];
		int row = a.row + (int)k;

		if (line->label || k == 0)
			grid_fit(g, row, a.col + 1, LABEL - 1, STYLE_HEAD,
				 label_of(&p, i));
		grid_fit(g, row, a.col + LABEL + 1, a.cols - LABEL - 1,
			 STYLE_PLAIN, p.text.s + line->start);
		if (line->finding != SIZE_MAX && line->finding == d->chosen)
			grid_select(g, row, a.col + LABEL, a.cols - LABEL);
	}
	if (d->pane_top + rows < p.count)
		grid_printf(g, a.row - 1, a.col + a.cols - 12, 11, STYLE_FAINT,
			    " %zu more ▼ ", p.count - d->pane_top - rows);
	pane_release(&p);
}

static void draw(struct ui *ui, struct grid *g, struct area a)
{
	bool two = two_lines(ui, a);
	struct parts p = share(ui, a, two);
	struct area ladder = { a.row + p.head, a.col, p.ladder, a.cols };
	struct area rule = { ladder.row + p.ladder, a.col, 1, a.cols };
	struct area pane = { rule.row + 1, a.col, p.pane, a.cols };

	draw_ends(ui, g, a, two);
	draw_outcome(ui, g, a, a.row + p.head - 1);
	draw_ladder(ui, g, ladder);
	draw_pane_rule(ui, g, rule);
	draw_pane(ui, g, pane);
}

// Keys -----------------------------------------------------------------------

static void go_to_line(struct ui *ui, size_t line)
{
	if (ui->detail.ladder.count)
		ui->detail.cursor = line < ui->detail.ladder.count
					? line
					: ui->detail.ladder.count - 1;
}

static void move(struct ui *ui, long by)
{
	struct detail *d = &ui->detail;
	size_t *at = d->in_pane ? &d->pane_top : &d->cursor;

	if (by < 0 && 0 - (size_t)by > *at)
		*at = 0;
	else
		*at += (size_t)by;
	if (!d->in_pane)
		go_to_line(ui, *at);
	else if (*at > 1000)
		*at = 1000; // drawing brings it back to the last line
}

// The next finding that rests on a frame, and there.
static void next_finding(struct ui *ui, bool back)
{
	struct detail *d = &ui->detail;
	size_t i = d->chosen, line;
	struct pane p;

	for (size_t k = 0; k < d->findings; k++) {
		if (i == SIZE_MAX)
			i = back ? d->findings - 1 : 0;
		else
			i = (i + (back ? d->findings - 1 : 1)) % d->findings;
		line =
		    ladder_find(&d->ladder, &d->timeline, d->finding[i].frame);
		if (line == SIZE_MAX)
			continue;
		d->chosen = i;
		go_to_line(ui, line);
		pane_build(&p, ui, ui->body.cols - LABEL - 1);
		d->pane_top = pane_find(&p, i);
		pane_release(&p);
		ui_say(ui, false, "finding %zu of %zu", i + 1, d->findings);
		return;
	}
	ui_say(ui, false, "no finding rests on a frame");
}

static void neighbour(struct ui *ui, long by)
{
	size_t before = ui->model.cursor;

	model_select(&ui->model, ui->detail.connection);
	before = ui->model.cursor;
	model_move(&ui->model, by);
	if (ui->model.count && ui->model.cursor != before)
		ui_open(ui, ui->model.rows[ui->model.cursor]);
	else
		ui_say(ui, false, "the list ends here");
}

static void act(struct ui *ui, enum action action)
{
	struct detail *d = &ui->detail;
	struct parts p = share(ui, ui->body, two_lines(ui, ui->body));
	long step = view_step(action, d->in_pane ? p.pane : p.ladder - 1);

	if (step)
		move(ui, step);
	else if (action == ACTION_NEXT || action == ACTION_PREVIOUS)
		next_finding(ui, action == ACTION_PREVIOUS);
	else if (action == ACTION_PANE)
		d->in_pane = !d->in_pane;
	else if (action == ACTION_TIME)
		d->time = (d->time + 1) % DETAIL_TIMES;
	else if (action == ACTION_MARK)
		model_toggle_mark(&ui->model, d->connection);
	else if (action == ACTION_LEFT || action == ACTION_RIGHT)
		neighbour(ui, action == ACTION_LEFT ? -1 : 1);
	else if (action == ACTION_ENTER)
		ui_explain(ui, ui_verdict(ui));
}

static void click(struct ui *ui, int row, int col)
{
	struct parts p = share(ui, ui->body, two_lines(ui, ui->body));
	int line = row - p.head - 1;

	(void)col;
	ui->detail.in_pane = row > p.head + p.ladder;
	if (line >= 0 && line < p.ladder - 1)
		go_to_line(ui, ui->detail.top + (size_t)line);
}

static void point(struct ui *ui, int row, int col)
{
	struct parts p = share(ui, ui->body, two_lines(ui, ui->body));

	(void)col;
	ui->detail.in_pane = row > p.head + p.ladder;
}

const struct view_row view_connection = { draw, act, click, point };
