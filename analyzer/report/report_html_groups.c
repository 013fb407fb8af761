// What connections have in common, before anything is said of one alone.
#include "report/report_html_part.h"

#include "report/clusters.h"

enum { NAMED = 12, GROUPS = 30 }; // members, groups that are shown

static void put_number(struct page *p, size_t i)
{
	size_t number = report_number(p->r, i);

	if (html_is_chosen(p, i))
		text_printf(&p->out, "<a href=\"#c%zu\">#%zu</a>", number,
			    number);
	else
		text_printf(&p->out, "#%zu", number);
}

// Members that the page explains come first: they can be looked at.
static void put_members(struct page *p, const struct clusters *all,
			const struct cluster *c)
{
	const uint32_t *member = all->member + c->first;
	size_t shown = 0;

	text_puts(&p->out, "<p class=\"faint\">");
	for (int chosen = 1; chosen >= 0; chosen--) {
		for (size_t k = 0; k < c->n && shown < NAMED; k++) {
			if (html_is_chosen(p, member[k]) != chosen)
				continue;
			text_puts(&p->out, shown++ ? ", " : "");
			put_number(p, member[k]);
		}
	}
	if (shown < c->n) {
		text_puts(&p->out, " and ");
		text_grouped(&p->out, c->n - shown);
		text_puts(&p->out, " more");
	}
	text_puts(&p->out, "</p>\n");
}

static void put_cluster(struct page *p, const struct clusters *all,
			const struct cluster *c)
{
	cluster_sentence(c, p->r, html_begin(p));
	text_printf(&p->out, "<li class=\"%s\"><p>",
		    c->harmless ? "good" : "bad");
	html_words(p);
	text_puts(&p->out, "</p>\n");
	put_members(p, all, c);
	text_puts(&p->out, "</li>\n");
}

static void put_more(struct page *p, size_t n)
{
	if (!n)
		return;
	text_puts(&p->out, "<p>And ");
	report_count(&p->out, n, "smaller group");
	text_puts(&p->out, ".</p>\n");
}

void html_groups(struct page *p)
{
	struct clusters all;
	size_t shown;

	p->out.failed |= !clusters_find(&all, p->r);
	shown = all.n < GROUPS ? all.n : GROUPS;
	if (shown)
		text_puts(&p->out, "<section><h2>Findings</h2>\n"
				   "<ul class=\"groups wide\">\n");
	for (size_t i = 0; i < shown; i++)
		put_cluster(p, &all, &all.cluster[i]);
	text_puts(&p->out, shown ? "</ul>\n" : "");
	put_more(p, all.n - shown);
	text_puts(&p->out, shown ? "</section>\n" : "");
	clusters_release(&all);
}
