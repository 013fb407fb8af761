#include "signs.h"

#include "clock.h"

const char *sign_name(enum sign s)
{
	static const char *const name[] = { "W1",   "W2",	  "W2 weak",
					    "W3",   "W5",	  "none",
					    "no payload", "no RST" };

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

// D1: the RST is the first to acknowledge the last payload, in a flow whose
// acknowledgments are delayed; D2: in such a flow a pure acknowledgment came at
// the moment of a read, and the RST adds nothing.
static void judge_delay(struct signs *s, const struct sign_side *me,
			const struct sign_side *other, const struct seg *g,
			int64_t time)
{
	bool oneway = me->data_at == 0 || me->data_at < other->data_at;
	bool slow = me->slowest >= MS / 2 + me->fastest;

	s->first_ack = me->acked && after(g->ack, me->acks) &&
		       payload_of(other, g->ack) > payload_of(other, me->acks);
	s->d1 = s->first_ack && oneway && slow && other->data_at > 0 &&
		time - other->data_at > MS / 2 + me->fastest;
	s->d2 = !s->first_ack && oneway && slow &&
		me->last_delay > MS / 2 + me->fastest &&
		me->last_delay < 38 * MS + me->fastest;
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
	s->payload = payload_of(other, g->ack);
	judge_delay(s, me, other, g, time);
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
		me->last_delay = time - other->data_at;
		if (me->last_delay > me->slowest)
			me->slowest = me->last_delay;
		if (!me->fastest || me->last_delay < me->fastest)
			me->fastest = me->last_delay;
	}
	if (more)
		me->acks = g->ack;
	me->acked = true;
	if (!me->windowed || !after(me->edge, edge))
		me->edge = edge;
	me->windowed = true;
	if (!(g->flags & SYN) && window > me->largest)
		me->largest = window;
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
		me->data_at = time;
	}
	if (g->flags & FIN) {
		me->fin = true;
		me->fin_end = g->seq + g->len + 1;
	}
}

enum sign signs_window(const struct signs *s)
{
	uint32_t l = s->last, w = s->window, m = s->largest;

	if (!s->done)
		return SIGN_NO_RST;
	if (s->payload == 0)
		return SIGN_NO_PAYLOAD;
	if (w > l)
		return w >= 2 * l && l <= m / 2 ? SIGN_W1 : SIGN_W5;
	if (l <= m / 2 || l == 0)
		return SIGN_W2;
	if (l < m - m / 10)
		return SIGN_W2_WEAK;
	return s->side[s->sender].updated ? SIGN_W3 : SIGN_NONE;
}
