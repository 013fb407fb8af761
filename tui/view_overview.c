// The overview: everything at a glance, in one column or two.
#include "view.h"

#include "glyph.h"
#include "overview_items.h"

enum {
	WIDE = 100, // cells from which there are two columns
	BARS_HIGH = 3,
	COUNT = 9, // cells of a count
	WORDS = 2, // rows below for what Enter would do
};

// A line on its place: rows count from the top of its column's whole content.
struct place {
	int column, row, height;
};

struct layout {
	struct item item[OVERVIEW_ITEMS];
	struct place place[OVERVIEW_ITEMS];
	size_t count;
	int heads[SECTIONS]; // row of the section's heading, -1: none
	int column[SECTIONS];
	int columns, width, rows[2];
};

static const char *const titles[SECTIONS] = {
	[SECTION_HOW] = "How they ended",
	[SECTION_WHEN] = "When",
	[SECTION_SHARED] = "What they share",
	[SECTION_SERVERS] = "Servers with most trouble",
	[SECTION_CLIENTS] = "Clients with most trouble",
	[SECTION_LIMITS] = "What the capture can't show",
};

// Layout ---------------------------------------------------------------------

static int height_of(const struct item *item, int columns)
{
	if (item->section == SECTION_WHEN)
		return BARS_HIGH * columns + 1;
	return item->section == SECTION_SHARED ? 2 : 1;
}

static void lay_out(const struct ui *ui, struct area a, struct layout *l)
{
	l->columns = a.cols >= WIDE ? 2 : 1;
	l->width = (a.cols - 2 * (l->columns - 1)) / l->columns;
	l->rows[0] = l->rows[1] = 0;
	l->count = overview_items(ui, l->item);
	for (int s = 0; s < SECTIONS; s++) {
		bool right = s == SECTION_WHEN || s == SECTION_SERVERS ||
			     s == SECTION_CLIENTS;

		l->column[s] = l->columns == 2 && right;
		l->heads[s] = -1;
	}
	for (size_t i = 0; i < l->count; i++) {
		enum section s = l->item[i].section;
		int *rows = &l->rows[l->column[s]];

		if (l->heads[s] < 0) {
			*rows += *rows > 0 && a.rows > 30;
			l->heads[s] = (*rows)++;
		}
		l->place[i] =
		    (struct place){ l->column[s], *rows,
				    height_of(&l->item[i], l->columns) };
		*rows += l->place[i].height;
	}
}

// The line that has the cursor, or the nearest behind it.
static size_t current(const struct ui *ui, const struct layout *l)
{
	size_t near = SIZE_MAX;

	for (size_t i = 0; i < l->count; i++) {
		if (l->item[i].section < (enum section)ui->overview.section)
			continue;
		if (l->item[i].section == (enum section)ui->overview.section &&
		    l->item[i].index == ui->overview.key)
			return i;
		if (near == SIZE_MAX)
			near = i;
	}
	return near < l->count ? near : l->count - !!l->count;
}

static void choose(struct ui *ui, const struct layout *l, size_t i)
{
	if (i >= l->count)
		return;
	ui->overview.section = l->item[i].section;
	ui->overview.key = l->item[i].index;
}

// Lines ----------------------------------------------------------------------

static void draw_bar_line(const struct ui *ui, struct grid *g, struct area a,
			  const struct item *item, const char *text)
{
	const size_t *counts = ui->summary.verdicts;
	enum verdict_id v = (enum verdict_id)item->index;
	int title = a.cols < 50 ? 24 : 30, bar = a.cols - 2 - title - COUNT - 1;
	uint8_t style = view_verdict_style(v);
	size_t most = 0;

	for (size_t i = 1; i < VERDICTS; i++)
		most = counts[i] > most ? counts[i] : most;
	grid_text(g, a.row, a.col, 1, style, view_verdict_mark(v));
	grid_fit(g, a.row, a.col + 2, title - 1, style, text);
	grid_bar(g, a.row, a.col + 2 + title, bar, style, item->count, most);
	grid_printf(g, a.row, a.col + a.cols - COUNT, COUNT, STYLE_PLAIN,
		    "%*zu", COUNT, (size_t)item->count);
}

