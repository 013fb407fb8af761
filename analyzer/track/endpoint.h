// One side of a connection, as the capture shows it: what it sent, what it
// acknowledged, what it offered, and when. Events are kept with their frame
// numbers; states are derived from them (flow.h). Pure.
//
// Sequence numbers are absolute, modulo 2^32, and compared only with others
// that are at most a window or two away. What is asked of a whole connection,
// which may carry any number of gigabytes, is asked of places:
// endpoint_place(). Windows are in bytes, scaled as soon as both SYNs were
// seen.
#ifndef TCPWHY_ENDPOINT_H
#define TCPWHY_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanoseconds.h"
#include "base/seq.h"
#include "decode/segment.h"
#include "decode/stack.h"

struct event {
	uint64_t frame; // 0: never happened
	int64_t time;   // nanoseconds since 1970
};

static inline void event_mark(struct event *e, const struct segment *s)
{
	e->frame = s->frame;
	e->time = s->time;
}

static inline void event_mark_once(struct event *e, const struct segment *s)
{
	if (!e->frame)
		event_mark(e, s);
}

// A segment, as far as the rules have to remember it.
struct sent {
	struct event at;
	uint32_t seq, ack;
	uint32_t len;    // payload bytes
	uint32_t window; // scaled
	uint32_t ts_val;
	uint32_t idle_ms; // low part of sent_idle()
	uint16_t ip_id;
	uint16_t marks; // enum step_mark
	uint8_t flags;  // enum tcp_flag
	uint8_t ttl;
	uint8_t options;      // enum tcp_option
	uint8_t idle_ms_high; // the part above: 49 days each
};

// Nanoseconds between the connection's segment before it and this one, in whole
// milliseconds; 34 years at most.
static inline int64_t sent_idle(const struct sent *s)
{
	return (int64_t)((uint64_t)s->idle_ms_high << 32 | s->idle_ms) *
	       1000000;
}

void sent_set_idle(struct sent *s, int64_t idle_ns);

// A segment that later ones are compared with for as long as the connection
// lasts.
struct landmark {
	struct event at;
	uint64_t acked;    // a place of the peer; 0: it had no ACK
	uint32_t seq, len; // of its payload
};

// Bytes below snd_nxt that the capture has not shown (yet).
struct hole {
	uint32_t from, to;
};

// The last segment that lay too far off to belong to the stream, unless that
// goes on there. Not all zero: there was one.
struct far_off {
	uint32_t from, to; // equal: an acknowledgment number of the peer
	uint32_t len;      // payload bytes
	uint32_t next;     // as it was then
};

enum { RECENT = 6, HOLES = 4 };

// In groups by meaning, and these in the order of use: what every segment looks
// at comes first, a cache line a paragraph; what only troubles and ends touch
// comes last. "It" is this side; numbers are its own unless they are the
// peer's.
struct endpoint {
	// Line 1: numbers and windows, of every segment.
	uint32_t isn;              // of its SYN, else one below the first seen
	uint32_t snd_nxt;          // behind the highest byte it sent
	uint32_t ack;              // highest number that it acknowledged
	uint32_t window;           // last offered
	uint32_t right_edge;       // highest it offered: ack + window
	uint32_t window_max;       // largest offered outside of SYNs, 0: none
	uint32_t window_low;       // smallest since the largest
	uint32_t right_edge_base;  // a right edge of about now ...
	uint32_t window_at_base;   // ... and the largest window offered there
	uint32_t timing_end;       // a segment of the *peer* on the clock: its
				   // end ...
	int64_t timing_since;      // ... and its time; 0: none
	uint8_t holes;             // how many of hole[] are set
	uint8_t wscale;            // shift to apply, 0 until both SYNs came
	uint8_t wscale_offer;      // of its SYN; 255: none
	bool seq_known;            // isn and snd_nxt are set
	bool syn_seen;             // its SYN, or SYN-ACK, was captured
	bool ack_known;            // ack is set
	bool copied;               // its SYN was captured at a second place too
	bool sack_ok, ts_ok;       // offered in its SYN
	bool closing;              // fin.at is set
	bool ids_zero;             // all of its IP IDs were 0
	uint8_t ttl_low, ttl_high; // of its segments that are no RST
	uint16_t ip_id;            // of its last segment that was no RST
	bool rtx_answered;   // the capture has an answer to what it repeats
	bool rst_challenged; // its last segment was a RST that draws a
			     // challenge ACK

	// Line 2: tries since the peer's last sign of progress ...
	uint32_t rtx;           // retransmissions without an answer
	uint32_t keepalives;    // keep-alives without an answer
	uint32_t window_probes; // probes into the peer's zero window
	// ... the ring of its last segments, and sums.
	uint32_t sent_count;      // segments that were put into recent[]
	uint32_t newest;          // ... where the last of them is
	uint32_t wraps;           // how often snd_nxt passed zero, from 1
	struct event zero_window; // its own window closed here, and still is
	int64_t latest;           // the greatest time in recent[]
	uint64_t packets;         // segments it sent
	uint64_t bytes;           // distinct payload bytes
	uint32_t largest;         // payload of its largest segment
	uint32_t acks_of_data;    // pure ACKs that it sent for payload

