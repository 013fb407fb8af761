// Whose SYN it is, by the order of its options and its TTL.
#include "decode/stack.h"
#include "decode/tcp_options.h"

#include "talk.h"

static enum stack guess(uint64_t layout, uint8_t ttl)
{
	const struct stack_sign s = { .layout = layout, .ttl = ttl };

	return stack_guess(&s);
}

static void stacks_show_in_their_syn(void **state)
{
	(void)state;
	assert_int_equal(guess(TALK_LINUX, 64), STACK_LINUX);
	assert_int_equal(guess(TALK_LINUX, 50), STACK_LINUX);
	assert_int_equal(guess(TALK_WINDOWS, 128), STACK_WINDOWS);
	assert_int_equal(guess(TALK_WINDOWS, 65), STACK_WINDOWS);
	assert_int_equal(guess(TALK_PLAIN, 120), STACK_WINDOWS);
	assert_int_equal(guess(TALK_FREEBSD, 64), STACK_FREEBSD);
	assert_int_equal(guess(TALK_PLAIN, 64), STACK_UNKNOWN);
	assert_int_equal(guess(TALK_LINUX, 255), STACK_UNKNOWN);
	// MPTCP and Fast Open come last.
	assert_int_equal(guess(TALK_LINUX | 0xe00000, 64), STACK_LINUX);
	assert_int_equal(guess(TALK_LINUX | 0xe1100000, 64), STACK_LINUX);
	assert_int_equal(guess(0, 64), STACK_UNKNOWN);
}

// Linux sets DF always, and the IP ID of a SYN-ACK to 0; gVisor has its order
// of options, but neither.
static void no_stack_is_named_on_half_of_its_signs(void **state)
{
	struct stack_sign s = { .layout = TALK_LINUX, .ttl = 64 };

	(void)state;
	s.ip_id = 7;
	assert_int_equal(stack_guess(&s), STACK_LINUX);
	s.syn_ack = true;
	assert_int_equal(stack_guess(&s), STACK_UNKNOWN);
	s.ip_id = 0;
	assert_int_equal(stack_guess(&s), STACK_LINUX);
	s.may_fragment = true;
	assert_int_equal(stack_guess(&s), STACK_UNKNOWN);
	s.window = 29184;
	assert_int_equal(stack_guess(&s), STACK_GVISOR);
}

// lwIP never sets DF; libslirp neither, but it offers 65,535 bytes.
static void microcontrollers_show_in_their_syn(void **state)
{
	struct stack_sign s = { .layout = TALK_PLAIN,
				.ttl = 255,
				.window = 5840,
				.may_fragment = true };

	(void)state;
	assert_int_equal(stack_guess(&s), STACK_LWIP);
	s.ttl = 64;
	assert_int_equal(stack_guess(&s), STACK_LWIP);
	s.window = 65535;
	assert_int_equal(stack_guess(&s), STACK_UNKNOWN);
	s.window = 5840;
	s.may_fragment = false;
	assert_int_equal(stack_guess(&s), STACK_UNKNOWN);
}

// The list ends at its first end-of-list octet, whatever pads it behind that.
static void macos_pads_its_list_with_two_ends(void **state)
{
	static const uint8_t syn[] = {
		2, 4,  5, 180, 1, 3, 3, 6, 1, 1, // mss nop wscale nop nop
		8, 10, 1, 2,   3, 4, 0, 0, 0, 0,
		4, 2,  0, 0, // TS sackOK eol eol
	};
	struct segment s = { .flags = TCP_SYN };
	uint64_t layout = tcp_options(&s, (struct bytes){ syn, sizeof(syn) });

	(void)state;
	assert_int_equal(guess(layout, 64), STACK_MACOS);
	assert_int_equal(guess(layout, 55), STACK_MACOS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stacks_show_in_their_syn),
		cmocka_unit_test(no_stack_is_named_on_half_of_its_signs),
		cmocka_unit_test(microcontrollers_show_in_their_syn),
		cmocka_unit_test(macos_pads_its_list_with_two_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
