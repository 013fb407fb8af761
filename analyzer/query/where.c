#include "query/where_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"

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

// True if text is one of those that commas separate.
static bool is_one_of(const char *text, const char *list)
{
	size_t length = strlen(text);

	for (const char *s = list;; s++) {
		size_t n = strcspn(s, ",");

		if (n == length && word_same(text, s, n))
			return true;
		s += n;
		if (!*s)
			return false;
	}
}

static bool text_fits(const struct where_values *v, const char *text)
{
	if (v->regex)
		return !regexec(v->regex, text, 0, NULL, 0);
	return v->whole ? is_one_of(text, v->text)
			: word_contains(text, v->text);
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
	if (t->present)
		return text && *text;
	return text && text_fits(v, text);
}

static bool number_fits(const struct where *w, const struct term *t, int64_t n)
{
	const struct where_field *f = t->field;

	if (t->present)
		return f->kind == FIELD_NAME
			   ? !where_is_nothing(f->names->name((size_t)n))
			   : n != 0;
	if (f->kind == FIELD_NAME)
		return t->values.names >> n & 1;
	if (t->values.of_day)
		n = zone_of_day(w->zone, n);
	return in_ranges(&t->values, n);
}

static bool field_matches(const struct where *w, const struct term *t,
			  const struct where_subject *s)
{
	const struct where_field *f = t->field;
	bool end = false;

	for (size_t k = f->first; k <= f->last && !end; k++) {
		if (f->text ? one_text(t, s, k, &end)
			    : number_fits(w, t, f->number(s, k)))
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
		if (!t->calls && !t->verdicts && (v->regex || *v->text) &&
		    text_fits(v, text))
			return true;
	}
	return false;
}

static bool node_holds(const struct where *w, const struct node *n,
		       const struct where_subject *s)
{
	bool holds = n->kind == NODE_ALL;

	if (n->kind == NODE_TERM) {
		const struct term *t = &w->term[n->term];
		holds =
		    t->field ? field_matches(w, t, s) : word_matches(t, s->c);
		return holds != n->negate;
	}
	for (uint32_t k = n->first; k; k = w->node[k].next) {
		holds = node_holds(w, &w->node[k], s);
		if (holds == (n->kind == NODE_ANY))
			break;
	}
	return holds != n->negate;
}

bool where_match(const struct where *w, const struct analysis *a,
		 const struct analysis *why, const struct connection *c,
		 size_t i)
{
	struct where_subject s = { a, why, c, i };

	return node_holds(w, w->node, &s);
}

bool where_is_nothing(const char *name)
{
	return !*name || !strcmp(name, "no") || !strcmp(name, "nobody");
}

void where_free(struct where *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->terms; i++)
		where_values_release(&w->term[i].values);
	free(w->term);
	free(w->node);
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