	// Line 3: its last segment, IP IDs and stack.
	struct event last;    // its last segment
	struct event ack_at;  // when it first sent its highest ack
	uint32_t ids_in_step; // segments whose IP ID was its last plus 1..16
	uint32_t ids_seen;    // segments whose IP ID was looked at
	uint32_t ids_missed;  // Linux: numbers skipped behind short segments
	enum stack stack;     // who it seems to be
	struct event established; // its ACK that completes the handshake

	// Line 4: its data, and how soon it acknowledges the peer's.
	struct landmark data_last; // its last segment with new payload
	int64_t ack_delay_min;     // of its ACKs of two and more in flow, in ns
	int64_t ack_delay_max;     // likewise the longest

	// The handshake, and round trips.
	struct event syn;      // first SYN or SYN-ACK
	struct event syn_last; // its last repetition
	uint32_t syns;         // how many
	uint32_t rtts;         // round trips that were measured
	int64_t rtt_min; // between the capture and this side, in ns, 0: none

	// Its FIN.
	struct landmark fin;    // first FIN; seq + len is the FIN's own number
	struct event fin_acked; // the peer's first segment that covers it
	struct event acked_after_fin; // it acknowledged payload after its FIN

	// Windows, losses and runs of tries, in detail.
	struct event window_update; // last ACK that did nothing but widen it
	uint32_t window_updates;    // how many of those
	int64_t zero_window_ns;     // that its window was closed, but for now
	uint64_t lost;              // bytes that will not be captured any more
	struct hole hole[HOLES]; // ascending; the oldest is given up when full
	struct far_off far_off;  // a segment that may begin the stream anew
	uint32_t rtx_total;      // in the whole connection
	uint32_t keepalives_answered; // in the whole connection
	struct event rtx_original;    // what is repeated ...
	struct event rtx_last;        // ... and its last repetition
	struct event keepalive_first, keepalive_last; // of the run
	struct event window_probe_first, window_probe_last;

	// A ring; the last member, as only the first sent_count are ever read.
	struct sent recent[RECENT];
};

// The k-th newest segment it sent (0: the newest), NULL if not kept.
static inline const struct sent *endpoint_recent(const struct endpoint *e,
						 uint32_t k)
{
	if (k >= RECENT || k >= e->sent_count)
		return NULL;
	return &e->recent[e->newest >= k ? e->newest - k
					 : e->newest + RECENT - k];
}

// The place of the next one.
static inline struct sent *endpoint_next(struct endpoint *e)
{
	e->sent_count++;
	e->newest = e->newest + 1 < RECENT ? e->newest + 1 : 0;
	return &e->recent[e->newest];
}

// Where a number lies in the whole of what e sends: places of one endpoint
// compare rightly however many bytes lie between them. The number must be
// within 2 GiB of e->snd_nxt, and e->seq_known set.
static inline uint64_t endpoint_place(const struct endpoint *e, uint32_t number)
{
	uint64_t next = (uint64_t)e->wraps << 32 | e->snd_nxt;

	return next + (uint64_t)(int64_t)seq_diff(number, e->snd_nxt);
}

// The place of its first byte of payload.
static inline uint64_t endpoint_first(const struct endpoint *e)
{
	return (UINT64_C(1) << 32 | e->isn) + 1;
}

// True if the peer's acknowledgment number covers more than e's SYN.
static inline bool endpoint_is_taken(const struct endpoint *e, uint32_t ack)
{
	return e->seq_known && endpoint_place(e, ack) > endpoint_first(e);
}

// The bytes that it sent and the capture has not shown.
uint64_t endpoint_missing(const struct endpoint *e);

// The right edge up to which everything that it sent was captured.
uint32_t endpoint_contiguous(const struct endpoint *e);

// True if the last byte below that place, which the peer acknowledges, was
// captured, or is its SYN's: it is no FIN that the capture missed.
bool endpoint_has_shown(const struct endpoint *e, uint64_t place);

// True if its FIN was most likely lost by the capture: the peer acknowledged one
// number more than all that it was seen to send.
bool endpoint_lost_fin(const struct endpoint *e, const struct endpoint *peer);

// How many of its packets are missing between that one and one with that IP ID,
// as far as a stack that counts them tells.
uint32_t endpoint_ids_skipped(const struct endpoint *e,
			      const struct sent *before, uint16_t id);

// The number behind its FIN; only if fin.at.frame != 0.
uint32_t endpoint_fin_end(const struct endpoint *e);

// True if its FIN acknowledged the peer's; only if both were sent, one of which
// the capture may have lost.
bool endpoint_knew_fin(const struct endpoint *e, const struct endpoint *peer);

// True if the peer's acknowledgments cover its FIN.
bool endpoint_fin_acked(const struct endpoint *e);

// Two queues of one network card are read one after the other: what they hold
// may be captured in the wrong order by that much.
enum { ENDPOINT_SWAP_NS = 100 * US };

// Two SYNs of one number that are the same packet, captured at two places: one
// that is sent again has another timestamp, or comes later than any stack does.
static inline bool endpoint_syn_is_copy(bool timestamps, bool same_id_and_ts,
					int64_t apart)
{
	enum { AGAIN_NS = 200 * MS };

	return same_id_and_ts && (timestamps || apart < AGAIN_NS);
}

#endif
