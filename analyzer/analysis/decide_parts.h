// What the decide*.c files share. For them alone.
#ifndef TCPWHY_DECIDE_PARTS_H
#define TCPWHY_DECIDE_PARTS_H

#include "analysis/decider.h"

// Of a connection that waits for its neighbours' say, or has one itself.
struct remark {
	uint32_t index;
	uint32_t older; // the connection that its RST ended (index + 1), or 0
	uint64_t by;    // ... that RST
	struct losses losses;
};

// One connection (decide.c)

// The state of connection i; valid until the next one is asked for.
const struct flow *decide_state(struct decider *d, size_t i);

// The kind of connection i, and whether that was enough to tell what became of
// it.
unsigned decide_kind(const struct decider *d, size_t i, int64_t now,
		     bool *told);

// Its state told what became of connection i, which is of that kind.
void decide_learn(struct decider *d, unsigned kind, size_t i);

// Its record (decide_record.c)

// Writes what the evidence makes of the state f into its record.
void decide_write(struct decider *d, const struct flow *f, struct evidence *ev);

// The same for good: no later decide_all() takes back what it says.
void decide_finish(struct decider *d, const struct flow *f,
		   struct evidence *ev);

// Gives the state of connection i back, whose record is finished.
void decide_give_back(struct decider *d, size_t i);

// Its neighbours (decide_remark.c)

// A SYN that met a connection which its server still held, and the RST that its
// ACK drew, ended that older connection. Returns that RST's frame, or 0.
uint64_t decide_killer(const struct flow *newer);

// The RST of the connection that took the place of connection i, if it ended
// that; or 0.
uint64_t decide_killed_by(struct decider *d, uint32_t i);

// Notes what must not be forgotten of f while it waits. False: no memory.
bool decide_remark(struct decider *d, const struct flow *f);

// Adds f to the groups of its neighbours. False: no memory.
bool decide_add_to_groups(struct decider *d, const struct flow *f,
			  const struct evidence *ev);

// Confidence (decide_cap.c)

// Adds what the capture lacks of f or has twice.
void decide_count(struct losses *l, const struct flow *f);

// True if it lacks anything, or has it twice.
bool decide_lacks(const struct flow *f);

// What the losses of a capture say of all its connections: what it lacks makes
// all its verdicts less sure.
size_t decide_lossy(const struct decider *d, const struct losses *l);
fact_set decide_lost(const struct decider *d, const struct losses *l);

// Writes down that confidence, lowered by such facts.
void decide_cap(struct connection *c, enum confidence confidence,
		fact_set facts);

// Where the capture lost packets, what was written down before that was known
// is no surer than the rest; and sure again once they turn up.
void decide_cap_written(struct decider *d);

// What only neighbours can rule out has to stay as likely as the verdict where
// they were not asked.
void decide_cap_unasked(struct connection *c);

// True if the capture shows somebody's answer to it.
bool decide_is_answer(const struct connection *c);

// In a capture that shows nobody's answer to anything, one direction may be
// missing: whether the last of the SYNs was refused can't be known then. The
// first is for one connection of such a capture, the second looks whether it is
// one.
void decide_cap_unanswered(struct connection *c);
void decide_cap_one_way(struct decider *d);

#endif
