// What a log line tells: times in all forms, addresses and ports, errors.
#include "query/logline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "judge/evidence.h"
#include "query/where_value.h"

static const int64_t second = 1000000000;

// Times ----------------------------------------------------------------------

// The same moment, 2026-11-21 15:15:28 UTC, in every form.
static const struct {
	const char *line;
	int64_t fraction, unit;
	bool zoned, yearless;
} times[] = {
	{ "2026-11-21T15:15:28.838856Z 11 [Note]", 838856000, 1000, true,
	  false },
	{ "[2026-11-21T15:15:28.838Z] \"GET /\"", 838000000, 1000000, true,
	  false },
	{ "2026-11-21T15:15:28+0000 host x[1]:", 0, 1000000000, true, false },
	{ "2026-11-21T17:15:28.5+02:00", 500000000, 100000000, true, false },
	{ "2026-11-21 15:15:28,838 WARN", 838000000, 1000000, false, false },
	{ "2026-11-21 15:15:28.838 UTC [2731]", 838000000, 1000000, true,
	  false },
	{ "2026/11/21 15:15:28 [error] 31#31:", 0, 1000000000, false, false },
	{ "2026/11/21 15:15:28.838856 main.go:9:", 838856000, 1000, false,
	  false },
	{ "- - [21/Nov/2026:16:15:28 +0100] \"GET", 0, 1000000000, true,
	  false },
	{ "10.0.0.5:4 [21/Nov/2026:15:15:28.838] web", 838000000, 1000000,
	  false, false },
	{ "[Sat Nov 21 15:15:28.838856 2026] [core:error]", 838856000, 1000,
	  false, false },
	{ "Sat Nov 21 15:15:28 UTC 2026 x", 0, 1000000000, true, false },
	{ "Sat, 21 Nov 2026 15:15:28 GMT", 0, 1000000000, true, false },
	{ "Nov 21, 2026 3:15:28 PM com.example.A b", 0, 1000000000, false,
	  false },
	{ "Nov 21 2026 15:15:28: %ASA-6-302014", 0, 1000000000, false, false },
	{ "Nov 21 15:15:28 web sshd[7]:", 0, 1000000000, false, true },
	{ "Nov 21 15:15:28.838856 web kernel:", 838856000, 1000, false, true },
	{ "261121 15:15:28 [Warning] Aborted", 0, 1000000000, false, false },
	{ "time=1795274128.838 level=error", 838000000, 1000000, true, false },
	{ "1795274128 x", 0, 1000000000, true, false },
};

static void every_form_of_time_is_understood(void **state)
{
	const int64_t moment = INT64_C(1795274128) * second;

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		struct logline l;

		print_message("%s\n", times[i].line);
		assert_true(logline_parse(times[i].line, &l));
		assert_true(l.at.timed);
		assert_int_equal(l.at.zoned, times[i].zoned);
		assert_int_equal(l.at.yearless, times[i].yearless);
		assert_int_equal(l.at.unit, times[i].unit);
		log_time_year(&l.at, moment + 30 * 86400 * second);
		assert_int_equal(l.at.time, moment + times[i].fraction);
	}
}

static void what_is_no_time_is_none(void **state)
{
	static const char *const lines[] = {
		"nginx/1.22.1 10.0.0.1",      "2026-13-21T15:15:28Z econnreset",
		"2026-11-21T25:15:28Z epipe", "build 20261121 epipe",
		"12345678901234 epipe",       "x1795274128 epipe",
		"2026-02-31T15:15:28Z epipe", "6497-01-01 10:00:00 epipe",
		"9999-12-31 23:59:59 epipe",  "1969-12-31 23:59:59 epipe",
		"Feb 30 10:00:00 h epipe",    "2026-11-21 25:00:00 epipe",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct logline l;

		assert_true(logline_parse(lines[i], &l));
		assert_false(l.at.timed);
	}
}

static void a_time_without_a_zone_gets_one(void **state)
{
	struct zone *zone = zone_named("+01:00");
	struct logline l;

	(void)state;
	logline_parse("2026/11/21 16:15:28", &l);
	log_time_zone(&l.at, zone);
	assert_int_equal(l.at.time, INT64_C(1795274128) * second);
	logline_parse("2026-11-21T15:15:28Z", &l);
	log_time_zone(&l.at, zone);
	assert_int_equal(l.at.time, INT64_C(1795274128) * second);
	zone_free(zone);
}

static void a_time_that_cannot_be_is_named(void **state)
{
	struct logline l;

	(void)state;
	assert_false(logline_parse("at 2026-02-31 10:00:00 it broke", &l));
	assert_string_equal(l.at.impossible, "2026-02-31 10:00:00");
	assert_true(
	    logline_parse("2026-02-31 10:00:00 2026-02-28 10:00:00", &l));
	assert_string_equal(l.at.impossible, "");
	assert_true(l.at.timed);
	assert_false(logline_parse("it broke", &l));
	assert_string_equal(l.at.impossible, "");
}

