// What hands do that know other programs: what they try must not lose work, say
// what isn't so, or do something else in silence.
#include "export.h"
#include "overview_items.h"
#include "tui_fixture.h"

#include "capfile.h"

#include <unistd.h>

static const char *const several[] = {
	"samples/listener-closed.pcap",     "samples/connect-refused.pcap",
	"samples/orderly-close.pcap",       "samples/keep-alive-race.pcap",
	"samples/ipv6-data-after-fin.pcap", NULL
};

static void open_list(struct fixture *f)
{
	fixture_open(f, several, 24, 80);
	fixture_type(f, "a");
}

static void a_part_is_called_a_part(void **state)
{
	struct fixture f;

	(void)state;
	open_list(&f);
	assert_false(on_screen(&f, "PARTIAL"));
	f.ui.loading = (struct loading){ .stopped = true, .done = 5, .total = 100 };
	fixture_key(&f, IN_NONE);
	assert_shows(&f, "PARTIAL 5 %");
	fixture_type(&f, "jj");
	assert_shows(&f, "PARTIAL 5 %");
	f.ui.loading = (struct loading){ .broken = true };
	fixture_key(&f, IN_NONE);
	assert_shows(&f, "PARTIAL");
	fixture_close(&f);
}

static void s_stops_and_escape_does_not(void **state)
{
	struct fixture f;

	(void)state;
	fixture_open(&f, several, 24, 80);
	f.ui.loading.active = true;
	fixture_key(&f, IN_ESC);
	fixture_key(&f, IN_ESC);
	assert_int_equal(f.requests[REQUEST_STOP], 0);
	fixture_type(&f, "S");
	assert_int_equal(f.requests[REQUEST_STOP], 1);
	f.ui.loading.active = false;
	fixture_type(&f, "S");
	assert_int_equal(f.requests[REQUEST_STOP], 1);
	fixture_close(&f);
}

static void an_ending_says_what_is_written(void **state)
{
	static const struct {
		const char *name;
		enum export_kind kind;
	} names[] = {
		{ "a.txt", EXPORT_TEXT },	{ "a.csv", EXPORT_CSV },
		{ "a.json", EXPORT_JSON },	{ "a.jsonl", EXPORT_JSON },
		{ "a.md", EXPORT_MARKDOWN },	{ "a.html", EXPORT_PAGE },
		{ "a.pcap", EXPORT_KINDS },	{ "a", EXPORT_KINDS },
		{ "a.csv.bak", EXPORT_KINDS },
	};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_int_equal(ui_export_kind(names[i].name), names[i].kind);
	open_list(&f);
	fixture_type(&f, "e");
	fixture_key(&f, CTRL_KEY('U'));
	fixture_type(&f, "a.pcap\n");
	assert_int_equal(f.requests[REQUEST_CHECK], 0);
	assert_string_equal(f.ui.prompt.text, "a.pcap"); // to be mended
	assert_shows(&f, "ends in .csv");
	for (int i = 0; i < 4; i++)
		fixture_key(&f, IN_BACKSPACE);
	fixture_type(&f, "csv\n");
	assert_int_equal(f.requests[REQUEST_CHECK], 1);
	fixture_close(&f);
}

static void a_tilde_is_the_home(void **state)
{
	struct fixture f;

	(void)state;
	setenv("HOME", "/home/somebody", 1);
	open_list(&f);
	fixture_type(&f, "e");
	fixture_key(&f, CTRL_KEY('U'));
	fixture_type(&f, "~/a.csv\n");
	assert_string_equal(f.ui.text, "/home/somebody/a.csv");
	fixture_type(&f, "e");
	fixture_key(&f, CTRL_KEY('U'));
	fixture_type(&f, "~a.csv\n");
	assert_string_equal(f.ui.text, "~a.csv");
	fixture_close(&f);
}

// What file `name` held, which is removed; the caller frees it.
static char *contents(const char *name)
{
	FILE *from = fopen(name, "r");
	char *s = calloc(1, 1 << 16);

	assert_non_null(from);
	assert_non_null(s);
	assert_true(fread(s, 1, (1 << 16) - 1, from) > 0);
	fclose(from);
	unlink(name);
	return s;
}

static void marked_ones_are_written_though_a_filter_hides_them(void **state)
{
	const struct folder *folder = *state;
	char err[EXPORT_ERROR], name[256], *text;
	struct fixture f;

	snprintf(name, sizeof name, "%s/marked.csv", folder->path);
	open_list(&f);
	fixture_type(&f, "m");
	fixture_type(&f, "fverdict=orderly_close\n");
	fixture_type(&f, "e");
	assert_shows(&f, "1 marked");
	assert_true(export_write(&f.ui, name, err));
	text = contents(name);
	assert_null(strstr(text, "orderly_close"));
	assert_non_null(strchr(strchr(text, '\n') + 1, '\n'));
	free(text);
	fixture_close(&f);
}