// A share of a whole, in a bar half of which is faint.
static void draw_share_line(struct grid *g, struct area a,
			    const struct summary_ranking *r,
			    const struct item *item, const char *text,
			    const char *more)
{
	const struct summary_entry *e = &r->entry[item->index];
	int count = 19, bar = a.cols > 70 ? 16 : 8;
	uint64_t most = r->entry[0].eventful;

	grid_fit(g, a.row, a.col + 2, a.cols - count - bar - 4, STYLE_PLAIN,
		 text);
	grid_bar(g, a.row, a.col + a.cols - count - bar - 1, bar, STYLE_BAD,
		 e->eventful, most);
	grid_right(g, a.row, a.col + a.cols - count, count, STYLE_PLAIN, more);
}

static void draw_line(const struct ui *ui, struct grid *g, struct area a,
		      const struct item *item)
{
	struct text text = { 0 }, more = { 0 };
	const struct summary_ranking *r = ui->summary.ranking;
	const struct summary_entry *e;

	overview_text(ui, item, &text, &more);
	text_puts(&text, "");
	text_puts(&more, "");
	if (text.failed || more.failed)
		return;
	if (item->section == SECTION_HOW) {
		draw_bar_line(ui, g, a, item, text.s);
	} else if (item->section == SECTION_SHARED) {
		e = &r[RANK_CAUSES].entry[item->index];
		grid_text(g, a.row, a.col, 1, view_verdict_style(e->verdict),
			  view_verdict_mark(e->verdict));
		grid_fit(g, a.row, a.col + 2, a.cols - 2, STYLE_PLAIN, text.s);
		grid_fit(g, a.row + 1, a.col + 4, a.cols - 4, STYLE_FAINT,
			 more.s);
	} else if (item->section == SECTION_LIMITS) {
		grid_fit(g, a.row, a.col + 2, a.cols - 2, STYLE_PLAIN, text.s);
	} else {
		draw_share_line(
		    g, a,
		    &r[item->section == SECTION_SERVERS ? RANK_SERVERS
							: RANK_CLIENTS],
		    item, text.s, more.s);
	}
	text_release(&text);
	text_release(&more);
}

// Histogram ------------------------------------------------------------------

// One cell of a column that is `full` eighths high, `bad` of them eventful;
// level 0 is at the bottom.
static void draw_cell(struct grid *g, int row, int col, int level, int full,
		      int bad)
{
	int low = 8 * level;

	if (bad > low)
		grid_fill(
		    g, row, col, 1, STYLE_BAD,
		    (uint32_t)(0x2580 + (bad >= low + 8 ? 8 : bad - low)));
	else if (full > low)
		grid_fill(g, row, col, 1, STYLE_FAINT,
			  full >= low + 4 ? 0x2591 : '.');
}

static int eighths(uint64_t n, uint64_t most, int high)
{
	int of = most ? (int)((double)n / (double)most * 8 * high + 0.5) : 0;

	return n && !of ? 1 : of;
}

static void draw_axis(const struct ui *ui, struct grid *g, struct area a,
		      size_t cols, size_t each, uint64_t ended, uint64_t bad)
{
	const struct summary *s = &ui->summary;
	int64_t step = s->step * (int64_t)each;
	int64_t from = s->from + (int64_t)ui->overview.bin * step;
	struct text line = { 0 };

	overview_moment(ui, s->from, s->step, &line);
	text_puts(&line, "");
	if (line.s)
		grid_fit(g, a.row, a.col, a.cols, STYLE_FAINT, line.s);
	text_cut(&line, 0);
	overview_moment(ui, s->from + (int64_t)cols * step, s->step, &line);
	if (line.s)
		grid_right(g, a.row, a.col, (int)cols, STYLE_FAINT, line.s);
	text_cut(&line, 0);
	overview_moment(ui, from, s->step, &line);
	text_printf(&line, ": %llu of %llu", (unsigned long long)bad,
		    (unsigned long long)ended);
	if (ui->overview.section == SECTION_WHEN && line.s && cols > 50) {
		int width = glyph_cells(line.s);

		grid_fit(g, a.row, a.col + ((int)cols - width) / 2, width,
			 STYLE_STRONG, line.s);
	}
	text_release(&line);
}

