// One play: an instance of a scenario with a link, addresses and sockets of its
// own, acted by one thread that holds both ends. Every step does nothing once a
// step has failed, so a scenario is a straight line without checks.
#ifndef LAB_PLAY_H
#define LAB_PLAY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "rng.h"
#include "signs.h"
#include "truth.h"
#include "world.h"

enum { PLAY_CONNS = 12 };

struct conn {
	int fd[2];    // -1: not open here
	bool left[2]; // that program closed or reset it itself
	bool shut[2]; // shutdown(): on the wire like a close()
	uint16_t port[2];
	int64_t since;        // CLOCK_REALTIME
	char cell[CELLS][16]; // observed; "" if not
	char state[2][16];
	struct told told[VANTAGES];
	struct signs signs[VANTAGES];
	int64_t start[VANTAGES]; // first packet; 0: none was seen there
	char kernel[200];        // its resets, in order
};

struct scenario;
struct victims;

struct play {
	const struct scenario *sc;
	struct world *world;
	struct victims *victims;
	struct link *link;
	struct rng rng;
	uint16_t index;
	int number;
	bool v6;
	enum side a, o; // the actor of the ending, and the other
	int listener;
	uint16_t port; // the server's
	// Set before dialling:
	int rcvbuf[2]; // 0: the kernel's choice
	bool mptcp;
	bool tls; // payload looks like TLS application data
	struct conn conn[PLAY_CONNS];
	int conns;
	int64_t patience; // how long a call may block at the end, ns
	int64_t cutoff;   // nothing later is captured; CLOCK_REALTIME
	int64_t cutoff_mono;
	bool filmed;        // cutoff is set
	bool kept_listener; // the listener stays open to the end
	char did[96];       // what was done, for the reader
	char why[240];      // why it failed; "" if it didn't
};

void play_fail(struct play *p, const char *why);
int play_pick(struct play *p, int low, int high);
bool play_flip(struct play *p);
// Rests for a random time between low and high ms.
void play_rest(struct play *p, int low, int high);
// Writes down what was done.
void play_note(struct play *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Sockets -------------------------------------------------------------------

// A socket of that side, non-blocking, bound to port (0: any).
int play_socket(struct play *p, enum side side, uint16_t port);
void play_listen(struct play *p, int backlog);
void play_unlisten(struct play *p);
// A connection, accepted.
struct conn *play_dial(struct play *p);
// Likewise from that port of the client, 0: any.
struct conn *play_call_from(struct play *p, uint16_t port);
// Begins to connect; the handshake is awaited by play_connected().
struct conn *play_call(struct play *p);
// Waits for connect's result, notes it; true if it is "ok".
bool play_connected(struct play *p, struct conn *c, int64_t timeout);
void play_accept(struct play *p, struct conn *c);
void play_option(struct play *p, struct conn *c, enum side side, int level,
		 int name, int value);

// Data ----------------------------------------------------------------------

// Sends n bytes without waiting for the acknowledgment.
void play_push(struct play *p, struct conn *c, enum side from, int n);
// Sends n bytes and waits until all are acknowledged.
void play_feed(struct play *p, struct conn *c, enum side from, int n);
// Sends what goes at once of n bytes; returns how much.
int play_shove(struct play *p, struct conn *c, enum side from, int n);
// Sends as much as goes until the other's window is shut; returns how much.
int play_flood(struct play *p, struct conn *c, enum side from);
// Reads n bytes, waiting for them.
void play_take(struct play *p, struct conn *c, enum side side, int n);
// Waits until n bytes can be read.
void play_await(struct play *p, struct conn *c, enum side side, int n);
// Waits for the end of file.
void play_eof(struct play *p, struct conn *c, enum side side);
// Requests and responses, all read; rounds < 0: a random number.
void play_talk(struct play *p, struct conn *c, int rounds);
int play_readable(const struct conn *c, enum side side);

// Endings -------------------------------------------------------------------

void play_shutdown(struct play *p, struct conn *c, enum side side, int how);
void play_close(struct play *p, struct conn *c, enum side side);
void play_linger_zero(struct play *p, struct conn *c, enum side side);
void play_unspec(struct play *p, struct conn *c, enum side side);
// SOCK_DESTROY, what `ss -K` does.
void play_destroy(struct play *p, struct conn *c, enum side side);
// The owner is a process that is killed.
void play_kill(struct play *p, struct conn *c, enum side side);
// Forgets the connection without a word, as a restarted host has.
void play_forget(struct play *p, struct conn *c, enum side side);

// The path ------------------------------------------------------------------

int play_rule(struct play *p, const struct rule *r);
void play_release(struct play *p, int rule);
void play_hit(struct play *p, int rule, int n);
// Waits until nothing moves for a while.
void play_quiet(struct play *p);
// Ends the capture of this play; the path goes on.
void play_stop_filming(struct play *p);

// Waits until that side's socket has given up; fails after most ns.
void play_give_up(struct play *p, struct conn *c, enum side side, int64_t most);

// The truth -----------------------------------------------------------------

// At that vantage point (VANTAGES: at all) this is true of c (NULL: of all).
// "A" and "O" in closed and reset mean actor and other. NULL: as it was.
void play_tell(struct play *p, struct conn *c, enum vantage at,
	       const char *verdict, const char *fair, const char *closed,
	       const char *reset);
void play_also(struct play *p, struct conn *c, enum vantage at, enum side side,
	       const char *calls);
enum vantage play_at(enum side side);
// Where run() told nothing, the scenario's row holds.
void play_tell_rest(struct play *p);
// Runs the scenario, then observes what calls return.
void play_run(struct play *p);
// Observes states and calls of every connection (probe.c).
void play_probe(struct play *p);

#endif
