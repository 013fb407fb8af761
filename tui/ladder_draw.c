#include "ladder_draw.h"

#include <string.h>

#include "base/nanoseconds.h"
#include "base/units.h"
#include "glyph.h"
#include "overview_items.h"
#include "view.h"

enum { TIE = 1, FRAME_LEAST = 5, ARROW_LEAST = 20, ARROW_MOST = 46 };

// Columns --------------------------------------------------------------------

static int digits(const struct ui *ui, uint64_t frame)
{
	struct text t = { 0 };
	int n;

	report_frame(&t, &ui->report, frame);
	n = (int)t.n;
	text_release(&t);
	return n;
}

struct ladder_columns ladder_columns(const struct ui *ui, int cols)
{
	struct ladder_columns k = { .frame = TIE, .end = cols };
	int frame = digits(ui, ui->detail.c.last_frame), rest;

	k.frame_width = frame < FRAME_LEAST ? FRAME_LEAST : frame;
	k.time = k.frame + k.frame_width + 1;
	k.time_width = cols < 72 ? 9 : cols < 100 ? 10 : 12;
	k.state_width = cols < 72 ? 9 : 12;
	k.state[CLIENT] = k.time + k.time_width + 1;
	k.arrow = k.state[CLIENT] + k.state_width + 1;
	rest = cols - k.arrow - 1 - k.state_width;
	k.arrow_width = cols < 100 ? rest - 12 : rest - 30;
	if (k.arrow_width < ARROW_LEAST)
		k.arrow_width = ARROW_LEAST;
	if (k.arrow_width > ARROW_MOST)
		k.arrow_width = ARROW_MOST;
	k.state[SERVER] = k.arrow + k.arrow_width + 1;
	k.note = k.state[SERVER];
	return k;
}

void ladder_draw_head(const struct ladder_columns *k, struct grid *g,
		      struct area a)
{
	grid_right(g, a.row, a.col + k->frame, k->frame_width, STYLE_HEAD,
		   "frame");
	grid_right(g, a.row, a.col + k->time, k->time_width, STYLE_HEAD,
		   "time");
	grid_fit(g, a.row, a.col + k->state[CLIENT], k->state_width,
		 STYLE_CLIENT, "client");
	grid_fit(g, a.row, a.col + k->state[SERVER], k->state_width,
		 STYLE_SERVER, "server");
}

// Parts ----------------------------------------------------------------------

static void put_time(const struct ui *ui, const struct row *row, int width,
		     struct text *out)
{
	const struct detail *d = &ui->detail;
	const struct step *s = &d->timeline.steps[row->first];
	int64_t since = s->time - d->timeline.steps[0].time;
	unsigned decimals = width < 10 ? 3 : 6;

	if (d->time == TIME_DAY) {
		overview_moment(ui, s->time, width < 10 ? SECOND : US, out);
		return;
	}
	if (d->time == TIME_BEFORE && row->first > 0)
		since = s->time - s[-1].time;
	if (d->time == TIME_BEFORE)
		text_char(out, '+');
	report_seconds(out, since, since > 999 * SECOND ? 3 : decimals);
}

// The state of a side where it is news.
static const char *news(const struct ui *ui, const struct row *row,
			enum side side)
{
	const struct step *steps = ui->detail.timeline.steps;
	enum tcp_state now = steps[row->first + row->count - 1].state[side];
	enum tcp_state before =
	    row->first ? steps[row->first - 1].state[side] : STATE_UNKNOWN;

	return now == before || now == STATE_LISTEN ? "" : tcp_state_name(now);
}

static uint32_t stroke(const struct step *s)
{
	if (s->flags & TCP_RST)
		return 0x2550; // ═
	if (s->marks & (STEP_RETRANSMISSION | STEP_KEEPALIVE |
			STEP_ZERO_WINDOW_PROBE | STEP_ICMP))
		return 0x254c; // ╌
	return 0x2500;
}

static uint8_t arrow_style(const struct step *s, enum side side)
{
	if (s->flags & TCP_RST)
		return s->marks & (STEP_IGNORED_RST | STEP_AFTER_END)
			   ? STYLE_WARN
			   : STYLE_BAD;
	if (s->marks & (STEP_RETRANSMISSION | STEP_ZERO_WINDOW | STEP_ICMP))
		return STYLE_WARN;
	return side == CLIENT ? STYLE_CLIENT : STYLE_SERVER;
}

