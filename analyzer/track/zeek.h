// A connection the way that Zeek's conn.log puts it: conn_state and history
// (Zeek's documentation of Conn::Info), so that records of both can be
// compared. Pure.
//
// The originator, whose letters are upper case, is our client. Zeek takes the
// first sender for it unless its likely_server_ports say otherwise; here it is
// as if they knew every server's port, so a connection whose first segment is
// the server's begins with '^'.
//
// A connection is one record here. Zeek drops it 5 s after its end, and so do
// we; but it also drops a SYN without an answer after 5 s and a silent
// connection after 5 min, and makes new records of what follows: here that
// still belongs to the first. Checksums are not looked at, as with Zeek's
// option -C, so there is no 'c'. Payload that the snap length cut off was
// seen all the same: it makes no 'g'.
#ifndef TCPWHY_ZEEK_H
#define TCPWHY_ZEEK_H

#include <stdint.h>

#include "base/side.h"
#include "decode/segment.h"

enum { ZEEK_HISTORY = 24 }; // 23 letters, NUL

// What Zeek remembers of one side; zero: nothing was seen of it.
struct zeek_end {
	uint32_t last; // behind the highest number that it sent
	union {
		uint32_t whole; // everything before it was seen, or given up
		uint32_t rst;   // once it sent a RST: the number of the last
	};
	unsigned state : 3;    // enum zeek_side_state
	unsigned before : 3;   // the state before that
	unsigned seen : 7;     // enum seen in zeek.c
	unsigned fresh : 1;    // its SYN is all that it sent so far
	unsigned hole : 1;     // something behind whole is missing
	unsigned repeats : 17; // segments with nothing new, up to 10^5
	uint16_t zero_windows; // windows of zero that it offered, up to 10^4
	uint16_t gaps;         // holes that the peer acknowledged, up to 10^4
};

// All zero bytes make a new connection.
struct zeek {
	int64_t until;              // later segments are not its; 0: open
	struct zeek_end end[2];     // by side
	char history[ZEEK_HISTORY]; // text, cut to fit
};

// Takes the next segment, sent by CLIENT or SERVER, in the order of capture,
// duplicate frames too: what Zeek calls a repetition or a gap it finds by its
// own rules.
void zeek_segment(struct zeek *z, enum side from, const struct segment *s);

// What Zeek calls the end; bytes are the payload bytes of each side.
uint8_t zeek_conn_state(const struct zeek *z, const uint64_t bytes[2]);

// "SF", "RSTO", ...; "" for 0, which zeek_conn_state() never returns.
const char *zeek_state_name(uint8_t state);

#endif
