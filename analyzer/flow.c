#include "flow.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "rst.h"
#include "seq.h"

enum {
	CHUNK = 256,		    // records or flows a block of memory holds
	FIRST_SLOTS = 1024,
	DUPLICATE_NS = 5 * 1000 * 1000,	// same IP ID: captured twice
	DUPLICATE_NO_ID_NS = 500 * 1000, // no IP ID to tell by
	UNRELATED = 1 << 20,	    // sequence numbers further apart
	SAMPLE = 64,		    // flows that flow_quietest() looks at
};

// How long an ended connection is listened to: late segments and RSTs still
// tell something of its end.
static const int64_t LINGER_NS = 10 * (int64_t)(1000 * 1000 * 1000);
// A SYN is repeated at least every 64 s (Linux: 67 s).
static const int64_t UNANSWERED_NS = 180 * (int64_t)(1000 * 1000 * 1000);

// A slot names the newest connection on its addresses and ports.
struct slot {
	uint32_t tag;	// high bits of the hash
	uint32_t index; // of the connection, plus 1; 0: free
};

struct flow_table {
	struct connection **record;
	size_t records, count;
	struct flow **chunk;
	size_t chunks, flows; // flows: ever handed out of chunks
	struct flow *free;
	struct flow *over, *over_last; // in the order in which they ended
	size_t live, hand, swept;
	struct slot *slot;
	size_t slots, used; // slots: a power of two
	uint64_t key[2];    // random, so that nobody can choose collisions
};

// The addresses and ports of a segment, the lower end first.
struct tuple {
	struct addr addr[2];
	uint16_t port[2];
};

static struct tuple tuple_of(const struct addr *a, uint16_t a_port,
			     const struct addr *b, uint16_t b_port)
{
	int c = addr_cmp(a, b);

	if (c < 0 || (c == 0 && a_port <= b_port))
		return (struct tuple){ { *a, *b }, { a_port, b_port } };
	return (struct tuple){ { *b, *a }, { b_port, a_port } };
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	__extension__ unsigned __int128 m =
	    (unsigned __int128)(h ^ v) * UINT64_C(0x9e3779b97f4a7c15);

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static uint64_t hash(const struct flow_table *t, const struct tuple *k)
{
	uint64_t w[4], h = t->key[0];

	memcpy(w, k->addr, sizeof(w));
	for (int i = 0; i < 4; i++)
		h = mix(h, w[i] ^ t->key[1]);
	return mix(h, (uint64_t)k->port[0] << 16 | k->port[1]);
}

struct flow_table *flow_table_new(void)
{
	struct flow_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->slots = FIRST_SLOTS;
	t->slot = calloc(t->slots, sizeof(*t->slot));
	if (!t->slot) {
		free(t);
		return NULL;
	}
	if (getrandom(t->key, sizeof(t->key), GRND_NONBLOCK) < 0)
		t->key[0] = (uintptr_t)t; // early boot: still not constant
	t->key[1] |= 1;
	return t;
}

static struct flow *flow_at(const struct flow_table *t, size_t i)
{
	return &t->chunk[i / CHUNK][i % CHUNK];
}

void flow_table_free(struct flow_table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->flows; i++) {
		free(flow_at(t, i)->rst);
		free(flow_at(t, i)->icmp);
	}
	for (size_t i = 0; i < t->chunks; i++)
		free(t->chunk[i]);
	for (size_t i = 0; i < t->records; i++)
		free(t->record[i]);
	free(t->chunk);
	free(t->record);
	free(t->slot);
	free(t);
}

size_t flow_count(const struct flow_table *t)
{
	return t->count;
}

struct connection *flow_record(const struct flow_table *t, size_t i)
{
	return &t->record[i / CHUNK][i % CHUNK];
}

struct flow *flow_live(const struct flow_table *t, size_t i)
{
	uint32_t live = flow_record(t, i)->live;

	return live ? flow_at(t, live - 1) : NULL;
}

size_t flow_memory(const struct flow_table *t)
{
	return t->live * sizeof(struct flow);
}

static bool is_tuple(const struct connection *c, const struct tuple *k)
{
	struct tuple own =
	    tuple_of(&c->addr[0], c->port[0], &c->addr[1], c->port[1]);

	return own.port[0] == k->port[0] && own.port[1] == k->port[1] &&
	       !addr_cmp(&own.addr[0], &k->addr[0]) &&
	       !addr_cmp(&own.addr[1], &k->addr[1]);
}

