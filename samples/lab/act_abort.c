// Closed with received bytes unread, and torn down otherwise.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "clock.h"
#include "play.h"
#include "scenario.h"

static void unread_small(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 1, 1400);

	play_talk(p, c, -1);
	play_feed(p, c, p->o, n);
	play_rest(p, 0, 80);
	play_close(p, c, p->a);
	play_note(p, "close() with %d bytes unread", n);
}

static void unread_large(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 8000, 60000);

	play_talk(p, c, -1);
	play_push(p, c, p->o, n);
	play_quiet(p);
	play_close(p, c, p->a);
	play_note(p, "close() with up to %d bytes unread", n);
}

static void unread_half(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 2000, 60000), read;

	play_talk(p, c, -1);
	play_push(p, c, p->o, n);
	read = play_pick(p, 1, n - 1);
	play_take(p, c, p->a, read);
	play_quiet(p);
	play_close(p, c, p->a);
	play_note(p, "read %d of %d bytes, then close()", read, n);
}

static void unread_peeked(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 1, 4000);
	char data[4000];

	play_talk(p, c, -1);
	play_feed(p, c, p->o, n);
	play_await(p, c, p->a, n);
	if (!p->why[0] && recv(c->fd[p->a], data, sizeof(data), MSG_PEEK) < n)
		play_fail(p, "MSG_PEEK");
	play_close(p, c, p->a);
	play_note(p, "peeked at %d bytes, then close()", n);
}

static void unread_urgent(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 1, 1000);
	char byte;

	play_talk(p, c, -1);
	play_feed(p, c, p->o, n);
	play_take(p, c, p->a, n);
	if (!p->why[0] && send(c->fd[p->o], "!", 1, MSG_OOB) != 1)
		play_fail(p, "MSG_OOB");
	play_quiet(p);
	if (!p->why[0] && recv(c->fd[p->a], &byte, 1, MSG_OOB) != 1)
		play_fail(p, "recv MSG_OOB");
	play_close(p, c, p->a);
	play_note(p, "urgent byte fetched by MSG_OOB only, then close()");
}

static void unread_after_shutdown(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 1, 9000);

	play_talk(p, c, -1);
	play_shutdown(p, c, p->a, SHUT_WR);
	play_eof(p, c, p->o);
	play_feed(p, c, p->o, n);
	play_close(p, c, p->a);
	play_note(p, "shutdown(SHUT_WR), %d bytes came, close() unread", n);
}

static void unread_window_shut(struct play *p)
{
	struct conn *c;
	int n;

	p->rcvbuf[p->a] = play_pick(p, 4, 64) * 1024;
	c = play_dial(p);
	play_talk(p, c, -1);
	n = play_flood(p, c, p->o);
	play_close(p, c, p->a);
	play_note(p, "%d bytes written, window shut, close() unread", n);
}

static void unread_killed(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 1, 30000);

	play_talk(p, c, -1);
	play_push(p, c, p->o, n);
	play_quiet(p);
	play_kill(p, c, p->a);
	play_note(p, "SIGKILL with up to %d bytes unread", n);
}

static void unread_after_fin(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 1, 3000);

	play_talk(p, c, -1);
	play_push(p, c, p->o, n);
	if (play_flip(p))
		play_close(p, c, p->o);
	else
		play_shutdown(p, c, p->o, SHUT_WR);
	play_quiet(p);
	play_close(p, c, p->a);
	play_note(p, "%d bytes and FIN came, close() unread", n);
}

static void unread_fin_then_reset(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 1, 9000);

	play_talk(p, c, -1);
	play_feed(p, c, p->o, n);
	play_shutdown(p, c, p->a, SHUT_WR);
	if (play_flip(p))
		clock_rest(play_pick(p, 10, 1000) * MS / 1000);
	play_close(p, c, p->a);
	play_note(p, "%d bytes unread, shutdown(SHUT_WR), close() at once", n);
}

static void unread_and_linger(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 1, 20000);

	play_talk(p, c, -1);
	play_push(p, c, p->o, n);
	play_quiet(p);
	play_linger_zero(p, c, p->a);
	play_note(p, "linger zero, but %d bytes unread", n);
}

