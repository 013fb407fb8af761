#include "judge/outcome.h"

#include "base/nanoseconds.h"
#include "judge/apperr.h"

enum { LATE_NS = 10 * MS };

// What connect() makes of an ICMP error (Linux: icmp_err_convert[], the
// IPv6 errors by icmpv6_err_convert()).
static const struct {
	bool ipv6;
	uint8_t type, code;
	enum call_result result;
} icmp_errors[] = {
	{ false, 3, 0, CALL_ENETUNREACH },
	{ false, 3, 1, CALL_EHOSTUNREACH },
	{ false, 3, 2, CALL_ENOPROTOOPT },
	{ false, 3, 3, CALL_ECONNREFUSED },
	{ false, 3, 5, CALL_EOPNOTSUPP },
	{ false, 3, 6, CALL_ENETUNREACH },
	{ false, 3, 7, CALL_EHOSTDOWN },
	{ false, 3, 8, CALL_ENONET },
	{ false, 3, 9, CALL_ENETUNREACH },
	{ false, 3, 10, CALL_EHOSTUNREACH },
	{ false, 3, 11, CALL_ENETUNREACH },
	{ false, 3, 12, CALL_EHOSTUNREACH },
	{ false, 3, 13, CALL_EHOSTUNREACH },
	{ false, 3, 14, CALL_EHOSTUNREACH },
	{ false, 3, 15, CALL_EHOSTUNREACH },
	{ false, 11, 0, CALL_EHOSTUNREACH },
	{ false, 11, 1, CALL_EHOSTUNREACH },
	{ false, 12, 0, CALL_EPROTO },
	{ true, 1, 0, CALL_ENETUNREACH },
	{ true, 1, 1, CALL_EACCES },
	{ true, 1, 2, CALL_EHOSTUNREACH },
	{ true, 1, 3, CALL_EHOSTUNREACH },
	{ true, 1, 4, CALL_ECONNREFUSED },
	{ true, 1, 5, CALL_EACCES },
	{ true, 1, 6, CALL_EACCES },
	{ true, 3, 0, CALL_EHOSTUNREACH },
	{ true, 3, 1, CALL_EHOSTUNREACH },
	{ true, 4, 0, CALL_EPROTO },
	{ true, 4, 1, CALL_EPROTO },
	{ true, 4, 2, CALL_EPROTO },
};

static enum call_result of_icmp(const struct icmp_seen *i,
				enum call_result otherwise)
{
	for (size_t e = 0; e < sizeof(icmp_errors) / sizeof(icmp_errors[0]);
	     e++)
		if (icmp_errors[e].ipv6 == i->ipv6 &&
		    icmp_errors[e].type == i->type &&
		    icmp_errors[e].code == i->code)
			return icmp_errors[e].result;
	return otherwise;
}

static enum call_result of_unreachable(const struct flow *f)
{
	for (size_t k = 0; k < f->icmps && k < FLOW_ICMPS; k++)
		if (f->icmp[k].on_syn)
			return of_icmp(&f->icmp[k], CALL_EHOSTUNREACH);
	return CALL_EHOSTUNREACH;
}

static bool is_foreign(enum verdict_id v)
{
	return verdict_has(v, TRAIT_FOREIGN);
}

static bool by_timer(enum verdict_id v)
{
	return verdict_has(v, TRAIT_BY_TIMER);
}

static enum call_result of_connect(const struct flow *f,
				   const struct evidence *ev, enum verdict_id v)
{
	enum call_result failed = verdict_get(v)->connect;

	if (failed == CALL_EHOSTUNREACH)
		return of_unreachable(f);
	if (failed == CALL_ETIMEDOUT && !evidence_has(ev, SYN_REPEATED))
		return CALL_NONE; // it was still waiting
	if (failed != CALL_NONE)
		return failed;
	if (verdict_has(v, TRAIT_SYN_ACK_REJECTED))
		return evidence_has(ev, RST_BY_SOCKET) &&
			       evidence_has(ev, SYN_ACK_SEEN)
			   ? CALL_OK
			   : CALL_NONE;
	if (!f->end[CLIENT].syn_seen)
		return f->end[SERVER].syn_seen ? CALL_OK : CALL_NONE;
	if (is_foreign(v) && evidence_has(ev, ANSWERS_SYN))
		return CALL_ECONNREFUSED;
	return f->end[SERVER].syn_seen || evidence_has(ev, OPENED) ? CALL_OK
								   : CALL_NONE;
}

// True if the program of side x has itself closed or aborted, or is gone.
static bool is_gone(const struct flow *f, const struct evidence *ev,
		    enum verdict_id v, enum side x)
{
	const struct endpoint *e = &f->end[x];
	const struct rst *r = ev->rst;

