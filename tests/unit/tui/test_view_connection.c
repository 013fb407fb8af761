// One connection, drawn and compared; findings, panes, times.
#include "tui_fixture.h"

static void open_one(struct fixture *f, const char *file, int rows, int cols)
{
	const char *const files[] = { file, NULL };

	fixture_open(f, files, rows, cols);
	fixture_type(f, "a\n");
	assert_int_equal(f->ui.view, VIEW_CONNECTION);
	assert_true(f->ui.detail.ready);
}

static void is_drawn_as_blessed(void **state)
{
	static const struct {
		const char *file;
		int rows, cols;
		const char *keys, *name;
	} screens[] = {
		{ "samples/broken-pipe.pcap", 24, 80, "", "connection-80x24" },
		{ "samples/broken-pipe.pcap", 40, 120, "nn",
		  "connection-120x40" },
		{ "samples/broken-pipe.pcap", 15, 60, "n", "connection-60x15" },
		{ "samples/unread-upload-window-reopens.pcap", 24, 80, "n",
		  "connection-window" },
		{ "samples/connect-no-route.pcap", 24, 80, "",
		  "connection-icmp" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
		struct fixture f;

		open_one(&f, screens[i].file, screens[i].rows, screens[i].cols);
		fixture_type(&f, screens[i].keys);
		assert_screen(&f, screens[i].name);
		fixture_close(&f);
	}
}

static void is_drawn_in_ascii(void **state)
{
	struct fixture f;

	(void)state;
	open_one(&f, "samples/broken-pipe.pcap", 24, 80);
	f.g.ascii = true;
	fixture_key(&f, IN_NONE);
	for (int row = 0; row < 24; row++) {
		for (int col = 0; col < 80; col++)
			assert_in_range(grid_cell(&f.g, row, col)->ch, ' ',
					'~');
	}
	assert_shows(&f, "RST ====");
	assert_screen(&f, "connection-ascii");
	fixture_close(&f);
}

// n and N visit the findings that rest on a frame, and the cursor stands on
// that frame.
static void findings_lead_to_their_frames(void **state)
{
	struct fixture f;
	size_t first;

	(void)state;
	open_one(&f, "samples/broken-pipe.pcap", 24, 80);
	assert_int_equal(f.ui.detail.chosen, SIZE_MAX);
	fixture_type(&f, "n");
	first = f.ui.detail.chosen;
	for (int i = 0; i < 8; i++) {
		const struct detail *d = &f.ui.detail;
		uint64_t frame = d->finding[d->chosen].frame;

		assert_int_equal(d->cursor,
				 ladder_find(&d->ladder, &d->timeline, frame));
		fixture_type(&f, "n");
	}
	for (int i = 0; i < 8; i++)
		fixture_type(&f, "N");
	assert_int_equal(f.ui.detail.chosen, first);
	fixture_close(&f);
}

static void the_reset_is_tied_to_what_it_answers(void **state)
{
	struct fixture f;
	const struct ladder *l = &f.ui.detail.ladder;

	(void)state;
	open_one(&f, "samples/broken-pipe.pcap", 24, 80);
	assert_int_equal(l->line[l->answer].kind, LADDER_ROW);
	assert_true(l->elicited_by < l->answer);
	assert_int_equal(
	    f.ui.detail.timeline
		.steps[f.ui.detail.timeline.rows[l->line[l->answer].row].first]
		.frame,
	    9);
	assert_shows(&f, "╭    8");
	assert_shows(&f, "╰    9");
	fixture_close(&f);
}

static void the_verdict_stands_at_the_end(void **state)
{
	struct fixture f;
	const struct ladder *l = &f.ui.detail.ladder;
	size_t verdicts = 0;

	(void)state;
	open_one(&f, "samples/unread-upload-window-reopens.pcap", 40, 120);
	for (size_t i = 1; i < l->count; i++) {
		if (l->line[i].kind != LADDER_VERDICT)
			continue;
		verdicts++;
		assert_int_equal(l->line[i - 1].kind, LADDER_WINDOW);
		assert_true(f.ui.detail.timeline.rows[l->line[i].row].end);
	}
	assert_int_equal(verdicts, 1);
	assert_shows(&f, "B of window came back (9,168 → 20,272)");
	fixture_close(&f);
}

// Who dies in silence has no last segment: the verdict stands below all.
static void the_verdict_of_a_silent_end_stands_last(void **state)
{
	struct fixture f;
	const struct ladder *l = &f.ui.detail.ladder;

	(void)state;
	open_one(&f, "samples/path-cut-sending.pcap", 40, 120);
	assert_int_equal(l->line[l->count - 1].kind, LADDER_VERDICT);
	assert_int_equal(l->line[l->count - 2].kind, LADDER_ROW);
	fixture_close(&f);
}

static void the_pane_has_every_finding(void **state)
{
	struct fixture f;
	char sentence[512];

	(void)state;
	open_one(&f, "samples/broken-pipe.pcap", 60, 400);
	for (size_t i = 0; i < f.ui.detail.findings; i++)
		assert_shows(&f, finding_text(&f.ui.detail.finding[i], sentence,
					      sizeof sentence));
	assert_shows(&f, "EPIPE");
	assert_shows(&f, "tcp.stream eq 0");
	assert_shows(&f, verdict_sentence(
			     verdict_get(f.ui.detail.c.verdict)->advice,
			     f.ui.detail.c.actor, sentence, sizeof sentence));
	fixture_close(&f);
}

static void tab_gives_the_pane_the_keys(void **state)
{
	struct fixture f;

	(void)state;
	open_one(&f, "samples/broken-pipe.pcap", 24, 80);
	fixture_type(&f, "j\t");
	assert_true(f.ui.detail.in_pane);
	assert_int_equal(f.ui.detail.cursor, 1);
	fixture_type(&f, "jj");
	assert_int_equal(f.ui.detail.cursor, 1);
	assert_int_equal(f.ui.detail.pane_top, 2);
	fixture_type(&f, "G");
	assert_true(f.ui.detail.pane_top < 100);
	fixture_type(&f, "g\tk");
	assert_int_equal(f.ui.detail.pane_top, 0);
	assert_int_equal(f.ui.detail.cursor, 0);
	fixture_close(&f);
}

static void times_have_three_forms(void **state)
{
	struct fixture f;

	(void)state;
	open_one(&f, "samples/broken-pipe.pcap", 24, 100);
	assert_shows(&f, "20.000747");
	fixture_type(&f, "t");
	assert_shows(&f, "+0.000133");
	fixture_type(&f, "t");
	assert_shows(&f, "15:15:48.83");
	fixture_type(&f, "t");
	assert_shows(&f, "20.000747");
	fixture_close(&f);
}

// Addresses and ports used again: each connection has its own frames.
static void a_reused_port_is_another_connection(void **state)
{
	static const char *const files[] = { "samples/port-reuse.pcap", NULL };
	struct fixture f;

	(void)state;
	fixture_open(&f, files, 24, 80);
	assert_true(analysis_count(f.a) >= 2);
	fixture_type(&f, "a");
	for (size_t i = 0; i < analysis_count(f.a); i++) {
		const struct detail *d = &f.ui.detail;

		ui_open(&f.ui, (uint32_t)i);
		fixture_serve(&f);
		assert_true(d->ready);
		assert_int_equal(d->timeline.steps[0].frame,
				 analysis_get(f.a, i)->first_frame);
		assert_int_equal(
		    d->timeline.steps[d->timeline.step_count - 1].frame,
		    analysis_get(f.a, i)->last_frame);
	}
	fixture_close(&f);
}

// A raw IP packet in a pcap file: a SYN, or the RST that refuses it.
static void put_packet(FILE *to, uint32_t second, uint16_t port, bool refusal)
{
	uint32_t head[] = { second, 0, 40, 40 };
	uint8_t p[40] = { 0x45, [3] = 40, [8] = 64, 6, [32] = 0x50 };

	p[15 + (refusal ? 4 : 0)] = 1; // 0.0.0.1 to 0.0.0.2
	p[15 + (refusal ? 0 : 4)] = 2;
	p[refusal ? 22 : 20] = (uint8_t)(port >> 8);
	p[refusal ? 23 : 21] = (uint8_t)port;
	p[refusal ? 21 : 23] = 80;
	p[27] = refusal ? 0 : 7;
	p[31] = refusal ? 8 : 0;
	p[33] = refusal ? TCP_RST | TCP_ACK : TCP_SYN;
	fwrite(head, sizeof head, 1, to);
	fwrite(p, sizeof p, 1, to);
}

// Clocks are set back in the middle of captures.
static void frames_before_their_time_are_all_there(void **state)
{
	static const uint32_t magic[] = { 0xa1b2c3d4, 0x00040002, 0,
					  0,          65535,      101 };
	char name[] = "/tmp/tcpwhy-test-XXXXXX";
	const char *const files[] = { name, NULL };
	FILE *to = fdopen(mkstemp(name), "w");
	struct fixture f;

	(void)state;
	assert_non_null(to);
	fwrite(magic, sizeof magic, 1, to);
	put_packet(to, 1000, 5000, false);
	put_packet(to, 1100, 5001, false);
	put_packet(to, 1001, 5000, true);
	assert_int_equal(fclose(to), 0);
	fixture_open(&f, files, 24, 80);
	fixture_type(&f, "a\n");
	assert_int_equal(f.ui.detail.timeline.step_count, 2);
	fixture_close(&f);
	remove(name);
}

static void arrows_go_to_the_neighbours(void **state)
{
	static const char *const files[] = { "samples/listener-closed.pcap",
					     NULL };
	struct fixture f;

	(void)state;
	fixture_open(&f, files, 24, 80);
	fixture_type(&f, "a\nl");
	assert_int_equal(f.ui.detail.connection, 1);
	assert_true(f.ui.detail.ready);
	fixture_type(&f, "hh");
	assert_int_equal(f.ui.detail.connection, 0);
	assert_shows(&f, "the list ends here");
	fixture_type(&f, "q");
	assert_int_equal(f.ui.view, VIEW_LIST);
	assert_int_equal(f.ui.model.cursor, 0);
	fixture_close(&f);
}

static void what_cannot_be_read_again_says_so(void **state)
{
	static const char *const files[] = { "samples/broken-pipe.pcap", NULL };
	struct fixture f;

	(void)state;
	fixture_open(&f, files, 24, 80);
	fixture_type(&f, "a");
	ui_open(&f.ui, 0);
	f.ui.detail.loading = (struct loading){ true, .done = 1, .total = 2 };
	ui_draw(&f.ui, &f.g);
	assert_shows(&f, "Reading its frames");
	ui_opened(&f.ui, NULL, 0);
	ui_draw(&f.ui, &f.g);
	assert_shows(&f, "could not be read again");
	assert_shows(&f, "why"); // the pane needs no frames
	fixture_type(&f, "nNtj\tG");
	fixture_close(&f);
}

// All samples, all sizes, many keys: nothing is written where nothing is.
static void no_sample_upsets_it(void **state)
{
	static const char *const files[] = {
		"samples/lone-reset.pcap",
		"samples/one-way-client-only.pcap",
		"samples/zero-window-stall.pcap",
		"samples/port-scan.pcap",
		"samples/mid-stream-start.pcap",
		"samples/capture-loss.pcap",
		"samples/user-timeout.pcap",
		"samples/ipv6-no-route.pcap",
		"samples/reset-injected-burst.pcap"
	};

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct fixture f;

		open_one(&f, files[i], 15, 60);
		fixture_type(&f, "nnGj\tGk\tttNx\033");
		assert_true(grid_resize(&f.g, 50, 200));
		fixture_type(&f, "gnG");
		assert_true(grid_resize(&f.g, 3, 10));
		fixture_type(&f, "nj");
		fixture_close(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_drawn_as_blessed),
		cmocka_unit_test(is_drawn_in_ascii),
		cmocka_unit_test(findings_lead_to_their_frames),
		cmocka_unit_test(the_reset_is_tied_to_what_it_answers),
		cmocka_unit_test(the_verdict_stands_at_the_end),
		cmocka_unit_test(the_verdict_of_a_silent_end_stands_last),
		cmocka_unit_test(the_pane_has_every_finding),
		cmocka_unit_test(tab_gives_the_pane_the_keys),
		cmocka_unit_test(times_have_three_forms),
		cmocka_unit_test(a_reused_port_is_another_connection),
		cmocka_unit_test(frames_before_their_time_are_all_there),
		cmocka_unit_test(arrows_go_to_the_neighbours),
		cmocka_unit_test(what_cannot_be_read_again_says_so),
		cmocka_unit_test(no_sample_upsets_it),
	};

	return cmocka_run_group_tests_name("connection", tests, NULL, NULL);
}
