// Aborted on purpose with nothing unread.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "clock.h"
#include "play.h"
#include "scenario.h"

static void linger_idle(struct play *p)
{
	struct conn *c = play_dial(p);

	play_rest(p, 0, 100);
	play_linger_zero(p, c, p->a);
	play_note(p, "linger zero, no payload ever");
}

static void linger_spoke(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 1, 3000);

	play_feed(p, c, p->a, n);
	play_take(p, c, p->o, n);
	play_linger_zero(p, c, p->a);
	play_note(p, "sent %d bytes, received none, linger zero", n);
}

static void linger_read(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 1, play_flip(p) ? 2000 : 60000);

	play_talk(p, c, -1);
	play_push(p, c, p->o, n);
	play_take(p, c, p->a, n);
	play_rest(p, 0, 80);
	play_linger_zero(p, c, p->a);
	play_note(p, "read all of %d bytes, linger zero", n);
}

static void linger_replied(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, play_pick(p, 1, 5));
	play_rest(p, 0, 80);
	play_linger_zero(p, c, p->a);
	play_note(p, "after requests and responses, linger zero");
}

static void linger_unsent(struct play *p)
{
	struct conn *c;
	int n;

	p->rcvbuf[p->o] = play_pick(p, 4, 32) * 1024;
	c = play_dial(p);
	play_talk(p, c, -1);
	n = play_flood(p, c, p->a);
	play_linger_zero(p, c, p->a);
	play_note(p, "linger zero with some of %d bytes unsent", n);
}

static void linger_after_fin(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, -1);
	if (play_flip(p))
		play_close(p, c, p->o);
	else
		play_shutdown(p, c, p->o, SHUT_WR);
	play_eof(p, c, p->a);
	play_rest(p, 0, 60);
	play_linger_zero(p, c, p->a);
	play_note(p, "read to the end of file, linger zero");
}

static void linger_own_fin(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, -1);
	play_shutdown(p, c, p->a, SHUT_WR);
	if (play_flip(p))
		play_eof(p, c, p->o);
	play_linger_zero(p, c, p->a);
	play_note(p, "shutdown(SHUT_WR), then linger zero");
}

static void unspec_clean(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, -1);
	play_quiet(p);
	play_unspec(p, c, p->a);
	play_note(p, "connect(AF_UNSPEC), nothing unread");
}

static void destroyed_clean(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, -1);
	play_quiet(p);
	play_destroy(p, c, p->a);
	play_also(p, c, VANTAGES, p->a, "-");
	play_note(p, "SOCK_DESTROY, nothing unread");
}

static void linger2_negative(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, -1);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_LINGER2, -1);
	play_shutdown(p, c, p->a, SHUT_WR);
	play_eof(p, c, p->o);
	play_quiet(p);
	play_close(p, c, p->a);
	play_note(p, "TCP_LINGER2 -1: close() in FIN_WAIT2");
}

static void mptcp_linger(struct play *p)
{
	struct conn *c;

	p->mptcp = true;
	c = play_dial(p);
	play_talk(p, c, -1);
	play_quiet(p);
	play_linger_zero(p, c, p->a);
	play_note(p, "MPTCP, linger zero, nothing unread");
}

static void mptcp_unread(struct play *p)
{
	struct conn *c;

	p->mptcp = true;
	c = play_dial(p);
	play_talk(p, c, -1);
	play_push(p, c, p->o, play_pick(p, 1, 5000));
	play_quiet(p);
	play_close(p, c, p->a);
	play_note(p, "MPTCP, close() with data unread");
}

// Fills the actor's window, then reads all.
static struct conn *fill(struct play *p)
{
	struct conn *c;

	p->rcvbuf[p->a] = play_pick(p, 8, 64) * 1024;
	c = play_dial(p);
	play_talk(p, c, -1);
	play_flood(p, c, p->o);
	return c;
}

static void drain(struct play *p, struct conn *c)
{
	int n, empty = 0;

	while (!p->why[0] && empty < 150) {
		n = play_readable(c, p->a);
		empty = n ? 0 : empty + 1;
		play_take(p, c, p->a, n);
		clock_rest(MS);
	}
}

static void linger_late(struct play *p)
{
	struct conn *c = fill(p);

	drain(p, c);
	play_linger_zero(p, c, p->a);
	play_note(p, "window shut, then all read, linger zero");
}

