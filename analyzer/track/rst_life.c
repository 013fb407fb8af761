// What came after a RST: signs that its sender lived on, or what it answers.
#include "track/rst_parts.h"

#include "base/nanoseconds.h"
#include "base/seq.h"

enum {
	// Segments that left on another processor may be captured this much
	// behind the RST that overtook them.
	REORDER_NS = 2 * MS,
	REORDER_DATA_NS = 200 * US,
	// What the receiver had sent before it got the RST is captured sooner.
	ARRIVED_NS = 1000 * MS,
	JITTER_HOPS = 2, // by which TTLs of one host may vary
	ID_STEPS = 16,   // IP IDs of one connection's segments
};

static bool beyond(const struct rst *r, const struct segment *s)
{
	return (s->len || s->flags & TCP_FIN) && seq_le(r->s.seq, s->seq) &&
	       seq_diff(s->seq, r->s.seq) < RST_FAR;
}

static void note(struct event *e, const struct segment *s)
{
	if (e->frame)
		return;
	e->frame = s->frame;
	e->time = s->time;
}

// A SYN-ACK after a refusal: either the client asked again, or somebody else
// had answered in the server's name.
static void life_of_refused(struct flow *f, struct rst *r,
			    const struct segment *s)
{
	if (!(s->flags & TCP_ACK) || !(r->elicited_by.flags & TCP_SYN))
		return;
	if (f->end[CLIENT].syn_last.time > r->s.at.time)
		r->fate = RST_SURVIVED;
	else
		note(&r->data_after, s);
}

// Had s left before the RST that was captured ahead of it? Clocks and counters
// of its sender tell, however late it came; else only a short time does.
static bool left_before(const struct flow *f, const struct rst *r,
			const struct segment *s, int64_t since)
{
	const struct endpoint *x = &f->end[r->side];
	uint16_t step = (uint16_t)(r->s.ip_id - s->ip_id);
	bool counted = step >= 1 && step <= ID_STEPS;
	uint32_t end = s->seq + s->len + (s->flags & TCP_FIN ? 1 : 0);

	if (seq_lt(r->s.seq, end) || r->form != FORM_BY_SOCKET)
		return false;
	if (since < REORDER_NS)
		return end == r->s.seq;
	if (s->options & r->s.options & OPT_TIMESTAMP)
		return seq_lt(s->ts_val, r->s.ts_val) ||
		       (s->ts_val == r->s.ts_val && counted);
	return counted && x->ids_in_step && x->ids_in_step + 2 >= x->ids_seen;
}

// What had left before the RST leads up to its number.
static void take_overtaken(const struct flow *f, struct rst *r,
			   const struct segment *s)
{
	const struct endpoint *x = &f->end[r->side], *y = &f->end[!r->side];

	if (r->fate == RST_CHALLENGED && x->snd_nxt == r->s.seq)
		r->fate = RST_ACCEPTED;
	if (seq_le(x->snd_nxt, r->s.seq))
		r->snd_nxt = x->snd_nxt;
	if (s->flags & TCP_FIN)
		r->fin[0] = true;
	if (s->len) {
		r->data_sent = x->data_last;
		r->unanswered = rst_is_unanswered(y, r);
	}
}

// Where the RST came as its sender's segments before it did and s did not, s is
// the one to doubt.
static bool is_foreign(const struct rst *r, const struct segment *s)
{
	int hops = s->ttl - r->s.ttl;

	return r->before.at.frame && !(r->before.flags & TCP_RST) &&
	       r->before.ttl == r->s.ttl &&
	       (hops > JITTER_HOPS || hops < -JITTER_HOPS);
}

static void own_life(struct flow *f, struct rst *r, const struct segment *s)
{
	int64_t since = s->time - r->s.at.time;

	if (s->flags & TCP_SYN) {
		life_of_refused(f, r, s);
		return;
	}
	if (left_before(f, r, s, since)) {
		take_overtaken(f, r, s);
		return;
	}
	if (is_foreign(r, s))
		return;
	if (beyond(r, s) && since >= REORDER_DATA_NS)
		note(&r->data_after, s);
	if (since >= REORDER_NS)
		note(&r->alive_after, s);
}

// Two queues of a network card are read one after the other: so what a RST
// answers may be captured a moment behind it.
static void take_late_elicited_by(struct rst *r, const struct sent *t)
{
	if (r->form != FORM_REPLY ||
	    t->at.time - r->s.at.time > ENDPOINT_SWAP_NS ||
	    !(t->flags & TCP_ACK) || t->ack != r->s.seq || rst_is_bare_ack(t))
		return;
	if (!r->elicited_by.at.frame || rst_is_bare_ack(&r->elicited_by))
		r->elicited_by = *t;
}

// The same packet, captured a second time or late.
static bool is_copy(const struct endpoint *y, const struct segment *s)
{
	for (uint32_t k = 1; k < RECENT; k++) {
		const struct sent *t = endpoint_recent(y, k);
		if (t && t->seq == s->seq && t->len == s->len &&
		    t->ip_id == s->ip_id && t->ts_val == s->ts_val)
			return true;
	}
	return y->copied;
}

// A socket that has been reset is gone: nothing repeats its data, acknowledges
// or completes a handshake. Whoever does so did not take the RST (RFC 5961, a
// signature, a number that did not fit), or never got it.
static bool lives_on(const struct flow *f, const struct rst *r,
		     const struct segment *s)
{
	const struct endpoint *y = &f->end[!r->side];

	if (s->flags & TCP_SYN || is_copy(y, s))
		return false;
	if (r->state[!r->side] == STATE_SYN_SENT)
		return s->flags & TCP_ACK && f->end[r->side].syn_seen;
	return s->time - r->s.at.time > ARRIVED_NS + 2 * y->rtt_min;
}

// The other side acknowledges what was sent after the RST, or goes on without
// it: it never took it.
static void peer_life(const struct flow *f, struct rst *r,
		      const struct segment *s, uint16_t marks)
{
	note(&r->peer_after, s);
	if (s->len && !(marks & STEP_RETRANSMISSION))
		r->peer_news++;
	if (r->fate != RST_ACCEPTED)
		return;
	if ((r->data_after.frame && s->flags & TCP_ACK &&
	     seq_lt(r->s.seq, s->ack)) ||
	    lives_on(f, r, s))
		r->fate = RST_SURVIVED;
}

void rst_life(struct flow *f, enum side side, const struct segment *s,
	      uint16_t marks)
{
	for (size_t i = 0; i < flow_rsts_kept(f); i++) {
		struct rst *r = &f->rst[i];
		if (r->side == side) {
			own_life(f, r, s);
			continue;
		}
		peer_life(f, r, s, marks);
		take_late_elicited_by(r, endpoint_recent(&f->end[side], 0));
	}
}
