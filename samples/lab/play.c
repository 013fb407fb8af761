#define _GNU_SOURCE
#include "play.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

enum { PATIENCE_MS = 8000 };

void play_fail(struct play *p, const char *why)
{
	if (!p->why[0])
		snprintf(p->why, sizeof(p->why), "%s: %s", why,
			 strerror(errno));
}

int play_pick(struct play *p, int low, int high)
{
	return rng_int(&p->rng, low, high);
}

bool play_flip(struct play *p)
{
	return rng_flip(&p->rng);
}

void play_rest(struct play *p, int low, int high)
{
	int ms = play_pick(p, low, high);

	if (!p->why[0])
		clock_rest(ms * MS);
}

void play_note(struct play *p, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(p->did, sizeof(p->did), format, ap);
	va_end(ap);
}

// Sockets -------------------------------------------------------------------

struct address {
	struct sockaddr_storage s;
	socklen_t n;
};

static struct address address_of(const struct play *p, enum side side,
				 uint16_t port)
{
	struct place at = p->link->place[side];
	struct address a = { .n = sizeof(struct sockaddr_in) };
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	uint8_t b[16];

	place_bytes(&at, b);
	if (!p->v6) {
		in.sin_port = htons(port);
		memcpy(&in.sin_addr, b, 4);
		memcpy(&a.s, &in, sizeof(in));
		return a;
	}
	in6.sin6_port = htons(port);
	memcpy(&in6.sin6_addr, b, 16);
	memcpy(&a.s, &in6, sizeof(in6));
	a.n = sizeof(in6);
	return a;
}

static uint16_t port_of(int fd)
{
	struct sockaddr_storage s;
	struct sockaddr_in in;
	socklen_t n = sizeof(s);

	if (getsockname(fd, (struct sockaddr *)&s, &n) < 0)
		return 0;
	memcpy(&in, &s, sizeof(in)); // the port is at the same place in both
	return ntohs(in.sin_port);
}

int play_socket(struct play *p, enum side side, uint16_t port)
{
	struct address a = address_of(p, side, port);
	int one = 1, fd;

	if (p->why[0])
		return -1;
	if (!host_enter(&p->world->host[side])) {
		play_fail(p, "setns");
		return -1;
	}
	fd = socket(p->v6 ? AF_INET6 : AF_INET,
		    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		    p->mptcp ? 262 : 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (p->rcvbuf[side])
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &p->rcvbuf[side],
			   sizeof(int));
	if (fd < 0 || bind(fd, (struct sockaddr *)&a.s, a.n) < 0)
		play_fail(p, "bind");
	return fd;
}

void play_listen(struct play *p, int backlog)
{
	p->listener = play_socket(p, SERVER, p->port);
	if (!p->why[0] && listen(p->listener, backlog) < 0)
		play_fail(p, "listen");
}

void play_unlisten(struct play *p)
{
	if (p->listener >= 0)
		close(p->listener);
	p->listener = -1;
}

static struct conn spare_conn(void)
{
	struct conn c = { .fd = { -1, -1 } };

	return c;
}

struct conn *play_call(struct play *p)
{
	return play_call_from(p, 0);
}

struct conn *play_call_from(struct play *p, uint16_t port)
{
	struct conn *c = &p->conn[p->conns < PLAY_CONNS ? p->conns++ : 0];
	struct address to = address_of(p, SERVER, p->port);

	*c = spare_conn();
	c->since = clock_ns(CLOCK_REALTIME);
	c->port[SERVER] = p->port;
	c->fd[CLIENT] = play_socket(p, CLIENT, port);
	if (p->why[0])
		return c;
	c->port[CLIENT] = port_of(c->fd[CLIENT]);
	if (connect(c->fd[CLIENT], (struct sockaddr *)&to.s, to.n) < 0 &&
	    errno != EINPROGRESS)
		play_fail(p, "connect");
	return c;
}

static bool ready(int fd, short events, int64_t timeout)
{
	struct pollfd f = { fd, events, 0 };

	return poll(&f, 1, (int)(timeout / MS)) == 1;
}

bool play_connected(struct play *p, struct conn *c, int64_t timeout)
{
	int e = 0;
	socklen_t n = sizeof(e);

	if (p->why[0])
		return false;
	if (!ready(c->fd[CLIENT], POLLOUT, timeout)) {
		snprintf(c->cell[CLIENT_CONNECT], sizeof(c->cell[0]), "blocks");
		return false;
	}
	getsockopt(c->fd[CLIENT], SOL_SOCKET, SO_ERROR, &e, &n);
	snprintf(c->cell[CLIENT_CONNECT], sizeof(c->cell[0]), "%s",
		 e ? strerrorname_np(e) : "ok");
	return e == 0;
}

