// What a line of a program's log tells of a connection: a time, addresses and
// ports, an error. And how well a connection fits it. Pure.
//
// Nothing here knows programs: forms of timestamps are one table, texts of
// errors another (errwords.c).
#ifndef TCPWHY_LOGLINE_H
#define TCPWHY_LOGLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "query/errwords.h"
#include "query/logline_time.h"

enum { LOGLINE_ENDS = 8 };

struct logline {
	struct log_time at;
	struct logline_end {
		struct addr addr;
		bool has_addr;
		uint16_t port; // 0: none
	} end[LOGLINE_ENDS];
	size_t ends;
	const struct errword *word[ERRWORDS_OF_LINE];
	size_t words;
};

// Takes out of a line what it tells; false if that is nothing at all.
bool logline_parse(const char *line, struct logline *out);

// How a connection fits a line. What the line does not tell is 0.
struct logline_fit {
	int score;                           // 0: not at all
	int ends_full, ends_addr, ends_port; // of the line's, its
	bool ends_against; // its addresses fit, but not its ports
	enum logline_when {
		WHEN_UNTOLD,
		WHEN_END, // at the connection's end
		WHEN_INSIDE,
		WHEN_START,
		WHEN_AFTER, // a minute after the end, at most
		WHEN_AWAY
	} when;
	int64_t apart; // from the end to the line's time, ns, or its start
	const struct errword *word; // that fits, or NULL
	enum side by;  // whose program wrote the line, as far as word tells
	unsigned call; // that failed: IN_RECV, ...; 0: the end fits, no call
	bool word_against; // the line tells errors, and none fits
};

// known: some connection of the capture has an address of the line.
struct logline_fit logline_fit(const struct logline *l,
			       const struct connection *c, bool known);

// True if c has one of the line's addresses.
bool logline_knows(const struct logline *l, const struct connection *c);

#endif
