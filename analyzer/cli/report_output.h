// Where the reports of this process go.
#ifndef TCPWHY_REPORT_OUTPUT_H
#define TCPWHY_REPORT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/settings.h"

// Opens the places of n reports, OUTPUTS at most. False: it has said why not,
// and none is open.
bool report_output_open(const struct target *t, size_t n);

// Leaves it to another process to name the files, before the sandbox closes.
// False: it has said why not, and none is open.
bool report_output_guard(void);

// Where the i-th report goes.
FILE *report_output(size_t i);

// Closes all; the files appear if the status is that of reports that are whole.
// Returns the status, or NOT_WRITTEN and has said why.
int report_output_close(int status);

#endif
