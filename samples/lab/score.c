// score: compares what tcpwhy says of the lab's captures with the truth.
//
//   score [--brief] [--cut] TRUTH.csv VANTAGE TCPWHY.csv
//         [VANTAGE TCPWHY.csv]...
//
// --brief prints one line: how many `certain` and how many `likely` there were,
// and how many of each were wrong. --cut is for captures that end before the
// connections do: that they had no end is true as well.
//
// A verdict is right if the truth names it. It is fair if the truth says that
// its cause looks the same from there; where anything does, `certain` is wrong
// even if it guesses right. Empty cells of the truth were not observed.
// Exit status: 0, 1 if a `certain` is wrong, 2 wrong usage, 3 unreadable input.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

enum { WORD = 48 };

// Comparing -------------------------------------------------------------------

// True if one of the words that '|' separates is word; "-" is the empty one.
static bool among(const char *list, const char *word)
{
	size_t n;

	if (!*word)
		word = "-";
	for (; *list; list += n + (list[n] == '|')) {
		n = strcspn(list, "|");
		if (strlen(word) == n && !strncmp(list, word, n))
			return true;
	}
	return false;
}

struct count {
	unsigned right, fair, wrong, silent;
};

enum { CERTAIN, LIKELY, POSSIBLE, NO_CONFIDENCE, CONFIDENCES };
static const char *const confidences[] = { "certain", "likely", "possible",
					   "none" };

static const char *const sides[] = { "closed_first", "reset_by" };
static const char *const calls[] = { "client_connect", "client_recv",
				     "client_send", "server_recv",
				     "server_send" };
static const char *const states[] = { "client_state", "server_state" };

struct pair {
	char expected[WORD], got[WORD];
	unsigned n;
};

// What is counted, in the order in which it is printed.
enum {
	VERDICT,
	BY_CONFIDENCE,
	SIDE = BY_CONFIDENCE + CONFIDENCES,
	CALL = SIDE + 2,
	STATE = CALL + 5,
	COUNTS = STATE + 2
};

struct score {
	struct count count[COUNTS];
	unsigned missing, extra;
	struct pair *pair;
	size_t pairs;
};

// The pair of these words, added if it is new; NULL: no memory.
static struct pair *pair_of(struct score *s, const char *expected,
			    const char *got)
{
	struct pair *p;

	for (size_t i = 0; i < s->pairs; i++)
		if (!strcmp(s->pair[i].expected, expected) &&
		    !strcmp(s->pair[i].got, got))
			return &s->pair[i];
	p = realloc(s->pair, (s->pairs + 1) * sizeof(*p));
	if (!p)
		return 0;
	s->pair = p;
	p += s->pairs++;
	memset(p, 0, sizeof(*p));
	snprintf(p->expected, WORD, "%s", expected);
	snprintf(p->got, WORD, "%s", got);
	return p;
}

// Of several true words, the first stands for all.
static void confuse(struct score *s, const char *truth, const char *got,
		    unsigned n)
{
	char expected[WORD];
	struct pair *p;

	snprintf(expected, sizeof(expected), "%.*s", (int)strcspn(truth, "|"),
		 truth);
	p = pair_of(s, expected, among(truth, got) ? expected : got);
	if (p)
		p->n += n;
}

static void count_cell(struct count *c, const char *truth, const char *got)
{
	if (!*truth)
		return;
	if (among(truth, got))
		c->right++;
	else if (!*got)
		c->silent++;
	else
		c->wrong++;
}

static int confidence_of(const char *word)
{
	for (int i = 0; i < NO_CONFIDENCE; i++)
		if (!strcmp(word, confidences[i]))
			return i;
	return NO_CONFIDENCE;
}

// How it was called.
static struct {
	bool brief, cut;
} options;

// What is true as well of a connection whose end was not captured.
static const char unended[] = "still_open|half_closed|unknown|connect_timeout|"
			      "handshake_incomplete|timeout_retransmission";

struct context {
	struct score *score;
	const struct table *truth, *got;
	const char *vantage;
};

static void complain(const struct context *x, const struct row *t,
		     const struct row *g, const char *column,
		     const char *expected)
{
	const char *got =
	    g ? table_cell(x->got, g, column) : "(no such connection)";

	if (options.brief)
		return;
	printf("  %-22s %-6s %-14s %-24s not %-24s %-8s #%s %s:%s %s\n",
	       table_cell(x->truth, t, "scenario"), x->vantage, column,
	       *got ? got : "(empty)", expected,
	       g ? table_cell(x->got, g, "confidence") : "",
	       g ? table_cell(x->got, g, "connection") : "",
	       table_cell(x->truth, t, "client_ip"),
	       table_cell(x->truth, t, "client_port"),
	       table_cell(x->truth, t, "did"));
}

