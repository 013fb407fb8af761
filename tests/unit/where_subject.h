// A connection that the tests of --where ask about. matches() etc. fail the
// test where words are not understood.
#ifndef TCPWHY_TESTS_WHERE_SUBJECT_H
#define TCPWHY_TESTS_WHERE_SUBJECT_H

#include "query/where.h"
#include "talk.h"

#include <stdio.h>
#include <string.h>

static const int64_t second = 1000000000;

// 2026-11-21 15:04:05.25 UTC
static const int64_t noon = 1795273445250000000;

static inline struct connection sample(void)
{
	struct connection c = {
		.start = noon,
		.end = noon + 350 * second + 40000000,
		.addr = { addr_v4((const uint8_t[]){ 10, 0, 0, 5 }),
			  addr_v6((const uint8_t[]){ 0x20, 1, 0xd,
						     0xb8, [15] = 1 }) },
		.port = { 42658, 443 },
		.packets = { 10, 7 },
		.bytes = { 60000, 72 },
		.verdict = RESET_UNREAD_DATA,
		.confidence = LIKELY,
		.also = { RESET_LINGER_ZERO },
		.closed_first = SERVER,
		.reset_by = SERVER,
		.actor = SERVER,
		.state = { STATE_CLOSED, STATE_CLOSE_WAIT },
		.app = { .connect = CALL_OK,
			 .recv = { CALL_ECONNRESET, CALL_NONE },
			 .send = { CALL_EPIPE, CALL_NONE } },
	};

	return c;
}

static inline bool matches_bare(const char *words, enum where_bare bare)
{
	// Zeek's columns need an analysis that has seen it.
	struct talk t = talk_analysis();
	struct connection c = sample();
	char err[WHERE_ERROR] = "";
	struct where *w = where_parse(words, bare, NULL, err);
	bool yes;

	assert_string_equal(err, "");
	assert_non_null(w);
	talk(&t, "cS sSA cA c9A sA sRA");
	analysis_settle(t.analysis);
	c.zeek_state = analysis_get(t.analysis, 0)->zeek_state;
	c.zeek_history = analysis_get(t.analysis, 0)->zeek_history;
	yes = where_match(w, t.analysis, t.analysis, &c, 11);
	where_free(w);
	talk_free(&t);
	return yes;
}

static inline bool matches(const char *words)
{
	return matches_bare(words, BARE_REFUSED);
}

static inline void hold(const char *const *words, bool expected)
{
	for (; *words; words++) {
		if (matches(*words) != expected)
			fail_msg("%s should %smatch", *words,
				 expected ? "" : "not ");
	}
}

#endif
