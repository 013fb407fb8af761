#include "track/connection.h"

const char *tcp_state_name(enum tcp_state s)
{
	static const char *const names[STATES] = {
		[STATE_UNKNOWN] = "",
		[STATE_LISTEN] = "LISTEN",
		[STATE_SYN_SENT] = "SYN_SENT",
		[STATE_SYN_RECEIVED] = "SYN_RECEIVED",
		[STATE_ESTABLISHED] = "ESTABLISHED",
		[STATE_FIN_WAIT_1] = "FIN_WAIT_1",
		[STATE_FIN_WAIT_2] = "FIN_WAIT_2",
		[STATE_CLOSE_WAIT] = "CLOSE_WAIT",
		[STATE_CLOSING] = "CLOSING",
		[STATE_LAST_ACK] = "LAST_ACK",
		[STATE_TIME_WAIT] = "TIME_WAIT",
		[STATE_CLOSED] = "CLOSED",
	};

	return names[s];
}
