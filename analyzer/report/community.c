#include "report/community.h"

#include "base/bytes.h"

#include <string.h>

enum { BLOCK = 64, DIGEST = 20, IPPROTO_TCP_NUMBER = 6 };

static uint32_t rotate(uint32_t v, unsigned n)
{
	return v << n | v >> (32 - n);
}

// The function and constant of a round, FIPS 180-4, sections 4.1.1 and 4.2.1.
static uint32_t mix(unsigned round, uint32_t b, uint32_t c, uint32_t d)
{
	switch (round / 20) {
	case 0:
		return ((b & c) | (~b & d)) + 0x5a827999;
	case 1:
		return (b ^ c ^ d) + 0x6ed9eba1;
	case 2:
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	default:
		return (b ^ c ^ d) + 0xca62c1d6;
	}
}

// SHA-1 of a message that fits one block with its padding: at most 55 bytes.
static void sha1_block(const uint8_t block[BLOCK], uint8_t out[DIGEST])
{
	const uint32_t start[5] = { 0x67452301, 0xefcdab89, 0x98badcfe,
				    0x10325476, 0xc3d2e1f0 };
	uint32_t h[5], w[80];

	memcpy(h, start, sizeof h);
	for (unsigned i = 0; i < 16; i++)
		w[i] = be32(block + i * 4);
	for (unsigned i = 16; i < 80; i++)
		w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (unsigned i = 0; i < 80; i++) {
		uint32_t sum =
		    rotate(h[0], 5) + mix(i, h[1], h[2], h[3]) + h[4] + w[i];

		h[4] = h[3];
		h[3] = h[2];
		h[2] = rotate(h[1], 30);
		h[1] = h[0];
		h[0] = sum;
	}
	for (unsigned i = 0; i < DIGEST; i++)
		out[i] =
		    (uint8_t)((h[i / 4] + start[i / 4]) >> (24 - i % 4 * 8));
}

static void base64(const uint8_t in[DIGEST], char *out)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (unsigned i = 0; i < DIGEST; i += 3) {
		uint32_t last = i + 2 < DIGEST ? in[i + 2] : 0;
		uint32_t v =
		    (uint32_t)in[i] << 16 | (uint32_t)in[i + 1] << 8 | last;

		*out++ = digit[v >> 18];
		*out++ = digit[v >> 12 & 63];
		*out++ = digit[v >> 6 & 63];
		*out++ = i + 2 < DIGEST ? digit[v & 63] : '=';
	}
	*out = '\0';
}

// Appends the address as the protocol has it: 4 bytes for IPv4.
static size_t put_addr(uint8_t *to, const struct addr *a)
{
	size_t n = addr_is_v4(a) ? 4 : sizeof a->b;

	memcpy(to, a->b + sizeof a->b - n, n);
	return n;
}

static size_t put16(uint8_t *to, unsigned v)
{
	to[0] = (uint8_t)(v >> 8);
	to[1] = (uint8_t)v;
	return 2;
}

void community_id(const struct addr addr[2], const uint16_t port[2],
		  char out[COMMUNITY_ID])
{
	uint8_t block[BLOCK] = { 0 }, digest[DIGEST];
	int order = addr_cmp(&addr[0], &addr[1]);
	int low = order > 0 || (order == 0 && port[0] > port[1]);
	size_t n = put16(block, 0); // the seed

	n += put_addr(block + n, &addr[low]);
	n += put_addr(block + n, &addr[!low]);
	n += put16(block + n, IPPROTO_TCP_NUMBER << 8);
	n += put16(block + n, port[low]);
	n += put16(block + n, port[!low]);
	block[n] = 0x80;
	put16(block + BLOCK - 2, (unsigned)n * 8);
	sha1_block(block, digest);
	memcpy(out, "1:", 2);
	base64(digest, out + 2);
}
