// How a RST was built, and what it answers.
#include "track/rst_parts.h"

#include "base/nanoseconds.h"
#include "base/seq.h"

enum {
	PROMPT_NS = 100 * MS,
	SLACK_NS = 50 * MS,
	REPLY_NS = 10 * MS, // a stack's reply leaves sooner than this
	FAR_NS = 4 * MS,    // shorter round trips are a host's own delays
	SILENCE_MS = 1000,
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

bool rst_is_bare_ack(const struct sent *t)
{
	return !t->len && !(t->flags & (TCP_SYN | TCP_FIN)) &&
	       !(t->marks & STEP_KEEPALIVE);
}

// The last segment that an earlier RST of this side answers.
static struct event answered_before(const struct flow *f, enum side side)
{
	struct event last = { 0 };

	for (size_t i = 0; i < flow_rsts_kept(f); i++) {
		const struct event *at = &f->rst[i].elicited_by.at;
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
void rst_find_elicited_by(const struct flow *f, enum side side,
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
		if (!best || (rst_is_bare_ack(best) && !rst_is_bare_ack(t)) ||
		    (rst_is_bare_ack(best) == rst_is_bare_ack(t) && near) ||
		    (rst_is_bare_ack(best) == rst_is_bare_ack(t) &&
		     !best_near &&
		     distance(t->at.time, due) <
			 distance(best->at.time, due))) {
			best = t;
			best_near = near;
		}
	}
	// What came long before it was answered then, if at all.
	if (best && s->time - best->at.time <= rst_answer_within(x->rtt_min))
		r->elicited_by = *best;
}

// A stack answers at once.
bool rst_is_prompt(const struct rst *r)
{
	return r->s.at.time - r->elicited_by.at.time <= 2 * r->rtt + PROMPT_NS;
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
	const struct sent *t = &r->elicited_by;
	uint32_t end = t->seq + t->len + (t->flags & TCP_FIN ? 1 : 0);

	if (!t->at.frame || !x->syn_seen || x->stack == STACK_LINUX ||
	    (x->stack == STACK_UNKNOWN && is_live(x, y, s)))
		return false;
	// What left sooner than the answer could had another reason.
	if (s->time - t->at.time > 2 * r->rtt + REPLY_NS ||
	    (r->rtt > FAR_NS && s->time - t->at.time < r->rtt - r->rtt / 4) ||
	    (s->ack != end && s->ack != t->seq && s->ack != t->seq + 1))
		return false;
	return x->closing || t->idle_ms >= SILENCE_MS;
}

// In SYN-SENT, what does not acknowledge the SYN is answered by a RST, which
// some stacks send with ACK (RFC 9293, 3.10.7.3).
static bool answers_in_syn_sent(const struct endpoint *x,
				const struct endpoint *y,
				const struct segment *s, const struct sent *t)
{
	return t->at.frame && t->flags & TCP_ACK && x->syn_seen &&
	       !y->syn_seen && x->packets == x->syns && s->seq == t->ack;
}

enum rst_form rst_form_of(const struct endpoint *x, const struct endpoint *y,
			  const struct segment *s, struct rst *r)
{
	bool ts_due = x->ts_ok && s->options & OPT_TIMESTAMP;

	if (!(s->flags & TCP_ACK)) {
		// A number that nobody has acknowledged answers nothing.
		if (y->ack_known && !endpoint_missing(x) &&
		    seq_lt(y->ack, s->seq))
			return FORM_OTHER;
		// Windows' bare RSTs carry an acknowledgment number, others'
		// a window.
		if (!s->window && !(s->options & OPT_TIMESTAMP))
			return FORM_REPLY;
		return r->elicited_by.at.frame && rst_is_prompt(r) ? FORM_REPLY
								   : FORM_OTHER;
	}
	if (r->elicited_by.at.frame && !(r->elicited_by.flags & TCP_ACK))
		return FORM_REPLY;
	if (!s->seq && !s->window && !ts_due)
		return FORM_REPLY;
	if (answers_in_syn_sent(x, y, s, &r->elicited_by))
		return FORM_REPLY;
	r->like_own = answers_with_ack(x, y, s, r);
	return r->like_own ? FORM_REPLY : FORM_BY_SOCKET;
}
