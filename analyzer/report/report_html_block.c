// One connection on the page: the ladder, and beside it what it means.
#include "report/report_html_part.h"

#include "base/units.h"
#include "report/report_block.h"
#include "report/timeline_many.h"

#include <string.h>

enum { SENTENCE = 512 }; // room for any one text

// A connection being written.
struct block {
	struct page *p;
	struct text *out;
	size_t i;
	struct connection c;
	const struct verdict *verdict;
	struct timeline ladder;
};

static void put_title(struct block *b)
{
	struct text *w = html_begin(b->p);
	const struct connection *c = &b->c;

	text_printf(b->out, "<header><h3><a href=\"#c%zu\">#%zu</a> <span>",
		    report_number(b->p->r, b->i), report_number(b->p->r, b->i));
	report_endpoint(w, &c->addr[CLIENT], c->port[CLIENT]);
	html_words(b->p);
	text_puts(b->out, "</span> \u2192 <span>");
	report_endpoint(html_begin(b->p), &c->addr[SERVER], c->port[SERVER]);
	html_words(b->p);
	text_puts(b->out, "</span></h3>\n");
}

static void put_sizes(struct block *b)
{
	struct text *w = html_begin(b->p);

	report_clock(w, b->c.start, b->p->r->zone);
	text_puts(w, ", ");
	units_duration(w, connection_duration(&b->c));
	for (enum side side = CLIENT; side <= SERVER; side++) {
		text_printf(w, ", %s sent ", side_name(side));
		text_grouped(w, b->c.bytes[side]);
		text_puts(w, " B in ");
		report_count(w, b->c.packets[side], "packet");
	}
	text_puts(b->out, "<p class=\"faint\">");
	html_words(b->p);
	text_puts(b->out, "</p>\n");
}

static void put_verdict(struct block *b)
{
	char buf[SENTENCE];

	text_printf(b->out, "<p class=\"verdict %s\"><strong>",
		    connection_eventful(&b->c) ? "bad" : "good");
	html_text(b->out, b->verdict->title);
	text_printf(b->out, "</strong> <span class=\"sure\">%s</span> <code>",
		    confidence_name(b->c.confidence));
	html_text(b->out, b->verdict->name);
	text_puts(b->out, "</code></p>\n<p>");
	html_text(b->out, report_sentence(&b->c, buf, sizeof buf));
	text_puts(b->out, "</p></header>\n");
}

// What is said ---------------------------------------------------------------

static void put_label(struct block *b, const char *label)
{
	text_printf(b->out, "<dt>%s</dt>\n", label);
}

static void put_item(struct block *b, const char *words)
{
	text_puts(b->out, "<dd>");
	html_text(b->out, words);
	text_puts(b->out, "</dd>\n");
}

// A frame, with the way to its row of the ladder.
static void put_frame(struct block *b, uint64_t frame)
{
	uint64_t row = html_row_of(&b->ladder, frame);

	if (row) {
		text_puts(b->out, "<a href=\"#");
		html_row_id(b->out, b->p, b->i, row);
		text_puts(b->out, "\">");
	}
	report_frame(b->out, b->p->r, frame);
	text_puts(b->out, row ? "</a>" : "");
}

static void put_frames(struct block *b, const struct statement *t)
{
	uint64_t first = t->frame, second = t->other;

	if (!first || (second && second < first)) {
		first = t->other;
		second = t->frame;
	}
	if (!first)
		return;
	text_puts(b->out, second ? "<span class=\"frames\">frames "
				 : "<span class=\"frames\">frame ");
	put_frame(b, first);
	if (second) {
		text_puts(b->out, ", ");
		put_frame(b, second);
	}
	text_puts(b->out, "</span> ");
}

static void put_exclusions(struct block *b, const struct statement *said,
			   size_t n, bool labelled)
{
	const struct exclusion *e = b->verdict->against;

	while ((e = report_exclusion(&b->c, said, n, e))) {
		if (!labelled)
			put_label(b, "Why not");
		labelled = true;
		text_puts(b->out, "<dd><code>");
		html_text(b->out, verdict_get(e->verdict)->name);
		text_puts(b->out, "</code>: ");
		html_text(b->out, e->why);
		text_puts(b->out, "</dd>\n");
		e++;
	}
}

