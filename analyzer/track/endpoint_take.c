#include "track/endpoint_take.h"

#include "base/nanoseconds.h"
#include "track/connection.h"
#include "track/endpoint_ack.h"
#include "track/sequence.h"

enum {
	WSCALE_NONE = 255,
	PROBE_STEP_NS = MS,
	ID_STEP = 16, // of the IP ID, at most, between two segments
	MSS_LEAST = 536,
};

// The place that s acknowledges; its sender may be the first to show that the
// peer is there.
static uint64_t acked_by(const struct segment *s, const struct endpoint *peer)
{
	if (!(s->flags & TCP_ACK))
		return 0;
	if (!peer->seq_known)
		return (UINT64_C(1) << 32 | (s->ack - 1)) + 1;
	return endpoint_place(peer, s->ack);
}

static struct landmark landmark(const struct segment *s,
				const struct endpoint *peer)
{
	return (struct landmark){
		.at = { s->frame, s->time },
		.acked = acked_by(s, peer),
		.seq = s->seq,
		.len = s->len,
	};
}

static bool is_copy(const struct endpoint *me, const struct segment *s)
{
	for (uint32_t k = 0; k < RECENT; k++) {
		const struct sent *o = endpoint_recent(me, k);
		if (!o)
			break;
		if (o->flags & TCP_SYN && o->seq == s->seq &&
		    endpoint_syn_is_copy(s->options & OPT_TIMESTAMP,
					 o->ip_id == s->ip_id &&
					     o->ts_val == s->ts_val,
					 s->time - o->at.time))
			return true;
	}
	return false;
}

// A SYN (re)starts the sequence space.
static uint16_t take_syn(struct endpoint *me, struct endpoint *peer,
			 const struct segment *s)
{
	bool again = me->syn_seen && me->isn == s->seq;

	me->syns++;
	event_mark(&me->syn_last, s);
	if (again) {
		me->copied |= is_copy(me, s);
		peer->timing_since = 0;
		return STEP_RETRANSMISSION;
	}
	event_mark(&me->syn, s);
	me->syns = 1;
	me->syn_seen = true;
	sequence_begin(me, s->seq, s->seq + 1 + s->len);
	peer->timing_since = s->time;
	peer->timing_end = me->snd_nxt;
	me->holes = 0;
	me->bytes += s->len;
	me->wscale_offer =
	    s->options & OPT_WSCALE ? segment_scale(s) : WSCALE_NONE;
	me->sack_ok = s->options & OPT_SACK_OK;
	me->ts_ok = s->options & OPT_TIMESTAMP;
	me->stack = segment_stack(s);
	// RFC 7323: scaling holds only if both SYNs carried the option.
	if (peer->syn_seen && me->wscale_offer != WSCALE_NONE &&
	    peer->wscale_offer != WSCALE_NONE) {
		me->wscale = me->wscale_offer;
		peer->wscale = peer->wscale_offer;
	}
	// What was offered before the scale was known (a SYN-ACK captured late)
	// can't be compared.
	me->window_max = peer->window_max = 0;
	return 0;
}

// The last byte before snd_nxt was acknowledged before it was captured.
static bool lacks_last_byte(const struct endpoint *e)
{
	return e->holes && e->hole[e->holes - 1].to == e->snd_nxt;
}

static bool is_probe(const struct endpoint *me, const struct endpoint *peer,
		     const struct segment *s)
{
	return !lacks_last_byte(me) && s->len <= 1 &&
	       !(s->flags & (TCP_SYN | TCP_FIN)) && (s->flags & TCP_ACK) &&
	       peer->ack_known && me->seq_known && s->seq == me->snd_nxt - 1 &&
	       peer->ack == me->snd_nxt;
}

// A run of unanswered troubles: where it began, where it is now.
static void run_on(struct event *first, struct event *last, uint32_t *n,
		   const struct segment *s)
{
	if (first && !*n)
		event_mark(first, s);
	event_mark(last, s);
	++*n;
}

