// Which connections a report is about, in which order, and with which columns:
// --where, --errno, --log, --sort, --limit, --fields; and --fail-on. Reads the
// file of --log-file, and speaks to the user.
#ifndef TCPWHY_CHOOSE_H
#define TCPWHY_CHOOSE_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/settings.h"
#include "query/ranking.h"
#include "query/sorting.h"
#include "query/where.h"
#include "report/report.h"

struct choice {
	const struct settings *settings;
	call_set errors;      // --errno, or 0
	FILE *log;            // --log-file, until it was read
	struct logline *line; // of --log and --log-file
	size_t lines;
	struct ranking ranking; // of them
	// Times of log lines that no calendar has, and the last of them.
	size_t impossibles;
	char impossible[LOG_TIME_IMPOSSIBLE];
	struct zone *log_zone;   // --log-tz, or NULL
	struct zone *shown_zone; // of times in the report, NULL: UTC
	struct where *where;     // --where, once a connection was asked about
	struct where *fail_on;   // --fail-on, likewise
	bool matched;            // ... and a connection that was chosen did
	struct sorting sorting;  // --sort
	const struct column **columns; // --fields, NULL: all
	uint32_t *order;
	bool failed; // memory ran out
};

// Understands what was asked for, and opens the file of log lines, before
// anything is read. False: said what is wrong; c->failed tells whether that is
// but a lack of memory. choice_release() it in any case.
bool choice_begin(struct choice *c, const struct settings *s);

// Reads the log lines. False: likewise.
bool choice_read(struct choice *c);
void choice_release(struct choice *c);

// Chooses among r's connections, and tells r, to whom the order belongs until
// this is called again. False: said that memory ran out.
bool choice_make(struct choice *c, struct report *r);

#endif
