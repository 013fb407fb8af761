#include "theme.h"

#include <stddef.h>
#include <string.h>

enum { DIM = ATTR_DIM, BOLD = ATTR_BOLD, REV = ATTR_REVERSE };
enum { UNDER = ATTR_UNDERLINE };

// The colours of 256 are chosen to be legible on grounds that are not quite
// black or white, the eight to be told apart by those who see no red or green:
// there the attributes differ as well.
// clang-format off
static const struct {
	char letter;
	struct paint paint[THEMES]; // dark, light, 8 colours, mono
} rows[STYLES] = {
	[STYLE_PLAIN] = { 'p', {
		{ -1, -1, 0 }, { -1, -1, 0 }, { -1, -1, 0 }, { -1, -1, 0 } } },
	[STYLE_FAINT] = { 'f', {
		{ 245, -1, 0 }, { 243, -1, 0 }, { -1, -1, DIM }, { -1, -1, DIM } } },
	[STYLE_STRONG] = { 's', {
		{ -1, -1, BOLD }, { -1, -1, BOLD }, { -1, -1, BOLD }, { -1, -1, BOLD } } },
	[STYLE_BAR] = { 't', {
		{ 252, 237, 0 }, { 235, 253, 0 }, { 7, 4, BOLD }, { -1, -1, REV } } },
	[STYLE_HEAD] = { 'h', {
		{ 110, -1, BOLD }, { 24, -1, BOLD }, { 6, -1, BOLD }, { -1, -1, UNDER } } },
	[STYLE_GOOD] = { 'g', {
		{ 108, -1, 0 }, { 28, -1, 0 }, { 2, -1, 0 }, { -1, -1, 0 } } },
	[STYLE_WARN] = { 'w', {
		{ 179, -1, 0 }, { 130, -1, 0 }, { 3, -1, 0 }, { -1, -1, BOLD } } },
	[STYLE_BAD] = { 'b', {
		{ 203, -1, BOLD }, { 160, -1, BOLD }, { 1, -1, BOLD }, { -1, -1, BOLD } } },
	[STYLE_CLIENT] = { 'c', {
		{ 80, -1, 0 }, { 30, -1, 0 }, { 6, -1, 0 }, { -1, -1, 0 } } },
	[STYLE_SERVER] = { 'v', {
		{ 176, -1, 0 }, { 90, -1, 0 }, { 5, -1, 0 }, { -1, -1, 0 } } },
	[STYLE_KEY] = { 'k', {
		{ 110, -1, BOLD }, { 24, -1, BOLD }, { 6, -1, BOLD }, { -1, -1, BOLD } } },
	[STYLE_MARK] = { 'm', {
		{ 221, -1, BOLD }, { 94, -1, BOLD }, { 3, -1, BOLD }, { -1, -1, BOLD } } },
	[STYLE_ALERT] = { 'a', {
		{ 232, 179, 0 }, { 232, 222, 0 }, { 0, 3, 0 }, { -1, -1, REV } } },
};
// clang-format on

// The selected line: a ground of its own, or, where colours are few, reversed,
// as no foreground is safe on every ground.
static struct paint selected(enum theme t, struct paint p)
{
	if (t == THEME_DARK) {
		p.bg = 24;
		if (p.fg == 245)
			p.fg = 250;
		if (p.fg == 110 || p.fg == 203)
			p.fg = p.fg == 110 ? 153 : 217;
	} else if (t == THEME_LIGHT) {
		p.bg = 153;
	} else {
		p = (struct paint){ -1, -1, (uint8_t)(p.attr & BOLD) | REV };
	}
	return p;
}

struct paint theme_paint(enum theme t, uint8_t style)
{
	struct paint p = rows[style & (STYLE_SELECTED - 1)].paint[t];

	return style & STYLE_SELECTED ? selected(t, p) : p;
}

char theme_letter(uint8_t style)
{
	char c = rows[style & (STYLE_SELECTED - 1)].letter;

	return style & STYLE_SELECTED ? (char)(c - 'a' + 'A') : c;
}

const char *theme_name(enum theme t)
{
	static const char *const names[] = {
		[THEME_DARK] = "dark",
		[THEME_LIGHT] = "light",
		[THEME_EIGHT] = "8 colours",
		[THEME_MONO] = "mono",
	};

	return names[t];
}

enum theme theme_choose(const struct theme_facts *f)
{
	if (f->never || f->colors < 8)
		return THEME_MONO;
	if (f->colors < 256)
		return THEME_EIGHT;
	return f->light ? THEME_LIGHT : THEME_DARK;
}

bool theme_light(const char *colorfgbg)
{
	const char *bg = colorfgbg ? strrchr(colorfgbg, ';') : NULL;

	return bg && (!strcmp(bg, ";7") || !strcmp(bg, ";15"));
}