static void draw_arrow(const struct ui *ui, const struct ladder_columns *k,
		       struct grid *g, struct area a, const struct row *row)
{
	const struct step *s = &ui->detail.timeline.steps[row->first];
	uint8_t style = arrow_style(s, row->side);
	int col = a.col + k->arrow, width = k->arrow_width, n;
	struct text label = { 0 };

	timeline_arrow(&ui->detail.timeline, row, &label);
	text_puts(&label, "");
	if (!label.s)
		return;
	n = glyph_cells(label.s);
	if (n > width - 3)
		n = width - 3;
	if (row->side == SERVER) {
		grid_fill(g, a.row, col, 1, style, 0x25c0);
		grid_fill(g, a.row, col + 1, width - n - 2, style, stroke(s));
		grid_fit(g, a.row, col + width - n, n, style, label.s);
	} else {
		grid_fit(g, a.row, col, n, style, label.s);
		grid_fill(g, a.row, col + n + 1, width - n - 2, style,
			  stroke(s));
		grid_fill(g, a.row, col + width - 1, 1, style, 0x25b6);
	}
	text_release(&label);
}

// What the receiver's window did in a run, if it is worth a word.
static void put_window(const struct timeline *t, const struct row *row,
		       struct text *out)
{
	uint32_t before, after;

	if (row->kind != ROW_RUN || !row->bytes ||
	    !ladder_window(t, row, &before, &after))
		return;
	if (after > before / 4 * 3 && before > after / 4 * 3)
		return;
	text_puts(out, out->n ? ", window " : "window ");
	text_grouped(out, before);
	text_puts(out, " → ");
	text_grouped(out, after);
}

static void draw_note(const struct ui *ui, struct grid *g, int row_at, int col,
		      int end, const struct row *row)
{
	const struct step *s = &ui->detail.timeline.steps[row->first];
	bool bad = s->flags & TCP_RST || row->end;
	struct text note = { 0 };

	timeline_note(&ui->detail.timeline, row, &note);
	put_window(&ui->detail.timeline, row, &note);
	if (row->end)
		text_puts(&note, note.n ? "  ◀ the end" : "◀ the end");
	if (note.s)
		grid_fit(g, row_at, col, end - col,
			 bad ? STYLE_STRONG : STYLE_PLAIN, note.s);
	text_release(&note);
}

// Lines ----------------------------------------------------------------------

static void draw_steps(const struct ui *ui, const struct ladder_columns *k,
		       struct grid *g, struct area a, const struct row *row)
{
	const struct step *s = &ui->detail.timeline.steps[row->first];
	const char *server = news(ui, row, SERVER);
	struct text text = { 0 };
	int note = a.col + k->note;

	report_frame(&text, &ui->report, s->frame);
	if (text.s)
		grid_right(g, a.row, a.col + k->frame, k->frame_width,
			   STYLE_PLAIN, text.s);
	text_cut(&text, 0);
	put_time(ui, row, k->time_width, &text);
	if (text.s)
		grid_right(g, a.row, a.col + k->time, k->time_width,
			   STYLE_FAINT, text.s);
	text_release(&text);
	grid_fit(g, a.row, a.col + k->state[CLIENT], k->state_width,
		 STYLE_CLIENT, news(ui, row, CLIENT));
	draw_arrow(ui, k, g, a, row);
	if (*server)
		note += grid_fit(g, a.row, note, k->state_width, STYLE_SERVER,
				 server) +
			1;
	// Notes line up where there is room for a state before them.
	if (a.cols >= 100)
		note = a.col + k->state[SERVER] + k->state_width + 1;
	draw_note(ui, g, a.row, note, a.col + k->end, row);
}

static void draw_silence(const struct ui *ui, const struct ladder_columns *k,
			 struct grid *g, struct area a, const struct row *row)
{
	int from = a.col + k->state[CLIENT];
	int width = k->state[SERVER] + k->state_width - k->state[CLIENT], n;
	struct text text = { 0 };

	text_char(&text, ' ');
	timeline_silence(&ui->detail.timeline, row, &text);
	text_char(&text, ' ');
	if (width > a.col + k->end - from)
		width = a.col + k->end - from;
	grid_fill(g, a.row, from, width, STYLE_FAINT, 0xb7);
	n = text.s ? glyph_cells(text.s) : 0;
	if (text.s)
		grid_fit(g, a.row, from + (width - n) / 2, n, STYLE_STRONG,
			 text.s);
	text_release(&text);
}