static void ooo_only(struct play *p)
{
	struct conn *c = play_dial(p);
	struct rule drop = { .action = RULE_DROP,
			     .leg = play_pick(p, 0, 1),
			     .from = p->o,
			     .min_len = 600 };
	int lost;

	play_talk(p, c, -1);
	play_quiet(p);
	lost = play_rule(p, &drop);
	play_option(p, c, p->o, IPPROTO_TCP, TCP_NODELAY, 1);
	play_push(p, c, p->o, play_pick(p, 600, 1200));
	play_push(p, c, p->o, play_pick(p, 1, 500));
	play_rest(p, 35, 60);
	play_close(p, c, p->a);
	if (!p->why[0])
		path_rule_off(p->world->path, p->link, lost);
	play_rest(p, 300, 600);
	play_note(p, "only out-of-order data had come, close()");
}

// Torn down, not closed -------------------------------------------------------

static void fill(struct play *p, struct conn *c)
{
	if (play_flip(p))
		play_flood(p, c, p->o);
	else
		play_feed(p, c, p->o, play_pick(p, 1, 6000));
}

static void destroyed_unread(struct play *p)
{
	struct conn *c;

	p->rcvbuf[p->a] = play_pick(p, 8, 64) * 1024;
	c = play_dial(p);
	play_talk(p, c, -1);
	fill(p, c);
	play_destroy(p, c, p->a);
	play_also(p, c, VANTAGES, p->a, "-");
	play_note(p, "SOCK_DESTROY with data unread");
}

static void unspec_unread(struct play *p)
{
	struct conn *c;

	p->rcvbuf[p->a] = play_pick(p, 8, 64) * 1024;
	c = play_dial(p);
	play_talk(p, c, -1);
	fill(p, c);
	play_unspec(p, c, p->a);
	play_note(p, "connect(AF_UNSPEC) with data unread");
}

#define UNREAD "reset_unread_data", "A", "A", "TCP_ABORT_ON_CLOSE", 0

const struct scenario scenarios_abort[] = {
	{ "unread-small", unread_small, BY_EITHER | ACTIVE, UNREAD,
	  "close() with a little unread" },
	{ "unread-large", unread_large, BY_EITHER | ACTIVE, UNREAD,
	  "close() with much unread" },
	{ "unread-half", unread_half, BY_EITHER | ACTIVE, UNREAD,
	  "close() with a part read" },
	{ "unread-peeked", unread_peeked, BY_EITHER | ACTIVE, UNREAD,
	  "all was only peeked at" },
	{ "unread-urgent", unread_urgent, BY_EITHER | ACTIVE, UNREAD,
	  "an urgent byte read out of band only" },
	{ "unread-after-shutdown", unread_after_shutdown, BY_EITHER | ACTIVE,
	  UNREAD, "half-closed, then closed with the answer unread" },
	{ "unread-window-shut", unread_window_shut, BY_EITHER | ACTIVE, UNREAD,
	  "the window was shut" },
	{ "unread-killed", unread_killed, BY_EITHER | ACTIVE, UNREAD,
	  "the process was killed with data unread" },
	{ "unread-after-fin", unread_after_fin, BY_EITHER | ACTIVE,
	  "reset_unread_data", "O", "A", "TCP_ABORT_ON_CLOSE", 0,
	  "the peer sent data and FIN; closed unread" },
	{ "unread-fin-then-reset", unread_fin_then_reset, BY_EITHER | ACTIVE,
	  UNREAD, "FIN and active RST within a millisecond" },
	{ "unread-and-linger", unread_and_linger, BY_EITHER | ACTIVE, UNREAD,
	  "linger zero and data unread" },
	{ "ooo-only", ooo_only, BY_EITHER, "reset_data_after_fin", "A", "A",
	  "TCP_ABORT_ON_DATA|TCP_TIMEWAIT_SOCKET", 0,
	  "only out-of-order data: FIN, then a passive RST" },
	{ "destroyed-unread", destroyed_unread, BY_EITHER | ACTIVE,
	  "reset_destroyed", "A", "A", "TCP_STATE", 0,
	  "SOCK_DESTROY with data unread" },
	{ "unspec-unread", unspec_unread, BY_EITHER | ACTIVE, "reset_destroyed",
	  "A", "A", "TCP_STATE|TCP_DISCONNECT_WITH_DATA", 0,
	  "connect(AF_UNSPEC) with data unread" },
	{ 0 },
};