static uint16_t take_repeat(struct endpoint *me, struct endpoint *peer,
			    const struct segment *s)
{
	peer->timing_since = 0; // Karn: no round trip from a repeated segment
	me->rtx_total++;
	// Acknowledged long ago, as this capture knows but its sender does not.
	me->rtx_answered =
	    peer->ack_known &&
	    !seq_lt(peer->ack, s->seq + s->len + (s->flags & TCP_FIN ? 1 : 0));
	if (!me->rtx)
		me->rtx_original =
		    s->len || !me->closing ? me->data_last.at : me->fin.at;
	run_on(NULL, &me->rtx_last, &me->rtx, s);
	return STEP_RETRANSMISSION;
}

// A probe that was captured twice is one probe.
static bool is_again(const struct event *last, uint32_t n,
		     const struct segment *s)
{
	return n && s->time - last->time < PROBE_STEP_NS;
}

static uint16_t take_probe(struct endpoint *me, const struct endpoint *peer,
			   const struct segment *s)
{
	if (peer->zero_window.frame) {
		if (is_again(&me->window_probe_last, me->window_probes, s))
			return STEP_ZERO_WINDOW_PROBE;
		run_on(&me->window_probe_first, &me->window_probe_last,
		       &me->window_probes, s);
		return STEP_ZERO_WINDOW_PROBE;
	}
	if (!is_again(&me->keepalive_last, me->keepalives, s))
		run_on(&me->keepalive_first, &me->keepalive_last,
		       &me->keepalives, s);
	return STEP_KEEPALIVE;
}

// Payload and FIN: what of it is new?
static uint16_t take_sequence(struct endpoint *me, struct endpoint *peer,
			      const struct segment *s)
{
	uint32_t end = s->seq + s->len + (s->flags & TCP_FIN ? 1 : 0);
	uint32_t fresh, next;
	uint16_t marks = 0;

	if (!me->seq_known)
		sequence_begin(me, s->seq - 1, s->seq);
	if (is_probe(me, peer, s))
		return take_probe(me, peer, s);
	if (end == s->seq)
		return 0;
	if (s->len == 1 && peer->zero_window.frame && s->seq == me->snd_nxt)
		marks |= take_probe(me, peer, s); // BSD, Windows: a real byte
	if (s->len > FAR_OFF)
		return STEP_OUT_OF_ORDER;
	if (sequence_is_far_off(me, s->seq)) {
		if (!sequence_has_jumped(
			me, peer,
			(struct far_off){ s->seq, end, s->len, me->snd_nxt }))
			return STEP_OUT_OF_ORDER;
		marks |= STEP_GAP_BEFORE;
	}
	next = me->snd_nxt;
	fresh = sequence_take(me, peer, s->seq, end, &marks);
	if (me->snd_nxt != next) {
		if (me->rtx_answered)
			me->rtx = 0; // it has heard now
		if (!peer->timing_since) {
			peer->timing_since = s->time;
			peer->timing_end = end;
		}
	}
	if (!fresh)
		return peer->zero_window.frame && s->len == 1
			   ? take_probe(me, peer, s)
			   : take_repeat(me, peer, s);
	if (s->flags & TCP_FIN && !me->closing)
		fresh--;
	me->bytes += fresh < s->len ? fresh : s->len;
	if (s->len)
		me->data_last = landmark(s, peer);
	return marks;
}

static void take_fin(struct endpoint *me, const struct endpoint *peer,
		     const struct segment *s)
{
	if (me->closing)
		return;
	me->closing = true;
	me->fin = landmark(s, peer);
	// Two queues of a card may show the acknowledgment first.
	if (peer->ack_known && peer->ack == endpoint_fin_end(me) &&
	    s->time - peer->ack_at.time < ENDPOINT_SWAP_NS)
		me->fin_acked = peer->ack_at;
}

