// A client's host, a server's host and the path between them. Worlds differ in
// kernel settings; several exist side by side.
#ifndef LAB_WORLD_H
#define LAB_WORLD_H

#include <stdint.h>

#include "host.h"
#include "path.h"

struct world_kind {
	const char *name;
	const char *text;
	bool offload;
	const struct setting *settings; // of both hosts
};

// Ends with a NULL name.
extern const struct world_kind world_kinds[];

struct world {
	const struct world_kind *kind;
	uint8_t base;
	struct host host[2];
	struct path *path;
};

// NULL, or what failed.
const char *world_make(struct world *w, const struct world_kind *kind,
		       uint8_t base);
// Stops path and captures; returns how many packets were not captured.
unsigned world_stop(struct world *w);
void world_free(struct world *w);

#endif
