// What is tracked, and what deliberately is not.
//
// A capture is not the connection: it is a view from one place. So an endpoint
// keeps what was *seen*, in the order in which it was seen, and nothing that
// supposes what its kernel thought. Bytes count once, however often they were
// sent; bytes that were acknowledged but never seen are holes, and a hole that
// fills later was only reordering. No number is remembered for so long that the
// comparison modulo 2^32 turns round: a hole further back than any window is
// lost for good, an acknowledgment so old is replaced by what must have been
// acknowledged since, and a stream that went on unseen for gigabytes begins
// anew where two segments agree that it is. Acknowledgments, windows and edges
// are taken from the newest ACK only, since an older one that arrives late
// says nothing new. Troubles (retransmissions, probes) count since the peer's
// last sign of progress, because only an unanswered run ends a connection.
//
// Not tracked: congestion windows, SACK scoreboards, payload. No rule of
// evidence.c needs them, and every byte kept here is paid for by each of
// millions of connections.
#include "track/endpoint.h"

#include <string.h>

#include "base/seq.h"
#include "track/connection.h"

enum {
	WSCALE_NONE = 255,
	PROBE_STEP_NS = 1000 * 1000,
	ID_STEP = 16, // of the IP ID, at most, between two segments
	MSS_LEAST = 536,
	EDGE_STEP = 16,    // of the largest window: the right edge has moved
	FAR_OFF = 1 << 28, // further than any window that is in use
	WINDOW_LIMIT = 1 << 30, // further than any can be (RFC 7323, 2.3)
};

static void mark_event(struct event *e, const struct segment *s)
{
	e->frame = s->frame;
	e->time = s->time;
}

static void mark_once(struct event *e, const struct segment *s)
{
	if (!e->frame)
		mark_event(e, s);
}

void sent_set_quiet(struct sent *s, int64_t quiet_ns)
{
	const uint64_t most = (UINT64_C(1) << 40) - 1;
	uint64_t ms = quiet_ns < 0 ? 0 : (uint64_t)quiet_ns / 1000000;

	ms = ms < most ? ms : most;
	s->quiet_ms = (uint32_t)ms;
	s->quiet_ms_high = (uint8_t)(ms >> 32);
}

uint32_t endpoint_contiguous(const struct endpoint *e)
{
	return e->holes ? e->hole[0].from : e->next;
}

uint64_t endpoint_missing(const struct endpoint *e)
{
	uint64_t n = e->lost;

	for (uint8_t i = 0; i < e->holes; i++)
		n += e->hole[i].to - e->hole[i].from;
	return n;
}

uint32_t endpoint_fin_end(const struct endpoint *e)
{
	return e->fin.seq + e->fin.len + 1;
}

bool endpoint_knew_fin(const struct endpoint *e, const struct endpoint *peer)
{
	return e->fin.acked >= endpoint_place(peer, endpoint_fin_end(peer));
}

bool endpoint_fin_acked(const struct endpoint *e)
{
	return e->fin_acked.frame != 0;
}

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

// Holes ----------------------------------------------------------------------

static void drop_oldest_hole(struct endpoint *e)
{
	e->holes--;
	for (uint8_t i = 0; i < e->holes; i++)
		e->hole[i] = e->hole[i + 1];
}

static void lose_oldest_hole(struct endpoint *e)
{
	e->lost += e->hole[0].to - e->hole[0].from;
	drop_oldest_hole(e);
}

// Makes room. What the peer has acknowledged will hardly be sent again; what it
// has not will be, and then looks like a repetition.
static void give_up_oldest_hole(struct endpoint *e, const struct endpoint *peer)
{
	if (peer->ack_known && seq_le(e->hole[0].to, peer->ack))
		lose_oldest_hole(e);
	else
		drop_oldest_hole(e);
}

static void add_hole(struct endpoint *e, const struct endpoint *peer,
		     uint32_t from, uint32_t to)
{
	if (e->holes == HOLES)
		give_up_oldest_hole(e, peer);
	e->hole[e->holes++] = (struct hole){ from, to };
}

