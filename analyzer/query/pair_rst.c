// The RSTs of a capture, whichever connections they were counted to.
#include "query/pair_match.h"

#include <stdlib.h>

static int by_seq(const void *a, const void *b)
{
	const struct seg *x = *(const struct seg *const *)a,
			 *y = *(const struct seg *const *)b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

bool segment_index_list_rsts(struct segment_index *s)
{
	size_t n = 0;

	for (size_t k = 0; k < s->segs; k++)
		n += !!(s->seg[k].flags & TCP_RST);
	s->rst = calloc(n + 1, sizeof *s->rst);
	for (size_t k = 0; s->rst && k < s->segs; k++)
		if (s->seg[k].flags & TCP_RST)
			s->rst[s->rsts++] = &s->seg[k];
	if (s->rsts)
		qsort(s->rst, s->rsts, sizeof *s->rst, by_seq);
	return s->rst;
}

bool segment_index_has_rst(const struct segment_index *s, uint32_t tuple,
			   const struct seg *rst)
{
	size_t low = 0, n = s->rsts;

	while (n) {
		size_t half = n / 2;

		if (s->rst[low + half]->seq < rst->seq) {
			low += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	for (; low < s->rsts && s->rst[low]->seq == rst->seq; low++)
		if (s->rst[low]->tuple == tuple)
			return true;
	return false;
}
