#include "parcel.h"

#include <stdlib.h>
#include <string.h>

struct parcel *parcel_new(struct link *l, enum side from, enum stage stage,
			  const uint8_t *data, size_t n)
{
	struct parcel *x = malloc(sizeof(*x) + n);

	if (!x)
		abort();
	memset(x, 0, sizeof(*x));
	x->link = l;
	x->from = from;
	x->stage = stage;
	x->n = n;
	memcpy(x->data, data, n);
	return x;
}

static bool earlier(const struct parcel *a, const struct parcel *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void heap_swap(struct queue *q, size_t i, size_t j)
{
	struct parcel *t = q->heap[i];

	q->heap[i] = q->heap[j];
	q->heap[j] = t;
}

void queue_push(struct queue *q, struct parcel *x)
{
	size_t i = q->n;

	if (q->n == q->room) {
		size_t room = q->room ? q->room * 2 : 256;
		struct parcel **h = realloc(q->heap, room * sizeof(*h));

		if (!h)
			abort();
		q->heap = h;
		q->room = room;
	}
	x->order = q->order++;
	q->heap[q->n++] = x;
	for (; i > 0 && earlier(q->heap[i], q->heap[(i - 1) / 2]);
	     i = (i - 1) / 2)
		heap_swap(q, i, (i - 1) / 2);
}

struct parcel *queue_pop(struct queue *q)
{
	struct parcel *top = q->heap[0];
	size_t i = 0, c;

	q->heap[0] = q->heap[--q->n];
	while ((c = 2 * i + 1) < q->n) {
		if (c + 1 < q->n && earlier(q->heap[c + 1], q->heap[c]))
			c++;
		if (!earlier(q->heap[c], q->heap[i]))
			break;
		heap_swap(q, i, c);
		i = c;
	}
	return top;
}

int64_t queue_due(const struct queue *q, int64_t otherwise)
{
	return q->n ? q->heap[0]->due : otherwise;
}

void queue_free(struct queue *q)
{
	while (q->n)
		free(queue_pop(q));
	free(q->heap);
}
