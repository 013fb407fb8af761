// Programs that own a socket and can be killed. They are children of a helper
// that was forked before the lab had sockets, so none of them holds another's.
#ifndef LAB_VICTIM_H
#define LAB_VICTIM_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// The lab's wire to that helper.
struct victims {
	pid_t helper;
	int wire;
	pthread_mutex_t turn;
};

// Call before any thread or socket exists.
bool victim_start(struct victims *v);

// Ends the helper, and with it the victims that still live.
void victim_stop(struct victims *v);

// Hands n sockets over to a new process and closes them here. Returns its pid,
// -1 on failure. Safe to call from any thread.
pid_t victim_make(struct victims *v, const int *fd, size_t n);

// SIGKILL; returns when the process and its sockets are gone.
bool victim_kill(pid_t pid);

#endif
