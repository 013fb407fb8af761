#include "pane.h"

#include <stdlib.h>
#include <string.h>

#include "glyph.h"
#include "report/report_block.h"
#include "view.h"

enum { SENTENCE = 512 };

// Adds one line of the text from `start` to its end.
static void add_line(struct pane *p, const char *label, size_t start,
		     size_t finding)
{
	struct pane_line *line = p->line;

	if (p->count == p->room) {
		p->room = p->room ? 2 * p->room : 64;
		line = realloc(p->line, p->room * sizeof *line);
		if (!line) {
			p->failed = true;
			return;
		}
		p->line = line;
	}
	line[p->count++] =
	    (struct pane_line){ label, start, p->text.n - start, finding };
	text_char(&p->text, '\0'); // so that each line ends
}

// Bytes of s that fit into width cells, broken at a space where there is one.
static size_t fit(const char *s, int width)
{
	const char *p = s, *space = NULL;
	int cells = 0;

	while (*p) {
		const char *next = p;
		uint32_t c = glyph_next(&next);
		int w = glyph_width(c);

		cells += w < 0 ? 1 : w;
		if (cells > width && p > s)
			return (size_t)((space ? space : p) - s);
		if (c == ' ')
			space = p;
		p = next;
	}
	return (size_t)(p - s);
}

// Adds `head` and s, wrapped; further lines hang below s.
static void add_wrapped(struct pane *p, int width, const char *label,
			size_t finding, const char *head, const char *s)
{
	int indent = glyph_cells(head), rest = width - indent;
	bool first = true;

	if (rest < 20)
		rest = 20;
	do {
		size_t n = fit(s, rest), start = p->text.n;

		if (first)
			text_puts(&p->text, head);
		else
			text_fill(&p->text, " ", (size_t)indent);
		text_add(&p->text, s, n);
		add_line(p, first ? label : NULL, start, finding);
		first = false;
		s += n;
		s += *s == ' ';
	} while (*s && !p->failed);
}

// Sections -------------------------------------------------------------------

// "6: " or "51→53: ", the frames that a finding rests on.
static void put_frames(const struct ui *ui, const struct finding *f,
		       struct text *out)
{
	uint64_t first = f->frame, other = f->other;

	if (first && other && other < first) {
		first = f->other;
		other = f->frame;
	}
	if (!first && !other)
		return;
	report_frame(out, &ui->report, first ? first : other);
	if (first && other) {
		text_puts(out, "→");
		report_frame(out, &ui->report, other);
	}
	text_puts(out, "  ");
}

static void add_findings(struct pane *p, const struct ui *ui, int width)
{
	static const char *const labels[] = {
		[ROLE_WHY] = "why",
		[ROLE_NOT] = "why not",
		[ROLE_LIMIT] = "limits",
		[ROLE_NOTE] = "note",
	};
	const struct detail *d = &ui->detail;
	const char *before = "";
	struct text head = { 0 };
	char sentence[SENTENCE];

	for (size_t i = 0; i < d->findings; i++) {
		const char *label = labels[finding_role(&d->finding[i])];

		text_cut(&head, 0);
		put_frames(ui, &d->finding[i], &head);
		finding_text(&d->finding[i], sentence, sizeof sentence);
		add_wrapped(p, width, strcmp(label, before) ? label : NULL, i,
			    head.n ? head.s : "", sentence);
		before = label;
	}
	text_release(&head);
}

static void add_rivals(struct pane *p, const struct ui *ui, int width)
{
	const struct connection *c = &ui->detail.c;
	const struct verdict *v = verdict_get(c->verdict);
	char sentence[SENTENCE];

	for (size_t i = 0; i < VERDICT_RIVALS && c->also[i]; i++) {
		const struct verdict *rival = verdict_get(c->also[i]);

		snprintf(sentence, sizeof sentence, "%s: %s", rival->title,
			 rival->gist);
		add_wrapped(p, width, i ? NULL : "could also be", SIZE_MAX, "",
			    sentence);
	}
	if (c->confidence != CERTAIN && *v->settle)
		add_wrapped(p, width, "to be sure", SIZE_MAX, "",
			    verdict_sentence(v->settle, c->actor, sentence,
					     sizeof sentence));
}

static void add_program(struct pane *p, const struct ui *ui, int width,
			enum side side)
{
	struct text line = { 0 };

	report_program(&ui->detail.c, side, &line);
	if (line.s)
		add_wrapped(p, width, side == CLIENT ? "programs" : NULL,
			    SIZE_MAX, side == CLIENT ? "client  " : "server  ",
			    line.s);
	text_release(&line);
}

static void add_look(struct pane *p, const struct ui *ui, int width)
{
	struct text line = { 0 };

	view_wireshark(ui, ui->detail.connection, &line);
	if (line.s)
		add_wrapped(p, width, "Wireshark", SIZE_MAX, "", line.s);
	text_release(&line);
}

void pane_build(struct pane *p, const struct ui *ui, int width)
{
	const struct connection *c = &ui->detail.c;
	char sentence[SENTENCE];

	*p = (struct pane){ 0 };
	add_wrapped(p, width, "what happened", SIZE_MAX, "",
		    report_sentence(c, sentence, sizeof sentence));
	add_findings(p, ui, width);
	add_rivals(p, ui, width);
	add_program(p, ui, width, CLIENT);
	add_program(p, ui, width, SERVER);
	report_advice_said(&ui->report, ui->detail.connection, c, sentence,
			   sizeof sentence);
	if (*sentence)
		add_wrapped(p, width, "what to do", SIZE_MAX, "", sentence);
	add_look(p, ui, width);
	p->failed |= p->text.failed;
}

void pane_release(struct pane *p)
{
	text_release(&p->text);
	free(p->line);
	*p = (struct pane){ 0 };
}

size_t pane_find(const struct pane *p, size_t finding)
{
	for (size_t i = 0; i < p->count; i++) {
		if (p->line[i].finding == finding)
			return i;
	}
	return 0;
}
