// For systems without a cage that we know, and builds that shall have none.
#include "cli/sandbox.h"

#include <stdio.h>

unsigned sandbox_enter(enum sandbox_stage stage, const char *const *files,
		       size_t n)
{
	(void)stage;
	(void)files;
	(void)n;
	return SANDBOX_NONE;
}

// Who built it so knows; -V tells the others.
const char *sandbox_missing(enum sandbox_stage stage, unsigned in_force)
{
	(void)stage;
	(void)in_force;
	return NULL;
}

char *sandbox_describe(char *out, size_t n)
{
	snprintf(out, n, "none (built without)");
	return out;
}
