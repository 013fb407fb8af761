// What counts as proof, and its limits.
//
// A RST proves little by itself: it says that somebody gave up, in somebody's
// name. So the questions come in the order in which a wrong answer would spoil
// the next one. Would its receiver take it at all (rst.c, RFC 5961)? Does it
// contradict its supposed sender (evidence_forged.c)? Did a program's socket
// send it, or did a stack answer a segment (rst.c), and which one
// (evidence_answer.c)? If a program: what had it left unread
// (evidence_unread.c)? Only then does the absence of things count.
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

#include "base/seq.h"
#include "judge/evidence_rst.h"
#include "track/flow.h"

enum {
	DEAD_REPEATS = 3,
	DEAD_PROBES = 2,
	STALL_PROBES = 2,
	STALL_LONG_S = 10,
};

static const int64_t SECOND = 1000 * 1000 * 1000;

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
	if (ev->untold || ev->findings == EVIDENCE_FINDINGS)
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

// The handshake --------------------------------------------------------------

static bool server_took_data(const struct flow *f)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	return s->bytes || s->fin.at.frame ||
	       ((c->syn_seen || s->syn_seen) && s->ack_known &&
		endpoint_is_taken(c, s->ack));
}

static void opening(const struct flow *f, struct evidence *ev)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	if (s->syn_seen)
		evidence_set(ev, SYN_ACK_SEEN);
	if (c->established.frame || server_took_data(f))
		evidence_set(ev, OPENED);
	// RSTs that acknowledge no SYN are no answer.
	if (c->syn_seen && !s->seq_known && !c->ack_known &&
	    !f->challenge.frame)
		evidence_set(ev, SYN_UNANSWERED);
	if (evidence_has(ev, SYN_UNANSWERED) && f->rsts && !flow_deadly(f))
		evidence_add(ev, REFUSAL_IGNORED, SERVER, f->rst[0].s.at.frame,
			     c->syn.frame, 0, 0);
	if (c->syns > 1)
		evidence_add(ev, SYN_REPEATED, CLIENT, c->syn_last.frame,
			     c->syn.frame, c->syns,
			     c->syn_last.time - c->syn.time);
	if (s->syn_seen && c->syn_seen && !server_took_data(f))
		evidence_set(ev, NOT_TAKEN);
	if (f->challenge.frame)
		evidence_add(ev, CHALLENGED, SERVER, f->challenge.frame,
			     c->syn.frame, 0, 0);
	if (s->syns > 1 && !server_took_data(f))
		evidence_add(ev, SYN_ACK_REPEATED, SERVER, s->syn_last.frame,
			     c->established.frame, s->syns,
			     s->syn_last.time - s->syn.time);
}

static bool hard_icmp(const struct icmp_seen *i)
{
	if (i->ipv6)
		return i->type == 1 || i->type == 4;
	return (i->type == 3 && i->code != 4) || i->type == 11 || i->type == 12;
}

static void icmp(const struct flow *f, struct evidence *ev)
{
	for (size_t k = 0; k < f->icmps && k < FLOW_ICMPS; k++) {
		const struct icmp_seen *i = &f->icmp[k];
		bool hard = i->on_syn && hard_icmp(i);
		evidence_add(ev, hard ? ICMP_ANSWERS_SYN : NOTE_ICMP, i->side,
			     i->at.frame, f->end[CLIENT].syn.frame,
			     i->type << 8 | i->code, i->ipv6);
	}
}

// FINs -----------------------------------------------------------------------

// Who told the other first, by what the FINs acknowledge (RFC 9293, 3.6).
static enum side first_fin(const struct flow *f)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];
	bool c_knew, s_knew;

	if (!c->fin.at.frame)
		return s->fin.at.frame ? SERVER : NOBODY;
	if (!s->fin.at.frame)
		return CLIENT;
	c_knew = endpoint_knew_fin(c, s);
	s_knew = endpoint_knew_fin(s, c);
	if (c_knew == s_knew)
		return BOTH;
	return c_knew ? SERVER : CLIENT;
}

static void half_close(const struct flow *f, enum side x, struct evidence *ev)
{
	if (f->end[x].read_on.frame)
		evidence_add(ev, NOTE_HALF_CLOSE, x, f->end[x].read_on.frame,
			     f->end[x].fin.at.frame, 0, 0);
}

