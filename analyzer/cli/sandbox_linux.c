#include "cli/sandbox.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "cli/landlock.h"
#include "cli/syscall_filter.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = true };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
    __has_feature(memory_sanitizer)
enum { SANITIZED = true };
#else
enum { SANITIZED = false };
#endif
#else
enum { SANITIZED = false };
#endif

enum { PATH = 4096 };

// The browser's files --------------------------------------------------------

static const struct {
	const char *path;
	unsigned rights;
} fixed[] = {
	{ "/dev/tty", MAY_READ | MAY_WRITE | MAY_CONTROL },
	{ "/dev/null", MAY_READ | MAY_WRITE },
	// ncurses' descriptions of terminals.
	{ "/etc/terminfo", MAY_READ },
	{ "/lib/terminfo", MAY_READ },
	{ "/usr/lib/terminfo", MAY_READ },
	{ "/usr/share/terminfo", MAY_READ },
	{ "/usr/local/share/terminfo", MAY_READ },
	// The C library's zones, languages and conversions.
	{ "/etc/localtime", MAY_READ },
	{ "/usr/share/zoneinfo", MAY_READ },
	{ "/usr/lib/locale", MAY_READ },
	{ "/tmp", MAY_READ | MAY_WRITE | MAY_NAME },
};

// Folders that the environment names, several separated by ':'.
static const struct {
	const char *variable, *within;
	unsigned rights;
} named[] = {
	{ "TERMINFO", "", MAY_READ },
	{ "TERMINFO_DIRS", "", MAY_READ },
	{ "HOME", "/.terminfo", MAY_READ },
	{ "TMPDIR", "", MAY_READ | MAY_WRITE | MAY_NAME },
};

// What is no folder for reports; their parent can't be one either, as rights
// hold for all that is beneath.
static const char *const no_reports[] = { ".", "..", "proc", "sys", "dev" };

static bool allow_named(int list, const char *folders, const char *within,
			unsigned rights)
{
	char path[PATH];
	bool fine = true;

	while (fine && folders && *folders) {
		int n = (int)strcspn(folders, ":");
		int length =
		    snprintf(path, sizeof path, "%.*s%s", n, folders, within);

		if (n && length < PATH)
			fine = landlock_allow(list, path, rights);
		folders += n + (folders[n] == ':');
	}
	return fine;
}

static bool takes_reports(const char *name)
{
	for (size_t i = 0; i < sizeof no_reports / sizeof *no_reports; i++) {
		if (!strcmp(name, no_reports[i]))
			return false;
	}
	return true;
}

static bool allow_reports(int list)
{
	DIR *root = opendir("/");
	char path[PATH];
	bool fine = root;

	for (struct dirent *e; fine && (e = readdir(root));) {
		snprintf(path, sizeof path, "/%s", e->d_name);
		if (takes_reports(e->d_name))
			fine = landlock_allow(list, path, MAY_WRITE | MAY_NAME);
	}
	if (root)
		closedir(root);
	return fine;
}

static bool allow_browser(int list, const char *const *files, size_t n)
{
	bool fine = true;

	for (size_t i = 0; fine && i < n; i++)
		fine = landlock_allow(list, files[i], MAY_READ);
	for (size_t i = 0; fine && i < sizeof fixed / sizeof *fixed; i++)
		fine = landlock_allow(list, fixed[i].path, fixed[i].rights);
	for (size_t i = 0; fine && i < sizeof named / sizeof *named; i++)
		fine = allow_named(list, getenv(named[i].variable),
				   named[i].within, named[i].rights);
	return fine && allow_reports(list);
}

// ----------------------------------------------------------------------------

static bool enter_landlock(enum sandbox_stage stage, const char *const *files,
			   size_t n)
{
	bool browse = stage == SANDBOX_BROWSE;
	int list = landlock_begin(!browse); // Ctrl-Z stops the whole pipeline

	if (list < 0)
		return false;
	if (!browse || allow_browser(list, files, n))
		return landlock_enter(list);
	landlock_drop(list);
	return false;
}

unsigned sandbox_enter(enum sandbox_stage stage, const char *const *files,
		       size_t n)
{
	unsigned whose =
	    stage == SANDBOX_BROWSE ? FILTER_BROWSE : FILTER_REPORT;
	unsigned in_force = SANDBOX_NONE;

	if (SANITIZED || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return SANDBOX_NONE;
	tzset(); // reads a file the first time
	if (enter_landlock(stage, files, n))
		in_force |= SANDBOX_LANDLOCK;
	if (syscall_filter_enter(whose))
		in_force |= SANDBOX_SECCOMP;
	return in_force;
}

const char *sandbox_missing(enum sandbox_stage stage, unsigned in_force)
{
	if (SANITIZED)
		return NULL;
	if (!(in_force & SANDBOX_SECCOMP))
		return "no sandbox: the kernel, or what this runs in, refuses "
		       "the filter on system calls (seccomp)";
	if (stage == SANDBOX_BROWSE && !(in_force & SANDBOX_LANDLOCK))
		return "half a sandbox: the kernel, or what this runs in, "
		       "refuses to confine files (Landlock)";
	return NULL;
}

char *sandbox_describe(char *out, size_t n)
{
	long abi = SANITIZED ? -1 : landlock_abi();
	char filter[64] = "";

	if (!SANITIZED)
		syscall_filter_describe(filter, sizeof filter);
	if (abi > 0)
		snprintf(out, n, "Landlock (ABI %ld)%s%s", abi,
			 *filter ? ", " : "", filter);
	else
		snprintf(out, n, "%s", *filter ? filter : "none");
	return out;
}
