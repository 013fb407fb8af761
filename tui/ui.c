#include "ui.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Life -----------------------------------------------------------------------

void ui_init(struct ui *ui)
{
	*ui = (struct ui){ .report = { .utf8 = true } };
	model_init(&ui->model);
	ui->detail.connection = MODEL_NONE;
	ui->explain.match = ui->help.match = SIZE_MAX;
	ui->overview.bin = SIZE_MAX; // the busiest, once it is known
}

static void close_detail(struct ui *ui)
{
	timeline_release(&ui->detail.timeline);
	ladder_release(&ui->detail.ladder);
	analysis_free(ui->detail.watched);
	ui->detail.watched = NULL;
	ui->detail.ready = ui->detail.failed = false;
}

void ui_release(struct ui *ui)
{
	close_detail(ui);
	model_release(&ui->model);
	summary_release(&ui->summary);
	summary_release(&ui->fresh);
}

bool ui_update(struct ui *ui, const struct analysis *a)
{
	ui->report.analysis = a;
	ui->clock.analysis = a;
	ui->clock.zero = analysis_tally(a)->first;
	return model_update(&ui->model, a) &&
	       summary_begin(&ui->fresh, &ui->report);
}

bool ui_work(struct ui *ui, size_t budget)
{
	bool seeking = ui->model.direction;
	bool more = model_work(&ui->model, budget);

	if (seeking && !ui->model.direction)
		ui_sought(ui);
	if (!ui->fresh.analysis)
		return more;
	if (summary_work(&ui->fresh, budget / 4 + 1))
		return true;
	summary_release(&ui->summary);
	ui->summary = ui->fresh;
	ui->fresh = (struct summary){ 0 };
	return true; // something new to show
}

// Filter ---------------------------------------------------------------------

bool ui_apply(struct ui *ui, const char *words, char err[WHERE_ERROR])
{
	struct where *w = where_parse(words, BARE_REFUSED, ui->clock.zone, err);

	if (!w)
		return false;
	snprintf(ui->filter, sizeof ui->filter, "%s", words);
	if (!*words) {
		where_free(w);
		w = NULL;
	}
	model_filter(&ui->model, w);
	return true;
}

bool ui_filter(struct ui *ui, const char *words)
{
	char err[WHERE_ERROR];

	if (ui_apply(ui, words, err))
		return true;
	ui_say(ui, true, "%s", err);
	return false;
}

// Going about ----------------------------------------------------------------

void ui_say(struct ui *ui, bool alert, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(ui->message, sizeof ui->message, format, ap);
	va_end(ap);
	ui->alert = alert;
}

void ui_go(struct ui *ui, enum view v)
{
	ui->back[v] = ui->view;
	ui->view = v;
}

uint32_t ui_current(const struct ui *ui)
{
	if (ui->view == VIEW_CONNECTION ||
	    (ui->view == VIEW_EXPLAIN &&
	     ui->back[VIEW_EXPLAIN] == VIEW_CONNECTION))
		return ui->detail.connection;
	return ui->model.count ? ui->model.rows[ui->model.cursor] : MODEL_NONE;
}

enum verdict_id ui_verdict(const struct ui *ui)
{
	uint32_t i = ui_current(ui);

	return i == MODEL_NONE ? ORDERLY_CLOSE
			       : analysis_get(ui->report.analysis, i)->verdict;
}

void ui_explain(struct ui *ui, enum verdict_id v)
{
	ui->explain = (struct page){ .verdict = v, .match = SIZE_MAX };
	ui_go(ui, VIEW_EXPLAIN);
}

void ui_take(struct ui *ui)
{
	struct detail *d = &ui->detail;

	d->c = *analysis_get(ui->report.analysis, d->connection);
	d->findings = report_findings(&ui->report, &d->c, d->finding);
}

void ui_open(struct ui *ui, uint32_t connection)
{
	close_detail(ui);
	ui->detail = (struct detail){ .connection = connection,
				      .chosen = SIZE_MAX,
				      .time = ui->detail.time };
	ui_take(ui);
	model_select(&ui->model, connection);
	if (ui->view != VIEW_CONNECTION)
		ui_go(ui, VIEW_CONNECTION);
	ui->request = REQUEST_OPEN;
}

void ui_opened(struct ui *ui, struct analysis *a, size_t number)
{
	struct detail *d = &ui->detail;
	const struct connection *full;
	struct connection c = d->c;

	d->loading.active = false;
	d->failed = !a || analysis_index(a, number) == analysis_count(a);
	d->watched = a;
	if (d->failed)
		return;
	// Rows are folded round the findings of that reading; what is said is
	// what the whole capture told.
	full = analysis_get(a, analysis_index(a, number));
	c.finding = full->finding;
	c.findings = full->findings;
	d->timeline = timeline_fold(a, &c);
	memcpy(d->timeline.findings, d->finding,
	       d->findings * sizeof *d->finding);
	d->timeline.finding_count = d->findings;
	d->ready =
	    !d->timeline.failed && ladder_build(&d->ladder, &d->timeline);
	d->failed = !d->ready;
}
