// Mixing for tables of hashes that no attacker can slow down by collisions.
// Pure.
#ifndef TCPWHY_HASH_H
#define TCPWHY_HASH_H

#include <stdint.h>

// Every bit of h reaches the low bits, which choose the slot.
static inline uint64_t hash_mix(uint64_t h)
{
	h = (h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93);
	h = (h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return h ^ h >> 32;
}

#endif
