// The frame round the views: title, what is under way, footer.
#include "ui.h"

#include <stdio.h>
#include <string.h>

#include "glyph.h"
#include "view.h"

static const struct view_row *const views[VIEWS] = {
	[VIEW_OVERVIEW] = &view_overview,
	[VIEW_LIST] = &view_list,
	[VIEW_CONNECTION] = &view_connection,
	[VIEW_EXPLAIN] = &view_explain,
	[VIEW_HELP] = &view_help,
};

void views_act(struct ui *ui, enum action action)
{
	views[ui->view]->act(ui, action);
}

void views_click(struct ui *ui, int row, int col)
{
	struct area a = ui->body;

	if (row >= a.row && row < a.row + a.rows)
		views[ui->view]->click(ui, row - a.row, col - a.col);
}

void views_point(struct ui *ui, int row, int col)
{
	if (views[ui->view]->point)
		views[ui->view]->point(ui, row - ui->body.row,
				       col - ui->body.col);
}

// Title ----------------------------------------------------------------------

static void put_title(const struct ui *ui, struct text *out)
{
	const struct report *r = &ui->report;
	const char *name = r->file_count ? r->files[0] : "";
	const char *slash = strrchr(name, '/');

	if (slash && slash[1])
		name = slash + 1;
	report_printable(out, r, strcmp(name, "-") ? name : "standard input");
	if (r->file_count > 1)
		text_printf(out, " and %zu more", r->file_count - 1);
}

// What is counted on the right of the title.
static void put_counts(const struct ui *ui, struct text *out)
{
	const struct model *m = &ui->model;

	if (ui->view == VIEW_CONNECTION) {
		report_clock(out, ui->detail.c.start, ui->clock.zone);
		text_printf(out, "  #%u of ", ui->detail.connection + 1);
		text_grouped(out, m->total);
		if (model_marked(m, ui->detail.connection))
			text_puts(out, "  marked");
		return;
	}
	if (ui->view == VIEW_LIST) {
		text_grouped(out, m->count ? m->cursor + 1 : 0);
		text_puts(out, " of ");
		text_grouped(out, m->count);
		if (m->only_eventful)
			text_puts(out, " abnormal");
		if (m->count < m->total) {
			text_puts(out, ", of ");
			text_grouped(out, m->total);
		}
		if (m->marked)
			text_printf(out, "  %zu marked", m->marked);
		return;
	}
	report_count(out, m->total, "connection");
	text_puts(out, "  ");
	text_grouped(out, m->eventful);
	text_puts(out, " abnormal");
}

// What is seen is not the whole: said as long as it is seen. Returns the cells
// that it takes at the right end.
static int draw_partial(const struct ui *ui, struct grid *g)
{
	const struct loading *l = &ui->loading;
	char text[24] = " PARTIAL ";

	if (l->active || (!l->stopped && !l->broken))
		return 0;
	if (l->total && l->done < l->total)
		snprintf(text, sizeof text, " PARTIAL %d %% ",
			 (int)((double)l->done / (double)l->total * 100));
	grid_right(g, 0, 0, g->cols, STYLE_ALERT, text);
	return (int)strlen(text) + 1;
}

static void draw_title(const struct ui *ui, struct grid *g)
{
	struct text left = { 0 }, right = { 0 };
	int n, end;

	put_title(ui, &left);
	put_counts(ui, &right);
	grid_fill(g, 0, 0, g->cols, STYLE_BAR, ' ');
	end = g->cols - draw_partial(ui, g);
	n = 1 + grid_text(g, 0, 1, g->cols, STYLE_BAR, "tcpwhy  ");
	if (right.s)
		grid_right(g, 0, n, end - n - 1, STYLE_BAR, right.s);
	if (left.s)
		grid_fit(g, 0, n, end - n - 3 - (int)right.n, STYLE_BAR,
			 left.s);
	text_release(&left);
	text_release(&right);
}

// The line below the title: reading under way, or the filter in force.
static void draw_loading(const struct ui *ui, struct grid *g)
{
	const struct loading *l = &ui->loading;
	int bar = g->cols / 8, col = 1, end = g->cols - 10;
	struct text text = { 0 };

	col += grid_text(g, 1, col, g->cols, STYLE_STRONG, "reading ");
	if (l->total) {
		grid_fill(g, 1, col, bar, STYLE_FAINT, 0x2591);
		grid_bar(g, 1, col, bar, STYLE_STRONG, l->done, l->total);
		col += bar + 1;
		text_printf(&text, "%d %%  ",
			    (int)((double)l->done / (double)l->total * 100));
	}
	report_count(&text, l->frames, "packet");
	text_puts(&text, "  ");
	report_count(&text, l->connections, "connection");
	if (l->total && l->done && l->elapsed > 500000000) {
		double left = (double)l->elapsed / (double)l->done *
			      (double)(l->total - l->done) / 1e9;

		text_printf(&text, "  %.0f s left", left + 0.5);
	}
	if (text.s)
		grid_fit(g, 1, col, end - col - 1, STYLE_PLAIN, text.s);
	if (ui->view != VIEW_CONNECTION)
		grid_text(g, 1, end, 9, STYLE_FAINT, "S stops");
	text_release(&text);
}

static void draw_filter(const struct ui *ui, struct grid *g)
{
	int col = 1 + grid_text(g, 1, 1, g->cols, STYLE_FAINT, "filter  ");

	grid_fit(g, 1, col, g->cols - col, STYLE_STRONG, ui->filter);
}

