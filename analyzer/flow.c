// What a segment does to its connection. Where the connection is found and how
// long it is kept: flow_table.c.
#include "flow.h"

#include <stdlib.h>
#include <string.h>

#include "flow_table.h"
#include "ordinary.h"
#include "rst.h"
#include "seq.h"

enum {
	DUPLICATE_NS = 5 * 1000 * 1000,  // same IP ID: captured twice
	DUPLICATE_NO_ID_NS = 500 * 1000, // no IP ID to tell by
	CHALLENGE_NS = 500 * 1000 * 1000, // a challenge ACK comes at once
	UNRELATED = 1 << 20,             // sequence numbers further apart
};

// Client is who sent the SYN; without one, who has the higher port.
static bool sender_is_client(const struct segment *s)
{
	if (s->flags & TCP_SYN)
		return !(s->flags & TCP_ACK);
	return s->src_port >= s->dst_port;
}

// Wireshark starts a new stream at a SYN (without ACK) whose sequence number
// is not the one that this direction is known to have begun with.
static bool is_new_stream(const struct base *b, enum side from,
			  const struct segment *s)
{
	return b->known[from] && b->number[from] != s->seq;
}

static void take_base(struct base *b, enum side from, const struct segment *s)
{
	if (!b->known[from]) {
		b->known[from] = true;
		b->number[from] = s->flags & TCP_SYN ? s->seq : s->seq - 1;
	}
	if (!b->known[!from] && s->flags & TCP_ACK) {
		b->known[!from] = true;
		b->number[!from] = s->ack - 1;
	}
}

// One packet captured twice, as on Linux' `any` device or a mirror port: equal
// to the last bit, which a repeated segment is not (its IP ID moved on).
static bool is_duplicate(const struct endpoint *e, const struct segment *s)
{
	if (s->time - e->latest >= DUPLICATE_NS)
		return false;
	for (uint32_t k = 0; k < 4; k++) {
		const struct sent *o = endpoint_recent(e, k);
		if (!o)
			return false;
		int64_t age = s->time - o->at.time;
		bool telling = s->len || s->flags & (TCP_SYN | TCP_FIN);
		if (o->seq != s->seq || o->ack != s->ack || o->len != s->len ||
		    o->flags != s->flags || o->ip_id != s->ip_id ||
		    (s->options & OPT_TIMESTAMP && o->ts_val != s->ts_val))
			continue;
		if (s->ip_id ? age < DUPLICATE_NS
			     : telling && age < DUPLICATE_NO_ID_NS)
			return true;
	}
	return false;
}

// RFC 5961: a SYN or a RST that does not fit draws an ACK.
static bool is_challenge(const struct flow *f, enum side from,
			 const struct segment *s)
{
	const struct endpoint *x = &f->end[from], *y = &f->end[!from];

	if (s->len || (s->flags & (TCP_ACK | TCP_SYN | TCP_FIN)) != TCP_ACK)
		return false;
	if (y->rst_challenged)
		return s->time - y->last.time < CHALLENGE_NS;
	// Numbers just above the SYN's belong to segments that the capture
	// lost; an older connection's lie below, or far off.
	return from == SERVER && y->syn_seen && !x->syn_seen &&
	       !y->established.frame &&
	       (seq_lt(s->ack, y->next) ||
		seq_diff(s->ack, y->next) > UNRELATED);
}

static void take_handshake(struct flow *f, enum side from,
			   const struct segment *s)
{
	struct endpoint *x = &f->end[from];
	const struct endpoint *y = &f->end[!from];

	// Without the SYN-ACK (one direction only) any ACK will do.
	if (from == CLIENT && !x->established.frame &&
	    (x->syn_seen || y->syn_seen) &&
	    !(s->flags & TCP_SYN) && s->flags & TCP_ACK &&
	    (y->syn_seen ? seq_lt(y->isn, s->ack) : !f->challenge.frame)) {
		x->established.frame = s->frame;
		x->established.time = s->time;
	}
}

static void take_end(struct flow *f, const struct segment *s)
{
	if (f->end[CLIENT].closing && f->end[SERVER].closing &&
	    !f->both_closed.frame && endpoint_fin_acked(&f->end[CLIENT]) &&
	    endpoint_fin_acked(&f->end[SERVER])) {
		f->both_closed.frame = s->frame;
		f->both_closed.time = s->time;
	}
}

bool flow_ended(const struct flow *f)
{
	if (f->rsts && flow_deadly(f))
		return true;
	return f->end[CLIENT].closing && f->both_closed.frame;
}