static void draw_histogram(struct ui *ui, struct grid *g, struct area a)
{
	const struct summary *s = &ui->summary;
	int high = a.rows - 1;
	uint64_t ended[SUMMARY_BINS] = { 0 }, bad[SUMMARY_BINS] = { 0 };
	uint64_t most = 0;
	size_t each, cols;

	a.col += 2;
	a.cols -= 2;
	ui->overview.cols = (size_t)a.cols;
	cols = overview_bins(ui, (size_t)a.cols, &each);
	for (size_t i = 0; i < s->bins; i++) {
		ended[i / each] += s->ended[i];
		bad[i / each] += s->troubled[i];
	}
	for (size_t i = 0; i < cols; i++)
		most = ended[i] > most ? ended[i] : most;
	if (ui->overview.bin >= cols)
		ui->overview.bin = cols ? cols - 1 : 0;
	for (size_t i = 0; i < cols; i++) {
		for (int level = 0; level < high; level++)
			draw_cell(g, a.row + high - 1 - level, a.col + (int)i,
				  level, eighths(ended[i], most, high),
				  eighths(bad[i], most, high));
	}
	a.row += high;
	draw_axis(ui, g, a, cols, each, ended[ui->overview.bin],
		  bad[ui->overview.bin]);
}

// The whole ------------------------------------------------------------------

// The area of a row of a column's content; false: scrolled out of sight.
static bool visible(const struct ui *ui, const struct layout *l, struct area a,
		    int column, int row, int height, struct area *out)
{
	int top = (int)ui->overview.top[column];

	*out =
	    (struct area){ a.row + row - top, a.col + column * (l->width + 2),
			   height, l->width };
	return row >= top && row + height <= top + a.rows;
}

static void draw_items(struct ui *ui, struct grid *g, struct area a,
		       const struct layout *l, size_t at)
{
	struct area line;

	for (int s = 0; s < SECTIONS; s++) {
		if (l->heads[s] >= 0 &&
		    visible(ui, l, a, l->column[s], l->heads[s], 1, &line))
			view_rule(g, line, line.row, titles[s]);
	}
	for (size_t i = 0; i < l->count; i++) {
		const struct place *p = &l->place[i];

		if (!visible(ui, l, a, p->column, p->row, p->height, &line))
			continue;
		if (l->item[i].section == SECTION_WHEN)
			draw_histogram(ui, g, line);
		else
			draw_line(ui, g, line, &l->item[i]);
		if (i != at)
			continue;
		if (l->item[i].section == SECTION_WHEN)
			line.col += 2 + (int)ui->overview.bin, line.cols = 1;
		for (int k = 0; k < p->height; k++)
			grid_select(g, line.row + k, line.col, line.cols);
	}
}

// What Enter would do, in the words of the filter.
static void draw_words(const struct ui *ui, struct grid *g, struct area a,
		       const struct item *item)
{
	struct text words = { 0 };

	view_rule(g, a, a.row, NULL);
	overview_words(ui, item, &words);
	if (words.n)
		grid_printf(g, a.row + 1, a.col, a.cols, STYLE_FAINT,
			    "Enter lists  %s", words.s);
	text_release(&words);
}

// What the lines have of the body: all but the words below.
static struct area content(struct area body)
{
	body.rows -= WORDS;
	return body;
}

static void draw(struct ui *ui, struct grid *g, struct area body)
{
	struct area a = content(body);
	struct area words = { a.row + a.rows, a.col, WORDS, a.cols };
	struct layout l;
	size_t at;

	lay_out(ui, a, &l);
	if (!l.count) {
		grid_fit(g, a.row + a.rows / 2, a.col + 2, a.cols - 2,
			 ui->loading.active ? STYLE_FAINT : STYLE_STRONG,
			 ui->loading.active
			     ? "Reading ..."
			     : "There is no TCP connection in this capture.");
		return;
	}
	at = current(ui, &l);
	for (int c = 0; c < l.columns; c++) {
		const struct place *p = &l.place[at];
		size_t top = ui->overview.top[c], rows = (size_t)a.rows;
		size_t all = (size_t)l.rows[c];

		if (p->column == c) {
			// With its first line, the heading above it.
			view_scroll(&top, (size_t)(p->row + p->height - 1),
				    rows, all);
			view_scroll(&top, (size_t)(p->row - (p->row > 0)), rows,
				    all);
		}
		ui->overview.top[c] = top;
	}
	draw_items(ui, g, a, &l, at);
	draw_words(ui, g, words, &l.item[at]);
}

enum verdict_id overview_verdict(const struct ui *ui)
{
	struct layout l;
	const struct item *item;

