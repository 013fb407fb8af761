#include "overview_items.h"

#include <stdlib.h>

#include "base/calendar.h"
#include "base/nanoseconds.h"
#include "base/units.h"
#include "decode/packet.h"
#include "view.h"

enum { SHARED_MOST = 12, TROUBLE_MOST = 8, FEW = 4 };

// Limits ---------------------------------------------------------------------

// Behind those of fact_limits[]: frames by kind, packets that the host dropped,
// connections that had to be closed off.
enum { LIMIT_DROPS = FACT_LIMITS + PACKET_KINDS, LIMIT_MEMORY, LIMIT_ALL };

static uint64_t limit_count(const struct ui *ui, size_t i)
{
	const struct tally *t = analysis_tally(ui->report.analysis);

	if (i < FACT_LIMITS)
		return ui->summary.limits[fact_limits[i].fact];
	if (i == LIMIT_DROPS)
		return ui->report.drops;
	if (i == LIMIT_MEMORY)
		return t->closed_off;
	i -= FACT_LIMITS;
	return i == PACKET_SEGMENT || i == PACKET_ICMP_ERROR ? 0 : t->kind[i];
}

static void limit_text(const struct item *item, struct text *out)
{
	if (item->index < FACT_LIMITS) {
		report_count(out, item->count, "connection");
		text_printf(out, " %s", fact_limits[item->index].connections);
	} else if (item->index == LIMIT_DROPS) {
		report_count(out, item->count, "packet");
		text_puts(out, " dropped while capturing");
	} else if (item->index == LIMIT_MEMORY) {
		report_count(out, item->count, "connection");
		text_puts(out, " decided early to stay within --max-memory");
	} else {
		report_count(out, item->count, "frame");
		text_printf(out, ": %s",
			    packet_kind_text(
				(enum packet_kind)(item->index - FACT_LIMITS)));
	}
}

// Items ----------------------------------------------------------------------

static int by_weight(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	int worse = verdict_severity((enum verdict_id)b->index) -
		    verdict_severity((enum verdict_id)a->index);

	if (worse)
		return worse;
	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return a->index < b->index ? -1 : 1;
}

static size_t add_item(struct item *out, size_t n, enum section section,
		       size_t index, uint64_t count)
{
	if (n < OVERVIEW_ITEMS)
		out[n++] = (struct item){ section, index, count };
	return n;
}

static size_t add_ranking(const struct ui *ui, enum summary_table table,
			  enum section section, struct item *out, size_t n)
{
	const struct summary_ranking *r = &ui->summary.ranking[table];
	size_t most = TROUBLE_MOST;

	for (size_t i = 0; i < r->count && most > 0; i++) {
		const struct summary_entry *e = &r->entry[i];

		// One of many with one each is no pattern.
		if (!e->eventful || (e->eventful < 2 && r->count > FEW))
			continue;
		n = add_item(out, n, section, i, e->eventful);
		most--;
	}
	return n;
}

static size_t add_clusters(const struct ui *ui, struct item *out, size_t n)
{
	const struct clusters *all = &ui->summary.clusters;

	for (size_t i = 0; i < all->n && i < SHARED_MOST; i++)
		n = add_item(out, n, SECTION_SHARED, i, all->cluster[i].n);
	return n;
}

size_t overview_items(const struct ui *ui, struct item out[OVERVIEW_ITEMS])
{
	size_t n = 0;

	if (!ui->report.analysis)
		return 0;
	for (size_t v = 1; v < VERDICTS; v++) {
		if (ui->summary.verdicts[v])
			n = add_item(out, n, SECTION_HOW, v,
				     ui->summary.verdicts[v]);
	}
	qsort(out, n, sizeof *out, by_weight);
	if (ui->summary.bins && n)
		n = add_item(out, n, SECTION_WHEN, 0, ui->summary.total);
	n = add_clusters(ui, out, n);
	n = add_ranking(ui, RANK_SERVERS, SECTION_SERVERS, out, n);
	n = add_ranking(ui, RANK_CLIENTS, SECTION_CLIENTS, out, n);
	for (size_t i = 0; i < LIMIT_ALL; i++) {
		if (limit_count(ui, i))
			n = add_item(out, n, SECTION_LIMITS, i,
				     limit_count(ui, i));
	}
	return n;
}

static const struct summary_entry *entry_of(const struct ui *ui,
					    const struct item *item)
{
	static const enum summary_table tables[SECTIONS] = {
		[SECTION_SERVERS] = RANK_SERVERS,
		[SECTION_CLIENTS] = RANK_CLIENTS,
	};

	return &ui->summary.ranking[tables[item->section]].entry[item->index];
}

// Sentences ------------------------------------------------------------------

