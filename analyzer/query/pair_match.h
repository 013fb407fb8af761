// The segments of two captures, by connection, and which of them are the same
// packet. For pair.c alone. Pure but for memory.
#ifndef TCPWHY_PAIR_MATCH_H
#define TCPWHY_PAIR_MATCH_H

#include "analysis/analysis.h"

struct seg {
	int64_t time;
	uint64_t frame;
	uint32_t seq, ack, len;
	uint32_t tuple; // of its addresses and ports
	uint32_t conn;  // connection, from 0, or NO_PAIR: none
	uint8_t ttl;
	uint8_t flags; // enum tcp_flag
	uint8_t side;  // who sent it; before match_connections(): which
		       // address of the tuple
};

#define NO_PAIR UINT32_MAX // a connection without one

struct tuple {
	struct addr addr[2]; // the lower one first
	uint16_t port[2];
	uint32_t last; // connection + 1
};

// One end's capture.
struct shelf {
	struct seg *seg; // after match_connections(): by connection, then as
			 // captured
	size_t segs, size;
	struct tuple *tuple;
	size_t tuples, tuples_size;
	uint32_t *hash; // tuple + 1
	size_t hash_size;
	const struct seg **rst; // all RSTs, by sequence number
	size_t rsts;
	size_t *begin; // of each connection's segments, and the end
	size_t conns;
	int64_t first, last; // time of its first and last segment
};

bool shelf_add(struct shelf *s, const struct segment *seg);
void shelf_release(struct shelf *s);

// Fills s->rst, once the segments are where they stay; false: no memory.
bool shelf_list_rsts(struct shelf *s);

// True if it has that RST on addresses and ports number `tuple`, in whichever
// connection.
bool shelf_has_rst(const struct shelf *s, uint32_t tuple,
		   const struct seg *rst);

// Sorts the segments by the connections of a. False: no memory.
bool shelf_sort(struct shelf *s, const struct analysis *a);

// For every connection of one its counterpart in two, or NO_PAIR. False: no
// memory.
bool match_connections(const struct shelf *one, const struct shelf *two,
		       uint32_t *pair);

// Bytes of sequence space that it takes.
static inline uint32_t seg_space(const struct seg *s)
{
	return s->len + !!(s->flags & TCP_SYN) + !!(s->flags & TCP_FIN);
}

#endif
