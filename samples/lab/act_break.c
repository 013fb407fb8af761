// Attempts to make a sign of unread data lie: all was read, then linger zero.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "act_measure.h"
#include "clock.h"
#include "play.h"
#include "scenario.h"

static void one_way_equal(struct play *p)
{
	play_linger_zero(p, measure_one_way(p, true, true), p->a);
}

static struct conn *fill_up(struct play *p)
{
	struct conn *c = measure_begin(p);

	play_flood(p, c, p->o);
	return c;
}

static void drain(struct play *p, struct conn *c)
{
	int n;

	for (int i = 0; i < 400 && !p->why[0]; i++) {
		n = measure_readable(p, c);
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
	play_take(p, c, p->a, measure_readable(p, c));
	play_linger_zero(p, c, p->a);
}

// Nothing of the update arrives beyond a leg.
static void update_lost(struct play *p)
{
	struct conn *c = fill_up(p);
	struct rule r = { .action = RULE_DROP,
			  .leg = p->a == CLIENT ? LEG_CLIENT : LEG_SERVER,
			  .from = p->a,
			  .mask = RST,
			  .want = 0 };
	int lost = play_rule(p, &r);

	play_take(p, c, p->a, measure_readable(p, c));
	play_rest(p, 5, 20);
	if (!p->why[0])
		path_rule_off(p->world->path, p->link, lost);
	play_linger_zero(p, c, p->a);
}

static void low_water(struct play *p)
{
	struct conn *c = measure_begin(p);

	play_option(p, c, p->a, SOL_SOCKET, SO_RCVLOWAT,
		    play_pick(p, 1000, 60000));
	measure_stream(p, c, measure_size(p, 600000), READ_LATE);
	measure_rest(p);
	play_linger_zero(p, c, p->a);
}

// The buffer shrinks in mid-flow and grows again before the end.
static void buffer_juggler(struct play *p)
{
	struct conn *c;

	p->rcvbuf[p->a] = 400000;
	c = play_dial(p);
	measure_stream(p, c, 100000, READ_ON);
	play_option(p, c, p->a, SOL_SOCKET, SO_RCVBUF, 6000);
	measure_stream(p, c, 400000, READ_ON);
	play_quiet(p);
	play_option(p, c, p->a, SOL_SOCKET, SO_RCVBUF, 400000);
	play_linger_zero(p, c, p->a);
}

static void clamp_juggler(struct play *p)
{
	struct conn *c = play_dial(p);

	measure_stream(p, c, 100000, READ_ON);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_WINDOW_CLAMP, 6000);
	measure_stream(p, c, 400000, READ_ON);
	play_quiet(p);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_WINDOW_CLAMP, 1 << 20);
	play_linger_zero(p, c, p->a);
}

// Tiny segments cost the receiver far more memory than bytes.
static void crumbs(struct play *p)
{
	struct conn *c = measure_begin(p);
	int n = play_pick(p, 100, 400);

	play_option(p, c, p->o, IPPROTO_TCP, TCP_NODELAY, 1);
	for (int i = 0; i < n; i++)
		play_shove(p, c, p->o, 1);
	play_quiet(p);
	drain(p, c);
	measure_rest(p);
	play_linger_zero(p, c, p->a);
}

// Segments are lost and come late while the reader keeps up.
static void lossy(struct play *p)
{
	struct rule r = { .action = RULE_DROP,
			  .leg = play_pick(p, 0, 1),
			  .from = p->o,
			  .min_len = 1,
			  .times = 3 };
	struct conn *c = measure_begin(p);

	r.skip = play_pick(p, 0, 20);
	play_rule(p, &r);
	measure_stream(p, c, measure_size(p, 600000), READ_ON);
	measure_rest(p);
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

#define MEASURED "", "", ""

const struct scenario scenarios_break[] = {
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
	{ "m-equal", one_way_equal, BY_EITHER, MEASURED, "*", 0,
	  "break: one way, equal sizes, read" },
	{ "m-no-push", no_push, BY_EITHER, MEASURED, "*", 0,
	  "break: last data without PSH" },
	{ "m-pingpong", once_interactive, BY_EITHER, MEASURED, "*", 0,
	  "break: one way after exchanges" },
	{ 0 },
};
