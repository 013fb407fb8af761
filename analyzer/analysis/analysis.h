// The whole analysis: frames go in, one record a connection comes out. What
// the reports and the browser read. Pure but for memory, which it owns whole:
// every pointer that it hands out lives until analysis_free() unless its
// function says otherwise.
#ifndef TCPWHY_ANALYSIS_H
#define TCPWHY_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/segment.h"
#include "judge/apperr.h"
#include "judge/evidence.h"
#include "judge/verdict.h"
#include "read/frame.h"
#include "track/connection.h"
#include "track/measures.h"

struct analysis;

// NULL: no memory.
struct analysis *analysis_new(void);
void analysis_free(struct analysis *a);

// Keeps the steps of the connection with this number (from 1). Call before
// the first frame.
void analysis_watch(struct analysis *a, size_t number);

// Leaves out what the report will not show: Zeek's columns, findings on
// connections that were closed orderly (only together with Zeek's columns), or
// all findings. Call before the first frame.
enum {
	ANALYSIS_ZEEK = 1,
	ANALYSIS_ORDERLY_FINDINGS = 2,
	ANALYSIS_FINDINGS = 4
};
void analysis_without(struct analysis *a, unsigned what);

// Lets a second thread take a part of the work where there is much of it. Call
// before the first frame.
void analysis_split(struct analysis *a);

// Keeps what this takes of memory below so many bytes. A part of them is for
// what is live and for finding it; beyond that, connections are decided early:
// those that are over, then the quietest. The rest is for what was written
// down, as far as it is wanted just then: the file (NULL: none, so it stays in
// memory) has all of it. bytes is 0, the default: never. The file must stay
// open longer than a; where connections are streamed it isn't used.
struct spill;
void analysis_limit(struct analysis *a, size_t bytes, struct spill *file);

// For captures without an end: connections are handed over as they are decided,
// each as if it were alone, and then forgotten, so that memory is bounded by
// what goes on at a time. Call it before the first frame, and not together with
// analysis_watch().
void analysis_stream(struct analysis *a);

// Takes one frame; comment is its pcapng comment or NULL. Returns false if
// memory ran out: no other frame may follow.
bool analysis_frame(struct analysis *a, const struct frame *f,
		    const char *comment);

// analysis_frame() lets some frames wait for their followers; this does not,
// for when none may come for a while. False: no memory.
bool analysis_flush(struct analysis *a);

// The next connections that were decided for good, in that order, n of them (0:
// none); valid until analysis_forget(a, n), which forgets them.
enum { ANALYSIS_DONE = 256 };
size_t analysis_done(const struct analysis *a, uint32_t done[ANALYSIS_DONE]);
void analysis_forget(struct analysis *a, size_t n);

// After analysis_settle(): all that were not told yet, first those that were
// decided for good, then the others in the order of first packets; the caller
// frees it. NULL: no memory.
uint32_t *analysis_rest(const struct analysis *a, size_t *n);

// Decides every connection as things stand now. Call it at the end; calling
// it earlier (to show first results) is harmless, frames may follow. False:
// memory ran out, now or before, and what the records say may be wrong.
bool analysis_settle(struct analysis *a);

// Connections in the order of their first packets. Valid until the next frame
// or analysis_settle().
size_t analysis_count(const struct analysis *a);
const struct connection *analysis_get(const struct analysis *a, size_t i);

// The number of connection i; if one unfiltered file was read, Wireshark's
// tcp.stream plus 1. It is i + 1, unless what was told is forgotten, or SYNs
// that Wireshark counts began nothing.
uint64_t analysis_number(const struct analysis *a, size_t i);

// What was begun under that number, though it may have been no connection. Not
// for streams.
const struct connection *analysis_record(const struct analysis *a,
					 uint64_t number);

// The connection with that number; analysis_count(): none. Not for streams.
size_t analysis_index(const struct analysis *a, uint64_t number);

// The findings of c, oldest frame first; returns out.
const struct finding *analysis_findings(const struct analysis *a,
					const struct connection *c,
					struct finding out[EVIDENCE_FINDINGS]);

// What was measured of c, in whole microseconds; zeros where findings are not
// wanted.
struct measures analysis_measures(const struct analysis *a,
				  const struct connection *c);

// Its history as Zeek has it, e.g. "ShADadFf"; valid until the next frame.
const char *analysis_zeek_history(const struct analysis *a,
				  const struct connection *c);

// The steps of the watched connection, at most so many: where it had more, some
// are left out (step.left_out).
enum { ANALYSIS_STEPS = 40000 };
const struct step *analysis_steps(const struct analysis *a, size_t *n);

// The capture as a whole.
struct tally {
	uint64_t frames;             // all frames read
	uint64_t kind[PACKET_KINDS]; // adds up to frames
	uint64_t duplicates;         // segments captured twice, as settled
	uint64_t flags_only;         // connections of which only segments with
				     // SYN, FIN or RST were captured
	uint64_t closed_off;         // connections, for lack of memory
	uint64_t backward;           // frames older than the one before
	int64_t first, last;         // time of the first and last frame
	bool any;                    // first and last are set
};
const struct tally *analysis_tally(const struct analysis *a);

// True if the connection ended in a way that may need an explanation:
// anything but an orderly close, a still open or a half closed connection.
bool connection_eventful(const struct connection *c);

#endif