// The RST just taken lies in the window, but is not exact.
static bool is_challenging(const struct flow *f)
{
	size_t n = flow_rsts_kept(f);

	return n && n == f->rsts && f->rst[n - 1].fate == RST_CHALLENGED;
}

static uint16_t take(struct flow *f, enum side from, const struct segment *s)
{
	struct endpoint *x = &f->end[from], *y = &f->end[!from];
	int64_t quiet = f->last.frame ? s->time - f->last.time : 0;
	uint32_t quiet_ms = quiet < 0 ? 0 : (uint32_t)(quiet / 1000000);
	bool ended = flow_ended(f);
	uint16_t marks = 0;

	if (is_duplicate(x, s)) {
		f->duplicates++;
		if (!f->without_zeek)
			zeek_segment(&f->zeek, from, s, STEP_DUPLICATE_FRAME);
		return STEP_DUPLICATE_FRAME;
	}
	if (quiet > f->longest_quiet)
		f->longest_quiet = quiet;
	if (!f->last.frame)
		f->first = (struct event){ s->frame, s->time };
	f->last = (struct event){ s->frame, s->time };
	if (s->options & OPT_CUT)
		f->cut++;
	if (s->options & OPT_MPTCP)
		f->mptcp = true;
	take_base(&f->base, from, s);
	if (s->flags & TCP_RST) {
		marks |= rst_take(f, from, s, quiet_ms);
		marks |= endpoint_sent(x, y, s, quiet_ms);
		x->recent[x->newest].marks = marks;
		x->rst_challenged = is_challenging(f);
	} else if (is_challenge(f, from, s) && !x->seq_known) {
		// Its numbers belong to the connection before this one.
		f->challenge = (struct event){ s->frame, s->time };
		f->segments++;
		x->packets++;
		marks |= STEP_CHALLENGE_ACK;
		x->rst_challenged = false;
		x->latest = s->time > x->latest ? s->time : x->latest;
		*endpoint_next(x) = (struct sent){
			.at = { s->frame, s->time },
			.seq = s->seq,
			.ack = s->ack,
			.flags = s->flags,
			.marks = marks,
		};
	} else {
		f->segments++;
		if (is_challenge(f, from, s))
			marks |= STEP_CHALLENGE_ACK;
		marks |= endpoint_sent(x, y, s, quiet_ms);
		take_handshake(f, from, s);
		take_end(f, s);
		if (f->rsts)
			rst_life(f, from, s, marks);
		if (ended)
			marks |= STEP_AFTER_END;
	}
	if (!f->without_zeek)
		zeek_segment(&f->zeek, from, s, marks);
	return marks;
}

// A segment of a connection whose state was given back.
static void take_late(struct connection *c, enum side from,
		      const struct segment *s)
{
	c->packets[from]++;
	c->end = s->time;
	c->last_frame = s->frame;
}

// Trails ---------------------------------------------------------------------

static struct trail trail_of(const struct flow_table *t,
			     const struct connection *c)
{
	struct trail l;

	trail_find(&t->trails, c->live, c->tracks, &l);
	return l;
}

// The state that a trail tells, into *f, which has nothing but its identity.
static void follow(const struct trail *l, struct flow *f)
{
	struct segment s = { 0 };

	for (unsigned i = 0; i < l->n; i++)
		take(f, trail_unpack(trail_track(l, i), &s), &s);
}

void flow_rebuild(const struct flow_table *t, size_t i, struct flow *f)
{
	struct trail l = trail_of(t, table_record(t, i));
	struct rst *rst = f->rst;

	// All but the rings of segments, of which none is valid yet.
	memset(f, 0, offsetof(struct flow, end[CLIENT].recent));
	memset(&f->end[SERVER], 0, offsetof(struct endpoint, recent));
	f->index = (uint32_t)i;
	f->older = l.piece[0]->older;
	f->without_zeek = !t->zeek;
	f->rst = rst;
	f->rst_room = FLOW_RSTS;
	follow(&l, f);
}

bool flow_ordinary(struct flow_table *t, size_t i)
{
	struct connection *c = table_record(t, i);
	struct trail l;

	if (!c->live || table_is_whole(c) ||
	    (c->life & (LIFE_FINS | LIFE_RST)) != LIFE_FINS)
		return false;
	l = trail_of(t, c);
	return ordinary(&l, c);
}

