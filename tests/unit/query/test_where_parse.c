// What is said of words that can't be understood.
#include "query/where_field.h"
#include "where_subject.h"

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
		cmocka_unit_test(errors_name_the_nearest),
		cmocka_unit_test(unfinished_words_are_known),
		cmocka_unit_test(every_field_has_help),
		cmocka_unit_test(odd_words_are_harmless),
	};

	return cmocka_run_group_tests_name("where_parse", tests, NULL, NULL);
}
