// What the reports write: formats, columns, CSV that any reader can take
// apart again.
#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <csv.h>

#include "report/community.h"

enum { LINK_RAW_IP = 101, COLUMNS = 39 };

static const int64_t SECOND = 1000000000;

// Formats -------------------------------------------------------------------

static void is(struct text *t, const char *expected)
{
	assert_false(t->failed);
	assert_string_equal(t->s ? t->s : "", expected);
	text_release(t);
}

static void times_are_rfc_3339(void **state)
{
	struct text t = { 0 };

	(void)state;
	report_time(&t, INT64_C(1795274128838856999));
	is(&t, "2026-11-21T15:15:28.838856Z");
	report_time(&t, 0);
	is(&t, "1970-01-01T00:00:00.000000Z");
	report_time(&t, -1);
	is(&t, "1969-12-31T23:59:59.999999Z");
	report_time(&t, 951827696 * SECOND);
	is(&t, "2000-02-29T12:34:56.000000Z");
	report_time(&t, INT64_MAX);
	is(&t, "2262-04-11T23:47:16.854775Z");
	report_time(&t, INT64_MIN);
	is(&t, "1677-09-21T00:12:43.145224Z");
}

static void times_agree_with_the_c_library(void **state)
{
	(void)state;
	for (int64_t s = -5000000000; s < 9000000000; s += 86400 * 7 + 12345) {
		time_t when = (time_t)s;
		char expected[40];
		struct text t = { 0 };
		struct tm tm;

		gmtime_r(&when, &tm);
		strftime(expected, sizeof expected, "%Y-%m-%d %H:%M:%SZ", &tm);
		report_clock(&t, s * SECOND, NULL);
		is(&t, expected);
	}
}

static void local_times_name_their_offset(void **state)
{
	struct zone *east = zone_named("+05:30"), *west = zone_named("-03:00");
	struct text t = { 0 };

	(void)state;
	report_clock(&t, 1795274128 * SECOND, east);
	is(&t, "2026-11-21 20:45:28+05:30");
	report_clock(&t, 1795274128 * SECOND, west);
	is(&t, "2026-11-21 12:15:28-03:00");
	zone_free(east);
	zone_free(west);
}

static void seconds_have_the_decimals_asked_for(void **state)
{
	struct text t = { 0 };

	(void)state;
	report_seconds(&t, 19895309000, 6);
	is(&t, "19.895309");
	report_seconds(&t, 999999499, 6);
	is(&t, "0.999999");
	report_seconds(&t, 999999500, 6);
	is(&t, "1.000000");
	report_seconds(&t, -1500000, 3);
	is(&t, "-0.002");
	report_seconds(&t, -1, 3);
	is(&t, "0.000");
	report_seconds(&t, 61 * SECOND, 0);
	is(&t, "61");
}

static void counts_are_grouped_and_agree_with_their_noun(void **state)
{
	struct text t = { 0 };

	(void)state;
	report_count(&t, 0, "packet");
	is(&t, "0 packets");
	report_count(&t, 1, "packet");
	is(&t, "1 packet");
	report_count(&t, 999, "packet");
	is(&t, "999 packets");
	report_count(&t, 1000, "packet");
	is(&t, "1,000 packets");
	report_count(&t, UINT64_MAX, "packet");
	is(&t, "18,446,744,073,709,551,615 packets");
}

static void endpoints_bracket_ipv6(void **state)
{
	const uint8_t v4[4] = { 10, 0, 0, 5 };
	const uint8_t v6[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };
	struct addr a = addr_v4(v4), b = addr_v6(v6);
	struct text t = { 0 };

	(void)state;
	report_endpoint(&t, &a, 443);
	is(&t, "10.0.0.5:443");
	report_endpoint(&t, &b, 443);
	is(&t, "[2001:db8::1]:443");
}

