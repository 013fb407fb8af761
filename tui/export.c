#include "export.h"

#include <string.h>

#include "output.h"
#include "report_block.h"

enum { WIDTH = 100 };

// How files look: without a terminal's colours and width.
static struct report look(const struct ui *ui)
{
	struct report r = ui->report;

	r.color = false;
	r.utf8 = true;
	r.width = WIDTH;
	return r;
}

static void put_connection(const struct ui *ui, const struct report *r,
			   struct text *out)
{
	report_block(r, ui->detail.connection, out);
	if (!ui->detail.ready)
		return;
	text_char(out, '\n');
	timeline_draw(&ui->detail.timeline, r, out);
}

static void put_csv_row(const struct report *r, uint32_t i, struct text *out)
{
	const struct connection *c = analysis_get(r->analysis, i);

	for (const struct column *k = report_columns; k->name; k++) {
		size_t at;

		if (k != report_columns)
			text_char(out, ',');
		at = out->n;
		k->value(r, i, c, out);
		if (k->type == COLUMN_TEXT && !out->failed)
			report_csv_cell(out, at);
	}
	text_char(out, '\n');
}

static void put_csv_head(struct text *out)
{
	for (const struct column *k = report_columns; k->name; k++)
		text_printf(out, "%s%s", k == report_columns ? "" : ",",
			    k->name);
	text_char(out, '\n');
}

// The rows of the list, the marked ones of them alone if any are; returns how
// many.
static size_t put_list(const struct ui *ui, const struct report *r,
		       enum export_kind kind, FILE *to, struct text *out)
{
	const struct model *m = &ui->model;
	size_t n = 0;

	if (kind == EXPORT_CSV)
		put_csv_head(out);
	for (size_t i = 0; i < m->count && !out->failed && !ferror(to); i++) {
		if (m->marked && !model_marked(m, m->rows[i]))
			continue;
		if (kind == EXPORT_CSV)
			put_csv_row(r, m->rows[i], out);
		else
			report_block(r, m->rows[i], out);
		if (kind == EXPORT_TEXT)
			text_char(out, '\n');
		if (out->n)
			fwrite(out->s, 1, out->n, to);
		text_cut(out, 0);
		n++;
	}
	return n;
}

bool export_write(const struct ui *ui, const char *path, char err[EXPORT_ERROR])
{
	enum export_kind kind = ui_export_kind(ui, path);
	struct report r = look(ui);
	char why[OUTPUT_ERROR] = "";
	struct output o = { 0 };
	struct text text = { 0 };
	size_t n = 1;
	bool fine;

	if (!output_open(&o, path, why)) {
		snprintf(err, EXPORT_ERROR, "%s", why);
		return false;
	}
	if (ui->view == VIEW_CONNECTION)
		put_connection(ui, &r, &text);
	else
		n = put_list(ui, &r, kind, o.to, &text);
	if (text.n)
		fwrite(text.s, 1, text.n, o.to);
	fine = !text.failed;
	text_release(&text);
	if (!output_close(&o, fine, why) || !fine) {
		snprintf(err, EXPORT_ERROR, "%s",
			 fine ? why : "out of memory: nothing written");
		return false;
	}
	snprintf(err, EXPORT_ERROR, "%zu %s written to %s", n,
		 n == 1 ? "connection" : "connections", path);
	return true;
}
