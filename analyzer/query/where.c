#include "query/where.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "query/where_value.h"

struct term {
	const struct where_field *field; // NULL: a word looked for anywhere
	bool negate;
	struct where_values values;
	// Of a word looked for anywhere: where it was found, once for all.
	uint64_t verdicts, calls, states, confidences;
	bool is_net, has_port;
	uint16_t port;
};

struct where {
	const struct zone *zone;
	size_t n;
	struct term term[];
};

// Matching -------------------------------------------------------------------

static bool in_ranges(const struct where_values *v, int64_t n)
{
	for (size_t i = 0; i < v->n; i++) {
		bool above = n >= v->range[i].from, below = n <= v->range[i].to;

		if (v->range[i].from > v->range[i].to ? above || below
						      : above && below)
			return true;
	}
	return false;
}

// The k-th value of an address or a text.
static bool one_text(const struct term *t, const struct where_subject *s,
		     size_t k, bool *end)
{
	const struct where_values *v = &t->values;
	char buf[512];
	const char *text;

	for (size_t i = 0; i < v->n; i++) {
		if (addr_in_net(&s->c->addr[k], &v->net[i].addr,
				v->net[i].bits))
			return true;
	}
	if (v->n)
		return false;
	text = t->field->text(s, k, buf, sizeof buf);
	*end = !text;
	return text && word_contains(text, v->text);
}

static bool field_matches(const struct where *w, const struct term *t,
			  const struct where_subject *s)
{
	const struct where_field *f = t->field;
	bool end = false;

	for (size_t k = f->first; k <= f->last && !end; k++) {
		int64_t n;

		if (f->text) {
			if (one_text(t, s, k, &end))
				return true;
			continue;
		}
		n = f->number(s, k);
		if (f->kind == FIELD_NAME) {
			if (t->values.names >> n & 1)
				return true;
			continue;
		}
		if (t->values.of_day)
			n = zone_of_day(w->zone, n);
		if (in_ranges(&t->values, n))
			return true;
	}
	return false;
}

static bool names_match(const struct term *t, const struct connection *c)
{
	const struct app_view *v = &c->app;
	uint64_t calls = UINT64_C(1) << v->connect | UINT64_C(1) << v->recv[0] |
			 UINT64_C(1) << v->recv[1] | UINT64_C(1) << v->send[0] |
			 UINT64_C(1) << v->send[1];

	return t->verdicts >> c->verdict & 1 || t->calls & calls ||
	       t->states >> c->state[0] & 1 || t->states >> c->state[1] & 1 ||
	       t->confidences >> c->confidence & 1;
}

// A word without a field: an address or a part of one, a port, a name.
static bool word_matches(const struct term *t, const struct connection *c)
{
	const struct where_values *v = &t->values;
	char text[ADDR_TEXT];

	if (names_match(t, c))
		return true;
	for (size_t side = 0; side < 2; side++) {
		bool port = t->has_port && c->port[side] == t->port;

		if (t->is_net) {
			if (addr_in_net(&c->addr[side], &v->net[0].addr,
					v->net[0].bits) &&
			    (port || !t->has_port))
				return true;
			continue;
		}
		if (port)
			return true;
		addr_text(&c->addr[side], text, sizeof text);
		if (!t->calls && !t->verdicts && word_contains(text, v->text))
			return true;
	}
	return false;
}

bool where_match(const struct where *w, const struct analysis *a,
		 const struct analysis *why, const struct connection *c,
		 size_t i)
{
	struct where_subject s = { a, why, c, i };

	for (size_t k = 0; k < w->n; k++) {
		const struct term *t = &w->term[k];
		bool fits =
		    t->field ? field_matches(w, t, &s) : word_matches(t, c);

		if (fits == t->negate)
			return false;
	}
	return true;
}

// Understanding --------------------------------------------------------------

static const struct {
	const char *sign;
	enum where_op op;
	bool negate;
} operators[] = {
	{ "!=", OP_IS, true },  { "!~", OP_HAS, true }, { "<=", OP_LE, false },
	{ ">=", OP_GE, false }, { "=", OP_IS, false },  { "~", OP_HAS, false },
	{ "<", OP_LT, false },  { ">", OP_GT, false },
};

static const char *blanks(const char *s)
{
	return s + strspn(s, " \t");
}

// Takes a value off *s: up to a blank, or what stands between quotes.
static bool value(const char **s, char out[WHERE_TEXT], char *err)
{
	size_t n = 0;
	char quote = 0;

	for (; **s && (quote || !strchr(" \t", **s)); ++*s) {
		char c = **s;

		if (quote ? c == quote : c == '"' || c == '\'')
			quote = quote ? 0 : c;
		else if (n + 1 < WHERE_TEXT)
			out[n++] = c;
	}
	out[n] = '\0';
	if (quote)
		snprintf(err, WHERE_ERROR, "a %c is missing", quote);
	return !quote;
}

static const char *field_name(size_t i)
{
	return where_field_get(i)->name;
}

