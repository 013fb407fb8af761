#include "measure.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"

// Traffic ---------------------------------------------------------------------

// 1 to most, each order of magnitude as likely.
static int magnitude(struct play *p, int most)
{
	int top = 10;

	while (top < most && play_pick(p, 0, 3))
		top *= 8;
	return play_pick(p, 1, top < most ? top : most);
}

static struct conn *begin(struct play *p)
{
	struct conn *c;

	if (play_flip(p))
		p->rcvbuf[p->a] = 2048 + magnitude(p, 500000);
	c = play_dial(p);
	if (play_flip(p))
		play_talk(p, c, play_pick(p, 1, 4));
	return c;
}

static int readable(struct play *p, struct conn *c)
{
	return p->why[0] ? 0 : play_readable(c, p->a);
}

// The actor reads what there is: all of it, or in pieces with rests. Returns
// how much it read.
static int read_some(struct play *p, struct conn *c, bool pieces)
{
	int n = readable(p, c);

	if (n > 1 && pieces)
		n = play_pick(p, 1, n);
	if (n > 0)
		play_take(p, c, p->a, n);
	if (pieces)
		clock_rest(play_pick(p, 0, 2000) * 1000);
	return n;
}

enum reads { READ_NOTHING, READ_ON, READ_LATE };

// Sends total bytes to the actor, who reads as they come, late (once all is
// there, or the window is shut), or not at all.
static void stream(struct play *p, struct conn *c, int total, enum reads reads)
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
		stream(p, c, magnitude(p, 600000),
		       reads ? (play_flip(p) ? READ_ON : READ_LATE)
			     : READ_NOTHING);
}

// To the end at once, or after a while.
static void linger_on(struct play *p)
{
	if (play_flip(p))
		play_quiet(p);
	else
		play_rest(p, 0, 60);
}

// Causes ----------------------------------------------------------------------

static struct conn *leave_unread(struct play *p)
{
	struct conn *c = begin(p);

	traffic(p, c, false);
	linger_on(p);
	return c;
}

static struct conn *read_all(struct play *p)
{
	struct conn *c = begin(p);

	traffic(p, c, true);
	linger_on(p);
	return c;
}

static void close_unread(struct play *p)
{
	play_close(p, leave_unread(p), p->a);
}

static void close_half_read(struct play *p)
{
	struct conn *c = leave_unread(p);
	int n = readable(p, c);

	if (n > 1)
		play_take(p, c, p->a, play_pick(p, 1, n - 1));
	linger_on(p);
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
		p->rcvbuf[SERVER] = 2048 + magnitude(p, 500000);
	play_listen(p, 8);
	c = play_call(p);
	if (!play_connected(p, c, 5 * SECOND))
		play_fail(p, "connect");
	n = magnitude(p, 600000);
	for (int i = 0; i < 30 && n > 0; i++) {
		n -= play_shove(p, c, CLIENT, n);
		clock_rest(2 * MS);
	}
	linger_on(p);
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

// One way only, past the first quick acknowledgments, reading each message
// but perhaps the last; the end comes before the delayed-ACK timer.
static struct conn *one_way(struct play *p, bool last)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 20, 40), size;

	play_option(p, c, p->o, IPPROTO_TCP, TCP_NODELAY, 1);
	for (int i = 0; i <= n; i++) {
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
	play_close(p, one_way(p, false), p->a);
}

static void one_way_destroyed(struct play *p)
{
	play_destroy(p, one_way(p, false), p->a);
}

static void one_way_linger(struct play *p)
{
	play_linger_zero(p, one_way(p, true), p->a);
}

static void one_way_unspec(struct play *p)
{
	play_unspec(p, one_way(p, true), p->a);
}

// Attempts to make W1 and D1 lie: all was read, then linger zero --------------

static struct conn *fill_up(struct play *p)
{
	struct conn *c = begin(p);

	play_flood(p, c, p->o);
	return c;
}

static void drain(struct play *p, struct conn *c)
{
	int n;

	for (int i = 0; i < 400 && !p->why[0]; i++) {
		n = readable(p, c);
		if (n > 0)
			play_take(p, c, p->a, n);
		else if (i > 100)
			break;
		clock_rest(MS);
	}
}

// The window is shut, then all is read at once.
static void late_reader(struct play *p)
{
	struct conn *c = fill_up(p);

	drain(p, c);
	play_linger_zero(p, c, p->a);
}

