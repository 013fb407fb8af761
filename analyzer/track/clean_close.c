#include "track/clean_close.h"

#include "base/seq.h"

// A segment has less; and as many as a trail holds stay within a window, so
// that the state calls none of them far off.
enum { LEN_MOST = 1 << 22 };

// What has been sent so far, by side.
struct life {
	uint32_t next[2]; // behind the highest number sent
	uint32_t ack[2];  // highest sent
	uint32_t fin[2];  // behind the FIN
	bool closed[2];   // the FIN was sent ...
	bool knew[2];     // ... and acknowledged the other's
	uint64_t bytes[2];
	uint32_t packets[2];
};

static bool opens(const struct track *syn, const struct track *syn_ack,
		  struct life *l)
{
	const uint8_t both = TCP_SYN | TCP_ACK | TCP_FIN | TCP_RST;

	if ((syn->flags & both) != TCP_SYN || track_side(syn) != CLIENT ||
	    (syn_ack->flags & both) != (TCP_SYN | TCP_ACK) ||
	    track_side(syn_ack) != SERVER || syn->len || syn_ack->len ||
	    syn_ack->ack != syn->seq + 1)
		return false;
	l->next[CLIENT] = syn->seq + 1;
	l->next[SERVER] = syn_ack->seq + 1;
	l->ack[SERVER] = syn_ack->ack;
	l->ack[CLIENT] = syn_ack->seq; // so that the next is news
	l->packets[CLIENT] = l->packets[SERVER] = 1;
	return true;
}

static bool is_over(const struct life *l)
{
	return l->closed[CLIENT] && l->closed[SERVER] &&
	       !seq_lt(l->ack[CLIENT], l->fin[SERVER]) &&
	       !seq_lt(l->ack[SERVER], l->fin[CLIENT]);
}

// The next segment in its place: it carries the next byte or acknowledges news,
// and comes from a side that may still speak. So nothing goes on after the end.
static bool goes_on(struct life *l, const struct track *k)
{
	enum side x = track_side(k), y = !x;
	bool fin = k->flags & TCP_FIN;

	if ((k->flags & (TCP_SYN | TCP_RST | TCP_ACK)) != TCP_ACK ||
	    k->seq != l->next[x] || !k->window || seq_lt(k->ack, l->ack[x]) ||
	    seq_lt(l->next[y], k->ack))
		return false;
	if (k->len || fin) {
		if (l->closed[x] || k->len > LEN_MOST)
			return false;
		l->next[x] += k->len + fin;
		l->bytes[x] += k->len;
	} else if (k->ack == l->ack[x]) {
		return false; // a repetition, a window update, a duplicate
	}
	l->ack[x] = k->ack;
	if (fin) {
		l->closed[x] = true;
		l->fin[x] = l->next[x];
		l->knew[x] = l->closed[y] && k->ack == l->fin[y];
	}
	l->packets[x]++;
	return true;
}

static void tell_end(const struct life *l, struct connection *c)
{
	bool crossed = !l->knew[CLIENT] && !l->knew[SERVER];

	c->closed_first = crossed ? BOTH : l->knew[CLIENT] ? SERVER : CLIENT;
	c->actor = c->closed_first == SERVER ? SERVER : CLIENT;
	for (enum side x = CLIENT; x <= SERVER; x++) {
		c->bytes[x] = l->bytes[x];
		c->packets[x] = l->packets[x];
		c->state[x] = l->knew[x] ? STATE_CLOSED : STATE_TIME_WAIT;
	}
	c->reset_by = NOBODY;
	c->findings = 0;
}

enum ordinary ordinary(const struct trail *l, struct connection *c)
{
	const struct track *syn = trail_track(l, 0), *last;
	struct life life = { 0 };

	if (l->n < 2 || !opens(syn, trail_track(l, 1), &life))
		return ORDINARY_NOT;
	for (unsigned i = 2; i < l->n; i++)
		if (!goes_on(&life, trail_track(l, i)))
			return ORDINARY_NOT;
	if (!is_over(&life))
		return ORDINARY_OPEN;
	tell_end(&life, c);
	c->start = syn->time;
	c->first_frame = syn->frame;
	c->app.stack[CLIENT] = track_stack(syn);
	c->app.stack[SERVER] = track_stack(trail_track(l, 1));
	last = trail_track(l, l->n - 1);
	c->end = last->time;
	c->last_frame = last->frame;
	return ORDINARY_OVER;
}
