// What each kind of system does in its own way: system_linux.c, and for all
// others system_posix.c. The build takes one of them (SYSTEM in GNUmakefile);
// whatever else the program asks of its system, POSIX promises.
#ifndef TCPWHY_SYSTEM_H
#define TCPWHY_SYSTEM_H

#include <stddef.h>
#include <sys/types.h>

// That huge pages suit these, which are new; it may be heeded or not.
void system_huge(void *pages, size_t bytes);

// Puts memory behind new pages, all at once.
void system_populate(void *pages, size_t bytes);

// Gives the room of pages that are mapped from a file back to its file system,
// where it can do that; what was there is gone.
void system_punch(void *pages, size_t bytes);

// Takes pages that are mapped from that place of a file, shared, for reading and
// writing, out of this process's memory; touching one reads it back.
void system_evict(void *pages, size_t bytes, int fd, off_t place);

// Opens what system_resident() reads, before files can't be opened any more: a
// descriptor, or -1.
int system_resident_open(void);

// Bytes of this process that are in memory. SIZE_MAX: unknown.
size_t system_resident(int fd);

// Makes a file in that folder that has no name, for reading and writing. -1:
// errno says why not.
int system_nameless_file(const char *folder);

#endif
