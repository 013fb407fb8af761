// Which system calls the process may make from now on, for good: a seccomp
// filter over all of its threads. What is not allowed fails with EPERM and does
// not kill: to code that was taken over it makes no difference, but an
// unforeseen call of a newer C library, which copes with the error, must not
// cost a user the report.
#ifndef TCPWHY_SYSCALL_FILTER_H
#define TCPWHY_SYSCALL_FILTER_H

#include <stdbool.h>
#include <stddef.h>

// For whom a call is allowed.
enum {
	FILTER_REPORT = 1,
	FILTER_BROWSE = 2,
};

// Puts the filter in force; PR_SET_NO_NEW_PRIVS must be set. Takes no memory
// from the heap, and either all of the filter is in force or nothing of it.
// False: the kernel, or what the process runs in, refused it.
bool syscall_filter_enter(unsigned whose);

// What syscall_filter_enter() would use, "seccomp (libseccomp 2.5.4)"; "": the
// kernel has no such filter. Returns out.
char *syscall_filter_describe(char *out, size_t n);

#endif