static void linger_shut_rd(struct play *p)
{
	struct conn *c = fill(p);

	play_shutdown(p, c, p->a, SHUT_RD);
	play_take(p, c, p->a, play_readable(c, p->a));
	play_linger_zero(p, c, p->a);
	play_note(p, "window shut, SHUT_RD, all read, linger zero");
}

// Beyond the loss, the RST seems to be the first to open the window.
static void linger_update_lost(struct play *p)
{
	struct rule r = { .action = RULE_DROP,
			  .leg = play_pick(p, 0, 1),
			  .from = p->a,
			  .mask = RST,
			  .want = 0 };
	struct conn *c = fill(p);
	int lost = play_rule(p, &r);

	play_take(p, c, p->a, play_readable(c, p->a));
	play_rest(p, 5, 20);
	if (!p->why[0])
		path_rule_off(p->world->path, p->link, lost);
	play_linger_zero(p, c, p->a);
	play_note(p, "window shut, all read, update lost, linger zero");
}

static void linger_crumbs(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 50, 200);

	play_talk(p, c, -1);
	play_option(p, c, p->o, IPPROTO_TCP, TCP_NODELAY, 1);
	for (int i = 0; i < n; i++)
		play_shove(p, c, p->o, 1);
	play_quiet(p);
	drain(p, c);
	play_linger_zero(p, c, p->a);
	play_note(p, "%d segments of one byte, all read, linger zero", n);
}

#define LINGER "reset_linger_zero", "A", "A", "TCP_STATE", 0

const struct scenario scenarios_linger[] = {
	{ "linger-idle", linger_idle, BY_EITHER | ACTIVE, LINGER,
	  "linger zero, no payload ever" },
	{ "linger-spoke", linger_spoke, BY_EITHER | ACTIVE, LINGER,
	  "only the aborting side ever sent payload" },
	{ "linger-read", linger_read, BY_EITHER | ACTIVE, LINGER,
	  "all was read, then linger zero" },
	{ "linger-replied", linger_replied, BY_EITHER | ACTIVE, LINGER,
	  "after requests and responses" },
	{ "linger-unsent", linger_unsent, BY_EITHER | ACTIVE,
	  "reset_linger_zero", "A", "A", "TCP_STATE|TCP_DISCONNECT_WITH_DATA",
	  0, "with data that the peer's window held back" },
	{ "linger-after-fin", linger_after_fin, BY_EITHER | ACTIVE,
	  "reset_linger_zero", "O", "A", "TCP_STATE", 0,
	  "the peer's FIN was read first" },
	{ "linger-own-fin", linger_own_fin, BY_EITHER | ACTIVE, LINGER,
	  "after a FIN of its own" },
	{ "unspec-clean", unspec_clean, BY_EITHER | ACTIVE, LINGER,
	  "connect(AF_UNSPEC), nothing unread" },
	{ "destroyed-clean", destroyed_clean, BY_EITHER | ACTIVE, LINGER,
	  "SOCK_DESTROY, nothing unread" },
	{ "linger2-negative", linger2_negative, BY_EITHER | ACTIVE,
	  "reset_linger_zero", "A", "A", "TCP_ABORT_ON_LINGER", 0,
	  "TCP_LINGER2 below zero, close() in FIN_WAIT2" },
	{ "linger-late", linger_late, BY_EITHER | ACTIVE, LINGER,
	  "the window was shut, then all was read" },
	{ "linger-shut-rd", linger_shut_rd, BY_EITHER | ACTIVE | RARE, LINGER,
	  "all was read, but after SHUT_RD" },
	{ "linger-update-lost", linger_update_lost, BY_EITHER | ACTIVE | RARE,
	  LINGER, "all was read, the window update was lost" },
	{ "linger-crumbs", linger_crumbs, BY_EITHER | ACTIVE, LINGER,
	  "one-byte segments, all read" },
	{ "mptcp-linger", mptcp_linger, BY_EITHER | ACTIVE, "reset_linger_zero",
	  "A", "A", "*", 0, "MP_FASTCLOSE" },
	{ "mptcp-unread", mptcp_unread, BY_EITHER | ACTIVE, "reset_unread_data",
	  "A", "A", "*", 0, "MP_FASTCLOSE, unread" },
	{ 0 },
};
