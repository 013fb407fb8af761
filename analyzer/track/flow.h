// The state of a connection, as its segments so far have made it: both ends,
// RSTs with the state of things when each came, ICMP errors, duplicates; and
// what is asked of it. Pure.
#ifndef TCPWHY_FLOW_H
#define TCPWHY_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/side.h"
#include "track/connection.h"
#include "track/endpoint.h"
#include "track/zeek.h"

// How a RST was built: a program's socket sends an active one, a kernel that
// has no socket for a segment answers with a passive one (RFC 9293, 3.5.2).
enum rst_form {
	FORM_BY_SOCKET, // ACK set, the next expected sequence number
	FORM_REPLY,     // a stack's answer to a segment that fits no socket
	FORM_OTHER      // neither
};

// What its receiver must have made of it (RFC 5961, section 3).
enum rst_fate {
	RST_ACCEPTED,
	RST_OLD,        // below what was expected: dropped in silence
	RST_CHALLENGED, // in the window but not exact: a challenge ACK
	RST_AFTER_END,  // the connection had ended before
	RST_SURVIVED    // it would have been accepted, but both sides went on
};

struct rst {
	struct sent s;
	enum side side; // whose address it carries
	enum rst_form form;
	enum rst_fate fate;
	struct sent elicited_by; // the segment it answers; frame 0: none found
	struct sent before;      // its side's segment before it; frame 0: none
	struct sent data_received; // the other side's last payload that it
				   // acknowledges, frame 0: none kept
	struct landmark data_sent; // its own side's last payload before it
	// Its side, as things stood:
	uint32_t next; // behind the highest byte it had sent
	uint32_t ack;  // highest acknowledgment number it had sent
	uint32_t edge; // right edge that it had offered
	uint32_t window_max;
	uint32_t window_there; // largest at about that right edge
	bool ack_known, window_known, scale_known;
	bool acked_more;      // it had acknowledged more than the other's SYN
	bool took_data;       // it had taken payload, or says so with the RST
	bool unanswered;      // what it heard came after the last that it said
	bool fin[2];          // [0] its own FIN was out, [1] the other's
	bool fin_acked[2];    // and acknowledged
	uint32_t rtx, probes; // its own unanswered runs
	uint32_t stalls;
	int64_t rtt;   // shortest round trip capture - its side, 0: none
	uint32_t rtts; // of how many
	enum tcp_state state[2]; // by side, before it
	bool like_own;  // passive, but built like a program's: not Linux
	uint16_t ip_id; // of its side's last segment before it
	uint16_t mptcp;
	uint32_t payload; // bytes that the RST itself carried
	// Life after death: the same side's later segments that are no RST.
	struct event data_after;  // payload or FIN beyond the RST; after a
				  // refusal: the SYN-ACK that came all the same
	struct event alive_after; // anything, 2 ms later or more
	struct event peer_after;  // the other side's first segment after it
	uint32_t peer_news;       // new payload segments of the other after it
};

struct icmp_seen {
	struct event at;
	struct addr from;
	uint8_t type, code;
	bool ipv6;
	bool fits;      // its number may be under way: a stack takes it
	bool on_syn;    // quotes a SYN that was not answered yet
	bool cut;       // by the capture: it names neither ports nor number
	bool vague;     // ... and other connections may be meant as well
	enum side side; // whose segment it quotes
};

enum { FLOW_RSTS = 6, FLOW_ICMPS = 2 };

// Wireshark's base sequence numbers, which decide on new streams.
struct base {
	uint32_t number[2];
	bool known[2];
	uint16_t syn_mark; // of the first SYN's IP ID or timestamp; 0: none
};

// In the order of use: every segment touches the first two cache lines and the
// first ones of each end.
struct flow {
	struct event last; // frame 0: nothing was seen
	int64_t longest_idle;
	uint32_t index; // of its record
	uint32_t older; // the number of the connection before on the same
			// addresses and ports, 0: none
	struct base base;
	uint8_t mptcp; // sides that sent MPTCP (kind 30), 1 << side each
	bool without_zeek;
	bool no_memory; // for all of its RSTs: it tells too little
	uint8_t rst_room;
	uint16_t icmps;
	uint32_t cut;      // segments whose options were not captured
	uint32_t segments; // that are no RST
	uint32_t flagged;  // of them those with SYN or FIN
	uint32_t rsts;
	uint32_t place; // flow_table.c's alone
	struct zeek zeek;
	struct event challenge; // a server's ACK to a SYN that it didn't expect
	struct event both_closed; // both FINs were acknowledged here
	struct event first;
	uint64_t duplicates;
	struct flow *next;      // among the free ones
	struct rst *rst;        // the first FLOW_RSTS ones; owned
	struct icmp_seen *icmp; // the first FLOW_ICMPS ones; owned
	struct endpoint end[2];
};

// The state of one end as the events so far tell it.
enum tcp_state flow_state(const struct flow *f, enum side side);

// The same as if no RST had come: of an end in whose name one was forged.
enum tcp_state flow_state_unreset(const struct flow *f, enum side side);

// True if that side's FIN may have come before the capture began: it did not
// see the handshake, and that side sent neither FIN nor payload since.
bool flow_may_have_closed(const struct flow *f, enum side side);

// The first RST that its receiver accepted; NULL if none.
const struct rst *flow_deadly(const struct flow *f);

// How many of f->rst[] are filled.
size_t flow_rsts_kept(const struct flow *f);

// True if the segments so far were the connection's last.
bool flow_ended(const struct flow *f);

#endif
