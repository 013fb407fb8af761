// Runs several commands in turn, round after round, so that a slow spell of
// the machine hits all of them, and prints as CSV for each one: its name, the
// peak memory in KiB, and medians over the rounds: its CPU seconds, how many
// more than the first command's those are, its time as a multiple of the first
// command's, by CPU and by the clock; "failed" follows if it did.
//
//	race ROUNDS NAME=COMMAND...
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNNERS = 16, ROUNDS = 99 };
enum measure { CPU, CPU_MORE, CPU_RATIO, WALL, WALL_RATIO, MEASURES };

struct runner {
	char *name, *command;
	double v[MEASURES][ROUNDS];
	long rss;
	int status;
};

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void be(const char *command)
{
	int null = open("/dev/null", O_WRONLY);

	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static void run(struct runner *r, int round)
{
	struct rusage used;
	double start = now();
	int status;
	pid_t pid = fork();

	if (pid == 0)
		be(r->command);
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0) {
		perror("race");
		exit(1);
	}
	r->v[WALL][round] = now() - start;
	r->v[CPU][round] = seconds(used.ru_utime) + seconds(used.ru_stime);
	if (used.ru_maxrss > r->rss)
		r->rss = used.ru_maxrss;
	if (status)
		r->status = status;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), compare);
	return (v[(n - 1) / 2] + v[n / 2]) / 2;
}

static void compare_to(struct runner *r, const struct runner *base, int rounds)
{
	for (int i = 0; i < rounds; i++) {
		r->v[CPU_MORE][i] = r->v[CPU][i] - base->v[CPU][i];
		r->v[CPU_RATIO][i] = r->v[CPU][i] / base->v[CPU][i];
		r->v[WALL_RATIO][i] = r->v[WALL][i] / base->v[WALL][i];
	}
}

static void print(struct runner *r, int rounds)
{
	printf("%s,%ld", r->name, r->rss);
	for (int m = 0; m < MEASURES; m++) {
		if (m != WALL)
			printf(",%.3f", median(r->v[m], rounds));
	}
	puts(r->status ? ",failed" : "");
}

int main(int argc, char **argv)
{
	static struct runner r[RUNNERS];
	int n = 0, rounds = argc > 2 ? atoi(argv[1]) : 0;

	if (rounds < 1 || rounds > ROUNDS || argc - 2 > RUNNERS)
		return 2;
	for (; n < argc - 2; n++) {
		r[n].name = argv[n + 2];
		r[n].command = strchr(argv[n + 2], '=');
		if (!r[n].command)
			return 2;
		*r[n].command++ = '\0';
	}
	for (int round = 0; round < rounds; round++)
		for (int i = 0; i < n; i++)
			run(&r[i], round);
	for (int i = 0; i < n; i++)
		compare_to(&r[i], &r[0], rounds);
	for (int i = 0; i < n; i++)
		print(&r[i], rounds);
	return 0;
}
