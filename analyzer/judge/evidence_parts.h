// Parts of evidence_collect(), by the question asked; each adds what it finds
// to *ev. For the evidence_*.c files alone. Pure.
#ifndef TCPWHY_EVIDENCE_PARTS_H
#define TCPWHY_EVIDENCE_PARTS_H

#include "judge/evidence.h"
#include "track/flow.h"

// How did it open?
void evidence_handshake(const struct flow *f, struct evidence *ev);

// Which ICMP errors were about it?
void evidence_icmp(const struct flow *f, struct evidence *ev);

// Whose FIN came first, and were they acknowledged? Sets ev->fin_first and
// ev->closed_first.
void evidence_fins(const struct flow *f, struct evidence *ev);

// Which FINs did the capture lose? They show in acknowledgment numbers.
void evidence_lost_fins(const struct flow *f, struct evidence *ev);

// The RST that ended f, or that answers data which was lost by it; NULL:
// none.
const struct rst *evidence_pick(const struct flow *f);

// Is it an answer to payload?
static inline bool rst_answers_data(const struct rst *r)
{
	return r->elicited_by.at.frame && r->elicited_by.len;
}

// How was that RST built, and what does it answer?
void evidence_answer(const struct flow *f, const struct rst *r,
		     struct evidence *ev);

// Had the client acknowledged the SYN-ACK before its RST?
void evidence_before_ack(const struct flow *f, const struct rst *r,
			 struct evidence *ev);

// Data that came after the FIN of r's side: what was it, and had its sender
// heard of that FIN?
void evidence_late(const struct flow *f, const struct rst *r,
		   struct evidence *ev);

// Did its sender's program leave data unread? Finds WINDOW_REOPENED to
// ACK_AT_READ of facts.def.
void evidence_unread(const struct flow *f, const struct rst *r,
		     struct evidence *ev);

// Does it contradict its supposed sender's own packets?
void evidence_forged(const struct flow *f, const struct surroundings *s,
		     const struct rst *r, struct evidence *ev);

// Without such a RST: who tried in vain, and since when is there silence?
void evidence_silence(const struct flow *f, const struct surroundings *s,
		      struct evidence *ev);

// Was a request left without an answer? Finds CLOSED_SILENT to
// REQUEST_GIVEN_UP.
void evidence_exchange(const struct flow *f, struct evidence *ev);

// Does the time up to that frame of side's fit a timer of those (enum
// timer_of)?
void evidence_timer(struct evidence *ev, enum side side, uint64_t frame,
		    int64_t time, unsigned of);

// Which RSTs ended nothing?
void evidence_other_rsts(const struct flow *f, struct evidence *ev);

// What may have been there without being captured?
void evidence_limits(const struct flow *f, const struct surroundings *s,
		     struct evidence *ev);

// What else is worth knowing?
void evidence_notes(const struct flow *f, struct evidence *ev);

#endif
