// Who gave the RST that ended the connection, and what it answers.
#include "base/nanoseconds.h"
#include "base/seq.h"
#include "judge/evidence_parts.h"
#include "judge/timers.h"
#include "track/failed_handshake.h"

enum {
	SOON_NS = 10 * MS,
	// Who sent a moment ago had the connection. A program that is killed
	// and a host that restarts need longer to forget it.
	RESTART_NS = 250 * MS,
};

static const int64_t LONG_NS = SECOND;
static const int64_t IDLE_NS = MINUTE;

// Timers of stacks for a connection that the other side does not close:
// tcp_fin_timeout 60 s on Linux, 120 s on Windows (TcpFinWait2Delay).
static const int64_t FIN_WAIT_NS = 20 * SECOND;

// The handshake's last ACK, or data that came with it, to a server that never
// showed that it had taken the connection.
static bool is_opening(const struct flow *f, const struct rst *r)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	bool fresh = r->side == SERVER && s->syn_seen && c->syn_seen &&
		     !s->bytes && !s->fin.at.frame && r->s.seq == s->isn + 1 &&
		     !r->acked_more;
	int64_t since =
	    c->established.frame ? c->established.time : s->syn_last.time;

	// What comes later is not the handshake's ACK: that was not captured.
	if (s->syns == 1 &&
	    since - s->syn_last.time > HANDSHAKE_ACK_NS + 2 * c->rtt_min)
		return false;

	// One that does not take the connection answers the handshake's ACK,
	// or drops it and repeats its SYN-ACK; one that took it does neither.
	return fresh &&
	       (s->syns > 1 || r->s.at.time - since < 2 * r->rtt + SOON_NS);
}

static enum fact answered(const struct flow *f, const struct rst *r)
{
	const struct sent *t = &r->elicited_by;

	if (t->flags & TCP_SYN)
		return t->flags & TCP_ACK ? ANSWERS_SYN_ACK : ANSWERS_SYN;
	if (is_opening(f, r) && r->form != FORM_BY_SOCKET)
		return ANSWERS_HANDSHAKE;
	if (t->len && !(t->marks & (STEP_KEEPALIVE | STEP_ZERO_WINDOW_PROBE)))
		return ANSWERS_DATA;
	return t->flags & TCP_FIN ? ANSWERS_FIN : ANSWERS_ACK;
}

// The segment before it, of either side; 0: none kept.
static uint64_t frame_before(const struct flow *f, const struct rst *r)
{
	for (uint32_t k = 0; k < RECENT; k++) {
		const struct sent *t = endpoint_recent(&f->end[!r->side], k);
		if (!t || t->at.time < r->before.at.time)
			break;
		if (t->at.time <= r->s.at.time)
			return t->at.frame;
	}
	return r->before.at.frame;
}

// No socket's own, and too late to answer anything: its sender's timer.
static bool is_unprovoked(const struct rst *r)
{
	return r->form != FORM_BY_SOCKET && !r->elicited_by.at.frame &&
	       sent_idle(&r->s) > rst_answer_within(r->rtt);
}

// Some stacks count their own FIN in the RST's number, though the segment that
// it answers did not acknowledge it (gVisor).
static void tell_answered(const struct flow *f, const struct rst *r,
			  struct evidence *ev)
{
	const struct sent *t = &r->elicited_by;
	enum fact what = answered(f, r);
	bool by_number = t->flags & TCP_SYN || r->s.seq == t->ack;

	evidence_set(ev, what);
	evidence_add(ev, by_number ? what : NOTE_ANSWERS, !r->side, t->at.frame,
		     r->s.at.frame, t->len, r->s.at.time - t->at.time);
}

