// The table of verdicts: each row whole and true to its traits, and its texts
// can be said of any side. (tests/checks/verdicts.sh holds the names to those
// that the documents list.)
#include "judge/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "report/explain.h"

// What the reports have for a sentence.
enum { ROOM = 512 };

static void every_verdict_is_found_by_its_name(void **state)
{
	(void)state;
	for (enum verdict_id id = 1; id < VERDICTS; id++) {
		const char *name = verdict_get(id)->name;

		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"),
				 strlen(name));
		assert_int_equal(verdict_by_name(name), id);
	}
}

// What proves a RST genuine turns a verdict that something on the path sent it
// into one that its sender did, and is of use for no other.
static void what_is_foreign_says_what_else_it_can_be(void **state)
{
	(void)state;
	for (enum verdict_id id = 1; id < VERDICTS; id++) {
		enum verdict_id other = verdict_get(id)->if_genuine.verdict;

		assert_int_equal(verdict_has(id, TRAIT_FOREIGN),
				 other != VERDICT_NONE);
		assert_false(verdict_has(other, TRAIT_FOREIGN));
	}
}

// A connection whose connect() failed was never accepted.
static void what_fails_to_connect_is_never_accepted(void **state)
{
	(void)state;
	for (enum verdict_id id = 1; id < VERDICTS; id++) {
		if (verdict_get(id)->connect != CALL_NONE)
			assert_true(verdict_has(id, TRAIT_NEVER_ACCEPTED));
		if (verdict_get(id)->family == FAMILY_CONNECT)
			assert_true(verdict_has(id, TRAIT_NEVER_ACCEPTED));
	}
}

static void other_words_are_no_verdicts(void **state)
{
	(void)state;
	assert_int_equal(verdict_by_name(""), VERDICT_NONE);
	assert_int_equal(verdict_by_name("reset"), VERDICT_NONE);
	assert_int_equal(verdict_by_name("reset_unread_data "), VERDICT_NONE);
	assert_string_equal(verdict_get(VERDICT_NONE)->name, "");
}

static void no_title_stands_for_two(void **state)
{
	(void)state;
	for (enum verdict_id a = 1; a < VERDICTS; a++) {
		for (enum verdict_id b = a + 1; b < VERDICTS; b++)
			assert_string_not_equal(verdict_get(a)->title,
						verdict_get(b)->title);
	}
}

// No screen cuts a title, so none is wider than its column.
static void titles_are_narrow(void **state)
{
	(void)state;
	for (enum verdict_id id = 1; id < VERDICTS; id++) {
		const char *title = verdict_get(id)->title;

		assert_in_range(text_columns(title, strlen(title)), 1,
				VERDICT_TITLE);
	}
}

static void every_row_is_whole(void **state)
{
	(void)state;
	for (enum verdict_id id = 1; id < VERDICTS; id++) {
		const struct verdict *v = verdict_get(id);
		const char *const texts[] = {
			v->title, v->gist,   v->sentence, v->meaning, v->kernel,
			v->proof, v->unlike, v->programs, v->causes
		};

		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
			assert_non_null(texts[i]);
			assert_true(*texts[i]);
		}
		assert_non_null(v->advice);
		assert_non_null(v->settle);
	}
}

static void paragraphs_of_pages_end(void **state)
{
	(void)state;
	for (enum verdict_id id = 1; id < VERDICTS; id++) {
		const struct verdict *v = verdict_get(id);
		const char *const texts[] = {
			v->meaning, v->kernel,   v->proof,
			v->unlike,  v->programs, v->causes
		};

		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
			assert_int_equal(texts[i][strlen(texts[i]) - 1], '\n');
			assert_null(strstr(texts[i], "{"));
			assert_null(strstr(texts[i], "  "));
		}
	}
}

// A page that is about a connection without a name must not promise the
// contrary of what it says, and rivals that it names must exist.
static void pages_name_only_verdicts_that_exist(void **state)
{
	(void)state;
	for (enum verdict_id id = 1; id < VERDICTS; id++) {
		const char *s = verdict_get(id)->unlike;

		while ((s = strstr(s, "- ")) != NULL) {
			char word[64];
			size_t n;

			s += 2;
			n = strspn(s, "abcdefghijklmnopqrstuvwxyz_");
			if (s[n] != ':' || !memchr(s, '_', n))
				continue;
			assert_true(n < sizeof word);
			memcpy(word, s, n);
			word[n] = '\0';
			assert_int_not_equal(verdict_by_name(word),
					     VERDICT_NONE);
			assert_int_not_equal(verdict_by_name(word), id);
		}
	}
}

