// Understanding the words of where.h:
//
//	any  = all { ("or" | "||") all }
//	all  = one { ["and" | "&&"] one }
//	one  = { "not" | "!" } ( "(" any ")" | term )
//	term = FIELD [ OP VALUE | "in" "(" VALUE { [","] VALUE } ")" ]
//	     | "~" VALUE | VALUE
#include "query/where_own.h"
#include "query/where_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/words.h"

struct parser {
	struct words words;
	struct where *w;
	enum where_bare bare;
	const struct zone *zone;
	unsigned depth;
};

#define wrong(p, ...) words_wrong(&(p)->words, __VA_ARGS__)

static bool no_memory(struct parser *p)
{
	errno = ENOMEM;
	return wrong(p, "out of memory");
}

// Making ---------------------------------------------------------------------

// 0: no memory; the root alone is made before, as node 0.
static uint32_t add_node(struct parser *p, struct node node)
{
	struct where *w = p->w;
	struct node *more =
	    array_grown(w->node, w->nodes, &w->nodes_size, sizeof(*more));

	if (!more)
		return 0;
	w->node = more;
	more[w->nodes] = node;
	return (uint32_t)w->nodes++;
}

static struct term *add_term(struct parser *p)
{
	struct where *w = p->w;
	struct term *more =
	    array_grown(w->term, w->terms, &w->terms_size, sizeof(*more));

	if (!more)
		return NULL;
	w->term = more;
	more[w->terms] = (struct term){ 0 };
	return &more[w->terms++];
}

// Terms ----------------------------------------------------------------------

static bool no_field(struct parser *p, const char *name)
{
	return where_no_field(name, strlen(name), p->words.err);
}

// The same of a word that may have been meant otherwise.
static bool no_word(struct parser *p, const char *name)
{
	char reason[WHERE_ERROR];

	where_no_field(name, strlen(name), reason);
	return wrong(p, "%.120s; ~%.40s looks for it anywhere", reason, name);
}

// An address, with or without a port, or a port.
static void read_place(struct term *t, const char *s)
{
	const char *colon = strrchr(s, ':'), *digits;
	struct where_values *v = &t->values;
	char text[WHERE_TEXT];
	unsigned long port;

	t->is_net = addr_parse_net(s, &v->net[0].addr, &v->net[0].bits);
	digits = t->is_net ? NULL : colon ? colon + 1 : s;
	if (colon && !t->is_net) {
		snprintf(text, sizeof(text), "%.*s", (int)(colon - s), s);
		t->is_net =
		    addr_parse_net(text, &v->net[0].addr, &v->net[0].bits);
	}
	if (!digits || !*digits || digits[strspn(digits, "0123456789")])
		return;
	port = strtoul(digits, NULL, 10);
	t->has_port = port <= UINT16_MAX;
	t->port = (uint16_t)port;
}

// A text that is looked for anywhere: all that can be looked up once is.
static bool read_anywhere(struct parser *p, struct term *t, enum where_op op,
			  const char *s)
{
	if (!where_text_parse(op, s, &t->values, p->words.err))
		return false;
	if (op == OP_HAS)
		read_place(t, s);
	if (t->is_net || t->has_port)
		return true;
	t->verdicts = where_names_with(&where_verdicts, &t->values) |
		      where_names_with(&where_titles, &t->values);
	t->calls = where_names_with(&where_calls, &t->values);
	t->states = where_names_with(&where_states, &t->values);
	t->confidences = where_names_with(&where_confidences, &t->values);
	return true;
}

// A word without quotes that is the name of something.
static bool read_name(struct term *t, const char *s)
{
	t->verdicts = where_names_named(&where_verdicts, s);
	t->calls = where_names_named(&where_calls, s);
	t->states = where_names_named(&where_states, s);
	t->confidences = where_names_named(&where_confidences, s);
	return t->verdicts || t->calls || t->states || t->confidences;
}

static bool take_anywhere(struct parser *p, struct term *t)
{
	char text[WHERE_TEXT];

	if (*p->words.at == '/')
		return words_regex(&p->words, text) &&
		       read_anywhere(p, t, OP_FITS, text);
	return words_value(&p->words, "", text) &&
	       read_anywhere(p, t, OP_HAS, text);
}

// A word that no sign stands behind.
static bool take_bare(struct parser *p, struct term *t)
{
	bool quoted = *p->words.at == '"' || *p->words.at == '\'';
	char text[WHERE_TEXT];

	if (!words_value(&p->words, "", text))
		return false;
	t->field = NULL;
	if (quoted || p->bare == BARE_SOUGHT)
		return read_anywhere(p, t, OP_HAS, text);
	t->field = where_field_find(text, strlen(text));
	t->present = t->field;
	if (t->field)
		return true;
	read_place(t, text);
	return t->is_net || t->has_port || read_name(t, text) ||
	       no_word(p, text);
}

