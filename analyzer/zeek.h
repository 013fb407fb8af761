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

// What Zeek remembers of one side; zero: nothing was seen of it.
struct zeek_end {
	uint32_t last; // behind the highest number that it sent
	union {
		uint32_t whole; // everything before it was seen, or given up
		uint32_t rst; // once it sent a RST: the number of the last one
	};
	unsigned state : 3;    // enum state in zeek.c
	unsigned before : 3;   // the state before that
	unsigned seen : 7;     // letters that it has and that come once
	unsigned fresh : 1;    // sent nothing but its SYN so far
	unsigned hole : 1;     // something behind whole is missing
	unsigned repeats : 17; // segments with nothing new, to 10^5
	uint16_t shut;         // windows of zero that it offered, to 10^4
	uint16_t gaps;         // holes that the peer acknowledged, to 10^4
};

// All zero bytes make a new connection.
struct zeek {
	int64_t until;              // later segments are not its; 0: open
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
