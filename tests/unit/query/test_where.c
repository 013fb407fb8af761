#include "query/where.h"

#include "talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "query/where_field.h"

static const int64_t second = 1000000000;

// 2026-11-21 15:04:05.25 UTC
static const int64_t noon = 1795273445250000000;

static struct connection sample(void)
{
	struct connection c = {
		.start = noon,
		.end = noon + 350 * second + 40000000,
		.addr = { addr_v4((const uint8_t[]){ 10, 0, 0, 5 }),
			  addr_v6((const uint8_t[]){ 0x20, 1, 0xd,
						     0xb8, [15] = 1 }) },
		.port = { 42658, 443 },
		.packets = { 10, 7 },
		.bytes = { 60000, 72 },
		.verdict = RESET_UNREAD_DATA,
		.confidence = LIKELY,
		.also = { RESET_LINGER_ZERO },
		.closed_first = SERVER,
		.reset_by = SERVER,
		.actor = SERVER,
		.state = { STATE_CLOSED, STATE_CLOSE_WAIT },
		.app = { .connect = CALL_OK,
			 .recv = { CALL_ECONNRESET, CALL_NONE },
			 .send = { CALL_EPIPE, CALL_NONE } },
	};

	return c;
}

static bool matches_bare(const char *words, enum where_bare bare)
{
	// Zeek's columns need an analysis that has seen it.
	struct talk t = talk_analysis();
	struct connection c = sample();
	char err[WHERE_ERROR] = "";
	struct where *w = where_parse(words, bare, NULL, err);
	bool yes;

	assert_string_equal(err, "");
	assert_non_null(w);
	talk(&t, "cS sSA cA c9A sA sRA");
	analysis_settle(t.analysis);
	c.zeek_state = analysis_get(t.analysis, 0)->zeek_state;
	c.zeek_history = analysis_get(t.analysis, 0)->zeek_history;
	yes = where_match(w, t.analysis, t.analysis, &c, 11);
	where_free(w);
	talk_free(&t);
	return yes;
}

static bool matches(const char *words)
{
	return matches_bare(words, BARE_REFUSED);
}

static void hold(const char *const *words, bool expected)
{
	for (; *words; words++) {
		if (matches(*words) != expected)
			fail_msg("%s should %smatch", *words,
				 expected ? "" : "not ");
	}
}

static void fields_match(void **state)
{
	static const char *const yes[] = { "",
					   "  ",
					   "verdict=reset_unread_data",
					   "verdict=reset",
					   "VERDICT=Reset_Unread_Data",
					   "verdict=orderly_close,reset_unread",
					   "verdict~unread",
					   "confidence=likely",
					   "confidence>=likely",
					   "confidence<certain",
					   "also_possible=reset_linger_zero",
					   "errno=ECONNRESET",
					   "errno=epipe",
					   "client_recv=ECONNRESET",
					   "ip=10.0.0.5",
					   "ip=2001:db8::1",
					   "client_ip=10.0.0.0/8",
					   "server_ip=2001:db8::/32",
					   "client_ip~0.0.",
					   "server_ip~db8",
					   "port=443",
					   "port=80,443",
					   "server_port=443",
					   "client_port>40000",
					   "client_port=42000..43000",
					   "client_bytes=60000",
					   "client_bytes=60k",
					   "bytes>60k",
					   "bytes=60..70k",
					   "server_bytes<=72",
					   "packets=17",
					   "server_packets=7",
					   "duration_s>350",
					   "duration_s=350",
					   "duration_s=350.0",
					   "duration_s=5m..6m",
					   "duration_s<6min",
					   "duration_s>349999ms",
					   "closed_first=server",
					   "reset_by=server",
					   "state=CLOSE_WAIT",
					   "client_state=CLOSED",
					   "abnormal=yes",
					   "connection=12",
					   "zeek_conn_state~rstr",
					   "zeek_history~da",
					   "advice~\"\"",
					   "zeek_conn_state=RSTR",
					   "zeek_conn_state=sf,rstr",
					   "verdict~/^reset_(un|de)/",
					   "zeek_history~/^sh/",
					   "client_ip~/^10\\./",
					   "verdict matches \"unread.data\"",
					   "verdict contains unread",
					   "port == 443",
					   "port eq 443",
					   "port gt 442",
					   "port in (80, 443)",
					   "port in {80 443}",
					   "not port in (80, 81)",
					   "verdict in (orderly_close,reset)",
					   "ip.addr == 10.0.0.5",
					   "tcp.port==443",
					   "tcp.stream == 11",
					   "id.orig_h=10.0.0.5",
					   "id.resp_p = 443",
					   "conn_state=RSTR",
					   "source.port=42658",
					   "duration>300",
					   "abnormal",
					   "reset_by and client_bytes",
					   NULL };
	static const char *const no[] = { "verdict=orderly_close",
					  "verdict~timeout",
					  "confidence=certain",
					  "confidence>likely",
					  "errno=ETIMEDOUT",
					  "server_recv=ECONNRESET",
					  "ip=10.0.0.6",
					  "server_ip=10.0.0.0/8",
					  "client_ip=10.0.0.128/25",
					  "server_ip=2001:db9::/32",
					  "port=44",
					  "server_port=42658",
					  "client_port<42658",
					  "bytes=60001",
					  "bytes<60k",
					  "duration_s>6m",
					  "duration_s=349",
					  "duration_s=350.1",
					  "closed_first=client",
					  "closed_first=nobody",
					  "state=TIME_WAIT",
					  "server_state=CLOSED",
					  "abnormal=no",
					  "connection=11",
					  "zeek_conn_state=RST",
					  "verdict~/^unread/",
					  "port in (80, 81)",
					  "not abnormal",
					  "not reset_by",
					  NULL };

	(void)state;
	hold(yes, true);
	hold(no, false);
}

