// RSTs by somebody else on the path. The actor is whom they hit, the other one
// is whose name they bear.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "clock.h"
#include "play.h"
#include "scenario.h"

static const uint8_t ttls[] = { 255, 128, 47, 110, 200 };

// A RST to `to` in the name of the other side: off beyond its next sequence
// number. own_ttl: as the true sender's, else unlike.
static void forge(struct play *p, struct conn *c, enum side to, int off,
		  bool ack, bool own_ttl)
{
	struct flow_view f;
	struct seg s;
	enum side as = to == CLIENT ? SERVER : CLIENT;

	if (p->why[0])
		return;
	if (!path_view(p->world->path, p->link, c->port[CLIENT], &f)) {
		play_fail(p, "nothing to forge");
		return;
	}
	s = f.last[as];
	s.flags = ack ? RST | ACK : RST;
	s.seq = f.next[as] + (uint32_t)off;
	s.ack = ack ? f.next[to] : 0;
	s.len = 0;
	s.window = ack ? s.window : 0;
	s.timestamps = false;
	if (!own_ttl)
		s.ttl = ttls[play_pick(p, 0, 4)];
	path_inject(p->world->path, p->link, &s, (uint16_t)rng_next(&p->rng),
		    true);
}

// What the side whose name was abused may know of it.
static void tell_other(struct play *p, struct conn *c, bool spoke)
{
	enum vantage v = play_at(p->o);

	if (!spoke) {
		play_tell(p, c, v, "still_open", "-", "-", "-");
		play_also(p, c, v, p->a, "blocks|ok");
		return;
	}
	play_tell(p, c, v, "reset_stale_peer", "reset_injected", "-", "A");
	play_also(p, c, v, p->a, "blocks|ok|-");
}

// One of them gets a RST; the other one may speak on.
static void injected(struct play *p)
{
	struct conn *c = play_dial(p);
	bool spoke = play_flip(p), ack = play_flip(p);

	play_talk(p, c, play_pick(p, 1, 3));
	play_quiet(p);
	forge(p, c, p->a, 0, ack, false);
	if (spoke) {
		if (play_flip(p))
			play_quiet(p);
		play_push(p, c, p->o, play_pick(p, 1, 3000));
	}
	play_quiet(p);
	play_tell(p, c, VANTAGES, 0,
		  spoke ? "-" : "reset_unexplained|reset_stale_peer", 0, 0);
	tell_other(p, c, spoke);
	play_note(p, "forged %s, TTL unlike%s", ack ? "RST ACK" : "RST",
		  spoke ? "; the true sender spoke on" : "");
}

// As careful as can be: TTL as it should be, and the true sender is silent.
static void injected_well(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, play_pick(p, 1, 3));
	play_quiet(p);
	forge(p, c, p->a, 0, true, true);
	play_quiet(p);
	// Where timestamps were negotiated, their absence gives it away; so may
	// the IPv4 identification, but for IPv6 nothing is left.
	if (!strcmp(p->world->kind->name, "spare"))
		play_tell(p, c, VANTAGES, 0,
			  p->v6 ? "reset_unexplained|reset_linger_zero|"
				  "reset_unread_data|reset_destroyed"
				: "reset_unexplained|reset_linger_zero",
			  "-|O", "middlebox|O");
	tell_other(p, c, false);
	play_note(p, "forged RST ACK, TTL right, no timestamps");
}

static void injected_both(struct play *p)
{
	struct conn *c = play_dial(p);
	bool ack = play_flip(p);

	play_talk(p, c, play_pick(p, 1, 3));
	play_quiet(p);
	forge(p, c, p->a, 0, ack, false);
	forge(p, c, p->o, 0, ack, false);
	play_quiet(p);
	// At each end only one of the two is seen.
	for (int v = 0; v < VANTAGES; v++)
		play_tell(p, c, (enum vantage)v, 0,
			  v == AT_MIDDLE ? "-"
					 : "reset_unexplained|reset_stale_peer",
			  0, 0);
	play_also(p, c, AT_CLIENT, SERVER, "blocks|ok");
	play_also(p, c, AT_SERVER, CLIENT, "blocks|ok");
	play_note(p, "forged RSTs to both sides at once");
}

static void injected_thrice(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, play_pick(p, 1, 3));
	play_quiet(p);
	forge(p, c, p->a, 0, true, false);
	forge(p, c, p->a, 1460, true, false);
	forge(p, c, p->a, 4380, true, false);
	play_quiet(p);
	tell_other(p, c, false);
	play_note(p, "three forged RSTs with rising sequence numbers");
}

// In the window but not exact: a challenge ACK, and all goes on.
static void injected_inexact(struct play *p)
{
	struct conn *c = play_dial(p);
	int off = play_flip(p) ? play_pick(p, 1, 4000) : -play_pick(p, 1, 300);

	play_talk(p, c, play_pick(p, 1, 3));
	play_quiet(p);
	forge(p, c, p->a, off, play_flip(p), false);
	play_quiet(p);
	play_talk(p, c, play_pick(p, 1, 3));
	play_close(p, c, p->a);
	play_eof(p, c, p->o);
	play_close(p, c, p->o);
	play_note(p, "forged RST, sequence number off by %d: ignored", off);
}

// What each vantage point saw of a box on leg that answered side's data.
static bool saw(int leg, enum side side, enum vantage v)
{
	bool near = (leg == LEG_CLIENT) == (side == CLIENT);

	return v == play_at(side) || (v == AT_MIDDLE && !near);
}

