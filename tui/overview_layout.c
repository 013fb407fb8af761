#include "overview_layout.h"

#include <stdlib.h>

enum {
	WIDE = 100, // cells from which there are two columns
	AIRY = 30,  // rows from which sections stand apart
	PAIRED = 9, // verdicts from which two share a row
	GAP = 2,    // cells between columns
	BARS = 3,   // rows of the histogram's bars
};

static int rows_of(enum section s, int columns)
{
	if (s == SECTION_WHEN)
		return BARS * columns + 1;
	return s == SECTION_SHARED ? 2 : 1;
}

static size_t count_of(const struct layout *l, enum section s)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		n += l->item[i].section == s;
	return n;
}

// Lays out one section from *row on in the box's cells; verdicts in two rows
// of lines where there are many.
static void place_section(struct layout *l, enum section s, struct place box,
			  int *row, int columns)
{
	size_t n = count_of(l, s), k = 0, high = n;
	int half = (box.cols - GAP) / 2;

	if (!n)
		return;
	*row += *row > 0 ? l->air : 0;
	if (s == SECTION_HOW && columns == 1 && n >= PAIRED)
		high = (n + 1) / 2;
	box.row = (*row)++;
	box.rows = 1;
	l->head[s] = box;
	box.rows = rows_of(s, columns);
	for (size_t i = 0; i < l->count; i++) {
		struct place *p = &l->place[i];

		if (l->item[i].section != s)
			continue;
		*p = box;
		p->row = *row + (int)(k % high) * box.rows;
		if (high < n)
			p->cols = half;
		if (k >= high)
			p->col += half + GAP;
		k++;
	}
	*row += (int)high * box.rows;
}

static void place_wide(struct layout *l, struct area a)
{
	static const enum section left[] = { SECTION_HOW, SECTION_SHARED,
					     SECTION_LIMITS };
	static const enum section right[] = { SECTION_WHEN, SECTION_SERVERS,
					      SECTION_CLIENTS };
	struct place box = { .cols = (a.cols - GAP) / 2 };

	for (int i = 0; i < 3; i++)
		place_section(l, left[i], box, &l->rows[0], 2);
	box.column = 1;
	box.col = box.cols + GAP;
	for (int i = 0; i < 3; i++)
		place_section(l, right[i], box, &l->rows[1], 2);
}

static void place_narrow(struct layout *l, struct area a)
{
	static const enum section upper[] = { SECTION_HOW, SECTION_WHEN,
					      SECTION_SHARED };
	struct place box = { .cols = a.cols };
	int row = 0, beside;

	for (int i = 0; i < 3; i++)
		place_section(l, upper[i], box, &row, 1);
	box.cols = (a.cols - GAP) / 2;
	beside = row;
	place_section(l, SECTION_SERVERS, box, &row, 1);
	box.col = box.cols + GAP;
	place_section(l, SECTION_CLIENTS, box, &beside, 1);
	row = row > beside ? row : beside;
	box = (struct place){ .cols = a.cols };
	place_section(l, SECTION_LIMITS, box, &row, 1);
	l->rows[0] = row;
}

void overview_layout(const struct ui *ui, struct area a, struct layout *l)
{
	l->air = a.rows >= AIRY;
	l->columns = a.cols >= WIDE ? 2 : 1;
	l->rows[0] = l->rows[1] = 0;
	l->count = overview_items(ui, l->item);
	for (int s = 0; s < SECTIONS; s++)
		l->head[s] = (struct place){ 0 };
	if (l->columns == 2)
		place_wide(l, a);
	else
		place_narrow(l, a);
}

size_t overview_selected(const struct ui *ui, const struct layout *l)
{
	enum section s = (enum section)ui->overview.section;
	size_t near = SIZE_MAX;

	for (size_t i = 0; i < l->count; i++) {
		if (l->item[i].section < s)
			continue;
		if (l->item[i].section == s &&
		    l->item[i].index == ui->overview.key)
			return i;
		if (near == SIZE_MAX)
			near = i;
	}
	return near < l->count ? near : l->count - !!l->count;
}

void overview_select(struct ui *ui, const struct layout *l, size_t i)
{
	if (i >= l->count)
		return;
	ui->overview.section = l->item[i].section;
	ui->overview.key = l->item[i].index;
}

size_t overview_beside(const struct layout *l, size_t i, bool right)
{
	const struct place *here = &l->place[i];
	size_t best = i;

	for (size_t k = 0; k < l->count; k++) {
		const struct place *p = &l->place[k];

		if (right ? p->col <= here->col : p->col >= here->col)
			continue;
		if (best == i || abs(p->row - here->row) <
				     abs(l->place[best].row - here->row))
			best = k;
	}
	return best;
}

bool overview_visible(const struct ui *ui, struct area a, const struct place *p,
		      struct area *out)
{
	int top = (int)ui->overview.top[p->column];
	int below = top + a.rows - p->row; // rows that are left for it

	*out = (struct area){ a.row + p->row - top, a.col + p->col,
			      p->rows < below ? p->rows : below, p->cols };
	return p->row >= top && below > 0;
}
