// The steps of a play that end a connection, those on the path, and the truth.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "play.h"
#include "scenario.h"
#include "victim.h"

void play_shutdown(struct play *p, struct conn *c, enum side side, int how)
{
	if (!p->why[0] && shutdown(c->fd[side], how) < 0)
		play_fail(p, "shutdown");
	c->shut[side] = true;
}

void play_close(struct play *p, struct conn *c, enum side side)
{
	if (p->why[0])
		return;
	close(c->fd[side]);
	c->fd[side] = -1;
	c->left[side] = true;
}

void play_linger_zero(struct play *p, struct conn *c, enum side side)
{
	struct linger l = { 1, 0 };

	if (!p->why[0] &&
	    setsockopt(c->fd[side], SOL_SOCKET, SO_LINGER, &l, sizeof(l)) < 0)
		play_fail(p, "SO_LINGER");
	play_close(p, c, side);
}

void play_unspec(struct play *p, struct conn *c, enum side side)
{
	struct sockaddr s = { .sa_family = AF_UNSPEC };

	if (p->why[0])
		return;
	if (connect(c->fd[side], &s, sizeof(s)) < 0)
		play_fail(p, "connect(AF_UNSPEC)");
	play_close(p, c, side);
}

struct destroy_request {
	struct nlmsghdr h;
	struct inet_diag_req_v2 r;
};

static void fill_request(const struct play *p, const struct conn *c,
			 enum side side, struct destroy_request *q)
{
	uint8_t a[16];
	size_t n;

	memset(q, 0, sizeof(*q));
	q->h.nlmsg_len = sizeof(*q);
	q->h.nlmsg_type = SOCK_DESTROY;
	q->h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	q->r.sdiag_family = p->v6 ? AF_INET6 : AF_INET;
	q->r.sdiag_protocol = IPPROTO_TCP;
	q->r.idiag_states = ~0u;
	q->r.id.idiag_sport = htons(c->port[side]);
	q->r.id.idiag_dport = htons(c->port[!side]);
	q->r.id.idiag_cookie[0] = q->r.id.idiag_cookie[1] = ~0u;
	n = place_bytes(&p->link->place[side], a);
	memcpy(q->r.id.idiag_src, a, n);
	n = place_bytes(&p->link->place[!side], a);
	memcpy(q->r.id.idiag_dst, a, n);
}

void play_destroy(struct play *p, struct conn *c, enum side side)
{
	struct destroy_request q;
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
		char more[256];
	} answer = { .e.error = -EIO };
	int fd;

	if (p->why[0] || !host_enter(&p->world->host[side]))
		return;
	fill_request(p, c, side, &q);
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (fd < 0 || send(fd, &q, sizeof(q), 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < 0 || answer.e.error) {
		errno = -answer.e.error;
		play_fail(p, "SOCK_DESTROY");
	}
	if (fd >= 0)
		close(fd);
}

void play_kill(struct play *p, struct conn *c, enum side side)
{
	pid_t pid;

	if (p->why[0])
		return;
	pid = victim_make(p->victims, &c->fd[side], 1);
	c->fd[side] = -1;
	c->left[side] = true;
	if (pid < 0 || !victim_kill(pid))
		play_fail(p, "kill");
}

void play_forget(struct play *p, struct conn *c, enum side side)
{
	play_option(p, c, side, IPPROTO_TCP, 19 /* TCP_REPAIR */, 1);
	play_close(p, c, side);
	c->left[side] = false; // it never said so
}

// The path ------------------------------------------------------------------

int play_rule(struct play *p, const struct rule *r)
{
	int i = p->why[0] ? 0 : path_rule(p->world->path, p->link, r);

	if (i < 0)
		play_fail(p, "too many rules");
	return i;
}

void play_release(struct play *p, int rule)
{
	if (!p->why[0])
		path_release(p->world->path, p->link, rule);
}

void play_hit(struct play *p, int rule, int n)
{
	if (!p->why[0] &&
	    !path_await(p->world->path, p->link, rule, n, 9 * SECOND))
		play_fail(p, "the path never saw it");
}

