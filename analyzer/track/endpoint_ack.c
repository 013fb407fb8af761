#include "track/endpoint_ack.h"

#include "track/connection.h"
#include "track/sequence.h"

enum { EDGE_STEP = 16 }; // of the largest window: the right edge has moved

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
		event_mark_once(&me->acked_after_fin, s);
	if (covers_fin)
		event_mark_once(&peer->fin_acked, s);
	take_delay(me, peer, s);
	me->ack = s->ack;
	event_mark(&me->ack_at, s);
	peer->rtx = 0;
	if (peer->window_probes && !s->window)
		return;
	peer->window_probes = 0;
}

static void window_opens(struct endpoint *me, const struct segment *s)
{
	if (me->zero_window.frame && s->time > me->zero_window.time)
		me->zero_window_ns += s->time - me->zero_window.time;
	me->zero_window.frame = 0;
}

static void take_window(struct endpoint *me, struct endpoint *peer,
			const struct segment *s, uint16_t *marks, bool same_ack)
{
	uint32_t window = (uint32_t)s->window << me->wscale;

	bool known = me->window_max || me->zero_window.frame;

	if (same_ack && !s->len && known && window > me->window) {
		*marks |= STEP_WINDOW_UPDATE;
		event_mark(&me->window_update, s);
		me->window_updates++;
	}
	me->window = window;
	me->right_edge =
	    known ? seq_max(me->right_edge, s->ack + window) : s->ack + window;
	if (!me->window_max || seq_diff(s->ack + window, me->right_edge_base) >
				   (int32_t)(me->window_max / EDGE_STEP)) {
		me->right_edge_base = s->ack + window;
		me->window_at_base = window;
	} else if (window > me->window_at_base) {
		me->window_at_base = window;
	}
	if (window > me->window_max) {
		me->window_max = window;
		me->window_low = window;
	}
	if (window < me->window_low)
		me->window_low = window;
	if (window) {
		window_opens(me, s);
		peer->window_probes = 0;
	} else {
		*marks |= STEP_ZERO_WINDOW;
		event_mark_once(&me->zero_window, s);
	}
}

uint16_t endpoint_take_ack(struct endpoint *me, struct endpoint *peer,
			   const struct segment *s)
{
	bool same = me->ack_known && me->ack == s->ack;
	uint16_t marks = 0;

	if (!peer->seq_known)
		sequence_begin(peer, s->ack - 1, s->ack);
	if (sequence_is_far_off(peer, s->ack) &&
	    !sequence_has_jumped(
		peer, me, (struct far_off){ s->ack, s->ack, 0, peer->snd_nxt }))
		return 0;
	if (seq_lt(peer->snd_nxt, s->ack))
		sequence_take_unseen(peer, me, s->ack);
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
