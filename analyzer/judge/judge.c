// The order of the rows, and what a verdict promises.
//
// The first row that fits decides, so each row may rely on what the rows above
// it have excluded. First what shows that the view is too small to speak; then
// forgeries, because a forged RST says nothing about either program; then the
// opening, since a connection that never was can't have been closed; then
// answers of a stack (passive RSTs), which name their cause by what they
// answer; then RSTs of a socket's owner, from proof to mere likelihood. The
// endings without RST have a table of their own, in judge_quiet.c.
//
// `certain` is given only where the mechanism leaves no other verdict, and is
// withdrawn below where the view is weak. Where two causes look the same on
// the wire the second one stands in `also`, and the first is not certain.
#include "judge/judge.h"

#include "judge/judge_quiet.h"

#define F(fact) FACT(fact)
#define PASSIVE (F(RST_HERE) | F(FORM_PASSIVE)) // a stack's answer
#define ABORT   (F(RST_HERE) | F(FORM_ACTIVE))  // a socket's own RST
#define MUTE    (F(BY_SERVER) | F(NEVER_SENT))  // by a server without a word

static const struct rule by_rst[] = {
	// Too little to say anything.
	{ F(ONLY_RSTS), 0, POSSIBLE, { UNKNOWN, RESET_UNEXPLAINED } },

	// A scanner's stack answers the SYN-ACK that its scanner had asked for,
	// whatever the scanner does next.
	{ F(RST_HERE) | F(SYN_ACK_SEEN) | F(BEFORE_ACK) | F(FORM_PASSIVE) |
	      F(FORGED_LIKELY),
	  F(TTL_DIFFERS),
	  LIKELY,
	  { CONNECT_ABANDONED, RESET_INJECTED } },

	// A SYN-ACK that came back past the address translation.
	{ PASSIVE | F(ANSWERS_SYN_ACK) | F(SYN_TWICE),
	  0,
	  LIKELY,
	  { RESET_MISROUTED, CONNECT_ABANDONED } },
	{ PASSIVE | F(SYN_ACK_SEEN) | F(BEFORE_ACK) | F(SYN_AFTER_RST),
	  0,
	  LIKELY,
	  { RESET_MISROUTED, RESET_INJECTED, CONNECT_ABANDONED } },
	{ PASSIVE | F(SYN_ACK_SEEN) | F(BEFORE_ACK) | F(TTL_DIFFERS) |
	      F(SYN_OF_STACK),
	  0,
	  POSSIBLE,
	  { RESET_MISROUTED, CONNECT_ABANDONED, RESET_INJECTED } },

	// Forged.
	{ F(RST_HERE) | F(ANSWERS_SYN) | F(FORGED_LIKELY),
	  0,
	  LIKELY,
	  { RESET_INJECTED, CONNECT_REFUSED } },
	{ F(RST_HERE) | F(FORGED) | F(NOT_TAKEN_BY_PEER),
	  0,
	  LIKELY,
	  { RESET_INJECTED, STILL_OPEN } },
	{ F(RST_HERE) | F(FORGED), 0, CERTAIN, { RESET_INJECTED } },
	{ F(RST_HERE) | F(FORGED_LIKELY),
	  F(IDLE) | F(FORM_PASSIVE),
	  LIKELY,
	  { RESET_INJECTED, RESET_UNEXPLAINED } },
	{ F(RST_HERE) | F(FORGED_LIKELY) | F(FORM_PASSIVE),
	  F(IDLE) | F(ACTOR_CLOSED),
	  LIKELY,
	  { RESET_INJECTED, RESET_STALE_PEER } },

	// Never opened.
	{ F(RST_HERE) | F(ANSWERS_SYN),
	  F(SYN_ACK_SEEN) | F(OPENED),
	  CERTAIN,
	  { CONNECT_REFUSED } },
	{ F(RST_HERE) | F(ANSWERS_SYN_ACK) | F(NO_SYN),
	  0,
	  LIKELY,
	  { CONNECT_ABANDONED, RESET_STALE_PEER } },
	{ F(RST_HERE) | F(SYN_ACK_SEEN) | F(BEFORE_ACK) | F(NOT_AT_ONCE),
	  0,
	  LIKELY,
	  { CONNECT_ABANDONED, RESET_LINGER_ZERO, RESET_STALE_PEER } },
	{ F(RST_HERE) | F(SYN_ACK_SEEN) | F(BEFORE_ACK) | F(TTL_DIFFERS),
	  0,
	  LIKELY,
	  { CONNECT_ABANDONED, RESET_MISROUTED } },
	{ F(RST_HERE) | F(SYN_ACK_SEEN) | F(BEFORE_ACK) | F(ACK_UNSURE),
	  0,
	  LIKELY,
	  { CONNECT_ABANDONED, RESET_LINGER_ZERO } },
	{ F(RST_HERE) | F(SYN_ACK_SEEN) | F(BEFORE_ACK),
	  0,
	  CERTAIN,
	  { CONNECT_ABANDONED } },
	{ ABORT | F(ACK_NOT_CAPTURED) | F(NEVER_RECEIVED),
	  0,
	  LIKELY,
	  { RESET_LINGER_ZERO, CONNECT_ABANDONED } },
	{ F(RST_HERE) | F(SYN_UNANSWERED) | F(BEFORE_ACK),
	  0,
	  POSSIBLE,
	  { CONNECT_ABANDONED, CONNECT_TIMEOUT, UNKNOWN } },
	{ F(RST_HERE) | F(ANSWERS_OPENING) | F(SYN_ACK_REPEATED),
	  0,
	  LIKELY,
	  { RESET_BACKLOG_OVERFLOW, HANDSHAKE_INCOMPLETE } },
	{ F(RST_HERE) | F(ANSWERS_OPENING),
	  F(TTL_DIFFERS),
	  LIKELY,
	  { RESET_BACKLOG_OVERFLOW, RESET_STALE_PEER, RESET_INJECTED } },

	// Answers of stacks that build them like a program's RST.
	{ PASSIVE | F(LIKE_OWN) | F(ACTOR_CLOSED) | F(ANSWERS_DATA),
	  0,
	  LIKELY,
	  { RESET_DATA_AFTER_FIN, RESET_UNREAD_DATA, RESET_LINGER_ZERO } },
	{ PASSIVE | F(LIKE_OWN) | F(ACTOR_CLOSED) | F(ANSWERS_FIN),
	  0,
	  POSSIBLE,
	  { RESET_FIN_WAIT_EXPIRED, RESET_STALE_PEER, RESET_LINGER_ZERO } },
	{ PASSIVE | F(LIKE_OWN) | F(ACTOR_CLOSED),
	  0,
	  POSSIBLE,
	  { RESET_FIN_WAIT_EXPIRED, RESET_LINGER_ZERO, RESET_DATA_AFTER_FIN,
	    RESET_STALE_PEER } },
	{ PASSIVE | F(LIKE_OWN) | F(ANSWERS_ACK),
	  F(TTL_DIFFERS) | F(IDLE_SHARED),
	  LIKELY,
	  { RESET_STALE_PEER, RESET_LINGER_ZERO, RESET_IDLE_EXPIRED } },
	{ PASSIVE | F(LIKE_OWN),
	  F(TTL_DIFFERS) | F(IDLE_SHARED),
	  POSSIBLE,
	  { RESET_STALE_PEER, RESET_UNREAD_DATA, RESET_LINGER_ZERO } },

	// A stack's answer after its program had closed.
	{ PASSIVE | F(ACTOR_CLOSED) | F(ANSWERS_DATA),
	  F(TTL_DIFFERS),
	  CERTAIN,
	  { RESET_DATA_AFTER_FIN } },
	{ PASSIVE | F(ACTOR_CLOSED) | F(ANSWERS_DATA),
	  0,
	  LIKELY,
	  { RESET_DATA_AFTER_FIN, RESET_INJECTED } },
	// A host that restarted meanwhile answers just so.
	{ PASSIVE | F(ACTOR_CLOSED) | F(ANSWERS_FIN) | F(FIN_WAITED),
	  F(TTL_DIFFERS),
	  LIKELY,
	  { RESET_FIN_WAIT_EXPIRED, RESET_STALE_PEER } },
	{ PASSIVE | F(ACTOR_CLOSED) | F(ANSWERS_FIN) | F(FIN_TOO_SOON) |
	      F(LOST),
	  0,
	  LIKELY,
	  { RESET_DATA_AFTER_FIN, RESET_LINGER_ZERO } },
	{ PASSIVE | F(ACTOR_CLOSED) | F(ANSWERS_FIN) | F(FIN_TOO_SOON),
	  0,
	  POSSIBLE,
	  { RESET_FIN_WAIT_EXPIRED, RESET_DATA_AFTER_FIN, RESET_LINGER_ZERO,
	    RESET_STALE_PEER } },
	{ PASSIVE | F(ACTOR_CLOSED) | F(ANSWERS_FIN),
	  0,
	  LIKELY,
	  { RESET_FIN_WAIT_EXPIRED, RESET_STALE_PEER } },
	{ PASSIVE | F(ACTOR_CLOSED),
	  F(ANSWERS_ACK),
	  POSSIBLE,
	  { RESET_DATA_AFTER_FIN, RESET_FIN_WAIT_EXPIRED, RESET_LINGER_ZERO,
	    RESET_STALE_PEER } },
	{ PASSIVE | F(ACTOR_CLOSED),
	  0,
	  POSSIBLE,
	  { RESET_FIN_WAIT_EXPIRED, RESET_LINGER_ZERO, RESET_DATA_AFTER_FIN,
	    RESET_STALE_PEER } },

	{ PASSIVE | F(STILL_TRYING),
	  F(TTL_DIFFERS) | F(LOST),
	  LIKELY,
	  { RESET_DATA_AFTER_FIN, RESET_STALE_PEER } },

	// Idle, and forgotten on the path.
	{ F(RST_HERE) | F(IDLE) | F(TTL_DIFFERS),
	  F(PROBES_DEAD),
	  LIKELY,
	  { RESET_IDLE_EXPIRED, RESET_STALE_PEER } },
	{ F(RST_HERE) | F(IDLE) | F(FORM_PASSIVE) | F(IDLE_SHARED),
	  0,
	  LIKELY,
	  { RESET_IDLE_EXPIRED, RESET_STALE_PEER } },
	{ F(RST_HERE) | F(IDLE) | F(FORM_PASSIVE) | F(IDLE_KNOWN),
	  0,
	  POSSIBLE,
	  { RESET_IDLE_EXPIRED, RESET_STALE_PEER } },

	{ PASSIVE | F(IDLE_SHARED),
	  0,
	  LIKELY,
	  { RESET_IDLE_EXPIRED, RESET_STALE_PEER, RESET_INJECTED } },

	// A stack's answer to a connection that it does not know.
	{ PASSIVE | F(TTL_DIFFERS) | F(LONGEST_QUIET),
	  0,
	  LIKELY,
	  { RESET_INJECTED, RESET_IDLE_EXPIRED, RESET_STALE_PEER } },
	{ PASSIVE | F(TTL_DIFFERS),
	  0,
	  LIKELY,
	  { RESET_INJECTED, RESET_STALE_PEER } },
	{ PASSIVE | F(LOST) | F(BUSY),
	  0,
	  POSSIBLE,
	  { RESET_UNREAD_DATA, RESET_DATA_AFTER_FIN, RESET_STALE_PEER,
	    RESET_LINGER_ZERO } },
	{ PASSIVE | F(LOST),
	  0,
	  POSSIBLE,
	  { RESET_STALE_PEER, RESET_UNREAD_DATA, RESET_DATA_AFTER_FIN } },
	{ PASSIVE | F(LOST_ELSEWHERE),
	  0,
	  POSSIBLE,
	  { RESET_STALE_PEER, RESET_DATA_AFTER_FIN, RESET_UNREAD_DATA,
	    RESET_LINGER_ZERO } },
	{ PASSIVE | MUTE | F(NEVER_ACKED),
	  F(NO_HANDSHAKE) | F(IDLE),
	  LIKELY,
	  { RESET_STALE_PEER, RESET_BACKLOG_OVERFLOW, RESET_LISTENER_CLOSED,
	    RESET_INJECTED } },
	// A stack loses no connection in the middle of a transfer: rather its
	// FIN or RST was lost on the way.
	{ PASSIVE | F(BUSY),
	  0,
	  POSSIBLE,
	  { RESET_STALE_PEER, RESET_UNREAD_DATA, RESET_DATA_AFTER_FIN,
	    RESET_INJECTED } },
	{ PASSIVE,
	  F(NO_HANDSHAKE),
	  LIKELY,
	  { RESET_STALE_PEER, RESET_INJECTED, RESET_IDLE_EXPIRED } },
	{ PASSIVE,
	  0,
	  POSSIBLE,
	  { RESET_STALE_PEER, RESET_INJECTED, RESET_DATA_AFTER_FIN } },

	// A socket's timer.
	{ ABORT | F(PROBES_DEAD) | F(PROBE_DUE),
	  0,
	  LIKELY,
	  { TIMEOUT_KEEPALIVE, RESET_LINGER_ZERO, RESET_UNREAD_DATA } },
	{ ABORT | F(PROBE_DEAD) | F(PROBE_DUE),
	  0,
	  LIKELY,
	  { TIMEOUT_KEEPALIVE, RESET_LINGER_ZERO, RESET_UNREAD_DATA } },
	{ ABORT | F(PROBE_DEAD),
	  0,
	  POSSIBLE,
	  { TIMEOUT_KEEPALIVE, RESET_LINGER_ZERO, RESET_UNREAD_DATA } },
	{ ABORT | F(PROBES_UNHEARD),
	  F(WINDOW_REOPENED),
	  LIKELY,
	  { TIMEOUT_KEEPALIVE, RESET_LINGER_ZERO } },
	{ ABORT | F(REPEATS_DEAD),
	  0,
	  LIKELY,
	  { TIMEOUT_RETRANSMISSION, RESET_LINGER_ZERO, RESET_UNREAD_DATA } },
	{ ABORT | F(ACTOR_CLOSED) | F(FIN_WAITED),
	  F(IS_LINUX) | F(UNANSWERED) | F(PEER_CLOSED),
	  LIKELY,
	  { RESET_FIN_WAIT_EXPIRED, RESET_LINGER_ZERO } },

	// An MPTCP socket: what it had left unread may have come on another
	// subflow, and a RST of one of its subflows need not end it.
	{ ABORT | F(IS_MPTCP) | F(UNANSWERED),
	  0,
	  POSSIBLE,
	  { RESET_UNREAD_DATA, RESET_LINGER_ZERO, RESET_DESTROYED } },
	{ ABORT | F(IS_MPTCP) | MUTE,
	  0,
	  POSSIBLE,
	  { RESET_LINGER_ZERO, RESET_UNREAD_DATA, RESET_LISTENER_CLOSED,
	    RESET_DESTROYED } },
	{ ABORT | F(IS_MPTCP),
	  0,
	  POSSIBLE,
	  { RESET_LINGER_ZERO, RESET_UNREAD_DATA, RESET_DESTROYED } },

	// A program: nothing to leave unread.
	{ ABORT | F(NEVER_RECEIVED) | MUTE | F(BATCH_SERVED),
	  0,
	  POSSIBLE,
	  { RESET_LINGER_ZERO, RESET_LISTENER_CLOSED } },
	{ ABORT | F(NEVER_RECEIVED) | MUTE | F(BATCH),
	  0,
	  LIKELY,
	  { RESET_LISTENER_CLOSED, RESET_LINGER_ZERO } },
	{ ABORT | F(NEVER_RECEIVED) | MUTE | F(PORT_GONE),
	  0,
	  POSSIBLE,
	  { RESET_LISTENER_CLOSED, RESET_LINGER_ZERO } },
	// Windows and FreeBSD reset what their full queue can't take.
	{ ABORT | F(NEVER_RECEIVED) | MUTE | F(OTHER_STACK),
	  0,
	  POSSIBLE,
	  { RESET_LINGER_ZERO, RESET_LISTENER_CLOSED,
	    RESET_BACKLOG_OVERFLOW } },
	{ ABORT | F(NEVER_RECEIVED) | MUTE,
	  0,
	  LIKELY,
	  { RESET_LINGER_ZERO, RESET_LISTENER_CLOSED } },
	{ ABORT | F(NEVER_RECEIVED) | F(PROBED_LAST),
	  F(PROBE_NOT_DUE),
	  LIKELY,
	  { RESET_LINGER_ZERO, TIMEOUT_KEEPALIVE } },
	{ ABORT | F(NEVER_RECEIVED) | F(IS_LINUX),
	  0,
	  CERTAIN,
	  { RESET_LINGER_ZERO } },
	{ ABORT | F(NEVER_RECEIVED),
	  0,
	  LIKELY,
	  { RESET_LINGER_ZERO, RESET_INJECTED } },

	// A program: what the window says.
	{ ABORT | F(WINDOW_REOPENED),
	  0,
	  LIKELY,
	  { RESET_UNREAD_DATA, RESET_LINGER_ZERO } },
	{ ABORT | F(BATCH_SERVED) | F(WINDOW_KEPT) | F(IS_LINUX),
	  0,
	  LIKELY,
	  { RESET_DESTROYED, RESET_LISTENER_CLOSED, RESET_LINGER_ZERO } },
	{ ABORT | MUTE | F(BATCH_SERVED),
	  F(WINDOW_KEPT),
	  POSSIBLE,
	  { RESET_UNREAD_DATA, RESET_LISTENER_CLOSED, RESET_LINGER_ZERO } },
	{ ABORT | MUTE | F(BATCH_UNFED),
	  F(WINDOW_GREW) | F(PEER_CLOSED) | F(BATCH_SERVED),
	  LIKELY,
	  { RESET_LISTENER_CLOSED, RESET_UNREAD_DATA, RESET_LINGER_ZERO,
	    RESET_DESTROYED } },
	{ ABORT | MUTE | F(BATCH) | F(PORT_GONE),
	  F(WINDOW_GREW) | F(PEER_CLOSED),
	  LIKELY,
	  { RESET_LISTENER_CLOSED, RESET_UNREAD_DATA, RESET_LINGER_ZERO,
	    RESET_DESTROYED } },
	{ ABORT | MUTE | F(BATCH),
	  F(WINDOW_GREW) | F(PEER_CLOSED),
	  POSSIBLE,
	  { RESET_LISTENER_CLOSED, RESET_UNREAD_DATA, RESET_LINGER_ZERO,
	    RESET_DESTROYED } },
	{ ABORT | F(WINDOW_KEPT) | MUTE | F(IS_LINUX),
	  0,
	  LIKELY,
	  { RESET_DESTROYED, RESET_LISTENER_CLOSED, RESET_LINGER_ZERO } },
	{ ABORT | F(WINDOW_KEPT) | F(IS_LINUX),
	  0,
	  LIKELY,
	  { RESET_DESTROYED, RESET_LINGER_ZERO } },
	{ ABORT | F(WINDOW_KEPT_OPEN) | F(IS_LINUX),
	  0,
	  POSSIBLE,
	  { RESET_DESTROYED, RESET_LINGER_ZERO, RESET_UNREAD_DATA } },
	// Others than Linux offer no window there, or the one before the purge.
	{ ABORT | F(WINDOW_KEPT) | F(OTHER_STACK),
	  0,
	  POSSIBLE,
	  { RESET_UNREAD_DATA, RESET_LINGER_ZERO } },
	{ ABORT | F(WINDOW_KEPT),
	  F(IS_LINUX),
	  POSSIBLE,
	  { RESET_DESTROYED, RESET_LINGER_ZERO, RESET_UNREAD_DATA } },
	{ ABORT | F(WINDOW_GREW) | F(IS_LINUX) | F(UNANSWERED),
	  0,
	  LIKELY,
	  { RESET_UNREAD_DATA, RESET_LINGER_ZERO } },
	{ ABORT | F(WINDOW_GREW),
	  0,
	  POSSIBLE,
	  { RESET_UNREAD_DATA, RESET_LINGER_ZERO } },
	{ ABORT | F(FIRST_ACK) | F(IS_LINUX),
	  0,
	  LIKELY,
	  { RESET_UNREAD_DATA, RESET_LINGER_ZERO, RESET_DESTROYED } },
	{ ABORT | F(WINDOW_READ) | F(IS_LINUX),
	  0,
	  LIKELY,
	  { RESET_LINGER_ZERO, RESET_UNREAD_DATA } },

	// A program: nothing but context.
	{ ABORT | F(HABIT),
	  0,
	  POSSIBLE,
	  { RESET_LINGER_ZERO, RESET_UNREAD_DATA, RESET_DESTROYED } },
	{ ABORT | F(FAREWELL),
	  F(BATCH),
	  POSSIBLE,
	  { RESET_UNREAD_DATA, RESET_LINGER_ZERO, RESET_DESTROYED } },
	{ ABORT | F(ACK_AT_READ),
	  0,
	  POSSIBLE,
	  { RESET_LINGER_ZERO, RESET_UNREAD_DATA, RESET_DESTROYED } },
	{ ABORT | F(AFTER_SILENCE) | F(NEVER_SENT),
	  F(BATCH) | F(PEER_CLOSED) | F(NO_HANDSHAKE),
	  POSSIBLE,
	  { RESET_LINGER_ZERO, RESET_UNREAD_DATA, RESET_DESTROYED } },
	{ ABORT | F(UNANSWERED) | MUTE,
	  0,
	  POSSIBLE,
	  { RESET_UNREAD_DATA, RESET_LINGER_ZERO, RESET_LISTENER_CLOSED,
	    RESET_DESTROYED } },
	{ ABORT | F(UNANSWERED),
	  0,
	  POSSIBLE,
	  { RESET_UNREAD_DATA, RESET_LINGER_ZERO, RESET_DESTROYED } },
	{ ABORT | F(NO_HANDSHAKE),
	  0,
	  POSSIBLE,
	  { RESET_UNREAD_DATA, RESET_LINGER_ZERO, RESET_DESTROYED } },
	{ ABORT,
	  0,
	  POSSIBLE,
	  { RESET_LINGER_ZERO, RESET_UNREAD_DATA, RESET_DESTROYED } },
	// Some stacks' own RSTs have no ACK (illumos, passt).
	{ F(RST_HERE) | F(FORM_ODD) | F(ACTOR_CLOSED),
	  F(NOT_TAKEN_BY_PEER) | F(IS_LINUX),
	  POSSIBLE,
	  { RESET_DATA_AFTER_FIN, RESET_LINGER_ZERO, RESET_UNREAD_DATA,
	    RESET_UNEXPLAINED } },
	{ F(RST_HERE) | F(FORM_ODD) | F(NEVER_RECEIVED),
	  F(NOT_TAKEN_BY_PEER) | F(IS_LINUX),
	  POSSIBLE,
	  { RESET_LINGER_ZERO, RESET_LISTENER_CLOSED, RESET_BACKLOG_OVERFLOW,
	    RESET_UNEXPLAINED } },
	{ F(RST_HERE) | F(FORM_ODD) | F(UNANSWERED),
	  F(NOT_TAKEN_BY_PEER) | F(IS_LINUX),
	  POSSIBLE,
	  { RESET_UNREAD_DATA, RESET_LINGER_ZERO, RESET_STALE_PEER,
	    RESET_UNEXPLAINED } },
	{ F(RST_HERE) | F(FORM_ODD),
	  F(NOT_TAKEN_BY_PEER) | F(IS_LINUX) | F(NO_HANDSHAKE),
	  POSSIBLE,
	  { RESET_LINGER_ZERO, RESET_UNREAD_DATA, RESET_UNEXPLAINED,
	    RESET_INJECTED } },
	{ F(RST_HERE), 0, POSSIBLE, { RESET_UNEXPLAINED, RESET_INJECTED } },
};

