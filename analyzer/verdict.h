// The table of verdicts: the closed vocabulary of the contract, what each one
// means, and the rules that choose between them. Pure.
#ifndef TCPWHY_VERDICT_H
#define TCPWHY_VERDICT_H

#include <stddef.h>

enum verdict_id {
	VERDICT_NONE, // no verdict; only as the end of a list of rivals
	ORDERLY_CLOSE,
	HALF_CLOSED,
	STILL_OPEN,
	CONNECT_REFUSED,
	CONNECT_UNREACHABLE,
	CONNECT_TIMEOUT,
	CONNECT_ABANDONED,
	HANDSHAKE_INCOMPLETE,
	RESET_BACKLOG_OVERFLOW,
	RESET_UNREAD_DATA,
	RESET_LINGER_ZERO,
	RESET_DESTROYED,
	RESET_LISTENER_CLOSED,
	RESET_DATA_AFTER_FIN,
	RESET_FIN_WAIT_EXPIRED,
	RESET_STALE_PEER,
	RESET_IDLE_EXPIRED,
	RESET_INJECTED,
	RESET_UNEXPLAINED,
	TIMEOUT_RETRANSMISSION,
	TIMEOUT_KEEPALIVE,
	TIMEOUT_ZERO_WINDOW,
	UNKNOWN,
	VERDICTS
};

enum { VERDICT_RIVALS = 4 };

enum confidence { POSSIBLE, LIKELY, CERTAIN };

struct verdict {
	const char *name;	// of the contract: "reset_unread_data"
	const char *title;	// for people: "RESET, unread data"
	// One sentence on what happened; {X} is the side that the verdict is
	// about, {Y} the other ("The {X} closed with received data unread.").
	const char *sentence;
	const char *meaning;	// explain: what it means
	const char *proof;	// explain: what proves it on the wire
	const char *unlike;	// explain: what it is confused with, and how told apart
	const char *advice;	// what to change, one sentence, {X} {Y}; "" = nothing wrong
	const char *settle;	// what would settle it where it isn't certain
};

// The row of id; never NULL.
const struct verdict *verdict_get(enum verdict_id id);

// VERDICT_NONE if no verdict has that name.
enum verdict_id verdict_by_name(const char *name);

// "certain", "likely", "possible".
const char *confidence_name(enum confidence c);

#endif
