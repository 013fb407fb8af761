// Bounded reads: the one door to packet bytes. A `struct bytes` is a view that
// owns nothing; no function here reads past its end.
#ifndef TCPWHY_BYTES_H
#define TCPWHY_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *p;
	size_t n;
};

// Takes the first n bytes off b into *head; false, and nothing changed, if b
// is shorter.
static inline bool bytes_cut(struct bytes *b, size_t n, struct bytes *head)
{
	if (b->n < n)
		return false;
	head->p = b->p;
	head->n = n;
	b->p += n;
	b->n -= n;
	return true;
}

static inline uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t be32(const uint8_t *p)
{
	return (uint32_t)be16(p) << 16 | be16(p + 2);
}

static inline uint16_t le16(const uint8_t *p)
{
	return (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t le32(const uint8_t *p)
{
	return (uint32_t)le16(p + 2) << 16 | le16(p);
}

#endif
