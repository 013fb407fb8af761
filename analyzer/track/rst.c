#include "track/rst.h"

#include <stdlib.h>

#include "base/seq.h"

enum {
	// Segments that left on another processor may be captured this much
	// behind the RST that overtook them.
	REORDER_NS = 2 * 1000 * 1000,
	REORDER_DATA_NS = 200 * 1000,
	PROMPT_NS = 100 * 1000 * 1000,
	SLACK_NS = 50 * 1000 * 1000,
	AT_ONCE_NS = 10 * 1000 * 1000,
	FAR_NS = 4 * 1000 * 1000, // shorter round trips are a host's own delays
	SILENCE_MS = 1000,
	MEGABYTE = 1 << 20,
	JITTER_HOPS = 2, // by which TTLs of one host may vary
	ID_STEPS = 16,   // IP IDs of one connection's segments
};

static int64_t distance(int64_t a, int64_t b)
{
	return a < b ? b - a : a - b;
}

// Data that left before x's FIN came: stacks that answer with ACK give the
// number behind the FIN, not that of the segment.
static bool crosses_fin(const struct endpoint *x, const struct segment *s,
			const struct sent *t)
{
	return x->stack != STACK_LINUX && x->syn_seen && x->closing &&
	       s->flags & TCP_ACK && t->len && s->seq == endpoint_fin_end(x) &&
	       seq_lt(t->ack, s->seq);
}

// Could x's stack have sent this RST in answer to t? A passive RST carries
// the acknowledgment number of what it answers (RFC 9293, 3.5.2); what x had
// acknowledged needed no such answer.
static bool answers(const struct endpoint *x, const struct segment *s,
		    const struct sent *t)
{
	uint32_t end = t->seq + t->len + (t->flags & TCP_SYN ? 1 : 0) +
		       (t->flags & TCP_FIN ? 1 : 0);

	if (t->flags & TCP_RST)
		return false;
	// What acknowledges a SYN before any SYN-ACK refuses it, whatever its
	// window and its own number: stacks differ in both.
	if (!(t->flags & TCP_ACK))
		return (s->flags & TCP_ACK) && seq_lt(t->seq, s->ack) &&
		       seq_le(s->ack, end) &&
		       (t->flags & TCP_SYN ? !x->syn_seen
					   : !s->window && !s->seq);
	if (t->ack != s->seq && !crosses_fin(x, s, t))
		return false;
	return end == t->seq || !x->ack_known || seq_lt(x->ack, end) ||
	       t->marks & STEP_RETRANSMISSION;
}

static bool is_bare(const struct sent *t)
{
	return !t->len && !(t->flags & (TCP_SYN | TCP_FIN)) &&
	       !(t->marks & STEP_KEEPALIVE);
}

// The last segment that an earlier RST of this side answers.
static struct event answered_before(const struct flow *f, enum side side)
{
	struct event last = { 0 };

	for (size_t i = 0; i < flow_rsts_kept(f); i++) {
		const struct event *at = &f->rst[i].trigger.at;
		if (f->rst[i].side == side && at->frame &&
		    (!last.frame || at->time >= last.time))
			last = *at;
	}
	return last;
}

static bool is_used(const struct sent *t, const struct event *used)
{
	return used->frame &&
	       (t->at.time < used->time || t->at.frame == used->frame);
}

// Each segment that fits no socket draws one RST, in order: so of what fits
// and left about one round trip ago, the oldest that has none yet; bare ACKs
// only where nothing else fits.
static void find_trigger(const struct flow *f, enum side side,
			 const struct segment *s, struct rst *r)
{
	const struct endpoint *x = &f->end[side], *y = &f->end[!side];
	int64_t due = s->time - x->rtt_min;
	int64_t slack = 2 * x->rtt_min + SLACK_NS;
	struct event used = answered_before(f, side);
	const struct sent *best = NULL;
	bool best_near = false;

	for (uint32_t k = 0; k < RECENT; k++) {
		const struct sent *t = endpoint_recent(y, k);
		if (!t)
			break;
		bool near = distance(t->at.time, due) <= slack;
		if (!answers(x, s, t) || is_used(t, &used))
			continue;
		if (!best || (is_bare(best) && !is_bare(t)) ||
		    (is_bare(best) == is_bare(t) && near) ||
		    (is_bare(best) == is_bare(t) && !best_near &&
		     distance(t->at.time, due) <
			 distance(best->at.time, due))) {
			best = t;
			best_near = near;
		}
	}
	if (best)
		r->trigger = *best;
}

