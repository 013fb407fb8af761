// The timestamps of logs, by a table of forms. Pure.
#ifndef TCPWHY_LOGLINE_TIME_H
#define TCPWHY_LOGLINE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/zone.h"

enum { LOG_TIME_IMPOSSIBLE = 32 };

struct log_time {
	bool timed; // the line has one
	bool zoned; // the line names its zone; else time is not yet UTC
	bool yearless;
	int32_t east; // seconds, of the zone that log_time_zone() gave it
	int64_t time; // ns since 1970, the first that the line may mean
	int64_t unit; // how exact it is, ns: 1 s, 1 ms, ...
	// "": none. Else what looks like a time, and is none of this calendar
	// ("2026-02-31 10:00:00"), in a line without a better one.
	char impossible[LOG_TIME_IMPOSSIBLE];
};

// Finds the first timestamp of the line; false, and nothing set but
// `impossible`, if it has none. *end is what follows it.
bool logline_time(const char *line, struct log_time *out, const char **begin,
		  const char **end);

// Gives a time without a zone its zone (NULL: UTC). Once.
void log_time_zone(struct log_time *t, const struct zone *zone);

// Gives a time without a year the year that brings it nearest to when.
void log_time_year(struct log_time *t, int64_t when);

#endif