// What stands behind a field: a sign and its value, a list, or nothing.
static bool take_values(struct parser *p, struct term *t,
			const struct sign *sign)
{
	enum where_op op = sign ? sign->op : OP_IS;
	char text[WHERE_TEXT];
	bool taken;

	if (op == OP_HAS && *p->words.at == '/')
		op = OP_FITS;
	if (!sign)
		taken = words_list(&p->words, text);
	else if (op == OP_FITS && *p->words.at == '/')
		taken = words_regex(&p->words, text);
	else
		taken = words_value(&p->words, "", text);
	return taken && where_values_parse(t->field, op, text, p->zone,
					   &t->values, p->words.err);
}

// True if the ~ that is next begins a word of its own, as in `443 ~text`: what
// stands before it is no field.
static bool is_alone(const struct parser *p, const struct term *t,
		     const char *name_end)
{
	return !t->field && p->words.at > name_end && *p->words.at == '~';
}

static bool take_term(struct parser *p, struct term *t, bool *negate)
{
	const char *from = p->words.at;
	size_t n =
	    strspn(p->words.at, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ_.0123456789");
	const struct sign *sign = NULL;
	char name[WHERE_TEXT];

	if (words_sign(&p->words, "~"))
		return take_anywhere(p, t);
	t->field = where_field_find(from, n);
	p->words.at += n;
	words_skip(&p->words);
	if (!n || is_alone(p, t, from + n) ||
	    (!words_in(&p->words) && !(sign = words_op(&p->words)))) {
		p->words.at = from;
		return take_bare(p, t);
	}
	*negate ^= sign && sign->negate;
	snprintf(name, sizeof(name), "%.*s", (int)n, from);
	return t->field ? take_values(p, t, sign) : no_field(p, name);
}

// Joining --------------------------------------------------------------------

static uint32_t take_any(struct parser *p);

static uint32_t take_one(struct parser *p)
{
	struct node node = { .kind = NODE_TERM };
	struct term *t;
	uint32_t inner;

	while (words_not(&p->words))
		node.negate = !node.negate;
	if (!*p->words.at || words_joint(&p->words))
		return wrong(p, *p->words.at == ')'
				    ? "a word is missing before )"
				    : "a word is missing behind "
				      "\"not\", \"and\" or \"or\"");
	if (words_sign(&p->words, "(")) {
		if (++p->depth > WHERE_DEEP)
			return wrong(p, "too many parentheses");
		inner = take_any(p);
		if (inner && !words_sign(&p->words, ")"))
			return wrong(p, "a ) is missing");
		p->depth--;
		if (inner)
			p->w->node[inner].negate ^= node.negate;
		return inner;
	}
	node.term = (uint32_t)p->w->terms;
	t = add_term(p);
	if (!t)
		return no_memory(p);
	if (!take_term(p, t, &node.negate))
		return 0;
	words_skip(&p->words);
	inner = add_node(p, node);
	return inner ? inner : no_memory(p);
}

// Takes nodes with `take`, as long as more(p); 0: p->words.err says what is
// wrong.
static uint32_t take_many(struct parser *p, struct node node,
			  uint32_t (*take)(struct parser *p),
			  bool (*more)(struct parser *p))
{
	uint32_t self = add_node(p, node), last = 0, one;

	if (!self)
		return no_memory(p);
	do {
		one = take(p);
		if (!one)
			return 0;
		if (last)
			p->w->node[last].next = one;
		else
			p->w->node[self].first = one;
		last = one;
	} while (more(p));
	return self;
}

static bool more_of_all(struct parser *p)
{
	return words_and(&p->words) ||
	       (*p->words.at && !words_joint(&p->words));
}

static uint32_t take_all(struct parser *p)
{
	return take_many(p, (struct node){ .kind = NODE_ALL }, take_one,
			 more_of_all);
}

static bool more_of_any(struct parser *p)
{
	return words_or(&p->words);
}

static uint32_t take_any(struct parser *p)
{
	return take_many(p, (struct node){ .kind = NODE_ANY }, take_all,
			 more_of_any);
}

static bool understand(struct parser *p)
{
	uint32_t first = 0;

	words_skip(&p->words);
	add_node(p, (struct node){ .kind = NODE_ALL }); // the root
	if (!p->w->nodes)
		return no_memory(p);
	if (*p->words.at)
		first = take_any(p);
	if (first && *p->words.at)
		return wrong(p, "a ( is missing before )");
	p->w->node[0].first = first;
	return first || !*p->words.err;
}

static struct where *parse(struct parser *p)
{
	p->w = calloc(1, sizeof(*p->w));
	*p->words.err = '\0';
	if (!p->w) {
		no_memory(p);
		return NULL;
	}
	p->w->zone = p->zone;
	if (understand(p))
		return p->w;
	where_free(p->w);
	return NULL;
}

struct where *where_parse(const char *words, enum where_bare bare,
			  const struct zone *zone, char err[WHERE_ERROR])
{
	struct parser p = { .words = { words, err },
			    .bare = bare,
			    .zone = zone };

	return parse(&p);
}

bool where_unfinished(const char *words)
{
	char err[WHERE_ERROR];
	struct parser p = { .words = { words, err } };
	struct where *w = parse(&p);

	where_free(w);
	return !w && !*p.words.at;
}
