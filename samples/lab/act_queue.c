// The accept queue: full, or gone along with its listener.
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "clock.h"
#include "play.h"
#include "scenario.h"
#include "victim.h"

// n clients connect, nobody accepts; some of them speak.
static void call_many(struct play *p, int n)
{
	bool speak = play_flip(p);

	for (int i = 0; i < n; i++) {
		struct conn *c = play_call(p);

		if (!play_connected(p, c, 5 * SECOND))
			play_fail(p, "connect");
		if (speak && play_flip(p))
			play_feed(p, c, CLIENT, play_pick(p, 1, 6000));
		play_rest(p, 0, 30);
	}
	play_quiet(p);
}

static void listener_closed(struct play *p)
{
	int n = play_pick(p, 1, 6);

	play_listen(p, 16);
	call_many(p, n);
	play_unlisten(p);
	play_note(p, "listener closed with %d not accepted", n);
}

static void listener_killed(struct play *p)
{
	int n = play_pick(p, 2, 6), owned[2];
	struct conn *c = play_dial(p);
	pid_t pid;

	play_talk(p, c, 1);
	call_many(p, n);
	owned[0] = p->listener;
	owned[1] = c->fd[SERVER];
	if (p->why[0])
		return;
	pid = victim_make(p->victims, owned, 2);
	p->listener = c->fd[SERVER] = -1;
	c->left[SERVER] = true;
	if (pid < 0 || !victim_kill(pid))
		play_fail(p, "kill");
	play_eof(p, c, CLIENT);
	play_close(p, c, CLIENT);
	play_tell(p, c, VANTAGES, "orderly_close", "-", "server", "-");
	play_note(p, "server killed: one accepted, %d not accepted", n);
}

// n clients whose handshake's last ACK is held on the path.
static int hold_acks(struct play *p, int n)
{
	struct rule r = { .action = RULE_HOLD,
			  .leg = play_pick(p, 0, 1),
			  .from = CLIENT,
			  .mask = SYN | ACK,
			  .want = ACK };
	int held = play_rule(p, &r), first = p->conns;

	for (int i = 0; i < n; i++)
		play_call(p);
	for (int i = 0; i < n; i++)
		if (!play_connected(p, &p->conn[first + i], 5 * SECOND))
			play_fail(p, "connect");
	play_hit(p, held, n);
	return held;
}

// A backlog of 2 holds three connections: two get in first, and of those that
// complete their handshake together one more does. Returns the first that
// doesn't. (Were the queue full before, their SYNs would be dropped; were the
// backlog less, SYN cookies would come into play.)
static int queue_overflows(struct play *p, int more)
{
	play_listen(p, 2);
	for (int i = 0; i < 2; i++)
		if (!play_connected(p, play_call(p), 5 * SECOND))
			play_fail(p, "connect");
	play_quiet(p);
	play_release(p, hold_acks(p, 1 + more));
	play_quiet(p);
	for (int i = 0; i < 3; i++)
		play_tell(p, &p->conn[i], VANTAGES, "still_open", "-", "-",
			  "-");
	return 3;
}

static void overflow_drop(struct play *p)
{
	queue_overflows(p, play_pick(p, 1, 2));
	play_rest(p, 2200, 3300);
	play_stop_filming(p);
	play_note(p, "accept queue full: the last ACK was ignored");
}

static void overflow_drop_data(struct play *p)
{
	int first = queue_overflows(p, play_pick(p, 1, 2));

	for (int i = first; i < p->conns; i++) {
		struct conn *c = &p->conn[i];

		play_option(p, c, CLIENT, IPPROTO_TCP, TCP_USER_TIMEOUT, 5000);
		play_push(p, c, CLIENT, play_pick(p, 1, 500));
		play_tell(p, c, VANTAGES,
			  "handshake_incomplete|timeout_retransmission", 0, 0,
			  0);
		play_also(p, c, VANTAGES, CLIENT, "ETIMEDOUT|blocks|ok");
	}
	play_rest(p, 2200, 3300);
	play_stop_filming(p);
	play_note(p, "accept queue full: ACK and data were ignored");
}

static void overflow_abort(struct play *p)
{
	queue_overflows(p, play_pick(p, 1, 2));
	play_note(p, "accept queue full, tcp_abort_on_overflow=1");
}

// The queue stays full until the request is forgotten; then the repeated data
// meets the listener.
static void overflow_late(struct play *p)
{
	struct conn *c = &p->conn[queue_overflows(p, 1)];

	play_rest(p, 2000, 5000);
	play_push(p, c, CLIENT, play_pick(p, 1, 500));
	play_rest(p, 9000, 9000);
	play_quiet(p);
	play_tell(p, c, VANTAGES, "reset_backlog_overflow",
		  "reset_stale_peer|reset_unexplained", 0, 0);
	play_note(p, "accept queue full until the request was forgotten");
}

static void listener_gone(struct play *p)
{
	int held;

	play_listen(p, 16);
	held = hold_acks(p, play_pick(p, 1, 3));
	play_unlisten(p);
	play_release(p, held);
	play_quiet(p);
	play_note(p, "the listener closed before the last ACK came");
}

#define OVERFLOW "reset_backlog_overflow", "-", "server", "+"

const struct scenario scenarios_queue[] = {
	{ "listener-closed", listener_closed, BY_SERVER | ACTIVE,
	  "reset_listener_closed", "server", "server", "TCP_STATE", 0,
	  "closed with connections not accepted" },
	{ "listener-killed", listener_killed, BY_SERVER | ACTIVE,
	  "reset_listener_closed", "server", "server", "TCP_STATE", 0,
	  "killed with connections not accepted" },
	{ "overflow-drop", overflow_drop, BY_SERVER, "handshake_incomplete",
	  "-", "-", 0, "plain", "accept queue full: last ACK ignored" },
	{ "overflow-drop-data", overflow_drop_data, BY_SERVER,
	  "handshake_incomplete", "-", "-", 0, "spare",
	  "accept queue full: last ACK and data ignored" },
	{ "overflow-abort", overflow_abort, BY_SERVER, OVERFLOW, "strict",
	  "accept queue full: last ACK answered by RST" },
	{ "overflow-late", overflow_late, BY_SERVER | SLOW, OVERFLOW, "plain",
	  "accept queue full: data answered by RST later" },
	{ "listener-gone", listener_gone, BY_SERVER, OVERFLOW, 0,
	  "the listener closed during the handshake" },
	{ 0 },
};
