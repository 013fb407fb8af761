// The table of connections: finds the connection of a segment, starts a new
// one where Wireshark's tcp.stream does, and keeps the state of each as long as
// segments may change it.
#ifndef TCPWHY_FLOW_TABLE_H
#define TCPWHY_FLOW_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/side.h"
#include "decode/segment.h"
#include "track/clean_close.h"
#include "track/connection.h"
#include "track/flow.h"

// Room for a state that is made of a segment log.
struct flow_room {
	struct flow flow;
	struct rst rst[FLOW_RSTS];
};

struct flow_table;

// What became of a segment.
struct flow_seen {
	uint32_t index; // of its connection's record
	enum side side; // who sent it
	uint16_t marks; // enum step_mark
	bool due;       // flow_is_due()
	bool away;      // nothing was done: its connection is owned by the
			// worker thread (flow_send_away())
};

struct flow_table *flow_table_new(void);
void flow_table_free(struct flow_table *t);

// Makes the state of this connection (index, or FLOW_ALL) with each of its
// segments, so that flow_seen tells what became of them. Call it first.
#define FLOW_ALL UINT32_C(0xfffffffe)
void flow_watch(struct flow_table *t, uint32_t index);

// Leaves Zeek's view out of the states. Call it first.
void flow_without_zeek(struct flow_table *t);

// Where a segment's connection stands in the table. The keyed hash of both
// ends, whichever is the source.
uint64_t flow_hash(const struct flow_table *t, const struct segment *s);

// What is known of where a segment's connection is.
struct flow_hint {
	uint64_t hash;
	size_t slot;
	uint32_t
	    index; // of its record, plus 1, as the slot named it; 0: unknown
	enum side side; // of its sender, if the record is known
};

// The memory that flow_segment() will want comes in three steps, each of which
// needs what the step before has fetched: the slot, the record, the place
// where the segment will be kept. The first one is a must, as it hashes. What
// happens to the table between them and flow_segment() does no harm.
struct flow_hint flow_fetch_slot(const struct flow_table *t,
				 const struct segment *s);
void flow_fetch_record(const struct flow_table *t, struct flow_hint *h);
void flow_fetch_live(const struct flow_table *t, struct flow_hint *h,
		     const struct segment *s);

// Takes a segment; false if memory ran out.
bool flow_segment(struct flow_table *t, const struct segment *s,
		  const struct flow_hint *h, struct flow_seen *seen);

// True if flow_due() has something to say at this time (of the capture).
bool flow_is_due(const struct flow_table *t, int64_t now);

// None may be away. Takes an ICMP error: 1 if it quotes a known connection, 0
// if not, -1 if memory ran out. One whose quote was cut goes to the connection
// between these addresses whose SYN was the last without an answer.
int flow_icmp(struct flow_table *t, const struct icmp_error *e,
	      struct flow_seen *seen);

// The records, in the order of first packets unless flow_reuse() was called.
size_t flow_count(const struct flow_table *t);
struct connection *flow_record(const struct flow_table *t, size_t i);

// Records of them that are no connections (connection.absorbed).
size_t flow_absorbed(const struct flow_table *t);

// Connections that began so far.
size_t flow_begun(const struct flow_table *t);

// The number of connection i, in the order of first packets, from 1.
uint64_t flow_number(const struct flow_table *t, size_t i);

// The state of connection i, NULL if it was given back; valid until *room is
// used again or the table takes a segment. Segments of a connection whose state
// was given back still count in its record. Any thread may ask, with a room of
// its own, while the table takes no segment.
const struct flow *flow_live(const struct flow_table *t, size_t i,
			     struct flow_room *room);

// Connections that may be over at this time (of the capture), to be asked for
// where flow_seen.due says so: they ended some seconds ago, or their SYN has
// been without an answer for minutes; or they have only been reset and not been
// heard of since, which their states must tell.
enum { FLOW_DUE = 16 };
size_t flow_due(struct flow_table *t, int64_t now, uint32_t due[FLOW_DUE]);

// While a connection is away, it is owned by the worker thread, which decides
// it: the table does not touch it.
void flow_send_away(struct flow_table *t, size_t i);
void flow_take_back(struct flow_table *t, size_t i);