static void exclusions_name_others_with_a_reason(void **state)
{
	(void)state;
	for (enum verdict_id id = 1; id < VERDICTS; id++) {
		const struct exclusion *e = verdict_get(id)->against;

		for (; e->verdict; e++) {
			assert_in_range(e - verdict_get(id)->against, 0,
					VERDICT_EXCLUSIONS - 1);
			assert_int_not_equal(e->verdict, id);
			assert_non_null(e->why);
			assert_true(*e->why);
		}
	}
}

static void one_line_texts_can_be_said_of_any_side(void **state)
{
	static const enum side sides[] = { CLIENT, SERVER, BOTH, MIDDLEBOX,
					   NOBODY };
	char out[ROOM];

	(void)state;
	for (enum verdict_id id = 1; id < VERDICTS; id++) {
		const struct verdict *v = verdict_get(id);
		const char *const texts[] = { v->sentence, v->advice, v->settle,
					      v->perhaps ? v->perhaps : "",
					      v->settle_elsewhere
						  ? v->settle_elsewhere
						  : "" };

		for (size_t i = 0; i < 25; i++) {
			verdict_sentence(texts[i % 5], sides[i / 5], out,
					 sizeof out);
			assert_true(strlen(out) < ROOM - 1);
			assert_null(strstr(out, "{X"));
			assert_null(strstr(out, "{Y"));
			assert_null(strstr(out, "the one side"));
			assert_null(strchr(out, '\n'));
		}
	}
}

static void said(const char *text, enum side actor, const char *expected)
{
	char out[64];

	assert_string_equal(verdict_sentence(text, actor, out, sizeof out),
			    expected);
}

static void sides_are_named(void **state)
{
	(void)state;
	said("The {X} closed; the {Y}'s data is lost.", CLIENT,
	     "The client closed; the server's data is lost.");
	said("The {X} closed; the {Y}'s data is lost.", SERVER,
	     "The server closed; the client's data is lost.");
	said("{Y}: read", CLIENT, "server: read");
	said("", CLIENT, "");
	said("SO_LINGER {1,0}", CLIENT, "SO_LINGER {1,0}");
}

static void nobody_in_particular_is_named(void **state)
{
	(void)state;
	said("The {X} closed; the {Y} did not.", NOBODY,
	     "One side closed; the other side did not.");
	said("Then the {X} closed.", BOTH, "Then one side closed.");
	said("{X}: read", NOBODY, "One side: read");
	said("{Y}: read", NOBODY, "The other side: read");
}

// Each placeholder of a text is a side, or a side's tool.
static void tools_are_known(const char *text)
{
	for (; (text = strstr(text, ":")); text++) {
		if (text[-1] != 'X' && text[-1] != 'Y' && text[-1] != 'S')
			continue;
		if (text[1] != ' ')
			assert_int_not_equal(
			    tool_by_name(text + 1, strcspn(text + 1, "}")),
			    TOOLS);
	}
}

static void texts_name_tools_that_are_there(void **state)
{
	(void)state;
	for (enum verdict_id id = 1; id < VERDICTS; id++) {
		const struct verdict *v = verdict_get(id);

		tools_are_known(v->advice);
		tools_are_known(v->settle);
		if (v->settle_elsewhere)
			tools_are_known(v->settle_elsewhere);
	}
	assert_int_equal(tool_by_name("listeners}", 10), TOOLS);
}

// nstat, ss and strace are Linux's: elsewhere they would settle nothing.
static void what_settles_is_at_hand_on_that_system(void **state)
{
	char out[ROOM];

	(void)state;
	for (uint8_t s = STACK_UNKNOWN; s < STACKS; s++) {
		const uint8_t stacks[] = { s, s };

		if (s == STACK_UNKNOWN || s == STACK_LINUX)
			continue;
		for (enum verdict_id id = 1; id < VERDICTS; id++) {
			verdict_settle(id, SERVER, stacks, out, sizeof out);
			assert_true(!strstr(out, "nstat") ||
				    strstr(out, "on Linux"));
			assert_null(strstr(out, "strace -"));
			assert_null(strstr(out, "ss -t"));
		}
	}
	verdict_settle(RESET_LINGER_ZERO, CLIENT,
		       (const uint8_t[]){ STACK_WINDOWS, STACK_LINUX }, out,
		       sizeof out);
	assert_non_null(strstr(out, "netsh trace"));
	verdict_settle(RESET_LINGER_ZERO, SERVER,
		       (const uint8_t[]){ STACK_WINDOWS, STACK_LINUX }, out,
		       sizeof out);
	assert_non_null(strstr(out, "nstat"));
}

