// What two captures of the same traffic tell as a whole.
#ifndef TCPWHY_PAIR_SUM_H
#define TCPWHY_PAIR_SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pair_end { PAIR_CLIENT, PAIR_SERVER }; // whose capture

// Where the two captures were made, as the packets in both tell.
enum pair_place {
	PAIR_APART,     // at two places, the client's nearer to the client
	PAIR_SWAPPED,   // what the client sends is in the server's first
	PAIR_ONE_PLACE, // each packet has the same time in both
	PAIR_TWICE,     // ... and all are in both: one capture, given twice
	PAIR_STRANGERS  // no packet is in both, though connections were open
};

// The captures as a whole; times in ns.
struct pair_sum {
	size_t pairs, translated;  // connections; of them through NAT
	size_t unmatched[2];       // only in this end's capture
	bool clocks;               // the next two are known
	int64_t offset;            // server's clock minus client's
	int64_t doubt;             // it is that, plus or minus this
	int64_t delay[2];          // median on the way from this end
	uint64_t sent[2], lost[2]; // data, SYN, FIN and RST by sender
	uint64_t forged;           // RSTs that nobody sent
	uint64_t unchecked;        // RSTs at a time that the capture at their
				   // sender's end does not cover
	// What passed an end for certain, as the other capture shows, and is in
	// the capture made there, or is not.
	uint64_t shown[2], missed[2];
	enum pair_place place;
};

// What to add to a time at that end to have it on the other's clock.
static inline int64_t pair_shift(const struct pair_sum *sum, enum pair_end end)
{
	return end == PAIR_CLIENT ? sum->offset : -sum->offset;
}

#endif
