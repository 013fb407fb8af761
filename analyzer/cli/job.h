// One run of the program: its captures, opened, and what is made of them.
#ifndef TCPWHY_JOB_H
#define TCPWHY_JOB_H

#include <stddef.h>

#include "analysis/analysis.h"
#include "cli/sandbox.h"
#include "cli/select.h"
#include "cli/settings.h"
#include "cli/stream.h"
#include "cli/with.h"
#include "query/pair.h"
#include "read/capture.h"
#include "report/anonymize.h"
#include "report/timeline_many.h"

// A capture, or two of a pair.
struct job {
	const struct settings *settings;
	size_t ends;
	struct capture *capture[2];
	struct analysis *analysis[2];
	struct spill *spill; // what has no room in memory, or NULL
	struct pair *pair;   // NULL: one capture
	// For the page's ladders: the first capture once more, NULL: it can't
	// be read twice. And for its packets, likewise.
	struct capture *again, *copied;
	struct ladders *ladders;
	struct choice choice;
	struct with with;
	struct anonymizer anonymizer;
	struct stream stream; // its write is set: rows are written as it reads
};

// These return ANALYSED, or the exit status and have said why.

// Opens the captures.
int job_open(struct job *j);

// Closes the sandbox, and reads the first that comes from outside; only a
// filter expression with names is understood before, and the headers that this
// takes.
int job_begin(struct job *j, enum sandbox_stage stage);

void job_close(struct job *j);

#endif
