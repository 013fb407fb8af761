// An array whose items stay where they are while it grows.
#include "base/blocks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { EACH = 40, SHIFT = 3, MANY = 5000 };

static struct blocks b;

static int setup(void **state)
{
	(void)state;
	b = (struct blocks){ .each = EACH, .shift = SHIFT };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	blocks_free(&b);
	return 0;
}

static void items_stay_where_they_are(void **state)
{
	static unsigned char *at[MANY];

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(b.n, i);
		assert_true(blocks_add(&b));
		at[i] = blocks_at(&b, i);
		memset(at[i], (int)(i % 251) + 1, EACH);
	}
	for (size_t i = 0; i < MANY; i++) {
		assert_ptr_equal(blocks_at(&b, i), at[i]);
		for (size_t k = 0; k < EACH; k++)
			assert_int_equal(at[i][k], i % 251 + 1);
	}
	assert_int_equal(blocks_bytes(&b), MANY * EACH);
}

static void items_are_zero_at_first(void **state)
{
	static const unsigned char zero[EACH];

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		assert_true(blocks_add(&b));
		assert_memory_equal(blocks_at(&b, i), zero, EACH);
		memset(blocks_at(&b, i), 0xff, EACH); // the next is not this
	}
}

static void what_was_freed_may_grow_again(void **state)
{
	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 100; i++)
			assert_true(blocks_add(&b));
		assert_int_equal(*(unsigned char *)blocks_at(&b, 99), 0);
		memset(blocks_at(&b, 99), 0xff, EACH);
		blocks_free(&b);
		assert_int_equal(b.n, 0);
		assert_int_equal(blocks_bytes(&b), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(items_stay_where_they_are,
						setup, teardown),
		cmocka_unit_test_setup_teardown(items_are_zero_at_first, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_was_freed_may_grow_again,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
