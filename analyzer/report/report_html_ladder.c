// The ladder as SVG. Its width is the reader's: lanes stand at percentages of
// it and letters keep their size, so that it is read on a telephone too.
#include "report/report_html_part.h"

#include <string.h>

enum {
	LETTER = 7,  // columns of the monospace font, in px, rounded up
	MARGIN = 21, // of the lanes from the edges, in percent
	ARROW = 20,  // of the arrow below its row's upper edge, in px
	PLAIN = 30,  // height of a row that is nothing but an arrow
	LINE = 15,   // of each line below the arrow
	SILENT = 34, // of a silence
	HEAD = 40,
	NOTE = 34,   // columns of a line of a note
	FIRST = 150, // rows of a long ladder that are shown: these ...
	LAST = 350,  // ... and these
};

struct pen {
	struct page *p;
	const struct timeline *t;
	size_t i;
	struct text *out;  // rows
	struct text lanes; // what is painted below them
	struct text words, note;
	unsigned y;
	enum tcp_state shown[2];
	bool closed[2];    // how the lane is being drawn
	unsigned since[2]; // from where
};

static const char *s_of(const struct text *t)
{
	return t->s ? t->s : "";
}

static void put_words(struct pen *n)
{
	html_text(n->out, s_of(&n->words));
	text_cut(&n->words, 0);
}

// Lanes ---------------------------------------------------------------------

static unsigned lane(enum side side)
{
	return side == CLIENT ? MARGIN : 100 - MARGIN;
}

static void put_lane(struct pen *n, enum side side, unsigned to)
{
	if (to > n->since[side])
		text_printf(&n->lanes,
			    "<line class=\"%s\" x1=\"%u%%\" x2=\"%u%%\" "
			    "y1=\"%u\" y2=\"%u\"/>",
			    n->closed[side] ? "lane gone" : "lane", lane(side),
			    lane(side), n->since[side], to);
	n->since[side] = to;
}

static void turn_lane(struct pen *n, enum side side, enum tcp_state state)
{
	bool closed = state == STATE_CLOSED || state == STATE_LISTEN ||
		      state == STATE_UNKNOWN;

	if (closed == n->closed[side])
		return;
	put_lane(n, side, n->y + ARROW);
	n->closed[side] = closed;
}

// Rows ----------------------------------------------------------------------

static const char *arrow_class(const struct pen *n, const struct row *row)
{
	const struct step *s = &n->t->steps[row->first];

	if (row->kind == ROW_RUN)
		return "run";
	if (s->marks & STEP_ICMP)
		return "icmp";
	if (s->flags & TCP_RST)
		return "rst";
	if (s->flags & (TCP_FIN | TCP_SYN))
		return s->flags & TCP_FIN ? "fin" : "syn";
	return s->len ? "data" : "ack";
}

static bool faint(const struct step *s)
{
	return s->marks &
	       (STEP_RETRANSMISSION | STEP_KEEPALIVE | STEP_ZERO_WINDOW_PROBE |
		STEP_IGNORED_RST | STEP_AFTER_END | STEP_DUPLICATE_ACK);
}

static void put_line(struct pen *n, const struct row *row)
{
	const char *kind = arrow_class(n, row);
	bool back = row->side == SERVER;
	bool dashed = row->kind == ROW_STEP && faint(&n->t->steps[row->first]);

	text_printf(n->out,
		    "<line class=\"arrow %s%s\" x1=\"%u%%\" x2=\"%u%%\" "
		    "y1=\"%u\" y2=\"%u\" marker-end=\"url(#to-%s)\"/>",
		    kind, dashed ? " again" : "", lane(row->side),
		    lane(back ? CLIENT : SERVER), n->y + ARROW, n->y + ARROW,
		    kind);
}

// The state beside its lane, in a box.
static void put_state(struct pen *n, const struct step *s, enum side side)
{
	enum tcp_state state = s->state[side];
	bool news = state != n->shown[side] && state != STATE_LISTEN;
	const char *name = tcp_state_name(state);
	unsigned width = (unsigned)strlen(name) * LETTER + 6;
	unsigned y = n->y + ARROW + 5;

	turn_lane(n, side, state);
	n->shown[side] = state;
	if (!news || !*name)
		return;
	text_printf(n->out,
		    "<svg class=\"state\" x=\"%u%%\" overflow=\"visible\">"
		    "<rect x=\"%d\" y=\"%u\" width=\"%u\" height=\"14\" "
		    "rx=\"3\"/><text x=\"%d\" y=\"%u\" "
		    "text-anchor=\"middle\">%s</text></svg>",
		    lane(side), side == CLIENT ? -4 : 4 - (int)width, y, width,
		    side == CLIENT ? (int)width / 2 - 4 : 4 - (int)width / 2,
		    y + 11, name);
}