static void one_connection_is_written_as_any_report(void **state)
{
	static const struct {
		const char *end, *holds;
	} kinds[] = {
		{ "md", "data after close" },
		{ "html", "<!DOCTYPE html>" },
		{ "json", "\"verdict\":\"reset_data_after_fin\"" },
		{ "csv", ",reset_data_after_fin," },
		{ "txt", "data after close" },
	};
	static const char *const one[] = { "samples/broken-pipe.pcap", NULL };
	const struct folder *folder = *state;
	char err[EXPORT_ERROR], name[256];
	struct fixture f;

	fixture_open(&f, one, 24, 80);
	fixture_type(&f, "a\n");
	assert_int_equal(f.ui.view, VIEW_CONNECTION);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		char *text;

		snprintf(name, sizeof name, "%s/one.%s", folder->path,
			 kinds[i].end);
		if (!export_write(&f.ui, name, err))
			fail_msg("%s", err);
		text = contents(name);
		if (!strstr(text, kinds[i].holds))
			fail_msg("%s: %s", name, text);
		free(text);
	}
	fixture_close(&f);
}

static void a_wrong_filter_stays_to_be_mended(void **state)
{
	struct fixture f;
	size_t all;

	(void)state;
	open_list(&f);
	all = f.ui.model.count;
	fixture_type(&f, "fverdict=connect_refused nonsense\n");
	assert_string_equal(f.ui.prompt.text,
			    "verdict=connect_refused nonsense");
	assert_int_equal(f.ui.prompt.kind, PROMPT_FILTER);
	assert_true(f.ui.prompt.wrong);
	assert_int_equal(f.ui.model.count, all); // not its first half
	fixture_key(&f, CTRL_KEY('W'));
	fixture_key(&f, IN_ENTER);
	assert_int_equal(f.ui.prompt.kind, PROMPT_NONE);
	assert_int_equal(f.ui.model.count, 1);
	fixture_close(&f);
}

static void a_search_says_how_it_ended(void **state)
{
	struct fixture f;
	size_t first;

	(void)state;
	open_list(&f);
	fixture_type(&f, "/verdict=connect_refused");
	first = f.ui.model.cursor; // while typing
	assert_int_equal(
	    analysis_get(f.a, f.ui.model.rows[first])->verdict,
	    CONNECT_REFUSED);
	fixture_key(&f, IN_ENTER);
	assert_int_equal(f.ui.model.cursor, first);
	fixture_type(&f, "n");
	assert_shows(&f, "there is no other");
	fixture_type(&f, "/verdict=reset_injected");
	assert_shows(&f, "not found");
	fixture_key(&f, IN_ENTER);
	assert_shows(&f, "not found");
	fixture_type(&f, "Gk/~10.0.0\n");
	fixture_type(&f, "nn");
	assert_shows(&f, "went on from the beginning");
	first = f.ui.model.cursor;
	fixture_type(&f, "/verdict=connect_refused\033");
	assert_int_equal(f.ui.model.cursor, first);
	fixture_close(&f);
}

static void sorting_takes_the_columns_that_are_seen(void **state)
{
	enum column_id ids[COLS];
	int widths[COLS];
	struct fixture f;
	size_t n;

	(void)state;
	open_list(&f);
	n = column_layout(f.ui.body.cols - 2, f.ui.list.skip, &f.ui.model.needs,
			  ids, widths);
	assert_true(n < COLS);
	for (size_t i = 0; i < 2 * COLS; i++) {
		bool seen = false;

		fixture_type(&f, i % 3 ? ">" : "<");
		for (size_t k = 0; k < n; k++)
			seen |= ids[k] == f.ui.model.sort;
		assert_true(seen);
	}
	fixture_close(&f);
}

static void a_pasted_line_ends_nothing(void **state)
{
	struct fixture f;

	(void)state;
	open_list(&f);
	fixture_key(&f, IN_PASTE);
	fixture_type(&f, "q\nQ");
	fixture_key(&f, IN_PASTED);
	assert_int_equal(f.requests[REQUEST_QUIT], 0);
	assert_int_equal(f.ui.view, VIEW_LIST);
	fixture_type(&f, "f");
	fixture_key(&f, IN_PASTE);
	fixture_type(&f, "verdict=connect_refused\n\t");
	fixture_key(&f, IN_PASTED);
	assert_string_equal(f.ui.prompt.text, "verdict=connect_refused  ");
	fixture_key(&f, IN_ENTER);
	assert_int_equal(f.ui.model.count, 1);
	fixture_close(&f);
}

