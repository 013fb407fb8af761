// A line of strace, taken apart. For records_strace.c alone. Pure.
#ifndef TCPWHY_RECORDS_CALL_H
#define TCPWHY_RECORDS_CALL_H

#include "query/records_parts.h"

struct call {
	uint32_t task;
	int64_t time;
	bool dated;         // time is since 1970, not of the day
	const char *name;   // of the call, n bytes; NULL: the task ended
	size_t n;
	bool begun, resumed; // its other half is on another line
	const char *rest;   // behind the name and "("
	long result;
};

// Takes the line apart; false: it is none of strace's with times.
bool call_of(const char *line, struct call *c);

// True if it is that call.
bool call_is(const struct call *c, const char *name);

// Behind the spaces at s.
const char *call_spaces(const char *s);

#endif
