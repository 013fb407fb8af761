// Connections that never came to be.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"
#include "play.h"
#include "scenario.h"

static void call_briefly(struct play *p, struct conn **out, int syns)
{
	struct conn *c = play_call(p);

	play_option(p, c, CLIENT, IPPROTO_TCP, TCP_SYNCNT, syns);
	*out = c;
}

static void refused(struct play *p)
{
	struct conn *c = play_call(p);

	play_connected(p, c, 3 * SECOND);
	play_note(p, "nothing listens there");
}

static void refused_by_filter(struct play *p)
{
	struct rule r = { .action = RULE_RST,
			  .leg = play_pick(p, 0, 1),
			  .from = CLIENT,
			  .mask = SYN,
			  .want = SYN,
			  .ttl = play_flip(p) ? 64 : 255 };
	struct conn *c;

	play_rule(p, &r);
	if (play_flip(p))
		play_listen(p, 4);
	c = play_call(p);
	play_connected(p, c, 3 * SECOND);
	play_note(p, "a filter on the path answers by RST");
}

struct unreachable {
	uint8_t v4, v6;
};

static void unreachable(struct play *p)
{
	// Codes of ICMP type 3 and of ICMPv6 type 1.
	static const struct unreachable kinds[] = {
		{ 0, 0 },  { 1, 3 },  { 3, 4 }, { 9, 1 },
		{ 10, 1 }, { 13, 1 }, { 2, 4 }, { 6, 0 },
	};
	struct unreachable k = kinds[play_pick(p, 0, 7)];
	struct rule r = { .action = RULE_ICMP,
			  .leg = play_pick(p, 0, 1),
			  .from = CLIENT,
			  .mask = SYN,
			  .want = SYN };
	struct conn *c;

	r.type = p->v6 ? 1 : 3;
	r.code = p->v6 ? k.v6 : k.v4;
	play_rule(p, &r);
	c = play_call(p);
	play_connected(p, c, 3 * SECOND);
	play_note(p, "ICMP error type %d code %d", r.type, r.code);
}

static void syn_lost(struct play *p)
{
	struct rule r = { .action = RULE_DROP,
			  .leg = play_pick(p, 0, 1),
			  .from = CLIENT };
	struct conn *c;

	play_rule(p, &r);
	play_listen(p, 4);
	call_briefly(p, &c, play_pick(p, 1, 2));
	play_connected(p, c, 9 * SECOND);
	play_note(p, "no SYN got through");
}

static void synack_lost(struct play *p)
{
	struct rule r = { .action = RULE_DROP,
			  .leg = play_pick(p, 0, 1),
			  .from = SERVER };
	struct conn *c;

	play_rule(p, &r);
	play_listen(p, 4);
	call_briefly(p, &c, play_pick(p, 1, 2));
	play_connected(p, c, 9 * SECOND);
	play_tell(p, c, AT_SERVER, "handshake_incomplete|connect_timeout", 0, 0,
		  0);
	if (r.leg == LEG_CLIENT)
		play_tell(p, c, AT_MIDDLE,
			  "handshake_incomplete|connect_timeout", 0, 0, 0);
	play_note(p, "no SYN-ACK got through");
}

static void syn_ignored(struct play *p)
{
	struct conn *c;

	// A backlog of 0 holds one; then SYNs are dropped at the host.
	play_listen(p, 0);
	c = play_call(p);
	play_connected(p, c, 3 * SECOND);
	play_tell(p, c, VANTAGES, "still_open", "-", "-", "-");
	call_briefly(p, &c, 1);
	play_connected(p, c, 9 * SECOND);
	play_tell(p, c, VANTAGES, "connect_timeout", 0, "-", "-");
	play_note(p, "the accept queue was full: SYNs were dropped");
}

// The client's last ACK and all that follows it are lost.
static void last_ack_lost(struct play *p)
{
	struct rule r = { .action = RULE_DROP,
			  .leg = play_pick(p, 0, 1),
			  .from = CLIENT,
			  .mask = SYN,
			  .want = 0 };
	bool data = play_flip(p);
	struct conn *c;

	play_rule(p, &r);
	play_listen(p, 4);
	c = play_call(p);
	if (!play_connected(p, c, 3 * SECOND))
		play_fail(p, "connect");
	if (data) {
		play_option(p, c, CLIENT, IPPROTO_TCP, TCP_USER_TIMEOUT, 4000);
		play_push(p, c, CLIENT, play_pick(p, 1, 500));
		play_tell(p, c, VANTAGES,
			  "handshake_incomplete|timeout_retransmission", 0, 0,
			  0);
		play_tell(p, c, AT_SERVER, "handshake_incomplete", 0, 0, 0);
		if (r.leg == LEG_CLIENT)
			play_tell(p, c, AT_MIDDLE, "handshake_incomplete", 0, 0,
				  0);
		play_rest(p, 3200, 3600);
		play_stop_filming(p);
		play_rest(p, 1000, 1000);
		play_also(p, c, VANTAGES, CLIENT, "blocks|ok|-");
	} else {
		play_rest(p, 3200, 3800);
	}
	play_note(p, "the handshake's last ACK was lost%s",
		  data ? ", and data too" : "");
}

