// The terminal: shows a grid, reads keys and the mouse. The only door to
// ncurses. Whatever ends the program, the terminal gets back what it was
// before: signals and crashes are caught here while a screen is open.
#ifndef TCPWHY_SCREEN_H
#define TCPWHY_SCREEN_H

#include <stdbool.h>

#include "grid.h"
#include "keys.h"
#include "theme.h"

struct screen;

struct screen_options {
	bool no_mouse;
	bool never_color;  // NO_COLOR, --color=never
	bool always_color; // --color=always: whatever NO_COLOR says
};

enum { SCREEN_ERROR = 200 };

// Opens the controlling terminal, whatever the standard streams are. NULL: err
// says why not. Only one may be open at a time.
struct screen *screen_open(const struct screen_options *o,
			   char err[SCREEN_ERROR]);

// Restores the terminal.
void screen_close(struct screen *s);

void screen_size(const struct screen *s, int *rows, int *cols);

// True if the terminal's locale can show more than ASCII.
bool screen_utf8(void);

// The theme that suits the terminal.
enum theme screen_theme(const struct screen *s);
void screen_set_theme(struct screen *s, enum theme t);

// Shows g, as far as the terminal reaches.
void screen_show(struct screen *s, const struct grid *g);

// Waits at most so many milliseconds (-1: for ever) for a key, the mouse or a
// new size. False: none came.
bool screen_read(struct screen *s, struct input *in, int milliseconds);

// Draws everything anew with the next screen_show().
void screen_redraw(struct screen *s);

// Stops the process as Ctrl-Z does; returns when it goes on.
void screen_suspend(struct screen *s);

// Gives text to the terminal's clipboard (OSC 52); false if its description
// doesn't say that it takes one.
bool screen_copy(struct screen *s, const char *text);

#endif
