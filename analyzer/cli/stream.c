#include "cli/stream.h"

#include <stdlib.h>

#include "cli/message.h"

// A capture that never pauses must not hold back rows for longer.
enum { FRAMES = 4096 };

static void fail(struct stream *s)
{
	complain("out of memory: the report is not whole");
	s->failed = true;
}

static void write_rows(struct stream *s, const uint32_t *which, size_t n)
{
	struct report r = s->report;

	r.order = which;
	r.order_count = n;
	if (!choice_make(s->choice, &r))
		s->failed = true;
	else if (!s->write(&r, s->to))
		fail(s);
	fflush(s->to);
}

static void write_done(struct stream *s)
{
	uint32_t done[ANALYSIS_DONE];
	size_t n;

	while (!s->failed && (n = analysis_done(s->analysis, done)) > 0) {
		write_rows(s, done, n);
		analysis_forget(s->analysis, n);
	}
}

void stream_begin(struct stream *s)
{
	static const uint32_t none[1];
	struct report r = s->report;

	r.order = none;
	if (!s->write(&r, s->to))
		fail(s);
	s->report.goes_on = true;
	fflush(s->to);
}

static bool wanted(const struct stream *s)
{
	return !s->failed && !ferror(s->to);
}

// What was read is taken, decided and written as far as it goes.
static bool catch_up(struct stream *s)
{
	bool room = analysis_flush(s->analysis);

	s->since = 0;
	if (!room)
		fail(s);
	write_done(s);
	return wanted(s);
}

int stream_next(struct stream *s, struct frame *out)
{
	int got;

	write_done(s);
	if (!wanted(s) || (++s->since >= FRAMES && !catch_up(s)))
		return 0;
	got = capture_try(s->capture, out);
	if (got != CAPTURE_WAITS)
		return got;
	return catch_up(s) ? capture_next(s->capture, out) : 0;
}

void stream_end(struct stream *s)
{
	size_t n;
	uint32_t *rest;

	if (s->failed)
		return;
	rest = analysis_rest(s->analysis, &n);
	if (rest)
		write_rows(s, rest, n);
	else
		fail(s);
	free(rest);
}
