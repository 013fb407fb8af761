// The lists of options that are read at once say what any list would.
#include "decode/tcp_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "build.h"

enum { MOST = 20, NOPS = 4 };

static struct segment read_list(uint8_t flags, const uint8_t *p, size_t n)
{
	struct build b = build_new();
	char hex[2 * (MOST + NOPS) + 1] = "";
	struct packet k;

	for (size_t i = 0; i < n; i++)
		snprintf(hex + 2 * i, 3, "%02x", p[i]);
	build_tcp(&b, (struct build_tcp){ .flags = flags, .options = hex });
	build_ip4(&b, 6);
	k = build_decode(&b, 101);
	assert_int_equal(k.kind, PACKET_SEGMENT);
	return k.segment;
}

static uint64_t layout_of(const uint8_t *p, size_t n)
{
	struct segment s = { .flags = TCP_SYN };

	return tcp_options(&s, (struct bytes){ p, n });
}

// Behind four NOPs it is none of the lists that are known as a whole.
static void is_read_as_any(uint8_t flags, const uint8_t *p, size_t n)
{
	uint8_t longer[NOPS + MOST] = { 1, 1, 1, 1 };
	struct segment a, b;

	memcpy(longer + NOPS, p, n);
	a = read_list(flags, p, n);
	b = read_list(flags, longer, NOPS + n);
	assert_int_equal(a.options, b.options);
	assert_int_equal(segment_scale(&a), segment_scale(&b));
	assert_int_equal(a.ts_val, b.ts_val);
	assert_int_equal(a.mptcp, b.mptcp);
	assert_true(layout_of(p, n) << 16 ==
		    (layout_of(longer, NOPS + n) ^ 0x1111));
}

// The list, and with each of its bytes replaced by any other.
static void are_read_as_any(const uint8_t *list, size_t n)
{
	uint8_t p[MOST];

	memcpy(p, list, n);
	for (size_t i = 0; i < n; i++) {
		for (int value = 0; value < 256; value++) {
			p[i] = (uint8_t)value;
			is_read_as_any(TCP_SYN, p, n);
			is_read_as_any(TCP_ACK, p, n);
		}
		p[i] = list[i];
	}
}

static void timestamps_alone(void **state)
{
	static const uint8_t list[] = { 1,    1,    8, 10, 0x11, 0x22,
					0x33, 0x44, 5, 6,  7,    8 };

	(void)state;
	are_read_as_any(list, sizeof list);
}

static void the_syn_of_linux(void **state)
{
	static const uint8_t list[] = { 2,  4,    5,    0xb4, 4,    2, 8,
					10, 0x11, 0x22, 0x33, 0x44, 5, 6,
					7,  8,    1,    3,    3,    7 };

	(void)state;
	are_read_as_any(list, sizeof list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timestamps_alone),
		cmocka_unit_test(the_syn_of_linux),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