static void form(const struct flow *f, const struct rst *r, struct evidence *ev)
{
	static const enum fact forms[] = {
		[FORM_BY_SOCKET] = RST_BY_SOCKET,
		[FORM_REPLY] = RST_REPLY,
		[FORM_OTHER] = RST_OTHER,
	};
	enum fact what = forms[r->form];

	if (r->like_own)
		evidence_set(ev, LIKE_OWN);
	if (is_unprovoked(r)) {
		evidence_set(ev, what);
		evidence_add(ev, UNPROVOKED, r->side, r->s.at.frame,
			     frame_before(f, r), sent_idle(&r->s), 0);
	} else if ((r->elicited_by.flags & TCP_SYN && what == RST_REPLY) ||
		   evidence_is_forged(ev))
		evidence_set(ev, what); // others say more, or the form lies
	else
		evidence_add(ev, what, r->side, r->s.at.frame,
			     r->elicited_by.at.frame, r->s.seq, r->s.window);
	if (!r->elicited_by.at.frame && what == RST_REPLY && is_opening(f, r))
		evidence_set(ev, ANSWERS_HANDSHAKE); // its ACK was not captured
	if (r->elicited_by.at.frame &&
	    (what == RST_REPLY || r->elicited_by.flags & TCP_SYN))
		tell_answered(f, r, ev);
}

// Who sends, repeats or probes has the connection, and can't have lost it
// since; but close() with data unsent leaves its FIN behind that data.
static bool is_trying(const struct rst *r)
{
	int64_t since = r->elicited_by.at.time - r->before.at.time;
	int64_t step = sent_idle(&r->before);
	uint16_t tries = STEP_RETRANSMISSION | STEP_ZERO_WINDOW_PROBE;

	if (r->form != FORM_REPLY || !rst_answers_data(r) || r->fin[0] ||
	    r->before.flags & TCP_SYN)
		return false;
	if (r->before.marks & STEP_RETRANSMISSION &&
	    !seq_lt(r->s.seq, r->snd_nxt))
		return false; // it had arrived: no FIN waits behind it
	if (r->before.marks & tries)
		return since < 2 * step + HANDSHAKE_BUSY_NS;
	return r->before.len && seq_lt(r->s.seq, r->snd_nxt) &&
	       since < HANDSHAKE_BUSY_NS;
}

// The hole ends where the FIN begins that the RST answers.
static bool lost_before_fin(const struct endpoint *y, const struct rst *r)
{
	const struct sent *t = &r->elicited_by;

	return t->at.frame && t->flags & TCP_FIN &&
	       !endpoint_has_shown(y, endpoint_place(y, t->seq));
}

// How long nothing was sent before it, and whose timer would fit.
static void idle_before(const struct rst *r, const struct sent *due,
			struct evidence *ev)
{
	unsigned own = r->side == SERVER ? TIMER_OF_SERVER
					 : TIMER_OF_CLIENT | TIMER_OF_POOL;
	bool by_socket = r->form == FORM_BY_SOCKET;
	unsigned of = by_socket ? TIMER_OF_PATH | own : TIMER_OF_PATH;
	int64_t idle = sent_idle(due);

	if (idle >= IDLE_NS) {
		evidence_add(ev, IDLE, NOBODY, due->at.frame, 0, idle, 0);
		if (idle_timer_name(idle, of))
			evidence_add(ev, IDLE_KNOWN, NOBODY, due->at.frame, 0,
				     idle, of);
	} else if (by_socket && idle >= LONG_NS && !r->keepalives && !r->rtx) {
		evidence_add(ev, NOTE_ABORTED_IDLE, r->side, due->at.frame, 0,
			     idle, 0);
		evidence_timer(ev, r->side, due->at.frame, idle, own);
	}
}

static void context(const struct flow *f, const struct rst *r,
		    struct evidence *ev)
{
	const struct endpoint *x = &f->end[r->side], *y = &f->end[!r->side];
	const struct sent *due =
	    r->elicited_by.at.frame ? &r->elicited_by : &r->s;
	int64_t idle = sent_idle(due);

