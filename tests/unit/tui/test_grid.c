// Cells: what may enter them, where things are cut, what stands for what.
#include "grid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "glyph.h"

static struct grid make(int rows, int cols)
{
	struct grid g = { 0 };

	assert_true(grid_resize(&g, rows, cols));
	return g;
}

// Row 0 as a string; '_' for the right half of a wide character, marks are
// written behind their cell.
static void assert_row(const struct grid *g, const char *should)
{
	char is[400] = "";
	size_t n = 0;

	for (int col = 0; col < g->cols; col++) {
		const struct cell *c = grid_cell(g, 0, col);

		n += glyph_utf8(c->ch ? c->ch : '_', is + n);
		for (size_t k = 0; k < CELL_MARKS && c->mark[k]; k++)
			n += glyph_utf8(c->mark[k], is + n);
	}
	assert_string_equal(is, should);
}

static void text_is_clipped(void **state)
{
	struct grid g = make(1, 6);

	(void)state;
	assert_int_equal(grid_text(&g, 0, 1, 3, 0, "abcdef"), 3);
	assert_row(&g, " abc  ");
	assert_int_equal(grid_text(&g, 0, 4, 100, 0, "xyz"), 2);
	assert_row(&g, " abcxy");
	assert_int_equal(grid_text(&g, 1, 0, 5, 0, "n"), 0);
	assert_int_equal(grid_text(&g, -1, 0, 5, 0, "n"), 0);
	assert_int_equal(grid_text(&g, 0, 9, 5, 0, "n"), 0);
	assert_int_equal(grid_text(&g, 0, 0, -1, 0, "n"), 0);
	assert_row(&g, " abcxy");
	grid_release(&g);
}

static void long_text_ends_in_an_ellipsis(void **state)
{
	struct grid g = make(1, 8);

	(void)state;
	assert_int_equal(grid_fit(&g, 0, 0, 5, 0, "abcde"), 5);
	assert_row(&g, "abcde   ");
	assert_int_equal(grid_fit(&g, 0, 0, 5, 0, "abcdef"), 5);
	assert_row(&g, "abcd…   ");
	assert_int_equal(grid_right(&g, 0, 0, 8, 0, "42"), 2);
	assert_row(&g, "abcd… 42");
	grid_release(&g);
}

static void wide_characters_stay_whole(void **state)
{
	struct grid g = make(1, 6);

	(void)state;
	assert_int_equal(grid_text(&g, 0, 0, 6, 0, "a漢字b"), 6);
	assert_row(&g, "a漢_字_b");
	// Whoever overwrites one half takes the other along.
	grid_text(&g, 0, 2, 1, 0, "x");
	assert_row(&g, "a x字_b");
	grid_text(&g, 0, 3, 1, 0, "y");
	assert_row(&g, "a xy b");
	grid_clear(&g);
	assert_int_equal(grid_text(&g, 0, 0, 2, 0, "a漢"), 1);
	assert_int_equal(grid_fit(&g, 0, 0, 4, 0, "漢字漢"), 3);
	assert_row(&g, "漢_…   ");
	grid_release(&g);
}

static void marks_join_their_letter(void **state)
{
	struct grid g = make(1, 4);

	(void)state;
	assert_int_equal(grid_text(&g, 0, 0, 4, 0, "e\u0301x"), 2);
	assert_row(&g, "e\u0301x  ");
	// More than a cell keeps are dropped; one without a letter is, too.
	grid_clear(&g);
	grid_text(&g, 0, 0, 4, 0, "\u0301a\u0301\u0302\u0303b");
	assert_row(&g, "a\u0301\u0302b  ");
	grid_clear(&g);
	grid_text(&g, 0, 0, 4, 0, "漢\u0301b");
	assert_row(&g, "漢\u0301_b ");
	grid_release(&g);
}

// Every code point and every byte: what is in a cell can be printed.
static void no_control_enters_a_cell(void **state)
{
	struct grid g = make(1, 4);
	char s[GLYPH_UTF8];

	(void)state;
	for (int ascii = 0; ascii < 2; ascii++) {
		g.ascii = ascii;
		for (uint32_t c = 1; c <= 0x10ffff; c++) {
			uint32_t got;

			grid_clear(&g);
			glyph_utf8(c, s);
			grid_text(&g, 0, 0, 4, 0, s);
			got = grid_cell(&g, 0, 0)->ch;
			if (got < 0x20 || (got >= 0x7f && got < 0xa0) ||
			    (got >= 0x202a && got <= 0x202e) ||
			    (got >= 0xd800 && got <= 0xf8ff) ||
			    (ascii && got >= 0x7f))
				fail_msg("U+%04X came in as U+%04X", c, got);
		}
	}
	g.ascii = false;
	for (int byte = 0x80; byte < 0x100; byte++) {
		s[0] = (char)byte;
		s[1] = '\0';
		grid_text(&g, 0, 0, 4, 0, s);
		assert_int_equal(grid_cell(&g, 0, 0)->ch, GLYPH_BAD);
	}
	grid_fill(&g, 0, 0, 4, 0, 0x1b);
	assert_int_equal(grid_cell(&g, 0, 0)->ch, GLYPH_BAD);
	grid_release(&g);
}

