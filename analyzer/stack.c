#include "stack.h"

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
	int top = 60;

	while (top > 0 && !(layout >> top & 15))
		top -= 4;
	while (top > 0 &&
	       ((layout >> top & 15) == 14 || (layout >> top & 15) == 1)) {
		layout &= ~(UINT64_C(15) << top);
		top -= 4;
	}
	return layout;
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

	// Few have a tail, and no row has.
	if (found == STACKS)
		found = find(without_tail(layout), from);
	if (found == STACKS)
		return from == 128 ? STACK_WINDOWS : STACK_UNKNOWN;
	return found;
}
