// One side of a connection, as the capture shows it: what it sent, what it
// acknowledged, what it offered, and when. Events are kept with their frame
// numbers; states are derived from them (flow.h). Pure.
//
// Sequence numbers are absolute, modulo 2^32. Windows are in bytes, scaled as
// soon as both SYNs were seen.
#ifndef TCPWHY_ENDPOINT_H
#define TCPWHY_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "apperr.h"
#include "packet.h"

struct event {
	uint64_t frame; // 0: never happened
	int64_t time;	// nanoseconds since 1970
};

// A segment, as far as the rules have to remember it.
struct sent {
	struct event at;
	uint32_t seq, ack;
	uint32_t len;	 // payload bytes
	uint32_t window; // scaled
	uint32_t ts_val;
	uint32_t quiet_ms; // since the connection's segment before it
	uint16_t ip_id;
	uint16_t marks; // enum step_mark
	uint8_t flags;	// enum tcp_flag
	uint8_t ttl;
	uint8_t options; // enum tcp_option
};

// Bytes below `next` that the capture has not shown (yet).
struct hole {
	uint32_t from, to;
};

enum { RECENT = 6, HOLES = 4 };

struct endpoint {
	// What it sent.
	uint32_t isn;		// of its SYN, else one below the first seen
	uint32_t next;		// behind the highest byte it sent
	uint32_t unseen;	// bytes acknowledged by the peer, never captured
	bool seq_known;		// isn and next are set
	bool syn_seen;
	uint8_t holes;
	struct hole hole[HOLES]; // ascending; the oldest is given up when full
	uint64_t packets;
	uint64_t bytes;		// distinct payload bytes
	uint32_t largest;	// payload of its largest segment

	// What it acknowledged and offered.
	bool ack_known;
	uint32_t ack;		// highest
	struct event ack_at;	// when it first sent that
	uint32_t window;	// last offered
	uint32_t edge;		// highest right edge: ack + window
	uint32_t window_max;	// largest offered outside of SYNs, 0: none yet
	uint32_t window_low;	// smallest since the largest
	uint32_t edge_base;	// right edge of about now, and the largest
	uint32_t window_there;	// window offered there
	struct event window_update; // last ACK that did nothing but widen it
	uint64_t updates;
	uint8_t wscale;		// shift to apply, 0 until both SYNs are known
	uint8_t wscale_offer;	// of its SYN; 255: none
	bool sack_ok, ts_ok;	// offered in its SYN

	// Who it seems to be.
	enum stack stack;
	uint8_t ttl_low, ttl_high; // of its segments that are no RST
	uint16_t ip_id;		   // of its last segment that was no RST
	uint32_t ids_in_step;	   // segments whose IP ID was its last plus 1..16
	uint32_t ids_seen;
	uint32_t tls;		   // payloads that start with a TLS record
	bool ids_zero;		   // all of its IP IDs were 0

	// What happened. Frames are 0 for what did not.
	struct event first, last;
	struct event syn;	// first SYN or SYN-ACK
	struct event syn_last;	// its last repetition
	uint32_t syns;
	struct event established; // its ACK that completes the handshake
	struct event data_first;
	struct sent data_last;	// its last segment with new payload
	struct sent fin;	// first FIN; seq + len is the FIN's own number
	struct event fin_last;
	uint32_t fins;
	struct event fin_acked;	   // the peer's first segment that covers it
	struct event read_on;	   // acknowledged payload sent after its FIN

	// Trouble: all since the peer's last sign of progress.
	struct event rtx_first;	   // the first retransmission, and what it repeats
	struct event rtx_original;
	struct event rtx_last;
	uint32_t rtx;		   // retransmissions in a row without an answer
	bool rtx_unheard;	   // ... that it heard: the capture has one
	uint32_t rtx_total;	   // in the whole connection
	struct event probe_first, probe_last; // keep-alives without an answer
	uint32_t probes;
	uint32_t probes_answered;  // in the whole connection
	struct event stall_first, stall_last; // window probes into a shut window
	uint32_t stalls;
	struct event shut;	   // its own window closed here and is closed still

	// Round trips between the capture and this side, in ns; 0: none known.
	int64_t rtt_min;
	uint32_t rtts;		// how many were measured
	// Delay of this side's ACKs of two and more in flow, in ns.
	int64_t ack_delay_min, ack_delay_max;
	uint32_t timing_end;	// a segment of the *peer* on the clock: its end
	int64_t timing_since;	// 0: none
	uint32_t acks_of_data;	// pure ACKs that this side sent for payload

	struct sent recent[RECENT]; // ring, newest at (sent_count - 1) % RECENT
	uint32_t sent_count;
};

// The k-th newest segment it sent (0: the newest), NULL if not kept.
const struct sent *endpoint_recent(const struct endpoint *e, uint32_t k);

// Takes the segment s that `me` sent to `peer`. Returns its marks
// (enum step_mark). A RST changes nothing but the counts.
uint16_t endpoint_sent(struct endpoint *me, struct endpoint *peer,
		       const struct segment *s, uint32_t quiet_ms);

// The right edge up to which everything that it sent was captured.
uint32_t endpoint_contiguous(const struct endpoint *e);

// The number behind its FIN; only if fin.at.frame != 0.
uint32_t endpoint_fin_end(const struct endpoint *e);

// True if the peer's acknowledgments cover its FIN.
bool endpoint_fin_acked(const struct endpoint *e);

// Guess of the stack from a SYN or SYN-ACK: the order of its options and the
// class of its TTL (p0f's way).
enum stack endpoint_stack(const struct segment *s);

#endif
