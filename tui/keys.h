// The keys: one table of what each does in which view. What dispatches them,
// the footer and the help screen all come from it. Pure.
#ifndef TCPWHY_KEYS_H
#define TCPWHY_KEYS_H

#include <stddef.h>
#include <stdint.h>

// Keys that are no character, numbered behind the last code point.
enum input_key {
	IN_NONE = 0,
	IN_TAB = '\t',
	IN_ENTER = '\n',
	IN_ESC = 0x1b,
	IN_UP = 0x110000,
	IN_DOWN,
	IN_LEFT,
	IN_RIGHT,
	IN_PAGE_UP,
	IN_PAGE_DOWN,
	IN_HOME,
	IN_END,
	IN_BACKTAB,
	IN_BACKSPACE,
	IN_DELETE,
	IN_F1,
	IN_RESIZE, // the terminal has another size
	IN_CLICK,  // at input.row, input.col
	IN_WHEEL_UP, // likewise
	IN_WHEEL_DOWN,
	IN_PASTE, // what comes up to IN_PASTED was pasted, not typed
	IN_PASTED,
};

// The code of a letter typed with Ctrl.
#define CTRL_KEY(letter) ((letter)&0x1f)

struct input {
	uint32_t key; // enum input_key, or a code point
	int row, col; // of the mouse
};

enum view {
	VIEW_OVERVIEW,
	VIEW_LIST,
	VIEW_CONNECTION,
	VIEW_EXPLAIN,
	VIEW_HELP,
	VIEWS
};

// "overview", "list", ...
const char *view_name(enum view v);

enum action {
	ACTION_NONE,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_HALF_UP,
	ACTION_HALF_DOWN,
	ACTION_TOP,
	ACTION_BOTTOM,
	ACTION_LEFT,
	ACTION_RIGHT,
	ACTION_ENTER,
	ACTION_BACK,
	ACTION_PANE,
	ACTION_PANE_BACK,
	ACTION_FILTER,
	ACTION_SEARCH,
	ACTION_NEXT,
	ACTION_PREVIOUS,
	ACTION_SORT_LEFT,
	ACTION_SORT_RIGHT,
	ACTION_REVERSE,
	ACTION_ALL,
	ACTION_MARK,
	ACTION_MARKED,
	ACTION_TIME,
	ACTION_EXPLAIN,
	ACTION_WIRESHARK,
	ACTION_EXPORT,
	ACTION_THEME,
	ACTION_REDRAW,
	ACTION_SUSPEND,
	ACTION_STOP,
	ACTION_HELP,
	ACTION_QUIT,
	ACTIONS
};

enum { BINDING_KEYS = 4 };

struct binding {
	enum action action;
	uint32_t keys[BINDING_KEYS]; // 0 behind the last
	unsigned views;              // 1 << enum view for each that has it
	const char *help;            // what it does
	const char *hint;            // one word for the footer, or NULL
};

// The i-th row; NULL behind the last.
const struct binding *binding_get(size_t i);

// What key does in v; ACTION_NONE if nothing.
enum action key_action(enum view v, uint32_t key);

enum { KEY_LABEL = 12 }; // room for any of them

// Writes "Ctrl-F", "Enter", "g", ...; returns out.
char *key_label(uint32_t key, char out[KEY_LABEL]);

#endif
