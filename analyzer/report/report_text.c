// The text report's head: what the capture is, what ended how, what was not
// read and what limits the view. And the order of the whole report.
#include "report/report.h"

#include "decode/packet.h"
#include "report/clusters.h"
#include "report/pair_text.h"
#include "report/ranking_text.h"
#include "report/report_block.h"

#include <string.h>

enum {
	NAMES = 3,   // files named
	ENOUGH = 20, // blocks a verdict without -a
	GROUPS = 30, // shown without -a
	HANG = 4     // columns of a group's later lines
};

// How many connections ended how.
struct counts {
	uint64_t all[VERDICTS];
	uint64_t by[VERDICTS][CONFIDENCES];
	uint64_t eventful[VERDICTS];
	uint64_t blocks[VERDICTS]; // that the text report would have
	uint64_t sum, eventful_sum;
};

// What was asked for is shown however it ended.
static bool wants_block(const struct report *r, const struct connection *c)
{
	return r->all || r->order || connection_eventful(c);
}

static void count(struct counts *n, const struct report *r,
		  const struct connection *c)
{
	bool eventful = connection_eventful(c);

	n->all[c->verdict]++;
	n->by[c->verdict][c->confidence]++;
	n->eventful[c->verdict] += eventful;
	n->blocks[c->verdict] += wants_block(r, c);
	n->eventful_sum += eventful;
	n->sum++;
}

static void count_all(struct counts *n, const struct report *r)
{
	for (size_t k = 0; k < report_size(r); k++) {
		struct connection c = report_connection(r, report_nth(r, k));

		count(n, r, &c);
	}
}

// Head -----------------------------------------------------------------------

static void put_files(struct text *out, const struct report *r)
{
	size_t n = r->file_count > NAMES ? 1 : r->file_count;

	for (size_t i = 0; i < n; i++) {
		if (i)
			text_puts(out, ", ");
		report_file(out, r, i);
	}
	if (n < r->file_count)
		text_printf(out, " and %zu more", r->file_count - n);
}

static void put_head(struct text *out, const struct report *r)
{
	const struct tally *t = analysis_tally(r->analysis);

	put_files(out, r);
	text_puts(out, ": ");
	if (r->filtered) {
		text_grouped(out, t->frames);
		text_puts(out, " of ");
	}
	report_count(out, r->frames, "packet");
	text_puts(out, ", ");
	report_extent(out, r);
	text_char(out, '\n');
}

// Table of verdicts ----------------------------------------------------------

// Eventful ones first, then by number.
static bool before(const struct counts *n, enum verdict_id a, enum verdict_id b)
{
	bool ea = n->eventful[a], eb = n->eventful[b];

	return ea != eb ? ea : n->all[a] > n->all[b];
}

static size_t sort(const struct counts *n, enum verdict_id order[VERDICTS])
{
	size_t count_of = 0;

	for (enum verdict_id id = 0; id < VERDICTS; id++) {
		size_t at = count_of;

		if (!n->all[id])
			continue;
		for (; at > 0 && before(n, id, order[at - 1]); at--)
			order[at] = order[at - 1];
		order[at] = id;
		count_of++;
	}
	return count_of;
}

static void put_split(struct text *out, const uint64_t by[CONFIDENCES])
{
	bool one = !!by[POSSIBLE] + !!by[LIKELY] + !!by[CERTAIN] == 1;
	const char *comma = "";

	for (enum confidence c = CONFIDENCES; c-- > POSSIBLE;) {
		if (!by[c])
			continue;
		text_puts(out, comma);
		if (!one) {
			text_grouped(out, by[c]);
			text_char(out, ' ');
		}
		text_puts(out, confidence_name(c));
		comma = ", ";
	}
}

static enum tone tone_of(const struct counts *n, enum verdict_id id)
{
	if (!n->eventful[id])
		return TONE_PLAIN;
	return verdict_get(id)->family == FAMILY_UNKNOWN ? TONE_STRONG
							 : TONE_BAD;
}

static void put_table(struct text *out, const struct report *r,
		      const struct counts *n)
{
	enum verdict_id order[VERDICTS];
	size_t rows = sort(n, order);
	struct text number = { 0 };

	if (rows)
		text_char(out, '\n');
	for (size_t i = 0; i < rows; i++) {
		const struct verdict *v = verdict_get(order[i]);

		text_cut(&number, 0);
		text_grouped(&number, n->all[order[i]]);
		text_printf(out, "%9s  ", number.s ? number.s : "");
		report_tone(out, r, tone_of(n, order[i]));
		text_printf(out, "%-*s", VERDICT_TITLE, v->title);
		report_tone(out, r, TONE_PLAIN);
		text_puts(out, "  ");
		put_split(out, n->by[order[i]]);
		text_char(out, '\n');
	}
	text_release_scratch(&number, out);
}

// Limits ---------------------------------------------------------------------

