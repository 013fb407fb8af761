// The overview: everything at a glance.
#include "view.h"

#include "overview_layout.h"

#include <string.h>

enum {
	COUNT = 7, // cells of a count
	WORDS = 2, // rows below for what Enter would do
};

static const char *const titles[SECTIONS] = {
	[SECTION_HOW] = "How they ended",
	[SECTION_WHEN] = "When",
	[SECTION_SHARED] = "Shared causes",
	[SECTION_SERVERS] = "Servers with failures",
	[SECTION_CLIENTS] = "Clients with failures",
	[SECTION_LIMITS] = "What the capture can't show",
};

// Lines ----------------------------------------------------------------------

static void draw_bar_line(const struct ui *ui, struct grid *g, struct area a,
			  const struct item *item)
{
	const size_t *counts = ui->summary.verdicts;
	enum verdict_id v = (enum verdict_id)item->index;
	int title = VERDICT_TITLE;
	int bar = a.cols - 2 - title - 1 - COUNT - 1;
	uint8_t style = view_verdict_style(v);
	size_t most = 0;

	for (size_t i = 1; i < VERDICTS; i++)
		most = counts[i] > most ? counts[i] : most;
	grid_text(g, a.row, a.col, 1, style, view_verdict_mark(v));
	grid_fit(g, a.row, a.col + 2, title, style, verdict_get(v)->title);
	grid_bar(g, a.row, a.col + 3 + title, bar, style, item->count, most);
	grid_printf(g, a.row, a.col + a.cols - COUNT, COUNT, STYLE_PLAIN,
		    "%*zu", COUNT, (size_t)item->count);
}

// How much of a server's or a client's is in trouble.
static void draw_share_line(struct grid *g, struct area a,
			    const struct summary_ranking *r,
			    const struct item *item, const char *text,
			    const char *more)
{
	const struct summary_entry *e = &r->entry[item->index];
	int count = 17, bar = a.cols < 50 ? 0 : a.cols / 5;

	grid_fit(g, a.row, a.col + 2, a.cols - count - bar - 3, STYLE_PLAIN,
		 text);
	grid_bar(g, a.row, a.col + a.cols - count - bar, bar, STYLE_BAD,
		 e->eventful, r->entry[0].eventful);
	grid_right(g, a.row, a.col + a.cols - count, count, STYLE_PLAIN, more);
}

// Bytes of s up to the last space that leaves at most n of them.
static size_t fitting(const char *s, size_t n)
{
	size_t end = n;

	if (strlen(s) <= n)
		return strlen(s);
	while (end && s[end] != ' ')
		end--;
	return end ? end : n;
}

// A sentence, or its first line, and below it the rest and who it is about.
static void draw_shared_line(const struct ui *ui, struct grid *g, struct area a,
			     size_t index, struct text *sentence,
			     const char *who)
{
	enum verdict_id v = overview_shared(ui, index);
	size_t end = fitting(sentence->s, a.cols > 2 ? (size_t)a.cols - 2 : 0);
	const char *rest = sentence->s + end + (sentence->s[end] == ' ');
	struct text below = { 0 };

	grid_text(g, a.row, a.col, 1, view_verdict_style(v),
		  view_verdict_mark(v));
	if (a.rows < 2) {
		grid_fit(g, a.row, a.col + 2, a.cols - 2, STYLE_PLAIN,
			 sentence->s);
		return;
	}
	grid_printf(g, a.row, a.col + 2, a.cols - 2, STYLE_PLAIN, "%.*s",
		    (int)end, sentence->s);
	text_printf(&below, "%s%s%s", rest, *rest ? "   " : "", who);
	if (!below.failed)
		grid_fit(g, a.row + 1, a.col + 4, a.cols - 4, STYLE_FAINT,
			 below.s);
	text_release(&below);
}

