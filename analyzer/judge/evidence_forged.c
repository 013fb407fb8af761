// Is a RST from whom it says it is from? A box on the path can copy addresses
// and guess numbers; it can't know all that the real sender's kernel knows,
// and it can't make the real sender fall silent.
#include "base/nanoseconds.h"
#include "base/seq.h"
#include "judge/evidence_parts.h"

enum {
	FAR_NS = 4 * MS, // round trips below this are no yardstick
	RTTS_ENOUGH = 2, // one may have met a busy host
	SAME_INSTANT_NS = 5 * MS,
	IDS_ENOUGH = 4,
	IDS_VOUCH = 3,
	ID_STEP = 64,
	ID_NEXT = 16,
	JITTER_HOPS = 2,
	CLOCK_MS = 20, // a clock's advance over less proves nothing
};

// Stacks that pull their next number back to retransmit reset with the number
// behind what they retransmitted last.
static bool is_pulled_back(const struct rst *r)
{
	return r->before.marks & STEP_RETRANSMISSION &&
	       r->before.seq + r->before.len == r->s.seq;
}

// An active RST carries the next number that its owner would send, or that of
// the edge of a window that shrank (then it was accepted).
static bool behind(const struct rst *r)
{
	return r->form == FORM_BY_SOCKET && !r->elicited_by.at.frame &&
	       r->fate != RST_ACCEPTED && seq_lt(r->s.seq, r->snd_nxt) &&
	       !r->fin[0] && !is_pulled_back(r);
}

