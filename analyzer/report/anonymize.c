#include "report/anonymize.h"

#include <string.h>

// SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF").

static uint64_t turn(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static void rounds(uint64_t v[4], unsigned n)
{
	while (n--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = turn(v[1], 13) ^ v[0];
		v[3] = turn(v[3], 16) ^ v[2];
		v[0] = turn(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = turn(v[1], 17) ^ v[2];
		v[3] = turn(v[3], 21) ^ v[0];
		v[2] = turn(v[2], 32);
	}
}

static uint64_t le64(const uint8_t *p, size_t n)
{
	uint64_t x = 0;

	for (size_t i = 0; i < n; i++)
		x |= (uint64_t)p[i] << 8 * i;
	return x;
}

static uint64_t siphash(const uint64_t key[2], const uint8_t *p, size_t n)
{
	uint64_t v[4] = { key[0] ^ UINT64_C(0x736f6d6570736575),
			  key[1] ^ UINT64_C(0x646f72616e646f6d),
			  key[0] ^ UINT64_C(0x6c7967656e657261),
			  key[1] ^ UINT64_C(0x7465646279746573) };
	uint64_t last = (uint64_t)n << 56 | le64(p + n / 8 * 8, n % 8);

	for (size_t i = 0; i <= n / 8; i++) {
		uint64_t m = i < n / 8 ? le64(p + 8 * i, 8) : last;

		v[3] ^= m;
		rounds(v, 2);
		v[0] ^= m;
	}
	v[2] ^= 0xff;
	rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

// ---------------------------------------------------------------------------

struct anonymizer anonymizer_of(const char *words)
{
	static const uint64_t first[2] = { 1, 2 }, second[2] = { 3, 4 };
	const uint8_t *p = (const uint8_t *)words;
	size_t n = strlen(words);

	return (struct anonymizer){ { siphash(first, p, n),
				      siphash(second, p, n) } };
}

// Each bit is flipped or not as the bits before it say (the scheme of
// Crypto-PAn by Xu, Fan, Ammar and Moon).
struct addr anonymize(const struct anonymizer *k, const struct addr *a)
{
	struct addr out = *a;
	uint8_t prefix[17] = { 0 };

	for (unsigned i = 0; i < 128; i++) {
		uint8_t bit = (uint8_t)(0x80 >> i % 8);

		prefix[16] = (uint8_t)i;
		if ((i >= 96 || !addr_is_v4(a)) &&
		    siphash(k->key, prefix, sizeof prefix) & 1)
			out.b[i / 8] ^= bit;
		prefix[i / 8] |= a->b[i / 8] & bit;
	}
	return out;
}
