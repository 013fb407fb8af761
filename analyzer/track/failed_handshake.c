// A kind must distinguish whatever evidence_*.c, rules_*.def and outcome.c
// distinguish in such connections; what it can't is no kind, and left to the
// state.
#include "track/failed_handshake.h"

#include "track/flow.h"

enum {
	APART_NS = 5 * MS, // of SYNs that are not one, captured twice
};

// What a kind consists of: a shape, and bits that only some shapes have.
enum {
	KIND_UNANSWERED = 0x000,
	KIND_REFUSED = 0x080,
	KIND_ABANDONED = 0x100,
	BIT_REPEATED = 0x08, // the SYN
	BIT_CAPTURE_ENDS = 0x10,
	BIT_LATER = 0x40,   // the RST
	BIT_TTL = 0x80,     // ... whose TTL is another than the SYN's
	CLIENT_BITS = 0x07, // enum stack of the client
	SERVER_SHIFT = 3,   // enum stack of the client, then of the server
};

static uint8_t kind_of_segment(const struct log_entry *k)
{
	return k->flags & (TCP_SYN | TCP_ACK | TCP_FIN | TCP_RST);
}

// Nothing but numbers and options of which nothing depends but the stack.
static bool is_bare(const struct log_entry *k)
{
	const uint8_t known =
	    OPT_MSS | OPT_WSCALE | OPT_SACK_OK | OPT_TIMESTAMP;

	return !k->len && !(k->options & ~known);
}

static bool is_syn(const struct log_entry *k)
{
	return kind_of_segment(k) == TCP_SYN && log_entry_side(k) == CLIENT &&
	       is_bare(k);
}

// As stacks build it that have no such socket.
static bool is_reset(const struct log_entry *k, enum side from)
{
	return log_entry_side(k) == from && !k->window && !k->options &&
	       !k->len;
}

static bool is_seen_twice(const struct log_entry *k,
			  const struct log_entry *before)
{
	return endpoint_syn_is_copy(k->options & OPT_TIMESTAMP,
				    k->ip_id == before->ip_id &&
					k->ts_val == before->ts_val,
				    k->time - before->time);
}

static unsigned unanswered(const struct segment_log *l, int64_t now)
{
	const struct log_entry *first = segment_log_entry(l, 0), *last = first;
	unsigned kind = KIND_UNANSWERED | log_entry_stack(first);

	for (unsigned i = 1; i < l->n; i++) {
		const struct log_entry *k = segment_log_entry(l, i);
		if (!is_syn(k) || k->time - last->time < APART_NS ||
		    is_seen_twice(k, last))
			return HANDSHAKE_KIND_NONE;
		last = k;
	}
	if (l->n > 1)
		kind |= BIT_REPEATED;
	if (now - last->time < HANDSHAKE_END_NS)
		kind |= BIT_CAPTURE_ENDS;
	return kind;
}

// A kernel that answers does so sooner; what comes later has another reason.
static bool is_answered_in_time(const struct log_entry *k,
				const struct log_entry *rst)
{
	return rst->time - k->time <= rst_answer_within(0);
}

static unsigned refused(const struct log_entry *syn,
			const struct log_entry *rst)
{
	if (kind_of_segment(rst) != (TCP_RST | TCP_ACK) ||
	    !is_reset(rst, SERVER) || rst->seq || rst->ack != syn->seq + 1 ||
	    !is_answered_in_time(syn, rst))
		return HANDSHAKE_KIND_NONE;
	return KIND_REFUSED | log_entry_stack(syn);
}

static unsigned abandoned(const struct log_entry *syn,
			  const struct log_entry *syn_ack,
			  const struct log_entry *rst)
{
	unsigned kind = KIND_ABANDONED | log_entry_stack(syn) |
			(unsigned)log_entry_stack(syn_ack) << SERVER_SHIFT;

	if (kind_of_segment(syn_ack) != (TCP_SYN | TCP_ACK) ||
	    log_entry_side(syn_ack) != SERVER || !is_bare(syn_ack) ||
	    syn_ack->ack != syn->seq + 1 ||
	    syn_ack->time - syn->time >= HANDSHAKE_BUSY_NS ||
	    kind_of_segment(rst) != TCP_RST || !is_reset(rst, CLIENT) ||
	    rst->seq != syn->seq + 1 || !is_answered_in_time(syn_ack, rst))
		return HANDSHAKE_KIND_NONE;
	if (syn->ttl && rst->ttl != syn->ttl)
		kind |= BIT_TTL;
	if (rst->time - syn_ack->time >= HANDSHAKE_ACK_NS)
		kind |= BIT_LATER;
	return kind;
}

unsigned failed_handshake_kind(const struct segment_log *l, int64_t now)
{
	const struct log_entry *syn = segment_log_entry(l, 0), *second;

	if (!is_syn(syn))
		return HANDSHAKE_KIND_NONE;
	if (l->n == 1)
		return unanswered(l, now);
	second = segment_log_entry(l, 1);
	if (second->flags & TCP_RST)
		return l->n == 2 ? refused(syn, second) : HANDSHAKE_KIND_NONE;
	if (second->flags & TCP_ACK)
		return l->n == 3
			   ? abandoned(syn, second, segment_log_entry(l, 2))
			   : HANDSHAKE_KIND_NONE;
	return unanswered(l, now);
}

bool failed_handshake_is_refusal(unsigned kind)
{
	return kind >= KIND_REFUSED && kind < KIND_ABANDONED;
}

bool failed_handshake_may_have_twin(unsigned kind)
{
	return kind >= KIND_ABANDONED && kind < HANDSHAKE_KINDS &&
	       (kind & CLIENT_BITS) != STACK_UNKNOWN;
}

bool failed_handshake_ttl_differs(unsigned kind)
{
	return kind >= KIND_ABANDONED && kind < HANDSHAKE_KINDS &&
	       kind & BIT_TTL;
}

bool failed_handshake_tell(const struct failed_handshakes *o, unsigned kind,
			   const struct segment_log *l, struct connection *c)
{
	const struct failed_handshake_end *e = &o->end[kind];
	const struct log_entry *first = segment_log_entry(l, 0);
	const struct log_entry *last = segment_log_entry(l, l->n - 1);
	uint32_t by_server = kind < KIND_REFUSED ? 0 : 1;

	if (!e->verdict)
		return false;
	c->start = first->time;
	c->first_frame = first->frame;
	c->end = last->time;
	c->last_frame = last->frame;
	c->packets[CLIENT] = l->n - by_server;
	c->packets[SERVER] = by_server;
	c->bytes[CLIENT] = c->bytes[SERVER] = 0;
	c->verdict = e->verdict;
	c->confidence = e->confidence;
	c->actor = e->actor;
	for (unsigned i = 0; i < VERDICT_RIVALS; i++)
		c->also[i] = e->also[i];
	c->closed_first = e->closed_first;
	c->reset_by = e->reset_by;
	c->state[CLIENT] = e->state[CLIENT];
	c->state[SERVER] = e->state[SERVER];
	c->app = e->app;
	return true;
}

void failed_handshake_learn(struct failed_handshakes *o, unsigned kind,
			    const struct connection *c)
{
	struct failed_handshake_end *e = &o->end[kind];

	e->verdict = c->verdict;
	e->confidence = c->confidence;
	e->actor = c->actor;
	for (unsigned i = 0; i < VERDICT_RIVALS; i++)
		e->also[i] = c->also[i];
	e->closed_first = c->closed_first;
	e->reset_by = c->reset_by;
	e->state[CLIENT] = c->state[CLIENT];
	e->state[SERVER] = c->state[SERVER];
	e->app = c->app;
}
