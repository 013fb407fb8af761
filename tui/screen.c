#include "screen.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <wchar.h>

#include "background.h"
#include "glyph.h"
#include "rescue.h"

enum { ESCAPE_MS = 25 };

// Bracketed paste: terminals tell what is pasted from what is typed.
static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";
enum { KEY_PASTE = KEY_MAX + 1, KEY_PASTED };

struct screen {
	SCREEN *curses;
	FILE *tty;
	int fd;
	enum theme theme;
	bool light, never;
	sigset_t waiting; // signals let in while waiting for a key
};

// Opening --------------------------------------------------------------------

// Padding is for terminals of another age: what precedes it will do.
static void remember_capability(const char *name)
{
	const char *s = tigetstr(name);

	if (s && s != (const char *)-1)
		rescue_bytes(s, strcspn(s, "$"));
}

static void remember_capabilities(bool mouse)
{
	static const char no_mouse[] = "\033[?1000l\033[?1002l\033[?1006l";

	if (mouse)
		rescue_bytes(no_mouse, sizeof no_mouse - 1);
	rescue_bytes(paste_off, sizeof paste_off - 1);
	remember_capability("sgr0");
	remember_capability("rmkx");
	remember_capability("cnorm");
	remember_capability("rmcup");
}

static void set_modes(bool mouse)
{
	raw();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	leaveok(stdscr, TRUE);
	if (!mouse)
		return;
	mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED |
		      BUTTON5_PRESSED,
		  NULL);
	mouseinterval(0);
}

static void start_colors(struct screen *s)
{
	struct theme_facts facts = { .never = s->never, .light = s->light };

	if (has_colors() && start_color() == OK) {
		use_default_colors();
		facts.colors = COLORS;
	}
	screen_set_theme(s, theme_choose(&facts));
}

static void send(struct screen *s, const char *bytes)
{
	fputs(bytes, s->tty);
	fflush(s->tty);
}

static void take_pastes(struct screen *s)
{
	define_key("\033[200~", KEY_PASTE);
	define_key("\033[201~", KEY_PASTED);
	send(s, paste_on);
}

static void find_ground(struct screen *s, struct typed *typed)
{
	const char *colorfgbg = getenv("COLORFGBG");

	typed->n = 0;
	s->light = theme_light(colorfgbg);
	if (!colorfgbg && !s->never)
		s->light = background_ask(s->fd, typed) == BACKGROUND_LIGHT;
}

static struct screen *refuse(struct screen *s, char *err, const char *why)
{
	snprintf(err, SCREEN_ERROR, "%s", why);
	if (s && s->tty)
		fclose(s->tty);
	free(s);
	return NULL;
}

struct screen *screen_open(const struct screen_options *o,
			   char err[SCREEN_ERROR])
{
	struct screen *s = calloc(1, sizeof *s);
	struct typed typed;
	const char *no_color = getenv("NO_COLOR");

	if (!s)
		return refuse(s, err, "out of memory");
	s->tty = fopen("/dev/tty", "r+e");
	if (!s->tty)
		return refuse(s, err, "there is no terminal");
	s->fd = fileno(s->tty);
	s->never =
	    o->never_color || (!o->always_color && no_color && *no_color);
	rescue_remember(fileno(s->tty));
	find_ground(s, &typed);
	set_escdelay(ESCAPE_MS);
	s->curses = newterm(NULL, s->tty, s->tty);
	if (!s->curses)
		return refuse(s, err, "this terminal (TERM) is not known");
	set_term(s->curses);
	set_modes(!o->no_mouse);
	start_colors(s);
	take_pastes(s);
	remember_capabilities(!o->no_mouse);
	rescue_begin();
	while (typed.n)
		ungetch((unsigned char)typed.bytes[--typed.n]);
	return s;
}

void screen_close(struct screen *s)
{
	if (!s)
		return;
	send(s, paste_off);
	endwin();
	rescue_release();
	delscreen(s->curses);
	fclose(s->tty);
	free(s);
}

// Showing --------------------------------------------------------------------

bool screen_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

void screen_size(const struct screen *s, int *rows, int *cols)
{
	(void)s;
	*rows = LINES;
	*cols = COLS;
}

enum theme screen_theme(const struct screen *s)
{
	return s->theme;
}

// A pair for each style, plain and selected.
static short pair_of(uint8_t style)
{
	return (short)(1 + (style & (STYLE_SELECTED - 1)) +
		       (style & STYLE_SELECTED ? STYLES : 0));
}

void screen_set_theme(struct screen *s, enum theme t)
{
	s->theme = t;
	if (!has_colors())
		return;
	for (uint8_t i = 0; i < STYLES; i++) {
		struct paint plain = theme_paint(t, i);
		struct paint on = theme_paint(t, i | STYLE_SELECTED);

		if (plain.fg >= COLORS || on.bg >= COLORS)
			continue;
		init_pair(pair_of(i), plain.fg, plain.bg);
		init_pair(pair_of(i | STYLE_SELECTED), on.fg, on.bg);
	}
}

static attr_t attributes(const struct screen *s, uint8_t style)
{
	uint8_t a = theme_paint(s->theme, style).attr;

	return (a & ATTR_BOLD ? A_BOLD : 0) | (a & ATTR_DIM ? A_DIM : 0) |
	       (a & ATTR_UNDERLINE ? A_UNDERLINE : 0) |
	       (a & ATTR_REVERSE ? A_REVERSE : 0);
}

