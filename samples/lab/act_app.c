// What applications do every day.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "clock.h"
#include "play.h"
#include "scenario.h"

// 413, 401, a redirect: an answer before the upload is read.
static void early_response(struct play *p)
{
	struct conn *c = play_dial(p);
	int body = play_pick(p, 3000, 300000), n;

	play_talk(p, c, play_pick(p, 0, 2));
	n = play_shove(p, c, CLIENT, body);
	play_take(p, c, SERVER, play_pick(p, 200, n > 1400 ? 1400 : n));
	play_push(p, c, SERVER, play_pick(p, 100, 900));
	if (play_flip(p))
		play_rest(p, 0, 30);
	play_close(p, c, SERVER);
	play_quiet(p);
	play_note(p, "server answered and closed, upload of %d unread", body);
}

// The cure: shutdown, and read on for a while.
static void lingering_close(struct play *p)
{
	struct conn *c = play_dial(p);
	int body = play_pick(p, 3000, 60000);
	int reply = play_pick(p, 100, 900), first = play_pick(p, 200, 1400);

	play_push(p, c, CLIENT, body);
	play_take(p, c, SERVER, first);
	play_push(p, c, SERVER, reply);
	play_shutdown(p, c, SERVER, SHUT_WR);
	play_take(p, c, SERVER, body - first);
	play_take(p, c, CLIENT, reply);
	play_eof(p, c, CLIENT);
	play_close(p, c, CLIENT);
	play_eof(p, c, SERVER);
	play_close(p, c, SERVER);
	play_note(p, "server answered early, then read the upload to its end");
}

// The RST comes only after its receiver has read the end of file and closed.
static void close_before_rst(struct play *p, struct conn *c, int held)
{
	struct rule r = { .action = RULE_HOLD,
			  .leg = p->o == CLIENT ? LEG_CLIENT : LEG_SERVER,
			  .from = p->a,
			  .mask = RST,
			  .want = RST };
	int rst = play_rule(p, &r);

	play_release(p, held);
	play_eof(p, c, p->o);
	play_close(p, c, p->o);
	play_hit(p, rst, 1);
	play_release(p, rst);
	play_quiet(p);
}

static int cross(struct play *p)
{
	struct rule r = { .action = RULE_HOLD,
			  .leg = play_pick(p, 0, 1),
			  .from = BOTH };

	play_quiet(p);
	return play_rule(p, &r);
}

// The client sees the end of file and closes before the RST is there.
static void keepalive_race(struct play *p)
{
	struct conn *c = play_dial(p);
	int held;

	play_talk(p, c, play_pick(p, 1, 4));
	held = cross(p);
	play_close(p, c, p->a);
	play_hit(p, held, 1);
	play_push(p, c, p->o, play_pick(p, 50, 1200));
	play_hit(p, held, 2);
	close_before_rst(p, c, held);
	play_note(p, "closed when idle while a request came; EOF, closed too");
}

static void pipelined(struct play *p)
{
	struct conn *c = play_dial(p);
	int one = play_pick(p, 50, 900), two = play_pick(p, 50, 900);

	play_talk(p, c, -1);
	play_option(p, c, CLIENT, IPPROTO_TCP, TCP_NODELAY, 1);
	play_push(p, c, CLIENT, one);
	play_push(p, c, CLIENT, two);
	play_await(p, c, SERVER, one + two);
	play_take(p, c, SERVER, one);
	play_push(p, c, SERVER, play_pick(p, 100, 5000));
	if (play_flip(p))
		play_quiet(p);
	play_close(p, c, SERVER);
	play_quiet(p);
	play_note(p, "second of two pipelined requests dropped");
}

static void cancelled(struct play *p)
{
	struct conn *c = play_dial(p);
	int n, size = play_pick(p, 20000, 400000);

	play_talk(p, c, 1);
	n = play_shove(p, c, SERVER, size);
	play_take(p, c, CLIENT, play_pick(p, 100, n > 9000 ? 9000 : n));
	play_close(p, c, CLIENT);
	play_quiet(p);
	play_note(p, "client cancelled a download of %d bytes", size);
}

// Connection limit reached: accepted and closed.
static void turned_away(struct play *p)
{
	struct conn *c = play_dial(p);

	play_feed(p, c, CLIENT, play_pick(p, 10, 60));
	play_close(p, c, SERVER);
	play_quiet(p);
	play_note(p, "accepted and closed, the client's banner unread");
}

static void checked_with_data(struct play *p)
{
	struct conn *c;
	int ask = play_pick(p, 20, 100), reply = play_pick(p, 20, 400);

	play_listen(p, 8);
	c = play_call(p);
	play_option(p, c, CLIENT, IPPROTO_TCP, TCP_QUICKACK, 0);
	if (!play_connected(p, c, 5 * SECOND))
		play_fail(p, "connect");
	play_push(p, c, CLIENT, ask);
	play_accept(p, c);
	play_take(p, c, SERVER, ask);
	play_push(p, c, SERVER, reply);
	play_take(p, c, CLIENT, reply);
	play_linger_zero(p, c, CLIENT);
	play_quiet(p);
	play_note(p, "a check: data in the third segment, linger zero");
}

// TLS -------------------------------------------------------------------------

