// OpenBSD: pledge(2) and unveil(2).
#include "cli/sandbox.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

// The browser's files, and what may be done to them.
static const struct {
	const char *path, *rights;
} fixed[] = {
	{ "/", "wc" }, // exports have names that are typed in
	{ "/dev", "" },
	{ "/dev/tty", "rw" },
	{ "/dev/null", "rw" },
	{ "/usr/share/terminfo", "r" },
	{ "/usr/local/share/terminfo", "r" },
	{ "/usr/share/zoneinfo", "r" },
	{ "/usr/share/locale", "r" },
	{ "/etc/localtime", "r" },
	{ "/tmp", "rwc" },
};

static bool unveil_browser(const char *const *files, size_t n)
{
	const char *temporary = getenv("TMPDIR");
	bool fine = true;

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
		// What isn't there needs no veil.
		if (unveil(fixed[i].path, fixed[i].rights) && i < 2)
			fine = false;
	}
	for (size_t i = 0; fine && i < n; i++)
		fine = !unveil(files[i], "r");
	if (fine && temporary && *temporary)
		fine = !unveil(temporary, "rwc");
	return fine && !unveil(NULL, NULL);
}

unsigned sandbox_enter(enum sandbox_stage stage, const char *const *files,
		       size_t n)
{
	bool browse = stage == SANDBOX_BROWSE;

	tzset(); // reads a file the first time
	if (browse && !unveil_browser(files, n))
		return SANDBOX_NONE;
	if (pledge(browse ? "stdio rpath wpath cpath tty proc" : "stdio", ""))
		return SANDBOX_NONE;
	return SANDBOX_SYSTEM;
}

const char *sandbox_missing(enum sandbox_stage stage, unsigned in_force)
{
	(void)stage;
	return in_force ? NULL : "no sandbox: the kernel refuses pledge or "
				 "unveil";
}

char *sandbox_describe(char *out, size_t n)
{
	snprintf(out, n, "pledge, unveil");
	return out;
}