enum verdict_id overview_shared(const struct ui *ui, size_t index)
{
	const struct clusters *all = &ui->summary.clusters;
	uint32_t first = all->member[all->cluster[index].first];

	return analysis_get(ui->report.analysis, first)->verdict;
}

void overview_text(const struct ui *ui, const struct item *item,
		   struct text *out, struct text *more)
{
	const struct clusters *all = &ui->summary.clusters;
	const struct summary_entry *e;
	char addr[ADDR_TEXT];

	switch (item->section) {
	case SECTION_HOW:
		text_puts(out,
			  verdict_get((enum verdict_id)item->index)->title);
		break;
	case SECTION_SHARED:
		cluster_sentence(&all->cluster[item->index], &ui->report, out);
		cluster_members(all, &all->cluster[item->index], more);
		break;
	case SECTION_SERVERS:
	case SECTION_CLIENTS:
		e = entry_of(ui, item);
		text_puts(out, addr_text(&e->addr, addr, sizeof addr));
		text_grouped(more, e->eventful);
		text_puts(more, " of ");
		text_grouped(more, e->total);
		break;
	case SECTION_LIMITS:
		limit_text(item, out);
		break;
	case SECTION_WHEN:
	case SECTIONS:
		break;
	}
}

// Time -----------------------------------------------------------------------

size_t overview_bins(const struct ui *ui, size_t cols, size_t *each)
{
	const struct summary *s = &ui->summary;

	*each = cols ? (s->bins + cols - 1) / cols : 1;
	if (!*each)
		*each = 1;
	return (s->bins + *each - 1) / *each;
}

// Decimals that a step of time needs: 6 down to 0.
static unsigned decimals_of(int64_t step)
{
	int64_t unit = 1000;
	unsigned n = 6;

	for (; n > 0 && step % (unit * 10) == 0; unit *= 10)
		n--;
	return n;
}

void overview_moment(const struct ui *ui, int64_t t, int64_t step,
		     struct text *out)
{
	int64_t of_day = zone_of_day(ui->clock.zone, t);
	struct date d = calendar_date(of_day / SECOND);
	unsigned decimals = decimals_of(step);

	if (step >= DAY) {
		size_t start = out->n;

		report_clock(out, t, ui->clock.zone);
		text_cut(out, out->n < start + 10 ? out->n : start + 10);
		return;
	}
	calendar_add_clock(out, &d);
	if (!decimals)
		return;
	for (unsigned i = decimals; i < 9; i++)
		step /= 10;
	of_day %= SECOND;
	for (unsigned i = decimals; i < 9; i++)
		of_day /= 10;
	text_char(out, '.');
	text_padded(out, (uint64_t)of_day, decimals);
}

// RFC 3339 with as many decimals as the step needs.
static void exact(int64_t t, int64_t step, struct text *out)
{
	size_t start = out->n, decimals = decimals_of(step);

	report_time(out, t); // ends in .ffffffZ
	if (out->n < start + 8)
		return;
	text_cut(out, out->n - 7 + decimals - !decimals);
	text_char(out, 'Z');
}

static void when_words(const struct ui *ui, struct text *out)
{
	const struct summary *s = &ui->summary;
	size_t each, cols = overview_bins(ui, (size_t)ui->overview.cols, &each);
	size_t bin = ui->overview.bin < cols ? ui->overview.bin : cols - 1;
	int64_t from = s->from + (int64_t)(bin * each) * s->step, unit = SECOND;

	for (unsigned i = decimals_of(s->step); i > 0; i--)
		unit /= 10;
	text_puts(out, "end_time=");
	exact(from, s->step, out);
	text_puts(out, "..");
	exact(from + (int64_t)each * s->step - unit, s->step, out);
}

// Words ----------------------------------------------------------------------

void overview_words(const struct ui *ui, const struct item *item,
		    struct text *out)
{
	const struct clusters *all = &ui->summary.clusters;
	const struct summary_entry *e;
	char addr[ADDR_TEXT];

	switch (item->section) {
	case SECTION_HOW:
		text_printf(out, "verdict=%s",
			    verdict_get((enum verdict_id)item->index)->name);
		break;
	case SECTION_WHEN:
		when_words(ui, out);
		break;
	case SECTION_SHARED:
		cluster_words(all, &all->cluster[item->index], out);
		break;
	case SECTION_SERVERS:
	case SECTION_CLIENTS:
		e = entry_of(ui, item);
		text_printf(out, "%s=%s",
			    item->section == SECTION_SERVERS ? "server_ip"
							     : "client_ip",
			    addr_text(&e->addr, addr, sizeof addr));
		break;
	case SECTION_LIMITS:
		if (item->index < FACT_LIMITS)
			text_printf(out, "limit=%s",
				    fact_name(fact_limits[item->index].fact));
		break;
	case SECTIONS:
		break;
	}
}
