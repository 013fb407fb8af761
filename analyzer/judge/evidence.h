// Facts about an ending, each with the frame that shows it; who ended it; what
// limits the view. Told from the side that the ending is about, the actor, so
// that each ending is written once. Pure.
#ifndef TCPWHY_EVIDENCE_H
#define TCPWHY_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/side.h"

struct text;

// What a finding does for the reader.
enum finding_role {
	ROLE_WHY,   // speaks for the verdict
	ROLE_NOT,   // excludes or weakens a rival
	ROLE_LIMIT, // weakens the view, lowers confidence
	ROLE_NOTE   // worth knowing, decides nothing
};

// A set of facts, a bit each.
__extension__ typedef unsigned __int128 fact_set;

#define FACT(fact) ((fact_set)1 << (fact))

// Facts up to FACT_LAST_RULE may stand in the rules of judge.c, a bit each;
// the later ones are only told. One row of evidence_text.c each.
enum fact {
	// How it opened.
	SYN_ACK_SEEN,
	OPENED, // the handshake was completed, or data flowed
	SYN_REPEATED,
	SYN_UNANSWERED,
	SYN_ACK_REPEATED, // and nothing of the client's was accepted
	ICMP_ANSWERS_SYN,
	NOT_TAKEN,     // the server sent a SYN-ACK and took nothing
	CHALLENGED,    // the SYN met a connection that its peer held
	KILLED_BY_SYN, // a later SYN showed that the client had lost it
	// How it ended without a RST.
	FIN_ONE,      // from the actor only
	FINS_ACKED,   // from both, both acknowledged
	FINS_BOTH,    // from both, not both acknowledged
	FINS_UNSURE,  // ... nor all of the data before them
	REPEATS_DEAD, // repeated again and again, never answered
	REPEATS_FIN,  // what is repeated is a FIN
	REPEATS_FEW,
	GAVE_UP,         // silence for longer than the next try was due
	PROBES_DEAD,     // two keep-alives or more without an answer
	PROBE_DEAD,      // one
	PROBES_UNHEARD,  // answered, but not as far as the prober knew
	REPEATS_UNHEARD, // acknowledged, but not as far as ...
	STALLED,         // window probes into a window that stayed shut
	STALLED_ONCE,
	STALL_LONG,     // ... for long
	STALL_ANSWERED, // ... and the probes were answered to the end
	// The RST that ended it.
	RST_HERE,
	FORM_ACTIVE,
	FORM_PASSIVE,
	ANSWERS_SYN,
	ANSWERS_SYN_ACK,
	ANSWERS_OPENING, // the handshake's last ACK, or the first data
	ANSWERS_DATA,
	ANSWERS_FIN,
	ANSWERS_ACK, // a bare ACK or a probe
	BY_SERVER,
	ACTOR_CLOSED, // the actor's FIN came before
	PEER_CLOSED,  // the other's
	FIN_WAITED,   // the actor's FIN was acknowledged long before
	FIN_TOO_SOON, // ... no second ago: no timer can have ended
	BUSY,         // the actor had sent something a moment before
	STILL_TRYING, // the actor was repeating or probing just before
	NEVER_ACKED,  // the server never acknowledged a byte
	NOT_AT_ONCE,  // ... but not the very next thing
	BEFORE_ACK,   // the client's RST is its answer to the SYN-ACK
	// What had the actor read?
	NEVER_RECEIVED,   // no payload ever: unread data is impossible
	NEVER_SENT,       // the actor sent no payload
	UNANSWERED,       // payload came after the last that it sent
	AFTER_SILENCE,    // the RST came long after anybody's payload
	FAREWELL,         // the RST follows its own payload at once
	WINDOW_REOPENED,  // W1
	WINDOW_GREW,      // W5
	WINDOW_KEPT,      // W2, half shut or more
	WINDOW_KEPT_OPEN, // W2, weak
	WINDOW_READ,      // W3
	FIRST_ACK,        // D1
	ACK_AT_READ,      // D2
	IS_LINUX,
	// Was it the actor at all?
	FORGED,            // contradicts its supposed sender: proof
	NOT_TAKEN_BY_PEER, // its receiver must have ignored it
	FORGED_LIKELY,     // ... one sign, or several weak ones
	TTL_DIFFERS,
	// Idle, and what other connections show.
	IDLE,
	LONGEST_QUIET, // at the longest silence of the connection
	IDLE_KNOWN,
	IDLE_SHARED,
	BATCH,        // reset in the same instant as its neighbours
	BATCH_UNFED,  // ... of which some could only be aborted
	BATCH_SERVED, // ... of which some had been accepted
	PORT_GONE,    // new connections to that port are refused
	HABIT,        // that service resets everything it ends
	// What limits the view.
	NO_HANDSHAKE,
	NO_SYN, // ... but a SYN-ACK
	ONE_WAY,
	LOST,
	LOST_ELSEWHERE, // other connections miss bytes
	LOST_OFTEN,     // ... one in a hundred and more
	CUT,
	IS_MPTCP, // may have ended by DATA_FIN, which is not read
	ENDS_SOON,
	ONLY_RSTS,
	TOO_LITTLE,
	FACT_LAST_RULE = TOO_LITTLE,

