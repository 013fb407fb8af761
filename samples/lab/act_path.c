// Timers that ran out, because the path or the peer went silent.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "clock.h"
#include "play.h"
#include "scenario.h"

// Breaks the path on a leg for what `from` sends (BOTH: everything).
static void cut(struct play *p, int leg, enum side from)
{
	struct rule r = { .action = RULE_DROP, .leg = leg, .from = from };

	play_rule(p, &r);
}

// True if that vantage point lies on the actor's side of a break on leg.
static bool on_my_side(const struct play *p, int leg, enum vantage v)
{
	enum vantage first = p->a == CLIENT ? AT_CLIENT : AT_SERVER;
	bool near = leg == (p->a == CLIENT ? LEG_CLIENT : LEG_SERVER);

	return v == first || (v == AT_MIDDLE && !near);
}

// What holds where nothing of the actor's last packets arrives.
static void tell_beyond(struct play *p, struct conn *c, int leg)
{
	for (int v = 0; v < VANTAGES; v++) {
		if (on_my_side(p, leg, (enum vantage)v))
			continue;
		play_tell(p, c, (enum vantage)v, "still_open", "-", "-", "-");
		play_also(p, c, (enum vantage)v, CLIENT, "blocks|ok|-");
		play_also(p, c, (enum vantage)v, SERVER, "blocks|ok|-");
	}
}

static void path_cut_data(struct play *p)
{
	struct conn *c = play_dial(p);
	int leg = play_pick(p, 0, 1);
	bool user = play_flip(p);

	play_talk(p, c, -1);
	play_quiet(p);
	if (user)
		play_option(p, c, p->a, IPPROTO_TCP, TCP_USER_TIMEOUT,
			    play_pick(p, 1000, 4000));
	cut(p, leg, BOTH);
	play_push(p, c, p->a, play_pick(p, 1, 4000));
	play_give_up(p, c, p->a, 40 * SECOND);
	tell_beyond(p, c, leg);
	play_note(p, "path cut, data repeated until %s",
		  user ? "TCP_USER_TIMEOUT" : "tcp_retries2");
}

// The capture ends while the sender still tries.
static void path_cut_short(struct play *p)
{
	struct conn *c = play_dial(p);
	int leg = play_pick(p, 0, 1);

	play_talk(p, c, -1);
	play_quiet(p);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_USER_TIMEOUT, 4000);
	cut(p, leg, BOTH);
	play_push(p, c, p->a, play_pick(p, 1, 4000));
	play_rest(p, 1500, 2000);
	play_stop_filming(p);
	play_give_up(p, c, p->a, 10 * SECOND);
	tell_beyond(p, c, leg);
	play_also(p, c, VANTAGES, p->a, "blocks|ok");
	play_note(p, "path cut; the capture ends before the sender gives up");
}

static void path_cut_fin(struct play *p)
{
	struct conn *c = play_dial(p);
	int leg = play_pick(p, 0, 1);

	play_talk(p, c, -1);
	play_quiet(p);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_USER_TIMEOUT, 2500);
	cut(p, leg, BOTH);
	play_shutdown(p, c, p->a, SHUT_WR);
	play_give_up(p, c, p->a, 10 * SECOND);
	tell_beyond(p, c, leg);
	play_also(p, c, VANTAGES, p->o, "EOF");
	play_tell(p, c, play_at(p->a), "timeout_retransmission|half_closed", 0,
		  "A", 0);
	if (on_my_side(p, leg, AT_MIDDLE))
		play_tell(p, c, AT_MIDDLE, "timeout_retransmission|half_closed",
			  0, "A", 0);
	play_note(p, "path cut, FIN repeated until TCP_USER_TIMEOUT");
}