// What a weak view takes from a verdict. Endings that rest on what was seen
// keep their certainty; endings that rest on what was not seen lose it.
static const struct cap {
	fact_set facts;            // any of these ...
	enum verdict_trait has;    // ... takes verdicts that have this (0: all)
	enum verdict_trait spared; // ... unless they have that ...
	enum confidence to;        // ... down to this
} caps[] = {
	{ F(ONE_WAY), 0, TRAIT_ONE_WAY_SUFFICES, POSSIBLE },
	{ F(NO_HANDSHAKE) | F(NO_SYN), TRAIT_NEEDS_START, 0, LIKELY },
	{ F(LOST) | F(LOST_PACKETS), TRAIT_NEEDS_ALL, 0, LIKELY },
	{ F(UNSETTLED) | F(REPLACED) | F(NO_HANDSHAKE) | F(NO_SYN),
	  TRAIT_NOT_ENDED, 0,
	  LIKELY },
	{ F(TWO_VIEWS), 0, 0, POSSIBLE },
	{ F(LOST) | F(LOST_OFTEN), TRAIT_NEEDS_MOST, 0, LIKELY },
	{ F(LOST_ELSEWHERE) | F(LOST_PACKETS), TRAIT_NEEDS_ABSENCE, 0, LIKELY },
	{ F(LOST_OFTEN), TRAIT_NEEDS_ABSENCE, 0, POSSIBLE },
	{ F(IS_MPTCP), TRAIT_NOT_ENDED, 0, LIKELY },
	{ F(MPTCP_RESET), 0, 0, LIKELY },
	{ F(CUT), TRAIT_NEEDS_OPTIONS, 0, LIKELY },
};

