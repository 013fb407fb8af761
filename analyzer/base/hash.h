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

// Both halves of the product of a and b, one upon the other.
static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	__extension__ unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
#else
	uint64_t a0 = (uint32_t)a, a1 = a >> 32;
	uint64_t b0 = (uint32_t)b, b1 = b >> 32;
	uint64_t m0 = a0 * b1 + (a0 * b0 >> 32);
	uint64_t m1 = a1 * b0 + (uint32_t)m0;

	return a * b ^ (a1 * b1 + (m0 >> 32) + (m1 >> 32));
#endif
}

#endif