// The same after SHUT_RD: reading then updates no window.
static void shut_rd_reader(struct play *p)
{
	struct conn *c = fill_up(p);

	play_shutdown(p, c, p->a, SHUT_RD);
	play_take(p, c, p->a, readable(p, c));
	play_linger_zero(p, c, p->a);
}

// Nothing of the update arrives beyond a leg.
static void update_lost(struct play *p)
{
	struct conn *c = fill_up(p);
	struct rule r = { .action = RULE_DROP,
			  .leg = p->a == CLIENT ? LEG_CLIENT : LEG_SERVER,
			  .from = p->a, .mask = RST, .want = 0 };
	int lost = play_rule(p, &r);

	play_take(p, c, p->a, readable(p, c));
	play_rest(p, 5, 20);
	if (!p->why[0])
		path_rule_off(p->world->path, p->link, lost);
	play_linger_zero(p, c, p->a);
}

static void low_water(struct play *p)
{
	struct conn *c = begin(p);

	play_option(p, c, p->a, SOL_SOCKET, SO_RCVLOWAT,
		    play_pick(p, 1000, 60000));
	stream(p, c, magnitude(p, 600000), READ_LATE);
	linger_on(p);
	play_linger_zero(p, c, p->a);
}

// The buffer shrinks in mid-flow and grows again before the end.
static void buffer_juggler(struct play *p)
{
	struct conn *c;

	p->rcvbuf[p->a] = 400000;
	c = play_dial(p);
	stream(p, c, 100000, READ_ON);
	play_option(p, c, p->a, SOL_SOCKET, SO_RCVBUF, 6000);
	stream(p, c, 400000, READ_ON);
	play_quiet(p);
	play_option(p, c, p->a, SOL_SOCKET, SO_RCVBUF, 400000);
	play_linger_zero(p, c, p->a);
}

static void clamp_juggler(struct play *p)
{
	struct conn *c = play_dial(p);

	stream(p, c, 100000, READ_ON);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_WINDOW_CLAMP, 6000);
	stream(p, c, 400000, READ_ON);
	play_quiet(p);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_WINDOW_CLAMP, 1 << 20);
	play_linger_zero(p, c, p->a);
}

// Tiny segments cost the receiver far more memory than bytes.
static void crumbs(struct play *p)
{
	struct conn *c = begin(p);
	int n = play_pick(p, 100, 400);

	play_option(p, c, p->o, IPPROTO_TCP, TCP_NODELAY, 1);
	for (int i = 0; i < n; i++)
		play_shove(p, c, p->o, 1);
	play_quiet(p);
	drain(p, c);
	linger_on(p);
	play_linger_zero(p, c, p->a);
}

// Segments are lost and come late while the reader keeps up.
static void lossy(struct play *p)
{
	struct rule r = { .action = RULE_DROP, .leg = play_pick(p, 0, 1),
			  .from = p->o, .min_len = 1, .times = 3 };
	struct conn *c = begin(p);

	r.skip = play_pick(p, 0, 20);
	play_rule(p, &r);
	stream(p, c, magnitude(p, 600000), READ_ON);
	linger_on(p);
	play_linger_zero(p, c, p->a);
}

// A one-way flow whose last message comes without PSH.
static void no_push(struct play *p)
{
	struct conn *c = play_dial(p);
	int n;

	for (int i = 0; i < 30; i++) {
		play_push(p, c, p->o, 500);
		play_take(p, c, p->a, 500);
		clock_rest(3 * MS);
	}
	play_option(p, c, p->o, IPPROTO_TCP, TCP_CORK, 1);
	n = play_pick(p, 1, 900);
	play_push(p, c, p->o, n);
	play_take(p, c, p->a, n); // the cork lasts 200 ms
	play_linger_zero(p, c, p->a);
}

