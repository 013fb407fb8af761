// The path between two captures: the clocks, and what of one side's packets
// arrived at the other end. For pair.c alone. Pure but for memory.
#ifndef TCPWHY_PAIR_PATH_H
#define TCPWHY_PAIR_PATH_H

#include "query/pair_match.h"
#include "query/pair_sum.h"

// A connection's segments at both ends.
struct segment_pair {
	const struct seg *seg[2]; // by end
	size_t n[2];
};

// One side's packets, from its own end to the other.
struct path_comparison {
	// Data, SYN, FIN and RST at times that the other capture covers.
	uint64_t sent, lost;
	uint64_t shown[2], missed[2]; // as in struct pair_sum
	const struct seg *first_lost; // at the sender's end
	const struct seg *forged;     // a RST that arrived and was never sent
	const struct seg *unchecked;  // ... when its sender's capture had not
				      // begun or had ended
	const struct seg *genuine;    // a RST that arrived and was sent
	const struct seg *vanished;   // a RST that was sent and didn't arrive
	const struct seg *alive;      // the sender's own segment nearest to
				      // the forged RST
	int64_t silence; // how long nothing had passed at the sender's end
			 // when the forged RST arrived; ns
	bool incomplete; // packets arrived that the sender's capture lacks
	bool fin;        // the side sent a FIN
	bool home;       // its own capture was made on its host: TTLs are new
};

// Of both ends: index[2]. Estimates the clocks from all pairs into *sum, and
// tells the captures' places; false: no memory.
bool path_clocks(const struct segment_index *index, const uint32_t *pair,
		 struct pair_sum *sum);

// Compares what that side sent with what arrived. False: no memory.
bool path_compare(const struct segment_pair *b, enum side side,
		  const struct segment_index *index, const struct pair_sum *sum,
		  struct path_comparison *out);

#endif