	if (r->side == SERVER)
		evidence_set(ev, BY_SERVER);
	if (!x->bytes)
		evidence_set(ev, NEVER_SENT);
	if (r->side == SERVER && y->syn_seen && !r->acked_more)
		evidence_set(ev, NEVER_ACKED);
	if (is_trying(r))
		evidence_add(ev, STILL_TRYING, r->side, r->before.at.frame, 0,
			     due->at.time - r->before.at.time, 0);
	if (r->fin[0]) {
		evidence_set(ev, ACTOR_CLOSED);
		if (r->fin_acked[0] &&
		    due->at.time - x->fin.at.time >= FIN_WAIT_NS)
			evidence_add(ev, FIN_WAITED, r->side, x->fin.at.frame,
				     due->at.frame,
				     due->at.time - x->fin.at.time, 0);
		if (lost_before_fin(y, r))
			evidence_set(ev, LOST_BEFORE_FIN);
		if (r->elicited_by.at.time - x->fin.at.time < HANDSHAKE_BUSY_NS)
			evidence_set(ev, FIN_TOO_SOON);
		if (rst_answers_data(r))
			evidence_late(f, r, ev);
	}
	if (r->before.at.frame && due->at.time - r->before.at.time < RESTART_NS)
		evidence_set(ev, BUSY);
	if (r->fin[1])
		evidence_set(ev, PEER_CLOSED);
	if (idle >= LONG_NS && idle >= f->longest_idle - MS)
		evidence_set(ev, LONGEST_QUIET);
	idle_before(r, due, ev);
	evidence_before_ack(f, r, ev);
}

// Windows and FreeBSD reset what their full queue can't take: nobody closes
// then.
static bool may_be_full(const struct endpoint *x, const struct rst *r)
{
	return r->side == SERVER && x->stack != STACK_LINUX &&
	       x->stack != STACK_UNKNOWN && !x->bytes && !r->took_data;
}

// An abort tells the other side of the close as a FIN does; a stack's answer
// does not.
static void closer(const struct flow *f, const struct rst *r,
		   struct evidence *ev)
{
	const struct endpoint *y = &f->end[!r->side];
	uint32_t ack = r->s.flags & TCP_ACK ? r->s.ack : r->ack;

	if (evidence_has(ev, STILL_TRYING) && !y->fin.at.frame)
		ev->closed_first = r->side;
	if (r->form != FORM_BY_SOCKET || evidence_has(ev, PROBE_DUE) ||
	    r->fin[0] || evidence_has(ev, RST_REPLY) ||
	    may_be_full(&f->end[r->side], r))
		return;
	if (!y->fin.at.frame) {
		if (endpoint_has_shown(y, endpoint_place(y, ack)))
			ev->closed_first = r->side;
	} else if (r->s.flags & TCP_ACK &&
		   seq_lt(r->s.ack, endpoint_fin_end(y)))
		ev->closed_first = BOTH;
}

// Timers are late by up to a sixteenth, rounded as they are (lwIP's by a tick
// of half a second); a program that aborts between two probes is not.
static bool is_due(int64_t wait, int64_t step)
{
	return wait > step - step / 16 && wait < step + step / 16 + SOON_NS;
}

// A stack gave up: its own tries had gone without an answer.
// A keep-alive timer goes off at even steps, answered or not.
static void last_probe(const struct flow *f, const struct rst *r,
		       struct evidence *ev)
{
	const struct endpoint *x = &f->end[r->side];
	const struct sent *newest = NULL, *older = NULL;
	int64_t step, wait;

	for (uint32_t k = 0; k < RECENT && !older; k++) {
		const struct sent *t = endpoint_recent(x, k);
		if (!t || t->at.time > r->s.at.time)
			break;
		if (t->flags & TCP_RST)
			continue;
		if (!(t->marks & STEP_KEEPALIVE))
			return;
		*(newest ? &older : &newest) = t;
	}
	if (!older)
		return;
	step = newest->at.time - older->at.time;
	wait = r->s.at.time - newest->at.time;
	if (is_due(wait, step))
		evidence_add(ev, PROBES_UNHEARD, r->side, newest->at.frame,
			     older->at.frame, step, 0);
}

