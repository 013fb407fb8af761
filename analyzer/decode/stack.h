// Which TCP/IP stack speaks, by its SYN: the order of the options and the class
// of the TTL (p0f's way). Pure.
#ifndef TCPWHY_STACK_H
#define TCPWHY_STACK_H

#include <stdint.h>

// Stacks whose behaviour or wording differs.
enum stack {
	STACK_UNKNOWN,
	STACK_LINUX,
	STACK_WINDOWS,
	STACK_MACOS,
	STACK_FREEBSD,
	STACKS
};

// A guess from a SYN or SYN-ACK: the layout of its options (tcp_options.h) and
// its TTL.
enum stack stack_guess(uint64_t layout, uint8_t ttl);

#endif
