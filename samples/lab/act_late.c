// What comes after a FIN, and after a side has lost the connection.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "play.h"
#include "scenario.h"

// The other side still sends after the actor has closed.
static void data_after_fin(struct play *p)
{
	struct conn *c = play_dial(p);
	bool killed = play_flip(p);

	play_talk(p, c, -1);
	play_quiet(p);
	if (killed)
		play_kill(p, c, p->a);
	else
		play_close(p, c, p->a);
	play_quiet(p);
	play_rest(p, 0, 500);
	play_push(p, c, p->o, play_pick(p, 1, 3000));
	play_quiet(p);
	play_note(p, "%s, then data came", killed ? "SIGKILL" : "close()");
}

// Holds all that enters a leg, so that what is sent now crosses there.
static int hold_all(struct play *p)
{
	struct rule r = { .action = RULE_HOLD,
			  .leg = play_pick(p, 0, 1),
			  .from = BOTH };

	play_quiet(p);
	return play_rule(p, &r);
}

// The actor's FIN has not been acknowledged when the data comes.
static void data_in_fin_wait1(struct play *p)
{
	struct conn *c = play_dial(p);
	int held;

	play_talk(p, c, -1);
	held = hold_all(p);
	play_close(p, c, p->a);
	play_hit(p, held, 1);
	play_push(p, c, p->o, play_pick(p, 1, 1000));
	play_hit(p, held, 2);
	play_release(p, held);
	play_quiet(p);
	play_note(p, "FIN and data crossed");
}

// Data and FIN come after the actor's close.
static void data_and_fin_late(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, -1);
	play_close(p, c, p->a);
	play_eof(p, c, p->o);
	play_rest(p, 0, 100);
	play_option(p, c, p->o, IPPROTO_TCP, TCP_NODELAY, 1);
	play_push(p, c, p->o, play_pick(p, 1, 2000));
	play_close(p, c, p->o);
	play_quiet(p);
	play_note(p, "close(); the other side sends data, then FIN");
}

// FINs cross, and there is data before one of them.
static void data_with_crossing_fin(struct play *p)
{
	struct conn *c = play_dial(p);
	int held;

	play_talk(p, c, -1);
	held = hold_all(p);
	play_close(p, c, p->a);
	play_hit(p, held, 1);
	play_push(p, c, p->o, play_pick(p, 1, 1000));
	play_close(p, c, p->o);
	play_hit(p, held, 3);
	play_release(p, held);
	play_quiet(p);
	play_note(p, "FINs crossed, one with data before it");
}

static void shutdown_rdwr(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, -1);
	play_quiet(p);
	play_shutdown(p, c, p->a, SHUT_RDWR);
	if (play_flip(p))
		play_eof(p, c, p->o);
	play_push(p, c, p->o, play_pick(p, 1, 1000));
	play_quiet(p);
	play_note(p, "shutdown(SHUT_RDWR), socket kept, then data came");
}

static void pooled_after_fin(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, play_pick(p, 1, 4));
	play_close(p, c, p->a);
	play_eof(p, c, p->o);
	play_rest(p, 500, 2500);
	play_push(p, c, p->o, play_pick(p, 20, 1200));
	play_quiet(p);
	play_note(p, "a pooled connection used after the peer's FIN");
}

// The actor closes, and its FIN_WAIT2 ends while the other side waits.
static struct conn *outlast_fin_wait(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, -1);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_LINGER2, 1);
	play_close(p, c, p->a);
	play_eof(p, c, p->o);
	play_rest(p, 1600, 2500);
	return c;
}

static void fin_wait_expired(struct play *p)
{
	struct conn *c = outlast_fin_wait(p);

	play_close(p, c, p->o);
	play_quiet(p);
	play_note(p, "FIN_WAIT2 ended after 1 s (TCP_LINGER2), then a FIN");
}

static void data_after_expiry(struct play *p)
{
	struct conn *c = outlast_fin_wait(p);

	play_push(p, c, p->o, play_pick(p, 1, 2000));
	play_quiet(p);
	play_note(p, "FIN_WAIT2 ended after 1 s (TCP_LINGER2), then data");
}

