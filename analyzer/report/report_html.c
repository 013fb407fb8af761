#include "report/report_html.h"

#include "base/units.h"
#include "base/version.h"
#include "decode/packet.h"
#include "report/clusters.h"
#include "report/pair_text.h"
#include "report/ranking_text.h"
#include "report/report_html_part.h"

#include <string.h>

enum { FILES = 5, REST = 200 }; // named; connections that get a line alone

// What is explained ----------------------------------------------------------

static bool wanted(const struct report *r, const struct connection *c)
{
	return r->all || r->only || r->order || connection_eventful(c);
}

// The most of each verdict so that all of them are not too many.
static uint64_t fair_share(const uint64_t count[VERDICTS])
{
	uint64_t share = 1;

	for (;; share++) {
		uint64_t sum = 0, left = 0;

		for (enum verdict_id id = 0; id < VERDICTS; id++) {
			sum += count[id] < share ? count[id] : share;
			left += count[id] > share;
		}
		if (sum > HTML_CONNECTIONS)
			return share - 1;
		if (!left)
			return share;
	}
}

// Connections being chosen.
struct choice {
	const struct report *r;
	uint32_t which[HTML_CONNECTIONS];
	size_t n;
	uint64_t shown[VERDICTS];
};

static bool is_among(const uint32_t *which, size_t n, size_t i)
{
	for (size_t k = 0; k < n; k++) {
		if (which[k] == i)
			return true;
	}
	return false;
}

// Takes up to so many of each verdict, the first ones.
static void take_verdicts(struct choice *ch, uint64_t most)
{
	for (size_t k = 0; k < report_size(ch->r); k++) {
		size_t i = report_nth(ch->r, k);
		struct connection c = report_connection(ch->r, i);

		if (ch->n == HTML_CONNECTIONS)
			return;
		if (!wanted(ch->r, &c) || ch->shown[c.verdict] >= most ||
		    is_among(ch->which, ch->n, i))
			continue;
		ch->which[ch->n++] = (uint32_t)i;
		ch->shown[c.verdict]++;
	}
}

// Takes one of each group of which none was taken.
static void take_groups(struct choice *ch)
{
	struct clusters all;
	bool found = clusters_find(&all, ch->r);

	for (size_t g = 0; found && g < all.n; g++) {
		const uint32_t *member = all.member + all.cluster[g].first;
		bool done = ch->n == HTML_CONNECTIONS;

		for (size_t k = 0; k < all.cluster[g].n && !done; k++)
			done = is_among(ch->which, ch->n, member[k]);
		if (done)
			continue;
		ch->which[ch->n++] = member[0];
		ch->shown[report_connection(ch->r, member[0]).verdict]++;
	}
	clusters_release(&all);
}

size_t report_html_choose(const struct report *r,
			  uint32_t out[HTML_CONNECTIONS])
{
	struct choice ch = { .r = r };
	uint64_t count[VERDICTS] = { 0 };
	size_t n = 0;

	for (size_t k = 0; k < report_size(r); k++) {
		struct connection c = report_connection(r, report_nth(r, k));

		count[c.verdict] += wanted(r, &c);
	}
	take_verdicts(&ch, r->ranking ? HTML_CONNECTIONS : 1);
	if (!r->only)
		take_groups(&ch);
	take_verdicts(&ch, fair_share(count));
	for (size_t k = 0; k < report_size(r) && n < ch.n; k++) {
		size_t i = report_nth(r, k);

		if (is_among(ch.which, ch.n, i))
			out[n++] = (uint32_t)i;
	}
	return n;
}

// Head ----------------------------------------------------------------------

static void put_names(struct page *p)
{
	struct text *w = html_begin(p);

	for (size_t i = 0; i < p->r->file_count && i < FILES; i++) {
		text_puts(w, i ? ", " : "");
		report_file(w, p->r, i);
	}
	if (p->r->file_count > FILES)
		text_printf(w, " and %zu more", p->r->file_count - FILES);
	html_words(p);
}

