// How many connections ended how.
#include "report/report_html_part.h"

enum { SERVERS = 3, EXAMPLES = 6 }; // named

struct server {
	struct addr addr;
	uint64_t n;
	uint16_t port;
};

// Connections that ended alike.
struct group {
	enum verdict_id verdict;
	uint64_t n, by[CONFIDENCES];
	struct server server[SERVERS]; // the first that were met
	uint64_t elsewhere;            // at other servers
	bool eventful;
};

static void count_server(struct group *g, const struct connection *c)
{
	for (size_t k = 0; k < SERVERS; k++) {
		struct server *s = &g->server[k];

		if (!s->n) {
			s->addr = c->addr[SERVER];
			s->port = c->port[SERVER];
		}
		if (s->port == c->port[SERVER] &&
		    !addr_cmp(&s->addr, &c->addr[SERVER])) {
			s->n++;
			return;
		}
	}
	g->elsewhere++;
}

static void count_all(const struct report *r, struct group groups[VERDICTS])
{
	for (size_t k = 0; k < report_size(r); k++) {
		struct connection c = report_connection(r, report_nth(r, k));
		struct group *g = &groups[c.verdict];

		g->verdict = c.verdict;
		g->n++;
		g->by[c.confidence]++;
		g->eventful |= connection_eventful(&c);
		count_server(g, &c);
	}
}

static bool comes_first(const struct group *a, const struct group *b)
{
	return a->eventful != b->eventful ? a->eventful : a->n > b->n;
}

// Eventful ones first, then by number; returns how many there are.
static size_t sort_groups(struct group groups[VERDICTS],
			  const struct group *order[VERDICTS])
{
	size_t n = 0;

	for (enum verdict_id id = 0; id < VERDICTS; id++) {
		size_t at = n;

		if (!groups[id].n)
			continue;
		for (; at > 0 && comes_first(&groups[id], order[at - 1]); at--)
			order[at] = order[at - 1];
		order[at] = &groups[id];
		n++;
	}
	return n;
}

// ---------------------------------------------------------------------------

static void put_split(struct page *p, const struct group *g)
{
	const char *between = "";

	for (enum confidence c = CONFIDENCES; c-- > POSSIBLE;) {
		if (!g->by[c])
			continue;
		text_puts(&p->out, between);
		if (g->by[c] != g->n) {
			text_grouped(&p->out, g->by[c]);
			text_char(&p->out, ' ');
		}
		text_puts(&p->out, confidence_name(c));
		between = ", ";
	}
}

static void put_servers(struct page *p, const struct group *g)
{
	struct text *w = html_begin(p);

	for (size_t k = 0; k < SERVERS && g->server[k].n; k++) {
		text_puts(w, k ? ", " : "at ");
		report_endpoint(w, &g->server[k].addr, g->server[k].port);
		if (g->server[k].n != g->n)
			text_printf(w, " (%llu)",
				    (unsigned long long)g->server[k].n);
	}
	if (g->elsewhere) {
		text_puts(w, ", other servers (");
		text_grouped(w, g->elsewhere);
		text_puts(w, ")");
	}
	text_puts(&p->out, "<p class=\"faint\">");
	html_words(p);
	text_puts(&p->out, "</p>\n");
}

static void put_examples(struct page *p, const struct group *g)
{
	const struct report *r = p->r;
	size_t shown = 0;

	for (size_t k = 0; k < p->count; k++) {
		size_t i = p->chosen[k];

		if (report_connection(r, i).verdict != g->verdict)
			continue;
		if (shown++ == EXAMPLES) {
			text_puts(&p->out, " \u2026");
			break;
		}
		text_printf(&p->out, "%s<a href=\"#c%zu\">#%zu</a>",
			    shown > 1 ? " " : "<p>", report_number(p->r, i),
			    report_number(p->r, i));
	}
	text_puts(&p->out, shown ? "</p>\n" : "");
}

static void put_group(struct page *p, const struct group *g)
{
	const struct verdict *v = verdict_get(g->verdict);

	text_printf(&p->out, "<li class=\"%s\"><h3><span class=\"n\">",
		    g->eventful ? "bad" : "good");
	text_grouped(&p->out, g->n);
	text_puts(&p->out, "</span> ");
	html_text(&p->out, v->title);
	text_puts(&p->out, " <span class=\"sure\">");
	put_split(p, g);
	text_puts(&p->out, "</span></h3>\n<p>");
	html_text(&p->out, v->gist);
	text_puts(&p->out, "</p>\n");
	put_servers(p, g);
	put_examples(p, g);
	text_puts(&p->out, "</li>\n");
}

void html_verdicts(struct page *p)
{
	struct group groups[VERDICTS] = { 0 };
	const struct group *order[VERDICTS];
	size_t n;

	count_all(p->r, groups);
	n = sort_groups(groups, order);
	text_puts(&p->out, "<section><h2>What ended how</h2>\n"
			   "<ul class=\"groups\">\n");
	for (size_t k = 0; k < n; k++)
		put_group(p, order[k]);
	text_puts(&p->out, "</ul></section>\n");
}
