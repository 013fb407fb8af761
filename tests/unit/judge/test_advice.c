// What to change, where it is not what the verdict says.
#include "judge/advice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *with(enum verdict_id v, enum fact fact)
{
	const struct finding found = { .fact = (uint8_t)fact, .side = SERVER };

	return advice_for(v, &found, 1);
}

static void it_is_the_verdict_s_where_nothing_else_is_known(void **state)
{
	(void)state;
	assert_string_equal(advice_for(RESET_UNREAD_DATA, NULL, 0),
			    verdict_get(RESET_UNREAD_DATA)->advice);
	assert_string_equal(with(RESET_DATA_AFTER_FIN, NOTE_CLOSED_FIRST),
			    verdict_get(RESET_DATA_AFTER_FIN)->advice);
	assert_string_equal(advice_for(ORDERLY_CLOSE, NULL, 0), "");
}

static void a_close_with_a_request_pending_needs_some(void **state)
{
	(void)state;
	assert_string_not_equal(with(ORDERLY_CLOSE, CLOSED_SILENT), "");
	assert_string_not_equal(with(ORDERLY_CLOSE, REQUEST_DROPPED), "");
	assert_string_not_equal(with(ORDERLY_CLOSE, REQUEST_GIVEN_UP), "");
	assert_string_equal(with(HALF_CLOSED, REQUEST_DROPPED),
			    verdict_get(HALF_CLOSED)->advice);
}

static void who_gave_up_is_not_told_to_reuse_for_a_shorter_time(void **state)
{
	(void)state;
	assert_null(strstr(with(RESET_DATA_AFTER_FIN, REQUEST_GIVEN_UP),
			   "shorter time"));
	assert_ptr_equal(with(RESET_DATA_AFTER_FIN, REQUEST_GIVEN_UP),
			 with(RESET_LINGER_ZERO, REQUEST_GIVEN_UP));
}

static void a_lost_close_notify_needs_none(void **state)
{
	(void)state;
	assert_string_equal(with(RESET_DATA_AFTER_FIN, NOTE_CLOSE_NOTIFY), "");
	assert_string_not_equal(with(RESET_UNREAD_DATA, NOTE_CLOSE_NOTIFY), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    it_is_the_verdict_s_where_nothing_else_is_known),
		cmocka_unit_test(a_close_with_a_request_pending_needs_some),
		cmocka_unit_test(
		    who_gave_up_is_not_told_to_reuse_for_a_shorter_time),
		cmocka_unit_test(a_lost_close_notify_needs_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
