#include "query/pair_span.h"

#include "base/seq.h"

#include <stdlib.h>

// The place of a number that is less than 2 GiB from *highest, which is the
// highest so far.
static uint64_t place(uint32_t number, uint32_t base, uint64_t *highest)
{
	uint32_t near = (uint32_t)*highest + base;
	uint64_t at = *highest + (uint64_t)(int64_t)seq_diff(number, near);

	if (at >> 63)
		at = 0; // older than all that is known
	if (at > *highest)
		*highest = at;
	return at;
}

static int by_from(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->seg < y->seg ? -1 : x->seg > y->seg;
}

int spans_by_size(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static bool is_news(const struct seg *g, enum side side)
{
	return g->side == side && !(g->flags & TCP_RST) && seg_space(g);
}

static void fill(struct spans *l, const struct seg *seg, size_t n,
		 enum side side, uint32_t base)
{
	uint64_t highest = SPANS_START;

	for (size_t i = 0; i < n; i++) {
		uint64_t from;

		if (!is_news(&seg[i], side))
			continue;
		from = place(seg[i].seq, base, &highest);
		l->to[l->n] = from + seg_space(&seg[i]);
		l->span[l->n] = (struct span){ .from = from,
					       .to = l->to[l->n],
					       .seg = &seg[i] };
		l->n++;
	}
}

// Puts span k into the n of a heap whose top is the earliest.
static void heap_push(const struct spans *l, size_t *heap, size_t n, size_t k)
{
	while (n && l->span[k].seg < l->span[heap[(n - 1) / 2]].seg) {
		heap[n] = heap[(n - 1) / 2];
		n = (n - 1) / 2;
	}
	heap[n] = k;
}

// Takes the top off n.
static void heap_pop(const struct spans *l, size_t *heap, size_t n)
{
	size_t k = heap[--n], i = 0, child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n &&
		    l->span[heap[child + 1]].seg < l->span[heap[child]].seg)
			child++;
		if (l->span[k].seg < l->span[heap[child]].seg)
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = k;
}

// Of the spans that have begun, the heap's top is the earliest that has not
// ended. False: no memory.
static bool find_first(struct spans *l)
{
	size_t *heap = calloc(l->n + 1, sizeof *heap), n = 0;

	if (!heap)
		return false;
	for (size_t k = 0, next = 0; k < l->n; k++) {
		while (next < l->n && l->span[next].from <= l->span[k].from)
			heap_push(l, heap, n++, next++);
		while (l->span[heap[0]].to <= l->span[k].from)
			heap_pop(l, heap, n--);
		l->span[k].first = heap[0] == k;
	}
	free(heap);
	return true;
}

bool spans_make(struct spans *l, const struct seg *seg, size_t n,
		enum side side, uint32_t base)
{
	*l = (struct spans){ 0 };
	l->span = calloc(n + 1, sizeof *l->span);
	l->to = calloc(n + 1, sizeof *l->to);
	if (!l->span || !l->to)
		return false;
	fill(l, seg, n, side, base);
	qsort(l->span, l->n, sizeof *l->span, by_from);
	qsort(l->to, l->n, sizeof *l->to, spans_by_size);
	return find_first(l);
}

void spans_free(struct spans *l)
{
	free(l->span);
	free(l->to);
}

// How many spans begin at or before that place, and how many end there.
static size_t begun(const struct spans *l, uint64_t at)
{
	size_t low = 0, high = l->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (l->span[middle].from <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t ended(const struct spans *l, uint64_t at)
{
	size_t low = 0, high = l->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (l->to[middle] <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t spans_covering(const struct spans *l, uint64_t at)
{
	return begun(l, at) - ended(l, at);
}

uint64_t spans_highest_ack(const struct seg *seg, size_t n, enum side side,
			   uint32_t base)
{
	uint64_t highest = SPANS_START;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (seg[i].side == side || !(seg[i].flags & TCP_ACK) ||
		    seg[i].flags & TCP_RST)
			continue;
		place(seg[i].ack, base, &highest);
		any = true;
	}
	return any ? highest : 0;
}
