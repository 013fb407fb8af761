// Idle timeouts that devices and programs are known for. A match is a hint,
// never a proof.
#ifndef TCPWHY_TIMERS_H
#define TCPWHY_TIMERS_H

#include <stdint.h>

// Whose timer may have ended a connection, a bit each.
enum timer_of {
	TIMER_OF_PATH = 1,   // a device that forwards it: NAT, firewall
	TIMER_OF_SERVER = 2, // the server's program, or a proxy in its place
	TIMER_OF_CLIENT = 4, // the client, which waits for an answer
	TIMER_OF_POOL = 8,   // the client, which keeps it for later
};

// What is known for ending a connection after so long (in ns, within one part
// in a hundred, or a tenth of a second): a timer of one of those; NULL: nothing
// is.
const char *idle_timer_name(int64_t idle, unsigned of);

#endif
