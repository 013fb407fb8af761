// Several connections of one service that end alike, or at one instant.

#include "play.h"
#include "scenario.h"
#include "victim.h"

// A server that ends every connection by linger zero, with payload or without.
static void habit(struct play *p)
{
	int n = play_pick(p, 3, 8);

	for (int i = 0; i < n; i++) {
		struct conn *c = play_dial(p);

		play_talk(p, c, play_pick(p, 0, 3));
		play_rest(p, 0, 200);
		play_linger_zero(p, c, p->a);
	}
	play_note(p, "%d connections, each ended by linger zero", n);
}

// A process dies with several connections: RST where data was unread, FIN
// where not.
static void killed_many(struct play *p)
{
	int n = play_pick(p, 3, 8), fd[PLAY_CONNS];
	bool unread[PLAY_CONNS];
	pid_t pid;

	for (int i = 0; i < n; i++) {
		struct conn *c = play_dial(p);

		play_talk(p, c, -1);
		unread[i] = play_flip(p);
		if (unread[i])
			play_feed(p, c, p->o, play_pick(p, 1, 3000));
		fd[i] = c->fd[p->a];
	}
	play_quiet(p);
	if (p->why[0])
		return;
	pid = victim_make(p->victims, fd, (size_t)n);
	for (int i = 0; i < n; i++) {
		p->conn[i].fd[p->a] = -1;
		p->conn[i].left[p->a] = true;
	}
	if (pid < 0 || !victim_kill(pid))
		play_fail(p, "kill");
	for (int i = 0; i < n; i++)
		if (!unread[i]) {
			play_eof(p, &p->conn[i], p->o);
			play_close(p, &p->conn[i], p->o);
			play_tell(p, &p->conn[i], VANTAGES, "orderly_close",
				  "-", "A", "-");
		}
	play_note(p, "a process with %d connections was killed", n);
}

// The service is restarted: the old connections are closed at one instant.
static void restarted(struct play *p)
{
	int n = play_pick(p, 3, 8);

	for (int i = 0; i < n; i++)
		play_talk(p, play_dial(p), play_pick(p, 0, 3));
	play_quiet(p);
	for (int i = 0; i < n; i++)
		play_close(p, &p->conn[i], p->a);
	for (int i = 0; i < n; i++) {
		play_eof(p, &p->conn[i], p->o);
		play_close(p, &p->conn[i], p->o);
	}
	play_note(p, "%d idle connections closed at one instant", n);
}

const struct scenario scenarios_many[] = {
	{ "habit", habit, BY_EITHER | ACTIVE, "reset_linger_zero", "A", "A",
	  "TCP_STATE", 0, "linger zero ends every connection" },
	{ "killed-many", killed_many, BY_EITHER | ACTIVE, "reset_unread_data",
	  "A", "A", "*", 0, "a process dies with several connections" },
	{ "restarted", restarted, BY_EITHER, "orderly_close", "A", "-", 0, 0,
	  "several connections closed at one instant" },
	{ 0 },
};
