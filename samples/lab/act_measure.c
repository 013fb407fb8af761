// What is measured: one row for each cause, and for each attempt to make a sign
// lie.
#include "act_measure.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "clock.h"
#include "play.h"
#include "scenario.h"

// Traffic ---------------------------------------------------------------------

int measure_size(struct play *p, int most)
{
	int top = 10;

	while (top < most && play_pick(p, 0, 3))
		top *= 8;
	return play_pick(p, 1, top < most ? top : most);
}

struct conn *measure_begin(struct play *p)
{
	struct conn *c;

	if (play_flip(p))
		p->rcvbuf[p->a] = 2048 + measure_size(p, 500000);
	c = play_dial(p);
	if (play_flip(p))
		play_talk(p, c, play_pick(p, 1, 4));
	return c;
}

int measure_readable(struct play *p, struct conn *c)
{
	return p->why[0] ? 0 : play_readable(c, p->a);
}

// The actor reads what there is: all of it, or in pieces with rests. Returns
// how much it read.
static int read_some(struct play *p, struct conn *c, bool pieces)
{
	int n = measure_readable(p, c);

	if (n > 1 && pieces)
		n = play_pick(p, 1, n);
	if (n > 0)
		play_take(p, c, p->a, n);
	if (pieces)
		clock_rest(play_pick(p, 0, 2000) * 1000);
	return n;
}

void measure_stream(struct play *p, struct conn *c, int total, enum reads reads)
{
	int sent = 0, got = 0, still = 0, n;
	bool pieces = play_flip(p);

	for (int turn = 0; turn < 5000 && !p->why[0]; turn++) {
		n = play_shove(p, c, p->o, total - sent);
		sent += n;
		still = n ? 0 : still + 1;
		if (reads == READ_ON || (reads == READ_LATE && still > 40))
			got += read_some(p, c, pieces);
		if (reads ? sent == total && got == sent : still > 40)
			return;
		clock_rest(2 * MS);
	}
	play_fail(p, "stream");
}

// Many small messages, far enough apart for delayed acknowledgments.
static void trickle(struct play *p, struct conn *c, bool reads)
{
	int n = play_pick(p, 5, 50);

	play_option(p, c, p->o, IPPROTO_TCP, TCP_NODELAY, 1);
	for (int i = 0; i < n; i++) {
		int size = play_pick(p, 1, 800);

		play_push(p, c, p->o, size);
		if (reads)
			play_take(p, c, p->a, size);
		clock_rest(play_pick(p, 0, 12000) * 1000);
	}
}

static void traffic(struct play *p, struct conn *c, bool reads)
{
	int kind = play_pick(p, 0, 2);

	if (kind == 0)
		trickle(p, c, reads);
	else
		measure_stream(p, c, measure_size(p, 600000),
			       reads ? (play_flip(p) ? READ_ON : READ_LATE)
				     : READ_NOTHING);
}

void measure_rest(struct play *p)
{
	if (play_flip(p))
		play_quiet(p);
	else
		play_rest(p, 0, 60);
}

// Causes ----------------------------------------------------------------------

static struct conn *leave_unread(struct play *p)
{
	struct conn *c = measure_begin(p);

	traffic(p, c, false);
	measure_rest(p);
	return c;
}

static struct conn *read_all(struct play *p)
{
	struct conn *c = measure_begin(p);

	traffic(p, c, true);
	measure_rest(p);
	return c;
}

static void close_unread(struct play *p)
{
	play_close(p, leave_unread(p), p->a);
}

static void close_half_read(struct play *p)
{
	struct conn *c = leave_unread(p);
	int n = measure_readable(p, c);

	if (n > 1)
		play_take(p, c, p->a, play_pick(p, 1, n - 1));
	measure_rest(p);
	play_close(p, c, p->a);
}

static void kill_unread(struct play *p)
{
	play_kill(p, leave_unread(p), p->a);
}

static void linger_unread(struct play *p)
{
	play_linger_zero(p, leave_unread(p), p->a);
}

static void destroy_unread(struct play *p)
{
	play_destroy(p, leave_unread(p), p->a);
}

static void unspec_unread(struct play *p)
{
	play_unspec(p, leave_unread(p), p->a);
}

