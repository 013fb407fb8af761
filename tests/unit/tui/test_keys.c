// One table of keys: what dispatches, what the footer hints at, what help says.
#include "keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "glyph.h"
#include "prompt.h"

static void no_key_means_two_things_in_a_view(void **state)
{
	const struct binding *b;

	(void)state;
	for (size_t i = 0; (b = binding_get(i)); i++) {
		for (size_t k = 0; k < BINDING_KEYS && b->keys[k]; k++) {
			for (int v = 0; v < VIEWS; v++) {
				if (!(b->views & 1U << v))
					continue;
				// q goes back, but quits the overview.
				assert_int_equal(
				    key_action((enum view)v, b->keys[k]),
				    b->action);
			}
		}
	}
}

static void every_binding_is_explained(void **state)
{
	const struct binding *b;
	char name[KEY_LABEL];

	(void)state;
	for (size_t i = 0; (b = binding_get(i)); i++) {
		assert_true(b->views && b->keys[0]);
		assert_true(strlen(b->help) > 1);
		for (size_t k = 0; k < BINDING_KEYS && b->keys[k]; k++)
			assert_true(*key_label(b->keys[k], name));
	}
}

// The keys of the issue, as users know them from other programs.
static void expected_keys_are_there(void **state)
{
	static const struct {
		enum view view;
		uint32_t key;
		enum action action;
	} rows[] = {
		{ VIEW_LIST, 'j', ACTION_DOWN },
		{ VIEW_LIST, 'k', ACTION_UP },
		{ VIEW_LIST, 'h', ACTION_LEFT },
		{ VIEW_LIST, 'l', ACTION_RIGHT },
		{ VIEW_LIST, CTRL_KEY('F'), ACTION_PAGE_DOWN },
		{ VIEW_LIST, CTRL_KEY('B'), ACTION_PAGE_UP },
		{ VIEW_LIST, CTRL_KEY('D'), ACTION_HALF_DOWN },
		{ VIEW_LIST, CTRL_KEY('U'), ACTION_HALF_UP },
		{ VIEW_LIST, IN_PAGE_DOWN, ACTION_PAGE_DOWN },
		{ VIEW_LIST, 'g', ACTION_TOP },
		{ VIEW_LIST, 'G', ACTION_BOTTOM },
		{ VIEW_LIST, IN_HOME, ACTION_TOP },
		{ VIEW_LIST, IN_END, ACTION_BOTTOM },
		{ VIEW_LIST, '/', ACTION_SEARCH },
		{ VIEW_LIST, 'n', ACTION_NEXT },
		{ VIEW_LIST, 'N', ACTION_PREVIOUS },
		{ VIEW_LIST, 'f', ACTION_FILTER },
		{ VIEW_LIST, '<', ACTION_SORT_LEFT },
		{ VIEW_LIST, '>', ACTION_SORT_RIGHT },
		{ VIEW_LIST, 'r', ACTION_REVERSE },
		{ VIEW_CONNECTION, IN_TAB, ACTION_PANE },
		{ VIEW_LIST, IN_ENTER, ACTION_ENTER },
		{ VIEW_LIST, IN_ESC, ACTION_BACK },
		{ VIEW_LIST, 'q', ACTION_BACK },
		{ VIEW_OVERVIEW, 'q', ACTION_QUIT },
		{ VIEW_LIST, '?', ACTION_HELP },
		{ VIEW_LIST, IN_F1, ACTION_HELP },
		{ VIEW_CONNECTION, 't', ACTION_TIME },
		{ VIEW_LIST, 'a', ACTION_ALL },
		{ VIEW_LIST, 'e', ACTION_EXPORT },
		{ VIEW_CONNECTION, 'e', ACTION_EXPORT },
		{ VIEW_CONNECTION, 'w', ACTION_WIRESHARK },
		{ VIEW_LIST, 'm', ACTION_MARK },
		{ VIEW_EXPLAIN, CTRL_KEY('L'), ACTION_REDRAW },
		{ VIEW_HELP, CTRL_KEY('Z'), ACTION_SUSPEND },
		{ VIEW_LIST, CTRL_KEY('C'), ACTION_QUIT },
		{ VIEW_LIST, IN_NONE, ACTION_NONE },
		{ VIEW_EXPLAIN, '/', ACTION_SEARCH },
		{ VIEW_EXPLAIN, 'n', ACTION_NEXT },
		{ VIEW_HELP, 'e', ACTION_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(key_action(rows[i].view, rows[i].key),
				 rows[i].action);
}

static void keys_have_names(void **state)
{
	char name[KEY_LABEL];

	(void)state;
	assert_string_equal(key_label(CTRL_KEY('F'), name), "Ctrl-F");
	assert_string_equal(key_label(IN_TAB, name), "Tab");
	assert_string_equal(key_label(' ', name), "Space");
	assert_string_equal(key_label('g', name), "g");
	assert_string_equal(key_label(0xe9, name), "é");
}

// Prompts --------------------------------------------------------------------

static enum prompt_event keys(struct prompt *p, const char *text)
{
	enum prompt_event e = PROMPT_IGNORED;
	uint32_t c;

	while ((c = glyph_next(&text)))
		e = prompt_key(p, c);
	return e;
}

static void a_line_is_edited(void **state)
{
	struct prompt p;

	(void)state;
	prompt_open(&p, PROMPT_FILTER, "port=44");
	assert_int_equal(keys(&p, "3"), PROMPT_EDITED);
	assert_string_equal(p.text, "port=443");
	prompt_key(&p, IN_HOME);
	keys(&p, "é ");
	assert_string_equal(p.text, "é port=443");
	prompt_key(&p, IN_LEFT);
	prompt_key(&p, IN_BACKSPACE);
	assert_string_equal(p.text, " port=443");
	prompt_key(&p, IN_DELETE);
	assert_string_equal(p.text, "port=443");
	prompt_key(&p, IN_END);
	keys(&p, " errno=X");
	prompt_key(&p, CTRL_KEY('W'));
	assert_string_equal(p.text, "port=443 ");
	prompt_key(&p, CTRL_KEY('A'));
	prompt_key(&p, IN_RIGHT);
	prompt_key(&p, CTRL_KEY('K'));
	assert_string_equal(p.text, "p");
	prompt_key(&p, CTRL_KEY('U'));
	assert_string_equal(p.text, "");
	assert_int_equal(prompt_key(&p, IN_BACKSPACE), PROMPT_IGNORED);
	assert_int_equal(prompt_key(&p, IN_ENTER), PROMPT_DONE);
	assert_int_equal(prompt_key(&p, IN_ESC), PROMPT_CANCELLED);
}

static void a_line_takes_no_controls_and_has_an_end(void **state)
{
	struct prompt p;

	(void)state;
	prompt_open(&p, PROMPT_SEARCH, "");
	assert_int_equal(prompt_key(&p, 0x9b), PROMPT_IGNORED);
	assert_int_equal(prompt_key(&p, 0x202e), PROMPT_IGNORED);
	assert_int_equal(prompt_key(&p, IN_F1), PROMPT_IGNORED);
	assert_int_equal(p.n, 0);
	for (int i = 0; i < 2 * PROMPT_TEXT; i++)
		prompt_key(&p, 0x6f22);
	assert_true(p.n < PROMPT_TEXT && p.n > PROMPT_TEXT - 8);
	assert_int_equal(strlen(p.text), p.n);
}

static void a_question_takes_yes_for_yes_alone(void **state)
{
	struct prompt p;

	(void)state;
	prompt_open(&p, PROMPT_OVERWRITE, "");
	assert_int_equal(prompt_key(&p, 'x'), PROMPT_IGNORED);
	assert_int_equal(prompt_key(&p, IN_ENTER), PROMPT_CANCELLED);
	assert_int_equal(prompt_key(&p, 'n'), PROMPT_CANCELLED);
	assert_int_equal(prompt_key(&p, IN_ESC), PROMPT_CANCELLED);
	assert_int_equal(prompt_key(&p, 'y'), PROMPT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_key_means_two_things_in_a_view),
		cmocka_unit_test(every_binding_is_explained),
		cmocka_unit_test(expected_keys_are_there),
		cmocka_unit_test(keys_have_names),
		cmocka_unit_test(a_line_is_edited),
		cmocka_unit_test(a_line_takes_no_controls_and_has_an_end),
		cmocka_unit_test(a_question_takes_yes_for_yes_alone),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
