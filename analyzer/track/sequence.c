#include "track/sequence.h"

#include "track/connection.h"

#include <string.h>

enum {
	WINDOW_LIMIT = 1 << 30, // further than any can be (RFC 7323, 2.3)
	HOLE_MOST = 1 << 20,    // holes side by side become one up to this
};

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
	if (e->holes && e->hole[e->holes - 1].to == from &&
	    to - e->hole[e->holes - 1].from <= HOLE_MOST) {
		e->hole[e->holes - 1].to = to;
		return;
	}
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

void sequence_begin(struct endpoint *e, uint32_t isn, uint32_t next)
{
	e->seq_known = true;
	e->isn = isn;
	e->snd_nxt = next;
	e->wraps = next < isn ? 2 : 1;
}

// Whoever sends has an acknowledgment of what lies a window back, whether it
// was captured or not.
static void outdate_ack(const struct endpoint *e, struct endpoint *peer)
{
	peer->ack = e->snd_nxt - FAR_OFF;
	peer->window_max = 0;
	peer->zero_window.frame = 0;
	peer->timing_since = 0;
}

// Moves e->snd_nxt on, by less than 1 GiB.
static void advance(struct endpoint *e, struct endpoint *peer, uint32_t to)
{
	e->wraps += to < e->snd_nxt;
	e->snd_nxt = to;
	while (e->holes && seq_diff(to, e->hole[0].to) > FAR_OFF)
		lose_oldest_hole(e);
	if (peer->ack_known && to - peer->ack > WINDOW_LIMIT)
		outdate_ack(e, peer);
}

// Takes [from, to) of what e sends; returns how many of them are new.
uint32_t sequence_take(struct endpoint *e, struct endpoint *peer, uint32_t from,
		       uint32_t to, uint16_t *marks)
{
	uint32_t fresh;

	if (seq_lt(e->snd_nxt, from)) {
		add_hole(e, peer, e->snd_nxt, from);
		*marks |= STEP_GAP_BEFORE;
		advance(e, peer, from);
	}
	fresh = fill_holes(e, peer, from, to);
	if (fresh)
		*marks |= STEP_OUT_OF_ORDER;
	if (seq_lt(e->snd_nxt, to)) {
		fresh += to - e->snd_nxt;
		advance(e, peer, to);
	}
	return fresh;
}

bool sequence_is_far_off(const struct endpoint *e, uint32_t number)
{
	return number - e->snd_nxt + FAR_OFF > 2 * (uint32_t)FAR_OFF;
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
	e->lost += to - e->snd_nxt;
	e->wraps += to < e->snd_nxt;
	e->snd_nxt = to;
	if (peer->ack_known)
		outdate_ack(e, peer);
	fresh = sequence_take(e, peer, f.from, f.to, &marks);
	e->bytes += fresh < f.len ? fresh : f.len;
}

// Something that e sent, or had acknowledged, is far from all that was seen of
// it. One such segment is a stranger: a forgery, another connection's. But two
// that agree, with nothing that goes on as before between them, show a stream
// of which the capture missed gigabytes.
bool sequence_has_jumped(struct endpoint *e, struct endpoint *peer,
			 struct far_off here)
{
	const struct far_off *f = &e->far_off;
	bool agree = f->next == e->snd_nxt && is_near(here.from, f->to) &&
		     here.from != f->from && (f->from || f->to);

	if (agree)
		jump(e, peer, here.from);
	else
		e->far_off = here;
	return agree;
}

void sequence_take_unseen(struct endpoint *e, struct endpoint *peer,
			  uint32_t to)
{
	add_hole(e, peer, e->snd_nxt, to);
	advance(e, peer, to);
}