// Bytes of [from, to) that lie in holes; they are taken out of them.
static uint32_t fill_holes(struct endpoint *e, const struct endpoint *peer,
			   uint32_t from, uint32_t to)
{
	struct hole old[HOLES];
	uint32_t filled = 0;
	uint8_t n = e->holes;

	if (!n)
		return 0;
	memcpy(old, e->hole, sizeof(old));
	e->holes = 0;
	for (uint8_t i = 0; i < n; i++) {
		struct hole h = old[i];
		uint32_t lo = seq_max(h.from, from);
		uint32_t hi = seq_lt(h.to, to) ? h.to : to;
		if (!seq_lt(lo, hi)) {
			add_hole(e, peer, h.from, h.to);
			continue;
		}
		filled += hi - lo;
		if (seq_lt(h.from, lo))
			add_hole(e, peer, h.from, lo);
		if (seq_lt(hi, h.to))
			add_hole(e, peer, hi, h.to);
	}
	return filled;
}

// Numbers --------------------------------------------------------------------

static void begin_numbers(struct endpoint *e, uint32_t isn, uint32_t next)
{
	e->seq_known = true;
	e->isn = isn;
	e->next = next;
	e->wraps = next < isn ? 2 : 1;
}

// Whoever sends has an acknowledgment of what lies a window back, whether it
// was captured or not.
static void outdate_ack(const struct endpoint *e, struct endpoint *peer)
{
	peer->ack = e->next - FAR_OFF;
	peer->window_max = 0;
	peer->shut.frame = 0;
	peer->timing_since = 0;
}

// Moves e->next on, by less than 1 GiB.
static void advance(struct endpoint *e, struct endpoint *peer, uint32_t to)
{
	e->wraps += to < e->next;
	e->next = to;
	while (e->holes && seq_diff(to, e->hole[0].to) > FAR_OFF)
		lose_oldest_hole(e);
	if (peer->ack_known && to - peer->ack > WINDOW_LIMIT)
		outdate_ack(e, peer);
}

// Takes [from, to) of what e sends; returns how many of them are new.
static uint32_t take_range(struct endpoint *e, struct endpoint *peer,
			   uint32_t from, uint32_t to, uint16_t *marks)
{
	uint32_t fresh;

	if (seq_lt(e->next, from)) {
		add_hole(e, peer, e->next, from);
		*marks |= STEP_GAP_BEFORE;
		advance(e, peer, from);
	}
	fresh = fill_holes(e, peer, from, to);
	if (fresh)
		*marks |= STEP_OUT_OF_ORDER;
	if (seq_lt(e->next, to)) {
		fresh += to - e->next;
		advance(e, peer, to);
	}
	return fresh;
}

static bool is_far_off(const struct endpoint *e, uint32_t number)
{
	return number - e->next + FAR_OFF > 2 * (uint32_t)FAR_OFF;
}

static bool is_near(uint32_t a, uint32_t b)
{
	return a - b + FAR_OFF <= 2 * (uint32_t)FAR_OFF;
}

// Skips what went by unseen, and takes the segment that showed it first.
static void jump(struct endpoint *e, struct endpoint *peer, uint32_t to)
{
	struct far_off f = e->far_off;
	uint16_t marks = 0;
	uint32_t fresh;

	to = seq_lt(to, f.from) ? to : f.from;
	while (e->holes)
		lose_oldest_hole(e);
	e->lost += to - e->next;
	e->wraps += to < e->next;
	e->next = to;
	if (peer->ack_known)
		outdate_ack(e, peer);
	fresh = take_range(e, peer, f.from, f.to, &marks);
	e->bytes += fresh < f.len ? fresh : f.len;
}

// Something that e sent, or had acknowledged, is far from all that was seen of
// it. One such segment is a stranger: a forgery, another connection's. But two
// that agree, with nothing that goes on as before between them, show a stream
// of which the capture missed gigabytes.
static bool has_jumped(struct endpoint *e, struct endpoint *peer,
		       struct far_off here)
{
	const struct far_off *f = &e->far_off;
	bool agree = f->next == e->next && is_near(here.from, f->to) &&
		     here.from != f->from && (f->from || f->to);

	if (agree)
		jump(e, peer, here.from);
	else
		e->far_off = here;
	return agree;
}

