// The whole analysis: frames go in, one record a connection comes out. What
// the reports and the browser read. Pure but for memory, which it owns whole:
// every pointer that it hands out lives until analysis_free() unless its
// function says otherwise.
#ifndef TCPWHY_ANALYSIS_H
#define TCPWHY_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/side.h"
#include "decode/packet.h"
#include "judge/apperr.h"
#include "judge/evidence.h"
#include "judge/verdict.h"
#include "read/frame.h"

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

// One connection, explained. Small, two cache lines, as there may be millions;
// bytes that name an enum hold its values. The first line is what each of its
// segments needs.
struct connection {
	struct addr addr[2]; // by side
	uint16_t port[2];
	uint32_t live; // flow.c's alone: where its live state is
	int64_t end;   // last segment, ns since 1970
	uint64_t last_frame;
	uint8_t tracks;     // segments in its trail; without one: decide.c's
	uint8_t life;       // flow.c's alone: enum life
	uint16_t tunnel;    // enum tunnel of its first segment
	uint8_t verdict;    // enum verdict_id
	uint8_t confidence; // enum confidence
	uint8_t findings;   // how many
	uint8_t actor;      // whom the verdict's texts call {X}

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
};

struct step {
	int64_t time;
	uint64_t frame;
	uint32_t seq, ack; // relative to the initial sequence numbers
	uint32_t len;      // payload bytes on the wire
	uint32_t window;   // scaled where the scale is known
	enum side side;    // who sent it
	uint8_t flags;     // enum tcp_flag
	uint16_t marks;    // enum step_mark
	uint8_t icmp_type, icmp_code;
	enum tcp_state state[2]; // of both ends after it
	char *comment;           // pcapng packet comment, printable; or NULL
};

struct analysis;

// NULL: no memory.
struct analysis *analysis_new(void);
void analysis_free(struct analysis *a);

// Keeps the steps of the connection with this number (from 1). Call before
// the first frame.
void analysis_watch(struct analysis *a, size_t number);

// Leaves out what the report will not say: Zeek's columns; where these are left
// out, findings on connections that closed orderly, too; or all findings. Call
// before the first frame.
enum { ANALYSIS_ZEEK = 1, ANALYSIS_ORDINARY = 2, ANALYSIS_FINDINGS = 4 };
void analysis_without(struct analysis *a, unsigned what);

// Lets a second thread take a part of the work where there is much of it. Call
// before the first frame.
void analysis_split(struct analysis *a);

// Closes connections off early where their state would take more memory than
// this: those that are over, then the quietest. 0, the default: never. What
// was written down of them stays, some 200 bytes for each.
void analysis_limit(struct analysis *a, size_t bytes);

// For captures without an end: connections are handed over as they are decided,
// each as if it were alone, and then forgotten, so that memory is bounded by
// what goes on at a time. Call it before the first frame, and not together with
// analysis_watch().
void analysis_stream(struct analysis *a);

// Takes one frame; comment is its pcapng comment or NULL. Returns false if
// memory ran out.
bool analysis_frame(struct analysis *a, const struct frame *f,
		    const char *comment);

// analysis_frame() lets some frames wait for their followers; this does not,
// for when none may come for a while. False: no memory.
bool analysis_flush(struct analysis *a);

// The next connections that were decided for good, in that order, n of them (0:
// none); valid until analysis_told(a, n), which forgets them.
enum { ANALYSIS_DONE = 256 };
size_t analysis_done(const struct analysis *a, uint32_t done[ANALYSIS_DONE]);
void analysis_told(struct analysis *a, size_t n);

// After analysis_settle(): all that were not told yet, first those that were
// decided for good, then the others in the order of first packets; the caller
// frees it. NULL: no memory.
uint32_t *analysis_rest(const struct analysis *a, size_t *n);

// Decides every connection as things stand now. Call it at the end; calling
// it earlier (to show first results) is harmless, frames may follow.
void analysis_settle(struct analysis *a);

// Connections in the order of their first packets; number i + 1, and, if one
// unfiltered file was read, Wireshark's tcp.stream == i. Valid until the next
// frame or analysis_settle().
size_t analysis_count(const struct analysis *a);
const struct connection *analysis_get(const struct analysis *a, size_t i);

// The number of connection i: i + 1, unless what was told is forgotten.
uint64_t analysis_number(const struct analysis *a, size_t i);

// The findings of c, oldest frame first; valid until this is asked of another
// connection.
const struct finding *analysis_findings(const struct analysis *a,
					const struct connection *c);

// Its history as Zeek has it, e.g. "ShADadFf"; valid until the next frame.
const char *analysis_zeek_history(const struct analysis *a,
				  const struct connection *c);

// The steps of the watched connection.
const struct step *analysis_steps(const struct analysis *a, size_t *n);

// The capture as a whole.
struct tally {
	uint64_t frames;             // all frames read
	uint64_t kind[PACKET_KINDS]; // adds up to frames
	uint64_t duplicates;         // segments captured twice, as settled
	uint64_t closed_off;         // connections, for lack of memory
	uint64_t backward;           // frames older than the one before
	int64_t first, last;         // time of the first and last frame
	bool any;                    // first and last are set
};
const struct tally *analysis_tally(const struct analysis *a);

// True if the connection ended in a way that somebody may have to explain:
// anything but an orderly close, a still open or a half closed connection.
bool connection_eventful(const struct connection *c);

#endif
