// The browser as the command line asks for it.
#ifndef TCPWHY_BROWSE_H
#define TCPWHY_BROWSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/spill.h"
#include "base/zone.h"
#include "cli/settings.h"
#include "read/capture.h"

// True where a terminal is there and nothing but a look was asked for.
bool wants_browser(const struct settings *s);

// Shows a capture of which nothing was read but its headers, until the reader
// quits. Returns the exit status; what there was to say was said.
int browse_capture(const struct settings *s, struct capture *c,
		   const struct zone *zone, size_t max_memory,
		   struct spill *spill);

#endif
