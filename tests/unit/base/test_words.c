// Words that people type, compared with names.
#include "base/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void case_does_not_count_in_a_to_z_alone(void **state)
{
	(void)state;
	assert_true(word_same("ECONNreset", "econnRESET", 10));
	assert_false(word_same("@", "`", 1)); // 0x40, 0x60
	assert_int_equal(word_lower('Z'), 'z');
	assert_int_equal(word_lower('['), '[');
	assert_int_equal(word_lower('\xc4'), '\xc4');
}

static void the_same_is_no_beginning_but_within_n(void **state)
{
	(void)state;
	assert_true(word_same("reset", "reset_unread_data", 5));
	assert_false(word_same("reset", "reset_unread_data", 6));
	assert_true(word_same("reset", "reset", 100));
}

static void part_of_a_text_is_found(void **state)
{
	(void)state;
	assert_true(word_contains("Connection Reset by peer", "reset"));
	assert_true(word_contains("a aab", "aab"));
	assert_true(word_contains("", ""));
	assert_false(word_contains("res", "reset"));
}

static const char *name_of(size_t i)
{
	static const char *const names[] = { "", "EPIPE", "ECONNRESET", "EOF",
					     "reset_unread_data" };

	return names[i];
}

static void is_nearest(const char *word, const char *expected)
{
	int length = -1;
	const char *name = word_nearest(word, name_of, 5, &length);

	assert_non_null(name);
	assert_int_equal(length, strlen(expected));
	assert_memory_equal(name, expected, strlen(expected));
}

static void the_nearest_name_needs_the_fewest_letters(void **state)
{
	(void)state;
	is_nearest("econreset", "ECONNRESET");
	is_nearest("PIPE", "EPIPE");
	is_nearest("reset_unraed_data", "reset_unread_data");
	is_nearest("resett", "reset");
	is_nearest("reset_unrad", "reset_unread");
}

static void what_is_far_is_not_named(void **state)
{
	int length;

	(void)state;
	assert_null(word_nearest("handshake", name_of, 5, &length));
	assert_null(word_nearest("", name_of, 5, &length));
	assert_null(word_nearest("x", name_of, 1, &length));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_does_not_count_in_a_to_z_alone),
		cmocka_unit_test(the_same_is_no_beginning_but_within_n),
		cmocka_unit_test(part_of_a_text_is_found),
		cmocka_unit_test(the_nearest_name_needs_the_fewest_letters),
		cmocka_unit_test(what_is_far_is_not_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
