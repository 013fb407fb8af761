// How ICMP errors come to the connections whose segments they quote.
#include "track/flow_table_own.h"

#include "base/nanoseconds.h"

#include <stdlib.h>
#include <string.h>

enum { LOOK = 1024 }; // connections that a cut quote may be about

// Linux gives up looking for a neighbour after three seconds.
static const int64_t ANSWER_NS = 4 * SECOND;

// Stacks take an error only where the number that it quotes may be under way
// (RFC 5927, 4.1; Linux: tcp_v4_err()): SND.UNA to SND.NXT, both included.
static bool is_under_way(const struct flow *f, enum side x, uint32_t seq)
{
	const struct endpoint *e = &f->end[x], *peer = &f->end[!x];
	uint32_t una = peer->ack_known ? peer->ack : e->isn;

	return e->seq_known && seq_le(una, seq) && seq_le(seq, e->snd_nxt);
}

static void quote(struct flow *f, const struct icmp_error *e, enum side side,
		  bool alone)
{
	bool fits = e->cut || is_under_way(f, side, e->seq);

	f->last = (struct event){ e->frame, e->time };
	if (f->icmps >= FLOW_ICMPS)
		return;
	f->icmp[f->icmps++] = (struct icmp_seen){
		.at = { e->frame, e->time },
		.from = e->from,
		.type = e->type,
		.code = e->code,
		.ipv6 = e->ipv6,
		.side = side,
		.fits = fits,
		.on_syn = fits && side == CLIENT && f->end[CLIENT].syn_seen &&
			  !f->end[SERVER].seq_known,
		.cut = e->cut,
		.vague = !alone,
	};
}

// A live connection of which only SYNs were seen, the last of them just now,
// between the addresses of a quote that was cut.
static bool may_be_quoted(const struct connection *c,
			  const struct icmp_error *e)
{
	return c->live && !(c->life & (LIFE_SERVER | LIFE_OPENED | LIFE_RST)) &&
	       c->end <= e->time && e->time - c->end < ANSWER_NS &&
	       !addr_cmp(&c->addr[CLIENT], &e->src) &&
	       !memcmp(&c->addr[SERVER], &e->dst, e->dst_bytes);
}

// The connection that sent its SYN last, as the error answers the last one.
// *alone: there is no other that it could be about.
static bool find_cut(const struct flow_table *t, const struct icmp_error *e,
		     struct flow_seen *seen, bool *alone)
{
	size_t n = flow_count(t), from = n > LOOK ? n - LOOK : 0;
	const struct connection *best = NULL;

	*alone = true;
	for (size_t i = from; i < n; i++) {
		const struct connection *c = table_record(t, i);
		if (!may_be_quoted(c, e))
			continue;
		*alone = !best;
		if (best && c->end < best->end)
			continue;
		best = c;
		seen->index = (uint32_t)i;
		seen->side = CLIENT;
	}
	return best;
}

static bool find_quoted(const struct flow_table *t, const struct icmp_error *e,
			struct flow_seen *seen)
{
	struct segment s = { .src = e->src,
			     .dst = e->dst,
			     .src_port = e->src_port,
			     .dst_port = e->dst_port };
	struct flow_hint h = flow_fetch_slot(t, &s);
	struct place at = table_find(t, &s, &h);

	if (!at.record || !at.record->live)
		return false;
	seen->index = at.slot->index - 1;
	seen->side = at.side;
	return true;
}

int flow_icmp(struct flow_table *t, const struct icmp_error *e,
	      struct flow_seen *seen)
{
	struct connection *c;
	bool alone = true;
	struct flow *f;

	if (!(e->cut ? find_cut(t, e, seen, &alone) : find_quoted(t, e, seen)))
		return 0;
	seen->marks = STEP_ICMP;
	c = table_record(t, seen->index);
	table_revive(c, e->time);
	f = table_is_whole(c) ? table_flow(t, c)
			      : table_make_whole(t, seen->index);
	if (!f)
		return -1;
	if (!f->icmp && !(f->icmp = calloc(FLOW_ICMPS, sizeof(*f->icmp))))
		return -1;
	quote(f, e, seen->side, alone);
	return 1;
}
