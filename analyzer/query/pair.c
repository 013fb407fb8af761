#include "query/pair.h"

#include "base/array.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/packet.h"
#include "query/pair_way.h"

struct pair {
	const struct analysis *analysis[2];
	bool dropped[2];
	struct shelf shelf[2];
	struct packet packet; // the one being taken, too large for a stack
	struct paired *paired;
	struct pair_fact *fact;
	size_t facts, facts_size;
	struct pair_sum sum;
	bool failed;
};

struct pair *pair_new(void)
{
	return calloc(1, sizeof(struct pair));
}

void pair_free(struct pair *p)
{
	if (!p)
		return;
	shelf_release(&p->shelf[0]);
	shelf_release(&p->shelf[1]);
	free(p->paired);
	free(p->fact);
	free(p);
}

bool pair_frame(struct pair *p, enum pair_end end, const struct frame *f)
{
	packet_decode(f, &p->packet);
	return p->packet.kind != PACKET_SEGMENT ||
	       shelf_add(&p->shelf[end], &p->packet.segment);
}

// Facts ----------------------------------------------------------------------

// A connection's two views and what was compared.
struct light {
	struct pair *p;
	struct paired *one;
	const struct connection *view[2];
	struct way way[2]; // by sender
};

static uint64_t frame_at(const struct seg *g, enum pair_end end)
{
	return g ? frame_id(end, frame_number(g->frame)) : 0;
}