// A stack answers at once.
static bool prompt(const struct rst *r)
{
	return r->s.at.time - r->trigger.at.time <= 2 * r->rtt + PROMPT_NS;
}

// As far as a segment carries what its sender always sends.
static bool is_live(const struct endpoint *x, const struct endpoint *y,
		    const struct segment *s)
{
	bool ts_due = x->ts_ok && y->ts_ok;

	return s->window && (uint32_t)s->window << x->wscale <= x->window_max &&
	       (!ts_due || s->options & OPT_TIMESTAMP);
}

// Stacks other than Linux answer what they do not expect by a RST with ACK
// that looks like a program's: gVisor, lwIP, Windows. What betrays it: it comes
// at once, its numbers are those of the segment before it, and its sender had
// closed or had been silent. Of a stack that nothing is known of, only what no
// socket would send counts.
static bool answers_with_ack(const struct endpoint *x, const struct endpoint *y,
			     const struct segment *s, const struct rst *r)
{
	const struct sent *t = &r->trigger;
	uint32_t end = t->seq + t->len + (t->flags & TCP_FIN ? 1 : 0);

	if (!t->at.frame || !x->syn_seen || x->stack == STACK_LINUX ||
	    (x->stack == STACK_UNKNOWN && is_live(x, y, s)))
		return false;
	// What left sooner than the answer could had another reason.
	if (s->time - t->at.time > 2 * r->rtt + AT_ONCE_NS ||
	    (r->rtt > FAR_NS && s->time - t->at.time < r->rtt - r->rtt / 4) ||
	    (s->ack != end && s->ack != t->seq && s->ack != t->seq + 1))
		return false;
	return x->closing || t->quiet_ms >= SILENCE_MS;
}

static enum rst_form form_of(const struct endpoint *x, const struct endpoint *y,
			     const struct segment *s, struct rst *r)
{
	bool ts_due = x->ts_ok && s->options & OPT_TIMESTAMP;

	if (!(s->flags & TCP_ACK)) {
		// A number that nobody has acknowledged answers nothing.
		if (y->ack_known && !endpoint_missing(x) &&
		    seq_lt(y->ack, s->seq))
			return RST_ODD;
		// Windows' bare RSTs carry an acknowledgment number, others'
		// a window.
		if (!s->window && !(s->options & OPT_TIMESTAMP))
			return RST_PASSIVE;
		return r->trigger.at.frame && prompt(r) ? RST_PASSIVE : RST_ODD;
	}
	if (r->trigger.at.frame && !(r->trigger.flags & TCP_ACK))
		return RST_PASSIVE;
	if (!s->seq && !s->window && !ts_due)
		return RST_PASSIVE;
	r->like_own = answers_with_ack(x, y, s, r);
	return r->like_own ? RST_PASSIVE : RST_ACTIVE;
}

// Where the peer shrank its window below what was sent, an active RST carries
// the number of the window's edge (tcp_acceptable_seq()); what lies beyond it
// was never taken.
static bool beyond_window(const struct endpoint *x, const struct endpoint *y)
{
	return y->ack_known && (y->window_max || y->shut.frame) &&
	       seq_lt(y->ack + y->window, x->next);
}

// In SYN-SENT only what acknowledges the SYN counts; a RST that acknowledges
// another SYN answers one that was not captured, if any.
static bool answers_syn(const struct endpoint *y, uint32_t ack)
{
	return seq_lt(y->isn, ack) && seq_le(ack, y->next);
}

// As far as the capture shows, y has sent a SYN and x nothing but RSTs.
static bool is_syn_sent(const struct endpoint *x, const struct endpoint *y)
{
	return y->syn_seen && !x->seq_known && !y->ack_known;
}

