#include "signs.h"

#include "clock.h"

const char *sign_name(enum sign s)
{
	static const char *const name[] = { "W1",     "W2",    "W2loose",
					    "W2weak", "W3",    "W5",
					    "none",   "nopay", "noRST" };

	return name[s];
}

static bool after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

static uint32_t scaled(const struct signs *s, enum side from,
		       const struct seg *g)
{
	bool both = s->side[0].wscale >= 0 && s->side[1].wscale >= 0;

	if (g->flags & SYN || !both)
		return g->window;
	return (uint32_t)g->window << s->side[from].wscale;
}

static void feed_syn(struct sign_side *me, const struct seg *g)
{
	me->syn = true;
	me->isn = g->seq;
	me->wscale = g->wscale;
}

// How much of the other's payload an acknowledgment number covers.
static uint32_t payload_of(const struct sign_side *other, uint32_t ack)
{
	uint32_t n = ack - other->isn - 1;

	if (other->fin && ack == other->fin_end)
		n--;
	return other->syn ? n : 0;
}

// A delay that is more than the path's and the host's usual noise.
enum { NOISE_MS = 4, DELACK_MS = 38 };

// True if reading the last payload would have sent the acknowledgment. Not so
// after a segment of full size, or of the size of the one before, which Linux
// takes for full (tcp_measure_rcv_mss): it expects more, and waits.
static bool read_would_show(const struct sign_side *other)
{
	return other->len[0] != other->len[1] && other->len[0] < other->longest;
}

// D1: the RST is the first to acknowledge the last payload, some time after it
// came, and its sender never sent payload itself (so that acknowledgments were
// delayed, and a read that emptied the queue would have sent one). D2: in such
// a flow the last payload was acknowledged with a delay of its own, too soon
// for the timer: somebody read.
static void judge_delay(struct signs *s, const struct sign_side *me,
			const struct sign_side *other, const struct seg *g,
			int64_t time)
{
	int64_t noise = me->fastest + NOISE_MS * MS;

	s->first_ack = me->acked &&
		       payload_of(other, g->ack) > payload_of(other, me->acks);
	if (me->sent_payload || !me->fastest)
		return;
	s->d1 = s->first_ack && me->slowest > noise && read_would_show(other) &&
		time - other->data_at > noise;
	s->d2 = !s->first_ack && me->last_delay > noise &&
		me->last_delay < me->fastest + DELACK_MS * MS;
}

static void feed_rst(struct signs *s, enum side from, const struct seg *g,
		     int64_t time)
{
	struct sign_side *me = &s->side[from], *other = &s->side[!from];
	bool active = g->flags & ACK && g->seq != 0 && me->windowed;

	if (!active || s->done)
		return;
	s->done = true;
	s->sender = from;
	s->window = scaled(s, from, g);
	s->last = after(me->edge, g->ack) ? me->edge - g->ack : 0;
	s->largest = me->largest;
	s->edge = me->edge_window;
	s->payload = payload_of(other, g->ack);
	judge_delay(s, me, other, g, time);
}

// E follows the right edge when that moves by more than a sixteenth of M:
// scaling rounds windows, so that edges waver.
static void feed_edge(struct sign_side *me, uint32_t edge, uint32_t window)
{
	if (!me->windowed || after(edge, me->anchor + me->largest / 16)) {
		me->anchor = edge;
		me->edge_window = window;
	} else if (window > me->edge_window) {
		me->edge_window = window;
	}
	if (!me->windowed || !after(me->edge, edge))
		me->edge = edge;
	me->windowed = true;
}

static void feed_ack(struct signs *s, enum side from, const struct seg *g,
		     int64_t time)
{
	struct sign_side *me = &s->side[from], *other = &s->side[!from];
	uint32_t window = scaled(s, from, g);
	bool more = !me->acked || after(g->ack, me->acks);
	uint32_t edge = g->ack + window;

	me->updated = me->acked && !more && !g->len && after(edge, me->edge);
	if (more && me->acked && other->data_at) {
		int64_t delay = time - other->data_at + 1;

		me->last_delay = g->len ? 0 : delay;
		if (delay > me->slowest)
			me->slowest = delay;
		if (!me->fastest || delay < me->fastest)
			me->fastest = delay;
	}
	if (more)
		me->acks = g->ack;
	me->acked = true;
	if (!(g->flags & SYN) && window > me->largest)
		me->largest = window;
	feed_edge(me, edge, window);
}

void signs_feed(struct signs *s, int64_t time, const struct seg *g)
{
	enum side from = g->src.side;
	struct sign_side *me = &s->side[from];

	if (g->icmp || s->done)
		return;
	if (g->flags & RST) {
		feed_rst(s, from, g, time);
		return;
	}
	if (g->flags & SYN)
		feed_syn(me, g);
	if (g->flags & ACK)
		feed_ack(s, from, g, time);
	if (g->len) {
		me->sent_payload += g->len;
		me->len[1] = me->len[0];
		me->len[0] = g->len;
		if (g->len > me->longest)
			me->longest = g->len;
		me->data_at = time;
	}
	if (g->flags & FIN) {
		me->fin = true;
		me->fin_end = g->seq + g->len + 1;
	}
}

// Scaling rounds a window up, so that a few bytes seem to grow to a whole
// unit; and a window smaller than a segment isn't raised at all.
static bool grew(const struct signs *s)
{
	int scale = s->side[s->sender].wscale;
	uint32_t unit = scale > 0 && scale < 15 ? 1u << scale : 1;

	return s->window >= 2 * s->last && s->last <= s->largest / 2 &&
	       s->window - s->last > 2 * unit;
}

static bool stood_still(const struct signs *s)
{
	return s->last <= s->edge / 2 && s->edge - s->last > 1500;
}

enum sign signs_window(const struct signs *s)
{
	uint32_t l = s->last, w = s->window, m = s->largest;

	if (!s->done)
		return SIGN_NO_RST;
	if (s->payload == 0)
		return SIGN_NO_PAYLOAD;
	if (w > l)
		return grew(s) ? SIGN_W1 : SIGN_W5;
	if (l <= m / 2)
		return stood_still(s) ? SIGN_W2 : SIGN_W2_LOOSE;
	if (l < m - m / 10)
		return SIGN_W2_WEAK;
	return s->side[s->sender].updated ? SIGN_W3 : SIGN_NONE;
}
