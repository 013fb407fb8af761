// What two captures prove of an end: whether a RST was sent by its sender.
#include "query/pair_parts.h"

#include "base/nanoseconds.h"

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

void pair_own_view(struct pair_context *l)
{
	struct connection *c = &l->one->c;
	const struct connection *there = l->view[PAIR_SERVER];

	c->app.recv[SERVER] = there->app.recv[SERVER];
	c->app.send[SERVER] = there->app.send[SERVER];
	c->app.stack[SERVER] = there->app.stack[SERVER];
	c->state[SERVER] = there->state[SERVER];
}

// Takes the other capture's explanation, with what is the connection's own.
static void turn_to(struct pair_context *l, enum pair_end end)
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

void pair_add_never_sent(struct pair_context *l, enum finding_role role,
			 enum side by)
{
	const struct path_comparison *w = &l->path[by];
	enum pair_end end = by == SERVER ? PAIR_CLIENT : PAIR_SERVER;

	pair_add_fact(
	    l, role, "rst_never_sent", pair_frame_at(w->forged, end),
	    pair_frame_at(w->alive, !end),
	    "this RST reached the %s, but the %s did not send it: the "
	    "capture made at the %s has no such RST; of the segments "
	    "in it this one is the nearest",
	    side_name(!by), side_name(by), side_name(by));
	l->forged[by] = true;
}

bool pair_complete(const struct pair *p, enum pair_end end)
{
	return !p->dropped[end] && !p->sum.missed[end] &&
	       p->sum.place != PAIR_ONE_PLACE;
}

bool pair_trusts(const struct pair_context *l, enum side by)
{
	enum pair_end home = by == CLIENT ? PAIR_CLIENT : PAIR_SERVER;

	return pair_complete(l->p, home) && !l->path[by].incomplete;
}

// What the capture of that end found in this connection, as fact_set of
// findings.
static bool found(const struct pair_context *l, enum pair_end end,
		  bool (*is_it)(enum fact))
{
	struct finding all[EVIDENCE_FINDINGS];
	const struct connection *c = l->view[end];

	analysis_findings(l->p->analysis[end], c, all);
	for (size_t i = 0; i < c->findings; i++)
		if (is_it((enum fact)all[i].fact))
			return true;
	return false;
}

// The RST does not look like its supposed sender's.
static bool is_sign(enum fact f)
{
	return f == TTL_DIFFERS || (f >= SIGN_SERIES && f <= SIGN_BOTH_RESET);
}

static bool is_idle_timer(enum fact f)
{
	return f == IDLE_SHARED || f == IDLE_KNOWN;
}

static bool is_late_start(enum fact f)
{
	return f == NO_HANDSHAKE;
}

// So many packets in a capture that lacks none: had it lost any, one of these
// would be missing as well.
enum { MANY = 1000 };

// Shorter silences than this are no device's idle timeout.
static const int64_t IDLE_NS = 60 * SECOND;

// Who forged a RST after a long silence forgot the connection, if its timer
// shows in others, too.
static void rule_forged(struct pair_context *l, enum side by, enum pair_end end)
{
	enum pair_end home = end == PAIR_CLIENT ? PAIR_SERVER : PAIR_CLIENT;
	enum verdict_id seen = l->view[end]->verdict;
	struct connection *c = &l->one->c;
	bool proved = l->p->sum.shown[home] >= MANY || found(l, end, is_sign);
	bool idle = seen == RESET_IDLE_EXPIRED ||
		    is_rival(c, RESET_IDLE_EXPIRED) ||
		    l->path[by].silence >= IDLE_NS;
	bool known =
	    idle ? found(l, end, is_idle_timer) : !found(l, end, is_late_start);

	rule(l->one, idle ? RESET_IDLE_EXPIRED : RESET_INJECTED,
	     proved && known ? CERTAIN : LIKELY);
	if (!known)
		c->also[0] = idle ? RESET_INJECTED : RESET_IDLE_EXPIRED;
	else if (!proved && !verdict_has(seen, TRAIT_FOREIGN))
		c->also[0] = (uint8_t)seen;
}

// The RST that ended it at its receiver was not sent by the other end.
static void forged(struct pair_context *l, enum side by)
{
	const struct path_comparison *w = &l->path[by];
	enum pair_end end = by == SERVER ? PAIR_CLIENT : PAIR_SERVER;
	struct connection *c = &l->one->c;

	turn_to(l, end);
	c->reset_by = MIDDLEBOX;
	if (!w->fin && c->closed_first == by)
		c->closed_first = NOBODY;
	if (!pair_never_opened(c))
		rule_forged(l, by, end);
	c->actor = (uint8_t)by;
	pair_add_never_sent(l, ROLE_WHY, by);
}

// True if what that capture lacks is all that its verdict rests on.
static bool rests_on_absence(const struct pair_context *l, enum pair_end end)
{
	enum verdict_id v = l->view[end]->verdict;

	return verdict_has(v, TRAIT_NOT_ENDED) ||
	       (verdict_has(v, TRAIT_NEEDS_ABSENCE) &&
		!pair_complete(l->p, end));
}

// No RST decides: the end that shows how it ended, or has something to explain,
// explains it.
static void quiet(struct pair_context *l)
{
	bool client = rests_on_absence(l, PAIR_CLIENT);
	bool server = rests_on_absence(l, PAIR_SERVER);

	if (client == server ? !connection_eventful(l->view[PAIR_CLIENT]) &&
				   connection_eventful(l->view[PAIR_SERVER])
			     : client)
		turn_to(l, PAIR_SERVER);
}

// It was sent: nothing on the path forged it.
static void genuine(struct pair_context *l, enum side by)
{
	enum pair_end end = by == CLIENT ? PAIR_CLIENT : PAIR_SERVER;
	const struct connection *mine = l->view[end], *other = l->view[!end];
	const struct seg *rst = l->path[by].genuine;
	struct connection *c = &l->one->c;
	const struct verdict *v;
	bool struck, agree = mine->verdict == other->verdict;

	if (!l->path[by].home) {
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
	if (verdict_has(c->verdict, TRAIT_FOREIGN) ||
	    (!pair_complete(l->p, end) && pair_complete(l->p, !end)))
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

// True if a RST that its sender's capture lacks came before the one that it
// has, which is then an echo.
static bool came_first(const struct path_comparison *w)
{
	const struct seg *doubtful = w->forged ? w->forged : w->unchecked;

	return doubtful && doubtful < w->genuine;
}

void pair_judge(struct pair_context *l)
{
	for (enum side by = CLIENT; by <= SERVER; by++) {
		// Who received it knows best what it was taken for.
		const struct connection *v = l->view[!by];

		if (l->path[by].forged && pair_trusts(l, by) &&
		    ended_by_rst(v, by)) {
			forged(l, by);
			return;
		}
	}
	for (enum side by = CLIENT; by <= SERVER; by++) {
		if (l->path[by].genuine && ended_by_rst(l->view[!by], by) &&
		    !came_first(&l->path[by])) {
			genuine(l, by);
			return;
		}
	}
	// Its sender's capture says nothing of it: its receiver's is believed.
	for (enum side by = CLIENT; by <= SERVER; by++) {
		if ((l->path[by].forged || l->path[by].unchecked) &&
		    ended_by_rst(l->view[!by], by)) {
			turn_to(l, by == SERVER ? PAIR_CLIENT : PAIR_SERVER);
			return;
		}
	}
	quiet(l);
}
