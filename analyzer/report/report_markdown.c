// The text report as Markdown, for tickets that take only text. What somebody
// else chose (a file's name, a packet comment) can't format anything.
#include "base/units.h"
#include "report/clusters.h"
#include "report/pair_text.h"
#include "report/ranking_text.h"
#include "report/report.h"
#include "report/report_block.h"

#include <string.h>

enum { SENTENCE = 512, ENOUGH = 10 }; // connections a verdict without -a

// Adds s with what Markdown or HTML would take for markup escaped.
static void put_plain(struct text *out, const char *s)
{
	for (; s && *s; s++) {
		if (strchr("\\`*_{}[]<>#|~&", *s))
			text_char(out, '\\');
		text_char(out, *s == '\n' ? ' ' : *s);
	}
}

// Moves what scratch holds over, plain.
static void put_scratch(struct text *out, struct text *scratch)
{
	put_plain(out, scratch->n ? scratch->s : "");
	out->failed |= scratch->failed;
	text_cut(scratch, 0);
}

// Head -----------------------------------------------------------------------

static void put_head(struct text *out, const struct report *r,
		     struct text *scratch)
{
	text_puts(out, "## TCP connections in ");
	for (size_t i = 0; i < r->file_count; i++) {
		text_puts(out, i ? ", " : "");
		report_file(scratch, r, i);
		put_scratch(out, scratch);
	}
	text_puts(out, "\n\n");
	report_count(out, r->frames, "packet");
	text_puts(out, ", ");
	report_extent(out, r);
	text_puts(out, ".\n\n");
}

static void put_table(struct text *out, const struct report *r)
{
	uint64_t n[VERDICTS][CONFIDENCES] = { { 0 } };

	for (size_t k = 0; k < report_size(r); k++) {
		struct connection c = report_connection(r, report_nth(r, k));

		n[c.verdict][c.confidence]++;
	}
	text_puts(out, "| connections | certain | likely | possible | verdict "
		       "|\n|--:|--:|--:|--:|---|\n");
	for (enum verdict_id v = 0; v < VERDICTS; v++) {
		uint64_t sum = n[v][0] + n[v][1] + n[v][2];

		if (!sum)
			continue;
		text_puts(out, "| ");
		text_grouped(out, sum);
		for (enum confidence c = CONFIDENCES; c-- > POSSIBLE;) {
			text_puts(out, " | ");
			if (n[v][c])
				text_grouped(out, n[v][c]);
		}
		text_printf(out, " | %s (`%s`) |\n", verdict_get(v)->title,
			    verdict_get(v)->name);
	}
	text_char(out, '\n');
}

static void put_groups(struct text *out, const struct report *r,
		       struct text *scratch)
{
	struct clusters all;

	if (r->ranking)
		return;
	out->failed |= !clusters_find(&all, r);
	for (size_t i = 0; i < all.n; i++) {
		cluster_sentence(&all.cluster[i], r, scratch);
		text_puts(out, "- ");
		put_scratch(out, scratch);
		text_puts(out, " (");
		cluster_members(&all, &all.cluster[i], scratch);
		put_scratch(out, scratch);
		text_puts(out, ")\n");
	}
	if (all.n)
		text_char(out, '\n');
	clusters_release(&all);
}

// Text that is laid out already.
static void put_code(struct text *out, struct text *scratch)
{
	const char *s = scratch->n ? scratch->s : "";

	text_puts(out, "```\n");
	for (; *s; s++)
		text_char(out, *s == '`' ? '\'' : *s);
	text_puts(out, "```\n\n");
	out->failed |= scratch->failed;
	text_cut(scratch, 0);
}

// One connection -------------------------------------------------------------

static void put_title(struct text *out, const struct report *r, size_t i,
		      const struct connection *c)
{
	const struct verdict *v = verdict_get(c->verdict);
	char buf[SENTENCE];

	text_printf(out, "### #%zu ", report_number(r, i));
	report_endpoint(out, &c->addr[CLIENT], c->port[CLIENT]);
	text_puts(out, r->utf8 ? " \u2192 " : " to ");
	report_endpoint(out, &c->addr[SERVER], c->port[SERVER]);
	text_puts(out, "\n\n");
	report_clock(out, c->start, r->zone);
	text_puts(out, ", ");
	units_duration(out, connection_duration(c));
	text_puts(out, ", sent ");
	text_grouped(out, c->bytes[CLIENT]);
	text_puts(out, " B, received ");
	text_grouped(out, c->bytes[SERVER]);
	text_printf(out, " B.\n\n**%s** (%s, `%s`). ", v->title,
		    confidence_name(c->confidence), v->name);
	put_plain(out, report_sentence(c, buf, sizeof buf));
	text_puts(out, "\n\n");
}

