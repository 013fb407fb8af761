// Aborted on purpose with nothing unread.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
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
	  "reset_linger_zero", "A", "A", "TCP_STATE|TCP_DISCONNECT_WITH_DATA", 0,
	  "with data that the peer's window held back" },
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
	{ "mptcp-linger", mptcp_linger, BY_EITHER | ACTIVE,
	  "reset_linger_zero", "A", "A", "*", 0, "MP_FASTCLOSE" },
	{ "mptcp-unread", mptcp_unread, BY_EITHER | ACTIVE,
	  "reset_unread_data", "A", "A", "*", 0, "MP_FASTCLOSE, unread" },
	{ 0, 0, 0, 0, 0, 0, 0, 0, 0 },
};