// The slot of k, or the free one where it belongs.
static struct slot *find(const struct flow_table *t, const struct tuple *k,
			 uint64_t h)
{
	uint32_t tag = (uint32_t)(h >> 32);
	size_t at = h & (t->slots - 1);

	for (;; at = (at + 1) & (t->slots - 1)) {
		struct slot *s = &t->slot[at];
		if (!s->index || (s->tag == tag &&
				  is_tuple(flow_record(t, s->index - 1), k)))
			return s;
	}
}

static uint64_t hash_of(const struct flow_table *t, const struct connection *c)
{
	struct tuple k =
	    tuple_of(&c->addr[0], c->port[0], &c->addr[1], c->port[1]);

	return hash(t, &k);
}

static bool grow_slots(struct flow_table *t)
{
	size_t n = t->slots * 2;
	struct slot *old = t->slot, *fresh = calloc(n, sizeof(*fresh));

	if (!fresh)
		return false;
	for (size_t i = 0; i < t->slots; i++) {
		if (!old[i].index)
			continue;
		size_t at = hash_of(t, flow_record(t, old[i].index - 1)) &
			    (n - 1);
		while (fresh[at].index)
			at = (at + 1) & (n - 1);
		fresh[at] = old[i];
	}
	free(old);
	t->slot = fresh;
	t->slots = n;
	return true;
}

// One more block for an array of blocks; false: no memory.
static bool add_block(void ***blocks, size_t *n, size_t each)
{
	void **more = realloc(*blocks, (*n + 1) * sizeof(*more));

	if (!more)
		return false;
	*blocks = more;
	more[*n] = calloc(CHUNK, each);
	if (!more[*n])
		return false;
	++*n;
	return true;
}

static struct connection *new_record(struct flow_table *t)
{
	if (t->count == t->records * CHUNK &&
	    !add_block((void ***)&t->record, &t->records,
		       sizeof(struct connection)))
		return NULL;
	return flow_record(t, t->count++);
}

// A free flow; its place among all is *place.
static struct flow *new_flow(struct flow_table *t, uint32_t *place)
{
	struct flow *f = t->free;

	if (f) {
		t->free = f->next;
		*place = f->index;
		*f = (struct flow){ 0 };
	} else {
		if (t->flows == t->chunks * CHUNK &&
		    !add_block((void ***)&t->chunk, &t->chunks,
			       sizeof(struct flow)))
			return NULL;
		*place = (uint32_t)t->flows;
		f = flow_at(t, t->flows++);
	}
	t->live++;
	return f;
}

void flow_release(struct flow_table *t, struct flow *f)
{
	struct connection *c = flow_record(t, f->index);

	free(f->rst);
	free(f->icmp);
	f->rst = NULL;
	f->icmp = NULL;
	f->index = c->live - 1; // its place, for whom it serves next
	f->next = t->free;
	f->first.frame = 0;
	t->free = f;
	t->live--;
	c->live = 0;
}

static void queue(struct flow_table *t, struct flow *f)
{
	f->over = true;
	f->next = NULL;
	if (t->over)
		t->over_last->next = f;
	else
		t->over = f;
	t->over_last = f;
}

static struct flow *unqueue(struct flow_table *t)
{
	struct flow *f = t->over;

	t->over = f->next;
	f->over = false;
	return f;
}

static bool is_unanswered(const struct flow *f)
{
	return f->first.frame && !f->over && !f->kept &&
	       !f->end[SERVER].packets && !f->rsts &&
	       f->end[CLIENT].syns == f->end[CLIENT].packets;
}

struct flow *flow_over(struct flow_table *t, int64_t now)
{
	struct flow *f;

	if (t->over && now - t->over->last.time > LINGER_NS)
		return unqueue(t);
	if (t->swept == t->count)
		return NULL;
	t->swept++; // as fast as connections begin
	if (t->over && now - t->over->last.time < LINGER_NS / 2 &&
	    t->over != t->over_last)
		queue(t, unqueue(t)); // still talking
	t->hand = (t->hand + 1) % t->flows;
	f = flow_at(t, t->hand);
	return is_unanswered(f) && now - f->last.time > UNANSWERED_NS ? f :
									NULL;
}

