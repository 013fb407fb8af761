#include "browser.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "export.h"
#include "reader.h"
#include "screen.h"
#include "spool.h"
#include "ui.h"

enum {
	SLICE_MS = 20,    // of reading between two looks at the keys
	FRAME_MS = 50,    // between two pictures while reading
	WAIT_MS = 100,    // between two looks at a pipe that waits
	FEED = 256,       // frames between two looks at the clock
	WORK = 4096,      // connections between two looks at the clock
	FIRST_MS = 150,   // until the first results
	SETTLE_SHARE = 8, // deciding may take one part in so many
};

struct browser {
	const struct browse_options *o;
	struct screen *screen;
	struct grid grid;
	struct ui ui;
	struct analysis *analysis;
	struct reader reader;   // of everything
	struct spool *spool;    // where the input can't be read again
	struct reader again;    // of one connection
	struct capture *second; // that it reads
	struct analysis *watched;
	size_t ordinal;
	int64_t start;    // of reading
	int64_t decide;   // when to decide the next time
	uint64_t decided; // frames that were
	bool failed;      // memory ran out
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static const int64_t ms = 1000000;

// Reading everything ---------------------------------------------------------

// Decides what is known so far, and lets the views have it.
static void decide(struct browser *b)
{
	int64_t before = now(), took;

	analysis_settle(b->analysis);
	b->decided = b->reader.frames;
	b->ui.report.frames = b->reader.frames;
	b->failed |= !ui_update(&b->ui, b->analysis);
	took = now() - before;
	b->decide = now() + took * SETTLE_SHARE + 2 * FRAME_MS * ms;
}

static void finish_loading(struct browser *b)
{
	struct loading *l = &b->ui.loading;

	l->active = false;
	b->ui.report.drops = capture_drops(b->o->capture);
	b->failed |= b->reader.failed;
	decide(b);
	if (b->failed)
		ui_say(&b->ui, true, "out of memory: not everything was read");
	else if (b->spool && spool_error(b->spool))
		ui_say(&b->ui, true, "temporary file: %s",
		       strerror(spool_error(b->spool)));
	else if (l->stopped)
		ui_say(&b->ui, false, "stopped: what was read stays");
	else if (capture_broken(b->o->capture, 0))
		ui_say(&b->ui, true, "%s", capture_broken(b->o->capture, 0));
}

static void show_progress(struct browser *b)
{
	struct loading *l = &b->ui.loading;

	l->frames = b->reader.frames;
	l->connections = b->ui.model.total;
	l->elapsed = now() - b->start;
	capture_progress(b->o->capture, &l->done, &l->total);
}

// Reads for a slice of time; returns how long the keys may be waited for.
static int load(struct browser *b)
{
	int64_t end = now() + SLICE_MS * ms;
	enum reading r = READING_MORE;

	while (r == READING_MORE && now() < end)
		r = reader_feed(&b->reader, b->analysis, FEED);
	show_progress(b);
	if (r == READING_OVER)
		finish_loading(b);
	else if (now() >= b->decide && b->reader.frames != b->decided)
		decide(b);
	return r == READING_WAITS ? WAIT_MS : 0;
}

static void stop_loading(struct browser *b)
{
	if (!b->ui.loading.active)
		return;
	b->ui.loading.stopped = true;
	if (b->spool)
		spool_stop(b->spool);
	finish_loading(b);
}

static bool begin_loading(struct browser *b)
{
	bool spooled = !capture_rereadable(b->o->capture);

	if (spooled)
		b->spool = spool_open(b->o->capture);
	if (spooled && !b->spool)
		return false;
	b->start = now();
	b->decide = b->start + FIRST_MS * ms;
	b->ui.loading.active = true;
	return reader_open(&b->reader, spooled ? NULL : b->o->capture,
			   b->spool);
}

// Reading one connection again -----------------------------------------------

static void close_again(struct browser *b)
{
	reader_release(&b->again);
	capture_close(b->second);
	b->second = NULL;
	analysis_free(b->watched);
	b->watched = NULL;
	b->ui.detail.loading.active = false;
}

static bool open_second(struct browser *b)
{
	char err[CAPTURE_ERROR];

	if (b->spool)
		return true;
	b->second = capture_open(b->o->files, b->o->file_count, err);
	if (b->second)
		capture_filter_as(b->second, b->o->capture);
	return b->second;
}

// What findings say holds only until the next frame is read: where they are
// to be kept or written, decide anew.
static void refresh(struct browser *b)
{
	if (b->ui.loading.active && b->reader.frames != b->decided)
		decide(b);
}

static void open_again(struct browser *b)
{
	const struct connection *c = &b->ui.detail.c;

	close_again(b);
	refresh(b);
	ui_take(&b->ui);
	b->watched = analysis_new();
	b->ordinal = reader_ordinal(b->analysis, b->ui.detail.connection);
	if (!b->watched || !open_second(b) ||
	    !reader_open(&b->again, b->second, b->spool) ||
	    !reader_narrow(&b->again, c)) {
		close_again(b);
		ui_opened(&b->ui, NULL, 0);
		return;
	}
	analysis_watch(b->watched, b->ordinal);
	b->ui.detail.loading = (struct loading){ .active = true };
}

// A slice of it; the ladder appears when it is done.
static void read_again(struct browser *b)
{
	struct loading *l = &b->ui.detail.loading;
	int64_t end = now() + SLICE_MS * ms;
	enum reading r = READING_MORE;
	struct analysis *a = b->watched;

	while (r == READING_MORE && now() < end)
		r = reader_feed(&b->again, b->watched, FEED);
	l->frames = b->again.frames;
	if (b->second)
		capture_progress(b->second, &l->done, &l->total);
	if (r == READING_MORE)
		return;
	analysis_settle(a);
	b->watched = NULL;
	close_again(b);
	ui_opened(&b->ui, a, b->ordinal);
}

// Requests -------------------------------------------------------------------

static void copy(struct browser *b)
{
	bool copied = screen_copy(b->screen, b->ui.text);
	char filter[PROMPT_TEXT];

	snprintf(filter, sizeof filter, "%s", b->ui.text);
	ui_say(&b->ui, false, "%s  (%s)", filter,
	       copied ? "copied" : "this terminal takes no copy");
}

static void write_file(struct browser *b)
{
	char text[EXPORT_ERROR];
	bool fine;

	refresh(b);
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
		if (b->ui.detail.loading.active)
			close_again(b);
		else
			stop_loading(b);
		break;
	case REQUEST_OPEN:
		open_again(b);
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

static bool draw(struct browser *b)
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
	int64_t end = now() + SLICE_MS * ms;

	while (ui_work(&b->ui, WORK)) {
		if (now() >= end)
			return 0;
	}
	if (b->ui.detail.loading.active) {
		read_again(b);
		return 0;
	}
	return b->ui.loading.active ? load(b) : -1;
}

static void loop(struct browser *b)
{
	int64_t shown = 0;
	struct input in;

	for (;;) {
		int wait = work(b);

		if ((wait < 0 || now() - shown > FRAME_MS * ms) && draw(b))
			shown = now();
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
	close_again(b);
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
	analysis_limit(b->analysis, b->o->max_memory);
	b->ui.theme = screen_theme(b->screen);
	if (!begin_loading(b)) {
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
