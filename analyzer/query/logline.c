#include "query/logline.h"

#include "base/nanoseconds.h"
#include "base/words.h"
#include "query/logline_time.h"

#include <string.h>

static const char decimal[] = "0123456789";

// Addresses and ports --------------------------------------------------------

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return word_lower(c) >= 'a' && word_lower(c) <= 'z';
}

// A port at s, all of its digits; 0: none. *end is behind it.
static uint16_t port_at(const char *s, const char **end)
{
	size_t n = strspn(s, decimal);
	unsigned port = 0;

	for (size_t i = 0; n <= 5 && i < n; i++)
		port = port * 10 + (unsigned)(s[i] - '0');
	if (!n || n > 5 || port > UINT16_MAX)
		return 0;
	*end = s + n;
	return (uint16_t)port;
}

// An address at s, perhaps with ":port"; NULL: none, else what follows.
static const char *end_at(const char *s, struct logline_end *e)
{
	bool bracket = *s == '[';
	const char *text = s + bracket, *p;
	size_t n = strspn(text, "0123456789.");

	*e = (struct logline_end){ 0 };
	if (bracket || !addr_parse(text, n, &e->addr)) {
		n = strspn(text, "0123456789abcdefABCDEF:.");
		// "::" alone is rarely an address.
		if (n < 3 || !memchr(text, ':', n) ||
		    !addr_parse(text, n, &e->addr))
			return NULL;
	}
	p = text + n;
	if (bracket && *p++ != ']')
		return NULL;
	if (is_letter(*p))
		return NULL;
	e->has_addr = true;
	if (*p == ':')
		e->port = port_at(p + 1, &p);
	return p;
}

// "port 22", "port=22", "\"port\":22" at s.
static const char *port_word(const char *s, uint16_t *port)
{
	const char *p = s + 4;

	if (!word_same(s, "port", 4))
		return NULL;
	p += strspn(p, " =:\"'");
	*port = p > s + 4 ? port_at(p, &p) : 0;
	return *port ? p : NULL;
}

// "db.example:5432" and "localhost:5432" at s: a port.
static const char *named_port(const char *s, uint16_t *port)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz.-_0123456789");
	const char *p = s + n;

	if (!is_letter(*s) || *p != ':' ||
	    (!memchr(s, '.', n) && !word_same(s, "localhost", 9)))
		return NULL;
	*port = port_at(p + 1, &p);
	return *port && *p != ':' ? p : NULL;
}

static void add_end(struct logline *l, const struct logline_end *e)
{
	for (size_t i = 0; i < l->ends; i++) {
		if (l->end[i].port == e->port &&
		    l->end[i].has_addr == e->has_addr &&
		    !addr_cmp(&l->end[i].addr, &e->addr))
			return;
	}
	if (l->ends < LOGLINE_ENDS)
		l->end[l->ends++] = *e;
}

// A port that a word tells belongs to the address before it.
static void add_port(struct logline *l, uint16_t port)
{
	struct logline_end e = { .port = port };

	if (l->ends && l->end[l->ends - 1].has_addr &&
	    !l->end[l->ends - 1].port)
		l->end[l->ends - 1].port = port;
	else
		add_end(l, &e);
}

// Takes what is at s; returns where to go on.
static const char *take_item(struct logline *l, const char *s)
{
	struct logline_end e;
	uint16_t port;
	const char *next = end_at(s, &e);

	if (next) {
		add_end(l, &e);
		return next;
	}
	next = port_word(s, &port);
	if (!next)
		next = named_port(s, &port);
	if (!next)
		return s + 1;
	add_port(l, port);
	return next;
}

bool logline_parse(const char *line, struct logline *out)
{
	const char *begin = NULL, *end = NULL;

	*out = (struct logline){ 0 };
	logline_time(line, &out->at, &begin, &end);
	for (const char *s = line; *s;) {
		char before = s > line ? s[-1] : ' ';

		if (s == begin)
			s = end;
		else if (is_digit(before) || is_letter(before) || before == '.')
			s++;
		else
			s = take_item(out, s);
	}
	out->words = errwords_find(line, out->word);
	return out->at.timed || out->ends || out->words;
}

// Fit ------------------------------------------------------------------------

// What counts how much. A full end names one connection; a time that is far
// off speaks against it more than an error that it can't have seen.
enum {
	FULL = 6,
	ADDRESS = 3,
	PORT = 1,
	WRONG_PORT = -3,
	AT_ITS_END = 5,
	WHILE_OPEN = 4,
	AT_ITS_START = 3,
	AFTERWARDS = 1,
	AT_ANOTHER_TIME = -6,
	SAME_CALL = 5,
	SAME_CLOSER = 3,
	OTHER_ERROR = -4,
};

