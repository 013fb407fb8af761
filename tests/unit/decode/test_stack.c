// Whose SYN it is, by the order of its options and its TTL.
#include "decode/stack.h"

#include "talk.h"

static void stacks_show_in_their_syn(void **state)
{
	(void)state;
	assert_int_equal(stack_guess(TALK_LINUX, 64), STACK_LINUX);
	assert_int_equal(stack_guess(TALK_LINUX, 50), STACK_LINUX);
	assert_int_equal(stack_guess(TALK_WINDOWS, 128), STACK_WINDOWS);
	assert_int_equal(stack_guess(TALK_WINDOWS, 65), STACK_WINDOWS);
	assert_int_equal(stack_guess(TALK_PLAIN, 120), STACK_WINDOWS);
	assert_int_equal(stack_guess(TALK_FREEBSD, 64), STACK_FREEBSD);
	assert_int_equal(stack_guess(0xf4811312, 64), STACK_MACOS);
	assert_int_equal(stack_guess(0xff4811312, 55), STACK_MACOS);
	assert_int_equal(stack_guess(TALK_PLAIN, 64), STACK_UNKNOWN);
	assert_int_equal(stack_guess(TALK_LINUX, 255), STACK_UNKNOWN);
	// MPTCP and Fast Open come last.
	assert_int_equal(stack_guess(TALK_LINUX | 0xe00000, 64), STACK_LINUX);
	assert_int_equal(stack_guess(TALK_LINUX | 0xe1100000, 64), STACK_LINUX);
	assert_int_equal(stack_guess(0, 64), STACK_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stacks_show_in_their_syn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
