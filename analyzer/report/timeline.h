// The ladder of one connection: its steps folded into rows that a person can
// read, and each row as a line of text. The reports and the browser show the
// same rows. Pure.
#ifndef TCPWHY_TIMELINE_H
#define TCPWHY_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "base/text.h"
#include "report/report.h"

enum row_kind {
	ROW_STEP,    // one segment or ICMP error
	ROW_RUN,     // consecutive ordinary segments, or probes, folded
	ROW_SILENCE, // nothing for a while, or nothing that was kept
};

struct row {
	enum row_kind kind;
	enum side side;      // STEP: its sender; RUN: who sent the data
	size_t first, count; // its steps; SILENCE: the step behind it, 0
	uint64_t segments;   // RUN: with payload, or probes
	uint64_t bytes;      // RUN: payload, repetitions included
	uint64_t repeated;   // RUN: retransmissions among them
	uint64_t acks;       // RUN: segments without payload
	int64_t silence;     // ns since the step before
	bool end;            // the connection ended with this step
};

struct timeline {
	const struct step *steps; // the analysis's
	size_t step_count, finding_count;
	struct finding findings[EVIDENCE_FINDINGS];
	struct row *rows; // owned
	size_t count;
	bool failed; // no memory
};

// Folds the watched connection, c; timeline_release() frees it. Valid as long
// as the analysis is not changed.
struct timeline timeline_fold(const struct analysis *a,
			      const struct connection *c);

// The same of n steps, wherever they are kept, with the findings that a has
// on c.
struct timeline timeline_of(const struct step *steps, size_t n,
			    const struct analysis *a,
			    const struct connection *c);
void timeline_release(struct timeline *t);

// What is to be said beside a row: labels of findings, marks, the wait before a
// repetition, and the end. Empty for most.
void timeline_note(const struct timeline *t, const struct row *row,
		   struct text *out);

// What the arrow says: "26 B PSH ACK", "14 segments, 20,200 B".
void timeline_arrow(const struct timeline *t, const struct row *row,
		    struct text *out);

// What a SILENCE says: "62.072 s of silence", "19.895 s: the server does not
// close", "1,204 segments are left out here".
void timeline_silence(const struct timeline *t, const struct row *row,
		      struct text *out);

// The whole ladder as lines, with a head, for r's width and characters.
void timeline_draw(const struct timeline *t, const struct report *r,
		   struct text *out);

#endif
