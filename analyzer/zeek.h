// A connection the way that Zeek's conn.log puts it: conn_state and history
// (docs.zeek.org, Conn::Info), so that records of both tools can be compared.
// The originator, whose letters are upper case, is our client. Pure.
//
// Where Zeek splits a connection by timers (an unanswered SYN after 5 s, any
// segment 5 s after the end, 5 min of silence), this is one record all the
// same. Checksums are taken for good, as with Zeek's option -C, so there is no
// 'c'; payload cut by a snap length counts as seen, so it makes no 'g'.
#ifndef TCPWHY_ZEEK_H
#define TCPWHY_ZEEK_H

#include <stdbool.h>
#include <stdint.h>

#include "packet.h"
#include "side.h"

enum { ZEEK_HISTORY = 24 }; // 23 letters, NUL

// What Zeek remembers of one side. Zero is nothing seen.
struct zeek_end {
	uint32_t last;  // behind the highest number that it sent
	uint32_t whole; // everything before this was seen, or given up
	union {
		uint32_t above; // if hole: where what was seen behind it begins
		uint32_t rst; // once it sent a RST: the number of the last one
	};
	unsigned state : 3;    // zeek.c's enum state
	unsigned before : 3;   // the state before that
	unsigned seen : 7;     // letters that come once
	unsigned fresh : 1;    // it sent nothing that moved last since its SYN
	unsigned hole : 1;     // bytes behind whole are missing
	unsigned repeats : 17; // segments without anything new; stops at 10^5
	uint16_t shut;         // windows of zero that it offered; stops at 10^4
	uint16_t gaps;         // holes that the peer acknowledged; likewise
};

// All zero bytes make a new connection.
struct zeek {
	struct zeek_end end[2];     // by side
	char history[ZEEK_HISTORY]; // text, cut to fit
};

// Takes the next segment, sent by CLIENT or SERVER, in the order of capture:
// duplicates and segments after the end, too. marks are not needed: Zeek's
// idea of a repetition or of a gap is its own.
void zeek_segment(struct zeek *z, enum side from, const struct segment *s,
		  uint16_t marks);

// "SF", "RSTO", ...; bytes are the payload bytes of each side. Static text.
const char *zeek_conn_state(const struct zeek *z, const uint64_t bytes[2]);

#endif
