// The table of verdicts: a closed vocabulary, which scripts rely on, and all
// that tcpwhy has to say about each word of it. Pure.
//
// A verdict is one row of verdicts.def; nothing else lists them. The rules that
// choose between them are not here, and nobody else names one: who wants to
// know of what kind it is asks its row.
#ifndef TCPWHY_VERDICT_H
#define TCPWHY_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/side.h"
#include "judge/apperr.h"
#include "judge/evidence.h"

enum verdict_id {
	VERDICT_NONE, // no verdict; only as the end of a list of rivals
#define VERDICT(id, ...) id,
#include "judge/verdicts.def"
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

// How bad an ending is.
enum severity {
	SEVERITY_NONE, // neither of these
	SEVERITY_SOME, // may have to be explained
	SEVERITY_HIGH, // harmful
};

enum verdict_trait {
	// What became of the connection.
	TRAIT_NEVER_ACCEPTED = 1 << 0,   // the server's program never got it
	TRAIT_REFUSED = 1 << 1,          // nothing listens there
	TRAIT_SYN_ACK_REJECTED = 1 << 2, // the client's RST answers the SYN-ACK
	TRAIT_NOT_ENDED = 1 << 3,        // the capture shows no end
	TRAIT_ENDS_WITHOUT_RST = 1 << 4, // ... or one that is no RST
	TRAIT_FOREIGN = 1 << 5,          // something on the path sent the RST
	TRAIT_FORGOTTEN = 1 << 6,        // a host or the path had forgotten it
	TRAIT_BY_TIMER = 1 << 7,         // {X} got no answer and gave up
	TRAIT_STALLS_PEER = 1 << 8,      // {X} keeps {Y} waiting
	TRAIT_LOSES_LATE_DATA = 1 << 9,  // sent after the other side's FIN
	TRAIT_CHECKS_END_SO = 1 << 10,   // health checks, among others
	// What it rests on: without that it is less sure (judge.c).
	TRAIT_ONE_WAY_SUFFICES = 1 << 11, // one direction shows it
	TRAIT_NEEDS_START = 1 << 12,      // options and initial numbers
	TRAIT_NEEDS_OPTIONS = 1 << 13,    // those of each segment
	TRAIT_NEEDS_ALL = 1 << 14,        // each segment of the connection
	TRAIT_NEEDS_MOST = 1 << 15,       // a capture that does not lose many
	TRAIT_NEEDS_ABSENCE = 1 << 16,    // what was not seen was not there
	TRAIT_NEIGHBOURS_RULE_OUT = 1 << 17, // only other connections do
	TRAIT_LINUX_ONLY = 1 << 18,          // no other stack does that
	TRAIT_SYN_UNANSWERED = 1 << 19,      // nothing answered the SYN
};

// Cells of the longest title, so that no screen cuts the answer.
enum { VERDICT_TITLE = 16 };

enum { VERDICT_EXCLUSIONS = 3 };

// A reason may speak of what a fact of this connection has shown, and is said
// only where the reports have that fact. 0 (never reported) stands for none.
struct exclusion {
	enum verdict_id verdict;
	const char *why;
	uint8_t needs;     // enum fact: that one
	uint8_t unless[2]; // ... and none of these
};

// {X} in a text is the side that the verdict is about (connection.actor), {Y}
// the other one. X is: of half_closed the side that sent its FIN; of a
// connect_*, handshake_* or backlog verdict nobody in particular (their texts
// say client and server); of a reset_* the side that the RST came from, or in
// whose name it was forged; of timeout_retransmission and timeout_keepalive
// the side that got no answer; of timeout_zero_window the side that stopped
// reading.
struct verdict {
	const char *name; // in CSV and JSON: "reset_unread_data"
	const char
	    *title; // for people, VERDICT_TITLE cells at most: "data unread"
	const char *gist; // for a list, a line
	// What happened, one sentence, {X} {Y}; and where that is only possible
	// (NULL: the same, since it says no more than what was seen).
	const char *sentence;
	const char *perhaps;
	// What comes to mind too, and why it isn't that. True wherever the
	// verdict is right and the other one isn't named as its rival. Ends
	// with VERDICT_NONE.
	struct exclusion against[VERDICT_EXCLUSIONS + 1];
	// What to change, {X} {Y}; "" = nothing wrong.
	const char *advice;
	// What would settle it where it isn't certain, {X} {Y}; and on another
	// stack than Linux (NULL: the same).
	const char *settle;
	const char *settle_elsewhere;
	char settle_at; // on whose host: 'X', 'Y', 'S'erver; 0: neither's
	// The page of `tcpwhy explain`. Paragraphs end with a newline; a line
	// that begins with "- " is an item.
	const char *meaning;  // what it means
	const char *kernel;   // what happens in the kernel, by function
	const char *proof;    // what proves it on the wire
	const char *unlike;   // what it is confused with, and how told apart
	const char *programs; // what each program sees
	const char *causes;   // typical causes
	// Why {X}'s program has no call left that could tell it anything; NULL:
	// because it had closed or reset the socket itself.
	const char *no_call;
	enum verdict_family family;
	enum severity severity;
	uint32_t traits; // enum verdict_trait
	// What connect() returns, where not even its handshake was completed;
	// CALL_EHOSTUNREACH: that, or what the ICMP error stands for.
	enum call_result connect;
	// What it is if its supposed sender did send the RST.
	struct {
		enum verdict_id verdict;
		enum confidence confidence;
	} if_genuine;
	bool uneventful; // nobody asks why: left out unless all are wanted
};

// The row of id; never NULL.
const struct verdict *verdict_get(enum verdict_id id);

static inline bool verdict_has(enum verdict_id id, enum verdict_trait trait)
{
	return verdict_get(id)->traits & trait;
}

static inline int verdict_severity(enum verdict_id id)
{
	return (int)verdict_get(id)->severity;
}

// VERDICT_NONE if no verdict has that name.
enum verdict_id verdict_by_name(const char *name);

// Writes text with {X} and {Y} named for actor ("client", "server"; "one side"
// and "the other" where actor is no single side), cut to fit n; returns out.
char *verdict_sentence(const char *text, enum side actor, char *out, size_t n);

// The same, with the commands of the systems that the ends have: enum stack by
// side; {X:sockets}, {S:listeners} and so on are the tools (apperr.h) of {X},
// {Y}, or the server. verdict_sentence() names Linux's.
char *verdict_sentence_on(const char *text, enum side actor,
			  const uint8_t stack[2], char *out, size_t n);

// The sentence of id, as sure as that confidence is.
const char *verdict_says(enum verdict_id id, enum confidence c);

// What would settle it, where the ends have those stacks, filled in.
char *verdict_settle(enum verdict_id id, enum side actor,
		     const uint8_t stack[2], char *out, size_t n);

// "certain", "likely", "possible".
const char *confidence_name(enum confidence c);

// "Reset", "Never connected", ...
const char *family_name(enum verdict_family f);

#endif
