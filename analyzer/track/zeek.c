// The letters of a history, and the states behind them.
#include "track/zeek_parts.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/nanoseconds.h"
#include "base/seq.h"

// Letters that come once.
enum seen {
	SEEN_SYN = 0x01,
	SEEN_FIN = 0x02,
	SEEN_RST = 0x04,
	SEEN_FIN_RST = 0x08,
	SEEN_MANY = 0x10,
	SEEN_DATA = 0x20,
	SEEN_ACK = 0x40,
};

enum { FAR = 1 << 20 }; // SYNs and RSTs further off don't move the numbers
enum { REPEATS_MAX = 100000, COUNT_MAX = 10000 };

#define LINGER (5 * SECOND) // ns from the end to when Zeek drops it

static_assert(sizeof(struct zeek) <= 64, "as much as a cache line");

static void add_letter(struct zeek *z, enum side from, char letter)
{
	size_t n = strlen(z->history);

	if (n + 1 == sizeof(z->history))
		return;
	z->history[n] = (char)(from == CLIENT ? letter - 'a' + 'A' : letter);
}

// Adds the letter if it is the first of its kind; false if not.
static bool add_once(struct zeek *z, enum side from, enum seen kind,
		     char letter)
{
	if (z->end[from].seen & kind)
		return false;
	z->end[from].seen |= kind & 127;
	add_letter(z, from, letter);
	return true;
}

// The 1st, 10th, 100th, ... gets a letter.
static void add_scaled(struct zeek *z, enum side from, char letter, uint32_t n)
{
	while (n % 10 == 0)
		n /= 10;
	if (n == 1)
		add_letter(z, from, letter);
}

static void add_flags(struct zeek *z, enum side from, const struct segment *s)
{
	struct zeek_end *e = &z->end[from];

	switch (s->flags & (TCP_SYN | TCP_FIN | TCP_RST)) {
	case 0:
		if (s->len)
			add_once(z, from, SEEN_DATA, 'd');
		else if (s->flags & TCP_ACK)
			add_once(z, from, SEEN_ACK, 'a');
		return;
	case TCP_SYN:
		add_once(z, from, SEEN_SYN, s->flags & TCP_ACK ? 'h' : 's');
		return;
	case TCP_FIN:
		if (!add_once(z, from, SEEN_FIN, 'f') &&
		    s->seq + s->len + 1 != e->last)
			add_letter(z, from, 'f');
		return;
	case TCP_RST:
		if (!add_once(z, from, SEEN_RST, 'r') && s->seq != e->rst)
			add_letter(z, from, 'r');
		e->rst = s->seq;
		return;
	case TCP_FIN | TCP_RST:
	case TCP_FIN | TCP_RST | TCP_SYN:
		add_once(z, from, SEEN_FIN_RST, 'i');
		return;
	default:
		add_once(z, from, SEEN_MANY, 'q');
	}
}

static void add_window(struct zeek *z, enum side from, const struct segment *s)
{
	struct zeek_end *e = &z->end[from];

	if (s->window || s->flags & TCP_RST || e->state == RESET ||
	    z->end[!from].state == CLOSED || e->zero_windows == COUNT_MAX)
		return;
	add_scaled(z, from, 'w', ++e->zero_windows);
}

// The number behind a segment. The payload of a RST is no part of the stream.
static uint32_t end_of(const struct segment *s)
{
	return s->seq + (s->flags & TCP_RST ? 0 : s->len) +
	       (s->flags & TCP_SYN ? 1 : 0) + (s->flags & TCP_FIN ? 1 : 0);
}

// A side's numbers begin with its first segment, and again with a SYN that
// comes before anything else or where it has no right to be.
static void start_numbers(struct zeek_end *e, const struct segment *s)
{
	bool syn = s->flags & TCP_SYN;

	if (e->state == INACTIVE) {
		e->last = syn ? end_of(s) : s->seq;
		e->fresh = !syn || !s->len;
		e->whole = s->seq + (syn ? 1 : 0);
		return;
	}
	if (!syn || e->state == CLOSED ||
	    (e->state == RESET && e->before != INACTIVE) ||
	    (e->state < PARTIAL && !e->fresh))
		return;
	if (e->fresh)
		e->whole = s->seq + 1;
	e->last = end_of(s);
	e->fresh = !s->len;
}

static void move_numbers(struct zeek *z, enum side from,
			 const struct segment *s)
{
	struct zeek_end *e = &z->end[from];
	int32_t step = seq_diff(end_of(s), e->last);

	if (s->flags & (TCP_SYN | TCP_RST) && (step > FAR || step < -FAR))
		return;
	if (s->flags & TCP_FIN && e->fresh) {
		e->last = end_of(s);
		e->fresh = false;
	} else if (e->state == RESET) {
		return; // nothing that follows a RST is trusted
	} else if (step > 0) {
		e->last = end_of(s);
		e->fresh = false;
	} else if (s->len && e->repeats < REPEATS_MAX) {
		add_scaled(z, from, 't', ++e->repeats);
	}
}

static void enter(struct zeek_end *e, enum zeek_side_state state)
{
	if (e->state == state)
		return;
	e->before = e->state;
	e->state = state & 7;
}

