#include "decode/stack.h"

#include <stddef.h>

// DF, and the IP ID of a SYN-ACK, as a stack sends them.
enum {
	DF = 1,      // always set
	NO_DF = 2,   // never set; so not told over IPv6
	ID_ZERO = 4, // SYN-ACK: 0 (Linux: ip_select_ident() without a socket)
};

// Layouts hold a nibble for each option, the first one lowest; a SYN-ACK keeps
// the order less what the SYN did not offer. Window 0: any. The rows of a layout
// stand together, and the first of them that fits counts. The most frequent
// layouts come first: every SYN of a port scan is looked up here.
static const struct row {
	uint64_t layout;
	enum stack stack;
	uint8_t ttl;
	uint8_t signs;
	uint16_t window;
} rows[] = {
	// mss sackOK TS nop wscale: as Linux has it, but neither DF nor ID 0
	{ 0x31842, STACK_GVISOR, 64, 0, 29184 },
	{ 0x31842, STACK_LINUX, 64, DF | ID_ZERO, 0 },
	// mss nop wscale nop nop sackOK
	{ 0x411312, STACK_WINDOWS, 128, 0, 0 },
	// mss nop nop sackOK nop wscale
	{ 0x314112, STACK_LINUX, 64, DF | ID_ZERO, 0 },
	// mss nop wscale nop nop TS sackOK eol
	{ 0xf4811312, STACK_MACOS, 64, 0, 0 },
	// mss nop nop sackOK
	{ 0x4112, STACK_LINUX, 64, DF | ID_ZERO, 0 },
	{ 0x4112, STACK_WINDOWS, 128, 0, 0 },
	{ 0x4112, STACK_LWIP, 255, NO_DF, 0 },
	{ 0x4112, STACK_LWIP, 64, NO_DF, 0 },
	// mss. Others with mss alone have windows that lwIP has not:
	// is_other().
	{ 0x2, STACK_LWIP, 255, NO_DF, 0 },
	{ 0x2, STACK_LWIP, 64, NO_DF, 0 },
	// mss nop wscale sackOK TS
	{ 0x84312, STACK_WINDOWS, 128, 0, 0 },
	{ 0x84312, STACK_FREEBSD, 64, 0, 0 },
	// mss sackOK TS
	{ 0x842, STACK_LINUX, 64, DF | ID_ZERO, 0 },
	// mss nop nop TS nop wscale
	{ 0x318112, STACK_LINUX, 64, DF | ID_ZERO, 0 },
	// mss nop nop TS
	{ 0x8112, STACK_LWIP, 255, NO_DF, 0 },
	{ 0x8112, STACK_LWIP, 64, NO_DF, 0 },
	// mss nop nop sackOK nop wscale nop nop TS
	{ 0x811314112, STACK_OPENBSD, 64, 0, 0 },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

// 65,535 is the window of libslirp, passt and zmap; nmap has 1 to 4 KiB.
static bool is_other(uint16_t window)
{
	return window == 65535 || (window <= 4096 && window % 1024 == 0);
}

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
	unsigned last =
	    layout ? (63U - (unsigned)__builtin_clzll(layout)) / 4 : 0;

	for (; last; last--) {
		uint64_t option = layout >> last * 4;
		if (option != NOP && option != OTHER)
			break;
		layout ^= option << last * 4;
	}
	return layout;
}

static bool fits(const struct row *r, const struct stack_sign *s)
{
	if (r->ttl != ttl_class(s->ttl) ||
	    (r->window && r->window != s->window))
		return false;
	if (r->signs & DF && s->may_fragment)
		return false;
	if (r->signs & NO_DF && (!s->may_fragment || is_other(s->window)))
		return false;
	return !(r->signs & ID_ZERO && s->syn_ack && s->ip_id);
}

// STACKS: no row.
static enum stack find_sign(uint64_t layout, const struct stack_sign *s)
{
	const struct row *r = rows, *end = rows + ROWS;

	while (r < end && r->layout != layout)
		r++;
	for (; r < end && r->layout == layout; r++)
		if (fits(r, s))
			return r->stack;
	return STACKS;
}

enum stack stack_guess(const struct stack_sign *s)
{
	enum stack found = find_sign(s->layout, s);
	uint64_t order;

	if (found != STACKS)
		return found;
	order = without_tail(s->layout);
	if (order != s->layout)
		found = find_sign(order, s);
	if (found != STACKS)
		return found;
	return ttl_class(s->ttl) == 128 ? STACK_WINDOWS : STACK_UNKNOWN;
}