static bool news(const struct pen *n, const struct step *s, enum side side)
{
	return s->state[side] != n->shown[side] &&
	       s->state[side] != STATE_LISTEN &&
	       *tcp_state_name(s->state[side]);
}

// Each line of the note is a text of its own, from y on; returns the lines.
static unsigned put_note(struct pen *n, unsigned y)
{
	char *s = n->note.s;
	unsigned lines = 0;

	while (s && *s) {
		char *end = strchr(s, '\n');

		if (end)
			*end = '\0';
		text_printf(n->out, "<text class=\"note\" x=\"50%%\" y=\"%u\">",
			    y + lines++ * LINE);
		html_text(n->out, s);
		text_puts(n->out, "</text>");
		s = end ? end + 1 : NULL;
	}
	return lines;
}

static void take_note(struct pen *n, const struct row *row)
{
	text_cut(&n->note, 0);
	timeline_note(n->t, row, &n->words);
	if (n->words.n)
		text_wrap(&n->note, n->words.s, 0, 0, NOTE);
	text_cut(&n->words, 0);
}

static void begin_row(struct pen *n, const struct row *row)
{
	uint64_t frame = n->t->steps[row->first].frame;

	text_puts(n->out, "<g class=\"row\" id=\"");
	html_row_id(n->out, n->p, n->i, frame);
	text_printf(n->out,
		    "\">\n<rect class=\"mark\" x=\"0\" y=\"%u\" "
		    "width=\"100%%\" height=\"24\"/>",
		    n->y + 1);
}

static void put_time(struct pen *n, int64_t t)
{
	report_seconds(&n->words, t - n->t->steps[0].time, 6);
	text_printf(n->out, "<text class=\"time\" x=\"2\" y=\"%u\">",
		    n->y + ARROW + 4);
	put_words(n);
	text_puts(n->out, "</text>");
}

static void put_label(struct pen *n, const struct row *row)
{
	timeline_arrow(n->t, row, &n->words);
	text_printf(n->out, "<text class=\"label %s\" x=\"50%%\" y=\"%u\">",
		    arrow_class(n, row), n->y + ARROW - 6);
	put_words(n);
	text_puts(n->out, "</text>");
}

static void put_frame(struct pen *n, uint64_t frame)
{
	report_frame(&n->words, n->p->r, frame);
	text_printf(n->out, "<text class=\"frame\" x=\"100%%\" y=\"%u\">",
		    n->y + ARROW + 4);
	put_words(n);
	text_puts(n->out, "</text>");
}

static void put_end(struct pen *n, unsigned y)
{
	text_printf(n->out,
		    "<line class=\"over\" x1=\"0\" x2=\"100%%\" y1=\"%u\" "
		    "y2=\"%u\"/><text class=\"end\" x=\"100%%\" "
		    "y=\"%u\">\u25c0 end</text>",
		    y, y, y - 4);
}

static void draw_steps(struct pen *n, const struct row *row)
{
	const struct step *first = &n->t->steps[row->first];
	const struct step *last = first + row->count - 1;
	bool states = news(n, last, CLIENT) || news(n, last, SERVER);
	unsigned below = n->y + PLAIN + (states ? LINE : 0);

	begin_row(n, row);
	put_line(n, row);
	put_time(n, first->time);
	put_state(n, last, CLIENT);
	put_label(n, row);
	put_state(n, last, SERVER);
	put_frame(n, first->frame);
	take_note(n, row);
	below += put_note(n, below + 5) * LINE;
	if (row->end) {
		// Beside the note, if there is anything below the arrow.
		below += below == n->y + PLAIN ? LINE : 3;
		put_end(n, below);
	}
	text_puts(n->out, "</g>\n");
	n->y = below;
}

