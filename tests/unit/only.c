// ONLY='*window*' build/tests/unit/track/test_endpoint runs those of the
// program's tests whose names match. Linked into every unit program.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

__attribute__((constructor)) static void choose_tests(void)
{
	const char *pattern = getenv("ONLY");

	if (pattern)
		cmocka_set_test_filter(pattern);
}
