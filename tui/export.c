#include "export.h"

#include <stdlib.h>
#include <string.h>

#include "base/output.h"
#include "report/report_block.h"
#include "report/report_html.h"

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

static bool page(const struct report *r, FILE *to)
{
	return report_html(r, NULL, to);
}

static bool (*const writers[EXPORT_KINDS])(const struct report *, FILE *) = {
	[EXPORT_TEXT] = report_text,
	[EXPORT_CSV] = report_csv,
	[EXPORT_JSON] = report_json,
	[EXPORT_MARKDOWN] = report_markdown,
	[EXPORT_PAGE] = page,
};

// The marked ones if any are, listed or not, in the order of the list; else
// its rows.
static size_t choose(const struct ui *ui, uint32_t *order)
{
	const struct model *m = &ui->model;
	size_t n = 0;

	if (ui->view == VIEW_CONNECTION) {
		order[0] = ui->detail.connection;
		return 1;
	}
	if (!m->marked) {
		memcpy(order, m->rows, m->count * sizeof *order);
		return m->count;
	}
	for (size_t i = 0; i < m->total; i++) {
		if (model_marked(m, m->order[i]))
			order[n++] = m->order[i];
	}
	return n;
}

// False: no memory.
static bool put_list(const struct ui *ui, struct report *r,
		     enum export_kind kind, FILE *to)
{
	uint32_t *order = malloc((ui->model.total + 1) * sizeof *order);
	bool fine;

	if (!order)
		return false;
	r->order_count = choose(ui, order);
	r->order = order;
	r->all = true;
	fine = writers[kind](r, to);
	r->order = NULL;
	free(order);
	return fine;
}

static bool is_input(const struct ui *ui, const char *path)
{
	for (size_t i = 0; i < ui->report.file_count; i++) {
		if (output_replaces(path, ui->report.files[i]))
			return true;
	}
	return false;
}

bool export_write(const struct ui *ui, const char *path, char err[EXPORT_ERROR])
{
	struct report r = look(ui);
	char why[OUTPUT_ERROR] = "";
	struct output o = { 0 };
	struct text text = { 0 };
	enum export_kind kind = ui_export_kind(path);
	size_t n = 1;
	bool fine = true;

	if (is_input(ui, path)) {
		snprintf(err, EXPORT_ERROR, "%s: is one of the captures", path);
		return false;
	}
	if (!output_open(&o, path, why)) {
		snprintf(err, EXPORT_ERROR, "%s", why);
		return false;
	}
	if (ui->view == VIEW_CONNECTION && kind == EXPORT_TEXT) {
		put_connection(ui, &r, &text);
	} else {
		fine = put_list(ui, &r, kind, o.to);
		n = r.order_count;
	}
	if (text.n)
		fwrite(text.s, 1, text.n, o.to);
	fine = fine && !text.failed;
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
