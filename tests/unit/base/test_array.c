// Arrays that grow keep what they hold, and say when they can't.
#include "base/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void items_stay_while_room_doubles(void **state)
{
	uint32_t *array = NULL;
	size_t size = 0;

	(void)state;
	for (uint32_t n = 0; n < 1000; n++) {
		size_t before = size;

		array = array_grown(array, n, &size, sizeof *array);
		assert_non_null(array);
		assert_true(n < size);
		assert_true(size == before || !before || size == 2 * before);
		array[n] = n;
	}
	for (uint32_t n = 0; n < 1000; n++)
		assert_int_equal(array[n], n);
	free(array);
}

static void without_memory_all_stays_as_it_was(void **state)
{
	size_t size = 0;
	char *array = array_grown(NULL, 0, &size, 1);
	size_t before = size;

	(void)state;
	assert_non_null(array);
	assert_null(array_grown(array, before, &size, PTRDIFF_MAX / before));
	assert_int_equal(size, before);
	array[before - 1] = 'x';
	free(array);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_stay_while_room_doubles),
		cmocka_unit_test(without_memory_all_stays_as_it_was),
	};

	return cmocka_run_group_tests_name("array", tests, NULL, NULL);
}