const struct flow *flow_live(struct flow_table *t, size_t i)
{
	const struct connection *c = table_record(t, i);

	if (!c->live)
		return NULL;
	if (table_is_whole(c))
		return table_flow(t, c);
	flow_rebuild(t, i, &t->scratch);
	return &t->scratch;
}

// Makes a flow of a trail. NULL: no memory.
static struct flow *make_whole(struct flow_table *t, uint32_t index)
{
	struct connection *c = table_record(t, index);
	struct trail l = trail_of(t, c);
	struct flow *f = table_new_flow(t, index, l.piece[0]->older);

	if (!f)
		return NULL;
	follow(&l, f);
	trail_drop(&t->trails, c->live);
	c->live = f->place | LIVE_WHOLE;
	return f;
}

static bool is_new_to_trail(const struct flow_table *t,
			    const struct connection *c, enum side from,
			    const struct segment *s)
{
	struct trail l = trail_of(t, c);
	struct base base = { 0 };
	struct segment one = { 0 };

	for (unsigned i = 0; i < l.n && !base.known[from]; i++) {
		enum side side = trail_unpack(trail_track(&l, i), &one);
		take_base(&base, side, &one);
	}
	return is_new_stream(&base, from, s);
}

// What of a connection's life can be told without its state.
static void see_life(struct connection *c, enum side from,
		     const struct segment *s)
{
	bool syn = s->flags & TCP_SYN, rst = s->flags & TCP_RST;

	if (s->flags & TCP_FIN)
		c->life |= (uint8_t)(LIFE_FIN << from);
	if (rst)
		c->life |= LIFE_RST;
	if (from == SERVER)
		c->life |= LIFE_SERVER;
	if (s->len || (from == CLIENT && !syn && !rst))
		c->life |= LIFE_OPENED;
}

// Something came of a connection after all.
static void revive(struct connection *c, int64_t now)
{
	c->end = now;
	if (c->life & LIFE_KEPT)
		c->life ^= LIFE_KEPT | LIFE_AGAIN;
}

static bool may_be_over(const struct connection *c)
{
	return c->life & LIFE_RST || (c->life & LIFE_FINS) == LIFE_FINS;
}

// One more segment of a connection that has a trail, or will have one.
static bool trail_segment(struct flow_table *t, uint32_t index, enum side from,
			  const struct segment *s)
{
	struct connection *c = table_record(t, index);

	if (!trail_add(&t->trails, &c->live, c->tracks, s, from))
		return false;
	c->tracks++;
	if (!may_be_over(c) || c->life & LIFE_QUEUED)
		return true;
	return table_queue(t, index);
}

static bool whole_segment(struct flow_table *t, struct flow *f, enum side from,
			  const struct segment *s, uint16_t *marks)
{
	const struct connection *c = table_record(t, f->index);

	*marks = take(f, from, s);
	if (c->life & LIFE_QUEUED || !flow_ended(f))
		return true;
	return table_queue(t, f->index);
}

static bool start(struct flow_table *t, struct place *at,
		  const struct segment *s, struct flow_seen *seen)
{
	struct connection *c;
	struct piece *p;
	struct flow *f;
	uint32_t older;

	seen->side = sender_is_client(s) ? CLIENT : SERVER;
	c = table_start(t, at, s, seen, &older);
	if (!c)
		return false;
	c->end = s->time;
	see_life(c, seen->side, s);
	if (trail_takes(s) && t->watched != seen->index &&
	    t->watched != FLOW_ALL) {
		if (!trail_segment(t, seen->index, seen->side, s))
			return false;
		p = trail_piece(&t->trails, c->live);
		p->owner = seen->index;
		p->older = older;
		return true;
	}
	f = table_new_flow(t, seen->index, older);
	if (!f)
		return false;
	c->live = f->place | LIVE_WHOLE;
	return whole_segment(t, f, seen->side, s, &seen->marks);
}

// The next segment of a connection whose state is live.
static bool go_on(struct flow_table *t, struct connection *c,
		  const struct segment *s, struct flow_seen *seen)
{
	struct flow *f;

	revive(c, s->time);
	see_life(c, seen->side, s);
	if (table_is_whole(c))
		f = table_flow(t, c);
	else if (c->tracks < TRAIL_MOST && trail_takes(s))
		return trail_segment(t, seen->index, seen->side, s);
	else
		f = make_whole(t, seen->index);
	return f && whole_segment(t, f, seen->side, s, &seen->marks);
}

// Does s, a SYN, begin another connection than c?
static bool is_new(const struct flow_table *t, const struct connection *c,
		   enum side from, const struct segment *s)
{
	if (!c->live)
		return true;
	if (table_is_whole(c))
		return is_new_stream(&table_flow(t, c)->base, from, s);
	return is_new_to_trail(t, c, from, s);
}

