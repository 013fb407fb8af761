#include "grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "glyph.h"

enum { ELLIPSIS = 0x2026, BLOCK = 0x2588 }; // U+2588 .. U+258F: 8/8 .. 1/8

bool grid_resize(struct grid *g, int rows, int cols)
{
	struct cell *cells;

	rows = rows < 1 ? 1 : rows;
	cols = cols < 1 ? 1 : cols;
	cells = calloc((size_t)rows * (size_t)cols, sizeof *cells);
	if (!cells)
		return false;
	free(g->cells);
	g->cells = cells;
	g->rows = rows;
	g->cols = cols;
	grid_clear(g);
	return true;
}

void grid_release(struct grid *g)
{
	free(g->cells);
	*g = (struct grid){ 0 };
}

void grid_clear(struct grid *g)
{
	size_t n = (size_t)g->rows * (size_t)g->cols;

	for (size_t i = 0; i < n; i++)
		g->cells[i] = (struct cell){ .ch = ' ' };
}

static struct cell *at(const struct grid *g, int row, int col)
{
	if (row < 0 || row >= g->rows || col < 0 || col >= g->cols)
		return NULL;
	return &g->cells[(size_t)row * (size_t)g->cols + (size_t)col];
}

const struct cell *grid_cell(const struct grid *g, int row, int col)
{
	return at(g, row, col);
}

// Blanks the other half of a wide character that loses one.
static void unpair(struct grid *g, int row, int col)
{
	struct cell *c = at(g, row, col), *left = at(g, row, col - 1);
	struct cell *right = at(g, row, col + 1);

	if (c->ch == 0 && left)
		left->ch = ' ';
	if (c->ch != 0 && right && right->ch == 0)
		right->ch = ' ';
}

static void put_cell(struct grid *g, int row, int col, uint8_t style,
		     uint32_t ch)
{
	struct cell *c = at(g, row, col);

	if (!c)
		return;
	unpair(g, row, col);
	*c = (struct cell){ .ch = ch, .style = style };
}

// Adds a combining mark to the character that ends before col.
static void join(struct grid *g, int row, int col, uint32_t mark)
{
	struct cell *c = at(g, row, col - 1);

	if (c && c->ch == 0)
		c = at(g, row, col - 2);
	for (size_t i = 0; c && i < CELL_MARKS; i++) {
		if (!c->mark[i]) {
			c->mark[i] = mark;
			return;
		}
	}
}

// The character that enters a cell for c, and its width.
static uint32_t admit(const struct grid *g, uint32_t c, int *width)
{
	*width = glyph_width(c);
	if (*width < 0) {
		c = GLYPH_BAD;
		*width = 1;
	}
	if (g->ascii && c >= 0x7f && *width > 0) {
		c = (unsigned char)glyph_ascii(c);
		*width = 1;
	}
	return c;
}

int grid_text(struct grid *g, int row, int col, int width, uint8_t style,
	      const char *s)
{
	int used = 0;
	uint32_t c;

	if (row < 0 || row >= g->rows || col < 0)
		return 0;
	if (width > g->cols - col)
		width = g->cols - col;
	while ((c = glyph_next(&s))) {
		int w;

		c = admit(g, c, &w);
		if (used + w > width)
			break;
		if (w == 0) {
			if (used && !g->ascii)
				join(g, row, col + used, c);
			continue;
		}
		put_cell(g, row, col + used, style, c);
		if (w == 2)
			put_cell(g, row, col + used + 1, style, ' ');
		if (w == 2)
			at(g, row, col + used + 1)->ch = 0;
		used += w;
	}
	return used;
}

// Cells that s takes in this grid.
static int cells_of(const struct grid *g, const char *s)
{
	int cells = 0;
	uint32_t c;

	while ((c = glyph_next(&s))) {
		int w;

		admit(g, c, &w);
		cells += w;
	}
	return cells;
}

int grid_fit(struct grid *g, int row, int col, int width, uint8_t style,
	     const char *s)
{
	int used;

	if (width > g->cols - col)
		width = g->cols - col;
	if (width <= 0)
		return 0;
	if (cells_of(g, s) <= width)
		return grid_text(g, row, col, width, style, s);
	used = grid_text(g, row, col, width - 1, style, s);
	grid_fill(g, row, col + used, 1, style, ELLIPSIS);
	return used + 1;
}

int grid_right(struct grid *g, int row, int col, int width, uint8_t style,
	       const char *s)
{
	int cells = cells_of(g, s);

	if (cells < width) {
		col += width - cells;
		width = cells;
	}
	return grid_fit(g, row, col, width, style, s);
}

int grid_printf(struct grid *g, int row, int col, int width, uint8_t style,
		const char *format, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof line, format, ap);
	va_end(ap);
	return grid_fit(g, row, col, width, style, line);
}

void grid_fill(struct grid *g, int row, int col, int width, uint8_t style,
	       uint32_t ch)
{
	int w;

	ch = admit(g, ch, &w);
	if (w != 1)
		ch = '?';
	for (int i = 0; i < width; i++)
		put_cell(g, row, col + i, style, ch);
}

void grid_paint(struct grid *g, int row, int col, int width, uint8_t style)
{
	for (int i = 0; i < width; i++) {
		struct cell *c = at(g, row, col + i);

		if (c)
			c->style = style;
	}
}

void grid_select(struct grid *g, int row, int col, int width)
{
	for (int i = 0; i < width; i++) {
		struct cell *c = at(g, row, col + i);

		if (c)
			c->style |= STYLE_SELECTED;
	}
}

void grid_bar(struct grid *g, int row, int col, int width, uint8_t style,
	      uint64_t of, uint64_t whole)
{
	double cells = whole ? (double)of / (double)whole * width : 0;
	int full = cells > width ? width : (int)cells;
	int eighths = full < width ? (int)((cells - full) * 8) : 0;

	if (of && whole && width > 0 && !full && !eighths)
		eighths = 1;
	grid_fill(g, row, col, full, style, BLOCK);
	if (eighths)
		grid_fill(g, row, col + full, 1, style,
			  (uint32_t)(BLOCK + 8 - eighths));
}
