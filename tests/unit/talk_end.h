// What is made of a connection that was written as words (talk.h).
#ifndef TCPWHY_TESTS_TALK_END_H
#define TCPWHY_TESTS_TALK_END_H

#include "judge/evidence.h"
#include "judge/judge.h"
#include "judge/outcome.h"
#include "talk.h"

struct talk_end {
	struct evidence ev;
	struct ruling r;
	struct connection c;
};

// What is made of the newest connection if the capture ends `later` ms after
// the last segment, and the neighbours say *s (NULL: nothing).
static inline struct talk_end talk_end_among(const struct talk *t,
					     int64_t later,
					     const struct surroundings *s)
{
	struct surroundings around = s ? *s : (struct surroundings){ 0 };
	struct talk_end e = { .c = *talk_record(t) };

	around.capture_end = t->now + later * TALK_MS;
	evidence_collect(talk_flow(t), &around, &e.ev);
	judge(e.ev.facts, &e.r);
	outcome(talk_flow(t), &e.ev, &e.r, &e.c);
	return e;
}

static inline struct talk_end talk_end(const struct talk *t)
{
	return talk_end_among(t, 60 * 1000, NULL);
}

// The finding of this fact; NULL: there is none.
static inline const struct finding *talk_finding(const struct evidence *ev,
						 enum fact fact)
{
	for (size_t i = 0; i < ev->findings; i++)
		if (ev->finding[i].fact == fact)
			return &ev->finding[i];
	return NULL;
}

// Says the script to a new table; what becomes of it.
static inline struct talk_end talk_whole(const char *script)
{
	struct talk t = talk_new();
	struct talk_end e;

	talk(&t, script);
	e = talk_end(&t);
	e.ev.rst = NULL; // goes with the table
	talk_free(&t);
	return e;
}

#endif