static void listener_unread(struct play *p)
{
	struct conn *c;
	int n;

	if (play_flip(p))
		p->rcvbuf[SERVER] = 2048 + measure_size(p, 500000);
	play_listen(p, 8);
	c = play_call(p);
	if (!play_connected(p, c, 5 * SECOND))
		play_fail(p, "connect");
	n = measure_size(p, 600000);
	for (int i = 0; i < 30 && n > 0; i++) {
		n -= play_shove(p, c, CLIENT, n);
		clock_rest(2 * MS);
	}
	measure_rest(p);
	play_unlisten(p);
}

static void linger_read(struct play *p)
{
	play_linger_zero(p, read_all(p), p->a);
}

static void destroy_read(struct play *p)
{
	play_destroy(p, read_all(p), p->a);
}

static void unspec_read(struct play *p)
{
	play_unspec(p, read_all(p), p->a);
}

struct conn *measure_one_way(struct play *p, bool last, bool equal)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 20, 40), size = play_pick(p, 560, 800);

	play_option(p, c, p->o, IPPROTO_TCP, TCP_NODELAY, 1);
	for (int i = 0; i <= n; i++) {
		if (!equal)
			size = play_pick(p, 1, 800);
		play_push(p, c, p->o, size);
		play_await(p, c, p->a, size);
		clock_rest(play_pick(p, 5000, 25000) * 1000);
		if (i < n || last)
			play_take(p, c, p->a, size);
	}
	clock_rest(play_pick(p, 0, 5000) * 1000);
	return c;
}

static void one_way_unread(struct play *p)
{
	play_close(p, measure_one_way(p, false, false), p->a);
}

static void one_way_destroyed(struct play *p)
{
	play_destroy(p, measure_one_way(p, false, false), p->a);
}

static void one_way_linger(struct play *p)
{
	play_linger_zero(p, measure_one_way(p, true, false), p->a);
}

static void one_way_unspec(struct play *p)
{
	play_unspec(p, measure_one_way(p, true, false), p->a);
}

static void once_interactive_unread(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, play_pick(p, 2, 6));
	play_rest(p, 0, 60);
	play_feed(p, c, p->o, play_pick(p, 1, 900));
	play_close(p, c, p->a);
}

#define MEASURED "", "", ""
#define UNREAD   "TCP_ABORT_ON_CLOSE", 0
#define ABORTED  "TCP_STATE|TCP_DISCONNECT_WITH_DATA", 0

const struct scenario scenarios_measure[] = {
	{ "m-close-unread", close_unread, BY_EITHER, MEASURED, UNREAD,
	  "unread: close()" },
	{ "m-close-half", close_half_read, BY_EITHER, MEASURED, UNREAD,
	  "unread: close(), part read" },
	{ "m-kill", kill_unread, BY_EITHER, MEASURED, UNREAD,
	  "unread: SIGKILL" },
	{ "m-linger-unread", linger_unread, BY_EITHER, MEASURED, UNREAD,
	  "unread: linger zero" },
	{ "m-unread-pingpong", once_interactive_unread, BY_EITHER, MEASURED,
	  UNREAD, "unread: close() after an exchange" },
	{ "m-destroy-unread", destroy_unread, BY_EITHER, MEASURED, ABORTED,
	  "torn down unread: SOCK_DESTROY" },
	{ "m-unspec-unread", unspec_unread, BY_EITHER, MEASURED, ABORTED,
	  "torn down unread: AF_UNSPEC" },
	{ "m-listener", listener_unread, BY_SERVER, MEASURED, ABORTED,
	  "torn down unread: listener" },
	{ "m-linger-read", linger_read, BY_EITHER, MEASURED, ABORTED,
	  "all read: linger zero" },
	{ "m-destroy-read", destroy_read, BY_EITHER, MEASURED, ABORTED,
	  "all read: SOCK_DESTROY" },
	{ "m-unspec-read", unspec_read, BY_EITHER, MEASURED, ABORTED,
	  "all read: AF_UNSPEC" },
	{ "m-1way-unread", one_way_unread, BY_EITHER, MEASURED, UNREAD,
	  "one way, unread: close()" },
	{ "m-1way-destroy", one_way_destroyed, BY_EITHER, MEASURED, ABORTED,
	  "one way, unread: SOCK_DESTROY" },
	{ "m-1way-linger", one_way_linger, BY_EITHER, MEASURED, ABORTED,
	  "one way, all read: linger zero" },
	{ "m-1way-unspec", one_way_unspec, BY_EITHER, MEASURED, ABORTED,
	  "one way, all read: AF_UNSPEC" },
	{ 0 },
};
