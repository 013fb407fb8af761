// The order of the text report.
#include "report/report.h"

#include "report/clusters.h"
#include "report/pair_text.h"
#include "report/ranking_text.h"
#include "report/report_block.h"
#include "report/report_summary.h"

enum {
	ENOUGH = 20, // blocks a verdict without -a
	GROUPS = 30, // shown without -a
	HANG = 4     // columns of a group's later lines
};

// Groups ---------------------------------------------------------------------

static void put_group(struct text *out, const struct report *r,
		      const struct clusters *all, const struct cluster *c)
{
	struct text line = { 0 };

	cluster_sentence(c, r, &line);
	text_puts(&line, "   ");
	cluster_members(all, c, &line);
	text_puts(out, "  ");
	report_tone(out, r, c->harmless ? TONE_FAINT : TONE_PLAIN);
	text_wrap(out, line.s ? line.s : "", 2, HANG, r->width);
	report_tone(out, r, TONE_PLAIN);
	text_char(out, '\n');
	text_release_scratch(&line, out);
}

// What many connections have in common comes before each of them.
static void put_groups(struct text *out, const struct report *r)
{
	struct clusters all;

	if (r->ranking)
		return;
	out->failed |= !clusters_find(&all, r);
	for (size_t i = 0; i < all.n && (r->all || i < GROUPS); i++)
		put_group(out, r, &all, &all.cluster[i]);
	if (all.n > GROUPS && !r->all)
		text_printf(out, "  %zu more groups: --all\n", all.n - GROUPS);
	if (all.n)
		text_char(out, '\n');
	clusters_release(&all);
}

// Reports --------------------------------------------------------------------

// The blocks of all connections that are wanted. Of thousands that ended alike
// a reader needs a few.
static bool put_blocks(struct text *out, const struct report *r, FILE *to)
{
	uint64_t shown[VERDICTS] = { 0 };

	for (size_t k = 0; k < report_size(r); k++) {
		size_t i = report_nth(r, k);
		struct connection c = report_connection(r, i);

		if (!report_wants_block(r, &c) ||
		    (!r->all && shown[c.verdict] >= ENOUGH))
			continue;
		shown[c.verdict]++;
		report_block(r, i, out);
		text_char(out, '\n');
		if (!report_flush(out, to) || ferror(to))
			return !out->failed;
	}
	return true;
}

static void put_rest(struct text *out, const struct report *r,
		     const struct ending_counts *n)
{
	uint64_t rest = 0;

	for (enum verdict_id id = 0; id < VERDICTS && !r->all; id++) {
		if (n->blocks[id] > ENOUGH)
			rest += n->blocks[id] - ENOUGH;
	}
	if (rest) {
		text_puts(out, "Not shown: ");
		report_count(out, rest, "more connection");
		text_printf(out,
			    " that ended like one of the %d shown of each "
			    "kind. --all shows every one, --csv lists them.\n",
			    ENOUGH);
	}
	if (n->sum && !n->eventful_sum && !r->all && !r->order)
		text_puts(out, "No connection ended abnormally; --all shows "
			       "the others.\n");
}

static void put_pair(struct text *out, const struct report *r)
{
	if (!r->pair)
		return;
	pair_report(r, out);
	text_char(out, '\n');
}

static void put_ranking(struct text *out, const struct report *r)
{
	if (!r->ranking)
		return;
	ranking_report(r->ranking, r, out);
	text_char(out, '\n');
}

bool report_text(const struct report *r, FILE *to)
{
	struct text out = { 0 };
	struct ending_counts n = { 0 };
	bool ok;

	if (r->only) {
		report_block(r, report_nth(r, 0), &out);
		report_ladder(r, report_nth(r, 0), &out);
	} else {
		report_count_all(&n, r);
		report_add_summary(&out, r, &n);
		put_pair(&out, r);
		put_groups(&out, r);
		put_ranking(&out, r);
	}
	ok = report_flush(&out, to) && (r->only || put_blocks(&out, r, to));
	if (ok && !r->only)
		put_rest(&out, r, &n);
	ok = ok && report_flush(&out, to);
	text_release(&out);
	return ok;
}