static void tell_fins(const struct flow *f, enum side first,
		      struct evidence *ev)
{
	const struct landmark *fin;
	enum side second;

	if (first == NOBODY)
		return;
	if (first == BOTH) {
		evidence_add(ev, NOTE_CROSSED, BOTH,
			     f->end[CLIENT].fin.at.frame,
			     f->end[SERVER].fin.at.frame, 0, 0);
		return;
	}
	fin = &f->end[first].fin;
	second = !first;
	evidence_add(ev, NOTE_CLOSED_FIRST, first, fin->at.frame,
		     f->end[first].fin_acked.frame, 0, 0);
	half_close(f, first, ev);
	if (f->end[second].fin.at.frame)
		evidence_add(ev, NOTE_SECOND_FIN, second,
			     f->end[second].fin.at.frame,
			     f->end[second].fin_acked.frame,
			     f->end[second].fin.at.time - fin->at.time, 0);
}

// Payload before x's FIN that y never acknowledged.
static bool lacks_data(const struct endpoint *x, const struct endpoint *y)
{
	return y->ack_known && seq_lt(y->ack, endpoint_fin_end(x) - 1);
}

// Whether the other side's FIN came before the capture began can't be known
// where it sends nothing but acknowledgments; then nobody closed first.
static void one_fin(const struct flow *f, struct evidence *ev)
{
	const struct endpoint *peer = &f->end[!ev->fin_first];

	evidence_set(ev, FIN_ONE);
	if (peer->bytes)
		return;
	evidence_set(ev, PEER_MUTE);
	if (!f->end[CLIENT].syn_seen && !f->end[SERVER].syn_seen)
		ev->closed_first = NOBODY;
}

static void fins(const struct flow *f, struct evidence *ev)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	ev->fin_first = ev->closed_first = first_fin(f);
	tell_fins(f, ev->fin_first, ev);
	if (!c->fin.at.frame && !s->fin.at.frame)
		return;
	if (!c->fin.at.frame || !s->fin.at.frame)
		one_fin(f, ev);
	else if (endpoint_fin_acked(c) && endpoint_fin_acked(s))
		evidence_set(ev, FINS_ACKED);
	else
		evidence_set(ev, FINS_BOTH);
	if (evidence_has(ev, FINS_BOTH) &&
	    (lacks_data(c, s) || lacks_data(s, c)))
		evidence_set(ev, FINS_UNSURE);
}

// Silence --------------------------------------------------------------------

// Whose run of unanswered tries is the longer one.
static enum side troubled(const struct flow *f)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	return s->rtx + s->probes + s->stalls > c->rtx + c->probes + c->stalls
		   ? SERVER
		   : CLIENT;
}

static bool given_up(const struct surroundings *s, const struct event *first,
		     const struct event *last)
{
	int64_t run = last->time - first->time;

	return s->capture_end - last->time > 2 * run + SECOND;
}

static enum fact repeats(const struct endpoint *e)
{
	if (e->rtx < DEAD_REPEATS)
		return REPEATS_FEW;
	return e->rtx_unheard ? REPEATS_UNHEARD : REPEATS_DEAD;
}

// The last window probe may still be under way; the one before it is not.
static bool is_answering(const struct endpoint *e, const struct endpoint *peer)
{
	uint32_t probes = 0;

	for (uint32_t k = 0; k < RECENT; k++) {
		const struct sent *t = endpoint_recent(e, k);
		if (t && t->marks & STEP_ZERO_WINDOW_PROBE && ++probes == 2)
			return peer->last.time > t->at.time;
	}
	return false;
}

static void silence(const struct flow *f, const struct surroundings *s,
		    struct evidence *ev)
{
	enum side x = troubled(f);
	const struct endpoint *e = &f->end[x];
	const struct event *first = NULL, *last = NULL;

