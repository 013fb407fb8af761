// Ports on which services listen.
#include "base/services.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_first_the_last_and_one_between_are_known(void **state)
{
	(void)state;
	assert_true(service_is_known(20));
	assert_true(service_is_known(2049));
	assert_true(service_is_known(61616));
}

static void neighbours_are_not(void **state)
{
	(void)state;
	assert_false(service_is_known(0));
	assert_false(service_is_known(19));
	assert_false(service_is_known(2048));
	assert_false(service_is_known(2050));
	assert_false(service_is_known(61617));
	assert_false(service_is_known(65535));
}

// Found by halves, so each must be greater than the one before it.
static void all_that_are_known_can_be_found(void **state)
{
	size_t n = 0;

	(void)state;
	for (uint32_t port = 0; port < 65536; port++)
		n += service_is_known((uint16_t)port);
	assert_int_equal(n, 131);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_the_last_and_one_between_are_known),
		cmocka_unit_test(neighbours_are_not),
		cmocka_unit_test(all_that_are_known_can_be_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