static void judge_cells(const struct context *x, const struct row *t,
			const struct row *g, const char *const *columns,
			size_t n, struct count *c)
{
	for (size_t i = 0; i < n; i++) {
		const char *truth = table_cell(x->truth, t, columns[i]);
		unsigned bad = c[i].wrong + c[i].silent;

		count_cell(&c[i], truth, table_cell(x->got, g, columns[i]));
		if (c[i].wrong + c[i].silent > bad)
			complain(x, t, g, columns[i], truth);
	}
}

static void judge_verdict(const struct context *x, const struct row *t,
			  const struct row *g)
{
	const char *truth = table_cell(x->truth, t, "verdict");
	const char *fair = table_cell(x->truth, t, "fair");
	const char *got = table_cell(x->got, g, "verdict");
	int k = confidence_of(table_cell(x->got, g, "confidence"));
	bool other = options.cut && among(unended, got);
	bool right = among(truth, got) || other, certain = k == CERTAIN;
	struct count *c = &x->score->count[BY_CONFIDENCE + k];
	struct count *all = &x->score->count[VERDICT];

	confuse(x->score, truth, got, 1);
	if (right && !(certain && *fair && !other)) {
		c->right++;
		all->right++;
		return;
	}
	if (!certain && among(fair, got)) {
		c->fair++;
		all->fair++;
		return;
	}
	c->wrong++;
	all->wrong++;
	complain(x, t, g, "verdict",
		 right ? "certain: others look the same" : truth);
}

static void judge(const struct context *x, const struct row *t,
		  const struct row *g)
{
	if (!g) {
		x->score->missing++;
		complain(x, t, 0, "verdict",
			 table_cell(x->truth, t, "verdict"));
		return;
	}
	judge_verdict(x, t, g);
	judge_cells(x, t, g, sides, 2, &x->score->count[SIDE]);
	judge_cells(x, t, g, calls, 5, &x->score->count[CALL]);
	for (int i = 0; i < 2; i++)
		count_cell(&x->score->count[STATE + i],
			   table_cell(x->truth, t, states[i]),
			   table_cell(x->got, g, states[i]));
}

// Matching --------------------------------------------------------------------

static const char *const keys[] = { "client_ip", "client_port", "server_ip",
				    "server_port" };

static bool same_key(const struct context *x, const struct row *t,
		     const struct row *g)
{
	for (size_t i = 0; i < 4; i++)
		if (strcmp(table_cell(x->truth, t, keys[i]),
			   table_cell(x->got, g, keys[i])) != 0)
			return false;
	return true;
}

// True if row t of the truth is another connection of row `of`, seen there.
static bool same_conn_key(const struct context *x, const struct row *t,
			  const struct row *of)
{
	if (strcmp(table_cell(x->truth, t, "vantage"), x->vantage) != 0)
		return false;
	for (size_t k = 0; k < 4; k++)
		if (strcmp(table_cell(x->truth, t, keys[k]),
			   table_cell(x->truth, of, keys[k])) != 0)
			return false;
	return true;
}

// Of connections with the same addresses and ports, the n-th matches the n-th;
// where some are missing, the first ones are, as in a capture that began late.
static const struct row *match(const struct context *x, size_t at)
{
	const struct row *t = &x->truth->row[at];
	unsigned before = 0, all = 0, got = 0;

	for (size_t i = 1; i < x->truth->n; i++) {
		bool same = same_conn_key(x, &x->truth->row[i], t);
		all += same;
		before += same && i < at;
	}
	for (size_t i = 1; i < x->got->n; i++)
		got += same_key(x, t, &x->got->row[i]);
	if (got < all && before < all - got)
		return 0;
	if (got < all)
		before -= all - got;
	for (size_t i = 1; i < x->got->n; i++)
		if (same_key(x, t, &x->got->row[i]) && before-- == 0)
			return &x->got->row[i];
	return 0;
}

static bool score_file(const struct table *truth, const char *vantage,
		       const char *path, struct score *s)
{
	struct table got;
	struct context x = { s, truth, &got, vantage };
	unsigned rows = 0;

	if (!table_read(path, &got))
		return false;
	for (size_t i = 1; i < truth->n; i++) {
		const struct row *t = &truth->row[i];

		if (strcmp(table_cell(truth, t, "vantage"), vantage) != 0)
			continue;
		judge(&x, t, match(&x, i));
		rows++;
	}
	s->extra += (unsigned)(got.n - 1) > rows - s->missing
			? (unsigned)(got.n - 1) - (rows - s->missing)
			: 0;
	table_free(&got);
	return true;
}

// Printing --------------------------------------------------------------------

static double percent(unsigned part, unsigned whole)
{
	return whole ? 100.0 * part / whole : 100.0;
}

