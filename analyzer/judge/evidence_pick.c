// Which RST ended the connection, and what is said of the others.
#include "base/nanoseconds.h"
#include "base/seq.h"
#include "judge/evidence_parts.h"

enum { OVERTAKEN_NS = 2 * MS };

// On two processors a socket's own RST can be overtaken by the answer to a
// segment that no longer found it.
static const struct rst *overtaken(const struct flow *f, const struct rst *r)
{
	if (r->form != FORM_REPLY)
		return r;
	for (const struct rst *o = r + 1; o < f->rst + flow_rsts_kept(f); o++)
		if (o->side == r->side && o->form == FORM_BY_SOCKET &&
		    o->s.at.time - r->s.at.time < OVERTAKEN_NS)
			return o;
	return r;
}

// A client in SYN-SENT ignores a RST that does not acknowledge its SYN (RFC
// 9293, 3.10.7.3): nothing ended, it goes on asking.
static bool is_vain_refusal(const struct flow *f, const struct rst *r)
{
	return r->side == SERVER && r->state[CLIENT] == STATE_SYN_SENT &&
	       !f->end[SERVER].seq_known && r->fate == RST_CHALLENGED;
}

// Taken or not, a RST says that its sender's socket is gone; and behind a gap
// of the capture nobody can say what was expected.
static bool is_final(const struct flow *f, const struct rst *r)
{
	if (r->fate == RST_AFTER_END || r->fate == RST_SURVIVED ||
	    r->alive_after.frame || r->data_after.frame ||
	    is_vain_refusal(f, r))
		return false;
	return r->form != FORM_OTHER || endpoint_missing(&f->end[r->side]);
}

// A RST that answers a challenge ACK ends the connection before this one.
bool evidence_let_go(const struct flow *f, enum side x)
{
	for (size_t i = 0; i < flow_rsts_kept(f); i++) {
		const struct rst *r = &f->rst[i];
		if (r->side == x && f->end[x].seq_known &&
		    (r->fate == RST_OLD || r->fate == RST_CHALLENGED ||
		     r->fate == RST_SURVIVED) &&
		    !r->alive_after.frame && !r->data_after.frame &&
		    !(r->elicited_by.marks & STEP_CHALLENGE_ACK))
			return true;
	}
	return false;
}

const struct rst *evidence_pick(const struct flow *f)
{
	const struct rst *deadly = flow_deadly(f), *lost = NULL;

	// Data that met a closed socket is lost, even if the RST that says so
	// comes too late to be taken. After a socket's own RST it only met
	// what that one had left.
	for (size_t i = 0; i < flow_rsts_kept(f) && !lost; i++) {
		const struct rst *r = &f->rst[i];
		if (r->form == FORM_BY_SOCKET)
			break;
		if (r->form == FORM_REPLY && r->fin[0] && rst_answers_data(r) &&
		    r->fate != RST_SURVIVED)
			lost = r;
	}
	if (deadly && deadly->form == FORM_REPLY && !rst_answers_data(deadly) &&
	    lost && lost->side == deadly->side)
		return lost;
	if (deadly)
		return overtaken(f, deadly);
	if (lost && !f->both_closed.frame)
		return lost;
	for (size_t i = 0; i < flow_rsts_kept(f); i++)
		if (is_final(f, &f->rst[i]))
			return &f->rst[i];
	return NULL;
}

static enum fact told_as(const struct flow *f, const struct rst *r)
{
	if (r->elicited_by.marks & STEP_CHALLENGE_ACK)
		return NOTE_KILLS_OLDER;
	switch (r->fate) {
	case RST_SURVIVED:
		return NOTE_SURVIVED_RST;
	case RST_AFTER_END:
		return f->both_closed.frame ? NOTE_LATE_RST : NOTE_ECHO_RST;
	case RST_ACCEPTED:
		return FACTS;
	default:
		return NOTE_IGNORED_RST;
	}
}

// The finding that says this of this side, among those from number `from` on.
static struct finding *said(struct evidence *ev, size_t from, enum fact what,
			    enum side side)
{
	for (size_t i = from; i < ev->findings; i++)
		if (ev->finding[i].fact == what && ev->finding[i].side == side)
			return &ev->finding[i];
	return NULL;
}

void evidence_other_rsts(const struct flow *f, struct evidence *ev)
{
	size_t from = ev->findings;

	if (ev->without_findings)
		return;
	for (size_t i = 0; i < flow_rsts_kept(f); i++) {
		const struct rst *r = &f->rst[i];
		enum fact what = told_as(f, r);
		struct finding *before;
		if (r == ev->rst || what == FACTS)
			continue;
		before = said(ev, from, what, r->side);
		if (before)
			before->a++;
		else
			evidence_add(ev, what, r->side, r->s.at.frame,
				     r->elicited_by.at.frame, 1, 0);
	}
}