// 31 December in a capture of 1 January is last year's.
static void a_year_is_the_nearest(void **state)
{
	struct logline l;

	(void)state;
	logline_parse("Dec 31 23:59:59 h x", &l);
	log_time_year(&l.at, INT64_C(1767225600) * second);
	assert_int_equal(l.at.time, INT64_C(1767225599) * second);
	logline_parse("Jan  1 00:00:01 h x", &l);
	log_time_year(&l.at, INT64_C(1767225599) * second);
	assert_int_equal(l.at.time, INT64_C(1767225601) * second);
	logline_parse("Mar  1 00:00:00 h x", &l); // 2026 is no leap year
	log_time_year(&l.at, INT64_C(1772323200) * second);
	assert_int_equal(l.at.time, INT64_C(1772323200) * second);
	logline_parse("Feb 29 00:00:00 h x",
		      &l); // 2028's is nearer than 2024's
	log_time_year(&l.at, INT64_C(1798761600) * second); // 2027
	assert_int_equal(l.at.time, INT64_C(1835395200) * second);
	logline_parse("Jan  1 00:00:00 h x", &l);
	log_time_year(&l.at, INT64_MAX);
	assert_int_equal(l.at.time, INT64_C(9183110400) * second); // 2261
	logline_parse("Jan  1 00:00:00 h x", &l);
	log_time_year(&l.at, INT64_MIN);
	assert_int_equal(l.at.time,
			 INT64_C(946684800) * second); // none is near
}

// Ends -----------------------------------------------------------------------

static void ends_are(const char *line, const char *expected)
{
	struct logline l;
	char got[400] = "";
	size_t n = 0;

	assert_true(logline_parse(line, &l));
	for (size_t i = 0; i < l.ends; i++) {
		char addr[ADDR_TEXT] = "";

		if (l.end[i].has_addr)
			addr_text(&l.end[i].addr, addr, sizeof addr);
		n += (size_t)snprintf(got + n, sizeof got - n, "%s%s/%u",
				      i ? " " : "", addr,
				      (unsigned)l.end[i].port);
	}
	assert_string_equal(got, expected);
}

static void addresses_and_ports_are_found(void **state)
{
	(void)state;
	ends_are("read tcp 10.0.0.5:51234->10.0.0.9:443: x",
		 "10.0.0.5/51234 10.0.0.9/443");
	ends_are("read tcp [2001:db8::5]:51234->[2001:db8::9]:443: read",
		 "2001:db8::5/51234 2001:db8::9/443");
	ends_are("by 2001:db8::5 port 4022 [preauth]", "2001:db8::5/4022");
	ends_are("from 10.0.0.5 port 51234 on 10.0.0.9 port 22",
		 "10.0.0.5/51234 10.0.0.9/22");
	ends_are("upstream: \"http://10.0.0.9:8080/a\", client: 10.0.0.5,",
		 "10.0.0.9/8080 10.0.0.5/0");
	ends_are("address: '10.0.0.9', port: 5432 }", "10.0.0.9/5432");
	ends_are("\"peer\":\"10.0.0.9\",\"port\":5432", "10.0.0.9/5432");
	ends_are("postgres://db.example:5432/x refused", "/5432");
	ends_are("/10.0.0.9:8083 failed", "10.0.0.9/8083");
	ends_are("2026-11-21T15:15:28Z 10.0.0.9:1 10.0.0.9:1", "10.0.0.9/1");
	ends_are("v1.2.3.4 10.0.0.300 999.1.1.1 10.0.0 epipe", "");
	ends_are("10.0.0.9:99999 epipe", "10.0.0.9/0");
	ends_are("localhost:8080 epipe", "/8080");
}