	// Only told.
	FORM_ODD,
	NOTE_CLOSED_FIRST,
	NOTE_CROSSED,
	NOTE_SECOND_FIN,
	NOTE_HALF_CLOSE,
	NOTE_CLOSE_NOTIFY,
	NOTE_IGNORED_RST,
	NOTE_SURVIVED_RST,
	NOTE_LATE_RST,
	NOTE_ECHO_RST,
	NOTE_RST_PAYLOAD,
	NOTE_MPTCP_FASTCLOSE,
	NOTE_MPTCP_RST,
	NOTE_ICMP,
	NOTE_KILLS_OLDER,
	NOTE_LOST_SYN,
	NOTE_RETRANSMISSIONS,
	NOTE_PROBES_ANSWERED,
	NOTE_DUPLICATES,
	NOTE_REUSED,
	NOTE_UNSENT,
	NOTE_CLOSED_OFF,
	SIGN_DATA_AFTER,
	SIGN_ALIVE_AFTER,
	SIGN_SEQ_BEHIND,
	SIGN_TOO_FAST,
	SIGN_IP_ID,
	SIGN_NO_TIMESTAMP,
	SIGN_BOTH_RESET,
	FACTS
};

struct finding {
	uint64_t frame; // frame_id(); 0: rests on no single frame
	uint64_t other; // a second frame (the trigger, the last ACK), or 0
	int64_t a, b;   // numbers that its sentence needs
	uint8_t fact;   // enum fact
	uint8_t side;   // enum side: who it is about
};

enum { EVIDENCE_FINDINGS = 28 };

struct evidence {
	fact_set facts;         // up to FACT_LAST_RULE
	enum side actor;        // whom the ending is about
	enum side fin_first;    // who sent FIN first, by what they acknowledge
	enum side closed_first; // ... or aborted before any FIN
	const struct rst *rst;  // the RST that ended it, or NULL
	bool untold;            // only facts are wanted
	size_t findings;
	struct finding finding[EVIDENCE_FINDINGS]; // the first ones are set
};

// What other connections and the capture as a whole tell about this one.
struct surroundings {
	int64_t capture_end;  // time of the last frame
	fact_set facts;       // of groups.h: BATCH, PORT_GONE, HABIT, ...
	int64_t count, value; // of the group: how many, their common number
	int64_t habit;        // how many such aborts
	uint64_t killed_by;   // frame of the RST that a later SYN brought
	size_t lossy, all;    // connections that miss bytes, of how many
	bool untold;          // only facts are wanted
};

struct flow;

// True if the capture missed bytes of f that were acknowledged.
bool evidence_is_lossy(const struct flow *f);

// Collects what f shows into *ev.
void evidence_collect(const struct flow *f, const struct surroundings *s,
		      struct evidence *ev);

static inline bool evidence_has(const struct evidence *ev, enum fact fact)
{
	return ev->facts >> fact & 1;
}

// Adds a fact with its frames and numbers (all may be 0); for the evidence_*.c
// files alone.
void evidence_add(struct evidence *ev, enum fact fact, enum side side,
		  uint64_t frame, uint64_t other, int64_t a, int64_t b);

static inline bool evidence_is_forged(const struct evidence *ev)
{
	return evidence_has(ev, FORGED) || evidence_has(ev, FORGED_LIKELY);
}

// Facts that only rules need.
void evidence_set(struct evidence *ev, enum fact fact);

enum finding_role finding_role(const struct finding *f);

// One sentence, without frame numbers and full stop, e.g. "the client closed
// first: its FIN does not acknowledge the server's". Returns out.
char *finding_text(const struct finding *f, char *out, size_t n);

// The same, added to out.
void finding_add(struct text *out, const struct finding *f);

// False for facts that only the rules need: no report shows them.
bool finding_told(const struct finding *f);

// A few words for the margin of a timeline, e.g. "closes first"; "" if it
// needs none.
const char *finding_label(const struct finding *f);

#endif