// The window that a RST offers, and what of it was left before.
static void draw_window(const struct ladder_columns *k, struct grid *g,
			struct area a, const struct finding *f)
{
	int col = a.col + k->state[CLIENT], left;
	int bar = a.cols < 100 ? 15 : k->arrow_width;
	int64_t least = f->a < f->b ? f->a : f->b;
	int64_t most = f->a < f->b ? f->b : f->a;
	bool grew = f->fact == WINDOW_REOPENED || f->fact == WINDOW_GREW;
	struct text text = { 0 };

	if (most <= 0)
		return;
	left = (int)((double)least / (double)most * bar);
	grid_fill(g, a.row, col, left, STYLE_FAINT, 0x2591);
	grid_fill(g, a.row, col + left, bar - left, STYLE_BAD,
		  grew ? 0x2593 : 0x2592);
	text_grouped(&text, (uint64_t)(most - least));
	text_puts(&text, grew ? " B of window came back ("
			      : " B of window stay shut (");
	text_grouped(&text, (uint64_t)f->a);
	text_puts(&text, grew ? " → " : " of ");
	text_grouped(&text, (uint64_t)f->b);
	text_char(&text, ')');
	if (text.s)
		grid_fit(g, a.row, col + bar + 1,
			 a.col + k->end - col - bar - 1, STYLE_STRONG, text.s);
	text_release(&text);
}

static void draw_verdict(const struct ui *ui, const struct ladder_columns *k,
			 struct grid *g, struct area a)
{
	const struct connection *c = &ui->detail.c;
	const struct verdict *v = verdict_get(c->verdict);
	uint8_t style = view_verdict_style(c->verdict);
	int col = a.col + k->time;
	char sentence[512];

	col += grid_printf(g, a.row, col, a.col + k->end - col, style,
			   "%s %s (%s)", view_verdict_mark(c->verdict),
			   v->title, confidence_name(c->confidence)) +
	       2;
	grid_fit(g, a.row, col, a.col + k->end - col, STYLE_PLAIN,
		 report_sentence(c, sentence, sizeof sentence));
}

// The tie between a RST and the segment that drew it, in the margin.
static void draw_tie(const struct ladder *l, struct grid *g, struct area a,
		     size_t i)
{
	uint32_t c = i == l->elicited_by ? 0x256d
		     : i == l->answer    ? 0x2570
					 : 0x2502;

	if (l->elicited_by == l->answer || i < l->elicited_by || i > l->answer)
		return;
	grid_fill(g, a.row, a.col, 1, STYLE_BAD, c);
}

void ladder_draw(const struct ui *ui, const struct ladder_columns *k,
		 struct grid *g, struct area a, size_t i)
{
	const struct ladder *l = &ui->detail.ladder;
	const struct ladder_line *line = &l->line[i];
	const struct row *row = &ui->detail.timeline.rows[line->row];

	draw_tie(l, g, a, i);
	if (line->kind == LADDER_VERDICT)
		draw_verdict(ui, k, g, a);
	else if (line->kind == LADDER_WINDOW)
		draw_window(k, g, a, line->finding);
	else if (row->kind == ROW_SILENCE)
		draw_silence(ui, k, g, a, row);
	else
		draw_steps(ui, k, g, a, row);
}

static void put_numbers(const struct step *s, struct text *out)
{
	text_puts(out, "  seq ");
	text_grouped(out, s->seq);
	if (s->flags & TCP_ACK) {
		text_puts(out, "  ack ");
		text_grouped(out, s->ack);
	}
	text_puts(out, "  window ");
	text_grouped(out, s->window);
}

void ladder_detail(const struct ui *ui, size_t i, struct text *out)
{
	const struct timeline *t = &ui->detail.timeline;
	const struct row *row = &t->rows[ui->detail.ladder.line[i].row];
	const struct step *s = &t->steps[row->first];
	struct text note = { 0 };

	if (row->kind == ROW_SILENCE)
		return;
	text_puts(out, row->count > 1 ? "frames " : "frame ");
	report_frame(out, &ui->report, s->frame);
	if (row->count > 1) {
		text_puts(out, " to ");
		report_frame(out, &ui->report, s[row->count - 1].frame);
	}
	text_puts(out, "  ");
	timeline_arrow(t, row, out);
	if (row->count == 1 && !(s->marks & STEP_ICMP))
		put_numbers(s, out);
	timeline_note(t, row, &note);
	put_window(t, row, &note);
	if (note.n)
		text_printf(out, "  %s", note.s);
	text_release(&note);
}