// No address of the page may be loaded, whatever stands in it.
static void put_top(struct page *p)
{
	text_puts(&p->out,
		  "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		  "<meta charset=\"utf-8\">\n"
		  "<meta http-equiv=\"Content-Security-Policy\" content=\""
		  "default-src 'none'; style-src 'unsafe-inline'; "
		  "img-src data:\">\n"
		  "<meta name=\"viewport\" content=\"width=device-width, "
		  "initial-scale=1\">\n"
		  "<meta name=\"color-scheme\" content=\"light dark\">\n"
		  "<meta name=\"referrer\" content=\"no-referrer\">\n"
		  "<link rel=\"icon\" href=\"data:,\">\n<title>");
	put_names(p);
	text_puts(&p->out, ": why its connections ended</title>\n<style>\n");
	for (size_t i = 0; html_style[i]; i++)
		text_printf(&p->out, "%s\n", html_style[i]);
	text_puts(&p->out, "</style>\n</head>\n<body>\n");
	text_puts(&p->out, html_markers);
	text_puts(&p->out, "<main>\n<h1>Why TCP connections ended</h1>\n"
			   "<p class=\"source\">");
	put_names(p);
	text_puts(&p->out, "</p>\n");
}

static void put_figure(struct page *p, const char *name)
{
	text_printf(&p->out, "<div><dt>%s</dt><dd>", name);
	html_words(p);
	text_puts(&p->out, "</dd></div>\n");
}

static uint64_t count_eventful(const struct report *r)
{
	uint64_t n = 0;

	for (size_t k = 0; k < report_size(r); k++) {
		struct connection c = report_connection(r, report_nth(r, k));

		n += connection_eventful(&c);
	}
	return n;
}

static void put_figures(struct page *p)
{
	const struct report *r = p->r;
	const struct tally *t = analysis_tally(r->analysis);
	struct text *w;

	text_puts(&p->out, "<dl class=\"figures\">\n");
	w = html_begin(p);
	text_grouped(w, report_size(r));
	if (report_size(r) < analysis_count(r->analysis)) {
		text_puts(w, " of ");
		text_grouped(w, analysis_count(r->analysis));
	}
	put_figure(p, "connections");
	text_grouped(html_begin(p), count_eventful(r));
	put_figure(p, "abnormal");
	text_grouped(html_begin(p), r->frames);
	put_figure(p, "packets");
	if (t->any) {
		report_clock(html_begin(p), t->first, r->zone);
		put_figure(p, "from");
		units_duration(html_begin(p), t->last - t->first);
		put_figure(p, "lasting");
	}
	text_puts(&p->out, "</dl>\n");
}

// Limits --------------------------------------------------------------------

static void put_limit(struct page *p, uint64_t n, const char *noun,
		      const char *words)
{
	if (!n)
		return;
	text_puts(&p->out, "<li>");
	report_count(&p->out, n, noun);
	text_char(&p->out, ' ');
	html_text(&p->out, words);
	text_puts(&p->out, "</li>\n");
}

static void put_limits(struct page *p)
{
	const struct tally *t = analysis_tally(p->r->analysis);

	text_puts(&p->out, "<ul class=\"limits\">\n");
	for (enum packet_kind k = 0; k < PACKET_KINDS; k++) {
		if (k == PACKET_SEGMENT || k == PACKET_ICMP_ERROR)
			continue;
		html_begin(p);
		text_printf(&p->words, "not used: %s", packet_kind_text(k));
		if (!p->words.failed)
			put_limit(p, t->kind[k], "packet", p->words.s);
	}
	put_limit(p, p->r->drops, "packet",
		  "lost by the capturing host; what they would have shown is "
		  "missing");
	put_limit(p, t->duplicates, "segment", "captured twice, counted once");
	put_limit(p, t->backward, "packet",
		  "older than the one before; times are as captured");
	text_puts(&p->out, "</ul>\n");
}