static void put_told(struct text *out, const struct report *r, size_t i,
		     const struct connection *c)
{
	static const char *const labels[] = {
		[ROLE_WHY] = "why",
		[ROLE_NOT] = "why not",
		[ROLE_LIMIT] = "limits",
		[ROLE_NOTE] = "note",
	};
	struct statement said[REPORT_STATEMENTS];
	size_t n = report_statements(r, i, c, said);
	char buf[SENTENCE];

	for (size_t k = 0; k < n; k++) {
		text_printf(out, "- %s: ", labels[said[k].role]);
		put_plain(out, statement_text(&said[k], buf, sizeof buf));
		if (said[k].frame || said[k].other) {
			text_puts(out, " (");
			report_statement_frames(r, &said[k], out);
			text_char(out, ')');
		}
		text_char(out, '\n');
	}
}

static void put_rivals(struct text *out, const struct connection *c)
{
	char buf[SENTENCE];
	const char *settle = report_to_be_sure(c, buf, sizeof buf);

	for (size_t k = 0; k < VERDICT_RIVALS && c->also[k]; k++) {
		const struct verdict *v = verdict_get(c->also[k]);

		text_printf(out, "- could also be: `%s`: ", v->name);
		put_plain(out, v->gist);
		text_char(out, '\n');
	}
	if (!*settle)
		return;
	text_puts(out, "- to be sure: ");
	put_plain(out, settle);
	text_char(out, '\n');
}

static void put_rest(struct text *out, const struct report *r, size_t i,
		     const struct connection *c, struct text *scratch)
{
	char buf[SENTENCE];

	for (enum side side = CLIENT; side <= SERVER; side++) {
		text_printf(out, "- the %s's program: ", side_name(side));
		report_program(c, side, scratch);
		put_scratch(out, scratch);
		text_char(out, '\n');
	}
	report_advice_said(r, i, c, buf, sizeof buf);
	if (*buf) {
		text_puts(out, "- **what to do**: ");
		put_plain(out, buf);
		text_char(out, '\n');
	}
	text_puts(out, "- Wireshark: `");
	report_display_filter(r, i, out);
	text_puts(out, "`\n\n");
}

static void put_connection(struct text *out, const struct report *r, size_t i,
			   struct text *scratch)
{
	struct connection c = report_connection(r, i);

	put_title(out, r, i, &c);
	put_told(out, r, i, &c);
	put_rivals(out, &c);
	put_rest(out, r, i, &c, scratch);
	if (r->only) {
		report_ladder(r, i, scratch);
		put_code(out, scratch);
	}
}

static void put_connections(struct text *out, const struct report *r,
			    struct text *scratch)
{
	uint64_t seen[VERDICTS] = { 0 }, left = 0;
	bool asked = r->all || r->order || r->only;

	for (size_t k = 0; k < report_size(r) && !out->failed; k++) {
		size_t i = report_nth(r, k);
		struct connection c = report_connection(r, i);

		if (!asked && !connection_eventful(&c))
			continue;
		if (!r->all && seen[c.verdict]++ >= ENOUGH)
			left++;
		else
			put_connection(out, r, i, scratch);
	}
	if (!left)
		return;
	report_count(out, left, "more connection");
	text_printf(out, " ended like one of the %d shown of each kind.\n",
		    ENOUGH);
}

bool report_markdown(const struct report *r, FILE *to)
{
	struct text out = { 0 }, scratch = { 0 };
	struct report plain = *r;
	bool ok;

	plain.color = false;
	put_head(&out, &plain, &scratch);
	if (!r->only) {
		put_table(&out, &plain);
		put_groups(&out, &plain, &scratch);
	}
	if (r->ranking && !r->only) {
		ranking_report(r->ranking, &plain, &scratch);
		put_code(&out, &scratch);
	}
	if (r->pair) {
		pair_report(&plain, &scratch);
		put_code(&out, &scratch);
	}
	put_connections(&out, &plain, &scratch);
	ok = !out.failed && !scratch.failed;
	if (ok && out.n)
		fwrite(out.s, 1, out.n, to);
	text_release(&out);
	text_release(&scratch);
	return ok;
}
