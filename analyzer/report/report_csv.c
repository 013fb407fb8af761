// CSV: RFC 4180 with LF line ends, a row a connection. The only door to libcsv.
#include "report/report.h"

#include <csv.h>
#include <string.h>

enum { HOLD = 1 << 16 }; // bytes of rows collected before they are written

#define STRING(x) #x
#define VERSION(major, minor, release)                                         \
	STRING(major) "." STRING(minor) "." STRING(release)

const char *report_csv_library(void)
{
	return VERSION(CSV_MAJOR, CSV_MINOR, CSV_RELEASE);
}

// A spreadsheet runs a cell that begins so as a formula.
static bool formula(char first)
{
	return first && strchr("=+-@\t\r", first);
}

static void guard(struct text *rows, size_t at)
{
	if (at == rows->n || !formula(rows->s[at]) || !text_room(rows, 1))
		return;
	memmove(rows->s + at + 1, rows->s + at, rows->n - at + 1);
	rows->s[at] = '\'';
	rows->n++;
}

// Quotes the cell if it needs it: most don't, and quotes around every one
// would double the size of many files. The copy is made behind the cell and
// moved over it.
void report_csv_cell(struct text *rows, size_t at)
{
	size_t n, most;
	char *copy;

	guard(rows, at);
	n = rows->n - at;
	if (!n || strcspn(rows->s + at, ",\"\r\n") == n)
		return;
	most = 2 * n + 2;
	copy = text_room(rows, most);
	if (!copy)
		return;
	n = csv_write(copy, most, rows->s + at, n);
	memmove(rows->s + at, copy, n);
	text_cut(rows, at + n);
}

static void put_header(struct text *rows, const struct report *r)
{
	const struct column *c;

	for (size_t k = 0; (c = report_column(r, k)); k++) {
		if (k)
			text_char(rows, ',');
		text_puts(rows, c->name);
	}
	text_char(rows, '\n');
}

static void put_row(struct text *rows, const struct report *r, size_t i)
{
	struct connection connection = report_connection(r, i);
	const struct column *c;

	for (size_t k = 0; (c = report_column(r, k)); k++) {
		size_t at;

		if (k)
			text_char(rows, ',');
		at = rows->n;
		c->value(r, i, &connection, rows);
		if (c->type == COLUMN_TEXT && !rows->failed)
			report_csv_cell(rows, at);
	}
	text_char(rows, '\n');
}

bool report_csv(const struct report *r, FILE *to)
{
	struct text rows = { 0 };
	size_t n = report_size(r);
	bool ok;

	if (!r->goes_on)
		put_header(&rows, r);
	for (size_t k = 0; k < n && !rows.failed && !ferror(to); k++) {
		put_row(&rows, r, report_nth(r, k));
		if (rows.n >= HOLD) {
			fwrite(rows.s, 1, rows.n, to);
			text_cut(&rows, 0);
		}
	}
	ok = !rows.failed;
	if (ok && rows.n)
		fwrite(rows.s, 1, rows.n, to);
	text_release(&rows);
	return ok;
}
