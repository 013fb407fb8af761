#include "keys.h"

#include <stdio.h>
#include <string.h>

#include "glyph.h"

enum {
	IN_OVERVIEW = 1 << VIEW_OVERVIEW,
	IN_LIST = 1 << VIEW_LIST,
	IN_CONNECTION = 1 << VIEW_CONNECTION,
	IN_EXPLAIN = 1 << VIEW_EXPLAIN,
	IN_HELP = 1 << VIEW_HELP,
	IN_ALL = (1 << VIEWS) - 1,
	IN_RECORDS = IN_OVERVIEW | IN_LIST | IN_CONNECTION,
};

// In the order of the help screen; the footer takes those with a hint from
// the top as long as there is room.
// clang-format off
static const struct binding bindings[] = {
	{ ACTION_ENTER, { IN_ENTER }, IN_OVERVIEW,
	  "list the connections of this line", "list" },
	{ ACTION_ENTER, { IN_ENTER }, IN_LIST,
	  "open this connection", "open" },
	{ ACTION_ENTER, { IN_ENTER }, IN_CONNECTION,
	  "explain the verdict", NULL },
	{ ACTION_BACK, { IN_ESC, 'q' }, IN_ALL & ~IN_OVERVIEW,
	  "back", "back" },
	{ ACTION_STOP, { 'S' }, IN_ALL,
	  "stop reading for good; what was read stays", NULL },
	{ ACTION_FILTER, { 'f' }, IN_OVERVIEW | IN_LIST,
	  "filter as you type", "filter" },
	{ ACTION_NEXT, { 'n' }, IN_CONNECTION,
	  "next finding and its frame", "next finding" },
	{ ACTION_PREVIOUS, { 'N', 'p' }, IN_CONNECTION,
	  "previous finding", NULL },
	{ ACTION_PANE, { IN_TAB }, IN_OVERVIEW,
	  "next section", "section" },
	{ ACTION_PANE, { IN_TAB }, IN_CONNECTION,
	  "switch between ladder and explanation", "pane" },
	{ ACTION_PANE, { IN_TAB }, IN_EXPLAIN,
	  "next verdict", "next" },
	{ ACTION_PANE_BACK, { IN_BACKTAB }, IN_OVERVIEW,
	  "previous section", NULL },
	{ ACTION_PANE_BACK, { IN_BACKTAB }, IN_EXPLAIN,
	  "previous verdict", NULL },
	{ ACTION_ALL, { 'a' }, IN_OVERVIEW,
	  "list all connections", "all" },
	{ ACTION_ALL, { 'a' }, IN_LIST,
	  "all connections, or only abnormal endings", "all" },
	{ ACTION_SORT_RIGHT, { '>' }, IN_LIST,
	  "sort by the next column", "sort" },
	{ ACTION_SORT_LEFT, { '<' }, IN_LIST,
	  "sort by the previous column", NULL },
	{ ACTION_REVERSE, { 'r' }, IN_LIST,
	  "reverse the order", NULL },
	{ ACTION_SEARCH, { '/' }, IN_LIST | IN_EXPLAIN,
	  "search", "search" },
	{ ACTION_NEXT, { 'n' }, IN_LIST | IN_EXPLAIN,
	  "next match", NULL },
	{ ACTION_PREVIOUS, { 'N' }, IN_LIST | IN_EXPLAIN,
	  "previous match", NULL },
	{ ACTION_MARK, { 'm', ' ' }, IN_LIST,
	  "mark; export takes the marked ones", "mark" },
	{ ACTION_MARK, { 'm' }, IN_CONNECTION,
	  "mark this connection", NULL },
	{ ACTION_MARKED, { 'M' }, IN_LIST,
	  "only the marked ones", NULL },
	{ ACTION_TIME, { 't' }, IN_LIST,
	  "time of day, or time since the capture's start", NULL },
	{ ACTION_TIME, { 't' }, IN_CONNECTION,
	  "time since the start, since the line before, of day", "time" },
	{ ACTION_WIRESHARK, { 'w' }, IN_LIST | IN_CONNECTION,
	  "show and copy the Wireshark filter", "wireshark" },
	{ ACTION_EXPORT, { 'e' }, IN_LIST,
	  "write the list to a file: CSV, JSON or text", "export" },
	{ ACTION_EXPORT, { 'e' }, IN_CONNECTION,
	  "write this connection to a file", "export" },
	{ ACTION_EXPLAIN, { 'x' }, IN_RECORDS,
	  "explain the verdict: meaning, proof, what to do", "explain" },
	{ ACTION_UP, { IN_UP, 'k' }, IN_ALL, "up", NULL },
	{ ACTION_DOWN, { IN_DOWN, 'j' }, IN_ALL, "down", NULL },
	{ ACTION_PAGE_UP, { IN_PAGE_UP, CTRL_KEY('B') }, IN_ALL,
	  "page up", NULL },
	{ ACTION_PAGE_DOWN, { IN_PAGE_DOWN, CTRL_KEY('F') }, IN_ALL,
	  "page down", NULL },
	{ ACTION_HALF_UP, { CTRL_KEY('U') }, IN_ALL, "half a page up", NULL },
	{ ACTION_HALF_DOWN, { CTRL_KEY('D') }, IN_ALL,
	  "half a page down", NULL },
	{ ACTION_TOP, { IN_HOME, 'g' }, IN_ALL, "first line", NULL },
	{ ACTION_BOTTOM, { IN_END, 'G' }, IN_ALL, "last line", NULL },
	{ ACTION_LEFT, { IN_LEFT, 'h' }, IN_OVERVIEW,
	  "earlier, in the histogram", NULL },
	{ ACTION_RIGHT, { IN_RIGHT, 'l' }, IN_OVERVIEW,
	  "later, in the histogram", NULL },
	{ ACTION_LEFT, { IN_LEFT, 'h' }, IN_LIST,
	  "columns to the left", NULL },
	{ ACTION_RIGHT, { IN_RIGHT, 'l' }, IN_LIST,
	  "columns to the right", NULL },
	{ ACTION_LEFT, { IN_LEFT, 'h' }, IN_CONNECTION,
	  "previous connection of the list", NULL },
	{ ACTION_RIGHT, { IN_RIGHT, 'l' }, IN_CONNECTION,
	  "next connection of the list", NULL },
	{ ACTION_THEME, { 'c' }, IN_ALL,
	  "colours: dark, light, eight, mono", NULL },
	{ ACTION_REDRAW, { CTRL_KEY('L') }, IN_ALL,
	  "redraw the screen", NULL },
	{ ACTION_SUSPEND, { CTRL_KEY('Z') }, IN_ALL,
	  "suspend (fg resumes)", NULL },
	{ ACTION_HELP, { '?', IN_F1 }, IN_ALL & ~IN_HELP,
	  "this page", "help" },
	{ ACTION_QUIT, { 'q', 'Q', CTRL_KEY('C') }, IN_OVERVIEW,
	  "quit", "quit" },
	{ ACTION_QUIT, { 'Q', CTRL_KEY('C') }, IN_ALL & ~IN_OVERVIEW,
	  "quit", NULL },
};
// clang-format on

