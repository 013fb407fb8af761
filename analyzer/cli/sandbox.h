// Least privilege: before packets are read, the process gives up what it no
// longer needs, so that bytes of a capture that take over a decoder find
// nothing to work with. sandbox_linux.c: a filter on system calls, and Landlock;
// sandbox_openbsd.c: pledge and unveil; sandbox_freebsd.c: capability mode, for
// reports; sandbox_none.c: nothing. What each stage can do on Linux ("no": it
// fails, and tests/unit/cli/test_sandbox.c tries it):
//
//                                       opening  report  browser
//   read and write what is open           yes      yes     yes
//   memory, threads, the time             yes      yes     yes
//   read other files                      yes      no      (1)
//   list folders                          yes      no      (1)
//   make, change and rename files         yes      no (2)  (3)
//   make folders, links, devices          yes      no      no
//   write its own code (/proc/self/mem)   yes      no      no  L
//   reach a network, make a socket        yes      no      no
//   execute a program                     yes      no      no
//   make memory executable                yes      no      no
//   trace or signal other processes       yes      no      no (4)
//   type into the terminal (TIOCSTI)      yes      no      no
//
//   (1) the captures, which it reads again for the ladder of a connection, the
//       terminal and its descriptions, folders for temporary files  L
//   (2) a process of its own names the report: base/keeper.h
//   (3) exports have names that are typed in: anywhere but in /proc, /sys,
//       /dev and directly in /  L
//   (4) its own process group: Ctrl-Z stops the whole pipeline
//   L   by Landlock alone; all else also by the filter alone
//
// Opening is all until sandbox_enter(): the command line, the words of --where,
// zones, and a filter expression with names of hosts or services, which may
// need files and a network; the headers of captures come first then. All else
// that comes from outside is read behind it: headers, packets, other filter
// expressions, the lines of logs.
//
// Landlock binds the calling thread and those that it creates; the filter binds
// those that run already (decompressors) as well. A build with sanitizers has
// neither, as their run-time library opens files whenever it likes; nor has one
// by `make SANDBOX=none`.
#ifndef TCPWHY_SANDBOX_H
#define TCPWHY_SANDBOX_H

#include <stddef.h>

enum sandbox_stage {
	SANDBOX_REPORT,
	SANDBOX_BROWSE,
};

// What is in force.
enum sandbox_kind {
	SANDBOX_NONE = 0,
	SANDBOX_LANDLOCK = 1,
	SANDBOX_SECCOMP = 2,
	SANDBOX_SYSTEM = 4, // what OpenBSD and FreeBSD have
};

// Gives up all but what the stage needs, for good; files are those that the
// browser may read. Returns what is in force (enum sandbox_kind, or-ed).
unsigned sandbox_enter(enum sandbox_stage stage, const char *const *files,
		       size_t n);

// What to tell the user where less is in force than the stage's column needs:
// a sentence, or NULL.
const char *sandbox_missing(enum sandbox_stage stage, unsigned in_force);

// What sandbox_enter() would put in force here: "Landlock (ABI 7), seccomp
// (libseccomp 2.5.4)", or "none".
// Ask before entering. Returns out.
char *sandbox_describe(char *out, size_t n);

#endif