struct flow *flow_quietest(struct flow_table *t)
{
	struct flow *best = NULL;

	if (t->over)
		return unqueue(t);
	for (size_t i = 0; i < t->flows && (i < SAMPLE || !best); i++) {
		struct flow *f = flow_at(t, t->hand);
		t->hand = (t->hand + 1) % t->flows;
		if (f->first.frame && !f->kept &&
		    (!best || f->last.time < best->last.time))
			best = f;
	}
	return best;
}

// Client is who sent the SYN; without one, who has the higher port.
static bool sender_is_client(const struct segment *s)
{
	if (s->flags & TCP_SYN)
		return !(s->flags & TCP_ACK);
	return s->src_port >= s->dst_port;
}

static struct flow *start(struct flow_table *t, struct slot *slot,
			  const struct segment *s, uint64_t h)
{
	enum side from = sender_is_client(s) ? CLIENT : SERVER;
	struct connection *c = new_record(t);
	uint32_t place;
	struct flow *f = c ? new_flow(t, &place) : NULL;

	if (!f)
		return NULL;
	c->live = place + 1;
	c->addr[from] = s->src;
	c->port[from] = s->src_port;
	c->addr[!from] = s->dst;
	c->port[!from] = s->dst_port;
	c->tunnel = s->tunnel;
	f->index = (uint32_t)(t->count - 1);
	f->older = slot->index;
	if (!slot->index)
		t->used++;
	slot->index = (uint32_t)t->count;
	slot->tag = (uint32_t)(h >> 32);
	return f;
}

static enum side side_of(const struct connection *c, const struct addr *a,
			 uint16_t port)
{
	return port == c->port[CLIENT] && !addr_cmp(a, &c->addr[CLIENT]) ?
		   CLIENT :
		   SERVER;
}

// Wireshark starts a new stream at a SYN (without ACK) whose sequence number
// is not the one that this direction is known to have begun with.
static bool is_new_stream(const struct flow *f, enum side from,
			  const struct segment *s)
{
	return (s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN &&
	       f->base_known[from] && f->base[from] != s->seq;
}

static void take_base(struct flow *f, enum side from, const struct segment *s)
{
	if (!f->base_known[from]) {
		f->base_known[from] = true;
		f->base[from] = s->flags & TCP_SYN ? s->seq : s->seq - 1;
	}
	if (!f->base_known[!from] && s->flags & TCP_ACK) {
		f->base_known[!from] = true;
		f->base[!from] = s->ack - 1;
	}
}

// One packet captured twice, as on Linux' `any` device or a mirror port: equal
// to the last bit, which a repeated segment is not (its IP ID moved on).
static bool is_duplicate(const struct endpoint *e, const struct segment *s)
{
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
		if (s->ip_id ? age < DUPLICATE_NS :
			       telling && age < DUPLICATE_NO_ID_NS)
			return true;
	}
	return false;
}

// RFC 5961: a SYN or a RST that does not fit draws an ACK.
static bool is_challenge(const struct flow *f, enum side from,
			 const struct segment *s)
{
	const struct endpoint *x = &f->end[from], *y = &f->end[!from];
	const struct sent *last = endpoint_recent(y, 0);

	if (s->len || (s->flags & (TCP_ACK | TCP_SYN | TCP_FIN)) != TCP_ACK)
		return false;
	if (last && last->flags & TCP_RST && last->marks & STEP_IGNORED_RST)
		return true;
	// Numbers near the SYN's belong to segments that the capture lost.
	return from == SERVER && y->syn_seen && !x->syn_seen &&
	       !y->established.frame &&
	       (seq_diff(s->ack, y->next) > UNRELATED ||
		seq_diff(s->ack, y->next) < -UNRELATED);
}

static void take_handshake(struct flow *f, enum side from,
			   const struct segment *s)
{
	struct endpoint *x = &f->end[from];
	const struct endpoint *y = &f->end[!from];

	// Without the SYN-ACK (one direction only) any ACK will do.
	if (from == CLIENT && !x->established.frame && x->syn_seen &&
	    !(s->flags & TCP_SYN) && s->flags & TCP_ACK &&
	    (y->syn_seen ? seq_lt(y->isn, s->ack) : !f->challenge.frame)) {
		x->established.frame = s->frame;
		x->established.time = s->time;
	}
}

