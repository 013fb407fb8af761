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
#include "base/zone.h"
#include "query/errwords.h"

enum { LOGLINE_ENDS = 8, LOGLINE_IMPOSSIBLE = 32 };

struct logline {
	bool timed;
	bool zoned; // the line names its zone; else time is not yet UTC
	bool yearless;
	int32_t east; // seconds, of the zone that logline_zone() gave it
	int64_t time; // ns since 1970, the first that the line may mean
	int64_t unit; // how exact it is, ns: 1 s, 1 ms, ...
	// "": none. Else what looks like a time, and is none of this calendar
	// ("2026-02-31 10:00:00"), in a line without a better one.
	char impossible[LOGLINE_IMPOSSIBLE];
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

// Gives a time without a zone its zone (NULL: UTC). Once.
void logline_zone(struct logline *l, const struct zone *zone);

// Gives a time without a year the year that brings it nearest to when.
void logline_year(struct logline *l, int64_t when);

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
