#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { EVERY = 8192 }; // frames between two looks at the clock

static const int64_t PATIENCE = 500000000, REDRAW = 200000000;

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

struct progress progress_begin(void)
{
	int64_t t = now();

	return (struct progress){ .wanted = isatty(STDERR_FILENO),
				  .started = t,
				  .drawn = t };
}

static void draw_progress(const struct capture *c, uint64_t frames,
			  double seconds)
{
	uint64_t done, total;

	capture_progress(c, &done, &total);
	fputc('\r', stderr);
	if (total)
		fprintf(stderr, "%3.0f%%  ",
			100.0 * (double)done / (double)total);
	fprintf(stderr,
		"%.1f million packets, %.1f million a second; Ctrl-C reports "
		"these ",
		(double)frames / 1e6, (double)frames / seconds / 1e6);
}

void progress_step(struct progress *p, const struct capture *c, size_t frames)
{
	int64_t t;

	p->frames += frames;
	if (!p->wanted || p->frames - p->looked < EVERY)
		return;
	p->looked = p->frames;
	t = now();
	if (t - p->started < PATIENCE || t - p->drawn < REDRAW)
		return;
	draw_progress(c, p->frames, (double)(t - p->started) / 1e9);
	p->drawn = t;
	p->shown = true;
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fprintf(stderr, "\r%79s\r", "");
	p->shown = false;
}
