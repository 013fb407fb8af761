#include "overview_layout.h"

#include "glyph.h"

// One cell of a column that is `full` eighths high, `bad` of them eventful;
// level 0 is at the bottom.
static void draw_cell(struct grid *g, int row, int col, int level, int full,
		      int bad)
{
	int low = 8 * level;

	if (bad > low)
		grid_fill(
		    g, row, col, 1, STYLE_BAD,
		    (uint32_t)(0x2580 + (bad >= low + 8 ? 8 : bad - low)));
	else if (full > low)
		grid_fill(g, row, col, 1, STYLE_FAINT,
			  full >= low + 4 ? 0x2591 : '.');
}

static int eighths(uint64_t n, uint64_t most, int high)
{
	int of = most ? (int)((double)n / (double)most * 8 * high + 0.5) : 0;

	return n && !of ? 1 : of;
}

static void draw_axis(const struct ui *ui, struct grid *g, struct area a,
		      size_t cols, size_t each, uint64_t ended, uint64_t bad)
{
	const struct summary *s = &ui->summary;
	int64_t step = s->step * (int64_t)each;
	int64_t from = s->from + (int64_t)ui->overview.bin * step;
	struct text line = { 0 };

	overview_moment(ui, s->from, s->step, &line);
	text_puts(&line, "");
	if (line.s)
		grid_fit(g, a.row, a.col, a.cols, STYLE_FAINT, line.s);
	text_cut(&line, 0);
	overview_moment(ui, s->from + (int64_t)cols * step, s->step, &line);
	if (line.s)
		grid_right(g, a.row, a.col, (int)cols, STYLE_FAINT, line.s);
	text_cut(&line, 0);
	overview_moment(ui, from, s->step, &line);
	text_printf(&line, ": %llu of %llu", (unsigned long long)bad,
		    (unsigned long long)ended);
	if (ui->overview.section == SECTION_WHEN && line.s && cols > 50) {
		int width = glyph_cells(line.s);

		grid_fit(g, a.row, a.col + ((int)cols - width) / 2, width,
			 STYLE_STRONG, line.s);
	}
	text_release(&line);
}

// Keeps the selected column inside; at first it is the one in most trouble.
static void choose_bin(struct ui *ui, size_t cols, const uint64_t *ended,
		       const uint64_t *bad)
{
	size_t *bin = &ui->overview.bin, best = 0;

	for (size_t i = 1; i < cols; i++) {
		if (bad[i] > bad[best] ||
		    (bad[i] == bad[best] && ended[i] > ended[best]))
			best = i;
	}
	if (*bin == SIZE_MAX)
		*bin = best;
	else if (*bin >= cols)
		*bin = cols ? cols - 1 : 0;
}

// What a column stands for, on the right of the heading above.
static void draw_scale(const struct ui *ui, struct grid *g, struct area a,
		       size_t each, uint64_t most)
{
	struct text line = { 0 };

	text_char(&line, ' ');
	column_duration(&line, ui->summary.step * (int64_t)each);
	text_puts(&line, " per column, at most ");
	text_grouped(&line, most);
	text_char(&line, ' ');
	if (line.s)
		grid_right(g, a.row - 1, a.col, a.cols - 1, STYLE_FAINT,
			   line.s);
	text_release(&line);
}

void overview_draw_when(struct ui *ui, struct grid *g, struct area a)
{
	const struct summary *s = &ui->summary;
	int high = a.rows > 1 ? a.rows - 1 : 1;
	uint64_t ended[SUMMARY_BINS] = { 0 }, bad[SUMMARY_BINS] = { 0 };
	uint64_t most = 0;
	size_t each, cols;

	a.col += 2;
	a.cols -= 2;
	ui->overview.cols = (size_t)a.cols;
	cols = overview_bins(ui, (size_t)a.cols, &each);
	for (size_t i = 0; i < s->bins; i++) {
		ended[i / each] += s->ended[i];
		bad[i / each] += s->troubled[i];
	}
	for (size_t i = 0; i < cols; i++)
		most = ended[i] > most ? ended[i] : most;
	choose_bin(ui, cols, ended, bad);
	for (size_t i = 0; i < cols; i++) {
		for (int level = 0; level < high; level++)
			draw_cell(g, a.row + high - 1 - level, a.col + (int)i,
				  level, eighths(ended[i], most, high),
				  eighths(bad[i], most, high));
	}
	draw_scale(ui, g, a, each, most);
	a.row += high;
	draw_axis(ui, g, a, cols, each, ended[ui->overview.bin],
		  bad[ui->overview.bin]);
}
