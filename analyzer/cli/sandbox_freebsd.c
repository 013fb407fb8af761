// FreeBSD: capsicum(4). In capability mode nothing is opened by name, which the
// browser must do, so it has no cage there.
#include "cli/sandbox.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/capsicum.h>
#include <time.h>

unsigned sandbox_enter(enum sandbox_stage stage, const char *const *files,
		       size_t n)
{
	(void)files;
	(void)n;
	tzset(); // reads a file the first time
	if (stage == SANDBOX_BROWSE || cap_enter())
		return SANDBOX_NONE;
	return SANDBOX_SYSTEM;
}

const char *sandbox_missing(enum sandbox_stage stage, unsigned in_force)
{
	if (in_force)
		return NULL;
	if (stage == SANDBOX_BROWSE)
		return "no sandbox: capability mode opens no files by name";
	return "no sandbox: the kernel knows no capability mode";
}

char *sandbox_describe(char *out, size_t n)
{
	unsigned mode;
	bool known = !cap_getmode(&mode) || errno != ENOSYS;

	snprintf(out, n, "%s",
		 known ? "capability mode (reports)" : "none");
	return out;
}
