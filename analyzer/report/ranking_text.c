#include "report/ranking_text.h"

#include <string.h>

#include "base/nanoseconds.h"
#include "base/units.h"
#include "report/anonymize.h"

// What the lines tell --------------------------------------------------------

static void put_end(struct text *out, const struct report *r,
		    const struct logline_end *e)
{
	struct addr addr = e->addr;
	char buf[ADDR_TEXT];

	if (r->anonymizer)
		addr = anonymize(r->anonymizer, &addr);
	if (e->has_addr && e->port)
		report_endpoint(out, &addr, e->port);
	else if (e->has_addr)
		text_puts(out, addr_text(&addr, buf, sizeof buf));
	else
		text_printf(out, "port %u", (unsigned)e->port);
}

static void put_word(struct text *out, const struct errword *w)
{
	const char *end = w->text + strlen(w->text), *begin = w->text;

	while (*begin == ' ' || *begin == '"')
		begin++;
	while (end > begin && end[-1] == ' ')
		end--;
	text_printf(out, "\"%.*s\"", (int)(end - begin), begin);
	if (*w->program)
		text_printf(out, " (%s)", w->program);
}

static void put_told(struct text *out, const struct report *r,
		     const struct logline *l)
{
	const char *comma = "";

	if (l->at.timed) {
		report_clock(out, l->at.time, r->zone);
		comma = ", ";
	}
	for (size_t i = 0; i < l->ends; i++, comma = ", ") {
		text_puts(out, comma);
		put_end(out, r, &l->end[i]);
	}
	for (size_t i = 0; i < l->words; i++, comma = ", ") {
		text_puts(out, comma);
		put_word(out, l->word[i]);
	}
	text_char(out, '\n');
}

// Why it fits ----------------------------------------------------------------

static void put_ends(struct text *out, const struct logline_fit *f)
{
	const char *said = "";

	if (f->ends_full == 2)
		said = "both addresses and ports";
	else if (f->ends_full && f->ends_addr)
		said = "both addresses and a port";
	else if (f->ends_full)
		said = f->ends_port ? "an address and both ports"
				    : "an address and its port";
	else if (f->ends_addr == 2)
		said = "both addresses";
	else if (f->ends_addr)
		said = f->ends_port ? "an address and a port" : "an address";
	else if (f->ends_port)
		said = "a port";
	text_puts(out, said);
	if (f->ends_against)
		text_printf(out, "%sa port other than the line's",
			    *said ? ", but " : "");
}

static void put_when(struct text *out, const struct logline_fit *f)
{
	static const char *const said[] = {
		[WHEN_UNTOLD] = "",
		[WHEN_END] = "at its end",
		[WHEN_INSIDE] = "while it was open",
		[WHEN_START] = "at its start",
		[WHEN_AFTER] = "after its end",
		[WHEN_AWAY] = "at another time",
	};

	if (f->when == WHEN_UNTOLD)
		return;
	text_puts(out, out->n ? ", " : "");
	if (f->when == WHEN_AFTER) {
		units_duration(out, f->apart);
		text_char(out, ' ');
	}
	text_puts(out, said[f->when]);
}

static void put_error(struct text *out, const struct logline_fit *f,
		      const struct connection *c)
{
	enum call_result result = c->app.connect;

	if (!f->word && !f->word_against)
		return;
	text_puts(out, out->n ? "; " : "");
	if (f->word_against) {
		text_puts(out, "but no program got that error");
		return;
	}
	if (!f->call) {
		text_printf(out, "the %s %s it", side_name(f->by),
			    f->word->closer == ITSELF ? "ended"
						      : "did not end");
		return;
	}
	if (f->call != IN_CONNECT)
		result = f->call == IN_RECV ? c->app.recv[f->by]
					    : c->app.send[f->by];
	text_printf(out, "the %s's %s: %s", side_name(f->by),
		    call_name_of(f->call), call_result_name(result));
}

static void put_rank(struct text *out, const struct ranking *k,
		     const struct report *r, const struct rank *rank)
{
	struct connection c = report_connection(r, rank->connection);
	struct text why = { 0 };

	text_printf(out, "  #%-5u ", (unsigned)rank->connection + 1);
	report_endpoint(out, &c.addr[CLIENT], c.port[CLIENT]);
	text_puts(out, r->utf8 ? " \u2192 " : " -> ");
	report_endpoint(out, &c.addr[SERVER], c.port[SERVER]);
	text_printf(out, "   %s\n         ", verdict_get(c.verdict)->name);
	if (k->lines > 1)
		text_printf(out, "line %u: ", (unsigned)rank->line + 1);
	put_ends(&why, &rank->fit);
	put_when(&why, &rank->fit);
	put_error(&why, &rank->fit, &c);
	text_puts(out, why.s ? why.s : "");
	text_release_scratch(&why, out);
	text_char(out, '\n');
}

// A time without a zone that would lie in the capture in another one.
static void put_zone_hint(struct text *out, const struct report *r,
			  const struct logline *l)
{
	static const int64_t quarter = 15 * MINUTE;
	const struct tally *t = analysis_tally(r->analysis);

	if (!l->at.timed || !t->any ||
	    (l->at.time + SECOND >= t->first && l->at.time - SECOND <= t->last))
		return;
	text_puts(out, "  its time is not within the capture");
	for (int64_t k = -56; !l->at.zoned && k <= 56; k++) {
		int64_t time = l->at.time + l->at.east * SECOND - k * quarter;
		unsigned minutes = (unsigned)(k < 0 ? -k : k) * 15;

		if (time + SECOND < t->first || time - SECOND > t->last)
			continue;
		text_printf(out, "; with --log-tz=%c%02u:%02u it would be",
			    k < 0 ? '-' : '+', minutes / 60, minutes % 60);
		break;
	}
	text_char(out, '\n');
}

void ranking_report(const struct ranking *k, const struct report *r,
		    struct text *out)
{
	for (size_t i = 0; i < k->lines; i++) {
		if (k->lines > 1)
			text_printf(out, "Log line %zu: ", i + 1);
		else
			text_puts(out, "The log line: ");
		put_told(out, r, &k->line[i]);
		put_zone_hint(out, r, &k->line[i]);
	}
	text_char(out, '\n');
	if (!k->ranks) {
		text_puts(out, "No connection fits.\n");
		return;
	}
	text_puts(out, "Connections, best fit first:\n");
	for (size_t i = 0; i < k->ranks; i++)
		put_rank(out, k, r, &k->rank[i]);
}
