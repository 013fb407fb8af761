// How segments come to their connections. Where these are found: flow_table.c;
// what a segment does to a state: flow_take.c; how long a state is kept:
// flow_end.c.
#include "base/services.h"
#include "track/clean_close.h"
#include "track/failed_handshake.h"
#include "track/flow_table_own.h"
#include "track/flow_take.h"

#include <stdlib.h>
#include <string.h>

// Client is who sent the SYN; without one, who speaks to a service's port;
// without that, who has the higher port.
static bool sender_is_client(const struct segment *s)
{
	bool from_service, to_service;

	if (s->flags & TCP_SYN)
		return !(s->flags & TCP_ACK);
	from_service = service_is_known(s->src_port);
	to_service = service_is_known(s->dst_port);
	if (from_service != to_service)
		return to_service;
	return s->src_port >= s->dst_port;
}

// A segment of a connection whose state was given back.
static void take_late(struct connection *c, enum side from,
		      const struct segment *s)
{
	c->packets[from]++;
	c->end = s->time;
	c->last_frame = s->frame;
}

// Logs -----------------------------------------------------------------------

static struct segment_log log_of(const struct flow_table *t,
				 const struct connection *c)
{
	struct segment_log l;

	segment_log_find(&t->logs, c->live, c->logged, &l);
	return l;
}

// The state that a log tells, into *f, which has nothing but its identity.
static void follow(const struct segment_log *l, struct flow *f)
{
	struct segment s = { 0 };

	for (unsigned i = 0; i < l->n; i++)
		flow_take(f, segment_log_unpack(segment_log_entry(l, i), &s),
			  &s);
}

static const struct flow *rebuild(const struct flow_table *t, size_t i,
				  struct flow_room *room)
{
	struct segment_log l = log_of(t, table_record(t, i));
	struct flow *f = &room->flow;

	// All but the rings of segments, of which none is valid yet.
	memset(f, 0, offsetof(struct flow, end[CLIENT].recent));
	memset(&f->end[SERVER], 0, offsetof(struct endpoint, recent));
	f->index = (uint32_t)i;
	f->older = l.chunk[0]->older;
	f->without_zeek = !t->zeek;
	f->rst = room->rst;
	f->rst_room = FLOW_RSTS;
	follow(&l, f);
	return f;
}

enum clean_close flow_clean_close(struct flow_table *t, size_t i,
				  bool findings)
{
	struct connection *c = table_record(t, i);
	struct segment_log l;

	if (!c->live || table_is_whole(c) ||
	    (c->life & (LIFE_FINS | LIFE_RST)) != LIFE_FINS)
		return CLEAN_CLOSE_NOT;
	l = log_of(t, c);
	return clean_close(&l, findings, c);
}

unsigned flow_failed_handshake(struct flow_table *t, size_t i, int64_t now,
			       const struct failed_handshakes *o, bool *told)
{
	struct connection *c = table_record(t, i);
	unsigned kind = HANDSHAKE_KIND_NONE;
	struct segment_log l;

	*told = false;
	if (!c->live || table_is_whole(c) ||
	    c->life & (LIFE_OPENED | LIFE_FINS))
		return kind;
	l = log_of(t, c);
	kind = failed_handshake_kind(&l, now);
	*told = kind != HANDSHAKE_KIND_NONE &&
		failed_handshake_tell(o, kind, &l, c);
	return kind;
}

const struct flow *flow_live(const struct flow_table *t, size_t i,
			     struct flow_room *room)
{
	const struct connection *c = table_record(t, i);

	if (!c->live)
		return NULL;
	return table_is_whole(c) ? table_flow(t, c) : rebuild(t, i, room);
}

struct flow *table_make_whole(struct flow_table *t, uint32_t index)
{
	struct connection *c = table_record(t, index);
	struct segment_log l = log_of(t, c);
	struct flow *f = table_new_flow(t, index, l.chunk[0]->older);

	if (!f)
		return NULL;
	follow(&l, f);
	segment_log_drop(&t->logs, c->live);
	c->live = f->place | LIVE_WHOLE;
	return f->no_memory ? NULL : f;
}

static bool is_new_to_log(const struct flow_table *t,
			  const struct connection *c, enum side from,
			  const struct segment *s)
{
	struct segment_log l = log_of(t, c);
	const struct log_entry *first = segment_log_entry(&l, 0);
	struct base base = { 0 };
	struct segment one = { 0 };

	if (first->flags & TCP_SYN && log_entry_side(first) == from)
		return first->seq != s->seq;
	for (unsigned i = 0; i < l.n && !base.known[from]; i++) {
		enum side side =
		    segment_log_unpack(segment_log_entry(&l, i), &one);
		flow_take_base(&base, side, &one);
	}
	return flow_is_new_stream(&base, from, s);
}