static void frames_name_their_file_where_there_are_several(void **state)
{
	struct report one = { .file_count = 1 }, two = { .file_count = 2 };
	struct text t = { 0 };

	(void)state;
	report_frame(&t, &one, frame_id(0, 17));
	is(&t, "17");
	report_frame(&t, &two, frame_id(1, 17));
	is(&t, "2:17");
}

static void text_wraps_at_its_width(void **state)
{
	struct text t = { 0 };

	(void)state;
	text_wrap(&t, "one two three four", 0, 2, 9);
	is(&t, "one two\n  three\n  four");
	text_wrap(&t, "a-word-that-is-too-long x", 0, 2, 9);
	is(&t, "a-word-that-is-too-long\n  x");
	text_wrap(&t, "\u2500\u2500\u2500 \u2500\u2500", 0, 0, 6);
	is(&t, "\u2500\u2500\u2500 \u2500\u2500");
	text_wrap(&t, "", 0, 2, 9);
	is(&t, "");
}

// Community ID: vectors of the specification --------------------------------

static void community_ids_are_those_of_the_specification(void **state)
{
	static const struct {
		uint8_t a[4], b[4];
		uint16_t port[2];
		const char *id;
	} vectors[] = {
		{ { 128, 232, 110, 120 },
		  { 66, 35, 250, 204 },
		  { 34855, 80 },
		  "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" },
		{ { 1, 2, 3, 4 },
		  { 5, 6, 7, 8 },
		  { 1122, 3344 },
		  "1:wCb3OG7yAFWelaUydu0D+125CLM=" },
	};
	char id[COMMUNITY_ID];

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		struct addr ends[2] = { addr_v4(vectors[i].a),
					addr_v4(vectors[i].b) };
		struct addr back[2] = { ends[1], ends[0] };
		uint16_t ports[2] = { vectors[i].port[1], vectors[i].port[0] };

		community_id(ends, vectors[i].port, id);
		assert_string_equal(id, vectors[i].id);
		community_id(back, ports, id);
		assert_string_equal(id, vectors[i].id);
	}
}

// CSV -----------------------------------------------------------------------

static void cell(const char *in, const char *expected)
{
	struct text t = { 0 };

	text_puts(&t, "before,");
	text_puts(&t, in);
	report_csv_cell(&t, strlen("before,"));
	assert_memory_equal(t.s, "before,", strlen("before,"));
	assert_string_equal(t.s + strlen("before,"), expected);
	assert_int_equal(t.n, strlen(t.s));
	text_release(&t);
}

static void cells_are_quoted_only_where_they_must_be(void **state)
{
	(void)state;
	cell("", "");
	cell("plain text; 'quoted' (10.0.0.5:443)",
	     "plain text; 'quoted' (10.0.0.5:443)");
	cell("a,b", "\"a,b\"");
	cell("say \"x\"", "\"say \"\"x\"\"\"");
	cell("two\nlines", "\"two\nlines\"");
	cell("two\rlines", "\"two\rlines\"");
	cell("\"", "\"\"\"\"");
}