static void first_segment(struct zeek *z, enum side from,
			  const struct segment *s)
{
	struct zeek_end *me = &z->end[from];
	struct zeek_end *peer = &z->end[!from];

	if (s->flags & TCP_SYN) {
		if (from == CLIENT) {
			enter(me, s->flags & TCP_ACK ? SYN_ACK_SENT : SYN_SENT);
		} else {
			if (peer->state == SYN_SENT)
				enter(peer, ESTABLISHED);
			enter(me, ESTABLISHED);
		}
	}
	if (s->flags & TCP_FIN)
		enter(me, CLOSED);
	if (s->flags & TCP_RST)
		enter(me, RESET);
	if (me->state != INACTIVE)
		return;
	// Some servers acknowledge the SYN before they send their own.
	if (from == SERVER && !s->len && peer->state == SYN_SENT)
		return;
	enter(me, s->flags & TCP_ACK && peer->state == ESTABLISHED ? ESTABLISHED
								   : PARTIAL);
}

static void open_segment(struct zeek_end *me, struct zeek_end *peer,
			 const struct segment *s)
{
	if (s->flags & TCP_SYN && !(s->flags & TCP_ACK) &&
	    me->state == PARTIAL && peer->state == INACTIVE)
		enter(me, SYN_SENT);
	if (s->flags & TCP_FIN && !(s->flags & TCP_RST)) {
		enter(me, CLOSED);
		// A FIN, then a RST, then the FIN of the other: a close.
		if (peer->state == RESET && peer->before == CLOSED)
			enter(peer, CLOSED);
	}
	if (s->flags & TCP_RST)
		enter(me, RESET);
}

static void change_state(struct zeek *z, enum side from,
			 const struct segment *s)
{
	struct zeek_end *me = &z->end[from];
	struct zeek_end *peer = &z->end[!from];

	switch ((enum zeek_side_state)me->state) {
	case INACTIVE:
		first_segment(z, from, s);
		return;
	case SYN_SENT:
	case SYN_ACK_SENT:
		if (s->flags & TCP_FIN)
			enter(me, CLOSED);
		if (s->flags & TCP_RST)
			enter(me, RESET);
		return;
	case PARTIAL:
	case ESTABLISHED:
		open_segment(me, peer, s);
		return;
	case CLOSED:
		if (s->flags & TCP_RST && peer->state != CLOSED)
			enter(me, RESET);
		return;
	case RESET:
		return;
	}
}

static void close_hole(struct zeek_end *e, uint32_t whole)
{
	e->whole = e->hole ? seq_max(whole, e->last) : whole;
	e->hole = false;
}

// Payload was seen. A hole counts as filled by the first segment that comes
// for it: one retransmission is seldom seen without the others, and a list of
// holes would cost more than this letter is worth.
static void see(struct zeek_end *e, uint32_t seq, uint32_t len)
{
	uint32_t end = seq + len;

	if (e->seen & SEEN_RST)
		return;
	if (seq_lt(e->whole, seq))
		e->hole = true;
	else if (seq_lt(e->whole, end))
		close_hole(e, end);
}

static bool clean(const struct zeek_end *e)
{
	return e->state == ESTABLISHED ||
	       (e->state == CLOSED && e->before == ESTABLISHED);
}

static void add_gap(struct zeek *z, enum side of)
{
	struct zeek_end *e = &z->end[of];

	if (clean(e) && clean(&z->end[!of]) && e->gaps < COUNT_MAX)
		add_scaled(z, of, 'g', ++e->gaps);
}

// The peer acknowledged everything before ack: what was not seen by now never
// will be.
static void give_up(struct zeek *z, enum side of, uint32_t ack)
{
	struct zeek_end *e = &z->end[of];

	if (e->seen & SEEN_FIN && !seq_lt(ack, e->last))
		ack = e->last - 1; // a FIN is no payload
	if (e->seen & SEEN_RST || !seq_lt(e->whole, ack))
		return;
	add_gap(z, of);
	close_hole(e, ack);
}

// The end, for Zeek: a RST, a FIN from both sides, or from the only one that
// was seen.
static void check_end(struct zeek *z, enum side from, unsigned before,
		      int64_t now)
{
	unsigned me = z->end[from].state;
	unsigned peer = z->end[!from].state;

	if (me == before || me < CLOSED)
		return;
	if (me == RESET || peer >= CLOSED || peer == INACTIVE)
		z->until = now + LINGER;
}

// Nearly every segment is the next in order, in the middle of things: its
// letter is there already, and nothing is missing.
static bool goes_on(struct zeek *z, enum side from, const struct segment *s)
{
	struct zeek_end *e = &z->end[from];
	const struct zeek_end *peer = &z->end[!from];
	unsigned known = s->len ? SEEN_DATA : SEEN_ACK;

	if ((s->flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)) != TCP_ACK ||
	    e->state != ESTABLISHED || peer->state != ESTABLISHED ||
	    !(e->seen & known) || !s->window || e->hole || peer->hole ||
	    s->seq != e->last || s->seq != e->whole ||
	    seq_lt(peer->whole, s->ack))
		return false;
	e->last = e->whole = s->seq + s->len;
	e->fresh &= !s->len;
	return true;
}

void zeek_segment(struct zeek *z, enum side from, const struct segment *s)
{
	struct zeek_end *e = &z->end[from];
	unsigned before = e->state;

	if (z->until && s->time > z->until)
		return;
	if (goes_on(z, from, s))
		return;
	if (from == SERVER && e->state == INACTIVE &&
	    z->end[CLIENT].state == INACTIVE)
		add_letter(z, from, '^');
	start_numbers(e, s);
	add_flags(z, from, s);
	add_window(z, from, s);
	move_numbers(z, from, s);
	change_state(z, from, s);
	check_end(z, from, before, s->time);
	if (s->flags & TCP_ACK)
		give_up(z, !from, s->ack);
	if (s->len)
		see(e, s->seq + (s->flags & TCP_SYN ? 1 : 0), s->len);
}
