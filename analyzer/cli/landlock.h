// Landlock: which files the process may touch from now on, for good. Linux
// only; where the kernel has none, everything here says so and does nothing.
// What is open already stays usable. Binds the calling thread and those that it
// creates. See landlock(7).
#ifndef TCPWHY_LANDLOCK_H
#define TCPWHY_LANDLOCK_H

#include <stdbool.h>

// What may be done with files beneath a folder, or with one file.
enum {
	MAY_READ = 1,
	MAY_WRITE = 2,    // and truncate
	MAY_NAME = 4,     // make, rename and remove regular files
	MAY_LIST = 8,     // a folder
	MAY_CONTROL = 16, // a device, by ioctl()
};

// The kernel's version of Landlock; less than 1: it has none, or refuses it.
long landlock_abi(void);

// Begins a list of what may be done; nothing else may, and no TCP port may be
// bound or connected to. With alone, no process outside may be signalled. -1:
// there is no Landlock.
int landlock_begin(bool alone);

// Adds rights (or-ed) on path and what is beneath it. A path that isn't there
// is passed over. False: the kernel refused.
bool landlock_allow(int list, const char *path, unsigned rights);

// Puts the list in force, and closes it. False: nothing is in force.
bool landlock_enter(int list);

// Closes it without.
void landlock_drop(int list);

#endif
