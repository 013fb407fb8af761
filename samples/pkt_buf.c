#include "pkt_buf.h"

#include <stdlib.h>
#include <string.h>

void pkt_buf_release(struct pkt_buf *b)
{
	free(b->p);
	memset(b, 0, sizeof(*b));
}

static bool reserve(struct pkt_buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 256;

	while (cap - b->n < n)
		cap *= 2;
	if (cap != b->cap) {
		uint8_t *p = realloc(b->p, cap);

		if (!p) {
			b->failed = true;
			return false;
		}
		b->p = p;
		b->cap = cap;
	}
	return true;
}

void pkt_put(struct pkt_buf *b, const void *bytes, size_t n)
{
	if (n == 0 || !reserve(b, n))
		return;
	memcpy(b->p + b->n, bytes, n);
	b->n += n;
}

void pkt_fill(struct pkt_buf *b, unsigned byte, size_t n)
{
	if (n == 0 || !reserve(b, n))
		return;
	memset(b->p + b->n, (int)byte, n);
	b->n += n;
}

void pkt_put8(struct pkt_buf *b, unsigned v)
{
	uint8_t byte = (uint8_t)v;

	pkt_put(b, &byte, 1);
}

void pkt_put16(struct pkt_buf *b, unsigned v)
{
	pkt_put16_as(b, v, true);
}

void pkt_put32(struct pkt_buf *b, uint32_t v)
{
	pkt_put32_as(b, v, true);
}

void pkt_set16(struct pkt_buf *b, size_t at, unsigned v)
{
	if (b->n < 2 || at > b->n - 2)
		return;
	b->p[at] = (uint8_t)(v >> 8);
	b->p[at + 1] = (uint8_t)v;
}

void pkt_put16_as(struct pkt_buf *b, unsigned v, bool big)
{
	uint8_t hi = (uint8_t)(v >> 8), lo = (uint8_t)v;
	uint8_t bytes[2] = { big ? hi : lo, big ? lo : hi };

	pkt_put(b, bytes, sizeof(bytes));
}

void pkt_put32_as(struct pkt_buf *b, uint32_t v, bool big)
{
	pkt_put16_as(b, big ? v >> 16 : v & 0xffff, big);
	pkt_put16_as(b, big ? v & 0xffff : v >> 16, big);
}