static void cells_that_look_like_formulas_are_guarded(void **state)
{
	(void)state;
	cell("=1+1", "'=1+1");
	cell("+1", "'+1");
	cell("-1", "'-1");
	cell("@SUM(A1)", "'@SUM(A1)");
	cell("\tx", "'\tx");
	cell("\rx", "\"'\rx\"");
	cell("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
	cell("a=b", "a=b");
}

// A capture in memory -------------------------------------------------------

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

// Feeds one TCP segment without options between 10.0.0.1:40000 (the client)
// and 10.0.0.2:80.
static void feed(struct analysis *a, uint64_t number, enum side from,
		 uint8_t flags, uint32_t seq, uint32_t ack)
{
	uint8_t p[40] = { 0x45, 0, 0, 40, 0,  0, 0x40, 0, 64,   6,    0, 0,
			  10,   0, 0, 1,  10, 0, 0,    2, 0x9c, 0x40, 0, 80 };
	struct frame f = { .time = INT64_C(1795274128838856000) +
				   (int64_t)number * 1000000,
			   .id = frame_id(0, number),
			   .wire_len = sizeof p,
			   .cap_len = sizeof p,
			   .link = LINK_RAW_IP,
			   .data = p };

	if (from == SERVER) {
		const uint8_t back[12] = { 10, 0, 0, 2,  10,   0,
					   0,  1, 0, 80, 0x9c, 0x40 };

		memcpy(p + 12, back, sizeof back);
	}
	put32(p + 24, seq);
	put32(p + 28, ack);
	p[32] = 0x50;
	p[33] = flags;
	p[34] = flags & TCP_RST ? 0 : 0xfa;
	assert_true(analysis_frame(a, &f, NULL));
}

static struct analysis *a_refused_connection(void)
{
	struct analysis *a = analysis_new();

	assert_non_null(a);
	feed(a, 1, CLIENT, TCP_SYN, 1000, 0);
	feed(a, 2, SERVER, TCP_RST | TCP_ACK, 0, 1001);
	analysis_settle(a);
	return a;
}

struct cells {
	char text[2 * COLUMNS][400];
	size_t count, rows;
};

static void take_cell(void *s, size_t n, void *to)
{
	struct cells *c = to;

	assert_in_range(c->count, 0, 2 * COLUMNS - 1);
	assert_in_range(n, 0, sizeof c->text[0] - 1);
	memcpy(c->text[c->count++], s, n);
}

static void take_row(int end, void *to)
{
	struct cells *c = to;

	assert_int_equal(end, '\n');
	c->rows++;
}

// The cells of the CSV report of a, as an independent reader finds them.
static struct cells *csv_of(const struct analysis *a, const struct report *look)
{
	static const char *const files[] = { "x.pcap" };
	struct report r = *look;
	struct cells *cells = calloc(1, sizeof *cells);
	struct csv_parser parser;
	char *s = NULL;
	size_t n;
	FILE *to = open_memstream(&s, &n);

	r.analysis = a;
	r.files = files;
	r.file_count = 1;
	assert_non_null(to);
	assert_true(report_csv(&r, to));
	fclose(to);
	assert_int_equal(s[n - 1], '\n');
	csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
	assert_int_equal(csv_parse(&parser, s, n, take_cell, take_row, cells),
			 n);
	assert_int_equal(csv_fini(&parser, take_cell, take_row, cells), 0);
	csv_free(&parser);
	free(s);
	return cells;
}

static void columns_are_the_contracts(void **state)
{
	static const char *const contract[COLUMNS] = {
		"connection",
		"tcp_stream",
		"start_time",
		"duration_s",
		"client_ip",
		"client_port",
		"server_ip",
		"server_port",
		"client_packets",
		"server_packets",
		"client_bytes",
		"server_bytes",
		"verdict",
		"confidence",
		"also_possible",
		"closed_first",
		"reset_by",
		"client_connect",
		"client_recv",
		"client_send",
		"server_recv",
		"server_send",
		"client_state",
		"server_state",
		"evidence",
		"frames",
		"advice",
		"zeek_conn_state",
		"zeek_history",
		"community_id",
		"end_time",
		"rtt_ms",
		"client_retransmissions",
		"server_retransmissions",
		"longest_idle_s",
		"zero_window_s",
		"missing_bytes",
		"client_stack",
		"server_stack",
	};
	size_t n = 0;

	(void)state;
	for (const struct column *c = report_columns; c->name; c++, n++) {
		assert_in_range(n, 0, COLUMNS - 1);
		assert_string_equal(c->name, contract[n]);
		assert_non_null(c->value);
	}
	assert_int_equal(n, COLUMNS);
}

static void a_row_says_what_happened(void **state)
{
	struct analysis *a = a_refused_connection();
	struct report look = { .streams = true };
	struct cells *c = csv_of(a, &look);
	char(*row)[400] = c->text + COLUMNS;

	(void)state;
	assert_int_equal(c->count, 2 * COLUMNS);
	assert_int_equal(c->rows, 2);
	assert_string_equal(row[0], "1");
	assert_string_equal(row[1], "0");
	assert_string_equal(row[2], "2026-11-21T15:15:28.839856Z");
	assert_string_equal(row[3], "0.001000");
	assert_string_equal(row[4], "10.0.0.1");
	assert_string_equal(row[5], "40000");
	assert_string_equal(row[6], "10.0.0.2");
	assert_string_equal(row[7], "80");
	assert_string_equal(row[8], "1");
	assert_string_equal(row[9], "1");
	assert_string_equal(row[12], "connect_refused");
	assert_string_equal(row[16], "server");
	assert_string_equal(row[17], "ECONNREFUSED");
	assert_string_equal(row[18], "");
	assert_string_equal(row[25], "1 2");
	assert_memory_equal(row[29], "1:", 2);
	free(c);
	analysis_free(a);
}

static void a_clock_that_stepped_back_makes_no_negative_duration(void **state)
{
	struct analysis *a = analysis_new();
	struct report look = { .streams = true };
	struct cells *c;

	(void)state;
	assert_non_null(a);
	feed(a, 9000, CLIENT, TCP_SYN, 1000, 0);
	feed(a, 2, SERVER, TCP_RST | TCP_ACK, 0, 1001);
	analysis_settle(a);
	c = csv_of(a, &look);
	assert_string_equal(c->text[COLUMNS + 3], "0.000000");
	free(c);
	analysis_free(a);
}

static void streams_are_empty_where_wireshark_counts_otherwise(void **state)
{
	struct analysis *a = a_refused_connection();
	struct report look = { .streams = false };
	struct cells *c = csv_of(a, &look);

	(void)state;
	assert_string_equal(c->text[COLUMNS + 1], "");
	free(c);
	analysis_free(a);
}

static void only_the_connection_asked_for_is_written(void **state)
{
	struct analysis *a = a_refused_connection();
	struct report first = { .only = 1 }, second = { .only = 2 };
	struct cells *c = csv_of(a, &first);

	(void)state;
	assert_int_equal(c->rows, 2);
	free(c);
	c = csv_of(a, &second);
	assert_int_equal(c->rows, 1);
	free(c);
	analysis_free(a);
}

static char *text_of(const struct analysis *a, const struct report *look,
		     bool (*report)(const struct report *, FILE *))
{
	static const char *const files[] = { "a\033[31m.pcap" };
	struct report r = *look;
	char *s = NULL;
	size_t n;
	FILE *to = open_memstream(&s, &n);

	r.analysis = a;
	r.files = files;
	r.file_count = 1;
	r.width = look->width ? look->width : 60;
	assert_non_null(to);
	assert_true(report(&r, to));
	fclose(to);
	return s;
}

static void text_names_the_verdict_and_its_frames(void **state)
{
	struct analysis *a = a_refused_connection();
	struct report look = { .streams = true, .width = 100 };
	char *s = text_of(a, &look, report_text);

	(void)state;
	assert_non_null(strstr(s, "refused (certain)"));
	assert_non_null(strstr(s, "10.0.0.1:40000 -> 10.0.0.2:80"));
	assert_non_null(strstr(s, "frames 1, 2"));
	assert_non_null(strstr(s, "connect: ECONNREFUSED"));
	assert_non_null(strstr(s, "tcp.stream eq 0"));
	assert_non_null(strstr(s, "tcpwhy explain connect_refused"));
	free(s);
	analysis_free(a);
}

static void no_byte_of_a_name_reaches_the_terminal_raw(void **state)
{
	struct analysis *a = a_refused_connection();
	struct report look = { .streams = true };
	char *s = text_of(a, &look, report_text);

	(void)state;
	assert_null(strchr(s, '\033'));
	assert_non_null(strstr(s, "a\\x1b[31m.pcap"));
	free(s);
	analysis_free(a);
}

static void color_adds_nothing_but_color(void **state)
{
	struct analysis *a = a_refused_connection();
	struct report plain = { .streams = true };
	struct report bright = { .streams = true, .color = true };
	char *p = text_of(a, &plain, report_text);
	char *b = text_of(a, &bright, report_text);
	char *to = b;

	(void)state;
	assert_non_null(strchr(b, '\033'));
	for (const char *from = b; *from; from++) {
		if (*from == '\033')
			from += strcspn(from, "m");
		else
			*to++ = *from;
	}
	*to = '\0';
	assert_string_equal(p, b);
	free(p);
	free(b);
	analysis_free(a);
}

static void lines_keep_to_the_width(void **state)
{
	struct analysis *a = a_refused_connection();
	struct report look = { .streams = true, .all = true };
	char *s = text_of(a, &look, report_text);

	(void)state;
	for (const char *line = s; *line; line += strcspn(line, "\n") + 1) {
		if (*line != ' ')
			continue; // heads may be wider
		assert_in_range(strcspn(line, "\n"), 0, 60);
	}
	free(s);
	analysis_free(a);
}

static void a_summary_counts_by_verdict(void **state)
{
	struct analysis *a = a_refused_connection();
	struct report look = { .streams = true };
	char *s = text_of(a, &look, report_summary);

	(void)state;
	assert_non_null(strstr(s, "        1  refused"));
	assert_null(strstr(s, "frames"));
	free(s);
	analysis_free(a);
}

static void frames_that_were_not_used_are_counted_by_reason(void **state)
{
	struct analysis *a = analysis_new();
	const uint8_t junk[28] = { 0x45, 0, 0, 28, [8] = 64, [9] = 17 };
	struct frame f = { .time = 1,
			   .wire_len = sizeof junk,
			   .cap_len = sizeof junk,
			   .link = LINK_RAW_IP,
			   .data = junk };
	struct report look = { .streams = true };
	char *s;

	(void)state;
	for (uint64_t i = 1; i <= 3; i++) {
		f.id = frame_id(0, i);
		assert_true(analysis_frame(a, &f, NULL));
	}
	analysis_settle(a);
	s = text_of(a, &look, report_summary);
	assert_non_null(strstr(s, "not used: 3 packets: 3 not TCP"));
	free(s);
	analysis_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_rfc_3339),
		cmocka_unit_test(times_agree_with_the_c_library),
		cmocka_unit_test(local_times_name_their_offset),
		cmocka_unit_test(seconds_have_the_decimals_asked_for),
		cmocka_unit_test(counts_are_grouped_and_agree_with_their_noun),
		cmocka_unit_test(endpoints_bracket_ipv6),
		cmocka_unit_test(
		    frames_name_their_file_where_there_are_several),
		cmocka_unit_test(text_wraps_at_its_width),
		cmocka_unit_test(community_ids_are_those_of_the_specification),
		cmocka_unit_test(cells_are_quoted_only_where_they_must_be),
		cmocka_unit_test(cells_that_look_like_formulas_are_guarded),
		cmocka_unit_test(columns_are_the_contracts),
		cmocka_unit_test(a_row_says_what_happened),
		cmocka_unit_test(
		    a_clock_that_stepped_back_makes_no_negative_duration),
		cmocka_unit_test(
		    streams_are_empty_where_wireshark_counts_otherwise),
		cmocka_unit_test(only_the_connection_asked_for_is_written),
		cmocka_unit_test(text_names_the_verdict_and_its_frames),
		cmocka_unit_test(no_byte_of_a_name_reaches_the_terminal_raw),
		cmocka_unit_test(color_adds_nothing_but_color),
		cmocka_unit_test(lines_keep_to_the_width),
		cmocka_unit_test(a_summary_counts_by_verdict),
		cmocka_unit_test(
		    frames_that_were_not_used_are_counted_by_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
