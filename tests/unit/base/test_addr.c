#include "base/addr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct text_case {
	uint8_t b[16];
	const char *text;
};

// RFC 5952, sections 4 and 5.
static const struct text_case texts[] = {
	{ { 0 }, "::" },
	{ { [15] = 1 }, "::1" },
	{ { 0xfe, 0x80, [15] = 1 }, "fe80::1" },
	{ { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 }, "2001:db8::1" },
	{ { 0x20, 0x01, 0x0d, 0xb8 }, "2001:db8::" },
	// The longest run of zeros, the first of two, never a single group.
	{ { 0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1 },
	  "2001:0:0:1::1" },
	{ { 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1 },
	  "2001:db8::1:0:0:1" },
	{ { 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 },
	  "2001:db8:0:1:1:1:1:1" },
	// No leading zeros, lower case, as long as it gets.
	{ { 0xab, 0xcd, 0, 1, 0, 0x12, 1, 0x23, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff },
	  "abcd:1:12:123:ffff:ffff:ffff:ffff" },
	{ { [10] = 0xff, 0xff, 192, 0, 2, 255 }, "192.0.2.255" },
};

static void addresses_have_their_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct addr a = addr_v6(texts[i].b);
		char out[ADDR_TEXT];
		assert_string_equal(addr_text(&a, out, sizeof out),
				    texts[i].text);
	}
}

static void the_longest_text_fits(void **state)
{
	struct addr a;
	char out[ADDR_TEXT];

	(void)state;
	memset(a.b, 0xff, sizeof a.b);
	assert_string_equal(addr_text(&a, out, sizeof out),
			    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

static void a_short_buffer_cuts_the_text(void **state)
{
	static const uint8_t b[4] = { 192, 0, 2, 1 };
	struct addr a = addr_v4(b);
	char out[8] = "xxxxxxx";

	(void)state;
	assert_ptr_equal(addr_text(&a, out, 4), out);
	assert_string_equal(out, "192");
	assert_int_equal(out[4], 'x');
}

static void ipv4_is_told_from_ipv6(void **state)
{
	static const uint8_t four[4] = { 127, 0, 0, 1 };
	static const uint8_t compatible[16] = { [12] = 127, 0, 0, 1 };
	struct addr a = addr_v4(four), b = addr_v6(compatible);

	(void)state;
	assert_true(addr_is_v4(&a));
	assert_false(addr_is_v4(&b));
}

static void addresses_have_an_order(void **state)
{
	static const uint8_t low[4] = { 10, 0, 0, 2 };
	static const uint8_t high[4] = { 10, 0, 0, 200 };
	struct addr a = addr_v4(low), b = addr_v4(high);

	(void)state;
	assert_true(addr_cmp(&a, &b) < 0);
	assert_true(addr_cmp(&b, &a) > 0);
	assert_int_equal(addr_cmp(&a, &a), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_have_their_text),
		cmocka_unit_test(the_longest_text_fits),
		cmocka_unit_test(a_short_buffer_cuts_the_text),
		cmocka_unit_test(ipv4_is_told_from_ipv6),
		cmocka_unit_test(addresses_have_an_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
