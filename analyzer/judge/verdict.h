// The table of verdicts: the closed vocabulary of the contract and, for each
// word of it, everything that tcpwhy has to say about it. Pure.
//
// A verdict is one row, in verdict_close.c, verdict_connect.c, verdict_abort.c,
// verdict_reset.c or verdict_timeout.c; nothing else lists them. The rules that
// choose between them are not here.
#ifndef TCPWHY_VERDICT_H
#define TCPWHY_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/side.h"

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

enum confidence { POSSIBLE, LIKELY, CERTAIN, CONFIDENCES };

// How verdicts are grouped for people, and coloured.
enum verdict_family {
	FAMILY_CLOSE,   // closed, or not ended
	FAMILY_CONNECT, // never came to be
	FAMILY_RESET,
	FAMILY_TIMEOUT,
	FAMILY_UNKNOWN,
	FAMILIES
};

enum { VERDICT_EXCLUSIONS = 3 };

struct exclusion {
	enum verdict_id verdict;
	const char *why;
};

// {X} in a text is the side that the verdict is about (connection.actor), {Y}
// the other one. X is: of half_closed the side that sent its FIN; of a
// connect_*, handshake_* or backlog verdict nobody in particular (their texts
// say client and server); of a reset_* the side that the RST came from, or in
// whose name it was forged; of timeout_retransmission and timeout_keepalive
// the side that got no answer; of timeout_zero_window the side that stopped
// reading.
struct verdict {
	const char *name;  // of the contract: "reset_unread_data"
	const char *title; // for people: "RESET, unread data"
	const char *gist;  // for a list, a line
	// What happened, one sentence, {X} {Y}.
	const char *sentence;
	// What comes to mind too, and why it isn't that. True wherever the
	// verdict is right and the other one isn't named as its rival. Ends
	// with VERDICT_NONE.
	struct exclusion against[VERDICT_EXCLUSIONS + 1];
	// What to change, {X} {Y}; "" = nothing wrong.
	const char *advice;
	// What would settle it where it isn't certain, {X} {Y}.
	const char *settle;
	// The page of `tcpwhy explain`. Paragraphs end with a newline; a line
	// that begins with "- " is an item.
	const char *meaning;  // what it means
	const char *kernel;   // what happens in the kernel, by function
	const char *proof;    // what proves it on the wire
	const char *unlike;   // what it is confused with, and how told apart
	const char *programs; // what each program sees
	const char *causes;   // typical causes
	enum verdict_family family;
	bool uneventful; // nobody asks why: left out unless all are wanted
};

// The row of id; never NULL.
const struct verdict *verdict_get(enum verdict_id id);

// VERDICT_NONE if no verdict has that name.
enum verdict_id verdict_by_name(const char *name);

// Writes text with {X} and {Y} named for actor ("client", "server"; "one side"
// and "the other" where actor is no single side), cut to fit n; returns out.
char *verdict_sentence(const char *text, enum side actor, char *out, size_t n);

// "certain", "likely", "possible".
const char *confidence_name(enum confidence c);

// "Reset", "Never connected", ...
const char *family_name(enum verdict_family f);

#endif
