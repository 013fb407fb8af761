// The head of the text report: what the capture is, what ended how, what was
// not read and what limits the view.
#include "report/report_summary.h"

#include "decode/packet.h"
#include "query/errwords.h"

enum { NAMES = 3 }; // files named

bool report_wants_block(const struct report *r, const struct connection *c)
{
	return r->all || r->order || connection_eventful(c);
}

static void count_ending(struct ending_counts *n, const struct report *r,
			 const struct connection *c)
{
	bool eventful = connection_eventful(c);

	n->all[c->verdict]++;
	n->by[c->verdict][c->confidence]++;
	n->eventful[c->verdict] += eventful;
	n->blocks[c->verdict] += report_wants_block(r, c);
	n->eventful_sum += eventful;
	n->sum++;
}

void report_count_all(struct ending_counts *n, const struct report *r)
{
	for (size_t k = 0; k < report_size(r); k++) {
		struct connection c = report_connection(r, report_nth(r, k));

		count_ending(n, r, &c);
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
static bool comes_first(const struct ending_counts *n, enum verdict_id a,
			enum verdict_id b)
{
	bool ea = n->eventful[a], eb = n->eventful[b];

	return ea != eb ? ea : n->all[a] > n->all[b];
}

static size_t sort_verdicts(const struct ending_counts *n,
			    enum verdict_id order[VERDICTS])
{
	size_t count_of = 0;

	for (enum verdict_id id = 0; id < VERDICTS; id++) {
		size_t at = count_of;

		if (!n->all[id])
			continue;
		for (; at > 0 && comes_first(n, id, order[at - 1]); at--)
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

static enum tone tone_of(const struct ending_counts *n, enum verdict_id id)
{
	if (!n->eventful[id])
		return TONE_PLAIN;
	return verdict_get(id)->family == FAMILY_UNKNOWN ? TONE_STRONG
							 : TONE_BAD;
}

static void put_table(struct text *out, const struct report *r,
		      const struct ending_counts *n)
{
	enum verdict_id order[VERDICTS];
	size_t rows = sort_verdicts(n, order);
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
	report_count_line(out, "  dropped: the capturing host lost ", r->drops,
			  "packet",
			  "; what they would have shown is missing\n");
	report_count_line(out, "  captured twice: ", t->duplicates, "segment",
			  ", each counted once\n");
	report_count_line(out, "  filtered while capturing: of ", t->flags_only,
			  "connection",
			  " there are only segments with SYN, FIN or RST\n");
	report_count_line(out, "  memory: ", t->closed_off, "connection",
			  " decided early to stay within --max-memory\n");
	report_count_line(
	    out, "  clock: ", t->backward, "packet",
	    " older than the one before; times are as captured\n");
	if (out->n > start && start)
		text_char(out, '\n');
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

void report_add_summary(struct text *out, const struct report *r,
			const struct ending_counts *n)
{
	put_head(out, r);
	put_table(out, r, n);
	text_char(out, '\n');
	put_errors(out, r);
	put_limits(out, r);
}

bool report_flush(struct text *out, FILE *to)
{
	if (out->failed)
		return false;
	if (out->n)
		fwrite(out->s, 1, out->n, to);
	text_cut(out, 0);
	return true;
}

bool report_summary(const struct report *r, FILE *to)
{
	struct text out = { 0 };
	struct ending_counts n = { 0 };
	bool ok;

	report_count_all(&n, r);
	report_add_summary(&out, r, &n);
	ok = report_flush(&out, to);
	text_release(&out);
	return ok;
}
