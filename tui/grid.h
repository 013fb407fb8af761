// A grid of cells: what the views draw into and the terminal shows. Pure: no
// terminal is needed to draw or to test. Whatever is written, no control byte
// and no half of a character enters a cell.
#ifndef TCPWHY_GRID_H
#define TCPWHY_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "theme.h"

enum { CELL_MARKS = 2 }; // combining marks that a cell keeps; more are dropped

struct cell {
	uint32_t ch; // code point; 0: the right half of a wide character
	uint32_t mark[CELL_MARKS];
	uint8_t style; // enum style, perhaps | STYLE_SELECTED
};

struct grid {
	int rows, cols;
	bool ascii; // ASCII alone: every other character gets a stand-in
	struct cell *cells;
};

// Makes it rows x cols (at least 1 x 1) of blanks; a grid of zero bytes is
// fine to start with. False: no memory, and it is as it was.
bool grid_resize(struct grid *g, int rows, int cols);
void grid_release(struct grid *g);
void grid_clear(struct grid *g);

// The cell there, NULL outside of the grid.
const struct cell *grid_cell(const struct grid *g, int row, int col);

// Writes UTF-8 from col on, clipped to width cells and the grid; a wide
// character that doesn't fit is left out. Returns the cells it took.
int grid_text(struct grid *g, int row, int col, int width, uint8_t style,
	      const char *s);

// The same, its last cell an ellipsis if s is longer than width.
int grid_fit(struct grid *g, int row, int col, int width, uint8_t style,
	     const char *s);

// The same as grid_fit(), ending at col + width.
int grid_right(struct grid *g, int row, int col, int width, uint8_t style,
	       const char *s);

int grid_printf(struct grid *g, int row, int col, int width, uint8_t style,
		const char *format, ...) __attribute__((format(printf, 6, 7)));

// Fills width cells with a character that is one cell wide.
void grid_fill(struct grid *g, int row, int col, int width, uint8_t style,
	       uint32_t ch);

// Restyles width cells; what is there stays.
void grid_paint(struct grid *g, int row, int col, int width, uint8_t style);

// Marks width cells as being on the selected line.
void grid_select(struct grid *g, int row, int col, int width);

// A bar of width * of / whole cells, in eighths where the grid has them; what
// isn't 0 shows at least a sliver.
void grid_bar(struct grid *g, int row, int col, int width, uint8_t style,
	      uint64_t of, uint64_t whole);

#endif