// How soon it followed what it had to see first; -1: nothing to go by.
static int64_t reaction(const struct flow *f, const struct rst *r)
{
	const struct endpoint *y = &f->end[!r->side];

	if (r->form == FORM_REPLY)
		return r->elicited_by.at.frame
			   ? r->s.at.time - r->elicited_by.at.time
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

// Does x count the IP IDs of this connection?
static bool counts_ids(const struct endpoint *x, uint32_t enough)
{
	return x->ids_seen >= enough && x->ids_in_step + 2 >= x->ids_seen &&
	       !x->ids_zero;
}

static bool ids_jump(const struct endpoint *x, const struct rst *r)
{
	uint16_t step = (uint16_t)(r->s.ip_id - r->ip_id);

	return r->form == FORM_BY_SOCKET && counts_ids(x, IDS_ENOUGH) &&
	       (step == 0 || step > ID_STEP);
}

static bool timestamp_missing(const struct endpoint *x,
			      const struct endpoint *y, const struct rst *r)
{
	return r->form == FORM_BY_SOCKET && x->stack == STACK_LINUX &&
	       x->ts_ok && y->ts_ok &&
	       !(r->s.options & (OPT_TIMESTAMP | OPT_CUT));
}

static const struct rst *opposite(const struct flow *f, const struct rst *r)
{
	for (size_t i = 0; i < flow_rsts_kept(f); i++) {
		const struct rst *o = &f->rst[i];
		int64_t apart = o->s.at.time - r->s.at.time;
		if (o->side != r->side && o->form != FORM_REPLY &&
		    r->form != FORM_REPLY && apart < SAME_INSTANT_NS &&
		    apart > -SAME_INSTANT_NS)
			return o;
	}
	return NULL;
}

// A socket sends one RST, and then has no number to raise.
static const struct rst *series(const struct flow *f, const struct rst *r)
{
	for (size_t i = 0; i < flow_rsts_kept(f); i++) {
		const struct rst *o = &f->rst[i];
		if (o->side == r->side && o->form == FORM_BY_SOCKET &&
		    r->form == FORM_BY_SOCKET && o->s.at.time >= r->s.at.time &&
		    o->s.at.time - r->s.at.time < SAME_INSTANT_NS &&
		    o->s.ack == r->s.ack && seq_lt(r->s.seq, o->s.seq))
			return o;
	}
	return NULL;
}

static unsigned hops_off(const struct endpoint *x, uint8_t ttl)
{
	if (!x->ttl_high || (ttl >= x->ttl_low && ttl <= x->ttl_high))
		return 0;
	return ttl < x->ttl_low ? x->ttl_low - ttl : ttl - x->ttl_high;
}

bool evidence_wavers(const struct flow *f)
{
	for (enum side x = CLIENT; x <= SERVER; x++) {
		int hops = f->end[x].ttl_high - f->end[x].ttl_low;
		if (hops > 0 && hops <= JITTER_HOPS)
			return true;
	}
	return false;
}

static bool is_next_id(const struct rst *r)
{
	uint16_t step = (uint16_t)(r->s.ip_id - r->ip_id);

	return step >= 1 && step <= ID_NEXT;
}

// A segment of y that the RST was made of; NULL: none.
static const struct sent *copied(const struct endpoint *x,
				 const struct endpoint *y, const struct rst *r)
{
	uint32_t window = r->s.window >> x->wscale;
	uint32_t most = is_next_id(r) ? 0 : RECENT;

	for (uint32_t k = 0; k < most && r->s.ip_id && window; k++) {
		const struct sent *t = endpoint_recent(y, k);
		if (t && t->at.time <= r->s.at.time && t->ip_id == r->s.ip_id &&
		    !(t->flags & TCP_SYN) && t->window >> y->wscale == window)
			return t;
	}
	return NULL;
}

// Does the RST continue its sender's IP IDs?
static bool continues_ids(const struct endpoint *x, const struct rst *r)
{
	return counts_ids(x, IDS_VOUCH) && is_next_id(r);
}

// ... its clock of timestamps, which advances by 1 a millisecond?
static bool continues_clock(const struct rst *r)
{
	int64_t waited = (r->s.at.time - r->before.at.time) / MS;
	int64_t off = seq_diff(r->s.ts_val, r->before.ts_val) - waited;

	return r->s.options & r->before.options & OPT_TIMESTAMP &&
	       waited >= CLOCK_MS && off <= waited / 8 && -off <= waited / 8;
}

// All that its sender's kernel knows and a box on the path would have to keep
// up with: then another TTL only says that the route has changed.
static bool is_vouched_for(const struct endpoint *x, const struct rst *r)
{
	return r->form == FORM_BY_SOCKET && r->fate == RST_ACCEPTED &&
	       r->s.seq == r->snd_nxt && r->s.window &&
	       r->s.window <= r->window_max &&
	       (continues_ids(x, r) || continues_clock(r));
}

// Is its TTL a sign? Says why, or why not.
static bool ttl_differs(const struct flow *f, const struct surroundings *s,
			const struct rst *r, bool vouched, struct evidence *ev)
{
	const struct endpoint *x = &f->end[r->side];
	unsigned hops = hops_off(x, r->s.ttl);
	bool wavers = s->wavering * 100 > s->all;
	enum fact what = vouched                         ? NOTE_TTL_OUTVOTED
			 : wavers && hops <= JITTER_HOPS ? NOTE_TTL_WAVERS
							 : TTL_DIFFERS;

	if (hops)
		evidence_add(ev, what, r->side, r->s.at.frame, 0, r->s.ttl,
			     x->ttl_low);
	return hops && what == TTL_DIFFERS;
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
			     seq_diff(r->snd_nxt, r->s.seq), 0);
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
	const struct rst *o = opposite(f, r), *more = series(f, r);
	const struct sent *model = copied(x, y, r);
	int n = 0;

	if (soon >= 0 && r->rtts >= RTTS_ENOUGH && r->rtt >= FAR_NS &&
	    soon < r->rtt / 2) {
		evidence_add(ev, SIGN_TOO_FAST, r->side, at, 0, soon, r->rtt);
		n++;
	}
	if (ids_jump(x, r)) {
		evidence_add(ev, SIGN_IP_ID, r->side, at, 0, r->ip_id,
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
	if (more) {
		evidence_add(ev, SIGN_SERIES, r->side, at, more->s.at.frame,
			     seq_diff(more->s.seq, r->s.seq),
			     more->s.at.time - r->s.at.time);
		n++;
	}
	if (model) {
		evidence_add(ev, SIGN_COPIED, r->side, at, model->at.frame, 0,
			     0);
		n++;
	}
	return n;
}

void evidence_forged(const struct flow *f, const struct surroundings *s,
		     const struct rst *r, struct evidence *ev)
{
	const struct endpoint *x = &f->end[r->side];
	int strong, weak;
	bool vouched;

	// Seen at two places, a sender is alive after its RST, and has two
	// TTLs.
	if (f->end[CLIENT].copied || f->end[SERVER].copied)
		return;
	strong = strong_signs(f, r, ev);
	weak = weak_signs(f, r, ev);
	vouched = !strong && !weak && is_vouched_for(x, r);

	// A passive RST's TTL is the host's default, not the socket's.
	if (ttl_differs(f, s, r, vouched, ev))
		weak += r->form == FORM_REPLY ? 1 : 2;
	if (strong >= 2 || (strong && weak))
		evidence_set(ev, FORGED);
	else if (strong || weak >= 2)
		evidence_set(ev, FORGED_LIKELY);
}