// A SYN (re)starts the sequence space.
static uint16_t take_syn(struct endpoint *me, struct endpoint *peer,
			 const struct segment *s)
{
	bool again = me->syn_seen && me->isn == s->seq;

	me->syns++;
	mark_event(&me->syn_last, s);
	if (again) {
		peer->timing_since = 0;
		return STEP_RETRANSMISSION;
	}
	mark_event(&me->syn, s);
	me->syns = 1;
	me->syn_seen = true;
	begin_numbers(me, s->seq, s->seq + 1 + s->len);
	peer->timing_since = s->time;
	peer->timing_end = me->next;
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

static bool is_probe(const struct endpoint *me, const struct endpoint *peer,
		     const struct segment *s)
{
	return s->len <= 1 && !(s->flags & (TCP_SYN | TCP_FIN)) &&
	       (s->flags & TCP_ACK) && peer->ack_known && me->seq_known &&
	       s->seq == me->next - 1 && peer->ack == me->next;
}

// A run of unanswered troubles: where it began, where it is now.
static void run_on(struct event *first, struct event *last, uint32_t *n,
		   const struct segment *s)
{
	if (first && !*n)
		mark_event(first, s);
	mark_event(last, s);
	++*n;
}

static uint16_t take_repeat(struct endpoint *me, struct endpoint *peer,
			    const struct segment *s)
{
	peer->timing_since = 0; // Karn: no round trip from a repeated segment
	me->rtx_total++;
	// Acknowledged long ago, as this capture knows but its sender does not.
	me->rtx_unheard =
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
	if (peer->shut.frame) {
		if (is_again(&me->stall_last, me->stalls, s))
			return STEP_ZERO_WINDOW_PROBE;
		run_on(&me->stall_first, &me->stall_last, &me->stalls, s);
		return STEP_ZERO_WINDOW_PROBE;
	}
	if (!is_again(&me->probe_last, me->probes, s))
		run_on(&me->probe_first, &me->probe_last, &me->probes, s);
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
		begin_numbers(me, s->seq - 1, s->seq);
	if (is_probe(me, peer, s))
		return take_probe(me, peer, s);
	if (end == s->seq)
		return 0;
	if (s->len == 1 && peer->shut.frame && s->seq == me->next)
		marks |= take_probe(me, peer, s); // BSD, Windows: a real byte
	if (s->len > FAR_OFF)
		return STEP_OUT_OF_ORDER;
	if (is_far_off(me, s->seq)) {
		if (!has_jumped(
			me, peer,
			(struct far_off){ s->seq, end, s->len, me->next }))
			return STEP_OUT_OF_ORDER;
		marks |= STEP_GAP_BEFORE;
	}
	next = me->next;
	fresh = take_range(me, peer, s->seq, end, &marks);
	if (me->next != next) {
		if (me->rtx_unheard)
			me->rtx = 0; // it has heard now
		if (!peer->timing_since) {
			peer->timing_since = s->time;
			peer->timing_end = end;
		}
	}
	if (!fresh)
		return peer->shut.frame && s->len == 1
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
}

static void take_delay(struct endpoint *me, const struct endpoint *peer,
		       const struct segment *s)
{
	int64_t delay = s->time - peer->data_last.at.time;

	if (s->len || !peer->data_last.at.frame || delay < 0)
		return;
	if (!me->acks_of_data++ || delay < me->ack_delay_min)
		me->ack_delay_min = delay;
	if (delay > me->ack_delay_max)
		me->ack_delay_max = delay;
}

// The acknowledgment number moved on: the peer made progress.
static void take_progress(struct endpoint *me, struct endpoint *peer,
			  const struct segment *s)
{
	bool covers_fin =
	    peer->closing && !seq_lt(s->ack, endpoint_fin_end(peer));

	if (me->timing_since && !seq_lt(s->ack, me->timing_end)) {
		int64_t rtt = s->time - me->timing_since;
		if (rtt > 0 && (!me->rtts++ || rtt < me->rtt_min))
			me->rtt_min = rtt;
		me->timing_since = 0;
	}
	if (me->closing && s->frame != me->fin.at.frame &&
	    me->fin.acked < endpoint_place(peer, s->ack) - covers_fin)
		mark_once(&me->read_on, s);
	if (covers_fin)
		mark_once(&peer->fin_acked, s);
	take_delay(me, peer, s);
	me->ack = s->ack;
	mark_event(&me->ack_at, s);
	peer->rtx = 0;
	if (peer->stalls && !s->window)
		return;
	peer->stalls = 0;
}

static void take_window(struct endpoint *me, struct endpoint *peer,
			const struct segment *s, uint16_t *marks, bool same_ack)
{
	uint32_t window = (uint32_t)s->window << me->wscale;

	bool known = me->window_max || me->shut.frame;

	if (same_ack && !s->len && known && window > me->window) {
		*marks |= STEP_WINDOW_UPDATE;
		mark_event(&me->window_update, s);
		me->updates++;
	}
	me->window = window;
	me->edge = known ? seq_max(me->edge, s->ack + window) : s->ack + window;
	if (!me->window_max || seq_diff(s->ack + window, me->edge_base) >
				   (int32_t)(me->window_max / EDGE_STEP)) {
		me->edge_base = s->ack + window;
		me->window_there = window;
	} else if (window > me->window_there) {
		me->window_there = window;
	}
	if (window > me->window_max) {
		me->window_max = window;
		me->window_low = window;
	}
	if (window < me->window_low)
		me->window_low = window;
	if (window) {
		me->shut.frame = 0;
		peer->stalls = 0;
	} else {
		*marks |= STEP_ZERO_WINDOW;
		mark_once(&me->shut, s);
	}
}

static uint16_t take_ack(struct endpoint *me, struct endpoint *peer,
			 const struct segment *s)
{
	bool same = me->ack_known && me->ack == s->ack;
	uint16_t marks = 0;

	if (!peer->seq_known)
		begin_numbers(peer, s->ack - 1, s->ack);
	if (is_far_off(peer, s->ack) &&
	    !has_jumped(peer, me,
			(struct far_off){ s->ack, s->ack, 0, peer->next }))
		return 0;
	if (seq_lt(peer->next, s->ack)) { // acknowledged, never seen
		add_hole(peer, me, peer->next, s->ack);
		advance(peer, me, s->ack);
	}
	if (me->ack_known && seq_lt(s->ack, me->ack))
		return 0;
	if (!same) {
		me->ack_known = true;
		take_progress(me, peer, s);
	}
	if (!(s->flags & TCP_SYN))
		take_window(me, peer, s, &marks, same);
	if (same && !marks && !s->len && !(s->flags & (TCP_SYN | TCP_FIN)))
		marks |= STEP_DUPLICATE_ACK;
	return marks;
}

// Captured behind what left after it.
static bool is_late(uint16_t id_step)
{
	return id_step > UINT16_MAX - ID_STEP;
}

// Linux counts the packets of a connection in their IP IDs; one that is no
// longer than any MSS takes one number (ip_select_ident_segs()). So numbers
// that were skipped behind such a one belong to packets that were not captured.
static void take_skipped(struct endpoint *me, uint16_t step)
{
	const struct sent *before = endpoint_recent(me, 0);

	if (me->stack != STACK_LINUX || !me->ip_id || !before ||
	    before->len > MSS_LEAST)
		return;
	if (step > 1 && step <= ID_STEP)
		me->ids_missed += step - 1u;
	else if (is_late(step) && me->ids_missed)
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
		take_skipped(me, step);
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
	if (segment_is_tls(s))
		me->tls++;
}

static void keep(struct endpoint *me, const struct segment *s, uint16_t marks,
		 int64_t quiet_ns)
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
		.marks = marks,
		.flags = s->flags,
		.ttl = s->ttl,
		.options = s->options,
	};
	sent_set_quiet(kept, quiet_ns);
}

uint16_t endpoint_sent(struct endpoint *me, struct endpoint *peer,
		       const struct segment *s, int64_t quiet_ns)
{
	uint16_t marks = 0;

	me->packets++;
	mark_event(&me->last, s);
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
			marks |= take_ack(me, peer, s);
		// Neither a probe nor its answer is a duplicate of anything.
		if (marks & STEP_KEEPALIVE || peer->probes || peer->stalls)
			marks &= (uint16_t)~STEP_DUPLICATE_ACK;
		if (peer->probes && !(marks & STEP_KEEPALIVE)) {
			peer->probes = 0; // a sign of life
			peer->probes_answered++;
		}
	}
	keep(me, s, marks, quiet_ns);
	return marks;
}