static void alert(struct play *p, struct conn *c, enum side from)
{
	static const char bytes[24] = { 0x15, 3, 3, 0, 19 };

	if (!p->why[0] && send(c->fd[from], bytes, sizeof(bytes),
			       MSG_NOSIGNAL) != (ssize_t)sizeof(bytes))
		play_fail(p, "alert");
}

static struct conn *dial_tls(struct play *p)
{
	struct conn *c;

	p->tls = true;
	c = play_dial(p);
	play_talk(p, c, play_pick(p, 2, 4));
	return c;
}

// Both say close_notify and close at once.
static void notify_crossing(struct play *p)
{
	struct conn *c = dial_tls(p);
	int held = cross(p);

	play_close(p, c, p->a);
	play_hit(p, held, 1);
	alert(p, c, p->o);
	play_hit(p, held, 2);
	close_before_rst(p, c, held);
	play_note(p, "close() crossed the other side's close_notify");
}

// The FIN is answered by close_notify and FIN, as the standard asks.
static void notify_late(struct play *p)
{
	struct conn *c = dial_tls(p);

	play_quiet(p);
	alert(p, c, p->a);
	play_close(p, c, p->a);
	play_await(p, c, p->o, 24);
	play_take(p, c, p->o, 24);
	play_eof(p, c, p->o);
	alert(p, c, p->o);
	play_close(p, c, p->o);
	play_quiet(p);
	play_note(p, "close_notify sent in answer to close_notify and FIN");
}

// The other side says close_notify and leaves; nobody reads it.
static void notify_unread(struct play *p)
{
	struct conn *c = dial_tls(p);

	play_quiet(p);
	alert(p, c, p->o);
	play_close(p, c, p->o);
	play_quiet(p);
	play_close(p, c, p->a);
	play_quiet(p);
	play_note(p, "close_notify and FIN came, closed with the alert unread");
}

static void notify_orderly(struct play *p)
{
	struct conn *c = dial_tls(p);

	alert(p, c, p->a);
	play_shutdown(p, c, p->a, SHUT_WR);
	play_take(p, c, p->o, 24);
	play_eof(p, c, p->o);
	alert(p, c, p->o);
	play_close(p, c, p->o);
	play_take(p, c, p->a, 24);
	play_eof(p, c, p->a);
	play_close(p, c, p->a);
	play_note(p, "close_notify both ways, FIN both ways");
}

// A client that lost its connection calls again from the same port.
static void stale_syn(struct play *p)
{
	struct conn *old = play_dial(p), *c;
	uint16_t port = old->port[CLIENT];

	play_talk(p, old, play_pick(p, 0, 3));
	play_quiet(p);
	play_forget(p, old, CLIENT);
	play_rest(p, 0, 300);
	c = play_call_from(p, port);
	if (!play_connected(p, c, 5 * SECOND))
		play_fail(p, "connect again");
	play_accept(p, c);
	play_talk(p, c, 1);
	play_close(p, c, CLIENT);
	play_eof(p, c, SERVER);
	play_close(p, c, SERVER);
	play_quiet(p);
	play_tell(p, old, VANTAGES, "reset_stale_peer", "still_open", "-",
		  "client|-");
	play_note(p, "a SYN on a connection that the server still held");
}

#define UNREAD ACTIVE, "reset_unread_data"

const struct scenario scenarios_app[] = {
	{ "early-response", early_response, BY_SERVER | UNREAD, "server",
	  "server", "TCP_ABORT_ON_CLOSE", 0, "an answer, the upload unread" },
	{ "lingering-close", lingering_close, BY_SERVER, "orderly_close",
	  "server", "-", 0, 0, "an answer, the upload read to its end" },
	{ "keepalive-race", keepalive_race, BY_EITHER, "reset_data_after_fin",
	  "A", "A", "TCP_ABORT_ON_DATA", 0, "idle close crosses a request" },
	{ "pipelined", pipelined, BY_SERVER | UNREAD, "server", "server",
	  "TCP_ABORT_ON_CLOSE", 0, "a pipelined request is dropped" },
	{ "cancelled", cancelled, BY_CLIENT | UNREAD, "client", "client",
	  "TCP_ABORT_ON_CLOSE", 0, "a download is cancelled" },
	{ "turned-away", turned_away, BY_SERVER | UNREAD, "server", "server",
	  "TCP_ABORT_ON_CLOSE", 0, "accepted and closed at once" },
	{ "checked-with-data", checked_with_data, BY_CLIENT | ACTIVE,
	  "reset_linger_zero", "client", "client", "TCP_STATE", 0,
	  "a health check with a request" },
	{ "notify-crossing", notify_crossing, BY_EITHER, "reset_data_after_fin",
	  "A", "A", "TCP_ABORT_ON_DATA", 0, "close_notify crosses a FIN" },
	{ "notify-late", notify_late, BY_EITHER, "reset_data_after_fin", "A",
	  "A", "TCP_ABORT_ON_DATA|TCP_TIMEWAIT_SOCKET", 0,
	  "close_notify answers close_notify and FIN" },
	{ "notify-unread", notify_unread, BY_EITHER | UNREAD, "O", "A",
	  "TCP_ABORT_ON_CLOSE", 0, "close_notify is left unread" },
	{ "notify-orderly", notify_orderly, BY_EITHER, "orderly_close", "A",
	  "-", 0, 0, "TLS closed by the book" },
	{ "stale-syn", stale_syn, BY_CLIENT, "orderly_close", "client", "-",
	  "+", 0, "the client's old port is used again" },
	{ 0 },
};