// RFC 9293 3.10.7.3 in SYN-SENT, RFC 5961 section 3.2 later; Linux also takes
// the number of a FIN that it has received (tcp_reset_check()).
static enum rst_fate fate_of(const struct flow *f, enum side side,
			     const struct segment *s, enum rst_form form)
{
	const struct endpoint *x = &f->end[side], *y = &f->end[!side];
	uint32_t contiguous;

	if (f->both_closed.frame)
		return RST_AFTER_END;
	if (is_syn_sent(x, y))
		return s->flags & TCP_ACK && answers_syn(y, s->ack)
			   ? RST_ACCEPTED
			   : RST_CHALLENGED;
	if (!x->seq_known)
		return RST_ACCEPTED;
	if (side == CLIENT && x->syn_seen && !x->established.frame &&
	    s->seq - x->isn <= 1)
		return RST_ACCEPTED;
	if (form == RST_ACTIVE && beyond_window(x, y) &&
	    s->seq == y->ack + y->window)
		return RST_ACCEPTED;
	contiguous = endpoint_contiguous(x);
	// Behind a hole of the capture any number may be the expected one.
	if (seq_le(contiguous, s->seq) && seq_le(s->seq, x->next))
		return RST_ACCEPTED;
	if (x->fin.at.frame && s->seq == endpoint_fin_end(x) - 1)
		return RST_ACCEPTED;
	if (seq_lt(s->seq, contiguous))
		return RST_OLD;
	if (seq_lt(x->next, s->seq) && seq_diff(s->seq, x->next) > MEGABYTE)
		return RST_OLD;
	return RST_CHALLENGED;
}

// Had x, as it says with its RST or has said before, taken payload of y?
static bool took_data(const struct endpoint *x, const struct endpoint *y,
		      const struct sent *rst)
{
	bool says = rst->flags & TCP_ACK;
	uint32_t ack = says ? rst->ack : x->ack;

	if (!says && !x->ack_known)
		return false;
	if (y->closing && !seq_lt(ack, endpoint_fin_end(y)))
		ack--;
	return endpoint_is_taken(y, ack);
}

// Did what it heard from y come after the last that it said?
static bool is_unanswered(const struct endpoint *y, const struct rst *r)
{
	return r->heard.at.frame &&
	       r->said.acked < endpoint_place(y, r->heard.seq + r->heard.len);
}

static void snapshot(const struct flow *f, enum side side, struct rst *r)
{
	const struct endpoint *x = &f->end[side], *y = &f->end[!side];
	const struct sent *before = endpoint_recent(x, 0);

	if (before)
		r->before = *before;
	r->next = x->next;
	r->ack = x->ack;
	r->ack_known = x->ack_known;
	r->edge = x->edge;
	r->window_max = x->window_max;
	r->window_there = x->window_there;
	r->window_known = x->window_max != 0;
	r->scale_known = x->syn_seen && y->syn_seen;
	r->acked_more = x->ack_known && endpoint_is_taken(y, x->ack);
	r->took_data = took_data(x, y, &r->s);
	r->fin[0] = x->fin.at.frame != 0;
	r->fin[1] = y->fin.at.frame != 0;
	r->fin_acked[0] = endpoint_fin_acked(x);
	r->fin_acked[1] = endpoint_fin_acked(y);
	r->rtx = x->rtx;
	r->probes = x->probes;
	r->stalls = x->stalls;
	r->ip_id = x->ip_id;
	r->rtt = x->rtt_min;
	r->rtts = x->rtts;
	r->said = x->data_last;
	for (uint32_t k = 0; k < RECENT && !r->heard.at.frame; k++) {
		const struct sent *t = endpoint_recent(y, k);
		if (t && t->len && seq_le(t->seq + t->len, r->s.ack))
			r->heard = *t;
	}
	r->unanswered = is_unanswered(y, r);
	r->state[CLIENT] = flow_state(f, CLIENT);
	r->state[SERVER] = flow_state(f, SERVER);
}

