// Explain, help, and the frame round all views.
#include "tui_fixture.h"

static const char *const one[] = { "samples/broken-pipe.pcap", NULL };

static void are_drawn_as_blessed(void **state)
{
	static const struct {
		int rows, cols;
		const char *keys, *name;
	} screens[] = {
		{ 24, 80, "x", "explain-80x24" },
		{ 40, 120, "x", "explain-120x40" },
		{ 15, 60, "x", "explain-60x15" },
		{ 24, 80, "?", "help-80x24" },
		{ 40, 120, "a\n?", "help-120x40" },
		{ 15, 60, "a?", "help-60x15" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
		struct fixture f;

		fixture_open(&f, one, screens[i].rows, screens[i].cols);
		fixture_type(&f, screens[i].keys);
		assert_screen(&f, screens[i].name);
		fixture_close(&f);
	}
}

// From any place, and back to that place.
static void explain_comes_from_everywhere(void **state)
{
	struct fixture f;

	(void)state;
	fixture_open(&f, one, 24, 80);
	fixture_type(&f, "x");
	assert_shows(&f, "reset_data_after_fin");
	fixture_type(&f, "\033");
	assert_int_equal(f.ui.view, VIEW_OVERVIEW);
	fixture_type(&f, "ax");
	assert_shows(&f, "reset_data_after_fin");
	fixture_type(&f, "q\nx");
	assert_shows(&f, "reset_data_after_fin");
	fixture_type(&f, "?q");
	assert_shows(&f, "reset_data_after_fin");
	fixture_type(&f, "q");
	assert_int_equal(f.ui.view, VIEW_CONNECTION);
	fixture_type(&f, "qq");
	assert_int_equal(f.ui.view, VIEW_OVERVIEW);
	fixture_close(&f);
}

static void every_verdict_has_its_page(void **state)
{
	struct fixture f;

	(void)state;
	fixture_open(&f, one, 24, 80);
	fixture_type(&f, "x");
	for (int i = 1; i < VERDICTS; i++) {
		assert_shows(&f, verdict_get(f.ui.explain.verdict)->name);
		fixture_type(&f, "\t");
	}
	assert_int_equal(f.ui.explain.verdict, RESET_DATA_AFTER_FIN);
	fixture_key(&f, IN_BACKTAB);
	assert_int_equal(f.ui.explain.verdict, RESET_DATA_AFTER_FIN - 1);
	fixture_close(&f);
}

static void a_page_can_be_searched(void **state)
{
	struct fixture f;
	size_t first;

	(void)state;
	fixture_open(&f, one, 15, 60);
	fixture_type(&f, "x/RST\n");
	first = f.ui.explain.match;
	assert_int_not_equal(first, SIZE_MAX);
	fixture_type(&f, "n");
	assert_true(f.ui.explain.match > first);
	fixture_type(&f, "N");
	assert_int_equal(f.ui.explain.match, first);
	fixture_type(&f, "/zzzz\n");
	assert_shows(&f, "not found");
	fixture_close(&f);
}

// Every key of the view is on its page.
static void help_has_every_key(void **state)
{
	static const char *const ways[VIEWS] = { "?", "a?", "a\n?", "x?",
						 NULL };

	(void)state;
	for (int v = 0; v < VIEW_HELP; v++) {
		struct fixture f;
		const struct binding *b;

		fixture_open(&f, one, 150, 100);
		fixture_type(&f, ways[v]);
		for (size_t i = 0; (b = binding_get(i)); i++) {
			if (b->views & 1U << v)
				assert_shows(&f, b->help);
		}
		fixture_close(&f);
	}
}

// In the smallest terminal, help and the way out are still hinted at.
static void the_footer_shows_the_way_out(void **state)
{
	static const char *const keys[] = { "", "a", "a\n", "x", NULL };

	(void)state;
	for (const char *const *k = keys; *k; k++) {
		struct fixture f;

		fixture_open(&f, one, UI_ROWS_LEAST, UI_COLS_LEAST);
		fixture_type(&f, *k);
		assert_shows(&f, "? help");
		assert_shows(&f, **k ? "Esc back" : "q quit");
		fixture_close(&f);
	}
}

static void a_small_terminal_gets_a_polite_line(void **state)
{
	static const int sizes[][2] = {
		{ 14, 80 }, { 24, 59 }, { 1, 1 }, { 2, 300 }, { 300, 2 }
	};
	struct fixture f;

	(void)state;
	fixture_open(&f, one, 24, 80);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		assert_true(grid_resize(&f.g, sizes[i][0], sizes[i][1]));
		fixture_type(&f, "axq\n\033");
		if (sizes[i][1] > 50)
			assert_shows(&f, "tcpwhy needs 60 x 15 cells");
	}
	fixture_close(&f);
}

static void loading_shows_how_far_it_is(void **state)
{
	struct fixture f;

	(void)state;
	fixture_open(&f, one, 24, 80);
	f.ui.loading = (struct loading){ .active = true,
					 .frames = 1234567,
					 .connections = 42,
					 .done = 25,
					 .total = 100,
					 .elapsed = 2000000000 };
	ui_draw(&f.ui, &f.g);
	assert_shows(&f, "25 %");
	assert_shows(&f, "1,234,567 packets");
	assert_shows(&f, "42 connections");
	assert_shows(&f, "6 s left");
	assert_shows(&f, "S stops");
	f.ui.loading.total = 0; // a pipe
	ui_draw(&f.ui, &f.g);
	assert_false(on_screen(&f, "%"));
	fixture_type(&f, "?\033aq"); // Esc leaves the page, q the list
	assert_int_equal(f.requests[REQUEST_STOP], 0);
	assert_int_equal(f.ui.view, VIEW_OVERVIEW);
	fixture_type(&f, "S");
	assert_int_equal(f.requests[REQUEST_STOP], 1);
	assert_int_equal(f.ui.view, VIEW_OVERVIEW);
	f.ui.loading.active = false;
	fixture_key(&f, IN_ESC);
	assert_int_equal(f.requests[REQUEST_STOP], 1);
	assert_int_equal(f.requests[REQUEST_QUIT], 0);
	fixture_type(&f, "q");
	assert_int_equal(f.requests[REQUEST_QUIT], 1);
	fixture_close(&f);
}

// A file's name is somebody else's text.
static void a_name_brings_no_controls(void **state)
{
	struct fixture f;

	(void)state;
	fixture_open(&f, one, 24, 80);
	f.files[0] = "evil\033[2J\xe2\x80\xae.pcap";
	fixture_key(&f, IN_NONE);
	for (int row = 0; row < 24; row++) {
		for (int col = 0; col < 80; col++)
			assert_int_not_equal(
			    glyph_width(grid_cell(&f.g, row, col)->ch), -1);
	}
	assert_shows(&f, "evil\\x1b[2J");
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(are_drawn_as_blessed),
		cmocka_unit_test(explain_comes_from_everywhere),
		cmocka_unit_test(every_verdict_has_its_page),
		cmocka_unit_test(a_page_can_be_searched),
		cmocka_unit_test(help_has_every_key),
		cmocka_unit_test(the_footer_shows_the_way_out),
		cmocka_unit_test(a_small_terminal_gets_a_polite_line),
		cmocka_unit_test(loading_shows_how_far_it_is),
		cmocka_unit_test(a_name_brings_no_controls),
	};

	return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
