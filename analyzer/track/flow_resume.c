// A SYN on the addresses and ports of a connection that goes on. Its host
// answers with a challenge ACK (RFC 5961, 4.2). Where the client has forgotten
// the connection, its RST ends that; where it has not, as the SYN was forged or
// strayed, it goes on as if nothing had been. So a client's segment with the
// older one's numbers shows that the SYN began nothing.
#include "track/flow_table_own.h"

enum {
	NEAR = 1 << 20, // numbers of one stream
	CHAIN = 16,     // such SYNs in a row
	ID_STEP = 16,   // of a host's own counter
};

static bool is_near(uint32_t a, uint32_t b)
{
	return a - b + NEAR <= 2 * (uint32_t)NEAR;
}

// True if nobody has answered the SYN that began c but by challenge ACKs.
static bool is_contested(const struct flow_table *t, const struct connection *c)
{
	struct segment_log l;

	if (!c->live || !c->replaces ||
	    c->life & (LIFE_OPENED | LIFE_FINS | LIFE_RST))
		return false;
	if (table_is_whole(c))
		return !table_flow(t, c)->end[SERVER].syn_seen;
	segment_log_find(&t->logs, c->live, c->logged, &l);
	for (unsigned i = 0; i < l.n; i++)
		if (segment_log_entry(&l, i)->flags & TCP_SYN &&
		    log_entry_side(segment_log_entry(&l, i)) == SERVER)
			return false;
	return true;
}

// The connection whose place connection i took, if it may go on.
static uint32_t before(const struct flow_table *t, uint32_t i)
{
	const struct connection *c = table_record(t, i);
	struct flow_room room;
	uint32_t older;

	if (t->reuse.on)
		older = flow_older(t, i);
	else
		older = flow_live(t, i, &room)->older - 1;
	if (older == FLOW_NONE)
		return FLOW_NONE;
	c = table_record(t, older);
	return !c->live || table_is_away(c) || c->life & LIFE_RST ||
		       (c->life & LIFE_FINS) == LIFE_FINS
		   ? FLOW_NONE
		   : older;
}

static bool goes_on(const struct flow *f, enum side x, const struct segment *s)
{
	const struct endpoint *e = &f->end[x], *peer = &f->end[!x];

	return e->seq_known && peer->seq_known && is_near(s->seq, e->snd_nxt) &&
	       is_near(s->ack, peer->snd_nxt);
}

// e had sent that as well, if it was of the host that e is.
static void take_stray(struct endpoint *e, const struct endpoint *stray)
{
	const struct sent *last = endpoint_recent(stray, 0);
	uint16_t step = last ? (uint16_t)(last->ip_id - e->ip_id) : 0;

	e->packets += stray->packets;
	if (step && step <= ID_STEP)
		e->ip_id = last->ip_id;
}

// What newer had were a SYN that began nothing, and f's own answers to it.
static void absorb(struct flow_table *t, uint32_t newer, struct flow *f)
{
	struct connection *c = table_record(t, newer);
	const struct connection *older = table_record(t, f->index);
	bool turned = c->port[CLIENT] != older->port[CLIENT] ||
		      addr_cmp(&c->addr[CLIENT], &older->addr[CLIENT]);
	struct flow_room room;
	const struct flow *stray = flow_live(t, newer, &room);

	for (enum side x = CLIENT; x <= SERVER; x++)
		take_stray(&f->end[turned ? !x : x], &stray->end[x]);
	if (!f->strays++) {
		f->stray = stray->end[CLIENT].syn;
		f->stray_side = turned ? SERVER : CLIENT;
	}
	c->absorbed = true;
	t->absorbed++;
	flow_release(t, newer);
}

bool table_resume(struct flow_table *t, struct place *at,
		  const struct segment *s)
{
	uint32_t chain[CHAIN], older = at->slot->index - 1;
	unsigned n = 0;
	struct flow_room room;
	struct connection *c = at->record;
	struct flow *f;
	enum side x;

	if (at->side != CLIENT || s->flags & (TCP_SYN | TCP_RST) ||
	    !(s->flags & TCP_ACK))
		return true;
	while (is_contested(t, c) && n < CHAIN) {
		chain[n++] = older;
		older = before(t, older);
		if (older == FLOW_NONE)
			return true;
		c = table_record(t, older);
	}
	x = table_side(c, s);
	if (!n || !goes_on(flow_live(t, older, &room), x, s))
		return true;
	f = table_is_whole(c) ? table_flow(t, c) : table_make_whole(t, older);
	if (!f)
		return false;
	at->slot->index = older + 1;
	at->record = c;
	at->side = x;
	c->replaced = false;
	while (n)
		absorb(t, chain[--n], f);
	return true;
}

size_t flow_absorbed(const struct flow_table *t)
{
	return t->absorbed;
}
