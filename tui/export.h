// Writes what the browser shows to a file: the connection that is open, or the
// list as it is filtered, sorted and marked.
#ifndef TCPWHY_EXPORT_H
#define TCPWHY_EXPORT_H

#include <stdbool.h>

#include "ui.h"

enum { EXPORT_ERROR = 600 };

// The file appears whole or not at all. False: err says why it doesn't; else
// it says what was written.
bool export_write(const struct ui *ui, const char *path,
		  char err[EXPORT_ERROR]);

#endif
