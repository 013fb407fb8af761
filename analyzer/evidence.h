// Facts about an ending, each with the frame that shows it. Pure.
#ifndef TCPWHY_EVIDENCE_H
#define TCPWHY_EVIDENCE_H

#include <stddef.h>
#include <stdint.h>

#include "side.h"

// What a finding does for the reader.
enum finding_role {
	ROLE_WHY,	// speaks for the verdict
	ROLE_NOT,	// excludes or weakens a rival
	ROLE_LIMIT,	// weakens the view, lowers confidence
	ROLE_NOTE	// worth knowing, decides nothing
};

struct finding {
	uint64_t frame;		// frame_id(); 0: rests on no single frame
	uint64_t other;		// a second frame (the trigger, the last ACK), or 0
	int64_t a, b;		// numbers that its sentence needs
	uint8_t fact;		// row of evidence.c's table
	uint8_t side;		// enum side: who it is about
};

enum finding_role finding_role(const struct finding *f);

// One sentence, without frame numbers and full stop, e.g. "the client closed
// first: its FIN does not acknowledge the server's". Returns out.
char *finding_text(const struct finding *f, char *out, size_t n);

// A few words for the margin of a timeline, e.g. "closes first".
const char *finding_label(const struct finding *f);

#endif
