// What every report shares: the table of columns, the way times, sizes,
// endpoints and frames are written, and the reports themselves. A report
// writes to the FILE that it is given and nowhere else; whether that worked is
// for ferror() and fflush() to say.
#ifndef TCPWHY_REPORT_H
#define TCPWHY_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis.h"
#include "text.h"

// What is reported, and how it is to look. The pointers are the caller's.
struct report {
	const struct analysis *analysis;
	const char *const *files; // as the user named them
	size_t file_count;
	uint64_t frames; // in the files, those that a filter held back too
	uint64_t drops;  // that the capturing host says it lost
	bool filtered;   // a filter held frames back
	bool streams;    // tcp.stream is the number less 1: one file, no filter
	size_t only;     // the number of one connection, or 0: all
	// For people:
	bool all;   // the uneventful connections too
	bool local; // local time instead of UTC
	bool color;
	bool utf8;
	unsigned width; // columns to wrap at
};

enum column_type {
	COLUMN_TEXT,    // quoted and guarded where a format needs it
	COLUMN_INTEGER, // digits
	COLUMN_DECIMAL, // digits and a point
	COLUMN_LIST,    // words separated by a space
};

// A column of the contract's section 4. CSV, JSON and the filters on columns
// all take it from here.
struct column {
	const char *name;
	enum column_type type;
	// Adds the value of connection i (from 0), c, to out; nothing where it
	// is unknown or does not apply.
	void (*value)(const struct report *r, size_t i,
		      const struct connection *c, struct text *out);
};

// The columns in their order, ended by a row without a name.
extern const struct column report_columns[];

// The findings of c as the reports give them: by role, each role's oldest
// first. *n is how many there are; out holds at most REPORT_FINDINGS.
enum { REPORT_FINDINGS = 64 };
size_t report_findings(const struct report *r, const struct connection *c,
		       const struct finding *out[REPORT_FINDINGS]);

// The frames that findings rest on, ascending and without repetition.
enum { REPORT_FRAMES = 2 * REPORT_FINDINGS };
size_t report_frames(const struct report *r, const struct connection *c,
		     uint64_t out[REPORT_FRAMES]);

// True if the report is about connection i: the one asked for, or all.
bool report_wants(const struct report *r, size_t i);

// Formats -------------------------------------------------------------------
// All add to out; times are ns since 1970, durations ns.

// RFC 3339 UTC with microseconds: "2026-11-21T15:15:28.838856Z".
void report_time(struct text *out, int64_t t);

// For people: "2026-11-21 15:15:28Z", or local with its offset from UTC.
void report_clock(struct text *out, int64_t t, bool local);

// Seconds with so many decimals: "19.895", "-0.001".
void report_seconds(struct text *out, int64_t d, unsigned decimals);

// "10.0.0.5:443", "[2001:db8::1]:443".
void report_endpoint(struct text *out, const struct addr *a, uint16_t port);

// Wireshark's number, with its file's number before it where there are
// several: "17", "2:17".
void report_frame(struct text *out, const struct report *r, uint64_t frame);

// A count and its noun: "1 packet", "1,204 packets".
void report_count(struct text *out, uint64_t n, const char *noun);

// A string that somebody else chose (a file's name), made printable.
void report_printable(struct text *out, const struct report *r, const char *s);

// How a piece of text is to be taken; a meaning that colour shows is always
// said in words too. Adds what a terminal needs for it if r->color.
enum tone { TONE_PLAIN, TONE_STRONG, TONE_FAINT, TONE_GOOD, TONE_BAD, TONES };
void report_tone(struct text *out, const struct report *r, enum tone tone);

// Reports -------------------------------------------------------------------
// False: no memory.

bool report_text(const struct report *r, FILE *to);

// The head of the text report alone: what ended how, and what was not read.
bool report_summary(const struct report *r, FILE *to);

bool report_csv(const struct report *r, FILE *to);

// Makes what rows holds from at on a cell of CSV: quoted if it must be, and
// with a ' before it if a spreadsheet would run it as a formula.
void report_csv_cell(struct text *rows, size_t at);

// Version of libcsv.
const char *report_csv_library(void);

#endif
