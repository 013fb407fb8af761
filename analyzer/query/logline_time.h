// The timestamps of logs, by a table of forms. Pure.
#ifndef TCPWHY_LOGLINE_TIME_H
#define TCPWHY_LOGLINE_TIME_H

#include "query/logline.h"

// Finds the first timestamp of the line; false, and nothing set, if it has
// none. *end is what follows it.
bool logline_time(const char *line, struct logline *out, const char **begin,
		  const char **end);

#endif
