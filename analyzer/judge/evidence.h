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

// Facts up to FACT_LAST_RULE may stand in the rules, a bit each; the later
// ones are only reported. The rows are in facts.def.
enum fact {
#define RULES_ONLY(fact, name)                        fact,
#define REPORTED(fact, name, role, label, sentence)   fact,
#define LIMIT_WORD(fact, name, connections, sentence) fact,
#include "judge/facts.def"
	FACTS,
	FACT_LAST_RULE = TOO_LITTLE
};

struct finding {
	uint64_t frame; // frame_id(); 0: rests on no single frame
	uint64_t other; // a second frame (what it answers, the last ACK), or 0
	int64_t a, b;   // numbers that its sentence needs
	uint8_t fact;   // enum fact
	uint8_t side;   // enum side: who it is about
};

enum { EVIDENCE_FINDINGS = 28 };

struct evidence {
	fact_set facts;         // up to FACT_LAST_RULE
	enum side actor;        // whom the ending is about
	enum side fin_first;    // who sent FIN first, as acknowledgments prove
	enum side closed_first; // ... or aborted before any FIN
	const struct rst *rst;  // the RST that ended it, or NULL
	bool without_findings;  // only facts are wanted
	size_t findings;
	struct finding finding[EVIDENCE_FINDINGS]; // the first ones are set
};

// What other connections and the capture as a whole tell about this one.
struct surroundings {
	int64_t capture_end;   // time of the last frame
	fact_set facts;        // of groups.h: BATCH, PORT_GONE, HABIT, ...
	int64_t count, value;  // of the group: how many, their common number
	int64_t habit;         // how many such aborts
	uint64_t killed_by;    // frame of the RST that a later SYN brought
	bool replaced;         // by a SYN on the same addresses and ports
	uint64_t twin;         // the connection that began with the same SYN
	size_t lossy, all;     // connections that miss bytes, of how many
	size_t wavering;       // ... whose TTLs waver
	bool without_findings; // only facts are wanted
};

struct flow;

// True if the capture missed bytes of f that were acknowledged.
bool evidence_is_lossy(const struct flow *f);

// True if a side's IP IDs skip packets that are not in the capture: pure ACKs,
// which leave no other gap.
bool evidence_skips(const struct flow *f);

// True if a filter on flags left but the segments with SYN, FIN or RST of it.
bool evidence_is_filtered(const struct flow *f);

// True if it is a subflow of an MPTCP connection (RFC 8684): each
// side that was captured speaks MPTCP. If only one offered it, it is plain TCP.
bool evidence_is_mptcp(const struct flow *f);

// True if x sent a RST that its peer must have ignored, and nothing later but
// RSTs: its stack had no such connection any more, whatever its peer thinks.
bool evidence_let_go(const struct flow *f, enum side x);

// True if the TTL of one side's segments varies by a hop or two, as it does
// where routers spread packets over paths of different lengths.
bool evidence_wavers(const struct flow *f);

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
bool finding_reported(const struct finding *f);

// A few words for the margin of a timeline, e.g. "closes first"; "" if it
// needs none.
const char *finding_label(const struct finding *f);

// What JSON calls the rule of a finding: "window_reopened".
const char *fact_name(enum fact fact);

// Facts that limit the view and are counted: their names are the words of
// `limit=`.
enum {
	FACT_LIMITS = 0
#define LIMIT_WORD(fact, name, connections, sentence) +1
#include "judge/facts.def"
};
struct fact_limit {
	enum fact fact;
	const char *connections; // behind their number: "began before ..."
};
extern const struct fact_limit fact_limits[FACT_LIMITS];

#endif
