// What rst.c asks of a RST, by the question asked. For the rst*.c files alone.
#ifndef TCPWHY_RST_PARTS_H
#define TCPWHY_RST_PARTS_H

#include "track/flow.h"
#include "track/rst.h"

// A number this far ahead of its connection belongs to an older one.
enum { RST_FAR = 1 << 20 };

// Finds what the RST s of `side` answers: r->elicited_by, left alone if nothing
// fits.
void rst_find_elicited_by(const struct flow *f, enum side side,
			  const struct segment *s, struct rst *r);

// Did x's socket send the RST s, or did a stack answer with it? r->elicited_by
// must be known; sets r->like_own.
enum rst_form rst_form_of(const struct endpoint *x, const struct endpoint *y,
			  const struct segment *s, struct rst *r);

// What the receiver of the RST s of `side` makes of it (RFC 5961, section 3).
enum rst_fate rst_fate_of(const struct flow *f, enum side side,
			  const struct segment *s, enum rst_form form);

// True if r came as soon after the segment that elicited it as a stack
// answers.
bool rst_is_prompt(const struct rst *r);

// True if t is an ACK and nothing else.
bool rst_is_bare_ack(const struct sent *t);

// True if what r's sender last received of y's data came after the last data it
// sent itself: a request, as it were, without an answer.
bool rst_is_unanswered(const struct endpoint *y, const struct rst *r);

#endif
