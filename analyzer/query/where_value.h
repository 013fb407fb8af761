// The values that stand behind a field in `--where`: numbers with units,
// durations, times, addresses with prefixes, names, texts. Pure.
#ifndef TCPWHY_WHERE_VALUE_H
#define TCPWHY_WHERE_VALUE_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/zone.h"
#include "query/where_field.h"

enum where_op { OP_IS, OP_HAS, OP_FITS, OP_LT, OP_LE, OP_GT, OP_GE };

enum { WHERE_ALTERNATIVES = 64, WHERE_TEXT = 512 };

// What a value may be; one of n is enough.
struct where_values {
	size_t n;
	struct {
		int64_t from, to; // both included
	} range[WHERE_ALTERNATIVES];
	struct {
		struct addr addr;
		unsigned bits;
	} net[WHERE_ALTERNATIVES];
	bool of_day;           // the ranges are ns since midnight
	uint64_t names;        // 1 << number of a name, for each accepted
	char text[WHERE_TEXT]; // to be contained, lower case
	bool whole;     // ... no: to be the whole of it, one of several a,b
	regex_t *regex; // to be matched, or NULL; owned
};

void where_values_release(struct where_values *v);

// Understands value for f and op; times without a zone are of that one (NULL:
// UTC), those of day are left so. False: err says what is wrong with it.
bool where_values_parse(const struct where_field *f, enum where_op op,
			const char *value, const struct zone *zone,
			struct where_values *out, char err[WHERE_ERROR]);

// Understands a text to be contained, or with OP_FITS a regular expression.
// False: err says what is wrong with it.
bool where_text_parse(enum where_op op, const char *text,
		      struct where_values *out, char err[WHERE_ERROR]);

// Numbers of the names that fit such a text, a bit each; and of those that one
// means: the one that it is, or all that go on with _ behind it.
uint64_t where_names_with(const struct where_names *names,
			  const struct where_values *text);
uint64_t where_names_named(const struct where_names *names, const char *s);

enum where_clock { CLOCK_NONE, CLOCK_DATE, CLOCK_DAY, CLOCK_ZONED };

// Understands 2026-11-21T15:04:05.25Z and its beginnings, 15:04 and
// 15:04:05.25 (CLOCK_DAY: ns since midnight). *from and *to are its first and
// last nanosecond; all of s must be used.
enum where_clock where_time_parse(const char *s, int64_t *from, int64_t *to);

#endif