static void times_match(void **state)
{
	static const char *const yes[] = {
		"start_time=2026-11-21",
		"start_time=2026-11-21T15:04",
		"start_time=2026-11-21T15:04:05Z",
		"start_time=2026-11-21T15:04:05.25",
		"start_time=2026-11-21T16:04:05+01:00",
		"start_time=15:04",
		"start_time=15:00..15:05",
		"start_time=23:00..16:00",
		"start_time>15:04:05",
		"start_time<15:04:06",
		"end_time=15:09",
		"end_time>2026-11-21T15:09",
		NULL
	};
	static const char *const no[] = {
		"start_time=2026-11-22",
		"start_time=2026-11-21T15:05",
		"start_time=15:05",
		"start_time=16:00..17:00",
		"start_time=2026-11-21T15:04:05+01:00",
		"start_time=23:00..01:00",
		"start_time<15:04:05",
		NULL
	};

	(void)state;
	hold(yes, true);
	hold(no, false);
}

static void times_are_the_readers(void **state)
{
	struct connection c = sample();
	char err[WHERE_ERROR];
	struct zone *zone = zone_named("+02:00");
	struct where *w = where_parse("start_time=17:04 end_time=17:09 "
				      "start_time=2026-11-21T17:04",
				      BARE_REFUSED, zone, err);

	(void)state;
	assert_non_null(w);
	assert_true(where_match(w, NULL, NULL, &c, 0));
	where_free(w);
	zone_free(zone);
}

static void all_limits_have_a_word(void **state)
{
	size_t limits = 0;

	(void)state;
	for (enum fact fact = 0; fact < FACTS; fact++) {
		struct finding f = { .fact = (uint8_t)fact };
		char err[WHERE_ERROR], words[80];
		struct where *w;

		snprintf(words, sizeof words, "limit=%s", fact_name(fact));
		w = where_parse(words, BARE_REFUSED, NULL, err);
		if (finding_role(&f) == ROLE_LIMIT)
			assert_non_null(w);
		limits += finding_role(&f) == ROLE_LIMIT;
		where_free(w);
	}
	assert_true(limits >= 10);
}