// Captured behind what left after it.
static bool is_late(uint16_t id_step)
{
	return id_step > UINT16_MAX - ID_STEP;
}

// Linux counts the packets of a connection in their IP IDs; one that is no
// longer than any MSS takes one number (ip_select_ident_segs()). So numbers
// that were skipped behind such a one belong to packets that were not captured.
uint32_t endpoint_ids_skipped(const struct endpoint *e,
			      const struct sent *before, uint16_t id)
{
	uint16_t step = (uint16_t)(id - e->ip_id);

	if (e->stack != STACK_LINUX || !e->ip_id || before->len > MSS_LEAST ||
	    step < 1 || step > ID_STEP)
		return 0;
	return step - 1u;
}

static void take_skipped(struct endpoint *me, uint16_t id)
{
	const struct sent *before = endpoint_recent(me, 0);

	if (!before)
		return;
	me->ids_missed += endpoint_ids_skipped(me, before, id);
	if (me->stack == STACK_LINUX && me->ip_id && me->ids_missed &&
	    before->len <= MSS_LEAST && is_late((uint16_t)(id - me->ip_id)))
		me->ids_missed--;
}

static void take_identity(struct endpoint *me, const struct segment *s)
{
	uint16_t step = (uint16_t)(s->ip_id - me->ip_id);

	if (!me->ttl_high || s->ttl < me->ttl_low)
		me->ttl_low = s->ttl;
	if (s->ttl > me->ttl_high)
		me->ttl_high = s->ttl;
	if (me->ids_seen++) {
		take_skipped(me, s->ip_id);
		if (step >= 1 && step <= ID_STEP)
			me->ids_in_step++;
	} else {
		me->ids_zero = true;
	}
	if (s->ip_id)
		me->ids_zero = false;
	if ((!(s->flags & TCP_SYN) || s->ip_id) &&
	    !(me->stack == STACK_LINUX && is_late(step)))
		me->ip_id = s->ip_id;
}

static void keep_recent(struct endpoint *me, const struct segment *s,
			uint16_t marks, int64_t idle_ns)
{
	struct sent *kept = endpoint_next(me);

	me->rst_challenged = false;
	if (s->time > me->latest)
		me->latest = s->time;
	*kept = (struct sent){
		.at = { s->frame, s->time },
		.seq = s->seq,
		.ack = s->ack,
		.len = s->len,
		.window = (uint32_t)s->window
			  << (s->flags & TCP_SYN ? 0 : me->wscale),
		.ts_val = s->ts_val,
		.ip_id = s->ip_id,
		.marks = marks | (segment_is_goodbye(s) ? STEP_GOODBYE : 0),
		.flags = s->flags,
		.ttl = s->ttl,
		.options = s->options,
	};
	sent_set_idle(kept, idle_ns);
}

uint16_t endpoint_sent(struct endpoint *me, struct endpoint *peer,
		       const struct segment *s, int64_t idle_ns)
{
	uint16_t marks = 0;

	me->packets++;
	event_mark(&me->last, s);
	if (s->len > me->largest)
		me->largest = s->len;
	if (!(s->flags & TCP_RST)) {
		take_identity(me, s);
		if (s->flags & TCP_SYN)
			marks |= take_syn(me, peer, s);
		else
			marks |= take_sequence(me, peer, s);
		if (s->flags & TCP_FIN)
			take_fin(me, peer, s);
		if (s->flags & TCP_ACK)
			marks |= endpoint_take_ack(me, peer, s);
		// Neither a probe nor its answer is a duplicate of anything.
		if (marks & STEP_KEEPALIVE || peer->keepalives ||
		    peer->window_probes)
			marks &= (uint16_t)~STEP_DUPLICATE_ACK;
		if (peer->keepalives && !(marks & STEP_KEEPALIVE)) {
			peer->keepalives = 0; // a sign of life
			peer->keepalives_answered++;
		}
	}
	keep_recent(me, s, marks, idle_ns);
	return marks;
}