void play_accept(struct play *p, struct conn *c)
{
	if (p->why[0])
		return;
	if (!ready(p->listener, POLLIN, PATIENCE_MS * MS)) {
		play_fail(p, "nothing to accept");
		return;
	}
	c->fd[SERVER] =
	    accept4(p->listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (c->fd[SERVER] < 0)
		play_fail(p, "accept");
}

struct conn *play_dial(struct play *p)
{
	struct conn *c;

	if (p->listener < 0)
		play_listen(p, 16);
	c = play_call(p);
	if (!play_connected(p, c, PATIENCE_MS * MS))
		play_fail(p, "dial");
	play_accept(p, c);
	return c;
}

void play_option(struct play *p, struct conn *c, enum side side, int level,
		 int name, int value)
{
	if (!p->why[0] &&
	    setsockopt(c->fd[side], level, name, &value, sizeof(value)) < 0)
		play_fail(p, "setsockopt");
}

// Data ----------------------------------------------------------------------

// Sends up to n bytes; returns how many went before nothing went for wait ns.
static int send_some(const struct play *p, struct conn *c, enum side from,
		     int n, int64_t wait)
{
	static const char record[] = { 0x17, 3, 3, 0, 0x40 };
	char data[16384];
	int done = 0;
	ssize_t k;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)('a' + i % 26);
	if (p->tls)
		memcpy(data, record, sizeof(record));
	while (done < n) {
		size_t some = (size_t)(n - done);

		k = send(c->fd[from], data,
			 some < sizeof(data) ? some : sizeof(data),
			 MSG_NOSIGNAL);
		if (k > 0)
			done += (int)k;
		else if (errno != EAGAIN || !ready(c->fd[from], POLLOUT, wait))
			break;
	}
	return done;
}

void play_push(struct play *p, struct conn *c, enum side from, int n)
{
	if (!p->why[0] && send_some(p, c, from, n, PATIENCE_MS * MS) < n)
		play_fail(p, "send");
}

static bool acknowledged(int fd)
{
	int queued = 1;

	return ioctl(fd, TIOCOUTQ, &queued) == 0 && queued == 0;
}

void play_feed(struct play *p, struct conn *c, enum side from, int n)
{
	int64_t end = clock_ns(CLOCK_MONOTONIC) + PATIENCE_MS * MS;

	play_push(p, c, from, n);
	while (!p->why[0] && !acknowledged(c->fd[from])) {
		if (clock_ns(CLOCK_MONOTONIC) > end)
			play_fail(p, "not acknowledged");
		clock_rest(MS / 4);
	}
}

int play_shove(struct play *p, struct conn *c, enum side from, int n)
{
	return p->why[0] ? 0 : send_some(p, c, from, n, 0);
}

int play_flood(struct play *p, struct conn *c, enum side from)
{
	int n;

	if (p->why[0])
		return 0;
	n = send_some(p, c, from, 1 << 24, 400 * MS);
	path_quiet(p->world->path, p->link, 150 * MS, SECOND);
	return n;
}

int play_readable(const struct conn *c, enum side side)
{
	int n = 0;

	ioctl(c->fd[side], FIONREAD, &n);
	return n;
}

void play_await(struct play *p, struct conn *c, enum side side, int n)
{
	int64_t end = clock_ns(CLOCK_MONOTONIC) + PATIENCE_MS * MS;

	while (!p->why[0] && play_readable(c, side) < n) {
		if (clock_ns(CLOCK_MONOTONIC) > end)
			play_fail(p, "data didn't come");
		clock_rest(MS / 4);
	}
}

void play_take(struct play *p, struct conn *c, enum side side, int n)
{
	char data[65536];
	ssize_t k;

	while (!p->why[0] && n > 0) {
		k = recv(c->fd[side], data,
			 n < (int)sizeof(data) ? (size_t)n : sizeof(data), 0);
		if (k > 0)
			n -= (int)k;
		else if (k == 0 || errno != EAGAIN ||
			 !ready(c->fd[side], POLLIN, PATIENCE_MS * MS))
			play_fail(p, "recv");
	}
}

void play_eof(struct play *p, struct conn *c, enum side side)
{
	char byte;

	if (p->why[0])
		return;
	if (!ready(c->fd[side], POLLIN, PATIENCE_MS * MS) ||
	    recv(c->fd[side], &byte, 1, 0) != 0)
		play_fail(p, "no end of file");
}

void play_talk(struct play *p, struct conn *c, int rounds)
{
	if (rounds < 0)
		rounds = play_pick(p, 0, 4);
	for (int i = 0; i < rounds; i++) {
		int ask = play_pick(p, 20, 1500);
		int reply = play_pick(p, 20, play_flip(p) ? 900 : 9000);

		play_push(p, c, CLIENT, ask);
		play_take(p, c, SERVER, ask);
		play_push(p, c, SERVER, reply);
		play_take(p, c, CLIENT, reply);
		if (play_flip(p))
			play_rest(p, 0, 60);
	}
}
