#include "glyph.h"

#include <stdbool.h>

#include "base/printable.h"
#include "glyph_table.h"

// What we draw with, and what users' texts often hold.
static const struct {
	uint32_t from;
	char to;
} stand_ins[] = {
	{ 0x2500, '-' },  { 0x2501, '=' },  { 0x2502, '|' }, { 0x250c, '+' },
	{ 0x2510, '+' },  { 0x2514, '+' },  { 0x2518, '+' }, { 0x251c, '+' },
	{ 0x2524, '+' },  { 0x252c, '+' },  { 0x2534, '+' }, { 0x253c, '+' },
	{ 0x254c, '-' },  { 0x2550, '=' },  { 0x256d, '+' }, { 0x256e, '+' },
	{ 0x256f, '+' },  { 0x2570, '+' },  { 0x2581, '_' }, { 0x2582, '_' },
	{ 0x2583, '.' },  { 0x2584, ':' },  { 0x2585, ':' }, { 0x2586, '|' },
	{ 0x2587, '|' },  { 0x2588, '#' },  { 0x2589, '#' }, { 0x258a, '#' },
	{ 0x258b, '#' },  { 0x258c, '#' },  { 0x258d, '|' }, { 0x258e, '|' },
	{ 0x258f, '|' },  { 0x2591, '.' },  { 0x2592, ':' }, { 0x2593, '#' },
	{ 0x25b2, '^' },  { 0x25b4, '^' },  { 0x25b6, '>' }, { 0x25b8, '>' },
	{ 0x25bc, 'v' },  { 0x25be, 'v' },  { 0x25c0, '<' }, { 0x25c2, '<' },
	{ 0x25cf, '*' },  { 0x25cb, 'o' },  { 0x25d0, '+' }, { 0x2190, '<' },
	{ 0x2191, '^' },  { 0x2192, '>' },  { 0x2193, 'v' }, { 0x21b9, '>' },
	{ 0x2026, '~' },  { 0x00b7, '.' },  { 0x2013, '-' }, { 0x2014, '-' },
	{ 0x2018, '\'' }, { 0x2019, '\'' }, { 0x201c, '"' }, { 0x201d, '"' },
	{ 0x2022, '*' },  { 0x2212, '-' },  { 0x00d7, 'x' }, { 0x00b1, '~' },
	{ 0x2713, 'v' },  { 0x2717, 'x' },
};

static bool within(const struct glyph_range *r, size_t n, uint32_t c)
{
	size_t low = 0;

	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (c < r[mid].first)
			n = mid;
		else if (c > r[mid].last)
			low = mid + 1;
		else
			return true;
	}
	return false;
}

#define WITHIN(table, c) within(table, sizeof table / sizeof *table, c)

int glyph_width(uint32_t c)
{
	if (c >= 0x20 && c < 0x7f)
		return 1;
	if (c < 0x20 || c == 0x7f || !printable_shown(c))
		return -1;
	if (WITHIN(combining, c))
		return 0;
	return WITHIN(wide, c) ? 2 : 1;
}

char glyph_ascii(uint32_t c)
{
	if (c >= 0x20 && c < 0x7f)
		return (char)c;
	for (size_t i = 0; i < sizeof stand_ins / sizeof *stand_ins; i++) {
		if (stand_ins[i].from == c)
			return stand_ins[i].to;
	}
	return '?';
}

uint32_t glyph_next(const char **s)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)*s;
	size_t more = p[0] >= 0xf0 ? 3 : p[0] >= 0xe0 ? 2 : p[0] >= 0xc2;
	uint32_t c = p[0];

	if (c)
		++*s;
	if (c < 0x80)
		return c;
	if (!more || c > 0xf4)
		return GLYPH_BAD;
	c &= 0x3fU >> more;
	for (size_t i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return GLYPH_BAD;
		c = c << 6 | (p[i] & 0x3fU);
	}
	if (c < least[more] || c > 0x10ffff || (c & 0xfffff800) == 0xd800)
		return GLYPH_BAD;
	*s += more;
	return c;
}

size_t glyph_utf8(uint32_t c, char out[GLYPH_UTF8])
{
	static const uint32_t lead[] = { 0, 0xc0, 0xe0, 0xf0 };
	size_t more = c >= 0x10000 ? 3 : c >= 0x800 ? 2 : c >= 0x80;

	for (size_t i = more; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(lead[more] | c);
	out[more + 1] = '\0';
	return more + 1;
}

int glyph_cells(const char *s)
{
	int cells = 0;
	uint32_t c;

	while ((c = glyph_next(&s))) {
		int w = glyph_width(c);

		cells += w < 0 ? 1 : w;
	}
	return cells;
}
