#include "columns.h"

#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "base/nanoseconds.h"
#include "report/report.h"

// Keys -----------------------------------------------------------------------

static void key_number(const struct connection *c, size_t i, struct sort_key *k)
{
	(void)c;
	k->word[0] = i;
}

static void key_start(const struct connection *c, size_t i, struct sort_key *k)
{
	(void)i;
	k->word[0] = sort_signed(c->start);
}

static uint64_t word_at(const uint8_t *b)
{
	uint64_t w = 0;

	for (size_t i = 0; i < 8; i++)
		w = w << 8 | b[i];
	return w;
}

static void key_endpoint(const struct connection *c, enum side side,
			 struct sort_key *k)
{
	k->word[0] = word_at(c->addr[side].b);
	k->word[1] = word_at(c->addr[side].b + 8);
	k->word[2] = c->port[side];
}

static void key_client(const struct connection *c, size_t i, struct sort_key *k)
{
	(void)i;
	key_endpoint(c, CLIENT, k);
}

static void key_server(const struct connection *c, size_t i, struct sort_key *k)
{
	(void)i;
	key_endpoint(c, SERVER, k);
}

static void key_duration(const struct connection *c, size_t i,
			 struct sort_key *k)
{
	(void)i;
	k->word[0] = sort_signed(connection_duration(c));
}

static void key_bytes(const struct connection *c, size_t i, struct sort_key *k)
{
	(void)i;
	k->word[0] = c->bytes[CLIENT] + c->bytes[SERVER];
}

static void key_verdict(const struct connection *c, size_t i,
			struct sort_key *k)
{
	(void)i;
	k->word[0] = c->verdict;
}

static void key_confidence(const struct connection *c, size_t i,
			   struct sort_key *k)
{
	(void)i;
	k->word[0] = c->confidence;
}

static void key_closed(const struct connection *c, size_t i, struct sort_key *k)
{
	(void)i;
	k->word[0] = c->closed_first;
}

static void key_errno(const struct connection *c, size_t i, struct sort_key *k)
{
	enum side whose;

	(void)i;
	k->word[0] = column_errno(c, &whose);
	k->word[1] = whose;
}

// Texts ----------------------------------------------------------------------

static void text_number(const struct column_clock *clock,
			const struct connection *c, size_t i, int width,
			struct text *out)
{
	(void)c, (void)width;
	text_uint(out, analysis_number(clock->analysis, i));
}

static void text_start(const struct column_clock *clock,
		       const struct connection *c, size_t i, int width,
		       struct text *out)
{
	int64_t t = zone_of_day(clock->zone, c->start);
	struct date d = calendar_date(t / SECOND);

	(void)i;
	if (clock->relative) {
		report_seconds(out, c->start - clock->zero,
			       width >= 12 ? 6 : 3);
		return;
	}
	calendar_add_clock(out, &d);
	if (width < 12)
		return;
	text_char(out, '.');
	text_padded(out, (uint64_t)(t / 1000000 % 1000), 3);
}

static void text_client(const struct column_clock *clock,
			const struct connection *c, size_t i, int width,
			struct text *out)
{
	(void)clock, (void)i;
	column_endpoint(out, &c->addr[CLIENT], c->port[CLIENT], width);
}

static void text_server(const struct column_clock *clock,
			const struct connection *c, size_t i, int width,
			struct text *out)
{
	(void)clock, (void)i;
	column_endpoint(out, &c->addr[SERVER], c->port[SERVER], width);
}

static void text_duration(const struct column_clock *clock,
			  const struct connection *c, size_t i, int width,
			  struct text *out)
{
	(void)clock, (void)i, (void)width;
	column_duration(out, connection_duration(c));
}

static void text_bytes(const struct column_clock *clock,
		       const struct connection *c, size_t i, int width,
		       struct text *out)
{
	(void)clock, (void)i, (void)width;
	column_size(out, c->bytes[CLIENT] + c->bytes[SERVER]);
}

static void text_verdict(const struct column_clock *clock,
			 const struct connection *c, size_t i, int width,
			 struct text *out)
{
	(void)clock, (void)i, (void)width;
	text_puts(out, verdict_get(c->verdict)->title);
}

static void text_confidence(const struct column_clock *clock,
			    const struct connection *c, size_t i, int width,
			    struct text *out)
{
	static const char *const pips[CONFIDENCES] = {
		[POSSIBLE] = "○", [LIKELY] = "◐", [CERTAIN] = "●"
	};

	(void)clock, (void)i;
	text_puts(out, width < 8 ? pips[c->confidence]
				 : confidence_name(c->confidence));
}

