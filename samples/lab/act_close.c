// Endings without fault, and losses that recover.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "clock.h"
#include "play.h"
#include "scenario.h"

static void both_close(struct play *p, struct conn *c)
{
	play_close(p, c, p->a);
	play_eof(p, c, p->o);
	play_rest(p, 0, 60);
	play_close(p, c, p->o);
}

static void orderly(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, play_pick(p, 0, 6));
	both_close(p, c);
}

static void orderly_killed(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, -1);
	play_quiet(p);
	play_kill(p, c, p->a);
	play_eof(p, c, p->o);
	play_close(p, c, p->o);
	play_note(p, "SIGKILL with nothing unread: FIN");
}

static void halfclose_orderly(struct play *p)
{
	struct conn *c = play_dial(p);
	int n = play_pick(p, 1, 20000);

	play_talk(p, c, -1);
	play_shutdown(p, c, p->a, SHUT_WR);
	play_eof(p, c, p->o);
	play_push(p, c, p->o, n);
	play_take(p, c, p->a, n);
	play_close(p, c, p->o);
	play_eof(p, c, p->a);
	play_close(p, c, p->a);
	play_also(p, c, VANTAGES, p->a, "EOF|EPIPE");
	play_note(p, "half close, %d bytes came back", n);
}

static void crossing(struct play *p)
{
	struct conn *c = play_dial(p);
	struct rule hold = { .action = RULE_HOLD,
			     .leg = play_pick(p, 0, 1),
			     .from = BOTH,
			     .mask = FIN,
			     .want = FIN };
	int held;

	play_talk(p, c, -1);
	play_quiet(p);
	held = play_rule(p, &hold);
	play_close(p, c, p->a);
	play_close(p, c, p->o);
	play_hit(p, held, 2);
	play_release(p, held);
	play_note(p, "both closed at once");
}

static void half_closed(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, -1);
	if (play_flip(p))
		play_close(p, c, p->a);
	else
		play_shutdown(p, c, p->a, SHUT_WR);
	play_quiet(p);
	play_rest(p, 0, 400);
	play_note(p, "the other side never closed");
}

static void still_open(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, play_pick(p, 0, 4));
	if (play_flip(p))
		play_feed(p, c, p->a, play_pick(p, 1, 3000));
	play_quiet(p);
	play_note(p, "still open when the capture ended");
}

// Losses that recover ---------------------------------------------------------

static void lose(struct play *p, enum side from, unsigned flag, uint32_t min,
		 int times)
{
	struct rule r = { .action = RULE_DROP,
			  .leg = play_pick(p, 0, 1),
			  .from = from,
			  .mask = flag,
			  .want = flag,
			  .min_len = min,
			  .times = times };

	play_rule(p, &r);
}

static void lost_data(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, 1);
	play_quiet(p);
	lose(p, p->a, 0, 1, play_pick(p, 1, 2));
	play_talk(p, c, play_pick(p, 1, 3));
	both_close(p, c);
	play_note(p, "a data segment was lost and sent again");
}

static void lost_fin(struct play *p)
{
	struct conn *c = play_dial(p);

	play_talk(p, c, -1);
	play_quiet(p);
	lose(p, p->a, FIN, 0, 1);
	both_close(p, c);
	play_note(p, "the first FIN was lost and sent again");
}

static void lost_last_ack(struct play *p)
{
	struct conn *c = play_dial(p);
	struct rule r = { .action = RULE_DROP,
			  .leg = play_pick(p, 0, 1),
			  .from = p->a,
			  .mask = FIN | ACK,
			  .want = ACK,
			  .times = 1 };

	play_talk(p, c, -1);
	play_close(p, c, p->a);
	play_eof(p, c, p->o);
	play_quiet(p);
	play_rule(p, &r);
	play_close(p, c, p->o);
	play_rest(p, 300, 400);
	play_quiet(p);
	play_note(p, "the last ACK was lost; the second FIN came again");
}

static void lost_syn(struct play *p)
{
	struct rule r = { .action = RULE_DROP,
			  .leg = play_pick(p, 0, 1),
			  .from = p->a,
			  .mask = SYN,
			  .want = SYN,
			  .times = 1 };
	struct conn *c;

	play_rule(p, &r);
	c = play_dial(p);
	play_talk(p, c, -1);
	both_close(p, c);
	play_note(p, "a SYN or SYN-ACK was lost and sent again");
}

