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

#include "analysis/analysis.h"
#include "base/text.h"
#include "base/zone.h"

struct anonymizer;
struct column;
struct pair;
struct ranking;
struct records;

// What is reported, and how it is to look. The pointers are the caller's.
struct report {
	const struct analysis *analysis;
	const char *const *files; // as the user named them
	size_t file_count;
	uint64_t frames; // in the files, those that a filter held back too
	uint64_t drops;  // that the capturing host says it lost
	bool filtered;   // a filter held frames back
	bool goes_on;    // rows were written before: these need no head
	bool unfinished; // the capture is still being read
	bool streams;    // tcp.stream is the number less 1: one file, no filter
	size_t only;     // the number of one connection, or 0: all
	// The connections to report, in this order; NULL: all in theirs.
	const uint32_t *order;
	size_t order_count;
	const struct ranking *ranking; // why in this order, or NULL
	size_t grouped; // among how many to look for groups; 0: all
	const struct column **columns; // ended by NULL; NULL: report_columns
	uint32_t errors;         // a call_set: what --errno asks for, or 0
	const struct pair *pair; // the other end's view, or NULL
	const struct records *records;       // of a host, or NULL
	const struct anonymizer *anonymizer; // for all addresses, or NULL
	// For people:
	bool all;                // the uneventful connections too
	const struct zone *zone; // of their times, NULL: UTC
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

// A column; tcpwhy(1), COLUMNS, says what each means. CSV, JSON and the filters
// on columns all take it from here.
struct column {
	const char *name;
	enum column_type type;
	// Adds the value of connection i (from 0), c as report_connection()
	// gives it, to out; nothing where it is unknown or does not apply.
	void (*value)(const struct report *r, size_t i,
		      const struct connection *c, struct text *out);
};

// The columns in their order, ended by a row without a name; and those that
// only report_fields() knows, as Zeek's conn.log and the Elastic Common Schema
// have them.
extern const struct column report_columns[], report_zeek[], report_ecs[];

// Understands names of columns, separated by commas, and the names of sets of
// them: basic, zeek, ecs, all. The caller frees the list, which ends with NULL.
// NULL: err says what is wrong with the names, or errno is ENOMEM.
enum { REPORT_ERROR = 200 };
const struct column **report_fields(const char *names, char err[REPORT_ERROR]);

// The k-th column of this report; NULL behind the last.
const struct column *report_column(const struct report *r, size_t k);

// The findings of c as the reports give them: by role, each role's oldest
// first. Returns how many there are.
size_t report_findings(const struct report *r, const struct connection *c,
		       struct finding out[EVIDENCE_FINDINGS]);

// How many connections the report is about, and the k-th of them (from 0).
size_t report_size(const struct report *r);
size_t report_nth(const struct report *r, size_t k);

// What connection i is called: what -n takes.
size_t report_number(const struct report *r, size_t i);

// Connection i (from 0) as it is to be reported: in the light of the other
// end's capture, with its addresses replaced.
struct connection report_connection(const struct report *r, size_t i);

// The analysis that has what explains connection i: of two captures one.
const struct analysis *report_analysis(const struct report *r, size_t i);

// What was measured of connection i, c; in two captures, by the one that
// explains it.
struct measures report_measures(const struct report *r, size_t i,
				const struct connection *c);

// Something that a report tells of a connection: one of its findings, or what
// two captures prove.
struct statement {
	enum finding_role role;
	const char *rule;       // its name for programs
	uint64_t frame, other;  // 0: none
	struct finding finding; // or, if it is not NULL,
	const char *sentence;
};

// What is told of connection i, c, by role; returns how many.
enum { REPORT_STATEMENTS = 64 };
size_t report_statements(const struct report *r, size_t i,
			 const struct connection *c,
			 struct statement out[REPORT_STATEMENTS]);

// Its sentence; returns out.
const char *statement_text(const struct statement *t, char *out, size_t n);

// The same, added to out.
void statement_add(struct text *out, const struct statement *t);

// What happened, in the verdict's words and no surer than it is; returns out.
const char *report_sentence(const struct connection *c, char *out, size_t n);

// What would settle what is open, on the systems of its ends; "" where nothing
// is.
const char *report_to_be_sure(const struct connection *c, char *out, size_t n);

// The first of the verdict's exclusions, from e on, that holds for c, of which
// n things are told; NULL if none does.
const struct exclusion *report_exclusion(const struct connection *c,
					 const struct statement *said, size_t n,
					 const struct exclusion *e);

// The frames that all of that rests on, ascending and without repetition.
enum { REPORT_FRAMES = 2 * REPORT_STATEMENTS };
size_t report_frames(const struct report *r, size_t i,
		     const struct connection *c, uint64_t out[REPORT_FRAMES]);

// True if the end of c looks like a failure, and did no harm: only a TLS
// close_notify was lost.
bool report_harmless(const struct report *r, size_t i,
		     const struct connection *c);

// What to change, one sentence, "" where nothing is wrong; returns out.
const char *report_advice(const struct report *r, size_t i,
			  const struct connection *c, char *out, size_t n);

// The same for people, who are told, too, why there is nothing to do.
const char *report_advice_said(const struct report *r, size_t i,
			       const struct connection *c, char *out, size_t n);

// Formats --------------------------------------------------------------------
// All add to out; times are ns since 1970, durations ns.

// RFC 3339 UTC with microseconds: "2026-11-21T15:15:28.838856Z".
void report_time(struct text *out, int64_t t);

// For people: "2026-11-21 15:15:28Z", or in a zone with its offset then.
void report_clock(struct text *out, int64_t t, const struct zone *zone);

// Seconds with so many decimals: "19.895", "-0.001".
void report_seconds(struct text *out, int64_t d, unsigned decimals);

// "10.0.0.5:443", "[2001:db8::1]:443".
void report_endpoint(struct text *out, const struct addr *a, uint16_t port);

// Wireshark's number, with its file's number before it where there are
// several: "17", "2:17".
void report_frame(struct text *out, const struct report *r, uint64_t frame);

// A count and its noun: "1 packet", "1,204 packets".
void report_count(struct text *out, uint64_t n, const char *noun);

// A line about n of them, "LABELn nounsTAIL"; nothing where there are none.
void report_count_line(struct text *out, const char *label, uint64_t n,
		       const char *noun, const char *tail);

// How many connections, from when, how long: "2 of 9 connections, 2019-07-06
// 15:15:28Z, 20.001 s".
void report_extent(struct text *out, const struct report *r);

// The capture's name: the file's, or with addresses replaced (it may hold one)
// only its number.
void report_file(struct text *out, const struct report *r, size_t i);

// A string that somebody else chose (a file's name), made printable.
void report_printable(struct text *out, const struct report *r, const char *s);

// Leaves of text that is printable what this report's reader can be shown: with
// r->utf8 all of it.
void report_fit(struct text *t, const struct report *r);

// How a piece of text is to be taken; a meaning that colour shows is always
// said in words too. Adds what a terminal needs for it if r->color.
enum tone { TONE_PLAIN, TONE_STRONG, TONE_FAINT, TONE_GOOD, TONE_BAD, TONES };
void report_tone(struct text *out, const struct report *r, enum tone tone);

// Reports --------------------------------------------------------------------
// False: no memory.

bool report_text(const struct report *r, FILE *to);

// The head of the text report alone: what ended how, and what was not read.
bool report_summary(const struct report *r, FILE *to);

bool report_csv(const struct report *r, FILE *to);

// JSON Lines: an object a connection, as connection.schema.json has it.
bool report_json(const struct report *r, FILE *to);

// What the text report says, as Markdown for a ticket.
bool report_markdown(const struct report *r, FILE *to);

// Makes what rows holds from at on a cell of CSV: quoted if it must be, and
// with a ' before it if a spreadsheet would run it as a formula.
void report_csv_cell(struct text *rows, size_t at);

// Versions of libcsv and json-c.
const char *report_csv_library(void);
const char *report_json_library(void);

#endif
