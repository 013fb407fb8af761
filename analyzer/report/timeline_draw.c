// The ladder as lines of text:
//
//   time, the client's state, an arrow, the server's state, frame, note
#include "report/timeline.h"

#include <string.h>

enum {
	INDENT = 2,
	STATE = 12,  // SYN_RECEIVED
	END = 8,     // "  <- end"
	NOTE = 26,   // what a note should have at least
	STROKES = 5, // of an arrow: its end, spaces and head
	ARROW_LEAST = 24,
	ARROW_MOST = 44,
};

// The characters of the ladder, for UTF-8 and for ASCII.
struct strokes {
	const char *line, *right, *left, *dot, *end;
};

static const struct strokes strokes[] = {
	{ "-", ">", "<", ".", "<- end" },
	{ "\u2500", "\u25b6", "\u25c0", "\u00b7", "\u25c0 end" },
};

struct pen {
	const struct timeline *t;
	const struct report *r;
	const struct strokes *strokes;
	struct text *out;
	size_t time;  // columns of a time
	size_t arrow; // columns of the arrow
	size_t frame; // columns of a frame's number
	enum tcp_state shown[2];
	struct text words; // for what has to be measured first
};

static const char *words_of(const struct pen *p)
{
	return p->words.s ? p->words.s : "";
}

static void put_right(struct pen *p, size_t width)
{
	size_t n = text_columns(words_of(p), p->words.n);

	text_fill(p->out, " ", n < width ? width - n : 0);
	text_puts(p->out, words_of(p));
}

static void put_left(struct pen *p, const char *s, size_t width)
{
	size_t n = text_columns(s, strlen(s));

	text_puts(p->out, s);
	text_fill(p->out, " ", n < width ? width - n : 0);
}

static void put_time(struct pen *p, int64_t t)
{
	text_cut(&p->words, 0);
	report_seconds(&p->words, t - p->t->steps[0].time, 6);
	text_fill(p->out, " ", INDENT);
	put_right(p, p->time);
	text_puts(p->out, "  ");
}

static void put_state(struct pen *p, const struct step *s, enum side side)
{
	enum tcp_state state = s->state[side];
	bool news = state != p->shown[side] && state != STATE_LISTEN;

	p->shown[side] = state;
	put_left(p, news ? tcp_state_name(state) : "", STATE);
	text_char(p->out, ' ');
}

static void put_arrow(struct pen *p, const struct row *row)
{
	const struct strokes *k = p->strokes;
	size_t n, line;

	text_cut(&p->words, 0);
	timeline_arrow(p->t, row, &p->words);
	n = text_columns(words_of(p), p->words.n) + STROKES;
	line = n < p->arrow ? p->arrow - n : 1;
	if (row->side == SERVER)
		text_puts(p->out, k->left);
	text_fill(p->out, k->line, row->side == SERVER ? line : 2);
	text_printf(p->out, " %s ", words_of(p));
	text_fill(p->out, k->line, row->side == SERVER ? 2 : line);
	if (row->side != SERVER)
		text_puts(p->out, k->right);
	text_char(p->out, ' ');
}

static void put_frame(struct pen *p, const struct row *row)
{
	text_cut(&p->words, 0);
	report_frame(&p->words, p->r, p->t->steps[row->first].frame);
	put_right(p, p->frame);
}

static size_t note_column(const struct pen *p)
{
	return INDENT + p->time + 2 + STATE + 1 + p->arrow + 1 + STATE + 1 +
	       p->frame + 2;
}

// The end, behind the note that begins at byte start and column at.
static void put_end(struct pen *p, size_t start, size_t at)
{
	const char *note, *line;

	if (p->out->failed)
		return;
	note = p->out->s + start;
	line = strrchr(note, '\n');
	if (line)
		at = text_columns(line + 1, strlen(line + 1));
	else
		at += text_columns(note, strlen(note));
	if (at + END > p->r->width) {
		text_char(p->out, '\n');
		text_fill(p->out, " ", note_column(p) - 2);
	}
	text_puts(p->out, "  ");
	text_puts(p->out, p->strokes->end);
}

