// The end of a play: what state each socket is in, and what its next call
// returns. Each socket answers one question only, since a call's answer changes
// what the next would return: recv of one connection, send of another.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "play.h"
#include "scenario.h"

static const char *const state_names[] = {
	"",           "ESTABLISHED", "SYN_SENT",  "SYN_RECEIVED",
	"FIN_WAIT_1", "FIN_WAIT_2",  "TIME_WAIT", "CLOSED",
	"CLOSE_WAIT", "LAST_ACK",    "LISTEN",    "CLOSING",
};

static void note_state(struct conn *c, enum side side)
{
	struct tcp_info t;
	socklen_t n = sizeof(t);

	if (c->fd[side] < 0 ||
	    getsockopt(c->fd[side], IPPROTO_TCP, TCP_INFO, &t, &n) < 0)
		return;
	if (t.tcpi_state < sizeof(state_names) / sizeof(*state_names))
		snprintf(c->state[side], sizeof(c->state[side]), "%s",
			 state_names[t.tcpi_state]);
}

static const char *next_recv(int fd, int64_t patience)
{
	struct pollfd f = { fd, POLLIN, 0 };
	char data[65536];
	ssize_t k;

	for (;;) {
		k = recv(fd, data, sizeof(data), 0);
		if (k == 0)
			return "EOF";
		if (k < 0 && errno != EAGAIN)
			return strerrorname_np(errno);
		if (k < 0 && poll(&f, 1, (int)(patience / MS)) < 1)
			return "blocks";
	}
}

static const char *next_send(int fd, int64_t patience)
{
	struct pollfd f = { fd, 0, 0 }; // errors and hang-ups only

	if (patience)
		poll(&f, 1, (int)(patience / MS));
	if (send(fd, "one more", 8, MSG_NOSIGNAL) > 0)
		return "ok";
	return errno == EAGAIN ? "blocks" : strerrorname_np(errno);
}

static void probe_side(struct play *p, struct conn *c, enum side side)
{
	enum cell recv_cell = side == CLIENT ? CLIENT_RECV : SERVER_RECV;
	enum cell cell = recv_cell + (play_flip(p) ? 1u : 0u);
	const char *said;

	if (c->left[side]) {
		snprintf(c->cell[recv_cell], sizeof(c->cell[0]), "-");
		snprintf(c->cell[recv_cell + 1], sizeof(c->cell[0]), "-");
		return;
	}
	if (c->fd[side] < 0)
		return;
	if (side == CLIENT && strcmp(c->cell[CLIENT_CONNECT], "ok") != 0) {
		snprintf(c->cell[recv_cell], sizeof(c->cell[0]), "-");
		snprintf(c->cell[recv_cell + 1], sizeof(c->cell[0]), "-");
		return;
	}
	said = cell == recv_cell ? next_recv(c->fd[side], p->patience)
				 : next_send(c->fd[side], p->patience);
	snprintf(c->cell[cell], sizeof(c->cell[0]), "%s", said);
}

static void close_all(struct play *p)
{
	for (int i = 0; i < p->conns; i++)
		for (int s = 0; s < 2; s++)
			if (p->conn[i].fd[s] >= 0)
				close(p->conn[i].fd[s]);
	play_unlisten(p);
}

void play_probe(struct play *p)
{
	for (int i = 0; i < p->conns; i++)
		for (int s = 0; s < 2; s++)
			note_state(&p->conn[i], s ? SERVER : CLIENT);
	play_stop_filming(p);
	if (!p->patience)
		path_cut(p->world->path, p->link);
	for (int i = 0; i < p->conns && !p->why[0]; i++)
		for (int s = 0; s < 2; s++)
			probe_side(p, &p->conn[i], s ? SERVER : CLIENT);
	path_cut(p->world->path, p->link);
	close_all(p);
}

static void note_shutdowns(struct play *p)
{
	for (int i = 0; i < p->conns; i++)
		for (int s = 0; s < 2; s++)
			if (p->conn[i].shut[s])
				play_also(p, &p->conn[i], VANTAGES,
					  s ? SERVER : CLIENT, "-");
}

void play_run(struct play *p)
{
	p->sc->run(p);
	if (!p->filmed)
		play_quiet(p);
	play_tell_rest(p);
	note_shutdowns(p);
	play_probe(p);
}
