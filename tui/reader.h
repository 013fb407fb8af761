// Frames for the browser, from a capture or a spool, and the two readings that
// it does in slices between keys: of everything, and once more of what belongs
// to one connection.
#ifndef TCPWHY_READER_H
#define TCPWHY_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "read/capture.h"
#include "spool.h"

struct reader {
	struct capture *capture;   // or
	const struct spool *spool; // with
	struct spool_place *place; // owned
	// One connection alone: frames of others are passed over.
	bool one;
	struct connection wanted;
	struct packet *packet; // owned; for looking who a frame belongs to
	bool seen_last;
	uint64_t frames;
	bool failed; // no memory
};

enum reading { READING_MORE, READING_WAITS, READING_OVER };

// One of c and s is NULL; both stay the caller's. False: no memory.
bool reader_open(struct reader *r, struct capture *c, const struct spool *s);
void reader_release(struct reader *r);

// Reads only what belongs to c's addresses and ports, up to its last frame and
// a moment beyond.
bool reader_narrow(struct reader *r, const struct connection *c);

// Feeds at most n frames to a.
enum reading reader_feed(struct reader *r, struct analysis *a, size_t n);

// The number that connection i has among those on the same addresses and
// ports, from 1: what it is called where nothing else is read.
size_t reader_ordinal(const struct analysis *a, size_t i);

#endif