static void print_count(const char *name, const struct count *c)
{
	unsigned n = c->right + c->fair + c->wrong + c->silent;

	printf("  %-16s %5u  right %6.2f %%", name, n, percent(c->right, n));
	if (c->fair)
		printf("  fair %u", c->fair);
	if (c->wrong)
		printf("  wrong %u", c->wrong);
	if (c->silent)
		printf("  silent %u", c->silent);
	putchar('\n');
}

static struct count sum(const struct count *c, size_t n)
{
	struct count all = { 0 };

	for (size_t i = 0; i < n; i++) {
		all.right += c[i].right;
		all.fair += c[i].fair;
		all.wrong += c[i].wrong;
		all.silent += c[i].silent;
	}
	return all;
}

static void print_score(const char *name, const struct score *s)
{
	struct count e = sum(&s->count[CALL], 5);
	const struct count *by = &s->count[BY_CONFIDENCE];

	printf("\n%s\n", name);
	print_count("verdict", &s->count[VERDICT]);
	for (int i = 0; i < CONFIDENCES; i++)
		if (i != NO_CONFIDENCE || by[i].right + by[i].wrong)
			print_count(confidences[i], &by[i]);
	for (int i = 0; i < 2; i++)
		print_count(sides[i], &s->count[SIDE + i]);
	print_count("errnos", &e);
	for (int i = 0; i < 5; i++)
		print_count(calls[i], &s->count[CALL + i]);
	for (int i = 0; i < 2; i++)
		print_count(states[i], &s->count[STATE + i]);
	if (s->missing || s->extra)
		printf("  missing %u, more than the truth has %u\n", s->missing,
		       s->extra);
}

static int by_name(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int d = strcmp(x->expected, y->expected);

	return d ? d : strcmp(x->got, y->got);
}

static void print_confusion(struct score *s)
{
	qsort(s->pair, s->pairs, sizeof(*s->pair), by_name);
	printf("\nconfusion: expected, got, connections\n");
	for (size_t i = 0; i < s->pairs; i++) {
		const struct pair *p = &s->pair[i];
		bool first = i == 0 || strcmp(p->expected, p[-1].expected);
		bool right = !strcmp(p->got, p->expected);

		printf("  %-24s %-24s %5u\n", first ? p->expected : "",
		       right ? "=" : p->got, p->n);
	}
}

static void add_score(struct score *to, const struct score *s)
{
	for (int i = 0; i < COUNTS; i++) {
		to->count[i].right += s->count[i].right;
		to->count[i].fair += s->count[i].fair;
		to->count[i].wrong += s->count[i].wrong;
		to->count[i].silent += s->count[i].silent;
	}
	to->missing += s->missing;
	to->extra += s->extra;
	for (size_t i = 0; i < s->pairs; i++)
		confuse(to, s->pair[i].expected, s->pair[i].got, s->pair[i].n);
}

static void print_brief(const struct score *s)
{
	const struct count *certain = &s->count[BY_CONFIDENCE + CERTAIN];
	const struct count *likely = &s->count[BY_CONFIDENCE + LIKELY];

	printf("certain %u wrong %u likely %u wrong %u\n",
	       certain->right + certain->fair + certain->wrong, certain->wrong,
	       likely->right + likely->fair + likely->wrong, likely->wrong);
}

int main(int argc, char **argv)
{
	struct score total = { 0 }, one[8];
	struct table truth;
	int n = 0;

	for (; argc > 1 && !strncmp(argv[1], "--", 2); argc--, argv++) {
		options.brief |= !strcmp(argv[1], "--brief");
		options.cut |= !strcmp(argv[1], "--cut");
	}
	if (argc < 4 || argc % 2 || argc > 18) {
		fputs("usage: score [--brief] [--cut] TRUTH.csv "
		      "VANTAGE TCPWHY.csv [VANTAGE TCPWHY.csv]...\n",
		      stderr);
		return 2;
	}
	if (!table_read(argv[1], &truth))
		return 3;
	if (!options.brief)
		printf("wrong, or silent where the truth is known:\n");
	for (int i = 2; i < argc; i += 2, n++) {
		memset(&one[n], 0, sizeof(one[n]));
		if (!score_file(&truth, argv[i], argv[i + 1], &one[n]))
			return 3;
		add_score(&total, &one[n]);
	}
	if (options.brief)
		print_brief(&total);
	else
		print_confusion(&total);
	for (int i = 0; i < n; i++) {
		if (!options.brief)
			print_score(argv[2 + 2 * i], &one[i]);
		free(one[i].pair);
	}
	if (!options.brief)
		print_score("all vantage points", &total);
	free(total.pair);
	table_free(&truth);
	return total.count[BY_CONFIDENCE + CERTAIN].wrong ? 1 : 0;
}
