// The table of fields that where.c tests, and what their values are. Pure.
#ifndef TCPWHY_WHERE_FIELD_H
#define TCPWHY_WHERE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"

enum { WHERE_ERROR = 200 }; // room for any message

enum where_kind {
	FIELD_NUMBER,
	FIELD_BYTES,
	FIELD_DURATION, // ns; plain numbers are seconds
	FIELD_MS,       // ns; plain numbers are milliseconds
	FIELD_TIME,     // ns since 1970
	FIELD_ADDR,
	FIELD_NAME, // one of names
	FIELD_TEXT
};

// A closed set of names, numbered from 0; "" are skipped.
struct where_names {
	const char *what; // "verdict"
	size_t n;
	const char *(*name)(size_t i);
	bool ordered; // < and > make sense
};

struct where_subject {
	const struct analysis *a;   // whose i-th connection it is
	const struct analysis *why; // that has its findings
	const struct connection *c;
	size_t i;
};

// A field may have several values, numbered first to last; one that matches
// is enough.
struct where_field {
	const char *name;
	enum where_kind kind;
	const struct where_names *names; // of FIELD_NAME
	int64_t (*number)(const struct where_subject *s, size_t k);
	// Of FIELD_TEXT and FIELD_ADDR; NULL behind the last.
	const char *(*text)(const struct where_subject *s, size_t k, char *out,
			    size_t n);
	size_t first, last;
	const char *help;
};

// NULL behind the last.
const struct where_field *where_field_get(size_t i);

// NULL if none has that name. Wireshark, Zeek and the Elastic Common Schema
// call some of them otherwise: those names are known, too.
const struct where_field *where_field_find(const char *name, size_t n);

// Says that none has that name, and which is the nearest; false.
bool where_no_field(const char *name, size_t n, char err[WHERE_ERROR]);

// The sets of names that a word without a field is looked for in.
extern const struct where_names where_verdicts, where_titles, where_calls,
    where_states, where_confidences;

#endif