// TCP_LINGER2 below zero and close(): the answer to the FIN's ACK is a RST.
static void linger2_close(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, -1);
	play_quiet(p);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_LINGER2, -1);
	play_close(p, c, p->a);
	play_quiet(p);
	play_tell(p, c, VANTAGES, 0, "reset_fin_wait_expired|reset_unexplained",
		  0, 0);
	play_note(p, "TCP_LINGER2 -1, close(): RST answers the FIN's ACK");
}

// Lost without a word ---------------------------------------------------------

static void lose_silently(struct play *p, struct conn *c)
{
	if (play_flip(p))
		play_unlisten(p);
	play_quiet(p);
	play_forget(p, c, p->a);
	play_rest(p, 0, 600);
}

static void stale_data(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, play_pick(p, 0, 4));
	lose_silently(p, c);
	play_push(p, c, p->o, play_pick(p, 1, 1400));
	play_quiet(p);
	play_note(p, "one side had lost the connection, data came");
}

static void stale_fin(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, play_pick(p, 0, 4));
	lose_silently(p, c);
	if (play_flip(p))
		play_close(p, c, p->o);
	else
		play_shutdown(p, c, p->o, SHUT_WR);
	play_quiet(p);
	play_tell(p, c, VANTAGES, 0, 0, "O", 0);
	play_note(p, "one side had lost the connection, a FIN came");
}

static void stale_keepalive(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, play_pick(p, 0, 4));
	play_option(p, c, p->o, IPPROTO_TCP, TCP_KEEPIDLE, 1);
	play_option(p, c, p->o, SOL_SOCKET, SO_KEEPALIVE, 1);
	lose_silently(p, c);
	play_rest(p, 1200, 1400);
	play_quiet(p);
	play_note(p, "one side had lost the connection, a keep-alive came");
}

#define LATE  "reset_data_after_fin", "A", "A"
#define STALE "reset_stale_peer", "-", "A"

const struct scenario scenarios_late[] = {
	{ "data-after-fin", data_after_fin, BY_EITHER, LATE,
	  "TCP_ABORT_ON_DATA|TCP_TIMEWAIT_SOCKET", 0,
	  "closed; the other side sends later" },
	{ "data-in-fin-wait1", data_in_fin_wait1, BY_EITHER, LATE,
	  "TCP_ABORT_ON_DATA|TCP_TIMEWAIT_SOCKET", 0, "FIN and data cross" },
	{ "data-and-fin-late", data_and_fin_late, BY_EITHER, LATE,
	  "TCP_ABORT_ON_DATA|TCP_TIMEWAIT_SOCKET", 0,
	  "data and FIN after the close" },
	{ "data-with-crossing-fin", data_with_crossing_fin, BY_EITHER,
	  "reset_data_after_fin", "both", "A", "TCP_ABORT_ON_DATA", 0,
	  "FINs cross, data before one of them" },
	{ "shutdown-rdwr", shutdown_rdwr, BY_EITHER, LATE, "TCP_ABORT_ON_DATA",
	  0, "data for a socket shut both ways" },
	{ "pooled-after-fin", pooled_after_fin, BY_EITHER, LATE,
	  "TCP_ABORT_ON_DATA|TCP_TIMEWAIT_SOCKET", 0,
	  "a pooled connection used after the FIN" },
	{ "fin-wait-expired", fin_wait_expired, BY_EITHER,
	  "reset_fin_wait_expired", "A", "A", "+", 0,
	  "FIN_WAIT2 ran out before the other FIN" },
	{ "data-after-expiry", data_after_expiry, BY_EITHER, LATE, "+", 0,
	  "FIN_WAIT2 ran out before data came" },
	{ "linger2-close", linger2_close, BY_EITHER, "reset_linger_zero", "A",
	  "A", "TCP_ABORT_ON_DATA", 0, "TCP_LINGER2 below zero, close()" },
	{ "stale-data", stale_data, BY_EITHER, STALE, "+", 0,
	  "data to a side that forgot" },
	{ "stale-fin", stale_fin, BY_EITHER, STALE, "+", 0,
	  "a FIN to a side that forgot" },
	{ "stale-keepalive", stale_keepalive, BY_EITHER, STALE, "+", 0,
	  "a keep-alive to a side that forgot" },
	{ 0 },
};
