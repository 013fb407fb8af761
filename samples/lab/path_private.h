// What path.c (how packets move) and link.c (what plays ask for) share.
#ifndef LAB_PATH_PRIVATE_H
#define LAB_PATH_PRIVATE_H

#include "parcel.h"
#include "path.h"

enum { VNET = 10, PARCEL_MAX = 66000, LINKS = 65536 };

struct path {
	struct host *host;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	bool stop;
	int wake; // eventfd: something was put into the queue
	struct film film;
	struct queue queue;
	uint8_t *buffer;
	struct link *links[LINKS];
};

// A new parcel, counted as under way.
struct parcel *path_take(struct link *l, enum side from, enum stage stage,
			 const uint8_t *data, size_t n);
// Sends x over the leg that it enters now, extra ns later than usual.
void path_send_on(struct path *p, struct parcel *x, int64_t extra);
// The leg that a parcel from that side enters at that stage.
int path_leg(enum side from, enum stage stage);
struct flow_view *path_flow(struct link *l, uint16_t client_port);
// Wakes the path's thread.
void path_nudge(struct path *p);

#endif
