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
struct segment_index {
	struct seg *seg; // after match_connections(): by connection, then as
			 // captured
	size_t segs, size;
	size_t most; // segments that are taken; 0: all
	bool full;   // there were more
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

bool segment_index_add(struct segment_index *s, const struct segment *seg);
void segment_index_release(struct segment_index *s);

// Fills s->rst, once the segments are where they stay; false: no memory.
bool segment_index_list_rsts(struct segment_index *s);

// True if it has that RST on addresses and ports number `tuple`, in whichever
// connection.
bool segment_index_has_rst(const struct segment_index *s, uint32_t tuple,
			   const struct seg *rst);

// Sorts the segments by the connections of a. False: no memory.
bool segment_index_sort(struct segment_index *s, const struct analysis *a);

// For every connection of one its counterpart in two, or NO_PAIR. False: no
// memory.
bool match_connections(const struct segment_index *one,
		       const struct segment_index *two, uint32_t *pair);

// Bytes of sequence space that it takes.
static inline uint32_t seg_space(const struct seg *s)
{
	return s->len + !!(s->flags & TCP_SYN) + !!(s->flags & TCP_FIN);
}

#endif