static void broken_utf8_is_one_sign_a_byte(void **state)
{
	static const char *const broken[] = { "\xc0\xaf",
					      "\xe0\x80\x80",
					      "\xed\xa0\x80",
					      "\xf5\x80\x80\x80",
					      "\xf0\x80\x80\x80",
					      "\x80",
					      "\xe2\x82",
					      "\xc3",
					      NULL };
	struct grid g = make(1, 10);

	(void)state;
	for (const char *const *s = broken; *s; s++) {
		int n = grid_text(&g, 0, 0, 10, 0, *s);

		assert_int_equal(n, (int)strlen(*s));
		assert_int_equal(glyph_cells(*s), n);
	}
	grid_release(&g);
}

static void ascii_has_stand_ins(void **state)
{
	struct grid g = make(1, 8);

	(void)state;
	g.ascii = true;
	grid_text(&g, 0, 0, 8, 0, "─▶│█░→…é");
	assert_row(&g, "->|#.>~?");
	grid_clear(&g);
	grid_fit(&g, 0, 0, 4, 0, "abcdef");
	assert_row(&g, "abc~    ");
	grid_clear(&g);
	grid_text(&g, 0, 0, 8, 0, "e\u0301漢x");
	assert_row(&g, "e?x     ");
	grid_release(&g);
}

static void bars_are_true_to_an_eighth(void **state)
{
	struct grid g = make(1, 6);

	(void)state;
	grid_bar(&g, 0, 0, 4, 0, 1, 2);
	assert_row(&g, "██    ");
	grid_clear(&g);
	grid_bar(&g, 0, 0, 4, 0, 5, 8);
	assert_row(&g, "██▌   ");
	grid_clear(&g);
	grid_bar(&g, 0, 0, 4, 0, 1, 1000000);
	assert_row(&g, "▏     ");
	grid_clear(&g);
	grid_bar(&g, 0, 0, 4, 0, 0, 8);
	grid_bar(&g, 0, 0, 4, 0, 3, 0);
	grid_bar(&g, 0, 0, 0, 0, 3, 3);
	assert_row(&g, "      ");
	grid_bar(&g, 0, 0, 4, 0, 9, 3);
	assert_row(&g, "████  ");
	grid_release(&g);
}

static void styles_follow(void **state)
{
	struct grid g = make(2, 4);

	(void)state;
	grid_text(&g, 0, 0, 4, STYLE_BAD, "ab");
	grid_select(&g, 0, 1, 100);
	assert_int_equal(grid_cell(&g, 0, 0)->style, STYLE_BAD);
	assert_int_equal(grid_cell(&g, 0, 1)->style,
			 STYLE_BAD | STYLE_SELECTED);
	assert_int_equal(grid_cell(&g, 0, 3)->style, STYLE_SELECTED);
	assert_int_equal(grid_cell(&g, 1, 0)->style, STYLE_PLAIN);
	assert_null(grid_cell(&g, 2, 0));
	assert_null(grid_cell(&g, 0, 4));
	grid_release(&g);
}

// A meaning is never told by colour alone: mono has an attribute or a sign for
// it, and what is selected stands out in every theme.
static void themes_tell_what_is_selected(void **state)
{
	(void)state;
	for (int t = 0; t < THEMES; t++) {
		for (uint8_t s = 0; s < STYLES; s++) {
			struct paint off = theme_paint((enum theme)t, s);
			struct paint on =
			    theme_paint((enum theme)t, s | STYLE_SELECTED);

			assert_true(off.bg != on.bg || off.attr != on.attr ||
				    s == STYLE_BAR || s == STYLE_ALERT);
			assert_in_range(theme_letter(s), 'a', 'z');
			for (uint8_t k = 0; k < s; k++)
				assert_int_not_equal(theme_letter(k),
						     theme_letter(s));
		}
		assert_true(*theme_name((enum theme)t));
	}
}

static void themes_suit_the_terminal(void **state)
{
	struct theme_facts f = { .colors = 256 };

	(void)state;
	assert_int_equal(theme_choose(&f), THEME_DARK);
	f.light = true;
	assert_int_equal(theme_choose(&f), THEME_LIGHT);
	f.colors = 8;
	assert_int_equal(theme_choose(&f), THEME_EIGHT);
	f.colors = 0;
	assert_int_equal(theme_choose(&f), THEME_MONO);
	f = (struct theme_facts){ .colors = 256, .never = true };
	assert_int_equal(theme_choose(&f), THEME_MONO);
	assert_true(theme_light("0;15"));
	assert_true(theme_light("0;default;7"));
	assert_false(theme_light("15;0"));
	assert_false(theme_light(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_clipped),
		cmocka_unit_test(long_text_ends_in_an_ellipsis),
		cmocka_unit_test(wide_characters_stay_whole),
		cmocka_unit_test(marks_join_their_letter),
		cmocka_unit_test(no_control_enters_a_cell),
		cmocka_unit_test(broken_utf8_is_one_sign_a_byte),
		cmocka_unit_test(ascii_has_stand_ins),
		cmocka_unit_test(bars_are_true_to_an_eighth),
		cmocka_unit_test(styles_follow),
		cmocka_unit_test(themes_tell_what_is_selected),
		cmocka_unit_test(themes_suit_the_terminal),
	};

	return cmocka_run_group_tests_name("grid", tests, NULL, NULL);
}
