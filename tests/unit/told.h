// What a connection's record has to say, however it is told.
#ifndef TCPWHY_TESTS_TOLD_H
#define TCPWHY_TESTS_TOLD_H

#include "read/capture.h"
#include "same_record.h"
#include "talk_end.h"

// The record that the state f is to make, of which that is the end.
static inline struct connection told_by_state(const struct flow *f,
					      const struct talk_end *e)
{
	struct connection c = e->c;

	c.start = f->first.time;
	c.first_frame = f->first.frame;
	c.end = f->last.time;
	c.last_frame = f->last.frame;
	for (enum side x = CLIENT; x <= SERVER; x++) {
		c.packets[x] = (uint32_t)f->end[x].packets;
		c.bytes[x] = f->end[x].bytes;
	}
	c.verdict = (uint8_t)e->r.verdict;
	c.confidence = (uint8_t)e->r.confidence;
	c.actor = (uint8_t)e->ev.actor;
	for (size_t i = 0; i < VERDICT_RIVALS; i++)
		c.also[i] = (uint8_t)e->r.also[i];
	return c;
}

// A capture's frames, with no end yet. NULL: it can't be read.
static inline struct analysis *told_frames(const char *path, unsigned without)
{
	const char *const files[] = { path };
	char err[CAPTURE_ERROR];
	struct capture *c = capture_open(files, 1, err);
	struct analysis *a;
	struct frame f;

	if (!c)
		return NULL;
	a = analysis_new();
	assert_non_null(a);
	analysis_without(a, without);
	while (capture_next(c, &f))
		assert_true(analysis_frame(a, &f, NULL));
	capture_close(c);
	return a;
}

#endif