// All that are live, in no order; the caller frees it. NULL: no memory.
uint32_t *flow_all_live(const struct flow_table *t, size_t *n);

// Who goes through all n of them and has come to number i: fetches what will be
// wanted of those that come after it.
void flow_fetch_ahead(const struct flow_table *t, const uint32_t *all, size_t n,
		      size_t i);

// True if connection i was reset, or closed from both sides.
bool flow_may_be_over(const struct flow_table *t, size_t i);

// Was connection i opened and closed cleanly (clean_close.h)? CLEAN_CLOSE_OVER:
// its record is complete.
enum clean_close flow_clean_close(struct flow_table *t, size_t i,
				  bool findings);

// The kind of connection i at this time (failed_handshake.h). *told: what
// becomes of that kind is known, and its record is complete.
struct failed_handshakes;
unsigned flow_failed_handshake(struct flow_table *t, size_t i, int64_t now,
			       const struct failed_handshakes *o, bool *told);

// Notes that a connection was decided and its state is kept for who has a say
// in it later; or takes that back for good, as a segment does that comes all
// the same.
void flow_keep(struct flow_table *t, size_t i, bool kept);
bool flow_kept(const struct flow_table *t, size_t i);

// Gives the state back.
void flow_release(struct flow_table *t, size_t i);

// Uses records again, for captures without an end: whose state was given back
// is named by flow_done() and, once that was told, forgotten. flow_keep() has
// no place there. Call it first.
void flow_reuse(struct flow_table *t);

// Some that were decided and not forgotten, in that order; returns how many.
enum { FLOW_DONE = 256 };
size_t flow_done(const struct flow_table *t, uint32_t done[FLOW_DONE]);

// The first n of these were told. They are remembered for two minutes of the
// capture, whose time is now, but only the last `most` of them: then a segment
// on their addresses and ports begins a new connection.
void flow_forget(struct flow_table *t, size_t n, int64_t now, size_t most);

// All that were not forgotten: first what flow_done() names, then the live ones
// in the order of first packets; the caller frees it. NULL: no memory.
uint32_t *flow_rest(const struct flow_table *t, size_t *n);

// The connection that took the place of connection i, on the same addresses and
// ports, and the live one whose place it took; FLOW_NONE: none. The former may
// be forgotten, and its record another's: flow.older tells.
uint32_t flow_newer(const struct flow_table *t, size_t i);
uint32_t flow_older(const struct flow_table *t, size_t i);

// The first live connection that lost its place lately, or the next after that
// one; FLOW_NONE: no more.
uint32_t flow_replaced(const struct flow_table *t, uint32_t after);

// A live connection without a segment of its server's that began about when
// connection i did, with the same SYN to another address; FLOW_NONE: none, or i
// has no state any more.
uint32_t flow_twin(const struct flow_table *t, size_t i);

// True: any live connection among the FLOW_NEAR that began before and after
// connection i has the same SYN, whatever its server sent. Only those are
// looked at by either of the two.
enum { FLOW_NEAR = 8 };
bool flow_began_alike(const struct flow_table *t, size_t i);

// From now on lets what is seldom looked at lie in that file (base/spill.h),
// which must stay open longer, of memory for so many bytes. None may be away.
// Not together with flow_reuse(). False: no memory.
struct spill;
bool flow_spill(struct flow_table *t, struct spill *s, size_t bytes);

// Moves what has got old meanwhile. None may be away. Say so often as
// flow_may_cool() is true.
bool flow_may_cool(const struct flow_table *t);
void flow_cool(struct flow_table *t);

// Who goes through all records calls this for each, so that they leave memory
// behind it.
void flow_pass(const struct flow_table *t, size_t i);

// Bytes that the table takes of memory.
size_t flow_memory(const struct flow_table *t);

// Of some live connections one that is over, else the one that has been quiet
// for longest, where the table could not take n more segments without more
// memory; FLOW_NONE: it could, or none is live.
#define FLOW_NONE UINT32_C(0xffffffff)
uint32_t flow_quietest(struct flow_table *t, size_t n);

#endif
