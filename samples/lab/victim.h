// Programs that own a socket and can be killed. They are children of a helper
// that was forked before the lab had sockets, so none of them holds another's.
#ifndef LAB_VICTIM_H
#define LAB_VICTIM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// Call before any thread or socket exists.
bool victim_start(void);

// Hands n sockets over to a new process and closes them here. Returns its pid,
// -1 on failure. Safe to call from any thread.
pid_t victim_make(const int *fd, size_t n);

// SIGKILL; returns when the process and its sockets are gone.
bool victim_kill(pid_t pid);

#endif