	if (endpoint_lost_fin(e, &f->end[!x]))
		return true;
	if (e->fin.at.frame &&
	    (!e->acked_after_fin.frame || f->both_closed.frame))
		return true;
	if (!r && evidence_let_go(f, x))
		return true;
	if (evidence_has(ev, KILLED_BY_SYN))
		return x == CLIENT;
	return r && r->side == x && !is_foreign(v) && !by_timer(v);
}

// True if the server's program never got the connection.
static bool never_accepted(const struct flow *f, const struct evidence *ev,
			   enum verdict_id v)
{
	return verdict_has(v, TRAIT_NEVER_ACCEPTED) ||
	       (f->end[CLIENT].syn_seen && !evidence_has(ev, OPENED));
}

static bool bsd(const struct endpoint *e)
{
	return e->stack == STACK_FREEBSD || e->stack == STACK_OPENBSD ||
	       e->stack == STACK_MACOS;
}

// The calls of a side that was reset while its program still had the socket.
static void after_reset(const struct endpoint *me, bool had_fin, uint8_t *recv,
			uint8_t *send)
{
	if (had_fin) {
		*recv = bsd(me) ? CALL_ECONNRESET : CALL_EOF;
		*send = CALL_EPIPE;
	} else {
		*recv = CALL_ECONNRESET;
		*send = bsd(me) ? CALL_EPIPE : CALL_ECONNRESET;
	}
}

static bool timed_out(const struct evidence *ev, enum verdict_id v, enum side x)
{
	if (by_timer(v))
		return x == ev->actor;
	return verdict_has(v, TRAIT_STALLS_PEER) && x != ev->actor;
}

// An ICMP error takes the place of ETIMEDOUT (Linux: sk_err_soft).
static enum call_result soft_error(const struct flow *f, enum side x)
{
	enum call_result result = CALL_ETIMEDOUT;

	for (size_t k = 0; k < f->icmps && k < FLOW_ICMPS; k++)
		if (f->icmp[k].side == x && f->icmp[k].fits &&
		    !f->icmp[k].on_syn)
			result = of_icmp(&f->icmp[k], result);
	return result;
}

// True if the other side's FIN has reached side x before what ended the
// connection: it was acknowledged, or nothing shows that it was lost.
static bool had_fin(const struct flow *f, const struct evidence *ev,
		    enum verdict_id v, enum side x)
{
	const struct endpoint *peer = &f->end[!x];
	const struct rst *r = ev->rst;

	if (endpoint_lost_fin(peer, &f->end[x]))
		return true;
	if (!peer->fin.at.frame || (r && r->side != x && !r->fin[0]))
		return false;
	if (endpoint_fin_acked(peer))
		return true;
	if (by_timer(v) && ev->actor != x)
		return false;
	// Who answers a FIN in x's name does not forward it.
	if (is_foreign(v) && r && r->side == x &&
	    r->elicited_by.flags & TCP_FIN)
		return false;
	// What x sent a round trip after the FIN still did not acknowledge it.
	return !r || !r->elicited_by.at.frame || r->side == x ||
	       r->elicited_by.ack == endpoint_fin_end(peer) ||
	       r->elicited_by.at.time - peer->fin.at.time <
		   2 * f->end[x].rtt_min + LATE_NS;
}

// The RST, if any, that side x's stack took.
static bool was_reset(const struct flow *f, const struct evidence *ev,
		      enum verdict_id v, enum side x)
{
	const struct rst *r = ev->rst;

	if (evidence_has(ev, KILLED_BY_SYN))
		return x == SERVER;
	if (by_timer(v) && !evidence_has(ev, PROBES_UNHEARD))
		return false; // sent into the void
	if (r && r->side != x && r->fate == RST_CHALLENGED)
		return true; // behind a gap of the capture
	for (size_t i = 0; i < flow_rsts_kept(f); i++)
		if (f->rst[i].side != x && f->rst[i].fate == RST_ACCEPTED)
			return true;
	if (!is_foreign(v))
		return false;
	// Forged for both ends; or the true peer, reset, answers what x sends.
	for (size_t i = 0; i < flow_rsts_kept(f); i++)
		if (f->rst[i].side != x && f->rst[i].side != r->side &&
		    (f->rst[i].form == FORM_REPLY
			 ? f->rst[i].elicited_by.at.frame != 0
			 : f->rst[i].s.seq == f->rst[i].snd_nxt))
			return true;
	return false;
}

static void calls(const struct flow *f, const struct evidence *ev,
		  enum verdict_id v, enum side x, struct app_view *app)
{
	uint8_t *recv = &app->recv[x], *send = &app->send[x];

