// From open captures to what is known of their connections.
#ifndef TCPWHY_ANALYSE_H
#define TCPWHY_ANALYSE_H

#include "cli/job.h"

// Reads the captures of a job. Where rows are written as a capture flows, they
// go to report_output(0), and j->stream.write is set. ANALYSED or BROKEN_OFF;
// or what was said: NOT_WRITTEN, no memory; WRONG_USAGE, two captures that
// can't be compared.
int analyse(struct job *j);

// Writes the last of those rows; ANALYSED or NOT_WRITTEN.
int analyse_end_stream(struct job *j);

#endif
