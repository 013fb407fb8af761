// What is known of a connection when all is said: its record, and the lines of
// its timeline. Plain data that the rooms from here on fill and read; what the
// verdict means stands in judge/verdict.h, what a call returned in
// judge/apperr.h.
#ifndef TCPWHY_CONNECTION_H
#define TCPWHY_CONNECTION_H

#include <stdint.h>

#include "base/addr.h"
#include "base/side.h"

// States of RFC 9293, section 3.3.2.
enum tcp_state {
	STATE_UNKNOWN,
	STATE_LISTEN,
	STATE_SYN_SENT,
	STATE_SYN_RECEIVED,
	STATE_ESTABLISHED,
	STATE_FIN_WAIT_1,
	STATE_FIN_WAIT_2,
	STATE_CLOSE_WAIT,
	STATE_CLOSING,
	STATE_LAST_ACK,
	STATE_TIME_WAIT,
	STATE_CLOSED,
	STATES
};

// "ESTABLISHED", ...; "" for STATE_UNKNOWN.
const char *tcp_state_name(enum tcp_state s);

// What each program's socket calls return. Bytes, as there is one in each of
// millions of records.
struct app_view {
	uint8_t connect;  // enum call_result: the client's connect
	uint8_t recv[2];  // by side: its next recv ...
	uint8_t send[2];  // ... and send, each as the first call made
	uint8_t stack[2]; // enum stack
};

enum { VERDICT_RIVALS = 4 };

// One connection, explained. Small, two cache lines, as there may be millions;
// bytes that name an enum hold its values. The first line is what each of its
// segments needs.
struct connection {
	struct addr addr[2]; // by side
	uint16_t port[2];
	uint32_t live; // flow_*.c's alone: where its live state is
	int64_t end;   // last segment, ns since 1970
	uint64_t last_frame;
	uint8_t logged;        // segments in its log; without one: decide.c's
	uint8_t life;          // flow_*.c's alone: enum life
	uint16_t tunnel : 12;  // enum tunnel of its first segment
	uint16_t replaces : 1; // it began on a live one's addresses and ports
	uint16_t absorbed : 1; // no connection: a SYN that another survived
	uint16_t replaced : 1; // by a SYN on the same addresses and ports
	uint16_t abnormal : 1; // whatever its verdict: outcome()
	uint8_t verdict;       // enum verdict_id
	uint8_t confidence;    // enum confidence
	uint8_t findings;      // how many
	uint8_t actor;         // whom the verdict's texts call {X}

	int64_t start; // first segment
	uint64_t first_frame;
	uint64_t bytes[2];            // distinct payload bytes seen from a side
	uint32_t packets[2];          // segments seen from it
	uint32_t finding;             // analysis_findings()
	uint32_t zeek_history;        // analysis_zeek_history()
	uint8_t also[VERDICT_RIVALS]; // best first, VERDICT_NONE behind
	uint8_t closed_first;         // CLIENT, SERVER, BOTH or NOBODY
	uint8_t reset_by;             // CLIENT, SERVER, MIDDLEBOX or NOBODY
	uint8_t state[2];             // enum tcp_state after the last packet
	struct app_view app;          // what the programs' calls return
	uint8_t zeek_state;           // zeek_state_name()
};

// From the first segment to the last, in ns; 0 where the clock of the capture
// stepped back between them, so that nobody knows.
static inline int64_t connection_duration(const struct connection *c)
{
	return c->end > c->start ? c->end - c->start : 0;
}

// One line of an annotated timeline: a segment or an ICMP error.
enum step_mark {
	STEP_RETRANSMISSION = 0x001,
	STEP_OUT_OF_ORDER = 0x002,
	STEP_KEEPALIVE = 0x004,
	STEP_ZERO_WINDOW_PROBE = 0x008,
	STEP_WINDOW_UPDATE = 0x010,
	STEP_ZERO_WINDOW = 0x020,     // advertises a closed window
	STEP_DUPLICATE_FRAME = 0x040, // the same packet, captured twice
	STEP_DUPLICATE_ACK = 0x080,
	STEP_IGNORED_RST = 0x100,   // a RST that its receiver must ignore
	STEP_AFTER_END = 0x200,     // after the connection's end
	STEP_GAP_BEFORE = 0x400,    // bytes before it were never captured
	STEP_CHALLENGE_ACK = 0x800, // RFC 5961
	STEP_ICMP = 0x1000,         // an ICMP error, not a segment
	STEP_GOODBYE = 0x2000,      // segment_is_goodbye()
};

struct step {
	int64_t time;
	uint64_t frame;
	uint64_t left_out; // steps before it that were not kept
	uint64_t seq, ack; // bytes from the initial sequence numbers on
	uint32_t len;      // payload bytes on the wire
	uint32_t window;   // scaled where the scale is known
	enum side side;    // who sent it
	uint8_t flags;     // enum tcp_flag
	uint16_t marks;    // enum step_mark
	uint8_t icmp_type, icmp_code;
	enum tcp_state state[2]; // of both ends after it
	char *comment;           // pcapng packet comment, printable; or NULL
};

#endif
