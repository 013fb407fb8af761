// The rows of the list: which connections are shown, in which order, and on
// which one the reader stands. Pure but for memory. The selection is a
// connection, not a row: it stays when rows are sorted, filtered or added.
//
// Filtering and searching work in slices (model_work), so that a key never
// waits for 200,000 rows; until a slice is the last one, the rows before it
// stay.
#ifndef TCPWHY_MODEL_H
#define TCPWHY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "columns.h"
#include "query/where.h"

#define MODEL_NONE UINT32_MAX // no connection

struct model {
	const struct analysis *analysis; // not owned
	size_t total;                    // connections that it covers
	size_t eventful;                 // of them
	size_t marked;                   // of them
	struct column_needs needs;       // of their addresses
	uint32_t *order;                 // all of them, sorted
	uint32_t *rows;                  // those shown, in that order
	size_t count;                    // how many rows
	size_t cursor;     // row of the selection, 0 if there are none
	uint32_t selected; // connection; MODEL_NONE before there is one
	enum column_id sort;
	bool descending;

	// What is shown.
	struct where *where; // owned; NULL: everything
	bool only_eventful, only_marked;

	// Filtering under way.
	uint64_t *pass; // a bit for each connection that is shown
	uint64_t *next; // the same, being found out
	size_t tested;  // of total; == total: nothing under way

	// Searching.
	struct where *search; // owned; NULL: nothing searched for
	size_t sought;        // rows looked at so far
	int direction;        // 1 or -1; 0: not under way
	bool found;           // the last search found something
	bool sought_back;     // it went back

	uint64_t *mark;
	size_t room; // of the arrays
};

// An empty one that shows eventful connections only, by number.
void model_init(struct model *m);
void model_release(struct model *m);

// Takes what the analysis knows now (after analysis_settle()); false: no
// memory, and the model is as it was.
bool model_update(struct model *m, const struct analysis *a);

// Sorts by id. False: no memory.
bool model_sort(struct model *m, enum column_id id, bool descending);

// Shows what w matches (NULL: everything); takes w.
void model_filter(struct model *m, struct where *w);

// Shows the eventful, the marked ones alone, or not.
void model_narrow(struct model *m, bool only_eventful, bool only_marked);

// Goes on filtering and searching with at most `budget` connections. True as
// long as there is more to do.
bool model_work(struct model *m, size_t budget);

// Moves the selection by so many rows, or to one, as far as there are any.
void model_move(struct model *m, long by);
void model_select_row(struct model *m, size_t row);

// Selects a connection, whether it is shown or not.
void model_select(struct model *m, uint32_t connection);

// Looks for the next row (direction 1) or the one before (-1) that w matches,
// from the selection on and round the end; takes w. With NULL, again for what
// was looked for before. False if there is nothing to look for.
bool model_search(struct model *m, struct where *w, int direction);

bool model_marked(const struct model *m, uint32_t connection);
void model_toggle_mark(struct model *m, uint32_t connection);

#endif
