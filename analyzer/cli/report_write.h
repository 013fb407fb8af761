// From what a job found to the report that was asked for.
#ifndef TCPWHY_REPORT_WRITE_H
#define TCPWHY_REPORT_WRITE_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/job.h"
#include "report/report.h"

// Writes a report; false: no memory.
typedef bool report_writer(const struct report *, FILE *);

// The writer of a kind of report; none for KIND_HTML, which needs a job.
report_writer *report_writer_of(enum kind kind);

// What reports are told of the job. It belongs to the job.
struct report report_make(struct job *j);

// Writes the reports that were asked for; ANALYSED, or the exit status and has
// said why.
int report_write(struct job *j);

// True, and said, if a report would overwrite what it is made from.
bool report_overwrites(const struct settings *s);

#endif