// Footer ---------------------------------------------------------------------

static int hint_width(const struct binding *b)
{
	char name[KEY_LABEL];

	return glyph_cells(key_label(b->keys[0], name)) + 1 +
	       glyph_cells(b->hint) + 2;
}

static void draw_hint(struct grid *g, int row, int col, const struct binding *b)
{
	char name[KEY_LABEL];

	col += grid_text(g, row, col, g->cols, STYLE_KEY,
			 key_label(b->keys[0], name));
	grid_text(g, row, col + 1, g->cols, STYLE_PLAIN, b->hint);
}

// Help and the ways out have their place at the end of the line.
static bool at_end(const struct binding *b)
{
	return b->action == ACTION_HELP || b->action == ACTION_QUIT ||
	       b->action == ACTION_BACK;
}

static const struct binding *hinted(const struct ui *ui, size_t i)
{
	const struct binding *b = binding_get(i);

	return b->hint && b->views & 1U << ui->view ? b : NULL;
}

// As many hints as there is room for, in the order of the table.
static void draw_hints(const struct ui *ui, struct grid *g, int row)
{
	int col = 1, end = g->cols + 1, limit;
	const struct binding *b;

	for (size_t i = 0; binding_get(i); i++) {
		b = hinted(ui, i);
		end -= b && at_end(b) ? hint_width(b) : 0;
	}
	limit = end;
	for (size_t i = 0; binding_get(i); i++) {
		int *at;

		b = hinted(ui, i);
		if (!b)
			continue;
		at = at_end(b) ? &end : &col;
		if (!at_end(b) && col + hint_width(b) > limit)
			continue;
		draw_hint(g, row, *at, b);
		*at += hint_width(b);
	}
}

static void draw_prompt(const struct ui *ui, struct grid *g, int row)
{
	const struct prompt *p = &ui->prompt;
	int col = 1, room, hint = glyph_cells(p->hint), at;
	char before[PROMPT_TEXT];

	if (p->kind == PROMPT_OVERWRITE) {
		grid_fit(g, row, 1, g->cols - 1, STYLE_ALERT, p->hint);
		return;
	}
	col +=
	    grid_text(g, row, col, g->cols, STYLE_KEY, prompt_title(p->kind)) +
	    1;
	room = g->cols - col - 1;
	if (hint > room / 2)
		hint = room / 2;
	grid_right(g, row, g->cols - 1 - hint, hint,
		   p->wrong ? STYLE_WARN : STYLE_FAINT, p->hint);
	room -= hint + 2;
	memcpy(before, p->text, p->at);
	before[p->at] = '\0';
	at = glyph_cells(before);
	// A long text shows what stands round the cursor.
	if (at >= room) {
		const char *from = before;

		for (int skip = at - room / 2; skip > 0; skip--)
			glyph_next(&from);
		at = glyph_cells(from);
		grid_text(g, row, col, room, STYLE_STRONG,
			  p->text + (from - before));
	} else {
		grid_text(g, row, col, room, STYLE_STRONG, p->text);
	}
	grid_select(g, row, col + at, 1);
}

// A long one takes the rows above as well: what is to be copied is whole.
static void draw_message(const struct ui *ui, struct grid *g, int row)
{
	uint8_t style = ui->alert ? STYLE_ALERT : STYLE_STRONG;
	int room = g->cols - 2, rows = (glyph_cells(ui->message) - 1) / room;
	const char *s = ui->message;

	for (row -= rows; rows >= 0; rows--, row++) {
		grid_fill(g, row, 0, g->cols, STYLE_PLAIN, ' ');
		for (int col = 0; *s && col < room;) {
			const char *from = s;
			char one[8];
			int width = glyph_width(glyph_next(&s));

			if (col + width > room) {
				s = from;
				break;
			}
			snprintf(one, sizeof one, "%.*s", (int)(s - from),
				 from);
			col += grid_text(g, row, 1 + col, room, style, one);
		}
	}
}

static void draw_footer(const struct ui *ui, struct grid *g)
{
	int row = g->rows - 1;

	if (ui->prompt.kind)
		draw_prompt(ui, g, row);
	else if (*ui->message)
		draw_message(ui, g, row);
	else
		draw_hints(ui, g, row);
}

// The whole ------------------------------------------------------------------

void ui_draw(struct ui *ui, struct grid *g)
{
	bool filtered = ui->view == VIEW_LIST && *ui->filter;
	bool status = ui->loading.active || filtered;

	grid_clear(g);
	if (g->rows < UI_ROWS_LEAST || g->cols < UI_COLS_LEAST) {
		grid_printf(g, g->rows / 2, 0, g->cols, STYLE_PLAIN,
			    "tcpwhy needs %d x %d cells; this is %d x %d",
			    UI_COLS_LEAST, UI_ROWS_LEAST, g->cols, g->rows);
		return;
	}
	ui->body = (struct area){ 1, 0, g->rows - 2, g->cols };
	if (status && ui->view != VIEW_HELP && ui->view != VIEW_EXPLAIN) {
		ui->body.row++;
		ui->body.rows--;
		if (ui->loading.active)
			draw_loading(ui, g);
		else
			draw_filter(ui, g);
	}
	draw_title(ui, g);
	views[ui->view]->draw(ui, g, ui->body);
	draw_footer(ui, g);
}