// Only what comes back is lost: the peer gets everything, again and again.
static void acks_lost(struct play *p)
{
	struct conn *c = play_dial(p);
	int leg = play_pick(p, 0, 1);
	enum vantage v = p->o == CLIENT ? AT_CLIENT : AT_SERVER;

	play_talk(p, c, -1);
	play_quiet(p);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_USER_TIMEOUT, 3000);
	cut(p, leg, p->o);
	play_push(p, c, p->a, play_pick(p, 1, 1400));
	play_give_up(p, c, p->a, 10 * SECOND);
	play_tell(p, c, v, "timeout_retransmission", "still_open", 0, 0);
	play_also(p, c, v, p->a, "blocks|ok|-");
	if (!on_my_side(p, leg, AT_MIDDLE)) {
		play_tell(p, c, AT_MIDDLE, "timeout_retransmission",
			  "still_open", 0, 0);
		play_also(p, c, AT_MIDDLE, p->a, "blocks|ok|-");
	}
	play_note(p, "every acknowledgment was lost on leg %d", leg);
}

static void icmp_midflow(struct play *p)
{
	struct conn *c = play_dial(p);
	struct rule r = { .action = RULE_ICMP,
			  .leg = play_pick(p, 0, 1),
			  .from = p->a,
			  .type = p->v6 ? 1 : 3,
			  .code = p->v6 ? 3 : 1 };

	play_talk(p, c, -1);
	play_quiet(p);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_USER_TIMEOUT, 2500);
	play_rule(p, &r);
	play_push(p, c, p->a, play_pick(p, 1, 1400));
	play_give_up(p, c, p->a, 10 * SECOND);
	tell_beyond(p, c, r.leg);
	play_note(p, "host unreachable (ICMP) until TCP_USER_TIMEOUT");
}

static void keepalive_death(struct play *p)
{
	struct conn *c = play_dial(p);
	bool user = play_flip(p);
	int leg = play_pick(p, 0, 1);

	play_talk(p, c, -1);
	play_quiet(p);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_KEEPIDLE, 1);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_KEEPINTVL, 1);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_KEEPCNT, play_pick(p, 2, 4));
	if (user)
		play_option(p, c, p->a, IPPROTO_TCP, TCP_USER_TIMEOUT, 2500);
	play_option(p, c, p->a, SOL_SOCKET, SO_KEEPALIVE, 1);
	cut(p, leg, BOTH);
	play_give_up(p, c, p->a, 15 * SECOND);
	tell_beyond(p, c, leg);
	play_also(p, c, play_at(p->a), p->o, "ECONNRESET");
	if (on_my_side(p, leg, AT_MIDDLE))
		play_also(p, c, AT_MIDDLE, p->o, "ECONNRESET");
	play_note(p, "path cut, keep-alives unanswered%s",
		  user ? ", TCP_USER_TIMEOUT" : "");
}

// The peer answers, but the answers are lost; the RST arrives.
static void keepalive_deaf(struct play *p)
{
	struct conn *c = play_dial(p);
	int leg = play_pick(p, 0, 1);

	play_talk(p, c, -1);
	play_quiet(p);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_KEEPIDLE, 1);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_KEEPINTVL, 1);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_KEEPCNT, play_pick(p, 2, 4));
	play_option(p, c, p->a, SOL_SOCKET, SO_KEEPALIVE, 1);
	cut(p, leg, p->o);
	play_give_up(p, c, p->a, 15 * SECOND);
	play_quiet(p);
	for (int v = 0; v < VANTAGES; v++) {
		if (on_my_side(p, leg, (enum vantage)v)) {
			play_also(p, c, (enum vantage)v, p->o, "blocks|ok");
			continue;
		}
		play_tell(p, c, (enum vantage)v, "timeout_keepalive",
			  "reset_linger_zero|reset_destroyed|reset_unread_data",
			  "-", "A");
		play_also(p, c, (enum vantage)v, p->a, "-");
	}
	play_note(p, "the answers to keep-alives were lost on leg %d", leg);
}