// Replies first, so that the flow counts as interactive; then one way only.
static void once_interactive(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 1, 900);

	play_talk(p, c, play_pick(p, 2, 6));
	play_rest(p, 0, 60);
	play_push(p, c, p->o, n);
	play_take(p, c, p->a, n);
	play_rest(p, 0, 30);
	play_linger_zero(p, c, p->a);
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
#define UNREAD "TCP_ABORT_ON_CLOSE", 0
#define ABORTED "TCP_STATE|TCP_DISCONNECT_WITH_DATA", 0

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
	{ "m-late", late_reader, BY_EITHER, MEASURED, "*", 0,
	  "break: window shut, read late" },
	{ "m-shut-rd", shut_rd_reader, BY_EITHER, MEASURED, "*", 0,
	  "break: SHUT_RD, then read" },
	{ "m-update-lost", update_lost, BY_EITHER, MEASURED, "*", 0,
	  "break: window update lost" },
	{ "m-lowat", low_water, BY_EITHER, MEASURED, "*", 0,
	  "break: SO_RCVLOWAT" },
	{ "m-rcvbuf", buffer_juggler, BY_EITHER, MEASURED, "*", 0,
	  "break: SO_RCVBUF lowered, raised" },
	{ "m-clamp", clamp_juggler, BY_EITHER, MEASURED, "*", 0,
	  "break: TCP_WINDOW_CLAMP likewise" },
	{ "m-crumbs", crumbs, BY_EITHER, MEASURED, "*", 0,
	  "break: one-byte segments" },
	{ "m-lossy", lossy, BY_EITHER, MEASURED, "*", 0,
	  "break: segments lost" },
	{ "m-no-push", no_push, BY_EITHER, MEASURED, "*", 0,
	  "break: last data without PSH" },
	{ "m-pingpong", once_interactive, BY_EITHER, MEASURED, "*", 0,
	  "break: one way after exchanges" },
	{ 0, 0, 0, 0, 0, 0, 0, 0, 0 },
};

// The table -------------------------------------------------------------------

struct tally {
	unsigned n, sign[SIGNS], first, d1, d2;
};

// Attempts to break a sign say "nothing unread"; where the kernel found some
// all the same, the connection tells nothing.
static bool counts(const struct play *p)
{
	return !p->why[0] && (p->sc->reason[0] != '*' ||
			      !strstr(p->conn[0].kernel, "TCP_ABORT_ON_CLOSE"));
}

static struct tally tally(const struct ledger *l, const struct scenario *sc,
			  bool middle)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < l->n; i++) {
		const struct play *p = l->play[i];
		const struct signs *s;

		if (!p || p->sc != sc || !counts(p))
			continue;
		s = &p->conn[0].signs[middle ? AT_MIDDLE : play_at(p->a)];
		t.n++;
		t.sign[signs_window(s)]++;
		t.first += s->first_ack;
		t.d1 += s->d1;
		t.d2 += s->d2;
	}
	return t;
}

static void print_table(const struct ledger *l, bool middle)
{
	printf("\n%s:\n%-34s %5s", middle ? "in the middle" : "at the resetting host",
	       "what was done", "n");
	for (int i = 0; i < SIGNS; i++)
		printf(" %7s", sign_name((enum sign)i));
	printf(" %7s %5s %5s\n", "1st ack", "D1", "D2");
	for (const struct scenario *s = scenarios_measure; s->name; s++) {
		struct tally t = tally(l, s, middle);

		printf("%-34s %5u", s->text, t.n);
		for (int i = 0; i < SIGNS; i++)
			printf(" %7u", t.sign[i]);
		printf(" %7u %5u %5u\n", t.first, t.d1, t.d2);
	}
}

// A sign where its cause is absent, other than in attempts to bring that about.
static bool surprising(const struct play *p, enum sign s)
{
	bool unread = !strncmp(p->sc->text, "unread", 6);
	bool torn = !strncmp(p->sc->text, "torn", 4);
	bool broken = !strncmp(p->sc->text, "break", 5);

	return !broken &&
	       ((s == SIGN_W1 && !unread) || (s == SIGN_W2 && !torn));
}

static void print_surprises(const struct ledger *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct play *p = l->play[i];
		const struct signs *s;

		if (!p || !counts(p))
			continue;
		s = &p->conn[0].signs[AT_MIDDLE];
		if (surprising(p, signs_window(s)))
			printf("surprise: %s shows %s: play %d, port %u: "
			       "L %u W %u M %u E %u\n",
			       p->sc->text, sign_name(signs_window(s)),
			       p->number, (unsigned)p->conn[0].port[CLIENT],
			       (unsigned)s->last, (unsigned)s->window,
			       (unsigned)s->largest, (unsigned)s->edge);
	}
}

void measure_print(const struct ledger *l)
{
	print_surprises(l);
	print_table(l, true);
	print_table(l, false);
}
