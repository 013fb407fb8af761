#include "track/flow_take.h"

#include "base/nanoseconds.h"
#include "base/seq.h"
#include "track/endpoint_take.h"
#include "track/rst.h"

enum {
	DUPLICATE_NS = 5 * MS,         // same IP ID: captured twice
	DUPLICATE_NO_ID_NS = 500 * US, // no IP ID to tell by
	CHALLENGE_NS = 500 * MS,       // a challenge ACK comes at once
	UNRELATED = 1 << 20,           // sequence numbers further apart
};

static const int64_t COPY_NS = MINUTE;
// A SYN is not repeated sooner (RFC 6298).
static const int64_t COPY_UNMARKED_NS = SECOND;

bool flow_is_new_stream(const struct base *b, enum side from,
			const struct segment *s)
{
	return b->known[from] && b->number[from] != s->seq;
}

// What distinguishes a SYN from its sender's other ones.
static uint16_t syn_mark(const struct segment *s)
{
	return s->ip_id ? s->ip_id : (uint16_t)s->ts_val;
}

// The same SYN, captured elsewhere as well and merged, or late on its way.
static bool is_late_copy(const struct flow *f, const struct segment *s)
{
	int64_t since = s->time - f->end[CLIENT].syn.time;
	bool marked = f->base.syn_mark && syn_mark(s);

	return marked ? f->base.syn_mark == syn_mark(s) && since < COPY_NS
		      : since < COPY_UNMARKED_NS;
}

bool flow_is_begun_again(const struct flow *f, enum side from,
			 const struct segment *s)
{
	return from == CLIENT && f->end[CLIENT].established.frame &&
	       flow_ended(f) && !is_late_copy(f, s);
}

