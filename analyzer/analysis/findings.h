// All findings and measures of all connections, packed: most need a few bytes,
// and there are millions of them. Pure but for memory.
#ifndef TCPWHY_FINDINGS_H
#define TCPWHY_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/blocks.h"
#include "judge/evidence.h"
#include "track/measures.h"

struct findings {
	struct blocks bytes;
	size_t n; // of them in use; lower it to take the last ones back
};

void findings_init(struct findings *s);
void findings_free(struct findings *s);

// Appends what was measured of a connection, and its n findings, whose frames
// are told as distances from `base`; *at is where. False: no memory, nothing
// was appended.
bool findings_put(struct findings *s, const struct measures *m,
		  const struct finding *f, size_t n, uint64_t base,
		  uint32_t *at);

// Reads n findings that were put at offset `at` with that base.
void findings_get(const struct findings *s, size_t at, size_t n, uint64_t base,
		  struct finding *out);

// Reads what was measured.
struct measures findings_measures(const struct findings *s, size_t at);

#endif
