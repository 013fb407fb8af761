#include "table.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct row *last_row(struct table *t)
{
	if (t->n == t->room) {
		size_t room = t->room ? t->room * 2 : 256;
		struct row *p = realloc(t->row, room * sizeof(*p));

		if (!p)
			return 0;
		memset(p + t->n, 0, (room - t->n) * sizeof(*p));
		t->row = p;
		t->room = room;
	}
	return &t->row[t->n];
}

static void take_field(void *p, size_t n, void *arg)
{
	struct table *t = arg;
	struct row *r = last_row(t);

	if (!r) {
		t->failed = true;
		return;
	}
	if (r->n < TABLE_FIELDS)
		r->field[r->n++] = strndup(p, n);
}

static void take_row(int c, void *arg)
{
	struct table *t = arg;

	(void)c;
	t->n++;
}

bool table_read(const char *path, struct table *t)
{
	FILE *f = fopen(path, "re");
	struct csv_parser p;
	char block[65536];
	size_t n;

	memset(t, 0, sizeof(*t));
	if (!f || csv_init(&p, 0) != 0) {
		perror(path);
		return false;
	}
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		if (csv_parse(&p, block, n, take_field, take_row, t) != n)
			t->failed = true;
	csv_fini(&p, take_field, take_row, t);
	csv_free(&p);
	fclose(f);
	return !t->failed && t->n > 0;
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; k < t->row[i].n; k++)
			free(t->row[i].field[k]);
	free(t->row);
}

const char *table_cell(const struct table *t, const struct row *r,
		       const char *column)
{
	for (size_t i = 0; i < t->row[0].n && i < r->n; i++)
		if (!strcmp(t->row[0].field[i], column))
			return r->field[i] ? r->field[i] : "";
	return "";
}