// One cell; what this locale can't show, or thinks to be of another width than
// the grid does, becomes '?', so that no line gets out of step.
static void show_cell(const struct screen *s, int row, int col,
		      const struct cell *c)
{
	wchar_t text[1 + CELL_MARKS + 1] = { (wchar_t)c->ch };
	cchar_t out;
	size_t n = 1;

	if (c->ch >= 0x80 && wcwidth((wchar_t)c->ch) != glyph_width(c->ch))
		text[0] = L'?';
	for (size_t i = 0; i < CELL_MARKS && c->mark[i]; i++) {
		if (wcwidth((wchar_t)c->mark[i]) == 0)
			text[n++] = (wchar_t)c->mark[i];
	}
	if (setcchar(&out, text, attributes(s, c->style),
		     has_colors() ? pair_of(c->style) : 0, NULL) == OK)
		mvadd_wch(row, col, &out);
}

void screen_show(struct screen *s, const struct grid *g)
{
	erase();
	for (int row = 0; row < g->rows && row < LINES; row++) {
		for (int col = 0; col < g->cols && col < COLS; col++) {
			const struct cell *c = grid_cell(g, row, col);

			if (c->ch && (c->ch != ' ' || c->style))
				show_cell(s, row, col, c);
		}
	}
	refresh();
}

void screen_redraw(struct screen *s)
{
	(void)s;
	clearok(stdscr, TRUE);
}

// Reading --------------------------------------------------------------------

static const struct {
	int curses;
	uint32_t key;
} special[] = {
	{ KEY_UP, IN_UP },         { KEY_DOWN, IN_DOWN },
	{ KEY_LEFT, IN_LEFT },     { KEY_RIGHT, IN_RIGHT },
	{ KEY_PPAGE, IN_PAGE_UP }, { KEY_NPAGE, IN_PAGE_DOWN },
	{ KEY_HOME, IN_HOME },     { KEY_END, IN_END },
	{ KEY_BTAB, IN_BACKTAB },  { KEY_BACKSPACE, IN_BACKSPACE },
	{ KEY_DC, IN_DELETE },     { KEY_ENTER, IN_ENTER },
	{ KEY_F(1), IN_F1 },       { KEY_RESIZE, IN_RESIZE },
	{ KEY_SF, IN_DOWN },       { KEY_SR, IN_UP },
	{ KEY_PASTE, IN_PASTE },   { KEY_PASTED, IN_PASTED },
};

static uint32_t mouse(struct input *in)
{
	MEVENT e;

	if (getmouse(&e) != OK)
		return IN_NONE;
	in->row = e.y;
	in->col = e.x;
	if (e.bstate & BUTTON4_PRESSED)
		return IN_WHEEL_UP;
	if (e.bstate & BUTTON5_PRESSED)
		return IN_WHEEL_DOWN;
	return e.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED) ? IN_CLICK
							      : IN_NONE;
}

// Takes what ncurses has; false: nothing.
static bool take_input(struct input *in)
{
	wint_t c;
	int kind = get_wch(&c);

	if (kind == ERR)
		return false;
	*in = (struct input){ 0 };
	if (kind != KEY_CODE_YES) {
		in->key = c == '\r'                ? IN_ENTER
			  : c == 0x7f || c == '\b' ? IN_BACKSPACE
						   : (uint32_t)c;
		return true;
	}
	if (c == KEY_MOUSE)
		in->key = mouse(in);
	for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
		if ((wint_t)special[i].curses == c)
			in->key = special[i].key;
	}
	return true;
}

// What a signal asked for; true if the screen has to be drawn anew.
static bool signalled(struct screen *s)
{
	if (rescue_stopped()) {
		screen_suspend(s);
		return true;
	}
	if (!rescue_continued())
		return false;
	reset_prog_mode();
	screen_redraw(s);
	return true;
}

bool screen_read(struct screen *s, struct input *in, int milliseconds)
{
	struct termios modes;
	int n;

	if (take_input(in))
		return true;
	n = rescue_wait(milliseconds);
	if (n < 0) {
		*in = (struct input){ .key = IN_RESIZE };
		// ncurses' own handler saw SIGWINCH; get_wch() acts on it.
		return signalled(s) || take_input(in);
	}
	if (n == 0)
		return false;
	if (take_input(in))
		return true;
	// Readable, and nothing there: half of a sequence, or the terminal is
	// gone.
	if (tcgetattr(fileno(s->tty), &modes) && errno == EIO)
		raise(SIGHUP);
	return false;
}

// Others ---------------------------------------------------------------------

void screen_suspend(struct screen *s)
{
	send(s, paste_off);
	endwin();
	rescue_pause();
	rescue_stop();
	rescue_resume();
	reset_prog_mode();
	send(s, paste_on);
	screen_redraw(s);
	refresh();
}

// Writes n bytes as base64.
static void put_base64(FILE *to, const unsigned char *b, size_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)b[i] << 16;

		v |= i + 1 < n ? (unsigned)b[i + 1] << 8 : 0;
		v |= i + 2 < n ? b[i + 2] : 0;
		putc(digit[v >> 18], to);
		putc(digit[v >> 12 & 63], to);
		putc(i + 1 < n ? digit[v >> 6 & 63] : '=', to);
		putc(i + 2 < n ? digit[v & 63] : '=', to);
	}
}

bool screen_copy(struct screen *s, const char *text)
{
	const char *ms = tigetstr("Ms");

	if (!ms || ms == (const char *)-1)
		return false;
	fputs("\033]52;c;", s->tty);
	put_base64(s->tty, (const unsigned char *)text, strlen(text));
	putc('\a', s->tty);
	return fflush(s->tty) == 0;
}
