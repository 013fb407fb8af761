// Which TCP/IP stack speaks, by its SYN or SYN-ACK: the order of the options,
// TTL, DF, IP ID and window (p0f's way). Pure.
#ifndef TCPWHY_STACK_H
#define TCPWHY_STACK_H

#include <stdbool.h>
#include <stdint.h>

// Stacks whose behaviour or wording differs. Three bits of a segment hold one
// (packet.h).
enum stack {
	STACK_UNKNOWN,
	STACK_LINUX,
	STACK_WINDOWS,
	STACK_MACOS, // iOS, too
	STACK_FREEBSD,
	STACK_OPENBSD,
	STACK_GVISOR, // netstack: GKE Sandbox, Tailscale, ...
	STACK_LWIP,   // microcontrollers: ESP32, STM32, ...
	STACKS
};

// What a SYN or SYN-ACK says of its sender's stack.
struct stack_sign {
	uint64_t layout; // order of its options (tcp_options.h)
	uint16_t window; // unscaled
	uint16_t ip_id;  // 0 for IPv6
	uint8_t ttl;     // or hop limit, as captured
	bool syn_ack;
	bool may_fragment; // IPv4 without DF
};

// A guess. A stack is named only where all of its signs fit: its habits are
// taken for granted afterwards.
enum stack stack_guess(const struct stack_sign *s);

#endif
