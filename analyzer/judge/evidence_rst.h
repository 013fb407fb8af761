// What a RST shows. Parts of evidence_collect(), by the question asked.
#ifndef TCPWHY_EVIDENCE_RST_H
#define TCPWHY_EVIDENCE_RST_H

#include "judge/evidence.h"
#include "track/flow.h"

// The RST that ended f, or whose trigger's data was lost by it; NULL: none.
const struct rst *evidence_pick(const struct flow *f);

// Its form, and what it answers.
void evidence_answer(const struct flow *f, const struct rst *r,
		     struct evidence *ev);

// Did its sender's program leave data unread? Finds WINDOW_REOPENED to
// ACK_AT_READ of facts.def.
void evidence_unread(const struct flow *f, const struct rst *r,
		     struct evidence *ev);

// Does it contradict its supposed sender's own packets?
void evidence_forged(const struct flow *f, const struct surroundings *s,
		     const struct rst *r, struct evidence *ev);

// Was a request left without an answer? Finds CLOSED_SILENT to
// REQUEST_GIVEN_UP.
void evidence_exchange(const struct flow *f, struct evidence *ev);

// RSTs that ended nothing.
void evidence_other_rsts(const struct flow *f, struct evidence *ev);

#endif