// What is only possible is not said as if it were so.
static void what_is_possible_may_be(void **state)
{
	(void)state;
	for (enum verdict_id id = 1; id < VERDICTS; id++) {
		const struct verdict *v = verdict_get(id);

		assert_string_equal(verdict_says(id, CERTAIN), v->sentence);
		assert_string_equal(verdict_says(id, LIKELY), v->sentence);
		if (v->perhaps)
			assert_non_null(
			    strstr(verdict_says(id, POSSIBLE), " may "));
		if (v->family == FAMILY_RESET && id != RESET_UNEXPLAINED)
			assert_non_null(v->perhaps);
	}
}

static void a_small_buffer_cuts(void **state)
{
	char out[8];

	(void)state;
	verdict_sentence("The {X} closed", CLIENT, out, sizeof out);
	assert_string_equal(out, "The cli");
	verdict_sentence("The {X} closed", NOBODY, out, 1);
	assert_string_equal(out, "");
	memset(out, '?', sizeof out);
	verdict_sentence("The {X} closed", CLIENT, out, 0);
	assert_int_equal(out[0], '?');
}

static void words_find_verdicts(void **state)
{
	(void)state;
	assert_int_equal(explain_find("reset_injected"), RESET_INJECTED);
	assert_int_equal(explain_find("RESET-Injected"), RESET_INJECTED);
	assert_int_equal(explain_find("unread"), RESET_UNREAD_DATA);
	assert_int_equal(explain_find("reset"), VERDICT_NONE);
	assert_int_equal(explain_find("nonsense"), VERDICT_NONE);
	assert_int_equal(explain_find(""), VERDICT_NONE);
	assert_int_equal(explain_nearest("reset_injectd"), RESET_INJECTED);
	assert_int_equal(explain_nearest("reset_unred_date"),
			 RESET_UNREAD_DATA);
	assert_int_equal(explain_nearest("completely different"), VERDICT_NONE);
}

static void page_fits(enum verdict_id id, unsigned width)
{
	struct report r = { .width = width };
	struct text page = { 0 };

	explain_page(&r, id, &page);
	assert_non_null(page.s);
	assert_non_null(strstr(page.s, verdict_get(id)->name));
	for (const char *s = page.s; *s; s += strcspn(s, "\n") + 1)
		assert_in_range(strcspn(s, "\n"), 0, width);
	text_release(&page);
}

static void pages_fit_their_width(void **state)
{
	(void)state;
	for (enum verdict_id id = 1; id < VERDICTS; id++) {
		page_fits(id, 100);
		page_fits(id, 60);
	}
}

static void the_list_has_each_verdict_once(void **state)
{
	struct report r = { .width = 100 };
	struct text list = { 0 };

	(void)state;
	explain_list(&r, &list);
	for (enum verdict_id id = 1; id < VERDICTS; id++) {
		char line[64];
		const char *at;

		snprintf(line, sizeof line, "\n  %s ", verdict_get(id)->name);
		at = strstr(list.s, line);
		assert_non_null(at);
		assert_null(strstr(at + 1, line));
	}
	text_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verdict_is_found_by_its_name),
		cmocka_unit_test(what_is_foreign_says_what_else_it_can_be),
		cmocka_unit_test(what_fails_to_connect_is_never_accepted),
		cmocka_unit_test(other_words_are_no_verdicts),
		cmocka_unit_test(no_title_stands_for_two),
		cmocka_unit_test(titles_are_narrow),
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(paragraphs_of_pages_end),
		cmocka_unit_test(pages_name_only_verdicts_that_exist),
		cmocka_unit_test(exclusions_name_others_with_a_reason),
		cmocka_unit_test(one_line_texts_can_be_said_of_any_side),
		cmocka_unit_test(sides_are_named),
		cmocka_unit_test(nobody_in_particular_is_named),
		cmocka_unit_test(texts_name_tools_that_are_there),
		cmocka_unit_test(what_settles_is_at_hand_on_that_system),
		cmocka_unit_test(what_is_possible_may_be),
		cmocka_unit_test(a_small_buffer_cuts),
		cmocka_unit_test(words_find_verdicts),
		cmocka_unit_test(pages_fit_their_width),
		cmocka_unit_test(the_list_has_each_verdict_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
