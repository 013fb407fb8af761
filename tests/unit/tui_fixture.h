// The browser without a terminal, for tests: captures go through the real
// pipeline, keys go in, grids come out and are compared with goldens.
#ifndef TCPWHY_TESTS_TUI_FIXTURE_H
#define TCPWHY_TESTS_TUI_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "glyph.h"
#include "reader.h"
#include "ui.h"

enum { FIXTURE_FILES = 16 };

struct fixture {
	const char *files[FIXTURE_FILES + 1];
	struct analysis *a;
	struct ui ui;
	struct grid g;
	size_t requests[REQUEST_SUSPEND + 1];
};

static inline struct capture *fixture_capture(struct fixture *f)
{
	char err[CAPTURE_ERROR];
	struct capture *c =
	    capture_open(f->files, f->ui.report.file_count, err);

	if (!c)
		fail_msg("%s", err);
	return c;
}

static inline void fixture_work(struct fixture *f)
{
	while (ui_work(&f->ui, 100))
		;
}

// What browser.c does when a connection is opened.
static inline void fixture_read_again(struct fixture *f)
{
	struct capture *c = fixture_capture(f);
	struct analysis *a = analysis_new();
	size_t n = reader_ordinal(f->a, f->ui.detail.connection);
	struct reader r;

	assert_non_null(a);
	assert_true(reader_open(&r, c, NULL));
	assert_true(reader_narrow(&r, &f->ui.detail.c));
	analysis_watch(a, n);
	while (reader_feed(&r, a, 64) == READING_MORE)
		;
	analysis_settle(a);
	ui_opened(&f->ui, a, n);
	reader_release(&r);
	capture_close(c);
}

static inline void fixture_serve(struct fixture *f)
{
	enum request r = f->ui.request;

	f->requests[r]++;
	f->ui.request = REQUEST_NONE;
	if (r == REQUEST_OPEN)
		fixture_read_again(f);
}

// Reads the files, NULL behind the last.
static inline void fixture_open(struct fixture *f, const char *const *files,
				int rows, int cols)
{
	struct capture *c;
	struct reader r;

	*f = (struct fixture){ .a = analysis_new() };
	assert_non_null(f->a);
	ui_init(&f->ui);
	for (size_t n = 0; files[n]; n++) {
		f->files[n] = files[n];
		f->ui.report.file_count = n + 1;
	}
	f->ui.report.files = f->files;
	f->ui.report.streams = f->ui.report.file_count == 1;
	c = fixture_capture(f);
	assert_true(reader_open(&r, c, NULL));
	while (reader_feed(&r, f->a, 64) == READING_MORE)
		;
	reader_release(&r);
	capture_close(c);
	analysis_settle(f->a);
	assert_true(ui_update(&f->ui, f->a));
	fixture_work(f);
	assert_true(grid_resize(&f->g, rows, cols));
	ui_draw(&f->ui, &f->g);
}

static inline void fixture_close(struct fixture *f)
{
	ui_release(&f->ui);
	analysis_free(f->a);
	grid_release(&f->g);
}

static inline void fixture_key(struct fixture *f, uint32_t key)
{
	struct input in = { .key = key };

	ui_input(&f->ui, &in);
	fixture_serve(f);
	fixture_work(f);
	ui_draw(&f->ui, &f->g);
}

// Types a text; \n is Enter, \t Tab, \033 Esc.
static inline void fixture_type(struct fixture *f, const char *text)
{
	uint32_t c;

	while ((c = glyph_next(&text)))
		fixture_key(f, c);
}

static inline void fixture_click(struct fixture *f, int row, int col)
{
	struct input in = { IN_CLICK, row, col };

	ui_input(&f->ui, &in);
	fixture_serve(f);
	fixture_work(f);
	ui_draw(&f->ui, &f->g);
}

// Comparing ------------------------------------------------------------------

