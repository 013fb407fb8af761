#include "decode/stack.h"

#include <stddef.h>

// Stacks by the order of the options in their SYN, a nibble each from the
// lowest; a SYN-ACK holds the same order less what the SYN did not offer.
static const struct {
	enum stack stack;
	uint8_t ttl;
	uint64_t layout;
} stacks[] = {
	{ STACK_LINUX, 64, 0x31842 },     // mss sackOK TS nop wscale
	{ STACK_LINUX, 64, 0x314112 },    // mss nop nop sackOK nop wscale
	{ STACK_LINUX, 64, 0x318112 },    // mss nop nop TS nop wscale
	{ STACK_LINUX, 64, 0x842 },       // mss sackOK TS
	{ STACK_LINUX, 64, 0x4112 },      // mss nop nop sackOK
	{ STACK_WINDOWS, 128, 0x411312 }, // mss nop wscale nop nop sackOK
	{ STACK_WINDOWS, 128, 0x4112 },   // mss nop nop sackOK
	{ STACK_WINDOWS, 128, 0x84312 },  // mss nop wscale sackOK TS
	{ STACK_MACOS, 64, 0xff4811312 }, // mss nop wscale nop nop TS sackOK
	{ STACK_MACOS, 64, 0xf4811312 },  //   eol
	{ STACK_FREEBSD, 64, 0x84312 },   // mss nop wscale sackOK TS
};

static uint8_t ttl_class(uint8_t ttl)
{
	if (ttl <= 32)
		return 32;
	if (ttl <= 64)
		return 64;
	return ttl <= 128 ? 128 : 255;
}

// MPTCP, Fast Open and padding come last and say nothing of the stack.
static uint64_t without_tail(uint64_t layout)
{
	enum { NOP = 1, OTHER = 14 };
	uint64_t mask = 15, kept = 15;

	for (uint64_t rest = layout >> 4; rest; rest >>= 4) {
		mask = mask << 4 | 15;
		if ((rest & 15) != NOP && (rest & 15) != OTHER)
			kept = mask;
	}
	return layout & kept;
}

// STACKS: no row.
static enum stack find(uint64_t layout, uint8_t ttl)
{
	for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++)
		if (stacks[i].layout == layout && stacks[i].ttl == ttl)
			return stacks[i].stack;
	return STACKS;
}

enum stack stack_guess(uint64_t layout, uint8_t ttl)
{
	uint8_t from = ttl_class(ttl);
	enum stack found = find(layout, from);
	uint64_t order;

	if (found != STACKS)
		return found;
	order = without_tail(layout);
	if (order != layout)
		found = find(order, from);
	if (found != STACKS)
		return found;
	return from == 128 ? STACK_WINDOWS : STACK_UNKNOWN;
}