static void tell_rejected(struct play *p, struct conn *c, int leg, bool both)
{
	for (int v = 0; v < VANTAGES; v++) {
		bool a = saw(leg, p->a, (enum vantage)v);
		bool o = both && saw(leg, p->o, (enum vantage)v);

		play_also(p, c, (enum vantage)v, p->a, a ? "-" : "blocks|ok|-");
		play_also(p, c, (enum vantage)v, p->o, o ? "-" : "blocks|ok|-");
		if (a || o)
			play_tell(p, c, (enum vantage)v, 0,
				  "reset_stale_peer|reset_unexplained", 0,
				  a && o ? 0
				  : a    ? "middlebox|O"
					 : "middlebox|A");
		else
			play_tell(p, c, (enum vantage)v, "still_open", "-", "-",
				  "-");
	}
}

static void rejected(struct play *p)
{
	struct conn *c = play_dial(p);
	struct rule r = { .action = RULE_RST,
			  .leg = play_pick(p, 0, 1),
			  .from = BOTH,
			  .ttl = play_flip(p) ? 64 : 255 };
	bool both = play_flip(p);

	play_talk(p, c, play_pick(p, 1, 3));
	play_quiet(p);
	play_rule(p, &r);
	play_push(p, c, p->a, play_pick(p, 1, 1000));
	play_quiet(p);
	if (both)
		play_push(p, c, p->o, play_pick(p, 1, 1000));
	play_quiet(p);
	tell_rejected(p, c, r.leg, both);
	play_note(p, "a filter began to reject by RST, TTL %d", r.ttl);
}

// A box on the path forgets connections that lay idle for a minute.
static void idle_expired(struct play *p)
{
	struct rule r = { .action = RULE_RST,
			  .leg = play_pick(p, 0, 1),
			  .from = p->a,
			  .ttl = ttls[play_pick(p, 0, 2)] };
	int n = play_pick(p, 2, 5);
	bool near = (r.leg == LEG_CLIENT) == (p->a == CLIENT);

	for (int i = 0; i < n; i++)
		play_talk(p, play_dial(p), play_pick(p, 1, 3));
	play_quiet(p);
	play_rule(p, &r);
	play_rest(p, 61000, 64000);
	for (int i = 0; i < n; i++)
		play_push(p, &p->conn[i], p->a, play_pick(p, 1, 1000));
	play_quiet(p);
	for (int i = 0; i < n; i++) {
		tell_other(p, &p->conn[i], false);
		if (near) {
			play_tell(p, &p->conn[i], AT_MIDDLE, "still_open", "-",
				  "-", "-");
			play_also(p, &p->conn[i], AT_MIDDLE, p->a, "blocks|ok");
		}
	}
	play_tell(p, 0, play_at(p->a), 0, "reset_stale_peer|reset_injected", 0,
		  0);
	if (!near)
		play_tell(p, 0, AT_MIDDLE, 0, "reset_stale_peer|reset_injected",
			  0, 0);
	play_note(p, "%d connections idle for a minute, then RST by a box", n);
}

// The same box forgets without a word.
static void idle_dropped(struct play *p)
{
	struct rule r = { .action = RULE_DROP,
			  .leg = play_pick(p, 0, 1),
			  .from = BOTH };
	struct conn *c = play_dial(p);
	bool near = (r.leg == LEG_CLIENT) == (p->a == CLIENT);

	play_talk(p, c, play_pick(p, 1, 3));
	play_quiet(p);
	play_rule(p, &r);
	play_rest(p, 2000, 4000);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_USER_TIMEOUT, 6000);
	play_push(p, c, p->a, play_pick(p, 1, 1000));
	play_rest(p, 3000, 4000);
	play_stop_filming(p);
	play_give_up(p, c, p->a, 10 * SECOND);
	tell_other(p, c, false);
	play_also(p, c, VANTAGES, p->a, "ok|blocks");
	if (near)
		play_tell(p, c, AT_MIDDLE, "still_open", "-", "-", "-");
	play_note(p, "idle, then everything vanished");
}

#define FORGED "reset_injected", "-", "middlebox"

const struct scenario scenarios_forged[] = {
	{ "injected", injected, BY_EITHER, FORGED, "*", 0,
	  "a forged RST, TTL unlike the sender's" },
	{ "injected-well", injected_well, BY_EITHER, FORGED, "*", 0,
	  "a forged RST with nothing wrong but timestamps" },
	{ "injected-both", injected_both, BY_EITHER, FORGED, "*", 0,
	  "forged RSTs both ways" },
	{ "injected-thrice", injected_thrice, BY_EITHER, FORGED, "*", 0,
	  "forged RSTs that guess ahead" },
	{ "injected-inexact", injected_inexact, BY_EITHER, "orderly_close", "A",
	  "-", "*", 0, "a forged RST that is ignored" },
	{ "rejected", rejected, BY_EITHER, FORGED, "*", 0,
	  "a filter rejects in mid-flow" },
	{ "idle-expired", idle_expired, BY_EITHER | SLOW, "reset_idle_expired",
	  "-", "middlebox", "*", 0, "a box forgot idle connections: RST" },
	{ "idle-dropped", idle_dropped, BY_EITHER | SLOW,
	  "timeout_retransmission", "-", "-", 0, 0,
	  "a box forgot an idle connection: silence" },
	{ 0 },
};
