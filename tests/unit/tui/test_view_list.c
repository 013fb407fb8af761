// The list, drawn and compared; filter, search, sorting, marks.
#include "overview_items.h"
#include "skip.h"
#include "tui_fixture.h"

static const char *const several[] = {
	"samples/listener-closed.pcap",     "samples/connect-refused.pcap",
	"samples/orderly-close.pcap",       "samples/keep-alive-race.pcap",
	"samples/ipv6-data-after-fin.pcap", NULL
};

static void open_list(struct fixture *f, int rows, int cols)
{
	fixture_open(f, several, rows, cols);
	fixture_type(f, "a");
}

static void is_drawn_as_blessed(void **state)
{
	static const struct {
		int rows, cols;
		const char *name;
	} sizes[] = {
		{ 24, 80, "list-80x24" },
		{ 40, 120, "list-120x40" },
		{ 15, 60, "list-60x15" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct fixture f;

		open_list(&f, sizes[i].rows, sizes[i].cols);
		fixture_type(&f, "jm");
		assert_screen(&f, sizes[i].name);
		fixture_close(&f);
	}
}

static void is_drawn_in_ascii(void **state)
{
	struct fixture f;

	(void)state;
	open_list(&f, 24, 80);
	f.g.ascii = true;
	fixture_type(&f, "m");
	for (int row = 0; row < 24; row++) {
		for (int col = 0; col < 80; col++)
			assert_in_range(grid_cell(&f.g, row, col)->ch, ' ',
					'~');
	}
	fixture_close(&f);
}

// A date in winter and one in summer, each by the clocks of its own day.
static void starts_are_in_the_zone_of_their_day(void **state)
{
	static const struct {
		int64_t start;
		const char *shown;
	} cases[] = {
		{ 1767603600, "10:00:00" }, // 2026-01-05T09:00Z
		{ 1783242000, "11:00:00" }, // 2026-07-05T09:00Z
	};
	struct zone *zone = zone_named("Europe/Berlin");
	struct column_clock clock = { .zone = zone };

	(void)state;
	if (!zone)
		skip_because("no zoneinfo");
	for (size_t i = 0; i < 2; i++) {
		struct connection c = { .start = cases[i].start * 1000000000 };
		struct text cell = { 0 };
		struct ui ui = { .clock = clock };

		column_get(COL_START)->text(&clock, &c, 0, 8, &cell);
		assert_string_equal(cell.s, cases[i].shown);
		text_cut(&cell, 0);
		overview_moment(&ui, c.start, 1000000000, &cell);
		assert_string_equal(cell.s, cases[i].shown);
		text_release(&cell);
	}
	zone_free(zone);
}

// Short in its column, whole below.
static void long_addresses_can_be_seen_whole(void **state)
{
	struct column_clock clock = { 0 };
	struct text cell = { 0 };
	struct connection c = { .port = { 61782, 443 } };
	struct fixture f;

	(void)state;
	for (uint8_t i = 0; i < 16; i++)
		c.addr[0].b[i] = (uint8_t)(0x20 + i);
	column_get(COL_CLIENT)->text(&clock, &c, 0, 24, &cell);
	assert_string_equal(cell.s, "[2021:22…c2d:2e2f]:61782");
	assert_true(glyph_cells(cell.s) <= 24);
	text_release(&cell);
	open_list(&f, 24, 60);
	fixture_type(&f, "f~2001\n");
	assert_int_equal(f.ui.model.count, 1);
	assert_shows(&f, "[2001:db8::");
	fixture_close(&f);
}

static void the_filter_works_while_typing(void **state)
{
	struct fixture f;
	size_t all;

	(void)state;
	open_list(&f, 24, 80);
	all = f.ui.model.count;
	fixture_type(&f, "fverdict");
	assert_int_equal(f.ui.model.count, all); // no flicker
	fixture_type(&f, "=conn");
	assert_int_equal(f.ui.model.count, 1);
	assert_shows(&f, "refused");
	fixture_key(&f, IN_BACKSPACE);
	fixture_type(&f, "x "); // more letters might have mended it
	assert_shows(&f, "no verdict \"conx\"");
	assert_int_equal(f.ui.model.count, all); // half of it was not meant
	fixture_key(&f, IN_ESC);
	assert_int_equal(f.ui.model.count, all);
	assert_int_equal(f.ui.view, VIEW_LIST);
	fixture_type(&f, "fserver_p\t");
	assert_string_equal(f.ui.prompt.text, "server_p");
	fixture_type(&f, "o\t");
	assert_string_equal(f.ui.prompt.text, "server_port");
	fixture_close(&f);
}

static void an_empty_list_says_what_to_do(void **state)
{
	static const char *const quiet[] = { "samples/orderly-close.pcap",
					     NULL };
	struct fixture f;

	(void)state;
	fixture_open(&f, quiet, 24, 80);
	ui_go(&f.ui, VIEW_LIST);
	fixture_key(&f, IN_NONE);
	assert_shows(&f, "No abnormal ending");
	assert_shows(&f, "a shows normal ones too");
	fixture_type(&f, "afport=1\n");
	assert_shows(&f, "No connection matches");
	fixture_type(&f, "e");
	assert_shows(&f, "no connection to export");
	fixture_close(&f);
}

static void a_column_can_be_clicked(void **state)
{
	struct fixture f;

	(void)state;
	open_list(&f, 24, 120);
	fixture_type(&f, ">");
	assert_int_equal(f.ui.model.sort, COL_START);
	assert_shows(&f, "start▲");
	fixture_type(&f, "r");
	assert_shows(&f, "start▼");
	fixture_type(&f, "<");
	assert_int_equal(f.ui.model.sort, COL_NUMBER);
	fixture_type(&f, ">");
	fixture_click(&f, 1, 5);
	assert_shows(&f, "#▲");
	fixture_click(&f, 1, 5);
	assert_shows(&f, "#▼");
	// A row: the first click selects, the second opens.
	fixture_click(&f, 4, 30);
	assert_int_equal(f.ui.model.cursor, 2);
	assert_int_equal(f.ui.view, VIEW_LIST);
	fixture_click(&f, 4, 30);
	assert_int_equal(f.ui.view, VIEW_CONNECTION);
	fixture_close(&f);
}

static void hidden_columns_come_with_the_arrows(void **state)
{
	struct fixture f;

	(void)state;
	open_list(&f, 24, 80);
	assert_false(on_screen(&f, "bytes"));
	for (int i = 0; i < COLS; i++)
		fixture_key(&f, IN_RIGHT);
	assert_shows(&f, "bytes");
	assert_shows(&f, "closed");
	assert_shows(&f, "error");
	for (int i = 0; i < COLS; i++)
		fixture_key(&f, 'h');
	assert_shows(&f, "client");
	fixture_close(&f);
}

// All nine things that a row has to say are there in a wide terminal.
static void a_wide_list_has_every_column(void **state)
{
	static const char *const titles[] = {
		"#",     "start",   "client",    "server",       "lasted",
		"bytes", "verdict", "certainty", "closed first", "error",
		NULL
	};
	struct fixture f;

	(void)state;
	open_list(&f, 40, 160);
	for (const char *const *t = titles; *t; t++)
		assert_shows(&f, *t);
	fixture_close(&f);
}

static void search_finds_the_next_row(void **state)
{
	struct fixture f;

	(void)state;
	open_list(&f, 24, 80);
	fixture_type(&f, "n");
	assert_shows(&f, "/ begins a search");
	fixture_type(&f, "/refused\n");
	assert_true(f.ui.model.found);
	assert_int_equal(analysis_get(f.a, f.ui.model.selected)->verdict,
			 CONNECT_REFUSED);
	fixture_type(&f, "/vredict=x\n");
	assert_shows(&f, "no field \"vredict\"");
	fixture_close(&f);
}

static void export_asks_before_it_overwrites(void **state)
{
	struct fixture f;

	(void)state;
	open_list(&f, 24, 80);
	fixture_type(&f, "me");
	assert_shows(&f, "1 marked");
	fixture_key(&f, CTRL_KEY('U'));
	fixture_type(&f, "out.csv\n");
	assert_int_equal(f.requests[REQUEST_CHECK], 1);
	ui_overwrite(&f.ui, true);
	fixture_key(&f, IN_NONE);
	assert_shows(&f, "out.csv exists: overwrite it?");
	fixture_type(&f, "n");
	assert_int_equal(f.requests[REQUEST_EXPORT], 0);
	assert_shows(&f, "out.csv is as it was");
	ui_overwrite(&f.ui, true);
	fixture_type(&f, "y");
	assert_int_equal(f.requests[REQUEST_EXPORT], 1);
	ui_overwrite(&f.ui, false);
	assert_int_equal(f.ui.request, REQUEST_EXPORT);
	assert_int_equal(ui_export_kind("x.txt"), EXPORT_TEXT);
	assert_int_equal(ui_export_kind("x.json"), EXPORT_JSON);
	assert_int_equal(ui_export_kind("x.pcap"), EXPORT_KINDS);
	fixture_close(&f);
}

static void the_wireshark_filter_is_shown_and_copied(void **state)
{
	static const char *const one[] = { "samples/broken-pipe.pcap", NULL };
	struct fixture f;

	(void)state;
	fixture_open(&f, one, 24, 80);
	fixture_type(&f, "aw");
	assert_shows(&f, "tcp.stream eq 0");
	assert_int_equal(f.requests[REQUEST_COPY], 1);
	assert_string_equal(f.ui.text, "tcp.stream eq 0");
	fixture_close(&f);
	// With several files Wireshark counts otherwise.
	open_list(&f, 24, 160);
	fixture_type(&f, "f~2001\nw");
	assert_shows(&f, "ipv6.addr eq 2001:db8::");
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_drawn_as_blessed),
		cmocka_unit_test(is_drawn_in_ascii),
		cmocka_unit_test(starts_are_in_the_zone_of_their_day),
		cmocka_unit_test(long_addresses_can_be_seen_whole),
		cmocka_unit_test(the_filter_works_while_typing),
		cmocka_unit_test(an_empty_list_says_what_to_do),
		cmocka_unit_test(a_column_can_be_clicked),
		cmocka_unit_test(hidden_columns_come_with_the_arrows),
		cmocka_unit_test(a_wide_list_has_every_column),
		cmocka_unit_test(search_finds_the_next_row),
		cmocka_unit_test(export_asks_before_it_overwrites),
		cmocka_unit_test(the_wireshark_filter_is_shown_and_copied),
	};

	return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