static void zero_window(struct play *p)
{
	struct conn *c;
	bool ends = play_flip(p);

	p->rcvbuf[p->o] = play_pick(p, 4, 32) * 1024;
	c = play_dial(p);
	play_talk(p, c, -1);
	if (ends)
		play_option(p, c, p->a, IPPROTO_TCP, TCP_USER_TIMEOUT, 3000);
	play_flood(p, c, p->a);
	if (ends)
		play_give_up(p, c, p->a, 15 * SECOND);
	else
		play_rest(p, 2500, 3500);
	play_stop_filming(p);
	play_also(p, c, VANTAGES, p->a, "blocks|ETIMEDOUT");
	play_note(p, "the window stayed shut%s",
		  ends ? " until TCP_USER_TIMEOUT" : "");
}

// Probes of the shut window are lost too.
static void zero_window_cut(struct play *p)
{
	struct conn *c;
	int leg = play_pick(p, 0, 1);

	p->rcvbuf[p->o] = play_pick(p, 4, 32) * 1024;
	c = play_dial(p);
	play_talk(p, c, -1);
	play_flood(p, c, p->a);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_USER_TIMEOUT, 3000);
	cut(p, leg, BOTH);
	play_give_up(p, c, p->a, 15 * SECOND);
	for (int v = 0; v < VANTAGES; v++)
		if (!on_my_side(p, leg, (enum vantage)v)) {
			play_tell(p, c, (enum vantage)v,
				  "timeout_zero_window|still_open", 0, "-",
				  "-");
			play_also(p, c, (enum vantage)v, p->a, "blocks|ok");
			play_also(p, c, (enum vantage)v, p->o, "blocks|ok");
		}
	play_note(p, "window shut, then the path was cut");
}

// Large segments vanish, small ones pass.
static void mtu_hole(struct play *p)
{
	struct conn *c = play_dial(p);
	struct rule r = { .action = RULE_DROP,
			  .leg = play_pick(p, 0, 1),
			  .from = p->a,
			  .min_len = 1100 };

	play_talk(p, c, 0);
	play_quiet(p);
	play_option(p, c, p->a, IPPROTO_TCP, TCP_USER_TIMEOUT, 3000);
	play_rule(p, &r);
	play_feed(p, c, p->a, play_pick(p, 1, 900));
	play_take(p, c, p->o, play_readable(c, p->o));
	play_push(p, c, p->a, 1400);
	play_give_up(p, c, p->a, 15 * SECOND);
	tell_beyond(p, c, r.leg);
	play_note(p, "segments over 1100 bytes vanished");
}

#define SILENT "timeout_retransmission", "-", "-", 0, 0

const struct scenario scenarios_path[] = {
	{ "path-cut-data", path_cut_data, BY_EITHER | SLOW, SILENT,
	  "no answer until the sender gives up" },
	{ "path-cut-short", path_cut_short, BY_EITHER, SILENT,
	  "no answer until the capture ends" },
	{ "path-cut-fin", path_cut_fin, BY_EITHER, SILENT,
	  "a FIN without answer" },
	{ "acks-lost", acks_lost, BY_EITHER, SILENT,
	  "only the acknowledgments are lost" },
	{ "icmp-midflow", icmp_midflow, BY_EITHER, SILENT,
	  "ICMP errors until the sender gives up" },
	{ "keepalive-death", keepalive_death, BY_EITHER, "timeout_keepalive",
	  "-", "A", "TCP_KEEPALIVE_TIMEOUT", 0, "probes without answer" },
	{ "keepalive-deaf", keepalive_deaf, BY_EITHER, "timeout_keepalive", "-",
	  "A", "TCP_KEEPALIVE_TIMEOUT", 0, "answers to probes are lost" },
	{ "zero-window", zero_window, BY_EITHER, "timeout_zero_window", "-",
	  "-", 0, 0, "the window stays shut" },
	{ "zero-window-cut", zero_window_cut, BY_EITHER, "timeout_zero_window",
	  "-", "-", 0, 0, "window shut, probes unanswered" },
	{ "mtu-hole", mtu_hole, BY_EITHER, SILENT, "large segments vanish" },
	{ 0 },
};
