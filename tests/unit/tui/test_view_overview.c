// The overview, drawn and compared; what its lines lead to.
#include "tui_fixture.h"

#include "overview_items.h"

static const char *const several[] = {
	"samples/listener-closed.pcap",     "samples/connect-refused.pcap",
	"samples/orderly-close.pcap",       "samples/keep-alive-race.pcap",
	"samples/ipv6-data-after-fin.pcap", NULL
};

static void is_drawn_as_blessed(void **state)
{
	static const struct {
		int rows, cols;
		const char *name;
	} sizes[] = {
		{ 24, 80, "overview-80x24" },
		{ 40, 120, "overview-120x40" },
		{ 15, 60, "overview-60x15" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct fixture f;

		fixture_open(&f, several, sizes[i].rows, sizes[i].cols);
		assert_screen(&f, sizes[i].name);
		fixture_close(&f);
	}
}

static void is_drawn_in_ascii(void **state)
{
	struct fixture f;

	(void)state;
	fixture_open(&f, several, 24, 80);
	f.g.ascii = true;
	fixture_key(&f, IN_NONE);
	for (int row = 0; row < 24; row++) {
		for (int col = 0; col < 80; col++)
			assert_in_range(grid_cell(&f.g, row, col)->ch, ' ',
					'~');
	}
	assert_screen(&f, "overview-ascii");
	fixture_close(&f);
}

// Every line, in every layout: Enter lists as many connections as it counts.
static void every_line_lists_its_connections(void **state)
{
	static const int cols[] = { 80, 120 };

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct item items[OVERVIEW_ITEMS];
		struct fixture f;
		size_t n;

		fixture_open(&f, several, 40, cols[k]);
		n = overview_items(&f.ui, items);
		assert_in_range(n, 8, OVERVIEW_ITEMS);
		for (size_t i = 0; i < n; i++) {
			if (items[i].section == SECTION_WHEN)
				continue;
			f.ui.overview.section = items[i].section;
			f.ui.overview.key = items[i].index;
			fixture_key(&f, IN_ENTER);
			if (items[i].section == SECTION_LIMITS &&
			    f.ui.view == VIEW_OVERVIEW)
				continue; // frames of no connection
			assert_int_equal(f.ui.view, VIEW_LIST);
			assert_int_equal(f.ui.model.count, items[i].count);
			fixture_key(&f, 'q');
			model_narrow(&f.ui.model, true, false);
			assert_int_equal(f.ui.view, VIEW_OVERVIEW);
		}
		fixture_close(&f);
	}
}

// Each column of the histogram lists what ended then, as many as it shows.
static void the_histogram_lists_what_ended_then(void **state)
{
	struct fixture f;
	size_t sum = 0, each, cols;

	(void)state;
	fixture_open(&f, several, 24, 80);
	f.ui.overview.section = SECTION_WHEN;
	fixture_key(&f, IN_NONE);
	cols = overview_bins(&f.ui, f.ui.overview.cols, &each);
	assert_in_range(cols, 10, 78);
	for (size_t i = 0; i < cols; i++) {
		size_t shown = 0;

		for (size_t k = i * each; k < (i + 1) * each; k++)
			shown += k < f.ui.summary.bins
				     ? f.ui.summary.troubled[k]
				     : 0;
		f.ui.overview.bin = i;
		fixture_key(&f, IN_ENTER);
		assert_int_equal(f.ui.view, VIEW_LIST);
		assert_int_equal(f.ui.model.count, shown);
		sum += shown;
		fixture_key(&f, 'q');
	}
	assert_int_equal(sum, f.ui.model.eventful);
	fixture_close(&f);
}

static void tab_goes_through_the_sections(void **state)
{
	struct fixture f;
	unsigned seen = 0;

	(void)state;
	fixture_open(&f, several, 24, 80);
	for (int i = 0; i < SECTIONS; i++) {
		seen |= 1U << f.ui.overview.section;
		fixture_key(&f, IN_TAB);
	}
	assert_true(seen & 1 << SECTION_HOW && seen & 1 << SECTION_WHEN &&
		    seen & 1 << SECTION_SERVERS && seen & 1 << SECTION_CLIENTS);
	fixture_key(&f, 'g');
	assert_int_equal(f.ui.overview.section, SECTION_HOW);
	fixture_key(&f, IN_BACKTAB);
	assert_int_not_equal(f.ui.overview.section, SECTION_HOW);
	fixture_close(&f);
}

static void a_second_click_opens_the_line(void **state)
{
	struct fixture f;

	(void)state;
	fixture_open(&f, several, 24, 80);
	fixture_click(&f, 3, 10);
	assert_int_equal(f.ui.view, VIEW_OVERVIEW);
	fixture_click(&f, 3, 10);
	assert_int_equal(f.ui.view, VIEW_LIST);
	fixture_close(&f);
}

static void a_shows_all(void **state)
{
	struct fixture f;

	(void)state;
	fixture_open(&f, several, 24, 80);
	fixture_type(&f, "a");
	assert_int_equal(f.ui.view, VIEW_LIST);
	assert_int_equal(f.ui.model.count, f.ui.model.total);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_drawn_as_blessed),
		cmocka_unit_test(is_drawn_in_ascii),
		cmocka_unit_test(every_line_lists_its_connections),
		cmocka_unit_test(the_histogram_lists_what_ended_then),
		cmocka_unit_test(tab_goes_through_the_sections),
		cmocka_unit_test(a_second_click_opens_the_line),
		cmocka_unit_test(a_shows_all),
	};

	return cmocka_run_group_tests_name("overview", tests, NULL, NULL);
}