	*recv = *send = CALL_NONE;
	if (is_gone(f, ev, v, x))
		return;
	if (!ev->rst && evidence_has(ev, FIN_UNSEEN))
		return; // it may have closed, too
	if (timed_out(ev, v, x) && evidence_has(ev, STALL_ANSWERED)) {
		// Probes that are answered never end (tcp_send_probe0()).
		*recv = *send = CALL_BLOCKS;
	} else if (timed_out(ev, v, x)) {
		*recv = *send = (uint8_t)soft_error(f, x);
	} else if (was_reset(f, ev, v, x)) {
		after_reset(&f->end[x], had_fin(f, ev, v, x), recv, send);
	} else {
		*recv = had_fin(f, ev, v, x) ? CALL_EOF : CALL_BLOCKS;
		*send = f->end[x].fin.at.frame ? CALL_EPIPE : CALL_OK;
	}
}

static enum side resetter(const struct flow *f, const struct evidence *ev,
			  const struct ruling *r)
{
	if (!ev->rst)
		return evidence_has(ev, KILLED_BY_SYN) ? CLIENT : NOBODY;
	if (is_foreign(r->verdict))
		return MIDDLEBOX;
	return flow_deadly(f) || ev->rst->fate == RST_CHALLENGED ? ev->rst->side
								 : NOBODY;
}

static enum tcp_state end_state(const struct flow *f, const struct evidence *ev,
				enum verdict_id v, enum side x)
{
	if (by_timer(v) && ev->rst && evidence_has(ev, PROBES_UNHEARD))
		return STATE_CLOSED;
	if (by_timer(v) && ev->rst && x != ev->actor)
		return flow_state_unreset(f, x);
	if (timed_out(ev, v, x) && !evidence_has(ev, STALL_ANSWERED))
		return STATE_CLOSED;
	if (verdict_get(v)->connect != CALL_NONE && x == CLIENT)
		return STATE_CLOSED;
	if (evidence_has(ev, KILLED_BY_SYN) ||
	    (!ev->rst && evidence_let_go(f, x)))
		return STATE_CLOSED;
	if (is_foreign(v) && x == ev->rst->side && !was_reset(f, ev, v, x))
		return flow_state_unreset(f, x);
	if (!had_fin(f, ev, v, x) && f->end[!x].fin.at.frame &&
	    !f->end[x].fin.at.frame && !flow_deadly(f))
		return STATE_ESTABLISHED;
	if (was_reset(f, ev, v, x))
		return STATE_CLOSED; // behind a gap of the capture, too
	return flow_state(f, x);
}

// A forged or a timer's RST closes nothing.
static bool was_decided(enum verdict_id v)
{
	return !is_foreign(v) && !by_timer(v);
}

// Endings of which nobody asks why, but for what had gone on before.
static bool is_abnormal(const struct evidence *ev, enum verdict_id v)
{
	static const fact_set signs = FACT(CLOSED_SILENT) |
				      FACT(REQUEST_DROPPED) |
				      FACT(REQUEST_GIVEN_UP);

	return verdict_get(v)->uneventful && ev->facts & signs;
}

void outcome(const struct flow *f, const struct evidence *ev,
	     const struct ruling *r, struct connection *c)
{
	enum verdict_id v = r->verdict;

	c->closed_first =
	    (uint8_t)(was_decided(v) ? ev->closed_first : ev->fin_first);
	c->reset_by = (uint8_t)resetter(f, ev, r);
	c->abnormal = is_abnormal(ev, v);
	c->app.connect = (uint8_t)of_connect(f, ev, v);
	for (enum side x = CLIENT; x <= SERVER; x++) {
		c->app.stack[x] = (uint8_t)f->end[x].stack;
		c->state[x] = (uint8_t)end_state(f, ev, v, x);
		calls(f, ev, v, x, &c->app);
	}
	if (never_accepted(f, ev, v))
		c->app.recv[SERVER] = c->app.send[SERVER] = CALL_NONE;
	if (c->app.connect != CALL_OK && f->end[CLIENT].syn_seen)
		c->app.recv[CLIENT] = c->app.send[CLIENT] = CALL_NONE;
}

void outcome_clean_close(struct connection *c)
{
	c->verdict = ORDERLY_CLOSE;
	c->confidence = CERTAIN;
	for (size_t i = 0; i < VERDICT_RIVALS; i++)
		c->also[i] = VERDICT_NONE;
	c->app.connect = CALL_OK;
	for (enum side x = CLIENT; x <= SERVER; x++)
		c->app.recv[x] = c->app.send[x] = CALL_NONE;
}