static bool applies(const struct cap *cap, fact_set facts, enum verdict_id v)
{
	return facts & cap->facts && (!cap->has || verdict_has(v, cap->has)) &&
	       !verdict_has(v, cap->spared);
}

const struct rule *judge_rules(bool rst, size_t *n)
{
	*n = rst ? sizeof(by_rst) / sizeof(by_rst[0]) : judge_quiet_rules;
	return rst ? by_rst : judge_quiet;
}

enum confidence judge_cap(fact_set facts, enum verdict_id v, enum confidence c)
{
	for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++)
		if (applies(&caps[i], facts, v) && c > caps[i].to)
			c = caps[i].to;
	return c;
}

// Some causes only Linux has; who never received a byte has none unread.
static bool is_impossible(fact_set facts, enum verdict_id v)
{
	if (facts & F(OTHER_STACK) && verdict_has(v, TRAIT_LINUX_ONLY))
		return true;
	return facts & F(NEVER_RECEIVED) &&
	       (v == RESET_UNREAD_DATA || v == RESET_DESTROYED);
}

static void take_rivals(const struct rule *rule, fact_set facts,
			struct ruling *r)
{
	size_t n = 0;

	for (size_t i = 1; i <= VERDICT_RIVALS; i++) {
		enum verdict_id v = rule->verdict[i];
		if (v != VERDICT_NONE && !is_impossible(facts, v))
			r->also[n++] = v;
	}
	while (n < VERDICT_RIVALS)
		r->also[n++] = VERDICT_NONE;
}

void judge(fact_set facts, struct ruling *r)
{
	const struct rule *rule = facts & F(RST_HERE) ? by_rst : judge_quiet;

	while ((facts & rule->need) != rule->need || facts & rule->deny)
		rule++; // the last one needs and denies nothing else
	r->verdict = rule->verdict[0];
	r->confidence = rule->confidence;
	take_rivals(rule, facts, r);
	r->confidence = judge_cap(facts, r->verdict, r->confidence);
}
