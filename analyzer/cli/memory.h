// How much memory the program may take, and what that cost.
#ifndef TCPWHY_MEMORY_H
#define TCPWHY_MEMORY_H

#include <stddef.h>

#include "analysis/analysis.h"
#include "base/spill.h"
#include "cli/options.h"

// The program itself, its libraries and buffers need about this: less can't be
// asked for.
enum { MEMORY_LEAST = 24 << 20 };

// What was asked for, else half of the machine or of the address space that the
// program may have. In bytes.
size_t memory_limit(const struct settings *s);

// Opens the file for what has no room in memory, in $TMPDIR or /tmp; before the
// sandbox closes. NULL: there is none; where the user set a limit, said so.
struct spill *memory_file(const struct settings *s);

// Says what an analysis gave up for that limit, and what the file did not take.
void memory_tell(const struct settings *s, const struct analysis *a,
		 struct spill *file);

#endif
