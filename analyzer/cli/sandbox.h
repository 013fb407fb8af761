// Least privilege: once its input and output are open, the process gives up
// what it no longer needs, so that bytes of a capture that take over a decoder
// find nothing to work with. Linux: Landlock, and a filter on system calls
// (libseccomp); each is used as far as the kernel has it, and the program works
// the same without. A build with sanitizers has neither, as their run-time
// library opens files whenever it likes.
//
// Landlock binds the calling thread and those that it creates; the filter binds
// those that run already (decompressors) as well.
#ifndef TCPWHY_SANDBOX_H
#define TCPWHY_SANDBOX_H

#include <stddef.h>

// What is left to do.
enum sandbox_task {
	// Read and write what is open, create threads, give a file its name.
	SANDBOX_REPORT,
	// The browser reads the captures again for the timeline of a
	// connection, writes exports under names that are typed in, and looks
	// up the terminal: it keeps the file system, but cannot execute, reach
	// a network, create devices or sockets, or make memory executable.
	SANDBOX_BROWSE,
};

// What is in force.
enum sandbox_kind {
	SANDBOX_NONE = 0,
	SANDBOX_LANDLOCK = 1,
	SANDBOX_SECCOMP = 2,
};

// Gives up all but the task, for good. If file is not NULL, names may still be
// given and taken away in its directory: output_close() renames to it. Returns
// what is in force (enum sandbox_kind, or-ed).
unsigned sandbox_enter(enum sandbox_task task, const char *file);

// What sandbox_enter() would put in force here: "Landlock (ABI 7), seccomp
// (libseccomp 2.5.4)", or "none".
// Ask before entering. Returns out.
char *sandbox_describe(char *out, size_t n);

#endif