static void lost_handshake_ack(struct play *p)
{
	struct rule r = { .action = RULE_DROP,
			  .leg = play_pick(p, 0, 1),
			  .from = CLIENT,
			  .mask = SYN | ACK,
			  .want = ACK,
			  .max_len = 0,
			  .times = 1 };
	struct conn *c;

	play_rule(p, &r);
	c = play_dial(p);
	play_talk(p, c, play_pick(p, 1, 3));
	both_close(p, c);
	play_note(p, "the handshake's last ACK was lost; all went on");
}

static void keepalive_answered(struct play *p)
{
	struct conn *c = play_dial(p);
	bool open = play_flip(p);

	play_talk(p, c, -1);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_KEEPIDLE, 1);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_KEEPINTVL, 1);
	play_option(p, c, p->a, SOL_SOCKET, SO_KEEPALIVE, 1);
	play_rest(p, 2200, 3300);
	if (!open) {
		both_close(p, c);
		play_note(p, "keep-alives were answered, then closed");
		return;
	}
	play_quiet(p);
	play_tell(p, c, VANTAGES, "still_open", 0, "-", "-");
	play_note(p, "keep-alives are answered");
}

static void window_recovers(struct play *p)
{
	struct conn *c;
	int n;

	p->rcvbuf[p->o] = play_pick(p, 4, 16) * 1024;
	c = play_dial(p);
	play_talk(p, c, -1);
	n = play_flood(p, c, p->a);
	play_rest(p, 200, 900);
	play_take(p, c, p->o, n);
	both_close(p, c);
	play_note(p, "the window was shut for a while");
}

static void fin_then_noise(struct play *p)
{
	struct conn *c = play_dial(p);
	struct rule r = { .action = RULE_TWICE,
			  .leg = play_pick(p, 0, 1),
			  .from = p->o,
			  .mask = FIN,
			  .want = FIN,
			  .times = 1,
			  .delay = 30 * MS };

	play_talk(p, c, -1);
	play_close(p, c, p->a);
	play_eof(p, c, p->o);
	play_quiet(p);
	play_rule(p, &r);
	play_close(p, c, p->o);
	play_rest(p, 200, 250);
	play_quiet(p);
	play_note(p, "the last FIN came twice; the answer to it drew a RST");
}

static void mptcp_orderly(struct play *p)
{
	struct conn *c;

	p->mptcp = true;
	c = play_dial(p);
	play_talk(p, c, play_pick(p, 1, 4));
	both_close(p, c);
	play_note(p, "MPTCP, orderly");
}

#define ORDERLY "orderly_close", "A", "-", 0, 0

const struct scenario scenarios_close[] = {
	{ "orderly", orderly, BY_EITHER, ORDERLY, "FINs both ways" },
	{ "orderly-killed", orderly_killed, BY_EITHER, ORDERLY,
	  "killed with nothing unread" },
	{ "halfclose-orderly", halfclose_orderly, BY_EITHER, ORDERLY,
	  "data after a half close" },
	{ "crossing-fins", crossing, BY_EITHER, "orderly_close", "both", "-", 0,
	  0, "both closed at once" },
	{ "half-closed", half_closed, BY_EITHER, "half_closed", "A", "-", 0, 0,
	  "the other side never closes" },
	{ "still-open", still_open, BY_EITHER, "still_open", "-", "-", 0, 0,
	  "the capture ends first" },
	{ "lost-data", lost_data, BY_EITHER, ORDERLY, "data lost once" },
	{ "lost-fin", lost_fin, BY_EITHER, ORDERLY, "FIN lost once" },
	{ "lost-last-ack", lost_last_ack, BY_EITHER, ORDERLY,
	  "the ACK of the second FIN lost" },
	{ "lost-syn", lost_syn, BY_EITHER, ORDERLY, "SYN or SYN-ACK lost" },
	{ "lost-handshake-ack", lost_handshake_ack, BY_CLIENT | BY_SERVER,
	  ORDERLY, "the handshake's ACK lost" },
	{ "keepalive-answered", keepalive_answered, BY_EITHER, ORDERLY,
	  "keep-alives answered" },
	{ "window-recovers", window_recovers, BY_EITHER, ORDERLY,
	  "window shut, then opened" },
	{ "fin-then-noise", fin_then_noise, BY_EITHER, "orderly_close", "A",
	  "-", "+", 0, "a RST after the end" },
	{ "mptcp-orderly", mptcp_orderly, BY_EITHER, "orderly_close", "A", "-",
	  "*", 0, "MPTCP without fault" },
	{ 0 },
};
