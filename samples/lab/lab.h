// The whole laboratory: what was asked for, its worlds and its plays.
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "ledger.h"
#include "victim.h"
#include "world.h"

enum { WORLDS = 4, MOST_PLAYS = 60000 };

struct config {
	uint64_t seed;
	int rounds, jobs;
	const char *only, *dir;
	bool list, keep, measure;
};

struct lab {
	struct config config;
	struct victims victims;
	sigset_t signals;
	struct world world[WORLDS];
	struct ledger ledger;
	pthread_mutex_t lock;
	size_t next; // play to be acted next
	size_t failed;
};

// Adds the plays that were asked for; the worlds exist. False: no memory.
bool lab_plan(struct lab *lab);

#endif
