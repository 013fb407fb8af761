// Exit statuses; users' scripts rely on them.
#ifndef TCPWHY_STATUS_H
#define TCPWHY_STATUS_H

#include <stdbool.h>

enum {
	ANALYSED = 0,
	NOT_WRITTEN = 1, // the report could not be written, or memory ran out
	WRONG_USAGE = 2, // or a wrong filter
	NOT_READ = 3,    // an input could not be read at all
	BROKEN_OFF = 4,  // an input ended early; what was before is reported
	MATCHED = 5,     // --fail-on, whether or not an input ended early
};

// True if the reports are whole.
static inline bool status_is_whole(int status)
{
	return status == ANALYSED || status == BROKEN_OFF || status == MATCHED;
}

#endif