static void deferred(struct play *p)
{
	int one = 1;
	bool speaks = play_flip(p);
	struct conn *c;

	play_listen(p, 4);
	if (!p->why[0] && setsockopt(p->listener, IPPROTO_TCP, TCP_DEFER_ACCEPT,
				     &one, sizeof(one)) < 0)
		play_fail(p, "TCP_DEFER_ACCEPT");
	c = play_call(p);
	if (!play_connected(p, c, 3 * SECOND))
		play_fail(p, "connect");
	if (!speaks) {
		play_rest(p, 300, 700);
		play_tell(p, c, VANTAGES, "handshake_incomplete|still_open",
			  "-", "-", "-");
		play_stop_filming(p);
		play_note(p, "TCP_DEFER_ACCEPT, the client says nothing");
		return;
	}
	play_rest(p, 200, 1900);
	play_push(p, c, CLIENT, 100);
	play_accept(p, c);
	play_take(p, c, SERVER, 100);
	play_talk(p, c, -1);
	play_close(p, c, CLIENT);
	play_eof(p, c, SERVER);
	play_close(p, c, SERVER);
	play_note(p, "TCP_DEFER_ACCEPT, data came late");
}

// Given up while the SYN-ACK was on its way.
static void abandoned(struct play *p)
{
	struct rule r = { .action = RULE_HOLD,
			  .leg = play_pick(p, 0, 1),
			  .from = SERVER,
			  .mask = SYN,
			  .want = SYN };
	struct conn *c;
	int held = play_rule(p, &r);

	play_listen(p, 4);
	c = play_call(p);
	play_hit(p, held, 1);
	play_close(p, c, CLIENT);
	play_release(p, held);
	play_quiet(p);
	play_note(p, "close() before the SYN-ACK came");
}

// A SYN that no socket sent, as if it had come from the client's host.
static struct conn *forge_syn(struct play *p)
{
	struct conn *c = &p->conn[p->conns++];
	struct seg s = { .v6 = p->v6,
			 .ttl = 64,
			 .flags = SYN,
			 .window = 1024,
			 .wscale = -1 };

	play_listen(p, 4);
	memset(c, 0, sizeof(*c));
	c->fd[0] = c->fd[1] = -1;
	c->since = clock_ns(CLOCK_REALTIME);
	c->port[SERVER] = p->port;
	c->port[CLIENT] = (uint16_t)play_pick(p, 40000, 60000);
	s.src = p->link->place[CLIENT];
	s.dst = p->link->place[SERVER];
	s.src_port = c->port[CLIENT];
	s.dst_port = p->port;
	s.seq = (uint32_t)rng_next(&p->rng);
	if (!p->why[0])
		path_inject(p->world->path, p->link, &s, 1, true);
	return c;
}

// A half-open scan: the scanner's host doesn't know of the SYN.
static void scanned(struct play *p)
{
	struct conn *c = forge_syn(p);

	play_quiet(p);
	// The client's own capture sees a SYN-ACK to nothing.
	play_tell(p, c, AT_CLIENT, "connect_abandoned",
		  "unknown|reset_unexplained|reset_stale_peer", 0, "client|-");
	play_note(p, "a forged SYN; its host answers the SYN-ACK by RST");
}

// Nobody is there where the SYN claims to come from.
static void spoofed(struct play *p)
{
	struct rule r = { .action = RULE_DROP,
			  .leg = LEG_CLIENT,
			  .from = SERVER };

	play_rule(p, &r);
	forge_syn(p);
	play_rest(p, 3200, 3900);
	play_stop_filming(p);
	play_note(p, "a forged SYN; the SYN-ACKs go nowhere");
}

// haproxy's way: no ACK for the SYN-ACK, but an active RST.
static void check_without_ack(struct play *p)
{
	struct conn *c = &p->conn[0];
	struct linger l = { 1, 0 };

	play_listen(p, 4);
	c = play_call(p);
	play_option(p, c, CLIENT, IPPROTO_TCP, TCP_QUICKACK, 0);
	play_connected(p, c, 3 * SECOND);
	if (!p->why[0])
		setsockopt(c->fd[CLIENT], SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	play_close(p, c, CLIENT);
	play_quiet(p);
	play_note(p, "no ACK of the SYN-ACK (TCP_QUICKACK 0), linger zero");
}

#define NEVER "-", "-"

const struct scenario scenarios_open[] = {
	{ "refused", refused, BY_CLIENT, "connect_refused", "-", "server",
	  "NO_SOCKET", 0, "nothing listens" },
	{ "refused-by-filter", refused_by_filter, BY_CLIENT, "connect_refused",
	  "-", "middlebox|server", 0, 0, "a filter answers by RST" },
	{ "unreachable", unreachable, BY_CLIENT, "connect_unreachable", NEVER,
	  0, 0, "an ICMP error answers the SYN" },
	{ "syn-lost", syn_lost, BY_CLIENT, "connect_timeout", NEVER, 0, 0,
	  "no SYN arrives" },
	{ "synack-lost", synack_lost, BY_CLIENT, "connect_timeout", NEVER, 0, 0,
	  "no SYN-ACK arrives" },
	{ "syn-ignored", syn_ignored, BY_CLIENT, "connect_timeout", NEVER, 0,
	  "plain", "the accept queue is full: SYNs are dropped" },
	{ "last-ack-lost", last_ack_lost, BY_CLIENT, "handshake_incomplete",
	  NEVER, 0, 0, "the last ACK is lost, for good" },
	{ "deferred", deferred, BY_CLIENT, "orderly_close", "client", "-", 0, 0,
	  "TCP_DEFER_ACCEPT" },
	{ "abandoned", abandoned, BY_CLIENT, "connect_abandoned", "-", "client",
	  "NO_SOCKET", 0, "given up before the SYN-ACK came" },
	{ "scanned", scanned, BY_CLIENT, "connect_abandoned", "-", "client",
	  "NO_SOCKET", 0, "a half-open scan" },
	{ "spoofed", spoofed, BY_CLIENT, "handshake_incomplete", NEVER, 0, 0,
	  "a SYN in the name of nobody" },
	{ "check-without-ack", check_without_ack, BY_CLIENT,
	  "connect_abandoned", "client", "client", "TCP_STATE", 0,
	  "a health check that never sends the last ACK" },
	{ 0 },
};
