// Measures the browser from outside, in a pseudo terminal of 80 x 24: how long
// until the first results are on the screen, how long the whole reading takes,
// and how long each key waits for its answer.
//
//	tui PROGRAM CAPTURE
//
// An answer is over with its last byte. Prints a line for each measure; exits 1
// if one is beyond what the project promises.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
	FIRST_MS = 1000, // first results
	KEY_MS = 33,     // an answer, at 30 pictures a second
	QUIET_MS = 120,  // after so long without a byte an answer is over
	PATIENCE_MS = 60000,
	PASSES = 3,
	KEYS = 16, // at most, in a row
};

static bool late;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void die(const char *what)
{
	fprintf(stderr, "tui: %s: %s\n", what, strerror(errno));
	exit(2);
}

// Runs the program in a terminal of its own; returns the other end of that.
static int start(char *const *argv, pid_t *pid)
{
	struct winsize size = { 24, 80, 0, 0 };
	int fd = posix_openpt(O_RDWR | O_NOCTTY), tty;

	if (fd < 0 || grantpt(fd) || unlockpt(fd))
		die("pty");
	ioctl(fd, TIOCSWINSZ, &size);
	*pid = fork();
	if (*pid < 0)
		die("fork");
	if (*pid > 0)
		return fd;
	setsid();
	tty = open(ptsname(fd), O_RDWR);
	if (tty < 0)
		die("tty");
	ioctl(tty, TIOCSCTTY, 0);
	for (int i = 0; i < 3; i++)
		dup2(tty, i);
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	execv(argv[0], argv);
	die(argv[0]);
	return -1;
}

// Reads until `text` came by, or, without one, until it is quiet. Returns the
// time of the last byte, 0 if there was none.
static double listen_for(int fd, const char *text, int quiet)
{
	static char seen[1 << 20];
	struct pollfd p = { .fd = fd, .events = POLLIN };
	double last = 0, begin = now();
	size_t n = 0;

	for (;;) {
		ssize_t got;

		if (poll(&p, 1, quiet) <= 0) {
			if (!text || now() - begin > PATIENCE_MS)
				return last;
			continue;
		}
		if (n > sizeof seen / 2) {
			memmove(seen, seen + n - 64, 64);
			n = 64;
		}
		got = read(fd, seen + n, sizeof seen - n - 1);
		if (got <= 0)
			return last;
		last = now();
		n += (size_t)got;
		seen[n] = '\0';
		if (text && memmem(seen, n, text, strlen(text)))
			return last;
		if (now() - begin > PATIENCE_MS)
			return 0;
	}
}

static void report(const char *what, double ms, double most)
{
	bool over = ms > most;

	printf("%-34s %8.1f ms   %s %.0f\n", what, ms,
	       over ? "TOO LATE, at most" : "at most", most);
	late |= over;
}

// What is pressed, pass by pass. Each key's fastest answer counts, so that a
// busy machine is not taken for a slow program, and of those the slowest.
static struct row {
	const char *name, *keys;
	double best[KEYS];
} rows[] = {
	{ "overview: down, up", "jjjk", { 0 } },
	{ "all connections", "a", { 0 } },
	{ "list: down, up", "jjjjjk", { 0 } },
	{ "list: page down", "\006\006\006\004\004", { 0 } },
	{ "list: last, first", "Gg", { 0 } },
	{ "list: sort by each column", ">>>>>>>>>>", { 0 } },
	{ "list: reverse", "rr", { 0 } },
	{ "list: mark", "mm", { 0 } },
	{ "filter: a letter more", "fport=443", { 0 } },
	{ "filter: given up", "\033", { 0 } },
	{ "search", "/refused\n", { 0 } },
	{ "search again", "nnN", { 0 } },
	{ "explain", "xq", { 0 } },
	{ "back to the overview", "q", { 0 } },
};

static void press(int fd, struct row *row, bool first)
{
	for (size_t i = 0; row->keys[i]; i++) {
		double sent = now(), took;

		if (write(fd, row->keys + i, 1) != 1)
			die("write");
		took = listen_for(fd, NULL, QUIET_MS) - sent;
		if (took > 0 && (first || took < row->best[i]))
			row->best[i] = took;
	}
}

static void report_rows(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		double slowest = 0;

		for (size_t k = 0; k < KEYS; k++)
			if (rows[i].best[k] > slowest)
				slowest = rows[i].best[k];
		report(rows[i].name, slowest, KEY_MS);
	}
}

// Opens and leaves the help page while the capture is being read. The texts
// are pieces that the screen had nothing in common with before: ncurses sends
// changes alone.
static void press_while_reading(int fd)
{
	double slowest = 0, sum = 0;
	int n = 10;

	for (int i = 0; i < n; i++) {
		double sent = now(), took;

		if (write(fd, i % 2 ? "q" : "?", 1) != 1)
			die("write");
		took = listen_for(fd, i % 2 ? "How they ended" : "of the over",
				  1000) -
		       sent;
		sum += took;
		slowest = took > slowest ? took : slowest;
	}
	printf("%-34s %8.1f ms   on average; the slowest %.0f\n",
	       "a key while it reads", sum / n, slowest);
}

int main(int argc, char **argv)
{
	double begin, first, end;
	int fd, status;
	pid_t pid;

	if (argc != 3) {
		fprintf(stderr, "usage: tui PROGRAM CAPTURE\n");
		return 2;
	}
	begin = now();
	fd = start((char *const[]){ argv[1], argv[2], NULL }, &pid);
	first = listen_for(fd, "How they ended", 1000);
	report("first results", first - begin, FIRST_MS);
	press_while_reading(fd);
	end = listen_for(fd, NULL, 3000);
	printf("%-34s %8.1f ms\n", "everything read", end - begin);
	for (int pass = 0; pass < PASSES; pass++) {
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
			press(fd, &rows[i], pass == 0);
	}
	report_rows();
	if (write(fd, "Q", 1) != 1)
		die("write");
	listen_for(fd, NULL, QUIET_MS);
	if (waitpid(pid, &status, 0) < 0 || status != 0) {
		fprintf(stderr, "tui: the browser ended with status %d\n",
			status);
		return 2;
	}
	return late;
}
