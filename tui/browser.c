#include "browser_parts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "export.h"

enum { WORK = 4096 }; // connections between two looks at the clock

// Requests -------------------------------------------------------------------

static void copy(struct browser *b)
{
	bool copied = screen_copy(b->screen, b->ui.text);
	char filter[PROMPT_TEXT];

	snprintf(filter, sizeof filter, "%s", b->ui.text);
	ui_say(&b->ui, false, "%s  (%s)", filter,
	       copied ? "copied, if the terminal allows programs to"
		      : "this terminal takes no copy");
}

static void write_file(struct browser *b)
{
	char text[EXPORT_ERROR];
	bool fine;

	browser_refresh(b);
	fine = export_write(&b->ui, b->ui.text, text);
	ui_say(&b->ui, !fine, "%s", text);
}

// Does what a key asked for; false: quit.
static bool serve(struct browser *b)
{
	enum request request = b->ui.request;

	b->ui.request = REQUEST_NONE;
	switch (request) {
	case REQUEST_QUIT:
		return false;
	case REQUEST_STOP:
		browser_stop_loading(b);
		break;
	case REQUEST_CLOSE:
		browser_close_again(b);
		break;
	case REQUEST_OPEN:
		browser_open_again(b);
		break;
	case REQUEST_COPY:
		copy(b);
		break;
	case REQUEST_CHECK:
		ui_overwrite(&b->ui, !access(b->ui.text, F_OK));
		return serve(b);
	case REQUEST_EXPORT:
		write_file(b);
		break;
	case REQUEST_THEME:
		screen_set_theme(b->screen, b->ui.theme);
		screen_redraw(b->screen);
		break;
	case REQUEST_REDRAW:
		screen_redraw(b->screen);
		break;
	case REQUEST_SUSPEND:
		screen_suspend(b->screen);
		break;
	case REQUEST_NONE:
		break;
	}
	return true;
}

// The loop -------------------------------------------------------------------

static bool draw_picture(struct browser *b)
{
	int rows, cols;

	screen_size(b->screen, &rows, &cols);
	if ((rows != b->grid.rows || cols != b->grid.cols) &&
	    !grid_resize(&b->grid, rows, cols))
		return false;
	ui_draw(&b->ui, &b->grid);
	screen_show(b->screen, &b->grid);
	return true;
}

// Goes on with what is under way, for a slice of time; returns how long a key
// may be waited for in milliseconds, -1: there is nothing to do.
static int work(struct browser *b)
{
	int64_t end = browser_now() + BROWSER_SLICE;

	while (ui_work(&b->ui, WORK)) {
		if (browser_now() >= end)
			return 0;
	}
	if (b->ui.detail.loading.active) {
		browser_read_again(b);
		return 0;
	}
	return b->ui.loading.active ? browser_load(b) : -1;
}

static void loop(struct browser *b)
{
	int64_t shown = 0;
	struct input in;

	for (;;) {
		int wait = work(b);

		if ((wait < 0 || browser_now() - shown > BROWSER_PICTURE) &&
		    draw_picture(b))
			shown = browser_now();
		if (!screen_read(b->screen, &in, wait))
			continue;
		do {
			ui_input(&b->ui, &in);
			if (!serve(b))
				return;
		} while (screen_read(b->screen, &in, 0));
		shown = 0;
	}
}

// Beginning and end ----------------------------------------------------------

static void set_up(struct browser *b, const struct browse_options *o)
{
	*b = (struct browser){ .o = o };
	ui_init(&b->ui);
	b->ui.clock.zone = o->zone;
	b->ui.report.files = o->files;
	b->ui.report.file_count = o->file_count;
	b->ui.report.filtered = o->filter;
	b->ui.report.streams = !o->filter && o->file_count == 1;
	b->ui.report.zone = o->zone;
	b->ui.report.utf8 = screen_utf8() && !o->ascii;
	b->grid.ascii = !b->ui.report.utf8;
	model_narrow(&b->ui.model, !o->all, false);
}

static void tear_down(struct browser *b)
{
	screen_close(b->screen);
	browser_close_again(b);
	spool_close(b->spool);
	reader_release(&b->reader);
	ui_release(&b->ui);
	analysis_free(b->analysis);
	grid_release(&b->grid);
}

static enum browse_status begin(struct browser *b, char *err)
{
	struct screen_options so = {
		.no_mouse = b->o->no_mouse,
		.never_color = b->o->color == BROWSE_NEVER,
		.always_color = b->o->color == BROWSE_ALWAYS,
	};
	char why[SCREEN_ERROR];

	if (b->o->where && !ui_filter(&b->ui, b->o->where)) {
		snprintf(err, BROWSE_ERROR, "%s", b->ui.message);
		return BROWSE_USAGE;
	}
	b->analysis = analysis_new();
	b->screen = b->analysis ? screen_open(&so, why) : NULL;
	if (!b->screen) {
		snprintf(err, BROWSE_ERROR, "%s",
			 b->analysis ? why : "out of memory");
		return BROWSE_TERMINAL;
	}
	analysis_limit(b->analysis, b->o->max_memory, b->o->spill);
	b->ui.theme = screen_theme(b->screen);
	if (!browser_begin_loading(b)) {
		snprintf(err, BROWSE_ERROR, "temporary file: %s",
			 strerror(errno));
		return BROWSE_TERMINAL;
	}
	return BROWSED;
}

enum browse_status browse(const struct browse_options *o,
			  char err[BROWSE_ERROR])
{
	struct browser b;
	enum browse_status status;

	*err = '\0';
	set_up(&b, o);
	status = begin(&b, err);
	if (status == BROWSED) {
		if (o->where)
			ui_go(&b.ui, VIEW_LIST);
		loop(&b);
		if (b.failed || capture_broken(o->capture, 0))
			status = BROWSE_BROKEN;
		if (b.spool && spool_error(b.spool)) {
			status = BROWSE_BROKEN;
			snprintf(err, BROWSE_ERROR,
				 "temporary file: %s: only the packets before "
				 "that were shown",
				 strerror(spool_error(b.spool)));
		}
	}
	tear_down(&b);
	return status;
}