	if (e->stalls) {
		first = &e->stall_first;
		last = &e->stall_last;
		evidence_add(ev,
			     e->stalls >= STALL_PROBES ? STALLED : STALLED_ONCE,
			     x, last->frame, f->end[!x].shut.frame, e->stalls,
			     last->time - first->time);
		if (is_answering(e, &f->end[!x]))
			evidence_set(ev, STALL_ANSWERED);
		if (last->time - first->time >= STALL_LONG_S * SECOND)
			evidence_set(ev, STALL_LONG);
		ev->actor = !x;
	} else if (e->rtx) {
		first = &e->rtx_original;
		last = &e->rtx_last;
		evidence_add(ev, repeats(e), x, last->frame, first->frame,
			     e->rtx, last->time - first->time);
		if (first->frame == e->fin.at.frame)
			evidence_set(ev, REPEATS_FIN);
		ev->actor = x;
	} else if (e->probes) {
		first = &e->probe_first;
		last = &e->probe_last;
		evidence_add(
		    ev, e->probes >= DEAD_PROBES ? PROBES_DEAD : PROBE_DEAD, x,
		    last->frame, first->frame, e->probes,
		    last->time - first->time);
		ev->actor = x;
	}
	if (evidence_has(ev, REPEATS_FEW) && e->rtx_unheard)
		return; // needless repeats end nothing
	if (last && given_up(s, first, last))
		evidence_set(ev, GAVE_UP);
	else if (last && !ev->rst)
		evidence_add(ev, ENDS_SOON, NOBODY, 0, 0,
			     s->capture_end - last->time, 0);
}

// Limits and notes -----------------------------------------------------------

// Packets that did not come by here, by its IP IDs; 0 where these don't count.
// Whether the path or the capture lost them, they don't tell.
static uint32_t skipped(const struct endpoint *e)
{
	return e->ids_in_step + 2 >= e->ids_seen ? e->ids_missed : 0;
}

// Whose FIN or payload was not acknowledged, or who got no answer, when the
// capture ended. Tries are told by silence().
static void unsettled(const struct flow *f, struct evidence *ev)
{
	for (enum side x = CLIENT; x <= SERVER; x++) {
		const struct endpoint *e = &f->end[x], *peer = &f->end[!x];
		if (e->rtx || e->probes || e->stalls || e->shut.frame ||
		    evidence_let_go(f, x))
			evidence_set(ev, UNSETTLED);
		else if (peer->ack_known && e->seq_known &&
			 seq_lt(peer->ack, e->next))
			evidence_add(ev, UNSETTLED, x, 0, 0, 0, 0);
	}
}

bool evidence_is_lossy(const struct flow *f)
{
	const struct endpoint *c = &f->end[CLIENT], *v = &f->end[SERVER];

	return c->packets && v->packets &&
	       (endpoint_missing(c) || endpoint_missing(v));
}

bool evidence_is_mptcp(const struct flow *f)
{
	unsigned heard = (f->end[CLIENT].packets ? 1U << CLIENT : 0) |
			 (f->end[SERVER].packets ? 1U << SERVER : 0);

	return f->mptcp && f->mptcp == heard;
}

// Both SYNs, an end, and no segment between them: chance loses other things.
static bool is_filtered(const struct flow *f)
{
	return f->end[CLIENT].syn_seen && f->end[SERVER].syn_seen &&
	       f->flagged == f->segments;
}

static void limits(const struct flow *f, const struct surroundings *s,
		   struct evidence *ev)
{
	const struct endpoint *c = &f->end[CLIENT], *v = &f->end[SERVER];
	uint64_t missing[] = { endpoint_missing(c), endpoint_missing(v) };
	uint64_t all = c->packets + v->packets;