void flow_take_base(struct base *b, enum side from, const struct segment *s)
{
	if (!b->known[from]) {
		b->known[from] = true;
		b->number[from] = s->flags & TCP_SYN ? s->seq : s->seq - 1;
	}
	if ((s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && !b->syn_mark)
		b->syn_mark = syn_mark(s);
	if (!b->known[!from] && s->flags & TCP_ACK) {
		b->known[!from] = true;
		b->number[!from] = s->ack - 1;
	}
}

// One packet captured twice, as on Linux' `any` device or a mirror port: equal
// to the last bit, which a repeated segment is not (its IP ID moved on).
static bool is_duplicate(const struct endpoint *e, const struct segment *s)
{
	if (s->time - e->latest >= DUPLICATE_NS)
		return false;
	for (uint32_t k = 0; k < 4; k++) {
		const struct sent *o = endpoint_recent(e, k);
		if (!o)
			return false;
		int64_t age = s->time - o->at.time;
		bool telling = s->len || s->flags & (TCP_SYN | TCP_FIN);
		if (o->seq != s->seq || o->ack != s->ack || o->len != s->len ||
		    o->flags != s->flags || o->ip_id != s->ip_id ||
		    (s->options & OPT_TIMESTAMP && o->ts_val != s->ts_val))
			continue;
		if (s->ip_id ? age < DUPLICATE_NS
			     : telling && age < DUPLICATE_NO_ID_NS)
			return true;
	}
	return false;
}

// RFC 5961: a SYN or a RST that does not fit draws an ACK.
static bool is_challenge(const struct flow *f, enum side from,
			 const struct segment *s)
{
	const struct endpoint *x = &f->end[from], *y = &f->end[!from];

	if (s->len || (s->flags & (TCP_ACK | TCP_SYN | TCP_FIN)) != TCP_ACK)
		return false;
	if (y->rst_challenged)
		return s->time - y->last.time < CHALLENGE_NS;
	// Numbers just above the SYN's belong to segments that the capture
	// lost; an older connection's lie below, or far off.
	return from == SERVER && y->syn_seen && !x->syn_seen &&
	       !y->established.frame &&
	       (seq_lt(s->ack, y->snd_nxt) ||
		seq_diff(s->ack, y->snd_nxt) > UNRELATED);
}

static void take_handshake(struct flow *f, enum side from,
			   const struct segment *s)
{
	struct endpoint *x = &f->end[from];
	const struct endpoint *y = &f->end[!from];

	// Without the SYN-ACK (one direction only) any ACK will do.
	if (from == CLIENT && !x->established.frame &&
	    (x->syn_seen || y->syn_seen) && !(s->flags & TCP_SYN) &&
	    s->flags & TCP_ACK &&
	    (y->syn_seen ? endpoint_place(y, s->ack) >= endpoint_first(y)
			 : !f->challenge.frame)) {
		x->established.frame = s->frame;
		x->established.time = s->time;
	}
}

static void take_end(struct flow *f, const struct segment *s)
{
	if (f->end[CLIENT].closing && f->end[SERVER].closing &&
	    !f->both_closed.frame && endpoint_fin_acked(&f->end[CLIENT]) &&
	    endpoint_fin_acked(&f->end[SERVER])) {
		f->both_closed.frame = s->frame;
		f->both_closed.time = s->time;
	}
}

// The RST just taken lies in the window, but is not exact.
static bool is_challenging(const struct flow *f)
{
	size_t n = flow_rsts_kept(f);

	return n && n == f->rsts && f->rst[n - 1].fate == RST_CHALLENGED;
}

static void take_duplicate(struct flow *f, enum side from,
			   const struct segment *s)
{
	struct endpoint *x = &f->end[from];

	f->duplicates++;
	// Two interfaces of a host, or a router's, are a hop apart.
	if (s->ttl + 1 < x->ttl_low || s->ttl > x->ttl_high + 1)
		x->copied = true;
}

// A server's ACK to a SYN that it didn't expect: its numbers belong to the
// connection before this one.
static uint16_t take_challenge(struct flow *f, enum side from,
			       const struct segment *s)
{
	struct endpoint *x = &f->end[from];

	f->challenge = (struct event){ s->frame, s->time };
	f->segments++;
	x->packets++;
	x->rst_challenged = false;
	x->latest = s->time > x->latest ? s->time : x->latest;
	*endpoint_next(x) = (struct sent){
		.at = { s->frame, s->time },
		.seq = s->seq,
		.ack = s->ack,
		.ip_id = s->ip_id,
		.flags = s->flags,
		.marks = STEP_CHALLENGE_ACK,
	};
	return STEP_CHALLENGE_ACK;
}

// The ACK's numbers lay just above the SYN's, as if the capture had lost what
// lies between. But the client, which has sent nothing but SYNs, answers it by a
// RST with its number: it was a challenge, to be forgotten but for that.
static void take_back(struct flow *f, const struct segment *s)
{
	struct endpoint *c = &f->end[CLIENT], *v = &f->end[SERVER];
	const struct sent *ack = endpoint_recent(v, 0);

	if (!c->syn_seen || v->syn_seen || c->packets != c->syns || v->packets != 1 || !ack ||
	    ack->len || ack->flags & (TCP_SYN | TCP_FIN) ||
	    ack->ack != s->seq || ack->ack == c->isn + 1)
		return;
	c->snd_nxt = c->isn + 1;
	c->wraps = c->snd_nxt < c->isn ? 2 : 1;
	c->holes = 0;
	c->lost = 0;
	v->seq_known = v->ack_known = false;
	v->window = v->window_max = v->right_edge = 0;
	v->recent[v->newest].marks = STEP_CHALLENGE_ACK;
	f->challenge = ack->at;
}

uint16_t flow_take(struct flow *f, enum side from, const struct segment *s)
{
	struct endpoint *x = &f->end[from], *y = &f->end[!from];
	int64_t idle = f->last.frame ? s->time - f->last.time : 0;
	bool ended = flow_ended(f);
	uint16_t marks = 0;

	if (is_duplicate(x, s)) {
		take_duplicate(f, from, s);
		if (!f->without_zeek)
			zeek_segment(&f->zeek, from, s);
		return STEP_DUPLICATE_FRAME;
	}
	if (idle > f->longest_idle)
		f->longest_idle = idle;
	if (!f->last.frame)
		f->first = (struct event){ s->frame, s->time };
	f->last = (struct event){ s->frame, s->time };
	if (s->options & OPT_CUT)
		f->cut++;
	if (s->options & OPT_MPTCP)
		f->mptcp |= (uint8_t)(1U << from);
	flow_take_base(&f->base, from, s);
	if (s->flags & TCP_RST) {
		if (from == CLIENT && !f->challenge.frame)
			take_back(f, s);
		marks |= rst_take(f, from, s, idle);
		marks |= endpoint_sent(x, y, s, idle);
		x->recent[x->newest].marks = marks;
		x->rst_challenged = is_challenging(f);
	} else if (is_challenge(f, from, s) && !x->seq_known) {
		marks |= take_challenge(f, from, s);
	} else {
		f->segments++;
		f->flagged += (s->flags & (TCP_SYN | TCP_FIN)) != 0;
		if (is_challenge(f, from, s))
			marks |= STEP_CHALLENGE_ACK;
		marks |= endpoint_sent(x, y, s, idle);
		take_handshake(f, from, s);
		take_end(f, s);
		if (f->rsts)
			rst_life(f, from, s, marks);
		if (ended)
			marks |= STEP_AFTER_END;
	}
	if (!f->without_zeek)
		zeek_segment(&f->zeek, from, s);
	return marks;
}