bool flow_is_due(const struct flow_table *t, int64_t now)
{
	return now > t->due || t->begun - t->swept >= FLOW_DUE / 2;
}

bool flow_segment(struct flow_table *t, const struct segment *s, uint64_t hash,
		  size_t likely, struct flow_seen *seen)
{
	struct place at = table_find(t, s, hash, likely);
	bool opening = (s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;

	seen->marks = 0;
	seen->due = flow_is_due(t, s->time);
	if (!at.record || (opening && is_new(t, at.record, at.side, s)))
		return start(t, &at, s, seen);
	seen->index = at.slot->index - 1;
	seen->side = at.side;
	if (at.record->live)
		return go_on(t, at.record, s, seen);
	seen->marks = STEP_AFTER_END;
	take_late(at.record, seen->side, s);
	return true;
}

// ICMP -----------------------------------------------------------------------

static void quote(struct flow *f, const struct icmp_error *e, enum side side)
{
	struct icmp_seen *i;

	f->last = (struct event){ e->frame, e->time };
	if (f->icmps >= FLOW_ICMPS)
		return;
	i = &f->icmp[f->icmps++];
	i->at = (struct event){ e->frame, e->time };
	i->from = e->from;
	i->type = e->type;
	i->code = e->code;
	i->ipv6 = e->ipv6;
	i->side = side;
	i->on_syn = side == CLIENT && f->end[CLIENT].syn_seen &&
		    !f->end[SERVER].seq_known && f->end[CLIENT].isn == e->seq;
}

int flow_icmp(struct flow_table *t, const struct icmp_error *e,
	      struct flow_seen *seen)
{
	struct segment s = { .src = e->src,
			     .dst = e->dst,
			     .src_port = e->src_port,
			     .dst_port = e->dst_port };
	uint64_t hash = flow_hash(t, &s);
	struct place at = table_find(t, &s, hash, FLOW_ANYWHERE);
	struct connection *c = at.record;
	struct flow *f;

	if (!c || !c->live)
		return 0;
	seen->index = at.slot->index - 1;
	seen->side = at.side;
	seen->marks = STEP_ICMP;
	revive(c, e->time);
	f = table_is_whole(c) ? table_flow(t, c) : make_whole(t, seen->index);
	if (!f)
		return -1;
	if (!f->icmp && !(f->icmp = calloc(FLOW_ICMPS, sizeof(*f->icmp))))
		return -1;
	quote(f, e, at.side);
	return 1;
}

size_t flow_rsts_kept(const struct flow *f)
{
	if (!f->rst)
		return 0;
	return f->rsts < FLOW_RSTS ? f->rsts : FLOW_RSTS;
}

const struct rst *flow_deadly(const struct flow *f)
{
	for (size_t i = 0; i < flow_rsts_kept(f); i++)
		if (f->rst[i].fate == RST_ACCEPTED)
			return &f->rst[i];
	return NULL;
}

static enum tcp_state opening(const struct flow *f, enum side side)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	if (!c->syn_seen || c->established.frame ||
	    (!s->syn_seen && s->seq_known && !f->challenge.frame))
		return STATE_ESTABLISHED;
	if (side == CLIENT)
		return s->syn_seen ? STATE_ESTABLISHED : STATE_SYN_SENT;
	return s->syn_seen ? STATE_SYN_RECEIVED : STATE_UNKNOWN;
}

enum tcp_state flow_state(const struct flow *f, enum side side)
{
	return flow_deadly(f) ? STATE_CLOSED : flow_state_unreset(f, side);
}

enum tcp_state flow_state_unreset(const struct flow *f, enum side side)
{
	const struct endpoint *me = &f->end[side], *peer = &f->end[!side];
	bool mine = me->fin.at.frame, theirs = peer->fin.at.frame;
	bool acked = endpoint_fin_acked(me);

	if (!mine && !theirs)
		return opening(f, side);
	if (!mine)
		return STATE_CLOSE_WAIT;
	if (!theirs)
		return acked ? STATE_FIN_WAIT_2 : STATE_FIN_WAIT_1;
	// Who was second had the other's FIN when it sent its own.
	if (!seq_lt(me->fin.ack, endpoint_fin_end(peer)))
		return acked ? STATE_CLOSED : STATE_LAST_ACK;
	return acked ? STATE_TIME_WAIT : STATE_CLOSING;
}
