// Did the program leave received data unread? Linux tells without meaning to:
// close() empties the receive queue before it builds the RST, so that RST
// offers the whole buffer again (tcp_close(), tcp_select_window()). A program
// that reads makes the kernel say so much earlier, by a window update as soon
// as the window can double (__tcp_cleanup_rbuf()). All other ways to abort
// build the RST first and empty the queue later.
#include "base/nanoseconds.h"
#include "base/seq.h"
#include "judge/evidence_parts.h"

enum {
	DELAYED_ACK_NS = 40 * MS, // the shortest timer of a delayed ACK
	VISIBLE_DELAY_NS = 500 * US,
	PAST_QUICK_ACKS = 4,
	SILLY_WINDOW = 1500,
	SILENCE_NS = 300 * MS,
	FAREWELL_NS = 2 * MS,
	GREW_LEAST = 64, // of the largest window: less, and rounding may do it
};

static bool same_window(uint32_t a, uint32_t b, uint32_t unit)
{
	return (a > b ? a - b : b - a) < unit;
}

// A window update after the last data, nearly back to the largest window.
static bool had_read(const struct endpoint *x, const struct rst *r, uint32_t l,
		     uint32_t m)
{
	return x->window_update.frame && x->window_low < m / 2 &&
	       l >= m - m / 10 &&
	       x->window_update.time > r->data_received.at.time;
}

// The margins were measured (samples/lab/README.md). WINDOW_REOPENED: beyond
// the rounding of two scale units. WINDOW_KEPT: against the largest window
// offered at about this right edge, since Linux lowers its offer for good when
// it learns how segments fill memory; and by more than the segment that silly
// window avoidance holds back.
static void windows(const struct flow *f, const struct rst *r,
		    struct evidence *ev)
{
	const struct endpoint *x = &f->end[r->side];
	uint32_t unit = UINT32_C(1) << x->wscale;
	uint32_t w = r->s.window, m = r->window_max, e = r->window_at_base;
	int32_t open = seq_diff(r->right_edge, r->s.ack);
	uint32_t l = open > 0 ? (uint32_t)open : 0;
	uint64_t last = r->before.at.frame;

	if (!r->window_known || (w == 0 && l != 0))
		return;
	// Bytes can't be taken from windows of an unknown scale: then what was
	// offered last is the most that can have been left.
	if (!r->scale_known)
		l = r->before.window;
	if (w > l + 2 * unit && w >= 2 * (uint64_t)l && l <= m / 2)
		evidence_add(ev, WINDOW_REOPENED, r->side, r->s.at.frame, last,
			     l, w);
	else if (!r->scale_known)
		return;
	else if (had_read(x, r, l, m))
		evidence_add(ev, WINDOW_READ, r->side, x->window_update.frame,
			     0, l, m);
	else if (w > l + unit && w - l >= m / GREW_LEAST && r->s.ack == r->ack)
		evidence_add(ev, WINDOW_GREW, r->side, r->s.at.frame, last, l,
			     w);
	else if (!same_window(w, l, unit) || e < l + SILLY_WINDOW)
		return;
	else if (l <= m / 2 && l <= e / 2)
		evidence_add(ev, WINDOW_KEPT, r->side, r->s.at.frame, last, w,
			     e);
	else if (l < e - e / 10)
		evidence_add(ev, WINDOW_KEPT_OPEN, r->side, r->s.at.frame, last,
			     w, e);
}

// A segment shorter than the one before it, and than the largest: Linux takes
// others for full ones, and then a read sends no ACK (tcp_measure_rcv_mss()).
static bool ends_short(const struct endpoint *y, const struct rst *r)
{
	for (uint32_t k = 0; k < RECENT; k++) {
		const struct sent *t = endpoint_recent(y, k);
		if (t && t->len && seq_lt(t->seq, r->data_received.seq))
			return t->len != r->data_received.len &&
			       r->data_received.len < y->largest;
	}
	return false;
}

// A one-way stream whose ACKs wait for the reads: then an ACK at the moment
// of reading is missing where nothing was read, and is there where all was.
static void delays(const struct flow *f, const struct rst *r,
		   struct evidence *ev)
{
	const struct endpoint *x = &f->end[r->side], *y = &f->end[!r->side];
	uint32_t fin =
	    y->fin.at.frame && !seq_lt(r->s.ack, endpoint_fin_end(y)) ? 1 : 0;
	int32_t fresh = seq_diff(r->s.ack - fin, r->ack);
	int64_t delay = x->ack_at.time - r->data_received.at.time;

	if (x->bytes || x->acks_of_data < PAST_QUICK_ACKS ||
	    x->ack_delay_max - x->ack_delay_min < VISIBLE_DELAY_NS)
		return;
	if (fresh > 0 && (uint32_t)fresh < 2 * y->largest && ends_short(y, r))
		evidence_add(ev, FIRST_ACK, r->side, r->s.at.frame,
			     x->ack_at.frame, fresh, 0);
	else if (fresh == 0 && delay < DELAYED_ACK_NS &&
		 delay - x->ack_delay_min >= VISIBLE_DELAY_NS)
		evidence_add(ev, ACK_AT_READ, r->side, x->ack_at.frame, 0,
			     delay, 0);
}

// A timer's abort comes after a silence, a close at the last byte does not.
static bool is_after_silence(const struct endpoint *x, const struct rst *r)
{
	return r->s.at.time - r->data_received.at.time - x->rtt_min >
		   SILENCE_NS &&
	       r->s.at.time - r->data_sent.at.time > SILENCE_NS;
}

static void unanswered(const struct rst *r, struct evidence *ev)
{
	const struct sent *t = &r->data_received;

	if (!r->unanswered)
		return;
	evidence_add(ev, UNANSWERED, r->side, t->at.frame, 0, t->len, 0);
	if (t->marks & STEP_GOODBYE)
		evidence_add(ev, NOTE_NOTIFY_UNREAD, !r->side, t->at.frame, 0,
			     t->len, 0);
}

void evidence_unread(const struct flow *f, const struct rst *r,
		     struct evidence *ev)
{
	const struct endpoint *x = &f->end[r->side], *y = &f->end[!r->side];
	int64_t since =
	    r->s.at.time - r->data_sent.at.time; // < 0: it was overtaken

	if (x->stack == STACK_LINUX)
		evidence_set(ev, IS_LINUX);
	else if (x->stack != STACK_UNKNOWN)
		evidence_set(ev, OTHER_STACK);
	// Its data may have come on another subflow, and its window is that of
	// the whole connection.
	if (evidence_is_mptcp(f)) {
		unanswered(r, ev);
		return;
	}
	if (!r->took_data && (x->syn_seen || y->syn_seen)) {
		// One without ACK says nothing of what its sender had.
		if (r->s.flags & TCP_ACK)
			evidence_add(ev, NEVER_RECEIVED, r->side,
				     r->s.at.frame, 0, 0, 0);
		else
			evidence_set(ev, NEVER_RECEIVED);
		return;
	}
	windows(f, r, ev);
	delays(f, r, ev);
	if (r->data_sent.at.frame && since >= 0 && since < FAREWELL_NS)
		evidence_add(ev, FAREWELL, r->side, r->data_sent.at.frame,
			     r->s.at.frame, since, 0);
	if (is_after_silence(x, r))
		evidence_set(ev, AFTER_SILENCE);
	unanswered(r, ev);
}