static void put_role(struct block *b, enum finding_role role,
		     const struct statement *said, size_t n)
{
	static const char *const labels[] = {
		[ROLE_WHY] = "Why",
		[ROLE_NOT] = "Why not",
		[ROLE_LIMIT] = "Limits",
		[ROLE_NOTE] = "Note",
	};
	bool labelled = false;
	char buf[SENTENCE];

	for (size_t i = 0; i < n; i++) {
		if (said[i].role != role)
			continue;
		if (!labelled)
			put_label(b, labels[role]);
		labelled = true;
		text_puts(b->out, "<dd>");
		put_frames(b, &said[i]);
		html_foreign(b->p, statement_text(&said[i], buf, sizeof buf));
		text_puts(b->out, "</dd>\n");
	}
	if (role == ROLE_NOT)
		put_exclusions(b, said, n, labelled);
}

static void put_findings(struct block *b)
{
	struct statement said[REPORT_STATEMENTS];
	size_t n = report_statements(b->p->r, b->i, &b->c, said);

	for (enum finding_role role = ROLE_WHY; role <= ROLE_NOTE; role++)
		put_role(b, role, said, n);
}

static void put_rivals(struct block *b)
{
	char buf[SENTENCE];
	const char *settle = report_to_be_sure(&b->c, buf, sizeof buf);

	for (size_t i = 0; i < VERDICT_RIVALS && b->c.also[i]; i++) {
		const struct verdict *rival = verdict_get(b->c.also[i]);

		if (!i)
			put_label(b, "Could also be");
		text_puts(b->out, "<dd><code>");
		html_text(b->out, rival->name);
		text_puts(b->out, "</code>: ");
		html_text(b->out, rival->gist);
		text_puts(b->out, "</dd>\n");
	}
	if (!*settle)
		return;
	put_label(b, "To be sure");
	put_item(b, settle);
}

static void put_programs(struct block *b)
{
	put_label(b, "What the programs saw");
	for (enum side side = CLIENT; side <= SERVER; side++) {
		report_program(&b->c, side, html_begin(b->p));
		text_printf(b->out, "<dd><b>%s</b> ", side_name(side));
		html_words(b->p);
		text_puts(b->out, "</dd>\n");
	}
}

static void put_states(struct block *b)
{
	const char *client = tcp_state_name(b->c.state[CLIENT]);
	const char *server = tcp_state_name(b->c.state[SERVER]);

	if (!*client && !*server)
		return;
	put_label(b, "States at the end");
	text_printf(b->out, "<dd><b>client</b> %s, <b>server</b> %s</dd>\n",
		    *client ? client : "not known",
		    *server ? server : "not known");
}

static void put_advice(struct block *b)
{
	char buf[SENTENCE];

	report_advice_said(b->p->r, b->i, &b->c, buf, sizeof buf);
	if (!*buf)
		return;
	text_puts(b->out, "<dt class=\"do\">What to do</dt>\n"
			  "<dd class=\"do\">");
	html_text(b->out, buf);
	text_puts(b->out, "</dd>\n");
}

static void put_look(struct block *b)
{
	report_display_filter(b->p->r, b->i, html_begin(b->p));
	put_label(b, "Wireshark");
	text_puts(b->out, "<dd><code class=\"filter\">");
	html_words(b->p);
	text_printf(b->out,
		    "</code></dd>\n<dt>More</dt>\n<dd><code>tcpwhy explain "
		    "%s</code></dd>\n",
		    b->verdict->name);
}

// ---------------------------------------------------------------------------

static struct timeline fold(const struct page *p, size_t i)
{
	const struct analysis *a = p->r->analysis;

	if (p->ladders)
		return ladders_fold(p->ladders, i);
	if (p->r->only)
		return timeline_fold(a, analysis_get(a, i));
	return (struct timeline){ 0 };
}

static void put_ladder(struct block *b)
{
	text_puts(b->out, "<div class=\"picture\">\n");
	if (b->ladder.count)
		html_ladder(b->p, b->i, &b->ladder);
	else
		text_printf(b->out,
			    "<p class=\"faint\">No ladder here: <code>tcpwhy "
			    "-n %zu</code> shows it.</p>\n",
			    report_number(b->p->r, b->i));
	text_puts(b->out, "</div>\n");
}

void html_connection(struct page *p, size_t i)
{
	struct block b = { .p = p,
			   .out = &p->out,
			   .i = i,
			   .c = report_connection(p->r, i),
			   .ladder = fold(p, i) };

	b.verdict = verdict_get(b.c.verdict);
	text_printf(b.out, "<article id=\"c%zu\">\n", report_number(p->r, i));
	put_title(&b);
	put_sizes(&b);
	put_verdict(&b);
	put_ladder(&b);
	text_puts(b.out, "<dl>\n");
	put_advice(&b);
	put_programs(&b);
	put_findings(&b);
	put_rivals(&b);
	put_states(&b);
	put_look(&b);
	text_puts(b.out, "</dl>\n</article>\n");
	p->out.failed |= b.ladder.failed;
	timeline_release(&b.ladder);
}
