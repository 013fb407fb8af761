#include "analysis/jobs.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/ending_signals.h"

// Handing over costs as much as deciding a few, so they go by the hundred.
enum { BATCHES = 8, ITEMS = 128 };

struct batch {
	struct item {
		int64_t now;
		uint32_t index;
		enum fate fate;
	} item[ITEMS];
	size_t n;
};

// Batches in a ring, counted from the beginning: sealed <= decided <= sent.
// What lies between decided and sent is the thread's, the rest is not; the one
// behind is being filled.
struct jobs {
	struct decider *decider;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t sent, decided; // under lock
	bool quit;            // under lock
	size_t sealed;        // the first thread's
	struct batch batch[BATCHES];
};

static struct batch *nth(struct jobs *j, size_t i)
{
	return &j->batch[i % BATCHES];
}

// False: it is to quit.
static bool wait_for_work(struct jobs *j)
{
	bool work;

	pthread_mutex_lock(&j->lock);
	while (j->decided == j->sent && !j->quit)
		pthread_cond_wait(&j->changed, &j->lock);
	work = j->decided != j->sent;
	pthread_mutex_unlock(&j->lock);
	return work;
}

static void *run(void *arg)
{
	struct jobs *j = arg;

	for (size_t k = 0; wait_for_work(j); k++) {
		struct batch *b = nth(j, k);
		for (struct item *i = b->item; i < b->item + b->n; i++)
			i->fate = decide_over(j->decider, i->index, i->now);
		pthread_mutex_lock(&j->lock);
		j->decided++;
		pthread_cond_signal(&j->changed);
		pthread_mutex_unlock(&j->lock);
	}
	return NULL;
}

// Signals are the first thread's business.
static int spawn(struct jobs *j)
{
	sigset_t old;
	int rc;

	signals_leave_to_others(&old);
	rc = pthread_create(&j->thread, NULL, run, j);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc;
}

struct jobs *jobs_new(struct decider *d)
{
	struct jobs *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	j->decider = d;
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->changed, NULL);
	if (!spawn(j))
		return j;
	pthread_mutex_destroy(&j->lock);
	pthread_cond_destroy(&j->changed);
	free(j);
	return NULL;
}

void jobs_free(struct jobs *j)
{
	if (!j)
		return;
	pthread_mutex_lock(&j->lock);
	j->quit = true;
	pthread_cond_signal(&j->changed);
	pthread_mutex_unlock(&j->lock);
	pthread_join(j->thread, NULL);
	pthread_mutex_destroy(&j->lock);
	pthread_cond_destroy(&j->changed);
	free(j);
}

// Waits for the oldest batch and takes its connections back.
static void seal_one(struct jobs *j)
{
	struct batch *b = nth(j, j->sealed);

	pthread_mutex_lock(&j->lock);
	while (j->decided == j->sealed)
		pthread_cond_wait(&j->changed, &j->lock);
	pthread_mutex_unlock(&j->lock);
	for (const struct item *i = b->item; i < b->item + b->n; i++) {
		flow_take_back(j->decider->flows, i->index);
		decide_seal(j->decider, i->index, i->fate);
	}
	b->n = 0;
	j->sealed++;
}

// sent is written by this thread alone, so it may look without the lock.
static void send(struct jobs *j)
{
	pthread_mutex_lock(&j->lock);
	j->sent++;
	pthread_cond_signal(&j->changed);
	pthread_mutex_unlock(&j->lock);
	if (j->sent - j->sealed == BATCHES)
		seal_one(j);
}

void jobs_send(struct jobs *j, uint32_t index, int64_t now)
{
	struct batch *b = nth(j, j->sent);

	b->item[b->n++] = (struct item){ .index = index, .now = now };
	flow_send_away(j->decider->flows, index);
	if (b->n == ITEMS)
		send(j);
}

void jobs_finish(struct jobs *j)
{
	if (nth(j, j->sent)->n)
		send(j);
	while (j->sealed < j->sent)
		seal_one(j);
}