// What of a connection's life can be told without its state.
static void see_life(struct connection *c, enum side from,
		     const struct segment *s)
{
	bool fin = s->flags & TCP_FIN, rst = s->flags & TCP_RST;
	bool server = from == SERVER, payload = s->len;
	bool goes_on = !(s->flags & (TCP_SYN | TCP_RST));
	bool opened = payload | (!server & goes_on);

	c->life |= (uint8_t)(fin * LIFE_FIN << server | rst * LIFE_RST |
			     server * LIFE_SERVER | opened * LIFE_OPENED);
}

void table_revive(struct connection *c, int64_t now)
{
	c->end = now;
	if (c->life & LIFE_KEPT)
		c->life ^= LIFE_KEPT | LIFE_AGAIN;
}

static bool may_be_over(const struct connection *c)
{
	return c->life & LIFE_RST || (c->life & LIFE_FINS) == LIFE_FINS;
}

bool flow_may_be_over(const struct flow_table *t, size_t i)
{
	return may_be_over(table_record(t, i));
}

// One more segment of a connection that has a log, or will have one.
static bool log_segment(struct flow_table *t, uint32_t index, enum side from,
			const struct segment *s)
{
	struct connection *c = table_record(t, index);

	if (!segment_log_add(&t->logs, &c->live, c->logged, s, from))
		return false;
	c->logged++;
	if (!may_be_over(c) || c->life & LIFE_QUEUED)
		return true;
	return table_queue(t, index);
}

static bool whole_segment(struct flow_table *t, struct flow *f, enum side from,
			  const struct segment *s, uint16_t *marks)
{
	const struct connection *c = table_record(t, f->index);

	*marks = flow_take(f, from, s);
	if (f->no_memory)
		return false;
	if (c->life & LIFE_QUEUED || !flow_ended(f))
		return true;
	return table_queue(t, f->index);
}

static bool start(struct flow_table *t, struct place *at,
		  const struct segment *s, struct flow_seen *seen)
{
	struct connection *c;
	struct log_chunk *p;
	struct flow *f;
	uint32_t older;

	seen->side = sender_is_client(s) ? CLIENT : SERVER;
	c = table_start(t, at, s, seen, &older);
	if (!c)
		return false;
	c->end = s->time;
	see_life(c, seen->side, s);
	if (segment_log_takes(s) && t->watched != seen->index &&
	    t->watched != FLOW_ALL) {
		if (!log_segment(t, seen->index, seen->side, s))
			return false;
		p = segment_log_chunk(&t->logs, c->live);
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

	table_revive(c, s->time);
	see_life(c, seen->side, s);
	if (table_is_whole(c))
		f = table_flow(t, c);
	else if (c->logged < SEGMENT_LOG_MOST && segment_log_takes(s))
		return log_segment(t, seen->index, seen->side, s);
	else
		f = table_make_whole(t, seen->index);
	return f && whole_segment(t, f, seen->side, s, &seen->marks);
}

// Its number says that s, a SYN, is not that of c.
static bool has_other_number(const struct flow_table *t,
			     const struct connection *c, enum side from,
			     const struct segment *s)
{
	if (table_is_whole(c))
		return flow_is_new_stream(&table_flow(t, c)->base, from, s);
	return is_new_to_log(t, c, from, s);
}

// A SYN, not answered yet, whose connection had to be decided early: it may
// still be repeated.
static bool is_open_syn(const struct connection *c, int64_t now)
{
	return !(c->life &
		 (LIFE_FINS | LIFE_RST | LIFE_SERVER | LIFE_OPENED)) &&
	       now - c->end <= UNANSWERED_NS;
}

// Does s, a SYN, begin another connection than the one at this place?
static bool is_new(const struct flow_table *t, const struct place *at,
		   const struct segment *s)
{
	const struct connection *c = at->record;
	struct flow_room room;

	if (!c->live)
		return !is_open_syn(c, s->time);
	if (has_other_number(t, c, at->side, s))
		return true;
	if (!may_be_over(c))
		return false;
	return flow_is_begun_again(flow_live(t, at->slot->index - 1, &room),
				   at->side, s);
}

bool flow_is_due(const struct flow_table *t, int64_t now)
{
	return now > t->due || t->begun - t->swept >= FLOW_DUE / 2;
}

bool flow_segment(struct flow_table *t, const struct segment *s,
		  const struct flow_hint *h, struct flow_seen *seen)
{
	struct place at = table_find(t, s, h);
	bool opening = (s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;

	if (!at.record && !table_thaw(t, s, h, &at))
		return false;
	seen->marks = 0;
	seen->due = flow_is_due(t, s->time);
	seen->away = at.record && table_is_away(at.record);
	if (seen->away)
		return true;
	if (!at.record || (opening && is_new(t, &at, s)))
		return start(t, &at, s, seen);
	if (at.record->replaces && !table_resume(t, &at, s))
		return false;
	seen->index = at.slot->index - 1;
	seen->side = at.side;
	if (at.record->live)
		return go_on(t, at.record, s, seen);
	seen->marks = STEP_AFTER_END;
	take_late(at.record, seen->side, s);
	return true;
}
