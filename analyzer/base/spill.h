// Pages that lie in a file without a name, for what grows with a capture and is
// seldom looked at. The kernel writes them to that file when it likes, and
// spill_trim() takes them out of the process's memory; touching one afterwards
// reads it back.
//
// Any thread may call these, and touch pages meanwhile.
#ifndef TCPWHY_SPILL_H
#define TCPWHY_SPILL_H

#include <stdbool.h>
#include <stddef.h>

struct spill;

// A file in that folder (NULL or "": /tmp), for a process that shall have no
// more than `limit` bytes in memory. The file takes no room until it is used.
// NULL: errno says why not.
struct spill *spill_open(const char *folder, size_t limit);

// No page may be in use any more.
void spill_close(struct spill *s);

// New pages, all zero, which spill_drop() gives back. NULL: the file can't grow
// (spill_error()), or no memory.
void *spill_pages(struct spill *s, size_t bytes);
void spill_drop(struct spill *s, void *pages, size_t bytes);

// Moves pages_new() pages into the file; they stay at their address, and are
// spill_drop()'s from then on. Nobody may write to them meanwhile. False: all
// is as it was.
bool spill_move(struct spill *s, void *pages, size_t bytes);

// Takes the pages out of memory if the process has nearly as much as it may.
// NULL: does nothing.
void spill_trim(struct spill *s);

// Why the file could not grow: an errno value; 0: it always could.
int spill_error(struct spill *s);

#endif
