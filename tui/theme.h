// What a cell is about (its style) and how that looks: a table of colours for
// 256 colours on dark and on light, for 8 colours, and of attributes for mono.
// Meaning never hangs on colour alone: texts and marks say the same. Pure.
#ifndef TCPWHY_THEME_H
#define TCPWHY_THEME_H

#include <stdbool.h>
#include <stdint.h>

enum style {
	STYLE_PLAIN,
	STYLE_FAINT,  // rules, gaps, what is less important
	STYLE_STRONG, // the important word of a line
	STYLE_BAR,    // the title line
	STYLE_HEAD,   // headings of sections and columns
	STYLE_GOOD,   // nothing wrong
	STYLE_WARN,   // may have to be explained
	STYLE_BAD,    // harmful endings
	STYLE_CLIENT,
	STYLE_SERVER,
	STYLE_KEY,   // the name of a key in a hint
	STYLE_MARK,  // marked rows
	STYLE_ALERT, // a message that wants to be read
	STYLES
};

// Or'ed to a style: the cell is on the selected line.
enum { STYLE_SELECTED = 0x40 };

enum theme { THEME_DARK, THEME_LIGHT, THEME_EIGHT, THEME_MONO, THEMES };

enum attr {
	ATTR_BOLD = 1,
	ATTR_DIM = 2,
	ATTR_UNDERLINE = 4,
	ATTR_REVERSE = 8,
};

struct paint {
	int16_t fg, bg; // number of a colour, -1 the terminal's own
	uint8_t attr;   // enum attr
};

struct paint theme_paint(enum theme t, uint8_t style);

// "dark", "light", "8 colours", "mono".
const char *theme_name(enum theme t);

// One character that names a style; upper case where it is selected.
char theme_letter(uint8_t style);

// What is known of the terminal. light is a guess from COLORFGBG.
struct theme_facts {
	int colors; // of the terminal, < 8: none
	bool never, light;
};

enum theme theme_choose(const struct theme_facts *f);

// True if the value of COLORFGBG ("15;0"; NULL is fine) names a light ground.
bool theme_light(const char *colorfgbg);

#endif