static bool unknown_field(const char *s, size_t n, char *err)
{
	char name[WHERE_TEXT];
	size_t fields = 0;

	while (where_field_get(fields))
		fields++;
	snprintf(name, sizeof name, "%.*s", (int)n, s);
	snprintf(err, WHERE_ERROR, "no field \"%.40s\"; the nearest is \"%s\"",
		 name, word_nearest(name, field_name, fields));
	return false;
}

// A word without a field: all that can be looked up once is.
static void word(struct term *t, const char *s)
{
	const char *colon = strrchr(s, ':'), *digits;
	unsigned long port;
	char text[WHERE_TEXT];

	for (size_t i = 0; i + 1 < sizeof t->values.text && s[i]; i++)
		t->values.text[i] = word_lower(s[i]);
	t->is_net =
	    addr_parse_net(s, &t->values.net[0].addr, &t->values.net[0].bits);
	digits = t->is_net ? NULL : colon ? colon + 1 : s;
	if (colon && !t->is_net) {
		snprintf(text, sizeof text, "%.*s", (int)(colon - s), s);
		t->is_net = addr_parse_net(text, &t->values.net[0].addr,
					   &t->values.net[0].bits);
	}
	if (digits && *digits && !digits[strspn(digits, "0123456789")]) {
		port = strtoul(digits, NULL, 10);
		t->has_port = port <= UINT16_MAX;
		t->port = (uint16_t)port;
	}
	if (t->is_net || t->has_port)
		return;
	for (size_t i = 1; i < VERDICTS; i++) {
		const struct verdict *v = verdict_get((enum verdict_id)i);

		if (word_contains(v->name, t->values.text) ||
		    word_contains(v->title, t->values.text))
			t->verdicts |= UINT64_C(1) << i;
	}
	t->calls = where_names_with(&where_calls, t->values.text);
	t->states = where_names_with(&where_states, t->values.text);
	t->confidences = where_names_with(&where_confidences, t->values.text);
}

// Takes one word, with what belongs to it, off *s.
static bool term(const char **s, const struct zone *zone, struct term *t,
		 char *err)
{
	const char *name = *s, *p;
	char text[WHERE_TEXT];
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");

	p = blanks(name + n);
	for (size_t i = 0; n && i < sizeof operators / sizeof *operators; i++) {
		size_t len = strlen(operators[i].sign);

		if (strncmp(p, operators[i].sign, len))
			continue;
		t->field = where_field_find(name, n);
		t->negate ^= operators[i].negate;
		*s = blanks(p + len);
		if (!t->field)
			return unknown_field(name, n, err);
		return value(s, text, err) &&
		       where_values_parse(t->field, operators[i].op, text, zone,
					  &t->values, err);
	}
	if (!value(s, text, err))
		return false;
	word(t, text);
	return true;
}

// Takes the word `not` or `and` off *s.
static bool joint(const char **s, const char *joint_word)
{
	size_t n = strlen(joint_word);

	if (!word_same(*s, joint_word, n) || !strchr(" \t", (*s)[n]) ||
	    !(*s)[n])
		return false;
	*s = blanks(*s + n);
	return true;
}

static bool understand(struct where *w, const char *words,
		       const struct zone *zone, char *err)
{
	for (words = blanks(words); *words; words = blanks(words)) {
		struct term *t = &w->term[w->n++];

		while (joint(&words, "and"))
			;
		while (joint(&words, "not"))
			t->negate = !t->negate;
		if (!*words) {
			snprintf(err, WHERE_ERROR, "\"not\" needs a word");
			return false;
		}
		if (!term(&words, zone, t, err))
			return false;
	}
	return true;
}

struct where *where_parse(const char *words, const struct zone *zone,
			  char err[WHERE_ERROR])
{
	size_t most = strlen(words) / 2 + 1; // a word and a blank each
	struct where *w = calloc(1, sizeof *w + most * sizeof *w->term);

	if (!w) {
		snprintf(err, WHERE_ERROR, "out of memory");
		return NULL;
	}
	w->zone = zone;
	if (understand(w, words, zone, err))
		return w;
	where_free(w);
	return NULL;
}

void where_free(struct where *w)
{
	free(w);
}

const char *where_field_name(size_t i, const char **help)
{
	const struct where_field *f = where_field_get(i);

	if (!f)
		return NULL;
	*help = f->help;
	return f->name;
}

bool where_unfinished(const char *words)
{
	const char *last = strrchr(words, ' ');
	const struct where_field *f;
	struct term t = { 0 };

	last = last ? last + 1 : words;
	if (!*last || strlen(last) >= WHERE_TEXT)
		return false;
	word(&t, last);
	// Three letters stand in too many names to mean one of them.
	if (t.is_net || t.has_port ||
	    (strlen(last) > 3 &&
	     (t.verdicts || t.calls || t.states || t.confidences)))
		return false;
	for (size_t i = 0; (f = where_field_get(i)); i++) {
		if (word_same(f->name, last, strlen(last)))
			return true;
	}
	return false;
}