static inline void put_cell(struct text *out, const struct cell *c)
{
	char utf8[GLYPH_UTF8];

	if (!c->ch)
		return;
	text_add(out, utf8, glyph_utf8(c->ch, utf8));
	for (size_t i = 0; i < CELL_MARKS && c->mark[i]; i++)
		text_add(out, utf8, glyph_utf8(c->mark[i], utf8));
}

static inline char mono_letter(uint8_t style)
{
	uint8_t a = theme_paint(THEME_MONO, style).attr;

	if (a & ATTR_REVERSE)
		return 'R';
	if (a & ATTR_BOLD)
		return 'B';
	return a & ATTR_UNDERLINE ? 'U' : a & ATTR_DIM ? 'd' : '.';
}

// A line of the screen: 0 its text, 1 its styles, 2 its attributes in mono.
static inline void put_row(struct text *out, const struct grid *g, int row,
			   int what)
{
	size_t last;

	for (int col = 0; col < g->cols; col++) {
		const struct cell *c = grid_cell(g, row, col);

		if (what == 0)
			put_cell(out, c);
		else if (what == 1)
			text_char(out, theme_letter(c->style));
		else
			text_char(out, mono_letter(c->style));
	}
	for (last = out->n; last > 0 && out->s[last - 1] == ' ';)
		last--;
	text_cut(out, last);
	text_char(out, '\n');
}

static inline char *screen_dump(const struct grid *g, bool styles)
{
	static const char *const heads[] = { "", "-- colours\n", "-- mono\n" };
	struct text out = { 0 };

	for (int what = 0; what < (styles ? 3 : 1); what++) {
		text_puts(&out, heads[what]);
		for (int row = 0; row < g->rows; row++)
			put_row(&out, g, row, what);
	}
	assert_false(out.failed);
	return out.s;
}

static inline char *file_text(const char *path)
{
	FILE *f = fopen(path, "r");
	struct text out = { 0 };
	int c;

	while (f && (c = getc(f)) != EOF)
		text_char(&out, (char)c);
	if (f)
		fclose(f);
	text_puts(&out, "");
	return out.s;
}

// Prints where two dumps differ for the first time.
static inline void show_difference(const char *should, const char *is)
{
	int line = 1;

	while (*should && *is) {
		size_t n = strcspn(should, "\n"), m = strcspn(is, "\n");

		if (n != m || strncmp(should, is, n) != 0) {
			print_error("line %d should be\n%.*s\nand is\n%.*s\n",
				    line, (int)n, should, (int)m, is);
			return;
		}
		should += n + (should[n] == '\n');
		is += m + (is[m] == '\n');
		line++;
	}
	print_error("line %d: one ends here\n", line);
}

// The screen is as tests/golden/tui-NAME.screen says: its text, its styles,
// its attributes in mono. With BLESS set the file is written anew instead.
static inline void assert_screen(const struct fixture *f, const char *name)
{
	char path[200], *is = screen_dump(&f->g, true), *should;
	bool same;
	FILE *to;

	snprintf(path, sizeof path, "tests/golden/tui-%s.screen", name);
	if (getenv("BLESS")) {
		to = fopen(path, "w");
		assert_non_null(to);
		fputs(is, to);
		assert_int_equal(fclose(to), 0);
	}
	should = file_text(path);
	same = !strcmp(is, should);
	if (!same)
		show_difference(should, is);
	free(is);
	free(should);
	if (!same)
		fail_msg("the screen is not %s", path);
}

// True if some line of the screen contains the text.
static inline bool on_screen(const struct fixture *f, const char *text)
{
	char *is = screen_dump(&f->g, false);
	bool found = strstr(is, text);

	free(is);
	return found;
}

static inline void assert_shows(const struct fixture *f, const char *text)
{
	char *is;

	if (on_screen(f, text))
		return;
	is = screen_dump(&f->g, false);
	print_error("%s", is);
	free(is);
	fail_msg("\"%s\" is not on the screen", text);
}

#endif
