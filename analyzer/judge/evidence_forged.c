// Is a RST from whom it says it is from? A box on the path can copy addresses
// and guess numbers; it can't know all that the real sender's kernel knows,
// and it can't make the real sender fall silent.
#include "base/seq.h"
#include "judge/evidence_rst.h"

enum {
	MS = 1000 * 1000,
	FAR_NS = 4 * MS, // round trips below this are no yardstick
	RTTS_ENOUGH = 2, // one may have met a busy host
	SAME_INSTANT_NS = 5 * MS,
	IDS_ENOUGH = 4,
	ID_STEP = 64,
};

// An active RST carries the next number that its owner would send, or that of
// the edge of a window that shrank (then it was accepted).
static bool behind(const struct rst *r)
{
	return r->form == RST_ACTIVE && !r->trigger.at.frame &&
	       r->fate != RST_ACCEPTED && seq_lt(r->s.seq, r->next) &&
	       !r->fin[0];
}

// How soon it followed what it had to see first; -1: nothing to go by.
static int64_t reaction(const struct flow *f, const struct rst *r)
{
	const struct endpoint *y = &f->end[!r->side];

	if (r->form == RST_PASSIVE)
		return r->trigger.at.frame ? r->s.at.time - r->trigger.at.time
					   : -1;
	if (!r->ack_known || !seq_lt(r->ack, r->s.ack))
		return -1;
	for (uint32_t k = 0; k < RECENT; k++) {
		const struct sent *t = endpoint_recent(y, k);
		if (!t)
			return -1;
		if (t->len && t->seq + t->len == r->s.ack &&
		    t->at.time <= r->s.at.time)
			return r->s.at.time - t->at.time;
	}
	return -1;
}

static bool ids_jump(const struct endpoint *x, const struct rst *r)
{
	uint16_t step = (uint16_t)(r->s.ip_id - x->ip_id);

	return r->form == RST_ACTIVE && x->ids_seen >= IDS_ENOUGH &&
	       x->ids_in_step + 2 >= x->ids_seen && !x->ids_zero &&
	       (step == 0 || step > ID_STEP);
}

static bool timestamp_missing(const struct endpoint *x,
			      const struct endpoint *y, const struct rst *r)
{
	return r->form == RST_ACTIVE && x->stack == STACK_LINUX && x->ts_ok &&
	       y->ts_ok && !(r->s.options & (OPT_TIMESTAMP | OPT_CUT));
}

static const struct rst *opposite(const struct flow *f, const struct rst *r)
{
	for (size_t i = 0; i < flow_rsts_kept(f); i++) {
		const struct rst *o = &f->rst[i];
		int64_t apart = o->s.at.time - r->s.at.time;
		if (o->side != r->side && o->form != RST_PASSIVE &&
		    r->form != RST_PASSIVE && apart < SAME_INSTANT_NS &&
		    apart > -SAME_INSTANT_NS)
			return o;
	}
	return NULL;
}

static bool ttl_differs(const struct endpoint *x, const struct rst *r)
{
	return x->ttl_high && (r->s.ttl < x->ttl_low || r->s.ttl > x->ttl_high);
}

// Signs that hold for any stack, and say more than one oddity would.
static int strong_signs(const struct flow *f, const struct rst *r,
			struct evidence *ev)
{
	uint64_t at = r->s.at.frame;
	int n = 0;

	if (r->data_after.frame) {
		evidence_add(ev, SIGN_DATA_AFTER, r->side, r->data_after.frame,
			     at, r->data_after.time - r->s.at.time, 0);
		n++;
	} else if (r->alive_after.frame) {
		evidence_add(ev, SIGN_ALIVE_AFTER, r->side,
			     r->alive_after.frame, at,
			     r->alive_after.time - r->s.at.time, 0);
		n++;
	}
	if (behind(r)) {
		evidence_add(ev, SIGN_SEQ_BEHIND, r->side, at,
			     f->end[r->side].data_last.at.frame,
			     seq_diff(r->next, r->s.seq), 0);
		n++;
	}
	return n;
}

static int weak_signs(const struct flow *f, const struct rst *r,
		      struct evidence *ev)
{
	const struct endpoint *x = &f->end[r->side], *y = &f->end[!r->side];
	uint64_t at = r->s.at.frame;
	int64_t soon = reaction(f, r);
	const struct rst *o = opposite(f, r);
	int n = 0;

	if (soon >= 0 && r->rtts >= RTTS_ENOUGH && r->rtt >= FAR_NS &&
	    soon < r->rtt / 2) {
		evidence_add(ev, SIGN_TOO_FAST, r->side, at, 0, soon, r->rtt);
		n++;
	}
	if (ids_jump(x, r)) {
		evidence_add(ev, SIGN_IP_ID, r->side, at, 0, x->ip_id,
			     r->s.ip_id);
		n++;
	}
	if (timestamp_missing(x, y, r)) {
		evidence_add(ev, SIGN_NO_TIMESTAMP, r->side, at, 0, 0, 0);
		n++;
	}
	if (o) {
		evidence_add(ev, SIGN_BOTH_RESET, r->side, at, o->s.at.frame, 0,
			     0);
		n++;
	}
	return n;
}

void evidence_forged(const struct flow *f, const struct rst *r,
		     struct evidence *ev)
{
	const struct endpoint *x = &f->end[r->side];
	int strong = strong_signs(f, r, ev);
	int weak = weak_signs(f, r, ev);

	if (ttl_differs(x, r)) {
		evidence_add(ev, TTL_DIFFERS, r->side, r->s.at.frame, 0,
			     r->s.ttl, x->ttl_low);
		// A passive RST's TTL is the host's default, not the socket's.
		weak += r->form == RST_PASSIVE ? 1 : 2;
	}
	if (strong >= 2 || (strong && weak))
		evidence_set(ev, FORGED);
	else if (strong || weak >= 2)
		evidence_set(ev, FORGED_LIKELY);
}
