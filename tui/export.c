#include "export.h"

#include <stdlib.h>

#include "base/output.h"
#include "report/report_block.h"

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

static bool (*const writers[EXPORT_KINDS])(const struct report *, FILE *) = {
	[EXPORT_TEXT] = report_text,
	[EXPORT_CSV] = report_csv,
	[EXPORT_JSON] = report_json,
};

// The rows of the list in their order, the marked ones of them alone if any
// are. False: no memory.
static bool put_list(const struct ui *ui, struct report *r, const char *path,
		     FILE *to)
{
	const struct model *m = &ui->model;
	uint32_t *order = malloc((m->count + 1) * sizeof *order);
	bool fine = order;

	for (size_t i = 0; fine && i < m->count; i++) {
		if (!m->marked || model_marked(m, m->rows[i]))
			order[r->order_count++] = m->rows[i];
	}
	r->order = order;
	r->all = true;
	fine = fine && writers[ui_export_kind(ui, path)](r, to);
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
	if (ui->view == VIEW_CONNECTION) {
		put_connection(ui, &r, &text);
	} else {
		fine = put_list(ui, &r, path, o.to);
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