static bool has_addr(const struct logline_end *e, const struct connection *c,
		     size_t side)
{
	return e->has_addr && !addr_cmp(&e->addr, &c->addr[side]);
}

bool logline_knows(const struct logline *l, const struct connection *c)
{
	for (size_t i = 0; i < l->ends; i++) {
		if (has_addr(&l->end[i], c, CLIENT) ||
		    has_addr(&l->end[i], c, SERVER))
			return true;
	}
	return false;
}

// How one side of c fits the ends of the line at best.
static void fit_side(const struct logline *l, const struct connection *c,
		     size_t side, struct logline_fit *f)
{
	bool full = false, addr = false, port = false, against = false;

	for (size_t i = 0; i < l->ends; i++) {
		const struct logline_end *e = &l->end[i];
		bool same_port = e->port == c->port[side];

		full |= has_addr(e, c, side) && e->port && same_port;
		addr |= has_addr(e, c, side) && !e->port;
		port |= !e->has_addr && same_port;
		against |= has_addr(e, c, side) && e->port && !same_port;
	}
	f->ends_full += full;
	f->ends_addr += !full && addr;
	f->ends_port += !full && port;
	f->ends_against |= !full && !addr && against;
}

// a - b, or what is nearest to it.
static int64_t difference(int64_t a, int64_t b)
{
	int64_t d;

	if (__builtin_sub_overflow(a, b, &d))
		return a > b ? INT64_MAX : -INT64_MAX;
	return d;
}

static void fit_time(const struct logline *l, const struct connection *c,
		     struct logline_fit *f)
{
	int64_t slack = l->at.unit < SECOND ? SECOND / 2 : SECOND;
	int64_t last = l->at.time + l->at.unit;

	if (!l->at.timed)
		return;
	f->apart = c->end < l->at.time ? difference(l->at.time, c->end)
		   : c->end >= last    ? difference(last, c->end)
				       : 0;
	if (f->apart >= -slack && f->apart <= slack)
		f->when = WHEN_END;
	else if (l->at.time >= c->start && l->at.time <= c->end)
		f->when = WHEN_INSIDE;
	else if (c->start >= l->at.time - slack && c->start < last + slack)
		f->when = WHEN_START;
	else if (f->apart > 0 && f->apart <= 60 * SECOND)
		f->when = WHEN_AFTER;
	else
		f->when = WHEN_AWAY;
}

static bool ended_it(const struct connection *c, enum side side)
{
	return c->closed_first == side || c->reset_by == side ||
	       c->closed_first == BOTH;
}

static bool fit_closer(const struct errword *w, const struct connection *c,
		       enum side by)
{
	if (w->closer == ITSELF)
		return ended_it(c, by);
	return w->closer == THE_PEER &&
	       (ended_it(c, !by) || c->reset_by == MIDDLEBOX);
}

// Points for one text, and what fits in *f if it is the best so far.
static void fit_word(const struct errword *w, const struct connection *c,
		     int *best, struct logline_fit *f)
{
	for (enum side by = CLIENT; by <= SERVER; by++) {
		unsigned call = 0;
		int points;

		if (w->by != BOTH && w->by != by)
			continue;
		for (unsigned which = IN_CONNECT; which <= IN_SEND; which *= 2)
			if (!call && w->calls & which &&
			    call_returned(&c->app, by, which, w->results))
				call = which;
		points = call                   ? SAME_CALL
			 : fit_closer(w, c, by) ? SAME_CLOSER
						: 0;
		if (points <= *best)
			continue;
		*best = points;
		f->word = w;
		f->by = by;
		f->call = call;
	}
}

static int points_of_time(enum logline_when when)
{
	static const int points[] = {
		[WHEN_UNTOLD] = 0,          [WHEN_END] = AT_ITS_END,
		[WHEN_INSIDE] = WHILE_OPEN, [WHEN_START] = AT_ITS_START,
		[WHEN_AFTER] = AFTERWARDS,  [WHEN_AWAY] = AT_ANOTHER_TIME,
	};

	return points[when];
}

struct logline_fit logline_fit(const struct logline *l,
			       const struct connection *c, bool known)
{
	struct logline_fit f = { .by = NOBODY };
	int word = 0;

	fit_side(l, c, CLIENT, &f);
	fit_side(l, c, SERVER, &f);
	if (known && !f.ends_full && !f.ends_addr)
		return f;
	fit_time(l, c, &f);
	for (size_t i = 0; i < l->words; i++)
		fit_word(l->word[i], c, &word, &f);
	f.word_against = l->words && !f.word;
	f.score = FULL * f.ends_full + ADDRESS * f.ends_addr +
		  PORT * f.ends_port + (f.ends_against ? WRONG_PORT : 0) +
		  points_of_time(f.when) + word +
		  (f.word_against ? OTHER_ERROR : 0);
	if (f.score < 0)
		f.score = 0;
	return f;
}
