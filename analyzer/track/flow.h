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

// A RST, and what was known of both ends when it came. "Its side" is the side
// whose address it carries.
struct rst {
	// The RST itself.
	struct sent s;
	enum side side;     // whose address it carries
	enum rst_form form; // how it was built
	enum rst_fate fate; // what its receiver makes of it
	// What came before it.
	struct sent elicited_by;   // what it answers; frame 0: none found
	struct sent before;        // its side's last segment; frame 0: none
	struct sent data_received; // the other side's last payload that it
				   // acknowledges; frame 0: none kept
	struct landmark data_sent; // its side's last payload
	// Its side, as things stood (struct endpoint).
	uint32_t snd_nxt;
	uint32_t ack;
	uint32_t right_edge;
	uint32_t window_max;
	uint32_t window_at_base;
	bool ack_known, window_known, scale_known;
	bool acked_more;   // it had acknowledged more than the other's SYN
	bool took_data;    // it had taken payload, or says so with the RST
	bool unanswered;   // data_received came after data_sent
	bool fin[2];       // [0] its own FIN was out, [1] the other's
	bool fin_acked[2]; // and acknowledged
	// Its own runs of tries that nobody answered.
	uint32_t rtx, keepalives;
	uint32_t window_probes;
	int64_t rtt;             // shortest round trip capture - its side in
				 // ns, 0: none
	uint32_t rtts;           // of how many
	enum tcp_state state[2]; // by side, before it
	bool like_own;           // FORM_REPLY, but built like a socket's own
	uint16_t ip_id;          // of its side's last segment before it
	uint16_t mptcp;          // subtypes of its options, 1 << each
	uint32_t payload;        // bytes that the RST itself carried
	// Signs that nothing ended: later segments that are no RST.
	struct event data_after;  // its side's payload or FIN beyond the RST;
				  // after a refusal: the SYN-ACK that came
				  // all the same
	struct event alive_after; // its side's first, 2 ms later or more
	struct event peer_after;  // the other side's first
	uint32_t peer_news;       // new payload segments of the other
};

// The longest in ns that an answer may take: a few round trips, and a host may
// have to look for its neighbour first. Without a known round trip: 0. No round
// trip takes a minute, whatever clocks say.
static inline int64_t rst_answer_within(int64_t rtt)
{
	return 4 * (rtt < MINUTE ? rtt : MINUTE) + 3 * SECOND;
}

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
	// Who it is, and when it was last heard of.
	struct event last;    // its last segment; frame 0: nothing was seen
	int64_t longest_idle; // ns between two of its segments
	uint32_t index;       // of its record
	uint32_t older;       // number of the connection before it on the same
			// addresses and ports, 0: none
	struct base base; // for new streams as Wireshark counts them
	// What was seen of it as a whole.
	uint8_t mptcp;     // sides that sent MPTCP (kind 30), 1 << side each
	bool without_zeek; // zeek is not kept
	bool no_memory;    // for all of its RSTs: it tells too little
	uint8_t rst_room;  // RSTs for which rst[] has room
	uint16_t icmps;    // ICMP errors; icmp[] has the first ones
	uint32_t cut;      // segments whose options were not captured
	uint32_t segments; // that are no RST
	uint32_t flagged;  // of them those with SYN or FIN
	uint32_t rsts;     // RSTs; rst[] has the first ones
	uint32_t place;    // flow_table.c's alone
	struct zeek zeek;  // as Zeek would have it
	// What happens once.
	struct event challenge;   // server's ACK to a SYN it didn't expect
	struct event stray;       // a SYN within it that changed nothing ...
	uint32_t strays;          // ... of how many
	enum side stray_side;     // whose address it bore
	struct event both_closed; // both FINs were acknowledged here
	struct event first;       // its first segment
	uint64_t duplicates;      // segments captured twice
	// What it owns.
	struct flow *next;      // among the free ones; not owned
	struct rst *rst;        // the first FLOW_RSTS ones; owned
	struct icmp_seen *icmp; // the first FLOW_ICMPS ones; owned
	struct endpoint end[2]; // by side
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
