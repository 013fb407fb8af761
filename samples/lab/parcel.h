// Packets under way, and the queue that holds them by the time when they are
// due; first in first out within that time.
#ifndef LAB_PARCEL_H
#define LAB_PARCEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/side.h"

struct link;

// Where a parcel is when it is due.
enum stage { LEAVING, MIDDLE, ARRIVING };

struct parcel {
	int64_t due; // CLOCK_MONOTONIC, ns
	uint64_t order;
	struct link *link;
	struct parcel *next; // in a rule's hold
	enum side from;
	enum stage stage;
	size_t n; // of data, its vnet header included
	uint8_t data[];
};

// A copy of n bytes. Ends the program if there is no memory.
struct parcel *parcel_new(struct link *l, enum side from, enum stage stage,
			  const uint8_t *data, size_t n);

// A binary heap.
struct queue {
	struct parcel **heap;
	size_t n, room;
	uint64_t order;
};

// Ends the program if there is no memory.
void queue_push(struct queue *q, struct parcel *x);
// When the next parcel is due, or otherwise if there is none.
int64_t queue_due(const struct queue *q, int64_t otherwise);
// The next parcel; there must be one.
struct parcel *queue_pop(struct queue *q);
// Parcels in it included.
void queue_free(struct queue *q);

#endif