static const struct {
	uint32_t key;
	const char *name;
} names[] = {
	{ IN_TAB, "Tab" },       { IN_ENTER, "Enter" },
	{ IN_ESC, "Esc" },       { ' ', "Space" },
	{ IN_UP, "Up" },         { IN_DOWN, "Down" },
	{ IN_LEFT, "Left" },     { IN_RIGHT, "Right" },
	{ IN_PAGE_UP, "PgUp" },  { IN_PAGE_DOWN, "PgDn" },
	{ IN_HOME, "Home" },     { IN_END, "End" },
	{ IN_F1, "F1" },         { IN_BACKTAB, "Shift-Tab" },
	{ IN_DELETE, "Delete" }, { IN_BACKSPACE, "Backspace" },
};

const char *view_name(enum view v)
{
	static const char *const view_names[] = {
		[VIEW_OVERVIEW] = "overview",
		[VIEW_LIST] = "list",
		[VIEW_CONNECTION] = "connection",
		[VIEW_EXPLAIN] = "explain",
		[VIEW_HELP] = "help",
	};

	return view_names[v];
}

const struct binding *binding_get(size_t i)
{
	if (i >= sizeof bindings / sizeof *bindings)
		return NULL;
	return &bindings[i];
}

enum action key_action(enum view v, uint32_t key)
{
	const struct binding *b;

	if (key == IN_NONE)
		return ACTION_NONE;
	for (size_t i = 0; (b = binding_get(i)); i++) {
		if (!(b->views & 1U << v))
			continue;
		for (size_t k = 0; k < BINDING_KEYS; k++) {
			if (b->keys[k] == key)
				return b->action;
		}
	}
	return ACTION_NONE;
}

char *key_label(uint32_t key, char out[KEY_LABEL])
{
	char utf8[GLYPH_UTF8];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].key == key) {
			snprintf(out, KEY_LABEL, "%s", names[i].name);
			return out;
		}
	}
	if (key < 0x20) {
		snprintf(out, KEY_LABEL, "Ctrl-%c", (char)(key | 0x40));
		return out;
	}
	glyph_utf8(key, utf8);
	snprintf(out, KEY_LABEL, "%s", utf8);
	return out;
}
