// One address type: IPv6, with IPv4 held as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2).
// Nothing after decoding knows two versions of IP.
#ifndef TCPWHY_ADDR_H
#define TCPWHY_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct addr {
	uint8_t b[16];
};

enum { ADDR_TEXT = 46 }; // room for any address as text, with its NUL

static inline struct addr addr_v4(const uint8_t b[4])
{
	struct addr a = { .b = { [10] = 0xff, 0xff } };

	memcpy(a.b + 12, b, 4);
	return a;
}

static inline struct addr addr_v6(const uint8_t b[16])
{
	struct addr a;

	memcpy(a.b, b, sizeof a.b);
	return a;
}

bool addr_is_v4(const struct addr *a);

// <0, 0, >0 in network order.
int addr_cmp(const struct addr *a, const struct addr *b);

// Writes the RFC 5952 form (dotted quad for IPv4), cut to fit n; returns out.
char *addr_text(const struct addr *a, char *out, size_t n);

// Understands an address, perhaps with a /prefix behind it: *bits of *addr
// count (an IPv4 network has its 96 more). False: s is neither.
bool addr_parse_net(const char *s, struct addr *addr, unsigned *bits);

// Understands the n characters at s as an address without a prefix.
bool addr_parse(const char *s, size_t n, struct addr *addr);

// True if the first bits of a are those of net.
bool addr_in_net(const struct addr *a, const struct addr *net, unsigned bits);

// Mixes a into the hash h. Every bit of both reaches the low ones. Not for
// tables that an attacker could slow down by collisions.
uint64_t addr_mix(uint64_t h, const struct addr *a);

#endif
