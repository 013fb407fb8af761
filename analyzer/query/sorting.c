#include "query/sorting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"

bool sorting_parse(struct sorting *s, const char *words, char err[WHERE_ERROR])
{
	const char *colon = strchr(words, ':');
	size_t n = colon ? (size_t)(colon - words) : strlen(words);
	const char *order = colon ? colon + 1 : "asc";

	s->field = where_field_find(words, n);
	s->descending = word_same(order, "desc", sizeof("desc"));
	if (!s->field)
		return where_no_field(words, n, err);
	if (s->field->first != s->field->last && s->field->last != SIZE_MAX) {
		snprintf(err, WHERE_ERROR,
			 "%s has a value for each side: which one?",
			 s->field->name);
		return false;
	}
	if (!s->descending && !word_same(order, "asc", sizeof("asc"))) {
		snprintf(err, WHERE_ERROR, "\"%.40s\" is neither asc nor desc",
			 order);
		return false;
	}
	return true;
}

bool sorting_key(const struct sorting *s, const struct where_subject *subject,
		 struct sort_key *out)
{
	const struct where_field *f = s->field;
	char buf[512];
	const char *text;

	*out = (struct sort_key){ .index = (uint32_t)subject->i,
				  .sign = s->descending ? -1 : 1 };
	if (f->kind == FIELD_ADDR) {
		out->addr = subject->c->addr[f->first];
		return true;
	}
	if (!f->text) {
		out->number = f->number(subject, f->first);
		return true;
	}
	text = f->text(subject, f->first, buf, sizeof(buf));
	out->text = strdup(text ? text : "");
	return out->text;
}

static int compare_values(const struct sort_key *a, const struct sort_key *b)
{
	int c;

	if (a->text)
		return strcmp(a->text, b->text);
	c = addr_cmp(&a->addr, &b->addr);
	return c ? c : (a->number > b->number) - (a->number < b->number);
}

static int compare(const void *a, const void *b)
{
	const struct sort_key *x = a, *y = b;
	int c = compare_values(x, y) * x->sign;

	return c ? c : (x->index > y->index) - (x->index < y->index);
}

void sorting_sort(struct sort_key *keys, size_t n)
{
	qsort(keys, n, sizeof(*keys), compare);
}

void sorting_keys_free(struct sort_key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(keys[i].text);
	free(keys);
}
