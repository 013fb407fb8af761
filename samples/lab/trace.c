#define _GNU_SOURCE
#include "trace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char root[] = "/sys/kernel/tracing/instances";
static const char prefix[] = "twlab-";

static void own_file(const char *name, char *out, size_t n)
{
	snprintf(out, n, "%s/%s%d/%s", root, prefix, (int)getpid(), name);
}

static bool put(const char *name, const char *value)
{
	char path[160];
	size_t n = strlen(value);
	bool ok;
	int fd;

	own_file(name, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ok = write(fd, value, n) == (ssize_t)n;
	close(fd);
	return ok;
}

static void sweep(void)
{
	DIR *d = opendir(root);
	struct dirent *e;
	char path[320];
	int pid;

	while (d && (e = readdir(d))) {
		if (strncmp(e->d_name, prefix, strlen(prefix)) != 0)
			continue;
		pid = atoi(e->d_name + strlen(prefix));
		if (pid <= 0 || kill(pid, 0) == 0 || errno != ESRCH)
			continue;
		snprintf(path, sizeof(path), "%s/%s", root, e->d_name);
		rmdir(path);
	}
	if (d)
		closedir(d);
}

// tcp_send_reset is what truth.csv needs; the others are for --with.
static const char *const events[] = {
	"events/tcp/tcp_send_reset/enable",
	"events/tcp/tcp_receive_reset/enable",
	"events/tcp/tcp_destroy_sock/enable",
	"events/sock/inet_sock_set_state/enable",
};

// Writes into the trace what the clock on the wall shows.
static bool mark_clock(void)
{
	char line[64];
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(line, sizeof(line), "tcpwhy wall=%lld.%09ld\n",
		 (long long)now.tv_sec, now.tv_nsec);
	return put("trace_marker", line);
}

const char *trace_start(void)
{
	char path[160];

	if (unshare(CLONE_NEWNS) < 0 ||
	    mount("none", "/", 0, MS_REC | MS_PRIVATE, 0) < 0)
		return "mount namespace";
	if (mount("twlab", "/sys/kernel/tracing", "tracefs", 0, 0) < 0)
		return "tracefs";
	sweep();
	own_file("", path, sizeof(path));
	if (mkdir(path, 0700) < 0)
		return "tracefs instance";
	if (!put("trace_clock", "mono") || !put("buffer_size_kb", "8192"))
		return "tracefs buffer";
	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
		if (!put(events[i], "1"))
			return events[i];
	return mark_clock() ? 0 : "trace marker";
}

// Copies the word behind key; false if there is none.
static bool word(const char *line, const char *key, char *out, size_t n)
{
	const char *at = strstr(line, key);
	size_t len;

	if (!at)
		return false;
	at += strlen(key);
	len = strcspn(at, " \n");
	snprintf(out, n, "%.*s", (int)len, at);
	return true;
}

static bool parse(const char *line, struct reset *r)
{
	const char *at = strstr(line, ": tcp_send_reset:");
	long sec, usec;

	memset(r, 0, sizeof(*r));
	if (!at)
		return false;
	while (at > line && at[-1] != ' ')
		at--;
	if (sscanf(at, "%ld.%ld", &sec, &usec) != 2)
		return false;
	r->time = sec * INT64_C(1000000000) + usec * 1000;
	return word(line, "src=", r->from, sizeof(r->from)) &&
	       word(line, "dest=", r->to, sizeof(r->to)) &&
	       word(line, "state=", r->state, sizeof(r->state)) &&
	       word(line, "reason=", r->reason, sizeof(r->reason));
}

static bool keep(struct trace *t, const struct reset *r)
{
	if (t->n == t->room) {
		size_t room = t->room ? t->room * 2 : 256;
		struct reset *p = realloc(t->reset, room * sizeof(*p));

		if (!p)
			return false;
		t->reset = p;
		t->room = room;
	}
	t->reset[t->n++] = *r;
	return true;
}

bool trace_read(struct trace *t)
{
	char path[160], line[512];
	struct reset r;
	FILE *f;

	own_file("trace", path, sizeof(path));
	f = fopen(path, "re");
	if (!f)
		return false;
	while (fgets(line, sizeof(line), f))
		if (parse(line, &r) && !keep(t, &r))
			break;
	fclose(f);
	return true;
}

bool trace_write(const char *dir)
{
	char path[160], to[320], buf[4096];
	FILE *in, *out;
	size_t n;
	bool ok;

	own_file("trace", path, sizeof(path));
	snprintf(to, sizeof(to), "%s/trace.txt", dir);
	in = fopen(path, "re");
	out = in ? fopen(to, "we") : 0;
	while (out && (n = fread(buf, 1, sizeof(buf), in)) > 0)
		fwrite(buf, 1, n, out);
	ok = out && !ferror(in) && !ferror(out);
	if (in)
		fclose(in);
	return out && fclose(out) == 0 && ok;
}

void trace_free(struct trace *t)
{
	free(t->reset);
	memset(t, 0, sizeof(*t));
}

void trace_end(void)
{
	char path[160];

	put("events/enable", "0");
	own_file("", path, sizeof(path));
	rmdir(path);
}
