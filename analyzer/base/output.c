#include "base/output.h"

#include "base/keeper.h"
#include "base/unforeseen.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RANDOM = 8, ATTEMPTS = 100 }; // digits of a temporary name, names
enum { LINKS = 40 }; // that are followed; the kernel stops there, too

// What a signal handler removes: the files that have not got their names yet,
// or has removed by their keepers.
static struct {
	char *_Atomic unfinished; // NULL: the slot is free
	_Atomic int keeper;       // -1: none
} slots[OUTPUTS];

static void explain(char err[OUTPUT_ERROR], const char *path, int error)
{
	if (path)
		snprintf(err, OUTPUT_ERROR, "%s: %s", path, strerror(error));
	else
		snprintf(err, OUTPUT_ERROR, "cannot write the report: %s",
			 strerror(error));
}

bool output_replaces(const char *path, const char *input)
{
	bool standard = !strcmp(input, "-");
	struct stat out, in;

	return !stat(path, &out) && S_ISREG(out.st_mode) &&
	       !(standard ? fstat(STDIN_FILENO, &in) : stat(input, &in)) &&
	       in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

// What the symbolic link at path says, from where path starts; the caller frees
// it. NULL: errno, EINVAL for what is no link.
static char *link_target(const char *path)
{
	char text[PATH_MAX], *joined;
	const char *slash = strrchr(path, '/');
	ssize_t n = readlink(path, text, sizeof text - 1);
	size_t folder;

	if (n < 0)
		return NULL;
	text[n] = '\0';
	folder = text[0] != '/' && slash ? (size_t)(slash - path) + 1 : 0;
	joined = malloc(folder + (size_t)n + 1);
	if (joined)
		sprintf(joined, "%.*s%s", (int)folder, path, text);
	return joined;
}

// The file that path leads to, so that a symbolic link stays one, also if there
// is no such file yet. The caller frees it; NULL: errno.
static char *target(const char *path)
{
	char *real = realpath(path, NULL);
	char *at = real || errno != ENOENT ? NULL : strdup(path);

	for (int links = 0; at && links <= LINKS; links++) {
		char *next = link_target(at);

		if (!next && (errno == EINVAL || errno == ENOENT))
			return at;
		free(at);
		at = next;
	}
	free(at);
	return real;
}

static char *temporary_name(const char *path)
{
	static const char end[] = ".XXXXXXXX";
	size_t n = strlen(path) + sizeof end;
	char *name = malloc(n);

	if (name)
		snprintf(name, n, "%s%s", path, end);
	return name;
}

// The permissions of the file that is replaced, or those that a new one gets.
static mode_t permissions(const char *path)
{
	struct stat st;
	mode_t mask;

	if (!stat(path, &st))
		return st.st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

// As mkstemp(), but needs no right to read the file.
static int open_new(char *name)
{
	char *end = name + strlen(name) - RANDOM;
	uint32_t number;
	int fd = -1;

	for (int i = 0; i < ATTEMPTS && fd < 0; i++) {
		if (!unforeseen(&number, sizeof number))
			continue;
		snprintf(end, RANDOM + 1, "%0*x", RANDOM, number);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd;
}

// Makes the file; no signal comes between it and its being known.
static int make_temporary(struct output *o)
{
	sigset_t all, before;
	int fd, slot = 0;

	while (slot < OUTPUTS && atomic_load(&slots[slot].unfinished))
		slot++;
	if (slot == OUTPUTS) {
		errno = EMFILE;
		return -1;
	}
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	fd = open_new(o->temporary);
	if (fd >= 0) {
		o->slot = slot;
		atomic_store(&slots[slot].keeper, -1);
		atomic_store(&slots[slot].unfinished, o->temporary);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return fd;
}

static FILE *open_beside(struct output *o)
{
	int fd;
	FILE *to;

	o->temporary = temporary_name(o->path);
	if (!o->temporary)
		return NULL;
	fd = make_temporary(o);
	if (fd < 0)
		return NULL;
	to = fchmod(fd, permissions(o->path)) ? NULL : fdopen(fd, "w");
	if (!to) {
		int error = errno;

		unlink(o->temporary);
		close(fd);
		errno = error;
	}
	return to;
}

// A handler must never see the name of what is freed.
static void forget(struct output *o)
{
	struct output old = *o;

	if (old.slot >= 0) {
		atomic_store(&slots[old.slot].keeper, -1);
		atomic_store(&slots[old.slot].unfinished, NULL);
	}
	*o = (struct output){ .keeper = -1, .slot = -1 };
	free(old.path);
	free(old.temporary);
}

bool output_open(struct output *o, const char *path, char err[OUTPUT_ERROR])
{
	struct stat st;
	bool exists;

	*o = (struct output){ .to = stdout, .keeper = -1, .slot = -1 };
	if (!path)
		return true;
	exists = !stat(path, &st);
	if (exists && S_ISDIR(st.st_mode)) {
		explain(err, path, EISDIR);
		return false;
	}
	if (exists && !S_ISREG(st.st_mode)) {
		o->to = fopen(path, "w");
	} else {
		o->path = target(path);
		o->to = o->path ? open_beside(o) : NULL;
	}
	if (!o->to) {
		explain(err, path, errno);
		forget(o);
		return false;
	}
	return true;
}

bool output_guard(struct output *o, char err[OUTPUT_ERROR])
{
	char ignored[OUTPUT_ERROR];

	if (!o->temporary)
		return true;
	o->keeper = keeper_begin(o->temporary, o->path);
	if (o->keeper >= 0) {
		atomic_store(&slots[o->slot].keeper, o->keeper);
		return true;
	}
	explain(err, o->path, errno);
	output_close(o, false, ignored);
	return false;
}

// The reason why writing failed: that of the first failure is long gone, but
// the next attempt fails alike.
static int reason(FILE *to)
{
	clearerr(to);
	errno = 0;
	if (fputc('\n', to) == EOF || fflush(to))
		return errno ? errno : EIO;
	return EIO;
}

static int give_name(struct output *o)
{
	int keeper = o->keeper;

	if (keeper < 0)
		return rename(o->temporary, o->path) ? errno : 0;
	atomic_store(&slots[o->slot].keeper, -1);
	o->keeper = -1;
	return keeper_name(keeper);
}

static void take_away(struct output *o)
{
	if (o->keeper < 0)
		unlink(o->temporary);
	else
		keeper_drop(o->keeper);
}

// Nobody may find the name before the contents are on the disk.
static int finish(struct output *o)
{
	int error = 0;

	if (ferror(o->to) || fflush(o->to))
		error = reason(o->to);
	if (!error && o->path && fsync(fileno(o->to)))
		error = errno;
	if (fclose(o->to) && !error)
		error = errno;
	if (!error && o->path)
		error = give_name(o);
	return error;
}

bool output_close(struct output *o, bool keep, char err[OUTPUT_ERROR])
{
	int error = 0;

	if (keep)
		error = finish(o);
	else
		fclose(o->to);
	if (o->temporary && (error || !keep))
		take_away(o);
	err[0] = '\0';
	if (error && error != EPIPE)
		explain(err, o->path, error);
	forget(o);
	return !error;
}

void output_remove(void)
{
	for (int i = 0; i < OUTPUTS; i++) {
		const char *name = atomic_load(&slots[i].unfinished);
		int keeper;

		if (!name)
			continue;
		keeper = atomic_exchange(&slots[i].keeper, -1);
		if (keeper >= 0)
			keeper_drop(keeper);
		else
			unlink(name);
	}
}
