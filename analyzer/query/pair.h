// Two captures of the same traffic, one from each end: what one alone can only
// suppose, the two prove. Pure but for memory, which it owns.
//
// Segments are known again by their sequence and acknowledgment numbers, which
// address translation leaves alone, so that connections are paired across NAT.
// Everything is told from the connections of the client's capture.
#ifndef TCPWHY_PAIR_H
#define TCPWHY_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "query/pair_sum.h"

enum { PAIR_SENTENCE = 240 };

// What the two captures tell together of one connection. Frames of the
// server's capture belong to file 1: "2:17".
struct pair_fact {
	enum finding_role role;
	const char *rule; // a name that never changes: "rst_never_sent"
	uint64_t frame, other;
	char sentence[PAIR_SENTENCE];
};

// A connection of the client's capture in the light of the server's.
struct paired {
	struct connection c; // with what is now known of its end
	bool found;          // the server's capture has it, too:
	size_t other;        // as this one (from 0)
	enum pair_end view;  // the capture whose findings are c's
	bool overruled;      // c's findings explain another end
	size_t fact, facts;  // its facts
};

struct pair;

struct pair *pair_new(void); // NULL: no memory
void pair_free(struct pair *p);

// Takes no more memory than about so many bytes for the segments of each end:
// what comes later in time is not compared. Call before the first frame.
void pair_limit(struct pair *p, size_t bytes);

// How many segments of that end were taken, if there were more; else 0.
size_t pair_cut(const struct pair *p, enum pair_end end);

// Takes a frame of one end's capture; false if memory ran out.
bool pair_frame(struct pair *p, enum pair_end end, const struct frame *f);

// Compares, once all frames were taken and both analyses are settled; they
// must outlive p. dropped[end]: the capturing host says it lost packets.
// False: no memory.
bool pair_settle(struct pair *p, const struct analysis *client,
		 const struct analysis *server, const bool dropped[2]);

const struct paired *pair_get(const struct pair *p, size_t i);
const struct pair_fact *pair_facts(const struct pair *p,
				   const struct paired *one);
const struct pair_sum *pair_sum(const struct pair *p);
const struct analysis *pair_analysis(const struct pair *p, enum pair_end end);

#endif