static void put_unread(struct text *out, const struct tally *t)
{
	uint64_t read = t->kind[PACKET_SEGMENT] + t->kind[PACKET_ICMP_ERROR];
	const char *between = ": ";

	if (read == t->frames)
		return;
	text_puts(out, "  not used: ");
	report_count(out, t->frames - read, "packet");
	for (enum packet_kind k = 0; k < PACKET_KINDS; k++) {
		if (!t->kind[k] || k == PACKET_SEGMENT ||
		    k == PACKET_ICMP_ERROR)
			continue;
		text_puts(out, between);
		text_grouped(out, t->kind[k]);
		text_char(out, ' ');
		text_puts(out, packet_kind_text(k));
		between = ", ";
	}
	text_char(out, '\n');
}

static void put_limits(struct text *out, const struct report *r)
{
	const struct tally *t = analysis_tally(r->analysis);
	size_t start = out->n;

	put_unread(out, t);
	if (r->drops) {
		text_puts(out, "  dropped: the capturing host lost ");
		report_count(out, r->drops, "packet");
		text_puts(out, "; what they would have shown is missing\n");
	}
	if (t->duplicates) {
		text_puts(out, "  captured twice: ");
		report_count(out, t->duplicates, "segment");
		text_puts(out, ", each counted once\n");
	}
	if (t->closed_off) {
		text_puts(out, "  memory: ");
		report_count(out, t->closed_off, "connection");
		text_puts(out, " decided early to stay within "
			       "--max-memory\n");
	}
	if (t->backward) {
		text_puts(out, "  clock: ");
		report_count(out, t->backward, "packet");
		text_puts(out, " older than the one before; times are as "
			       "captured\n");
	}
	if (out->n > start && start)
		text_char(out, '\n');
}

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

// Errors ---------------------------------------------------------------------

// In how many connections which side's call returns what --errno asked for.
static void put_errors(struct text *out, const struct report *r)
{
	static const unsigned calls[] = { IN_CONNECT, IN_RECV, IN_SEND };
	const char *before = "  seen by ";

	for (enum side side = CLIENT; r->errors && side <= SERVER; side++) {
		for (size_t k = 0; k < 3; k++) {
			size_t n = 0;

			for (size_t i = 0; i < report_size(r); i++) {
				struct connection c =
				    report_connection(r, report_nth(r, i));

				n += call_returned(&c.app, side, calls[k],
						   r->errors);
			}
			if (!n)
				continue;
			text_printf(out, "%sthe %s's %s in ", before,
				    side_name(side), call_name_of(calls[k]));
			text_grouped(out, n);
			before = ", ";
		}
	}
	if (*before == ',')
		text_puts(out, "\n\n");
}

// Reports --------------------------------------------------------------------

// Writes what out holds and empties it.
static bool flush(struct text *out, FILE *to)
{
	if (out->failed)
		return false;
	if (out->n)
		fwrite(out->s, 1, out->n, to);
	text_cut(out, 0);
	return true;
}

static void put_summary(struct text *out, const struct report *r,
			const struct counts *n)
{
	put_head(out, r);
	put_table(out, r, n);
	text_char(out, '\n');
	put_errors(out, r);
	put_limits(out, r);
}

bool report_summary(const struct report *r, FILE *to)
{
	struct text out = { 0 };
	struct counts n = { 0 };
	bool ok;

	count_all(&n, r);
	put_summary(&out, r, &n);
	ok = flush(&out, to);
	text_release(&out);
	return ok;
}

// The blocks of all connections that are wanted. Of thousands that ended alike
// a reader needs a few.
static bool put_blocks(struct text *out, const struct report *r, FILE *to)
{
	uint64_t shown[VERDICTS] = { 0 };

	for (size_t k = 0; k < report_size(r); k++) {
		size_t i = report_nth(r, k);
		struct connection c = report_connection(r, i);

		if (!wants_block(r, &c) ||
		    (!r->all && shown[c.verdict] >= ENOUGH))
			continue;
		shown[c.verdict]++;
		report_block(r, i, out);
		text_char(out, '\n');
		if (!flush(out, to) || ferror(to))
			return !out->failed;
	}
	return true;
}

static void put_rest(struct text *out, const struct report *r,
		     const struct counts *n)
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
	struct counts n = { 0 };
	bool ok;

	if (r->only) {
		report_block(r, r->only - 1, &out);
		report_ladder(r, r->only - 1, &out);
	} else {
		count_all(&n, r);
		put_summary(&out, r, &n);
		put_pair(&out, r);
		put_groups(&out, r);
		put_ranking(&out, r);
	}
	ok = flush(&out, to) && (r->only || put_blocks(&out, r, to));
	if (ok && !r->only)
		put_rest(&out, r, &n);
	ok = ok && flush(&out, to);
	text_release(&out);
	return ok;
}
