// Idle timeouts that devices and programs are known for.
#include "judge/timers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/nanoseconds.h"

static void they_match_within_a_hundredth(void **state)
{
	const char *nlb = idle_timer_name(350 * SECOND, TIMER_OF_PATH);

	(void)state;
	assert_non_null(nlb);
	assert_ptr_equal(idle_timer_name(346500 * MS, TIMER_OF_PATH), nlb);
	assert_ptr_equal(idle_timer_name(353500 * MS, TIMER_OF_PATH), nlb);
	assert_null(idle_timer_name(346499 * MS, TIMER_OF_PATH));
	assert_null(idle_timer_name(353501 * MS, TIMER_OF_PATH));
}

static void short_ones_match_within_a_tenth_of_a_second(void **state)
{
	const char *node = idle_timer_name(5 * SECOND, TIMER_OF_SERVER);

	(void)state;
	assert_non_null(node);
	assert_ptr_equal(idle_timer_name(4900 * MS, TIMER_OF_SERVER), node);
	assert_ptr_equal(idle_timer_name(5100 * MS, TIMER_OF_SERVER), node);
	assert_null(idle_timer_name(4899 * MS, TIMER_OF_SERVER));
	assert_null(idle_timer_name(5101 * MS, TIMER_OF_SERVER));
}

static void a_timer_is_only_its_owners(void **state)
{
	(void)state;
	assert_null(idle_timer_name(350 * SECOND, TIMER_OF_SERVER));
	assert_null(idle_timer_name(5 * SECOND, TIMER_OF_PATH));
	assert_null(idle_timer_name(90 * SECOND, TIMER_OF_CLIENT));
	assert_non_null(idle_timer_name(90 * SECOND, TIMER_OF_POOL));
	assert_non_null(
	    idle_timer_name(90 * SECOND, TIMER_OF_CLIENT | TIMER_OF_POOL));
	assert_null(idle_timer_name(60 * SECOND, 0));
}

static void other_times_are_nobodys(void **state)
{
	static const unsigned all =
	    TIMER_OF_PATH | TIMER_OF_SERVER | TIMER_OF_CLIENT | TIMER_OF_POOL;

	(void)state;
	assert_null(idle_timer_name(0, all));
	assert_null(idle_timer_name(-60 * SECOND, all));
	assert_null(idle_timer_name(1500 * MS, all));
	assert_null(idle_timer_name(200 * SECOND, all));
	assert_null(idle_timer_name(INT64_MAX, all));
	assert_null(idle_timer_name(INT64_MIN, all));
}

static void no_two_of_one_owner_overlap(void **state)
{
	(void)state;
	for (unsigned of = TIMER_OF_PATH; of <= TIMER_OF_POOL; of *= 2) {
		const char *before = NULL;
		size_t changes = 0;

		for (int64_t t = 0; t < 500000 * SECOND; t += SECOND / 2) {
			const char *name = idle_timer_name(t, of);
			// From one timer to the next there is nothing between.
			assert_true(!name || !before || name == before);
			changes += name != before;
			before = name;
		}
		assert_true(changes >= 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_match_within_a_hundredth),
		cmocka_unit_test(short_ones_match_within_a_tenth_of_a_second),
		cmocka_unit_test(a_timer_is_only_its_owners),
		cmocka_unit_test(other_times_are_nobodys),
		cmocka_unit_test(no_two_of_one_owner_overlap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
