// The columns of the list: what each shows, how wide, and what it sorts by.
// Pure.
#ifndef TCPWHY_COLUMNS_H
#define TCPWHY_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "base/side.h"
#include "base/text.h"
#include "base/zone.h"
#include "sort.h"

enum column_id {
	COL_NUMBER,
	COL_START,
	COL_CLIENT,
	COL_SERVER,
	COL_DURATION,
	COL_BYTES,
	COL_VERDICT,
	COL_CONFIDENCE,
	COL_CLOSED,
	COL_ERRNO,
	COLS
};

// How times are shown in the list.
struct column_clock {
	const struct zone *zone;         // the reader's, NULL: UTC
	bool relative;                   // since `zero` instead
	int64_t zero;                    // time of the first frame
	const struct analysis *analysis; // for their numbers
};

struct list_column {
	const char *title;
	int least, most; // cells; 0: as column_needs says
	int rank;        // those with low ranks are kept when space is short
	bool right;      // aligned
	size_t words;    // of its sort key
	void (*key)(const struct connection *c, size_t i, struct sort_key *k);
	// Adds what stands in a cell of that width.
	void (*text)(const struct column_clock *clock,
		     const struct connection *c, size_t i, int width,
		     struct text *out);
};

const struct list_column *column_get(enum column_id id);

// How wide addresses with their ports are.
struct column_needs {
	int least; // cells in which each is legible
	int most;  // cells that all have room in
};

// Makes n wide enough for c's ends.
void column_measure(struct column_needs *n, const struct connection *c);

// Chooses columns for a line of that width: their ids from left to right, and
// their widths, one blank between them; returns how many. Without `skip` those
// of high rank give way; else as many as fit are shown from column `skip` on.
size_t column_layout(int width, size_t skip, const struct column_needs *needs,
		     enum column_id ids[COLS], int widths[COLS]);

// The skip that brings the last column on the screen.
size_t column_skip_most(int width, const struct column_needs *needs);

// An address and its port in at most width cells: a long address loses its
// middle, so that both ends stay legible.
void column_endpoint(struct text *out, const struct addr *a, uint16_t port,
		     int width);

// The error that a program meets first because of how it ended, and whose
// program; CALL_NONE if none meets one.
enum call_result column_errno(const struct connection *c, enum side *whose);

// Bytes and durations in at most six cells: "60.0k", "1.2M"; "19.9s", "5m50s".
void column_size(struct text *out, uint64_t n);
void column_duration(struct text *out, int64_t ns);

#endif