static void words_join(void **state)
{
	static const char *const yes[] = {
		"verdict=reset port=443",
		"verdict=reset and port=443",
		"verdict=reset && port=443",
		"not verdict=orderly_close",
		"not not port=443",
		"!verdict=orderly_close",
		"port!=80",
		"verdict!~timeout",
		"errno = ECONNRESET",
		"duration_s > 10 not reset_by=client",
		"evidence!~\"a b\"",
		"verdict=orderly_close or port=443",
		"port=443 || port=80",
		"port=1 or port=2 or port=443",
		"port=443 or port=1 port=2",
		"(port=1 or port=443) verdict=reset",
		"((port=443))",
		"not (port=1 or port=2)",
		"!(port=443 port=80)",
		"not (not port=443)",
		"(port=1)or(port=443)",
		NULL
	};
	static const char *const no[] = { "verdict=reset port=80",
					  "not verdict=reset",
					  "port!=443",
					  "port=443 not port=443",
					  "port=1 or port=2",
					  "(port=443 or port=1) port=2",
					  "port=1 port=443 or port=2",
					  "not (port=443 or port=1)",
					  NULL };

	(void)state;
	hold(yes, true);
	hold(no, false);
}

// What is looked for anywhere stands in quotes or behind ~, so that no mistyped
// field is taken for it; but for what can be nothing else.
static void words_may_stand_anywhere(void **state)
{
	static const char *const yes[] = {
		"~unread",      "\"RESET\"",      "'econn'",
		"~10.0",        "~/^10[.]/",      "~/unread|timeout/",
		"~db8",         "10.0.0.5",       "10.0.0.0/8",
		"443",          "reset",          "10.0.0.5:42658",
		"econnreset",   "close_wait",     "likely",
		"reset_unread", "reset 443 ~10.", NULL
	};
	static const char *const no[] = { "44",           "10.0.0.9",
					  "10.0.0.5:443", "timeout",
					  "econnrefused", "~99999999",
					  "~/^unread/",   NULL };

	(void)state;
	hold(yes, true);
	hold(no, false);
	assert_true(matches_bare("unread", BARE_SOUGHT));
	assert_true(matches_bare("econn db8", BARE_SOUGHT));
	assert_false(matches_bare("nothing", BARE_SOUGHT));
}

static void complains(const char *words, const char *sentence)
{
	char err[WHERE_ERROR] = "";
	struct where *w = where_parse(words, BARE_REFUSED, NULL, err);

	assert_null(w);
	assert_string_equal(err, sentence);
}

static void errors_name_the_nearest(void **state)
{
	(void)state;
	complains("port=443 vredict=reset",
		  "no field \"vredict\"; the nearest is \"verdict\"");
	complains("verdict=reset_unraed_data",
		  "no verdict \"reset_unraed_data\"; the nearest is "
		  "\"reset_unread_data\"");
	complains("errno=ECONRESET", "no result of a call \"ECONRESET\"; the "
				     "nearest is \"ECONNRESET\"");
	complains("confidence=certian",
		  "no confidence \"certian\"; the nearest is \"certain\"");
	complains("port=http", "port: \"http\" is not a number");
	complains("bytes=10x",
		  "bytes: \"10x\" is not a number of bytes (100, 10k, 4MiB)");
	complains("ip=10.0.0.5/33", "ip: \"10.0.0.5/33\" is not an address "
				    "(10.0.0.9, 10.0.0.0/8, ::1)");
	complains("duration_s=20..10", "duration_s: \"20..10\" is not a "
				       "duration (10, 0.5, 20ms, 5m)");
	complains("start_time=25:00", "start_time: \"25:00\" is not a time "
				      "(15:04, 15:04:05, 2026-11-21T15:04Z)");
	complains("verdict=resett",
		  "no verdict \"resett\"; the nearest is \"reset\"");
	complains("verdict=xyz", "no verdict \"xyz\"");
	complains("verdict>reset", "verdict takes = and ~");
	complains("port~4", "port takes = < <= > >= and FROM..TO");
	complains("verdict=", "no verdict \"\"");
	complains("not ", "a word is missing behind \"not\", \"and\" or "
			  "\"or\"");
	complains("port=1 or", "a word is missing behind \"not\", \"and\" or "
			       "\"or\"");
	complains("or port=1", "a word is missing behind \"not\", \"and\" or "
			       "\"or\"");
	complains("(port=1", "a ) is missing");
	complains("port=1)", "a ( is missing before )");
	complains("()", "a word is missing before )");
	complains("port in (80", "a ) is missing");
	complains("port in ()", "nothing before )");
	complains("evidence~\"x", "a \" is missing");
	complains("evidence~/x", "a / is missing");
	complains("evidence~/(/", "/(/: Unmatched ( or \\(");
	complains("port>1,2", "port: too many values");
	complains("vredict",
		  "no field \"vredict\"; the nearest is \"verdict\"; "
		  "~vredict looks for it anywhere");
	complains("unread", "no field \"unread\"; ~unread looks for it "
			    "anywhere");
}

