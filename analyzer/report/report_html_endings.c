// When connections ended: a histogram for each family of verdicts, each with
// its own scale, as a thousand orderly ends would hide three resets.
#include "report/report_html_part.h"

#include "base/nanoseconds.h"
#include "base/units.h"

enum { BINS = 60, BAR = 44, ROW = 70, GAP = 10 }; // heights in px

struct endings {
	int64_t from, width; // of the first bin, and of each
	size_t bins;
	uint64_t count[FAMILIES][BINS + 2];
	uint64_t most[FAMILIES], sum[FAMILIES];
};

// The least round width of which at most BINS cover so much time.
static int64_t round_width(int64_t span)
{
	static const int64_t seconds[] = { 1,    2,    5,     10,    15,   30,
					   60,   120,  300,   600,   900,  1800,
					   3600, 7200, 21600, 43200, 86400 };
	int64_t width = 1000000, least = span / BINS + 1;

	for (; width < SECOND; width *= 10) {
		for (int64_t step = 1; step <= 5; step += step == 1 ? 1 : 3) {
			if (width * step >= least)
				return width * step;
		}
	}
	for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
		if (seconds[i] * SECOND >= least)
			return seconds[i] * SECOND;
	}
	return (least / DAY + 1) * DAY;
}

static bool ended(const struct connection *c)
{
	return !verdict_has(c->verdict, TRAIT_NOT_ENDED);
}

// From the capture's first to its last frame.
static void find_range(const struct report *r, struct endings *e)
{
	const struct tally *t = analysis_tally(r->analysis);

	e->width = round_width(t->last - t->first);
	e->from = t->first - t->first % e->width;
	if (e->from > t->first)
		e->from -= e->width;
	e->bins = (size_t)((t->last - e->from) / e->width) + 1;
}

// The bin of a time; the edges take what a clock that ran backward left
// outside.
static size_t bin_of(const struct endings *e, int64_t t)
{
	size_t bin = t < e->from ? 0 : (size_t)((t - e->from) / e->width);

	return bin < e->bins ? bin : e->bins - 1;
}

static void count_all(const struct report *r, struct endings *e)
{
	for (size_t k = 0; k < report_size(r); k++) {
		struct connection c = report_connection(r, report_nth(r, k));
		enum verdict_family f = verdict_get(c.verdict)->family;
		uint64_t *n;

		if (!ended(&c))
			continue;
		n = &e->count[f][bin_of(e, c.end)];
		++*n;
		e->sum[f]++;
		e->most[f] = *n > e->most[f] ? *n : e->most[f];
	}
}

// Widths are round: they need no decimals.
static void put_span(struct text *out, int64_t ns)
{
	if (ns < SECOND)
		text_printf(out, "%d ms", (int)(ns / 1000000));
	else if (ns < 600 * SECOND && !(ns % SECOND))
		text_printf(out, "%d s", (int)(ns / SECOND));
	else
		units_duration(out, ns);
}

// Drawing -------------------------------------------------------------------

static void put_when(struct page *p, const struct endings *e, size_t bin)
{
	int64_t t = e->from + (int64_t)bin * e->width;
	struct text *w = html_begin(p);

	if (e->width < SECOND)
		report_time(w, t);
	else
		report_clock(w, t, p->r->zone);
	html_words(p);
}

static void put_bar(struct page *p, const struct endings *e,
		    enum verdict_family f, size_t bin, unsigned floor)
{
	uint64_t n = e->count[f][bin];
	double step = 100.0 / (double)e->bins;
	unsigned height = (unsigned)(n * BAR / e->most[f]);

	if (!n)
		return;
	height = height < 3 ? 3 : height;
	text_printf(&p->out,
		    "<rect class=\"bar f%d\" x=\"%.3f%%\" width=\"%.3f%%\" "
		    "y=\"%u\" height=\"%u\"><title>",
		    f, step * (double)bin + step * .08, step * .84,
		    floor - height, height);
	report_count(html_begin(p), n, "connection");
	html_words(p);
	text_puts(&p->out, " from ");
	put_when(p, e, bin);
	text_puts(&p->out, "</title></rect>\n");
}

static void put_family(struct page *p, const struct endings *e,
		       enum verdict_family f, unsigned y)
{
	struct text *w = html_begin(p);
	unsigned floor = y + ROW - GAP;

	text_printf(&p->out, "<text class=\"family\" x=\"0\" y=\"%u\">",
		    y + 11);
	text_printf(w, "%s: ", family_name(f));
	text_grouped(w, e->sum[f]);
	text_puts(w, ", at most ");
	text_grouped(w, e->most[f]);
	text_puts(w, " in ");
	put_span(w, e->width);
	html_words(p);
	text_printf(&p->out,
		    "</text>\n<line class=\"axis\" x1=\"0\" x2=\"100%%\" "
		    "y1=\"%u\" y2=\"%u\"/>\n",
		    floor, floor);
	for (size_t bin = 0; bin < e->bins; bin++)
		put_bar(p, e, f, bin, floor);
}

static void put_axis(struct page *p, const struct endings *e, unsigned y)
{
	text_printf(&p->out, "<text class=\"tick\" x=\"0\" y=\"%u\">", y);
	put_when(p, e, 0);
	text_printf(&p->out,
		    "</text>\n<text class=\"tick last\" x=\"100%%\" "
		    "y=\"%u\">+ ",
		    y);
	put_span(html_begin(p), (int64_t)e->bins * e->width);
	html_words(p);
	text_puts(&p->out, "</text>\n");
}

void html_endings(struct page *p)
{
	struct endings e = { 0 };
	unsigned y = 0, rows = 0;

	if (!analysis_tally(p->r->analysis)->any)
		return;
	find_range(p->r, &e);
	count_all(p->r, &e);
	for (enum verdict_family f = 0; f < FAMILIES; f++)
		rows += e.sum[f] > 0;
	if (!rows)
		return;
	text_printf(&p->out,
		    "<section><h2>When they ended</h2>\n<svg "
		    "class=\"endings\" role=\"img\" aria-label=\"endings over "
		    "time\" width=\"100%%\" height=\"%u\">\n",
		    rows * ROW + 20);
	for (enum verdict_family f = 0; f < FAMILIES; f++) {
		if (!e.sum[f])
			continue;
		put_family(p, &e, f, y);
		y += ROW;
	}
	put_axis(p, &e, y + 14);
	text_puts(&p->out, "</svg></section>\n");
}