static void text_closed(const struct column_clock *clock,
			const struct connection *c, size_t i, int width,
			struct text *out)
{
	(void)clock, (void)i, (void)width;
	text_puts(out, side_name(c->closed_first));
}

static void text_errno(const struct column_clock *clock,
		       const struct connection *c, size_t i, int width,
		       struct text *out)
{
	enum side whose;
	enum call_result r = column_errno(c, &whose);

	(void)clock, (void)i;
	if (r == CALL_NONE)
		return;
	if (width >= 14)
		text_puts(out, whose == CLIENT ? "C " : "S ");
	text_puts(out, call_result_name(r));
}

// Layout ---------------------------------------------------------------------

static const struct list_column columns[COLS] = {
	[COL_NUMBER] = { "#", 5, 7, 6, true, 1, key_number, text_number },
	[COL_START] = { "start", 8, 12, 3, false, 1, key_start, text_start },
	[COL_CLIENT] = { "client", 0, 0, 1, false, 3, key_client, text_client },
	[COL_SERVER] = { "server", 0, 0, 1, false, 3, key_server, text_server },
	[COL_DURATION] = { "lasted", 6, 7, 5, true, 1, key_duration,
			   text_duration },
	[COL_BYTES] = { "bytes", 5, 6, 7, true, 1, key_bytes, text_bytes },
	[COL_VERDICT] = { "verdict", VERDICT_TITLE, VERDICT_TITLE, 0, false, 1,
			  key_verdict, text_verdict },
	[COL_CONFIDENCE] = { "certainty", 1, 9, 4, false, 1, key_confidence,
			     text_confidence },
	[COL_CLOSED] = { "closed first", 12, 13, 8, false, 1, key_closed,
			 text_closed },
	[COL_ERRNO] = { "error", 10, 14, 2, false, 2, key_errno, text_errno },
};

const struct list_column *column_get(enum column_id id)
{
	return &columns[id];
}

static int digits(unsigned n)
{
	return n >= 10000 ? 5 : n >= 1000 ? 4 : n >= 100 ? 3 : 1 + (n >= 10);
}

void column_measure(struct column_needs *n, const struct connection *c)
{
	enum { LEAST = 19, V6_MOST = 47 };

	for (int side = 0; side < 2; side++) {
		const struct addr *a = &c->addr[side];
		int width = 4 + digits(c->port[side]); // dots and colon

		for (size_t i = 12; i < 16; i++)
			width += digits(a->b[i]);
		if (!addr_is_v4(a))
			width = V6_MOST;
		n->most = width > n->most ? width : n->most;
		width = width < LEAST ? width : LEAST;
		n->least = width > n->least ? width : n->least;
	}
}

static int least(size_t i, const struct column_needs *needs)
{
	return columns[i].least ? columns[i].least : needs->least;
}

static int most(size_t i, const struct column_needs *needs)
{
	return columns[i].most ? columns[i].most : needs->most;
}

// Cells that the columns from `first` to `last` take; those above rank don't
// count.
static int needed(size_t first, size_t last, int rank,
		  const struct column_needs *needs)
{
	int width = -1;

	for (size_t i = first; i <= last; i++) {
		if (columns[i].rank > rank)
			continue;
		width += least(i, needs) + 1;
	}
	return width;
}

size_t column_skip_most(int width, const struct column_needs *needs)
{
	size_t skip;

	if (needed(0, COLS - 1, COLS, needs) <= width)
		return 0;
	for (skip = 1; skip < COLS - 1; skip++) {
		if (needed(skip, COLS - 1, COLS, needs) <= width)
			break;
	}
	return skip;
}

// Gives what is left to the columns in turns, a cell at a time.
static void widen(int spare, size_t n, const struct column_needs *needs,
		  const enum column_id *ids, int *widths)
{
	int before = -1;

	while (spare > 0 && before != spare) {
		before = spare;
		for (size_t i = 0; i < n && spare > 0; i++) {
			if (widths[i] >= most(ids[i], needs))
				continue;
			widths[i]++;
			spare--;
		}
	}
}

size_t column_layout(int width, size_t skip, const struct column_needs *needs,
		     enum column_id ids[COLS], int widths[COLS])
{
	size_t last = COLS - 1, n = 0;
	int rank = COLS;

	while (!skip && rank > 0 && needed(skip, last, rank, needs) > width)
		rank--;
	while (last > skip && needed(skip, last, rank, needs) > width)
		last--;
	for (size_t i = skip; i <= last; i++) {
		if (columns[i].rank > rank)
			continue;
		ids[n] = (enum column_id)i;
		widths[n] = least(i, needs);
		n++;
	}
	widen(width - needed(skip, last, rank, needs), n, needs, ids, widths);
	return n;
}