// Beside the frame, or below the arrow where there is no room.
static void put_note(struct pen *p, const struct row *row)
{
	size_t at = note_column(p), columns, start;

	text_cut(&p->words, 0);
	timeline_note(p->t, row, &p->words);
	report_fit(&p->words, p->r);
	columns = text_columns(words_of(p), p->words.n);
	if (at + columns > p->r->width && at + NOTE > p->r->width) {
		at = INDENT + p->time + 2 + STATE + 1;
		text_char(p->out, '\n');
		text_fill(p->out, " ", at);
	} else if (columns) {
		text_puts(p->out, "  ");
	}
	report_tone(p->out, p->r, TONE_STRONG);
	start = p->out->n;
	text_wrap(p->out, words_of(p), at, at, p->r->width);
	if (row->end)
		put_end(p, start, at);
	report_tone(p->out, p->r, TONE_PLAIN);
}

static void draw_steps(struct pen *p, const struct row *row)
{
	const struct step *first = &p->t->steps[row->first];
	const struct step *last = first + row->count - 1;

	put_time(p, first->time);
	put_state(p, last, CLIENT);
	put_arrow(p, row);
	put_state(p, last, SERVER);
	put_frame(p, row);
	put_note(p, row);
}

static void draw_silence(struct pen *p, const struct row *row)
{
	size_t width = STATE + 1 + p->arrow + 1 + STATE, n, dots;

	text_cut(&p->words, 0);
	timeline_silence(p->t, row, &p->words);
	n = text_columns(words_of(p), p->words.n) + 2;
	dots = n < width ? width - n : 0;
	text_fill(p->out, " ", INDENT + p->time + 2);
	text_fill(p->out, p->strokes->dot, dots / 2);
	text_printf(p->out, " %s ", words_of(p));
	text_fill(p->out, p->strokes->dot, dots - dots / 2);
}

static void draw_head(struct pen *p)
{
	text_fill(p->out, " ", INDENT);
	report_tone(p->out, p->r, TONE_FAINT);
	text_fill(p->out, " ", p->time > 4 ? p->time - 4 : 0);
	text_puts(p->out, "time  ");
	put_left(p, "client", STATE + 1 + p->arrow + 1);
	put_left(p, "server", STATE + 1);
	text_fill(p->out, " ", p->frame > 5 ? p->frame - 5 : 0);
	text_puts(p->out, "frame");
	report_tone(p->out, p->r, TONE_PLAIN);
	text_char(p->out, '\n');
}

static size_t widest_frame(struct pen *p)
{
	size_t widest = 5; // "frame"

	for (size_t i = 0; i < p->t->count; i++) {
		text_cut(&p->words, 0);
		report_frame(&p->words, p->r,
			     p->t->steps[p->t->rows[i].first].frame);
		widest = p->words.n > widest ? p->words.n : widest;
	}
	return widest;
}

static size_t widest_time(struct pen *p)
{
	const struct row *last = &p->t->rows[p->t->count - 1];

	text_cut(&p->words, 0);
	report_seconds(&p->words,
		       p->t->steps[last->first].time - p->t->steps[0].time, 6);
	return p->words.n;
}

// What the longest words on an arrow take, with its head and some line.
static size_t longest_arrow(struct pen *p)
{
	size_t longest = ARROW_LEAST;

	for (size_t i = 0; i < p->t->count; i++) {
		size_t n;

		text_cut(&p->words, 0);
		timeline_arrow(p->t, &p->t->rows[i], &p->words);
		n = text_columns(words_of(p), p->words.n) + STROKES + 1;
		longest = n > longest ? n : longest;
	}
	return longest;
}

static size_t arrow_width(struct pen *p)
{
	size_t rest = note_column(p) + NOTE; // p->arrow is 0 yet
	size_t width = p->r->width > rest ? p->r->width - rest : 0;
	size_t least = longest_arrow(p);

	width = width > ARROW_MOST ? ARROW_MOST : width;
	return width < least ? least : width;
}

void timeline_draw(const struct timeline *t, const struct report *r,
		   struct text *out)
{
	struct pen p = {
		.t = t, .r = r, .out = out, .strokes = &strokes[r->utf8]
	};

	if (!t->count)
		return;
	p.time = widest_time(&p);
	p.frame = widest_frame(&p);
	p.arrow = arrow_width(&p);
	draw_head(&p);
	for (size_t i = 0; i < t->count; i++) {
		if (t->rows[i].kind == ROW_SILENCE)
			draw_silence(&p, &t->rows[i]);
		else
			draw_steps(&p, &t->rows[i]);
		text_char(out, '\n');
	}
	text_release_scratch(&p.words, out);
}