// Most connections have one RST or none. NULL: full, or no memory.
static struct rst *room(struct flow *f)
{
	uint8_t n = f->rsts ? FLOW_RSTS : 1;
	struct rst *more;

	if (f->rsts >= FLOW_RSTS)
		return NULL;
	if (f->rsts == f->rst_room) {
		more = realloc(f->rst, n * sizeof(*more));
		f->no_memory |= !more;
		if (!more)
			return NULL;
		f->rst = more;
		f->rst_room = n;
	}
	return &f->rst[f->rsts];
}

uint16_t rst_take(struct flow *f, enum side side, const struct segment *s,
		  int64_t quiet_ns)
{
	const struct endpoint *x = &f->end[side];
	struct rst *r, spare; // for one that is not kept
	uint16_t marks;

	r = room(f);
	if (!r)
		r = &spare;
	*r = (struct rst){ .side = side };
	r->s = (struct sent){
		.at = { s->frame, s->time },
		.seq = s->seq,
		.ack = s->ack,
		.len = s->len,
		.window = (uint32_t)s->window << x->wscale,
		.ts_val = s->ts_val,
		.ip_id = s->ip_id,
		.flags = s->flags,
		.ttl = s->ttl,
		.options = s->options,
	};
	sent_set_quiet(&r->s, quiet_ns);
	r->mptcp = s->mptcp;
	r->payload = s->len;
	snapshot(f, side, r);
	find_trigger(f, side, s, r);
	r->form = form_of(x, &f->end[!side], s, r);
	// A socket's own RST answers nothing, but some stacks answer data with
	// one that looks alike.
	if (r->form == RST_ACTIVE && !(r->trigger.len && prompt(r)))
		r->trigger = (struct sent){ 0 };
	r->fate = flow_deadly(f) ? RST_AFTER_END : fate_of(f, side, s, r->form);
	marks = r->fate == RST_AFTER_END  ? STEP_AFTER_END
		: r->fate == RST_ACCEPTED ? 0
					  : STEP_IGNORED_RST;
	// One that ended the connection is kept whatever came before it.
	if (r == &spare && r->fate == RST_ACCEPTED && f->rsts >= FLOW_RSTS)
		f->rst[FLOW_RSTS - 1] = spare;
	if (r != &spare || f->rsts >= FLOW_RSTS)
		f->rsts++;
	return marks;
}

static bool beyond(const struct rst *r, const struct segment *s)
{
	return (s->len || s->flags & TCP_FIN) && seq_le(r->s.seq, s->seq) &&
	       seq_diff(s->seq, r->s.seq) < MEGABYTE;
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
	if (!(s->flags & TCP_ACK) || !(r->trigger.flags & TCP_SYN))
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

	if (seq_lt(r->s.seq, end) || r->form != RST_ACTIVE)
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

	if (r->fate == RST_CHALLENGED && x->next == r->s.seq)
		r->fate = RST_ACCEPTED;
	if (seq_le(x->next, r->s.seq))
		r->next = x->next;
	if (s->flags & TCP_FIN)
		r->fin[0] = true;
	if (s->len) {
		r->said = x->data_last;
		r->unanswered = is_unanswered(y, r);
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
static void take_late_trigger(struct rst *r, const struct sent *t)
{
	if (r->form != RST_PASSIVE ||
	    t->at.time - r->s.at.time > ENDPOINT_SWAP_NS ||
	    !(t->flags & TCP_ACK) || t->ack != r->s.seq || is_bare(t))
		return;
	if (!r->trigger.at.frame || is_bare(&r->trigger))
		r->trigger = *t;
}

// The other side acknowledges what was sent after the RST: it never took it.
static void peer_life(struct rst *r, const struct segment *s, uint16_t marks)
{
	note(&r->peer_after, s);
	if (s->len && !(marks & STEP_RETRANSMISSION))
		r->peer_news++;
	if (r->fate == RST_ACCEPTED && r->data_after.frame &&
	    s->flags & TCP_ACK && seq_lt(r->s.seq, s->ack))
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
		peer_life(r, s, marks);
		take_late_trigger(r, endpoint_recent(&f->end[side], 0));
	}
}
