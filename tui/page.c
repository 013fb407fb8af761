#include "page.h"

#include <string.h>

#include "base/words.h"
#include "view.h"

enum { LINE = 400 };

// Copies line i of the text, cut to fit; false: there is none.
static bool line_of(const char *text, size_t i, char out[LINE])
{
	size_t n;

	while (i-- > 0) {
		text = strchr(text, '\n');
		if (!text)
			return false;
		text++;
	}
	n = strcspn(text, "\n");
	if (!n && !*text)
		return false;
	if (n >= LINE)
		n = LINE - 1;
	memcpy(out, text, n);
	out[n] = '\0';
	return true;
}

static size_t lines_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

void page_draw(struct page *p, struct grid *g, struct area a, const char *text)
{
	size_t count = lines_of(text), rows = (size_t)a.rows;
	char line[LINE];

	if (p->top + rows > count)
		p->top = count > rows ? count - rows : 0;
	for (size_t k = 0; k < rows && line_of(text, p->top + k, line); k++) {
		int row = a.row + (int)k;

		grid_fit(g, row, a.col + 1, a.cols - 1,
			 *line == ' ' ? STYLE_PLAIN : STYLE_HEAD, line);
		if (p->top + k == p->match)
			grid_select(g, row, a.col, a.cols);
	}
	if (p->top + rows < count)
		grid_printf(g, a.row + a.rows - 1, a.col + a.cols - 12, 11,
			    STYLE_FAINT, " %zu more ▼ ", count - p->top - rows);
}

bool page_find(struct page *p, const char *text, size_t from, bool back)
{
	size_t count = lines_of(text);
	char line[LINE], needle[sizeof p->search];

	memcpy(needle, p->search, sizeof needle);
	for (char *c = needle; *c; c++)
		*c = word_lower(*c);
	for (size_t k = 0; *needle && k < count; k++) {
		size_t i = back ? from + 2 * count - k : from + k;

		if (!line_of(text, i % count, line) ||
		    !word_contains(line, needle))
			continue;
		p->match = i % count;
		p->top = p->match > 2 ? p->match - 2 : 0;
		return true;
	}
	return false;
}

bool page_act(struct page *p, enum action action, int rows, const char *text)
{
	long by = view_step(action, rows);
	size_t from = p->match == SIZE_MAX ? p->top : p->match;

	if (action == ACTION_NEXT)
		return page_find(p, text, from + 1, false);
	if (action == ACTION_PREVIOUS)
		return page_find(p, text, from + lines_of(text) - 1, true);
	if (!by)
		return false;
	if (by < 0 && 0 - (size_t)by > p->top)
		p->top = 0;
	else
		p->top += (size_t)by;
	if (p->top > lines_of(text))
		p->top = lines_of(text); // drawing brings it back
	return true;
}