void play_quiet(struct play *p)
{
	int64_t rtt = 2 * (p->link->delay[0] + p->link->delay[1]);

	if (!p->why[0])
		path_quiet(p->world->path, p->link, 50 * MS + rtt, 3 * SECOND);
}

void play_stop_filming(struct play *p)
{
	if (p->filmed)
		return;
	p->filmed = true;
	p->cutoff = clock_ns(CLOCK_REALTIME);
	p->cutoff_mono = clock_ns(CLOCK_MONOTONIC);
}

void play_give_up(struct play *p, struct conn *c, enum side side, int64_t most)
{
	struct tcp_info t = { 0 };
	socklen_t n = sizeof(t);
	int64_t end = clock_ns(CLOCK_MONOTONIC) + most;

	while (!p->why[0] && clock_ns(CLOCK_MONOTONIC) < end) {
		if (getsockopt(c->fd[side], IPPROTO_TCP, TCP_INFO, &t, &n) < 0)
			break;
		if (t.tcpi_state == TCP_CLOSE)
			return;
		clock_rest(20 * MS);
	}
	play_fail(p, "the timer didn't run out");
}

// The truth -----------------------------------------------------------------

const char *vantage_name(enum vantage v)
{
	static const char *const name[] = { "client", "middle", "server" };

	return name[v];
}

enum vantage play_at(enum side side)
{
	return side == CLIENT ? AT_CLIENT : AT_SERVER;
}

// Writes what with "A" and "O" replaced by the sides they stand for.
static void resolve(const struct play *p, const char *what, char *out, size_t n)
{
	static const char *const name[] = { "client", "server" };
	const char *word;
	size_t used = 0;

	out[0] = 0;
	for (; *what && used < n; what++) {
		word = *what == 'A'   ? name[p->a]
		       : *what == 'O' ? name[p->o]
				      : 0;
		if (word)
			used +=
			    (size_t)snprintf(out + used, n - used, "%s", word);
		else
			used +=
			    (size_t)snprintf(out + used, n - used, "%c", *what);
	}
}

static void tell_one(const struct play *p, struct told *t, const char *verdict,
		     const char *fair, const char *closed, const char *reset)
{
	if (verdict)
		snprintf(t->verdict, sizeof(t->verdict), "%s", verdict);
	if (fair)
		snprintf(t->fair, sizeof(t->fair), "%s", fair);
	if (closed)
		resolve(p, closed, t->closed, sizeof(t->closed));
	if (reset)
		resolve(p, reset, t->reset, sizeof(t->reset));
}

void play_tell(struct play *p, struct conn *c, enum vantage at,
	       const char *verdict, const char *fair, const char *closed,
	       const char *reset)
{
	for (int i = 0; i < p->conns; i++)
		for (int v = 0; v < VANTAGES; v++)
			if ((!c || c == &p->conn[i]) &&
			    (at == VANTAGES || (int)at == v))
				tell_one(p, &p->conn[i].told[v], verdict, fair,
					 closed, reset);
}

static void append(char *list, size_t n, const char *more)
{
	size_t used = strlen(list);

	snprintf(list + used, n - used, "%s%s", used ? "|" : "", more);
}

void play_also(struct play *p, struct conn *c, enum vantage at, enum side side,
	       const char *calls)
{
	for (int i = 0; i < p->conns; i++)
		for (int v = 0; v < VANTAGES; v++) {
			struct told *t = &p->conn[i].told[v];
			int cell = side == CLIENT ? CLIENT_RECV : SERVER_RECV;

			if ((c && c != &p->conn[i]) ||
			    (at != VANTAGES && (int)at != v))
				continue;
			for (int k = cell; k < cell + 2; k++)
				append(t->also[k], sizeof(t->also[k]), calls);
		}
}

void play_tell_rest(struct play *p)
{
	const struct scenario *s = p->sc;

	for (int i = 0; i < p->conns; i++)
		for (int v = 0; v < VANTAGES; v++) {
			struct told *t = &p->conn[i].told[v];

			tell_one(p, t, t->verdict[0] ? 0 : s->verdict, 0,
				 t->closed[0] ? 0 : s->closed,
				 t->reset[0] ? 0 : s->reset);
		}
}
