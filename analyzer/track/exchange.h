// Was the last request answered? Between an orderly close and one that a user
// asks about lies what had been said before it: a server that acknowledges a
// request and closes, or a client that waits and gives up, close as well as
// those that have nothing left to say. Pure.
#ifndef TCPWHY_EXCHANGE_H
#define TCPWHY_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/side.h"

// What was said before the first FIN, or the RST of a program's socket. Only of
// connections of which the capture lacks nothing.
struct exchange {
	enum side closer; // who closed first; BOTH or NOBODY: nobody alone
	bool opened_here; // the capture has the SYN
	bool answered;    // the client: had received payload of the server's
			  // after its last own; or the closer read on
	uint64_t replies; // payload bytes of the server in all
	uint64_t pending; // payload bytes of the client that the server had
			  // acknowledged (with its FIN, if it closed first),
			  // but not when it last sent payload
	int64_t opened;   // time of the SYN
	int64_t asked;    // time of the client's last payload
	int64_t closed;   // time of the FIN or RST
};

enum exchange_end {
	EXCHANGE_DONE,    // nothing shows that anybody waited for an answer
	EXCHANGE_SILENT,  // the server closed without having sent a byte
	EXCHANGE_DROPPED, // it took the client's payload and closed
	EXCHANGE_GIVEN_UP // the client waited in vain and closed
};

enum exchange_end exchange_end(const struct exchange *x);

#endif