static void dead_probes(const struct flow *f, const struct rst *r,
			struct evidence *ev)
{
	const struct endpoint *x = &f->end[r->side];
	int64_t run = x->keepalive_last.time - x->keepalive_first.time;
	int64_t wait = r->s.at.time - x->keepalive_last.time;
	int64_t step = r->keepalives > 1 ? run / (r->keepalives - 1)
					 : (int64_t)r->before.idle_ms * MS;
	bool due = is_due(wait, step);

	evidence_add(ev, r->keepalives >= 2 ? PROBES_DEAD : PROBE_DEAD, r->side,
		     x->keepalive_last.frame, x->keepalive_first.frame,
		     r->keepalives, run);
	evidence_add(ev, due ? PROBE_DUE : PROBE_NOT_DUE, r->side,
		     r->s.at.frame, x->keepalive_last.frame, wait, step);
}

static void tries(const struct flow *f, const struct rst *r,
		  struct evidence *ev)
{
	const struct endpoint *x = &f->end[r->side];

	if (r->form == FORM_REPLY)
		return;
	if (r->keepalives)
		dead_probes(f, r, ev);
	else
		last_probe(f, r, ev);
	if (r->before.marks & STEP_KEEPALIVE)
		evidence_set(ev, PROBED_LAST);
	if (r->rtx >= 3)
		evidence_add(ev, REPEATS_DEAD, r->side, x->rtx_last.frame,
			     x->rtx_original.frame, r->rtx,
			     x->rtx_last.time - x->rtx_original.time);
	if (r->window_probes)
		evidence_add(ev, NOTE_UNSENT, r->side,
			     x->window_probe_last.frame, 0, r->window_probes,
			     0);
}

// Sequence number 0 answers what had no ACK: a SYN.
static bool answers_lost_syn(const struct flow *f, const struct rst *r)
{
	return r->side == SERVER && r->form == FORM_REPLY && !r->s.seq &&
	       r->s.flags & TCP_ACK && !r->elicited_by.at.frame &&
	       !f->end[SERVER].syn_seen;
}

void evidence_answer(const struct flow *f, const struct rst *r,
		     struct evidence *ev)
{
	evidence_set(ev, RST_HERE);
	if (r->fate != RST_ACCEPTED && !flow_deadly(f))
		evidence_set(ev, NOT_TAKEN_BY_PEER);
	form(f, r, ev);
	context(f, r, ev);
	tries(f, r, ev);
	closer(f, r, ev);
	if (r->form == FORM_BY_SOCKET && seq_lt(r->snd_nxt, r->s.seq))
		evidence_add(ev, LOST, r->side, r->s.at.frame, 0,
			     seq_diff(r->s.seq, r->snd_nxt), 0);
	if (r->mptcp & (MPTCP_FASTCLOSE | MPTCP_TCPRST))
		evidence_set(ev, MPTCP_RESET);
	if (r->mptcp & MPTCP_FASTCLOSE)
		evidence_add(ev, NOTE_MPTCP_FASTCLOSE, r->side, r->s.at.frame,
			     0, 0, 0);
	else if (r->mptcp & MPTCP_TCPRST)
		evidence_add(ev, NOTE_MPTCP_RST, r->side, r->s.at.frame, 0, 0,
			     0);
	if (answers_lost_syn(f, r)) {
		evidence_set(ev, ANSWERS_SYN);
		evidence_set(ev, LOST);
		evidence_add(ev, NOTE_LOST_SYN, r->side, r->s.at.frame, 0, 0,
			     0);
	}
	if (r->payload)
		evidence_add(ev, NOTE_RST_PAYLOAD, r->side, r->s.at.frame, 0,
			     r->payload, 0);
}