// What the log lines and the other end's capture tell, as in the text report.
static void put_told(struct page *p)
{
	struct text *w = html_begin(p);

	if (p->r->ranking)
		ranking_report(p->r->ranking, p->r, w);
	if (p->r->pair)
		pair_report(p->r, w);
	if (!w->n)
		return;
	text_puts(&p->out, "<pre>");
	html_words(p);
	text_puts(&p->out, "</pre>\n");
}

// The rest ------------------------------------------------------------------

static void put_rest_row(struct page *p, size_t i, const struct connection *c)
{
	struct text *w = html_begin(p);

	text_printf(&p->out, "<tr><td>#%zu</td><td>", report_number(p->r, i));
	report_clock(w, c->start, p->r->zone);
	html_words(p);
	text_puts(&p->out, "</td><td>");
	report_endpoint(html_begin(p), &c->addr[CLIENT], c->port[CLIENT]);
	html_words(p);
	text_puts(&p->out, " \u2192 ");
	report_endpoint(html_begin(p), &c->addr[SERVER], c->port[SERVER]);
	html_words(p);
	text_printf(&p->out, "</td><td><code>%s</code> %s</td></tr>\n",
		    verdict_get(c->verdict)->name,
		    confidence_name(c->confidence));
}

// Those that would deserve a ladder and got none.
static void put_rest(struct page *p)
{
	uint64_t more = 0, rows = 0;

	for (size_t k = 0; k < report_size(p->r); k++) {
		size_t i = report_nth(p->r, k);
		struct connection c = report_connection(p->r, i);

		if (!wanted(p->r, &c) || html_is_chosen(p, i))
			continue;
		if (rows++ >= REST) {
			more++;
			continue;
		}
		if (rows == 1)
			text_puts(&p->out,
				  "<section><h2>More of the same</h2>\n"
				  "<table>\n");
		put_rest_row(p, i, &c);
	}
	if (rows)
		text_puts(&p->out, "</table>\n");
	if (more) {
		text_puts(&p->out, "<p>And ");
		report_count(&p->out, more, "more connection");
		text_puts(&p->out, ": <code>tcpwhy --csv</code> lists every "
				   "one.</p>\n");
	}
	text_puts(&p->out, rows ? "</section>\n" : "");
}

// The page ------------------------------------------------------------------

// Writes what there is and empties it; false if memory ran out.
static bool flush(struct page *p, FILE *to)
{
	if (p->out.failed || p->words.failed)
		return false;
	if (p->out.n)
		fwrite(p->out.s, 1, p->out.n, to);
	text_cut(&p->out, 0);
	return true;
}

static bool put_connections(struct page *p, FILE *to)
{
	if (!p->count)
		return true;
	text_puts(&p->out, "<section class=\"all\">"
			   "<h2>Connection by connection</h2>\n");
	for (size_t k = 0; k < p->count && !ferror(to); k++) {
		html_connection(p, p->chosen[k]);
		if (!flush(p, to))
			return false;
	}
	text_puts(&p->out, "</section>\n");
	return true;
}

static bool put_page(struct page *p, FILE *to)
{
	put_top(p);
	put_figures(p);
	put_limits(p);
	put_told(p);
	if (!p->r->only && !p->r->ranking)
		html_groups(p);
	html_verdicts(p);
	html_endings(p);
	if (!put_connections(p, to))
		return false;
	put_rest(p);
	text_printf(&p->out,
		    "<footer>tcpwhy %s. <b>certain</b>: no other verdict fits "
		    "these packets. <b>likely</b>: the evidence favours this "
		    "one; what else fits is named. <b>possible</b>: several "
		    "fit about as well.</footer>\n</main>\n</body>\n</html>\n",
		    TCPWHY_VERSION);
	return flush(p, to);
}

bool report_html(const struct report *r, struct ladders *l, FILE *to)
{
	struct report look = *r;
	struct page p = { .r = &look, .ladders = l };
	bool ok;

	look.utf8 = true;
	look.color = false;
	p.count = report_html_choose(r, p.chosen);
	ok = put_page(&p, to);
	text_release(&p.out);
	text_release(&p.words);
	return ok;
}
