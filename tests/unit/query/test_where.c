// Which connections words choose.
#include "where_subject.h"

// What holds of sample(), and what doesn't.
static const char *const fields_yes[] = { "",
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

static const char *const fields_no[] = { "verdict=orderly_close",
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

static void fields_match(void **state)
{
	(void)state;
	hold(fields_yes, true);
	hold(fields_no, false);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_match),
		cmocka_unit_test(times_match),
		cmocka_unit_test(times_are_the_readers),
		cmocka_unit_test(all_limits_have_a_word),
		cmocka_unit_test(words_join),
		cmocka_unit_test(words_may_stand_anywhere),
	};

	return cmocka_run_group_tests_name("where", tests, NULL, NULL);
}
