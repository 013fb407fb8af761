// The file that the report goes to, or standard output; there is one.
#ifndef TCPWHY_REPORT_OUTPUT_H
#define TCPWHY_REPORT_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

// Opens it; path NULL: standard output. False: it could not, which was said.
bool report_output_open(const char *path);

// Makes sure that a signal leaves no half of it (output_guard()). False: it
// could not, which was said.
bool report_output_guard(void);

FILE *report_output(void);

// Closes it, keeping it only where the status (cli/status.h) is one of a whole
// report, and has the last word on the status.
int report_output_close(int status);

#endif