static void unfinished_words_are_known(void **state)
{
	static const char *const unfinished[] = { "v",
						  "zzz",
						  "errno=EPIPE server_p",
						  "port=",
						  "econn",
						  "not ",
						  "port=443 or",
						  "(port=443",
						  "verdict=x",
						  "evidence~\"a",
						  NULL };
	static const char *const finished[] = { "",           "verdict",
						"reset",      "10.0.0.5",
						"verdict=re", "port=443",
						"port=443) ", "zzz port=443",
						NULL };

	(void)state;
	for (size_t i = 0; unfinished[i]; i++)
		if (!where_unfinished(unfinished[i]))
			fail_msg("%s is unfinished", unfinished[i]);
	for (size_t i = 0; finished[i]; i++)
		if (where_unfinished(finished[i]))
			fail_msg("%s is finished", finished[i]);
}

static void every_field_has_help(void **state)
{
	const char *help;
	size_t n = 0;

	(void)state;
	for (const char *name; (name = where_field_name(n, &help)); n++) {
		assert_true(*name && *help);
		for (size_t i = 0; i < n; i++)
			assert_string_not_equal(where_field_get(i)->name, name);
	}
	assert_in_range(n, 30, 60);
}

// No words, however odd, make it read or write where it must not.
static void odd_words_are_harmless(void **state)
{
	static const char *const odd[] = {
		"=",
		"==",
		"~",
		"<=>",
		"not not",
		"!",
		"a=,,,",
		"port=,",
		"port=1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9",
		"ip=/",
		"ip=::/",
		"bytes=99999999999999999999",
		"bytes=9999999999g",
		"duration_s=.",
		"duration_s=1.1234567890123",
		"start_time=2026-13-41",
		"start_time=2026-02-31T",
		"..",
		"port=..",
		"port=1..",
		"\"",
		"''",
		":",
		"::",
		"[::1]:80",
		"start_time=2026-11-21..15:00",
		"port==443",
		"((((((((((",
		"))))",
		"!!!!!",
		"in (",
		"port in (,)",
		"port in (80,,",
		"~/",
		"~//",
		"port in {",
		"~",
		NULL
	};
	struct connection c = sample();
	char err[WHERE_ERROR], lengthy[3000];

	(void)state;
	memset(lengthy, 'x', sizeof lengthy - 1);
	lengthy[sizeof lengthy - 1] = '\0';
	for (const char *const *s = odd; *s; s++) {
		struct where *w = where_parse(*s, BARE_REFUSED, NULL, err);

		if (w)
			where_match(w, NULL, NULL, &c, 0);
		where_free(w);
	}
	where_free(where_parse(lengthy, BARE_REFUSED, NULL, err));
	memcpy(lengthy, "port=", 5);
	assert_null(where_parse(lengthy, BARE_REFUSED, NULL, err));
	memset(lengthy, '(', sizeof lengthy - 1);
	assert_null(where_parse(lengthy, BARE_REFUSED, NULL, err));
	assert_string_equal(err, "too many parentheses");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_match),
		cmocka_unit_test(times_match),
		cmocka_unit_test(times_are_the_readers),
		cmocka_unit_test(all_limits_have_a_word),
		cmocka_unit_test(words_join),
		cmocka_unit_test(words_may_stand_anywhere),
		cmocka_unit_test(errors_name_the_nearest),
		cmocka_unit_test(unfinished_words_are_known),
		cmocka_unit_test(every_field_has_help),
		cmocka_unit_test(odd_words_are_harmless),
	};

	return cmocka_run_group_tests_name("where", tests, NULL, NULL);
}