// Adds a fact; the sentence's words come from format.
static void add_fact(struct light *l, enum finding_role role, const char *rule,
		     uint64_t frame, uint64_t other, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

static void add_fact(struct light *l, enum finding_role role, const char *rule,
		     uint64_t frame, uint64_t other, const char *format, ...)
{
	struct pair *p = l->p;
	struct pair_fact *f;
	va_list args;

	f = array_grown(p->fact, p->facts, &p->facts_size, sizeof *f);
	p->failed |= !f;
	if (!f)
		return;
	p->fact = f;
	f += p->facts++;
	*f = (struct pair_fact){
		.role = role, .rule = rule, .frame = frame, .other = other
	};
	va_start(args, format);
	vsnprintf(f->sentence, sizeof f->sentence, format, args);
	va_end(args);
	l->one->facts++;
}

// Verdicts -------------------------------------------------------------------

static bool is_rival(const struct connection *c, enum verdict_id id)
{
	return memchr(c->also, (int)id, VERDICT_RIVALS);
}

// Takes away the rivals that say the RST is not its supposed sender's; true if
// there were any.
static bool strike_foreign(struct connection *c)
{
	size_t n = 0;

	for (size_t i = 0; i < VERDICT_RIVALS; i++)
		if (!verdict_has(c->also[i], TRAIT_FOREIGN))
			c->also[n++] = c->also[i];
	memset(c->also + n, VERDICT_NONE, VERDICT_RIVALS - n);
	return n < VERDICT_RIVALS;
}

static void rule(struct paired *one, enum verdict_id id, enum confidence sure)
{
	one->overruled = one->c.verdict != id;
	one->c.verdict = (uint8_t)id;
	one->c.confidence = (uint8_t)sure;
	memset(one->c.also, VERDICT_NONE, sizeof one->c.also);
}

// Each end's own capture knows best what its program saw.
static void own_view(struct light *l)
{
	struct connection *c = &l->one->c;
	const struct connection *there = l->view[PAIR_SERVER];

	c->app.recv[SERVER] = there->app.recv[SERVER];
	c->app.send[SERVER] = there->app.send[SERVER];
	c->app.stack[SERVER] = there->app.stack[SERVER];
	c->state[SERVER] = there->state[SERVER];
}

// Takes the other capture's explanation, with what is the connection's own.
static void turn_to(struct light *l, enum pair_end end)
{
	struct connection *c = &l->one->c;
	const struct connection *v = l->view[end];

	l->one->view = end;
	c->finding = v->finding;
	c->findings = v->findings;
	c->verdict = v->verdict;
	c->confidence = v->confidence;
	memcpy(c->also, v->also, sizeof c->also);
	c->closed_first = v->closed_first;
	c->reset_by = v->reset_by;
	c->actor = v->actor;
}

static bool ended_by_rst(const struct connection *c, enum side by)
{
	return c->reset_by == by ||
	       (c->reset_by == MIDDLEBOX && c->actor == by);
}

static bool never_opened(const struct connection *c)
{
	return verdict_get(c->verdict)->family == FAMILY_CONNECT;
}

// The RST that ended it, as the receiver saw it, was nobody's.
static void forged(struct light *l, enum side by)
{
	const struct way *w = &l->way[by];
	enum pair_end end = by == SERVER ? PAIR_CLIENT : PAIR_SERVER;
	struct connection *c = &l->one->c;
	bool idle;

	turn_to(l, end);
	idle =
	    c->verdict == RESET_IDLE_EXPIRED || is_rival(c, RESET_IDLE_EXPIRED);
	c->reset_by = MIDDLEBOX;
	if (!w->fin && c->closed_first == by)
		c->closed_first = NOBODY;
	if (never_opened(c))
		c->confidence = CERTAIN;
	else
		rule(l->one, idle ? RESET_IDLE_EXPIRED : RESET_INJECTED,
		     CERTAIN);
	c->actor = (uint8_t)by;
	add_fact(l, ROLE_WHY, "rst_never_sent", frame_at(w->forged, end),
		 frame_at(w->alive, !end),
		 "this RST reached the %s, but the %s did not send it: the "
		 "capture made at the %s has no such RST; of the segments "
		 "in it this one is the nearest",
		 side_name(!by), side_name(by), side_name(by));
}

// No RST decides: the end that has something to explain explains it.
static void quiet(struct light *l)
{
	if (!connection_eventful(l->view[0]) && connection_eventful(l->view[1]))
		turn_to(l, PAIR_SERVER);
}

// It was sent: nothing on the path forged it.
static void genuine(struct light *l, enum side by)
{
	enum pair_end end = by == CLIENT ? PAIR_CLIENT : PAIR_SERVER;
	const struct connection *mine = l->view[end], *other = l->view[!end];
	const struct seg *rst = l->way[by].genuine;
	struct connection *c = &l->one->c;
	const struct verdict *v;
	bool struck, agree = mine->verdict == other->verdict;

	if (!l->way[by].home) {
		add_fact(
		    l, ROLE_NOTE, "rst_seen_twice", frame_at(rst, !end), 0,
		    "this RST is in both captures; but the one from the %s's "
		    "end "
		    "was not made on the %s itself (by the TTLs), so the RST "
		    "may have been forged beyond it",
		    side_name(by), side_name(by));
		quiet(l);
		return;
	}
	turn_to(l, end);
	if (verdict_has(c->verdict, TRAIT_FOREIGN))
		turn_to(l, !end);
	v = verdict_get(c->verdict);
	if (v->if_genuine.verdict != VERDICT_NONE)
		rule(l->one, v->if_genuine.verdict, v->if_genuine.confidence);
	if (c->reset_by == MIDDLEBOX)
		c->reset_by = (uint8_t)by;
	struck = strike_foreign(c);
	if (struck && agree && !c->also[0] && c->confidence == LIKELY)
		c->confidence = CERTAIN;
	add_fact(l, ROLE_NOT, "rst_was_sent", frame_at(rst, !end), 0,
		 "the %s itself sent this RST: its own capture has it, so "
		 "nothing on the path forged it",
		 side_name(by));
}

static void judge_end(struct light *l)
{
	for (enum side by = CLIENT; by <= SERVER; by++) {
		// Who received it knows best what it was taken for.
		const struct connection *v = l->view[!by];

		if (l->way[by].forged && !l->way[by].incomplete &&
		    !l->p->dropped[by] && ended_by_rst(v, by)) {
			forged(l, by);
			return;
		}
	}
	for (enum side by = CLIENT; by <= SERVER; by++) {
		if (l->way[by].genuine && ended_by_rst(l->view[!by], by)) {
			genuine(l, by);
			return;
		}
	}
	quiet(l);
}

// The way --------------------------------------------------------------------

static void tell_way(struct light *l, enum side by)
{
	const struct way *w = &l->way[by];
	enum verdict_family family = verdict_get(l->one->c.verdict)->family;
	bool why = family == FAMILY_TIMEOUT || family == FAMILY_CONNECT;
	enum pair_end end = by == CLIENT ? PAIR_CLIENT : PAIR_SERVER;

	if (w->vanished && !w->forged)
		add_fact(l, ROLE_NOTE, "rst_lost", frame_at(w->vanished, end),
			 0, "this RST of the %s never reached the %s",
			 side_name(by), side_name(!by));
	if (w->first_lost)
		add_fact(l, why ? ROLE_WHY : ROLE_NOTE, "lost_on_the_way",
			 frame_at(w->first_lost, end), 0,
			 "%llu of the %s's packets never reached the %s's "
			 "capture; this is the first",
			 (unsigned long long)w->lost, side_name(by),
			 side_name(!by));
	if (w->incomplete)
		add_fact(
		    l, ROLE_LIMIT, "capture_incomplete", 0, 0,
		    "packets of the %s arrived that the capture at its end "
		    "lacks: what that capture lacks proves nothing here",
		    side_name(by));
}

static void sum_up(struct pair_sum *sum, const struct way *w, enum side by)
{
	sum->sent[by] += w->sent;
	sum->lost[by] += w->lost;
	sum->forged += w->forged && !w->incomplete;
}

static bool translated(const struct connection *a, const struct connection *b)
{
	return addr_cmp(&a->addr[0], &b->addr[0]) ||
	       addr_cmp(&a->addr[1], &b->addr[1]) || a->port[0] != b->port[0] ||
	       a->port[1] != b->port[1];
}

static void tell_translated(struct light *l)
{
	const struct connection *v = l->view[PAIR_SERVER];

	l->p->sum.translated++;
	add_fact(
	    l, ROLE_NOTE, "translated", 0, 0,
	    "recognised by its sequence numbers: in the server's capture it "
	    "is connection %zu, from port %u to port %u, with other "
	    "addresses or ports",
	    l->one->other + 1, (unsigned)v->port[CLIENT],
	    (unsigned)v->port[SERVER]);
}

static void compare(struct light *l, size_t i, uint32_t other)
{
	struct pair *p = l->p;
	const size_t *a = p->shelf[0].begin + i, *b = p->shelf[1].begin + other;
	struct both both = { .seg = { p->shelf[0].seg + a[0],
				      p->shelf[1].seg + b[0] },
			     .n = { a[1] - a[0], b[1] - b[0] } };

	l->one->found = true;
	l->one->other = other;
	l->view[PAIR_SERVER] = analysis_get(p->analysis[PAIR_SERVER], other);
	for (enum side by = CLIENT; by <= SERVER; by++) {
		p->failed |=
		    !way_compare(&both, by, p->shelf, &p->sum, &l->way[by]);
		sum_up(&p->sum, &l->way[by], by);
	}
	judge_end(l);
	own_view(l);
	tell_way(l, CLIENT);
	tell_way(l, SERVER);
	if (translated(l->view[0], l->view[1]))
		tell_translated(l);
}

// Does the server's capture have anything at all of that service?
static bool service_seen(const struct pair *p, const struct connection *c)
{
	const struct analysis *a = p->analysis[PAIR_SERVER];

	for (size_t i = 0; i < analysis_count(a); i++) {
		const struct connection *s = analysis_get(a, i);

		if (s->port[SERVER] == c->port[SERVER] &&
		    !addr_cmp(&s->addr[SERVER], &c->addr[SERVER]))
			return true;
	}
	return false;
}

static void alone(struct light *l)
{
	struct connection *c = &l->one->c;
	const struct shelf *s = &l->p->shelf[PAIR_SERVER];
	bool refused = verdict_has(c->verdict, TRAIT_REFUSED);
	int64_t shift = l->p->sum.offset;

	if (!never_opened(c) || l->p->dropped[PAIR_SERVER] ||
	    !service_seen(l->p, c) || c->start + shift < s->first ||
	    c->end + shift > s->last)
		return;
	if (refused)
		c->reset_by = MIDDLEBOX;
	add_fact(l, ROLE_WHY, "never_arrived", 0, 0,
		 "nothing of this connection reached the server's capture, "
		 "which has others to that port: the client's packets are "
		 "%s on the way",
		 refused ? "rejected" : "dropped");
}

static void settle(struct pair *p, const uint32_t *pair)
{
	for (size_t i = 0; i < p->shelf[0].conns; i++) {
		struct light l = { .p = p, .one = &p->paired[i] };

		l.view[0] = analysis_get(p->analysis[0], i);
		l.one->c = *l.view[0];
		l.one->fact = p->facts;
		if (pair[i] == NO_PAIR) {
			p->sum.alone[PAIR_CLIENT]++;
			alone(&l);
			continue;
		}
		p->sum.pairs++;
		compare(&l, i, pair[i]);
	}
	p->sum.alone[PAIR_SERVER] = p->shelf[1].conns - p->sum.pairs;
}

bool pair_settle(struct pair *p, const struct analysis *client,
		 const struct analysis *server, const bool dropped[2])
{
	size_t n = analysis_count(client);
	uint32_t *pair = calloc(n + 1, sizeof *pair);
	bool ok = pair;

	p->analysis[PAIR_CLIENT] = client;
	p->analysis[PAIR_SERVER] = server;
	memcpy(p->dropped, dropped, sizeof p->dropped);
	p->paired = calloc(n + 1, sizeof *p->paired);
	ok = ok && p->paired && shelf_sort(&p->shelf[0], client) &&
	     shelf_sort(&p->shelf[1], server) &&
	     match_connections(&p->shelf[0], &p->shelf[1], pair) &&
	     way_clocks(p->shelf, pair, &p->sum);
	if (ok)
		settle(p, pair);
	free(pair);
	return ok && !p->failed;
}

// Results --------------------------------------------------------------------

const struct paired *pair_get(const struct pair *p, size_t i)
{
	return &p->paired[i];
}

const struct pair_fact *pair_facts(const struct pair *p,
				   const struct paired *one)
{
	return p->fact ? p->fact + one->fact : NULL;
}

const struct pair_sum *pair_sum(const struct pair *p)
{
	return &p->sum;
}

const struct analysis *pair_analysis(const struct pair *p, enum pair_end end)
{
	return p->analysis[end];
}