	lay_out(ui, content(ui->body), &l);
	if (!l.count)
		return ORDERLY_CLOSE;
	item = &l.item[current(ui, &l)];
	if (item->section == SECTION_SHARED)
		return ui->summary.ranking[RANK_CAUSES]
		    .entry[item->index]
		    .verdict;
	if (item->section != SECTION_HOW)
		item = &l.item[0];
	return (enum verdict_id)item->index;
}

// Keys -----------------------------------------------------------------------

// The next line in that direction, in the same column while there is one.
static void step(struct ui *ui, const struct layout *l, size_t at, long by)
{
	size_t i = at;
	bool up = by < 0;

	for (long left = up ? -by : by; left > 0; left--) {
		size_t next = i;

		do {
			next = up ? next - 1 : next + 1; // wraps to > count
		} while (next < l->count &&
			 l->place[next].column != l->place[i].column);
		if (next >= l->count)
			break;
		i = next;
	}
	choose(ui, l, i);
}

static void next_section(struct ui *ui, const struct layout *l, size_t at,
			 bool back)
{
	enum section here = l->item[at].section;
	size_t i = at;

	do {
		i = (i + (back ? l->count - 1 : 1)) % l->count;
	} while (i != at && l->item[i].section == here);
	while (back && i > 0 && l->item[i - 1].section == l->item[i].section)
		i--;
	choose(ui, l, i);
}

static void sideways(struct ui *ui, const struct layout *l, size_t at,
		     bool right)
{
	size_t i = 0;

	if (l->item[at].section == SECTION_WHEN &&
	    (right || ui->overview.bin > 0)) {
		ui->overview.bin += right ? 1 : SIZE_MAX;
		return;
	}
	while (i < l->count && l->place[i].column == l->place[at].column)
		i++;
	if (i < l->count && (l->place[at].column == 0) == right)
		choose(ui, l, right ? i : 0);
}

static void enter(struct ui *ui, const struct item *item)
{
	struct text words = { 0 };
	bool quiet = item->section == SECTION_LIMITS ||
		     (item->section == SECTION_HOW &&
		      !summary_severity((enum verdict_id)item->index));

	overview_words(ui, item, &words);
	if (!words.n) {
		ui_say(ui, false, "those frames belong to no connection");
	} else if (ui_filter(ui, words.s)) {
		if (quiet)
			model_narrow(&ui->model, false, false);
		model_select(&ui->model, MODEL_NONE);
		ui_go(ui, VIEW_LIST);
	}
	text_release(&words);
}

static void act(struct ui *ui, enum action action)
{
	long by = view_step(action, ui->body.rows / 2);
	struct layout l;
	size_t at;

	if (action == ACTION_ALL && ui_filter(ui, "")) {
		model_narrow(&ui->model, false, false);
		ui_go(ui, VIEW_LIST);
		return;
	}
	lay_out(ui, content(ui->body), &l);
	if (!l.count)
		return;
	at = current(ui, &l);
	choose(ui, &l, at);
	if (by)
		step(ui, &l, at, by);
	else if (action == ACTION_PANE || action == ACTION_PANE_BACK)
		next_section(ui, &l, at, action == ACTION_PANE_BACK);
	else if (action == ACTION_LEFT || action == ACTION_RIGHT)
		sideways(ui, &l, at, action == ACTION_RIGHT);
	else if (action == ACTION_ENTER)
		enter(ui, &l.item[at]);
}

static void click(struct ui *ui, int row, int col)
{
	struct layout l;
	size_t at;

	lay_out(ui, content(ui->body), &l);
	at = current(ui, &l);
	for (size_t i = 0; i < l.count; i++) {
		const struct place *p = &l.place[i];
		int top = (int)ui->overview.top[p->column];
		int left = p->column * (l.width + 2);
		bool inside = row >= p->row - top &&
			      row < p->row - top + p->height && col >= left &&
			      col < left + l.width;
		bool again = inside && i == at;

		if (!inside)
			continue;
		if (l.item[i].section == SECTION_WHEN) {
			size_t bin =
			    (size_t)(col - left > 2 ? col - left - 2 : 0);

			again = again && bin == ui->overview.bin;
			ui->overview.bin = bin;
		}
		choose(ui, &l, i);
		if (again)
			enter(ui, &l.item[i]);
		return;
	}
}

const struct view_row view_overview = { draw, act, click };
