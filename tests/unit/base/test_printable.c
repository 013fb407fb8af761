// Strings from captures reach terminals and files only in printable form.
#include "base/printable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void same(const char *in, bool ascii, const char *expected)
{
	struct text t = { 0 };

	printable_add(&t, in, strlen(in), ascii ? PRINTABLE_ASCII : 0);
	assert_string_equal(t.s ? t.s : "", expected);
	text_release(&t);
}

static void ordinary_text_passes(void **state)
{
	(void)state;
	same("", false, "");
	same("GET /index.html?a=b HTTP/1.1 ~", false,
	     "GET /index.html?a=b HTTP/1.1 ~");
	same("gr\u00fc\u00df \u65e5\u672c \U0001f600", false,
	     "gr\u00fc\u00df \u65e5\u672c \U0001f600");
}

static void ascii_lets_nothing_else_pass(void **state)
{
	(void)state;
	same("\u00fc!", true, "\\xc3\\xbc!");
}

static void controls_are_escaped(void **state)
{
	(void)state;
	same("a\033[2Jb\r\n\t\a\177", false,
	     "a\\x1b[2Jb\\x0d\\x0a\\x09\\x07\\x7f");
	same("\xc2\x9b"
	     "31m",
	     false, "\\xc2\\x9b31m"); // CSI as one C1 control
}

static void a_nul_does_not_end_it(void **state)
{
	struct text t = { 0 };

	(void)state;
	printable_add(&t, "a\0b", 3, 0);
	assert_string_equal(t.s, "a\\x00b");
	text_release(&t);
}

static void escapes_can_be_told_from_backslashes(void **state)
{
	(void)state;
	same("\\x1b", false, "\\\\x1b");
}

static void what_hides_or_turns_text_is_escaped(void **state)
{
	(void)state;
	same("a\u202eb", false, "a\\xe2\\x80\\xaeb"); // right-to-left override
	same("\u2066", false, "\\xe2\\x81\\xa6");     // isolate
	same("\u200b", false, "\\xe2\\x80\\x8b");     // zero width space
	same("\ufeff", false, "\\xef\\xbb\\xbf");
	same("\U000e0041", false, "\\xf3\\xa0\\x81\\x81"); // tag
}

static void broken_utf8_is_escaped(void **state)
{
	(void)state;
	same("\xc3", false, "\\xc3");
	same("\xc3(", false, "\\xc3(");
	same("\xc0\xaf", false, "\\xc0\\xaf");          // overlong '/'
	same("\xe0\x80\x8a", false, "\\xe0\\x80\\x8a"); // overlong newline
	same("\xed\xa0\x80", false, "\\xed\\xa0\\x80"); // surrogate
	same("\xf4\x90\x80\x80", false, "\\xf4\\x90\\x80\\x80");
	same("\xff\xfe", false, "\\xff\\xfe");
}

static void whatever_goes_in_only_harmless_bytes_come_out(void **state)
{
	struct text t = { 0 };

	(void)state;
	for (unsigned i = 0; i < 0x10000; i++) {
		char in[3] = { (char)(i >> 8), (char)i, 'x' };

		printable_add(&t, in, sizeof in, PRINTABLE_ASCII);
	}
	for (size_t i = 0; i < t.n; i++)
		assert_in_range(t.s[i], 0x20, 0x7e);
	text_release(&t);
}

static void what_is_printable_stays_so(void **state)
{
	static const char raw[] = "a\\b\033[m\u00fc\u202e\xff\n";
	struct text once = { 0 }, twice = { 0 };

	(void)state;
	printable_add(&once, raw, strlen(raw), 0);
	printable_add(&twice, once.s, once.n, PRINTABLE_AGAIN);
	assert_string_equal(once.s, twice.s);
	text_cut(&twice, 0);
	printable_add(&twice, once.s, once.n,
		      PRINTABLE_AGAIN | PRINTABLE_ASCII);
	assert_string_equal(twice.s,
			    "a\\\\b\\x1b[m\\xc3\\xbc\\xe2\\x80\\xae\\xff\\x0a");
	text_cut(&twice, 0);
	printable_add(&twice, raw, strlen(raw), PRINTABLE_AGAIN);
	assert_string_equal(twice.s,
			    "a\\b\\x1b[m\u00fc\\xe2\\x80\\xae\\xff\\x0a");
	text_release(&once);
	text_release(&twice);
}

static void a_small_buffer_gets_whole_characters(void **state)
{
	static const struct {
		const char *in;
		size_t size;
		const char *out;
	} cases[] = {
		{ "abc\ndef", 6, "abc" },
		{ "abcd\u00fc", 6, "abcd" },
		{ "abc\u00fc", 6, "abc\u00fc" },
		{ "x", 1, "" },
	};
	char out[6];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *in = cases[i].in;
		size_t n =
		    printable_copy(out, cases[i].size, in, strlen(in), 0);

		assert_string_equal(out, cases[i].out);
		assert_int_equal(n, strlen(out));
	}
	memset(out, '?', sizeof out);
	assert_int_equal(printable_copy(out, 0, "x", 1, 0), 0);
	assert_int_equal(out[0], '?');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_text_passes),
		cmocka_unit_test(ascii_lets_nothing_else_pass),
		cmocka_unit_test(controls_are_escaped),
		cmocka_unit_test(a_nul_does_not_end_it),
		cmocka_unit_test(escapes_can_be_told_from_backslashes),
		cmocka_unit_test(what_hides_or_turns_text_is_escaped),
		cmocka_unit_test(broken_utf8_is_escaped),
		cmocka_unit_test(whatever_goes_in_only_harmless_bytes_come_out),
		cmocka_unit_test(what_is_printable_stays_so),
		cmocka_unit_test(a_small_buffer_gets_whole_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
