// What two captures prove of an end: whether a RST was sent by its sender.
#include "query/pair_parts.h"

#include <string.h>

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

void pair_own_view(struct light *l)
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
	if (pair_never_opened(c))
		c->confidence = CERTAIN;
	else
		rule(l->one, idle ? RESET_IDLE_EXPIRED : RESET_INJECTED,
		     CERTAIN);
	c->actor = (uint8_t)by;
	pair_add_fact(
	    l, ROLE_WHY, "rst_never_sent", pair_frame_at(w->forged, end),
	    pair_frame_at(w->alive, !end),
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
		pair_add_fact(
		    l, ROLE_NOTE, "rst_seen_twice", pair_frame_at(rst, !end), 0,
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
	pair_add_fact(l, ROLE_NOT, "rst_was_sent", pair_frame_at(rst, !end), 0,
		      "the %s itself sent this RST: its own capture has it, so "
		      "nothing on the path forged it",
		      side_name(by));
}

void pair_judge(struct light *l)
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
