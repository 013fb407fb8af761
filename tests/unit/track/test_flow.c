// The states of both ends through whole lives (RFC 9293, 3.3.2).
#include "track/flow.h"

#include "talk.h"

// Each word of the script, and behind it the states of both ends after it.
static void is_life(const char *const (*life)[3], size_t n)
{
	struct talk t = talk_new();

	for (size_t i = 0; i < n; i++) {
		talk(&t, life[i][0]);
		for (enum side x = CLIENT; x <= SERVER; x++)
			if (strcmp(life[i][1 + x], tcp_state_name(flow_state(
						       talk_flow(&t), x))))
				fail_msg("%zu: after %s the %s is %s", i,
					 life[i][0], side_name(x),
					 tcp_state_name(
					     flow_state(talk_flow(&t), x)));
	}
	talk_free(&t);
}

#define LIFE(...)                                                              \
	do {                                                                   \
		static const char *const life[][3] = { __VA_ARGS__ };          \
		is_life(life, sizeof(life) / sizeof(life[0]));                 \
	} while (0)

#define OPENING                                                                \
	{ "cS", "SYN_SENT", "" }, { "sSA", "ESTABLISHED", "SYN_RECEIVED" },    \
	{                                                                      \
		"cA", "ESTABLISHED", "ESTABLISHED"                             \
	}

static void the_client_closes_first(void **state)
{
	(void)state;
	LIFE(OPENING, { "c10A sA", "ESTABLISHED", "ESTABLISHED" },
	     { "cFA", "FIN_WAIT_1", "CLOSE_WAIT" },
	     { "sA", "FIN_WAIT_2", "CLOSE_WAIT" },
	     { "sFA", "TIME_WAIT", "LAST_ACK" },
	     { "cA", "TIME_WAIT", "CLOSED" });
}

static void the_server_closes_first(void **state)
{
	(void)state;
	LIFE(OPENING, { "sFA", "CLOSE_WAIT", "FIN_WAIT_1" },
	     { "cFA", "LAST_ACK", "TIME_WAIT" },
	     { "sA", "CLOSED", "TIME_WAIT" });
}

static void both_close_at_once(void **state)
{
	(void)state;
	LIFE(OPENING, { "cFA", "FIN_WAIT_1", "CLOSE_WAIT" },
	     { "sFA/1", "CLOSING", "CLOSING" },
	     { "cA", "CLOSING", "TIME_WAIT" },
	     { "sA", "TIME_WAIT", "TIME_WAIT" });
}

static void one_side_closes_half(void **state)
{
	(void)state;
	LIFE(OPENING, { "cFA sA", "FIN_WAIT_2", "CLOSE_WAIT" },
	     { "s1000A cA", "FIN_WAIT_2", "CLOSE_WAIT" },
	     { "sFA", "TIME_WAIT", "LAST_ACK" },
	     { "cA", "TIME_WAIT", "CLOSED" });
}

static void a_reset_closes_both(void **state)
{
	(void)state;
	LIFE({ "cS", "SYN_SENT", "" }, { "sRAz", "CLOSED", "CLOSED" });
	LIFE(OPENING, { "c10A sA", "ESTABLISHED", "ESTABLISHED" },
	     { "sRA", "CLOSED", "CLOSED" });
	LIFE(OPENING, { "cFA sA", "FIN_WAIT_2", "CLOSE_WAIT" },
	     { "s10A", "FIN_WAIT_2", "CLOSE_WAIT" },
	     { "cR", "CLOSED", "CLOSED" });
}

static void an_ignored_reset_closes_nothing(void **state)
{
	(void)state;
	LIFE(OPENING, { "s100A cA", "ESTABLISHED", "ESTABLISHED" },
	     { "sRA-50", "ESTABLISHED", "ESTABLISHED" },
	     { "sRA+50", "ESTABLISHED", "ESTABLISHED" });
	LIFE(OPENING, { "cFA sFA cA", "TIME_WAIT", "CLOSED" },
	     { "sR", "TIME_WAIT", "CLOSED" });
}

static void states_without_a_handshake(void **state)
{
	(void)state;
	LIFE({ "cA", "ESTABLISHED", "ESTABLISHED" },
	     { "c10A", "ESTABLISHED", "ESTABLISHED" },
	     { "sFA", "CLOSE_WAIT", "FIN_WAIT_1" });
	// Only the server's half was captured.
	LIFE({ "cS! sSA", "ESTABLISHED", "ESTABLISHED" });
	// Only the client's.
	LIFE({ "cS sSA! cA", "ESTABLISHED", "ESTABLISHED" });
}

// What is known of the end that an accepted RST's forger spoke for.
static void the_state_without_the_reset_is_kept(void **state)
{
	struct talk t = talk_new();

	(void)state;
	talk(&t, "cS sSA cA sFA cA sRA");
	assert_int_equal(flow_state(talk_flow(&t), SERVER), STATE_CLOSED);
	assert_int_equal(flow_state_unreset(talk_flow(&t), SERVER),
			 STATE_FIN_WAIT_2);
	assert_int_equal(flow_state_unreset(talk_flow(&t), CLIENT),
			 STATE_CLOSE_WAIT);
	talk_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_client_closes_first),
		cmocka_unit_test(the_server_closes_first),
		cmocka_unit_test(both_close_at_once),
		cmocka_unit_test(one_side_closes_half),
		cmocka_unit_test(a_reset_closes_both),
		cmocka_unit_test(an_ignored_reset_closes_nothing),
		cmocka_unit_test(states_without_a_handshake),
		cmocka_unit_test(the_state_without_the_reset_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