static void take_end(struct flow *f, const struct segment *s)
{
	if (!f->both_closed.frame && endpoint_fin_acked(&f->end[CLIENT]) &&
	    endpoint_fin_acked(&f->end[SERVER])) {
		f->both_closed.frame = s->frame;
		f->both_closed.time = s->time;
	}
}

static uint16_t take(struct flow *f, enum side from, const struct segment *s)
{
	struct endpoint *x = &f->end[from], *y = &f->end[!from];
	int64_t quiet = f->last.frame ? s->time - f->last.time : 0;
	uint32_t quiet_ms = quiet < 0 ? 0 : (uint32_t)(quiet / 1000000);
	bool ended = f->both_closed.frame || flow_deadly(f);
	uint16_t marks = 0;

	if (is_duplicate(x, s)) {
		f->duplicates++;
		return STEP_DUPLICATE_FRAME;
	}
	if (quiet > f->longest_quiet)
		f->longest_quiet = quiet;
	if (!f->first.frame)
		f->first = (struct event){ s->frame, s->time };
	f->last = (struct event){ s->frame, s->time };
	if (s->options & OPT_CUT)
		f->cut++;
	take_base(f, from, s);
	if (s->flags & TCP_RST) {
		marks |= rst_take(f, from, s, quiet_ms);
		marks |= endpoint_sent(x, y, s, quiet_ms);
		x->recent[(x->sent_count - 1) % RECENT].marks = marks;
	} else if (is_challenge(f, from, s) && !x->seq_known) {
		// Its numbers belong to the connection before this one.
		f->challenge = (struct event){ s->frame, s->time };
		f->segments++;
		x->packets++;
		marks |= STEP_CHALLENGE_ACK;
		x->recent[x->sent_count++ % RECENT] = (struct sent){
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
		rst_life(f, from, s, marks);
		if (ended)
			marks |= STEP_AFTER_END;
	}
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

bool flow_segment(struct flow_table *t, const struct segment *s,
		  struct flow_seen *seen)
{
	struct tuple k = tuple_of(&s->src, s->src_port, &s->dst, s->dst_port);
	uint64_t h = hash(t, &k);
	struct slot *slot = find(t, &k, h);
	struct flow *f = NULL;

	seen->marks = STEP_AFTER_END;
	if (slot->index) {
		struct connection *c = flow_record(t, slot->index - 1);
		f = flow_live(t, slot->index - 1);
		seen->index = slot->index - 1;
		seen->side = side_of(c, &s->src, s->src_port);
		if (!f && (s->flags & (TCP_SYN | TCP_ACK)) != TCP_SYN) {
			take_late(c, seen->side, s);
			return true;
		}
	}
	if (!f || is_new_stream(f, seen->side, s)) {
		f = start(t, slot, s, h);
		if (!f || (t->used * 2 > t->slots && !grow_slots(t)))
			return false;
		seen->index = f->index;
		seen->side = side_of(flow_record(t, f->index), &s->src,
				     s->src_port);
	}
	seen->marks = take(f, seen->side, s);
	if (!f->over && !f->kept && (f->both_closed.frame || f->rsts))
		queue(t, f);
	return true;
}

int flow_icmp(struct flow_table *t, const struct icmp_error *e,
	      struct flow_seen *seen)
{
	struct tuple k = tuple_of(&e->src, e->src_port, &e->dst, e->dst_port);
	struct slot *slot = find(t, &k, hash(t, &k));
	struct flow *f = slot->index ? flow_live(t, slot->index - 1) : NULL;
	struct icmp_seen *i;

	if (!f)
		return 0;
	seen->index = f->index;
	seen->side = side_of(flow_record(t, f->index), &e->src, e->src_port);
	seen->marks = STEP_ICMP;
	f->last = (struct event){ e->frame, e->time };
	if (f->icmps >= FLOW_ICMPS)
		return 1;
	if (!f->icmp && !(f->icmp = calloc(FLOW_ICMPS, sizeof(*f->icmp))))
		return -1;
	i = &f->icmp[f->icmps++];
	i->at = (struct event){ e->frame, e->time };
	i->from = e->from;
	i->type = e->type;
	i->code = e->code;
	i->ipv6 = e->ipv6;
	i->side = seen->side;
	i->on_syn = seen->side == CLIENT && f->end[CLIENT].syn_seen &&
		    !f->end[SERVER].seq_known && f->end[CLIENT].isn == e->seq;
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