static void long_and_odd_lines_are_survived(void **state)
{
	struct logline l;
	char line[5000];

	(void)state;
	memset(line, '1', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	assert_false(logline_parse(line, &l));
	for (size_t i = 0; i + 1 < sizeof line; i++)
		line[i] = "1.:[]f "[(i * 7 + i / 13) % 7];
	logline_parse(line, &l);
	assert_true(l.ends <= LOGLINE_ENDS);
	assert_false(logline_parse("", &l));
	assert_false(logline_parse("\xff\xfe[[[::", &l));
}

// Errors ---------------------------------------------------------------------

static void a_text_within_another_one_does_not_count(void **state)
{
	struct logline l;

	(void)state;
	logline_parse("recv() failed (104: Connection reset by peer) while "
		      "reading response header from upstream",
		      &l);
	assert_int_equal(l.words, 1);
	assert_string_equal(l.word[0]->program, "nginx");
	assert_int_equal(l.word[0]->by, CLIENT);
	logline_parse("write: BROKEN PIPE", &l);
	assert_int_equal(l.words, 1);
	assert_int_equal(l.word[0]->results, CALL_BIT(CALL_EPIPE));
}

static void codes_are_taken_as_they_stand(void **state)
{
	struct logline l;

	(void)state;
	logline_parse("0/0/0/-1/5 502 2 - - SH-- 2/2", &l);
	assert_int_equal(l.words, 1);
	assert_int_equal(l.word[0]->closer, THE_PEER);
	logline_parse("0/0/0/-1/5 504 2 - - sH-- 2/2", &l);
	assert_int_equal(l.words, 1);
	assert_int_equal(l.word[0]->closer, ITSELF);
	assert_false(logline_parse("such a CDROM and a USD price", &l));
}

static void errors_have_names_texts_and_numbers(void **state)
{
	const char *nearest;
	call_set reset = CALL_BIT(CALL_ECONNRESET);

	(void)state;
	assert_int_equal(errno_find("ECONNRESET", &nearest), reset);
	assert_int_equal(errno_find("wsaeconnreset", &nearest), reset);
	assert_int_equal(errno_find("Connection reset by peer", &nearest),
			 reset);
	assert_int_equal(errno_find("104", &nearest), reset);
	assert_int_equal(errno_find("54", &nearest), reset);
	assert_int_equal(errno_find("10054", &nearest), reset);
	assert_int_equal(errno_find("10053", &nearest),
			 CALL_BIT(CALL_EPIPE) | CALL_BIT(CALL_ECONNABORTED));
	assert_int_equal(errno_find("EOF", &nearest), CALL_BIT(CALL_EOF));
	assert_int_equal(errno_find("EPIP", &nearest), 0);
	assert_string_equal(nearest, "EPIPE");
	assert_int_equal(errno_find("", &nearest), 0);
	assert_int_equal(errno_find("0", &nearest), 0);
}

// Fit ------------------------------------------------------------------------

static struct connection refused(void)
{
	static const uint8_t client[] = { 10, 0, 0, 5 },
			     server[] = { 10, 0, 0, 9 };

	return (struct connection){
		.addr = { addr_v4(client), addr_v4(server) },
		.port = { 51234, 443 },
		.start = 1000 * second,
		.end = 1010 * second,
		.closed_first = NOBODY,
		.reset_by = SERVER,
		.verdict = CONNECT_REFUSED,
		.app.connect = CALL_ECONNREFUSED,
	};
}

static int score(const char *line, int64_t time)
{
	struct connection c = refused();
	struct logline l;

	assert_true(logline_parse(line, &l));
	if (time) {
		l.at.timed = true;
		l.at.time = time * second;
		l.at.unit = second;
	}
	return logline_fit(&l, &c, logline_knows(&l, &c)).score;
}

static void more_that_fits_scores_more(void **state)
{
	(void)state;
	assert_true(score("10.0.0.9 x", 0) < score("10.0.0.9:443 x", 0));
	assert_true(score("10.0.0.9:443 x", 0) <
		    score("10.0.0.5:51234 10.0.0.9:443 x", 0));
	assert_true(score("10.0.0.9:443 x", 0) <
		    score("10.0.0.9:443 connection refused", 0));
	assert_true(score("10.0.0.9:443 connection timed out", 0) <
		    score("10.0.0.9:443 x", 0));
	assert_true(score("10.0.0.9:443 x", 1005) <
		    score("10.0.0.9:443 x", 1010));
	assert_true(score("10.0.0.9:443 x", 5000) < score("10.0.0.9:443 x", 0));
	assert_true(score("10.0.0.9:80 x", 0) < score("10.0.0.9 x", 0));
}

static void other_addresses_do_not_fit_if_some_are_known(void **state)
{
	struct connection c = refused();
	struct logline l;

	(void)state;
	logline_parse("192.0.2.1 connection refused", &l);
	assert_false(logline_knows(&l, &c));
	assert_int_equal(logline_fit(&l, &c, true).score, 0);
	assert_true(logline_fit(&l, &c, false).score > 0);
}

// The names of rules in JSON -------------------------------------------------

static void every_fact_that_is_told_has_its_own_name(void **state)
{
	(void)state;
	for (enum fact a = 0; a < FACTS; a++) {
		struct finding f = { .fact = (uint8_t)a };

		if (finding_reported(&f))
			assert_string_not_equal(fact_name(a), "");
		for (enum fact b = 0; b < a; b++)
			assert_true(!*fact_name(a) ||
				    strcmp(fact_name(a), fact_name(b)) != 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_time_is_understood),
		cmocka_unit_test(what_is_no_time_is_none),
		cmocka_unit_test(a_time_without_a_zone_gets_one),
		cmocka_unit_test(a_time_that_cannot_be_is_named),
		cmocka_unit_test(a_year_is_the_nearest),
		cmocka_unit_test(addresses_and_ports_are_found),
		cmocka_unit_test(long_and_odd_lines_are_survived),
		cmocka_unit_test(a_text_within_another_one_does_not_count),
		cmocka_unit_test(codes_are_taken_as_they_stand),
		cmocka_unit_test(errors_have_names_texts_and_numbers),
		cmocka_unit_test(more_that_fits_scores_more),
		cmocka_unit_test(other_addresses_do_not_fit_if_some_are_known),
		cmocka_unit_test(every_fact_that_is_told_has_its_own_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
