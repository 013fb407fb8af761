// lab: real TCP connections on a real kernel, each ended in one known way, and
// captured at both ends and in the middle.
//
//   main.c      options; the worlds, the plays and the threads that act them
//   plan.c      which plays there are, and what each is dealt
//   scenario.h  the table of scenarios; its rows are in act_*.c
//   play.h      steps that scenarios are made of (play.c, ending.c, probe.c)
//   world.h     two hosts (host.c) and the path between them (path.c, link.c)
//   film.h      captures; trace.h: the kernel's word; victim.h: killed programs
//   ledger.h    brings all that together and writes it; signs.h: windows
//   seg.h       packets, read and forged
//   measure.c   how often the signs of an unread queue appear for each cause
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab.h"
#include "measure.h"
#include "scenario.h"
#include "trace.h"
#include "victim.h"

static const char usage[] =
    "usage: lab [--seed N] [--rounds N] [--only NAME] [--jobs N] -o DIR\n"
    "       lab --measure [--seed N] [--rounds N] [-o DIR]\n"
    "       lab --list\n";

static bool parse_options(int argc, char **argv, struct config *c)
{
	static const struct option known[] = {
		{ "seed", required_argument, 0, 's' },
		{ "rounds", required_argument, 0, 'r' },
		{ "only", required_argument, 0, 'n' },
		{ "jobs", required_argument, 0, 'j' },
		{ "output", required_argument, 0, 'o' },
		{ "list", no_argument, 0, 'l' },
		{ "measure", no_argument, 0, 'm' },
		{ "keep", no_argument, 0, 'k' },
		{ 0, 0, 0, 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "o:", known, 0)) != -1)
		switch (o) {
		case 's':
			c->seed = strtoull(optarg, 0, 0);
			break;
		case 'r':
			c->rounds = atoi(optarg);
			break;
		case 'n':
			c->only = optarg;
			break;
		case 'j':
			c->jobs = atoi(optarg);
			break;
		case 'o':
			c->dir = optarg;
			break;
		case 'l':
			c->list = true;
			break;
		case 'm':
			c->measure = true;
			break;
		case 'k':
			c->keep = true;
			break;
		default:
			return false;
		}
	return optind == argc && (c->list || c->dir || c->measure);
}

static void list_scenarios(void)
{
	const struct scenario *s;

	for (size_t i = 0; (s = scenario_get(i)); i++)
		printf("%-28s %-24s %-6s %s\n", s->name, s->verdict,
		       (s->flags & BY_EITHER) == BY_EITHER ? "either"
		       : s->flags & BY_CLIENT              ? "client"
							   : "server",
		       s->text);
}

// Acting
// -----------------------------------------------------------------------

static void *actor_thread(void *arg)
{
	struct lab *lab = arg;
	struct play *p;

	for (;;) {
		pthread_mutex_lock(&lab->lock);
		p = lab->next < lab->ledger.n ? lab->ledger.play[lab->next++]
					      : 0;
		pthread_mutex_unlock(&lab->lock);
		if (!p)
			return 0;
		play_run(p);
	}
}

static bool act_all(struct lab *lab)
{
	pthread_t t[256];
	int n = 0;

	lab->next = 1;
	pthread_mutex_init(&lab->lock, 0);
	while (n < lab->config.jobs && n < 256 &&
	       pthread_create(&t[n], 0, actor_thread, lab) == 0)
		n++;
	for (int i = 0; i < n; i++)
		pthread_join(t[i], 0);
	return n > 0;
}

// Worlds ----------------------------------------------------------------------

static bool make_worlds(struct lab *lab)
{
	const char *what;

	for (int i = 0; i < WORLDS; i++) {
		unsigned base = 64 + (unsigned)(lab->config.seed % 16) * 8;

		what = world_make(&lab->world[i], &world_kinds[i],
				  (uint8_t)(base + (unsigned)i * 2));
		if (!what)
			continue;
		fprintf(stderr, "lab: %s: %s\n", what, strerror(errno));
		return false;
	}
	return true;
}

static unsigned stop_worlds(struct lab *lab)
{
	unsigned lost = 0;

	for (int i = 0; i < WORLDS; i++)
		lost += world_stop(&lab->world[i]);
	return lost;
}

static void report(struct lab *lab, unsigned lost)
{
	size_t conns = 0;

	for (size_t i = 1; i < lab->ledger.n; i++) {
		const struct play *p = lab->ledger.play[i];

		if (p->why[0]) {
			lab->failed++;
			fprintf(stderr, "lab: %s by %s, IPv%d, %s: %s\n",
				p->sc->name,
				p->a == CLIENT ? "client" : "server",
				p->v6 ? 6 : 4, p->world->kind->name, p->why);
		} else {
			conns += (size_t)p->conns;
		}
	}
	fprintf(stderr,
		"lab: seed %llu: %zu plays, %zu failed and left out; "
		"%zu connections; %u packets not captured\n",
		(unsigned long long)lab->config.seed, lab->ledger.n - 1,
		lab->failed, conns, lost);
}

static bool perform(struct lab *lab)
{
	struct trace trace = { 0 };
	unsigned lost;
	bool ok;

	if (!make_worlds(lab) || !lab_plan(lab) || !act_all(lab))
		return false;
	lab->ledger.keep = lab->config.keep;
	lost = stop_worlds(lab);
	ok = trace_read(&trace) &&
	     ledger_gather(&lab->ledger, lab->world, WORLDS);
	ledger_trace(&lab->ledger, &trace);
	ledger_sort(&lab->ledger);
	if (lab->config.dir)
		ok = ok && ledger_write(&lab->ledger, lab->config.dir) &&
		     trace_write(lab->config.dir);
	if (lab->config.measure)
		measure_print(&lab->ledger);
	report(lab, lost);
	trace_free(&trace);
	ledger_free(&lab->ledger);
	for (int i = 0; i < WORLDS; i++)
		world_free(&lab->world[i]);
	return ok && lost == 0;
}

// What outlives the process unless it is taken away: the trace's instance. All
// else vanishes with it.
static void tidy(struct lab *lab)
{
	trace_end();
	victim_stop(&lab->victims);
}

static void *signal_thread(void *arg)
{
	struct lab *lab = arg;
	int n;

	sigwait(&lab->signals, &n);
	tidy(lab);
	_exit(128 + n);
}

// SIGINT and SIGTERM wait for the thread that tidies up.
static void block_signals(struct lab *lab)
{
	sigemptyset(&lab->signals);
	sigaddset(&lab->signals, SIGINT);
	sigaddset(&lab->signals, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_BLOCK, &lab->signals, 0);
}

static int run(struct lab *lab)
{
	struct rlimit many = { 65536, 65536 };
	const char *what;
	pthread_t t;
	bool ok;

	setrlimit(RLIMIT_NOFILE, &many);
	if (lab->config.dir)
		mkdir(lab->config.dir, 0777);
	block_signals(lab);
	if (!victim_start(&lab->victims)) {
		perror("lab: fork");
		return 1;
	}
	what = trace_start();
	if (what)
		fprintf(stderr, "lab: %s: %s\n", what, strerror(errno));
	ok = !what && pthread_create(&t, 0, signal_thread, lab) == 0 &&
	     perform(lab);
	tidy(lab);
	return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct lab lab = { .config = { .seed = 1, .rounds = 1, .jobs = 64 } };

	if (!parse_options(argc, argv, &lab.config)) {
		fputs(usage, stderr);
		return 2;
	}
	if (lab.config.list) {
		list_scenarios();
		return 0;
	}
	return run(&lab);
}