static void draw_line(const struct ui *ui, struct grid *g, struct area a,
		      const struct item *item)
{
	struct text text = { 0 }, more = { 0 };
	const struct summary_ranking *r = ui->summary.ranking;

	overview_text(ui, item, &text, &more);
	text_puts(&text, "");
	text_puts(&more, "");
	if (text.failed || more.failed)
		return;
	if (item->section == SECTION_HOW) {
		draw_bar_line(ui, g, a, item);
	} else if (item->section == SECTION_SHARED) {
		draw_shared_line(ui, g, a, item->index, &text, more.s);
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

// The whole ------------------------------------------------------------------

// What the lines have of the body: all but the words below.
static struct area content(struct area body)
{
	body.rows -= WORDS;
	return body;
}

static void draw_items(struct ui *ui, struct grid *g, struct area a,
		       const struct layout *l, size_t at)
{
	struct area line;

	for (int s = 0; s < SECTIONS; s++) {
		if (l->head[s].cols &&
		    overview_visible(ui, a, &l->head[s], &line))
			view_rule(g, line, line.row, titles[s]);
	}
	for (size_t i = 0; i < l->count; i++) {
		if (!overview_visible(ui, a, &l->place[i], &line))
			continue;
		if (l->item[i].section == SECTION_WHEN)
			overview_draw_when(ui, g, line);
		else
			draw_line(ui, g, line, &l->item[i]);
		if (i != at)
			continue;
		if (l->item[i].section == SECTION_WHEN)
			line.col += 2 + (int)ui->overview.bin, line.cols = 1;
		for (int k = 0; k < line.rows; k++)
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
		grid_printf(g, a.row + 1, a.col + 1, a.cols - 1, STYLE_FAINT,
			    "Enter lists  %s", words.s);
	text_release(&words);
}

// Scrolls the column of line `at` so that the line is seen, and its section's
// heading with the first line.
static void scroll(struct ui *ui, const struct layout *l, size_t at, int rows)
{
	const struct place *p = &l->place[at];
	size_t *top = &ui->overview.top[p->column];
	size_t all = (size_t)l->rows[p->column], high = (size_t)rows;
	bool first = l->head[l->item[at].section].row + 1 == p->row;

	view_scroll(top, (size_t)(p->row + p->rows - 1), high, all);
	view_scroll(top, (size_t)(p->row - first), high, all);
}

static void draw(struct ui *ui, struct grid *g, struct area body)
{
	struct area a = content(body);
	struct area words = { a.row + a.rows, a.col, WORDS, a.cols };
	struct layout l;
	size_t at;

	overview_layout(ui, a, &l);
	if (!l.count) {
		grid_fit(g, a.row + a.rows / 2, a.col + 2, a.cols - 2,
			 ui->loading.active ? STYLE_FAINT : STYLE_STRONG,
			 ui->loading.active
			     ? "Reading ..."
			     : "There is no TCP connection in this capture.");
		return;
	}
	at = overview_selected(ui, &l);
	scroll(ui, &l, at, a.rows);
	draw_items(ui, g, a, &l, at);
	draw_words(ui, g, words, &l.item[at]);
}

enum verdict_id overview_verdict(const struct ui *ui)
{
	struct layout l;
	const struct item *item;

	overview_layout(ui, content(ui->body), &l);
	if (!l.count)
		return VERDICT_NONE;
	item = &l.item[overview_selected(ui, &l)];
	if (item->section == SECTION_SHARED)
		return overview_shared(ui, item->index);
	return item->section == SECTION_HOW ? (enum verdict_id)item->index
					    : VERDICT_NONE;
}

// Keys -----------------------------------------------------------------------

// The next lines in that direction, in the same column.
static void step(struct ui *ui, const struct layout *l, size_t at, long by)
{
	size_t i = at, next;

	for (long left = by < 0 ? -by : by; left > 0; left--) {
		next = i;
		do {
			next = by < 0 ? next - 1 : next + 1; // wraps at 0
		} while (next < l->count &&
			 l->place[next].column != l->place[i].column);
		if (next >= l->count)
			break;
		i = next;
	}
	overview_select(ui, l, i);
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
	overview_select(ui, l, i);
}

static void sideways(struct ui *ui, const struct layout *l, size_t at,
		     bool right)
{
	if (l->item[at].section != SECTION_WHEN ||
	    (!right && !ui->overview.bin))
		overview_select(ui, l, overview_beside(l, at, right));
	else
		ui->overview.bin += right ? 1 : SIZE_MAX;
}

// What the line counts is what it lists: those that ended abnormally, or all.
static bool lists_failures(const struct item *item)
{
	return item->section == SECTION_SERVERS ||
	       item->section == SECTION_CLIENTS ||
	       item->section == SECTION_WHEN;
}

static void enter(struct ui *ui, const struct item *item)
{
	struct text words = { 0 };

	overview_words(ui, item, &words);
	if (!words.n) {
		ui_say(ui, false, "those frames belong to no connection");
	} else if (ui_filter(ui, words.s)) {
		model_narrow(&ui->model, lists_failures(item), false);
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
	overview_layout(ui, content(ui->body), &l);
	if (!l.count)
		return;
	at = overview_selected(ui, &l);
	overview_select(ui, &l, at);
	if (by)
		step(ui, &l, at, by);
	else if (action == ACTION_PANE || action == ACTION_PANE_BACK)
		next_section(ui, &l, at, action == ACTION_PANE_BACK);
	else if (action == ACTION_LEFT || action == ACTION_RIGHT)
		sideways(ui, &l, at, action == ACTION_RIGHT);
	else if (action == ACTION_ENTER)
		enter(ui, &l.item[at]);
}

// A click on line i, `col` cells from its left.
static void click_line(struct ui *ui, const struct layout *l, size_t i, int col)
{
	bool again = i == overview_selected(ui, l);
	size_t bin = col > 2 ? (size_t)col - 2 : 0;

	if (l->item[i].section == SECTION_WHEN) {
		again = again && bin == ui->overview.bin;
		ui->overview.bin = bin;
	}
	overview_select(ui, l, i);
	if (again)
		enter(ui, &l->item[i]);
}

static void click(struct ui *ui, int row, int col)
{
	struct area line, a = content(ui->body);
	struct layout l;

	a.row = a.col = 0;
	overview_layout(ui, a, &l);
	for (size_t i = 0; i < l.count; i++) {
		if (overview_visible(ui, a, &l.place[i], &line) &&
		    row >= line.row && row < line.row + line.rows &&
		    col >= line.col && col < line.col + line.cols) {
			click_line(ui, &l, i, col - line.col);
			return;
		}
	}
}

const struct view_row view_overview = { draw, act, click, NULL };