	if (!f->segments) {
		evidence_set(ev, ONLY_RSTS);
		return;
	}
	if (!c->syn_seen)
		evidence_add(ev, v->syn_seen ? NO_SYN : NO_HANDSHAKE, NOBODY,
			     f->first.frame, 0, 0, 0);
	if (!c->packets || !v->packets) {
		enum side unseen = c->packets ? SERVER : CLIENT;
		// An unanswered SYN is no missing direction.
		if (!evidence_has(ev, SYN_UNANSWERED))
			evidence_add(ev, ONE_WAY, unseen, 0, 0, 0, 0);
	}
	if (is_filtered(f) && evidence_is_lossy(f)) {
		evidence_set(ev, LOST); // whoever left it out, it is not there
		evidence_add(ev, FLAGS_ONLY, NOBODY, 0, 0,
			     (int64_t)(missing[CLIENT] + missing[SERVER]), 0);
	} else if (missing[CLIENT] || missing[SERVER])
		evidence_add(ev, LOST, missing[CLIENT] ? CLIENT : SERVER, 0, 0,
			     (int64_t)(missing[CLIENT] + missing[SERVER]), 0);
	else if (c->packets && v->packets && skipped(c) + skipped(v))
		evidence_add(ev, LOST_PACKETS, skipped(c) ? CLIENT : SERVER, 0,
			     0, skipped(c) + skipped(v), 0);
	else if (s->lossy)
		evidence_add(ev, LOST_ELSEWHERE, NOBODY, 0, 0,
			     (int64_t)s->lossy, (int64_t)s->all);
	if (s->lossy * 100 > s->all)
		evidence_set(ev, LOST_OFTEN);
	if (!ev->rst && !evidence_has(ev, FINS_ACKED))
		unsettled(f, ev);
	if (f->end[CLIENT].copied || f->end[SERVER].copied)
		evidence_add(ev, TWO_VIEWS, NOBODY,
			     f->end[CLIENT].syn_last.frame, 0, 0, 0);
	if (evidence_is_mptcp(f))
		evidence_add(ev, IS_MPTCP, NOBODY, 0, 0, 0, 0);
	if (f->cut)
		evidence_add(ev, CUT, NOBODY, 0, 0, f->cut, 0);
	if (all < 3 && !c->syn_seen)
		evidence_set(ev, TOO_LITTLE);
	if (evidence_has(ev, SYN_UNANSWERED) && !f->icmps && !f->rsts &&
	    s->capture_end - c->syn_last.time < SECOND)
		evidence_add(ev, ENDS_SOON, NOBODY, 0, 0,
			     s->capture_end - c->syn_last.time, 0);
}

static void notes(const struct flow *f, struct evidence *ev)
{
	for (enum side x = CLIENT; x <= SERVER; x++) {
		const struct endpoint *e = &f->end[x];
		if (e->rtx_total)
			evidence_add(ev, NOTE_RETRANSMISSIONS, x, 0, 0,
				     e->rtx_total, 0);
		if (e->probes_answered)
			evidence_add(ev, NOTE_PROBES_ANSWERED, x, 0, 0,
				     e->probes_answered, 0);
	}
	if (f->duplicates)
		evidence_add(ev, NOTE_DUPLICATES, NOBODY, 0, 0,
			     (int64_t)f->duplicates, 0);
	if (f->older)
		evidence_add(ev, NOTE_REUSED, NOBODY, f->first.frame, 0,
			     f->older, 0);
}

// The same SYN on two pairs of addresses was translated on the way.
static void twin(const struct flow *f, const struct surroundings *s,
		 struct evidence *ev)
{
	enum fact what =
	    evidence_has(ev, ANSWERS_SYN_ACK) ? SYN_TWICE : NOTE_SYN_TWICE;

	if (s->twin)
		evidence_add(ev, what, CLIENT,
			     ev->rst ? ev->rst->trigger.at.frame
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
	ev->untold = s->untold;
	opening(f, ev);
	icmp(f, ev);
	fins(f, ev);
	ev->rst = evidence_pick(f);
	if (ev->actor == NOBODY)
		ev->actor = ev->closed_first == SERVER ? SERVER : CLIENT;
	if (ev->rst) {
		ev->actor = ev->rst->side;
		evidence_forged(f, s, ev->rst, ev);
		evidence_answer(f, ev->rst, ev);
		if (ev->rst->form != RST_PASSIVE && !evidence_is_forged(ev))
			evidence_unread(f, ev->rst, ev);
	} else {
		silence(f, s, ev);
	}
	evidence_exchange(f, ev);
	twin(f, s, ev);
	if (s->replaced && !ev->rst && !evidence_has(ev, FINS_ACKED) &&
	    !evidence_has(ev, FINS_BOTH))
		evidence_add(ev, REPLACED, CLIENT, f->last.frame, 0, 0, 0);
	if (s->killed_by)
		evidence_add(ev, KILLED_BY_SYN, CLIENT, s->killed_by, 0, 0, 0);
	evidence_other_rsts(f, ev);
	group_facts(s, ev);
	limits(f, s, ev);
	notes(f, ev);
}
