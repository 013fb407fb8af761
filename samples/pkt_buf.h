// A growing byte buffer that writes numbers in either byte order. Running out
// of memory is remembered and asked about once, at the end.
#ifndef PKT_BUF_H
#define PKT_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pkt_buf {
	uint8_t *p;
	size_t n, cap;
	bool failed; // memory ran out; nothing was added since
};

// Frees the bytes and leaves the buffer empty.
void pkt_buf_release(struct pkt_buf *b);

void pkt_put(struct pkt_buf *b, const void *bytes, size_t n);
void pkt_put8(struct pkt_buf *b, unsigned v);
void pkt_put16(struct pkt_buf *b, unsigned v); // network order
void pkt_put32(struct pkt_buf *b, uint32_t v); // network order
void pkt_fill(struct pkt_buf *b, unsigned byte, size_t n);

// Overwrites two bytes at offset at, in network order.
void pkt_set16(struct pkt_buf *b, size_t at, unsigned v);

// In the order of a capture file's own headers.
void pkt_put16_as(struct pkt_buf *b, unsigned v, bool big);
void pkt_put32_as(struct pkt_buf *b, uint32_t v, bool big);

#endif