static void enter_lists_the_same_whatever_was_listed_before(void **state)
{
	struct fixture f;
	size_t first;

	(void)state;
	fixture_open(&f, several, 24, 80);
	fixture_key(&f, IN_ENTER);
	first = f.ui.model.count;
	fixture_type(&f, "aq"); // turned round in the list, then back
	fixture_key(&f, IN_ENTER);
	assert_int_equal(f.ui.model.count, first);
	fixture_close(&f);
}

static void x_on_a_host_explains_nothing(void **state)
{
	struct fixture f;

	(void)state;
	fixture_open(&f, several, 40, 120);
	fixture_type(&f, "x");
	assert_int_equal(f.ui.view, VIEW_EXPLAIN);
	fixture_type(&f, "q");
	f.ui.overview.section = SECTION_SERVERS;
	fixture_key(&f, IN_NONE);
	fixture_type(&f, "x");
	assert_int_equal(f.ui.view, VIEW_OVERVIEW);
	assert_shows(&f, "this line is about no one verdict");
	fixture_close(&f);
}

static void a_long_message_is_whole(void **state)
{
	struct fixture f;

	(void)state;
	open_list(&f);
	f.ui.report.streams = false;
	fixture_type(&f, "fverdict=reset_data_after_fin ~2001\nw");
	assert_string_equal(f.ui.filter, "verdict=reset_data_after_fin ~2001");
	assert_int_equal(f.requests[REQUEST_COPY], 1);
	assert_true(strlen(f.ui.message) > 80);
	for (const char *s = f.ui.message; *s;) {
		size_t n = strcspn(s, " ");
		char word[80];

		snprintf(word, sizeof word, "%.*s", (int)n, s);
		if (n < 30)
			assert_shows(&f, word);
		s += n + (s[n] == ' ');
	}
	fixture_close(&f);
}

static void the_wheel_turns_what_it_is_over(void **state)
{
	static const char *const one[] = { "samples/broken-pipe.pcap", NULL };
	struct input over_pane = { IN_WHEEL_DOWN, 20, 10 };
	struct input over_ladder = { IN_WHEEL_DOWN, 6, 10 };
	struct fixture f;

	(void)state;
	fixture_open(&f, one, 24, 80);
	fixture_type(&f, "a\n");
	ui_input(&f.ui, &over_pane);
	assert_int_equal(f.ui.detail.cursor, 0);
	assert_true(f.ui.detail.pane_top > 0);
	ui_input(&f.ui, &over_ladder);
	assert_true(f.ui.detail.cursor > 0);
	fixture_close(&f);
}

static void a_date_and_its_zone_are_shown(void **state)
{
	static const char *const one[] = { "samples/broken-pipe.pcap", NULL };
	struct fixture f;

	(void)state;
	fixture_open(&f, one, 24, 80);
	fixture_type(&f, "a");
	assert_shows(&f, "2019-07-06 15:15:28Z");
	fixture_type(&f, "\n");
	assert_shows(&f, "2019-07-06 15:15:28Z");
	fixture_close(&f);
}

static void what_is_only_possible_may_have_happened(void **state)
{
	static const char *const one[] = { "samples/only-flags-captured.pcap",
					   NULL };
	struct fixture f;

	(void)state;
	fixture_open(&f, one, 24, 120);
	fixture_type(&f, "afconfidence=possible\n");
	assert_int_equal(f.ui.model.count, 1);
	assert_shows(&f, " may ");
	fixture_close(&f);
}

int main(void)
{
#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, folder_make, folder_remove)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_is_called_a_part),
		cmocka_unit_test(s_stops_and_escape_does_not),
		cmocka_unit_test(an_ending_says_what_is_written),
		cmocka_unit_test(a_tilde_is_the_home),
		IN_FOLDER(marked_ones_are_written_though_a_filter_hides_them),
		IN_FOLDER(one_connection_is_written_as_any_report),
		cmocka_unit_test(a_wrong_filter_stays_to_be_mended),
		cmocka_unit_test(a_search_says_how_it_ended),
		cmocka_unit_test(sorting_takes_the_columns_that_are_seen),
		cmocka_unit_test(a_pasted_line_ends_nothing),
		cmocka_unit_test(enter_lists_the_same_whatever_was_listed_before),
		cmocka_unit_test(x_on_a_host_explains_nothing),
		cmocka_unit_test(a_long_message_is_whole),
		cmocka_unit_test(the_wheel_turns_what_it_is_over),
		cmocka_unit_test(a_date_and_its_zone_are_shown),
		cmocka_unit_test(what_is_only_possible_may_have_happened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
