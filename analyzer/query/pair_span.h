// One side's data, SYNs and FINs at one end, by place: the distance of a number
// from one below all of them, however many gigabytes lie between. For pair*.c
// alone. Pure but for memory.
#ifndef TCPWHY_PAIR_SPAN_H
#define TCPWHY_PAIR_SPAN_H

#include "query/pair_match.h"

struct span {
	uint64_t from, to;
	const struct seg *seg;
	bool first; // the earliest of those that cover its first number
};

struct spans {
	struct span *span;
	uint64_t *to; // of all spans, in order
	size_t n;
};

// The place where the first numbers are expected.
#define SPANS_START (UINT64_C(1) << 30)

// Of that side among the n segments of one end, the place of number `base`
// being 0. False: no memory; spans_free() it in any case.
bool spans_make(struct spans *l, const struct seg *seg, size_t n,
		enum side side, uint32_t base);
void spans_free(struct spans *l);

// How many of them cover that place.
size_t spans_covering(const struct spans *l, uint64_t at);

// The highest place that the other side acknowledged at its own end; 0: none.
uint64_t spans_highest_ack(const struct seg *seg, size_t n, enum side side,
			   uint32_t base);

// For qsort() and bsearch() of uint64_t.
int spans_by_size(const void *a, const void *b);

#endif
