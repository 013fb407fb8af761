// What counts as proof, and its limits.
//
// A RST proves little by itself: it says that somebody gave up, in somebody's
// name. So the questions come in the order in which a wrong answer would spoil
// the next one. Would its receiver take it at all (rst_fate.c, RFC 5961)? Does
// it contradict its supposed sender (evidence_forged.c)? Did a program's socket
// send it, or did a stack answer a segment (rst_form.c), and which one
// (evidence_answer.c)? If a program: what had it left unread
// (evidence_unread.c)? Only then does the absence of things count
// (evidence_silence.c).
//
// The view has limits, and they are facts too. The order of the two directions
// depends on where the capture was taken; so who closed first is read from
// acknowledgment numbers, never from time stamps. What was not captured may
// have been there: a direction that is missing, a start that is missing, bytes
// that were acknowledged but never seen, options that were cut off, an end
// that came too soon after the last try. judge.c lowers its confidence by
// them; nothing here is hidden for neatness.
#include "judge/evidence.h"

#include <string.h>

#include "judge/evidence_parts.h"

_Static_assert(FACT_LAST_RULE < 128, "a bit for each fact of the rules");

void evidence_set(struct evidence *ev, enum fact fact)
{
	ev->facts |= FACT(fact);
}

void evidence_add(struct evidence *ev, enum fact fact, enum side side,
		  uint64_t frame, uint64_t other, int64_t a, int64_t b)
{
	if (fact <= FACT_LAST_RULE)
		evidence_set(ev, fact);
	if (ev->without_findings || ev->findings == EVIDENCE_FINDINGS)
		return;
	ev->finding[ev->findings++] = (struct finding){
		.frame = frame,
		.other = other,
		.a = a,
		.b = b,
		.fact = (uint8_t)fact,
		.side = (uint8_t)side,
	};
}

// The same SYN on two pairs of addresses was translated on the way.
static void twin(const struct flow *f, const struct surroundings *s,
		 struct evidence *ev)
{
	enum fact what =
	    evidence_has(ev, ANSWERS_SYN_ACK) ? SYN_TWICE : NOTE_SYN_TWICE;

	if (s->twin)
		evidence_add(ev, what, CLIENT,
			     ev->rst ? ev->rst->elicited_by.at.frame
				     : f->end[CLIENT].syn.frame,
			     0, (int64_t)s->twin, 0);
}

static void group_facts(const struct surroundings *s, struct evidence *ev)
{
	uint64_t at = ev->rst ? ev->rst->s.at.frame : 0;

	for (enum fact g = IDLE_SHARED; g <= HABIT; g++)
		if (s->facts >> g & 1)
			evidence_add(ev, g, ev->actor, at, 0,
				     g == HABIT ? s->habit : s->count,
				     s->value);
}

void evidence_collect(const struct flow *f, const struct surroundings *s,
		      struct evidence *ev)
{
	// All but the findings, of which there are none yet.
	memset(ev, 0, offsetof(struct evidence, finding));
	ev->actor = NOBODY;
	ev->without_findings = s->without_findings;
	evidence_handshake(f, ev);
	evidence_icmp(f, ev);
	evidence_fins(f, ev);
	ev->rst = evidence_pick(f);
	if (ev->actor == NOBODY)
		ev->actor = ev->closed_first == SERVER ? SERVER : CLIENT;
	if (ev->rst) {
		ev->actor = ev->rst->side;
		evidence_forged(f, s, ev->rst, ev);
		evidence_answer(f, ev->rst, ev);
		if (ev->rst->form != FORM_REPLY && !evidence_is_forged(ev))
			evidence_unread(f, ev->rst, ev);
	} else {
		evidence_silence(f, s, ev);
	}
	evidence_lost_fins(f, ev);
	evidence_exchange(f, ev);
	twin(f, s, ev);
	if (s->replaced && !ev->rst && !evidence_has(ev, FINS_ACKED) &&
	    !evidence_has(ev, FINS_BOTH))
		evidence_add(ev, REPLACED, CLIENT, f->last.frame, 0, 0, 0);
	if (s->killed_by)
		evidence_add(ev, KILLED_BY_SYN, CLIENT, s->killed_by, 0, 0, 0);
	evidence_other_rsts(f, ev);
	group_facts(s, ev);
	evidence_limits(f, s, ev);
	evidence_notes(f, ev);
}