static void draw_silence(struct pen *n, const struct row *row)
{
	unsigned y = n->y + SILENT / 2;

	timeline_silence(n->t, row, &n->words);
	text_printf(n->out,
		    "<g class=\"row silence\"><line class=\"wait\" x1=\"%u%%\" "
		    "x2=\"%u%%\" y1=\"%u\" y2=\"%u\"/>"
		    "<text class=\"label\" x=\"50%%\" y=\"%u\">",
		    MARGIN, 100 - MARGIN, y, y, y + 4);
	put_words(n);
	text_puts(n->out, "</text></g>\n");
	n->y += SILENT;
}

static void draw_gap(struct pen *n, size_t rows)
{
	text_printf(n->out, "<text class=\"label gap\" x=\"50%%\" y=\"%u\">",
		    n->y + SILENT / 2 + 4);
	report_count(&n->words, rows, "row");
	text_printf(&n->words, " left out: tcpwhy -n %zu",
		    report_number(n->p->r, n->i));
	put_words(n);
	text_puts(n->out, "</text>\n");
	n->y += SILENT;
}

static void draw_rows(struct pen *n)
{
	size_t count = n->t->count;
	size_t out = count > FIRST + LAST ? count - FIRST - LAST : 0;

	for (size_t k = 0; k < count; k++) {
		const struct row *row = &n->t->rows[k];

		if (out && k == FIRST) {
			draw_gap(n, out);
			k += out - 1;
		} else if (row->kind == ROW_SILENCE) {
			draw_silence(n, row);
		} else {
			draw_steps(n, row);
		}
	}
}

// The whole -----------------------------------------------------------------

// Rows that are left out of a long ladder.
static bool left_out(const struct timeline *t, size_t k)
{
	return t->count > FIRST + LAST && k >= FIRST && k < t->count - LAST;
}

uint64_t html_row_of(const struct timeline *t, uint64_t frame)
{
	for (size_t k = 0; k < t->count; k++) {
		const struct row *row = &t->rows[k];

		if (row->kind == ROW_SILENCE || left_out(t, k))
			continue;
		for (size_t s = row->first; s < row->first + row->count; s++) {
			if (t->steps[s].frame == frame)
				return t->steps[row->first].frame;
		}
	}
	return 0;
}

// The times need so much between the edge and the client's lane.
static unsigned least_width(const struct timeline *t, struct text *out)
{
	const struct row *last = &t->rows[t->count - 1];
	struct text time = { 0 };
	size_t n;

	report_seconds(&time, t->steps[last->first].time - t->steps[0].time, 6);
	n = time.n;
	text_release_scratch(&time, out);
	return (unsigned)(n * LETTER + 8) * 100 / MARGIN;
}

static void put_head(struct pen *n)
{
	static const char *const names[] = { "client", "server" };

	for (enum side side = CLIENT; side <= SERVER; side++)
		text_printf(n->out,
			    "<text class=\"who\" x=\"%u%%\" y=\"14\">%s</text>",
			    lane(side), names[side]);
	text_puts(n->out, "<text class=\"time\" x=\"2\" y=\"14\">time</text>"
			  "<text class=\"frame\" x=\"100%\" y=\"14\">frame"
			  "</text>\n");
}

void html_ladder(struct page *p, size_t i, const struct timeline *t)
{
	struct text rows = { 0 };
	struct pen n = { .p = p,
			 .t = t,
			 .i = i,
			 .out = &rows,
			 .y = HEAD / 2,
			 .closed = { true, true },
			 .since = { HEAD / 2, HEAD / 2 } };

	draw_rows(&n);
	put_lane(&n, CLIENT, n.y + 6);
	put_lane(&n, SERVER, n.y + 6);
	text_printf(&p->out,
		    "<div class=\"ladder\"><svg role=\"img\" "
		    "aria-label=\"ladder of connection %zu\" width=\"100%%\" "
		    "height=\"%u\" style=\"min-width:%upx\">\n",
		    report_number(p->r, i), n.y + 10, least_width(t, &p->out));
	n.out = &p->out;
	put_head(&n);
	text_printf(&p->out, "<g>%s</g>\n%s</svg></div>\n", s_of(&n.lanes),
		    s_of(&rows));
	text_release_scratch(&rows, &p->out);
	text_release_scratch(&n.lanes, &p->out);
	text_release_scratch(&n.words, &p->out);
	text_release_scratch(&n.note, &p->out);
}
