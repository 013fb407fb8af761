// Columns by name, and those of other tools' formats.
#include "report/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"

static const struct set {
	const char *name;
	const struct column *columns; // or, if NULL,
	const char *names;
} sets[] = {
	{ "all", report_columns, NULL },
	{ "basic", NULL,
	  "connection,start_time,client_ip,client_port,server_ip,server_port,"
	  "duration_s,verdict,confidence,closed_first,reset_by,client_recv,"
	  "client_send,server_recv,server_send,advice" },
	{ "zeek", report_zeek, NULL },
	{ "ecs", report_ecs, NULL },
};

enum { SETS = sizeof(sets) / sizeof(sets[0]) };

static const struct column *const tables[] = { report_columns, report_zeek,
					       report_ecs };

enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

struct list {
	const struct column **column; // owned
	size_t n;
	char *err;
};

static bool add(struct list *l, const struct column *column)
{
	const struct column **more;

	for (size_t i = 0; i < l->n; i++) {
		if (l->column[i] != column)
			continue;
		snprintf(l->err, REPORT_ERROR, "\"%s\" is there twice",
			 column->name);
		return false;
	}
	more = realloc(l->column, (l->n + 2) * sizeof(*more));
	if (!more)
		return false;
	l->column = more;
	more[l->n++] = column;
	more[l->n] = NULL;
	return true;
}

static const struct column *find(const char *s, size_t n)
{
	for (size_t t = 0; t < TABLES; t++)
		for (const struct column *c = tables[t]; c->name; c++)
			if (word_is(c->name, s, n))
				return c;
	return NULL;
}

static const char *column_name(size_t i)
{
	return report_columns[i].name;
}

static bool unknown(struct list *l, const char *s, size_t n)
{
	char word[64];
	size_t columns = 0;

	while (report_columns[columns].name)
		columns++;
	snprintf(word, sizeof(word), "%.*s", (int)n, s);
	word_unknown(l->err, REPORT_ERROR, "column", word, column_name,
		     columns);
	return false;
}

static bool add_names(struct list *l, const char *names);

static bool add_set(struct list *l, const struct set *s)
{
	if (s->names)
		return add_names(l, s->names);
	for (const struct column *c = s->columns; c->name; c++)
		if (!add(l, c))
			return false;
	return true;
}

static bool add_name(struct list *l, const char *s, size_t n)
{
	const struct column *column = find(s, n);

	for (size_t i = 0; i < SETS; i++)
		if (word_is(sets[i].name, s, n))
			return add_set(l, &sets[i]);
	return column ? add(l, column) : unknown(l, s, n);
}

static bool add_names(struct list *l, const char *names)
{
	for (;; names++) {
		size_t n = strcspn(names, ",");

		if (!add_name(l, names, n))
			return false;
		names += n;
		if (!*names)
			return true;
	}
}

const struct column **report_fields(const char *names, char err[REPORT_ERROR])
{
	struct list l = { .err = err };

	snprintf(err, REPORT_ERROR, "out of memory");
	errno = 0;
	if (add_names(&l, names))
		return l.column;
	free(l.column);
	return NULL;
}

const struct column *report_column(const struct report *r, size_t k)
{
	if (r->columns)
		return r->columns[k];
	return report_columns[k].name ? &report_columns[k] : NULL;
}
