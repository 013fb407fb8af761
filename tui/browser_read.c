// Reads while the keys are looked after: everything, and then one connection
// again for its ladder.
#include "browser_parts.h"

#include <string.h>

enum {
	WAIT_MS = 100,    // between two looks at a pipe that waits
	FEED = 256,       // frames between two looks at the clock
	SETTLE_SHARE = 8, // deciding may take one part in so many
};

static const int64_t FIRST = 150 * 1000000; // ns until the first results

// Reading everything ---------------------------------------------------------

// Decides what is known so far, and lets the views have it.
static void decide(struct browser *b)
{
	int64_t before = browser_now(), took;

	analysis_settle(b->analysis);
	b->decided = b->reader.frames;
	b->ui.report.frames = b->reader.frames;
	b->failed |= !ui_update(&b->ui, b->analysis);
	took = browser_now() - before;
	b->decide = browser_now() + took * SETTLE_SHARE + 2 * BROWSER_PICTURE;
}

static void finish_loading(struct browser *b)
{
	struct loading *l = &b->ui.loading;

	l->active = false;
	l->broken = b->reader.failed || (b->spool && spool_error(b->spool)) ||
		    capture_broken(b->o->capture, 0);
	b->ui.report.drops = capture_drops(b->o->capture);
	b->failed |= b->reader.failed;
	decide(b);
	if (b->failed)
		ui_say(&b->ui, true, "out of memory: not everything was read");
	else if (b->spool && spool_error(b->spool))
		ui_say(&b->ui, true, "temporary file: %s",
		       strerror(spool_error(b->spool)));
	else if (l->stopped)
		ui_say(&b->ui, false, "stopped: this is what was read up to now");
	else if (capture_broken(b->o->capture, 0))
		ui_say(&b->ui, true, "%s", capture_broken(b->o->capture, 0));
}

static void show_progress(struct browser *b)
{
	struct loading *l = &b->ui.loading;

	l->frames = b->reader.frames;
	l->connections = b->ui.model.total;
	l->elapsed = browser_now() - b->start;
	capture_progress(b->o->capture, &l->done, &l->total);
}

int browser_load(struct browser *b)
{
	int64_t end = browser_now() + BROWSER_SLICE;
	enum reading r = READING_MORE;

	while (r == READING_MORE && browser_now() < end)
		r = reader_feed(&b->reader, b->analysis, FEED);
	show_progress(b);
	if (r == READING_OVER)
		finish_loading(b);
	else if (browser_now() >= b->decide && b->reader.frames != b->decided)
		decide(b);
	return r == READING_WAITS ? WAIT_MS : 0;
}

void browser_stop_loading(struct browser *b)
{
	if (!b->ui.loading.active)
		return;
	b->ui.loading.stopped = true;
	if (b->spool)
		spool_stop(b->spool);
	finish_loading(b);
}

bool browser_begin_loading(struct browser *b)
{
	bool spooled = !capture_rereadable(b->o->capture);

	if (spooled)
		b->spool = spool_open(b->o->capture);
	if (spooled && !b->spool)
		return false;
	b->start = browser_now();
	b->decide = b->start + FIRST;
	b->ui.loading.active = true;
	return reader_open(&b->reader, spooled ? NULL : b->o->capture,
			   b->spool);
}

// Reading one connection again -----------------------------------------------

void browser_close_again(struct browser *b)
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

void browser_refresh(struct browser *b)
{
	if (b->ui.loading.active && b->reader.frames != b->decided)
		decide(b);
}

void browser_open_again(struct browser *b)
{
	const struct connection *c = &b->ui.detail.c;

	browser_close_again(b);
	browser_refresh(b);
	ui_take(&b->ui);
	b->watched = analysis_new();
	b->ordinal = reader_ordinal(b->analysis, b->ui.detail.connection);
	if (!b->watched || !open_second(b) ||
	    !reader_open(&b->again, b->second, b->spool) ||
	    !reader_narrow(&b->again, c)) {
		browser_close_again(b);
		ui_opened(&b->ui, NULL, 0);
		return;
	}
	analysis_watch(b->watched, b->ordinal);
	b->ui.detail.loading = (struct loading){ .active = true };
}

void browser_read_again(struct browser *b)
{
	struct loading *l = &b->ui.detail.loading;
	int64_t end = browser_now() + BROWSER_SLICE;
	enum reading r = READING_MORE;
	struct analysis *a = b->watched;

	while (r == READING_MORE && browser_now() < end)
		r = reader_feed(&b->again, b->watched, FEED);
	l->frames = b->again.frames;
	if (b->second)
		capture_progress(b->second, &l->done, &l->total);
	if (r == READING_MORE)
		return;
	analysis_settle(a);
	b->watched = NULL;
	browser_close_again(b);
	ui_opened(&b->ui, a, b->ordinal);
}
