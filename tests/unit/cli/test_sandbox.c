// What a decoder that was taken over could still do. Each case runs in a child
// of its own, as there is no way back out of the sandbox.
#define _GNU_SOURCE
#include "cli/sandbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs those above.
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FINE = 0, BAD = 1, ABSENT = 77 };

struct plan {
	enum sandbox_task task;
	const char *file; // for sandbox_enter()
	unsigned kinds;   // what must be in force, else the case is skipped
	int (*act)(void);
};

static char directory[] = "/tmp/tcpwhy-sandbox-XXXXXX";

// What this machine is said to have must be in force.
static unsigned promised(void)
{
	char text[128];

	sandbox_describe(text, sizeof text);
	return (strstr(text, "Landlock") ? SANDBOX_LANDLOCK : 0U) |
	       (strstr(text, "seccomp") ? SANDBOX_SECCOMP : 0U);
}

static int child(const struct plan *p)
{
	unsigned wanted = promised();
	unsigned active = sandbox_enter(p->task, p->file);

	if (active != wanted)
		return BAD;
	return (active & p->kinds) == p->kinds ? p->act() : ABSENT;
}

static void carry_out(const struct plan *p)
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid)
		_exit(child(p));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == ABSENT)
		skip();
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), FINE);
}

static bool denied(long result)
{
	return result < 0 && (errno == EPERM || errno == EACCES);
}

static char *inside(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	return path;
}

static bool can_write(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	bool fine = fd >= 0 && write(fd, "x", 1) == 1;

	if (fd >= 0)
		close(fd);
	return fine;
}

// What must fail -------------------------------------------------------------

static int open_files(void)
{
	if (!denied(open("/etc/passwd", O_RDONLY)) ||
	    !denied(open(inside("new"), O_WRONLY | O_CREAT, 0600)) ||
	    !denied(open(inside("old"), O_WRONLY)) ||
	    !denied(open(directory, O_RDONLY | O_DIRECTORY)) ||
	    !denied(syscall(SYS_openat, AT_FDCWD, "/", O_PATH)) ||
	    !denied(unlink(inside("old"))) || !denied(mkdir(inside("d"), 0700)))
		return BAD;
	return FINE;
}

static int open_sockets(void)
{
	return denied(socket(AF_INET, SOCK_STREAM, 0)) &&
		       denied(socket(AF_INET6, SOCK_DGRAM, 0)) &&
		       denied(socket(AF_UNIX, SOCK_STREAM, 0)) &&
		       denied(socket(AF_NETLINK, SOCK_RAW, 0))
		   ? FINE
		   : BAD;
}

static int run_programs(void)
{
	char *argv[] = { (char[]){ "false" }, NULL }; // exits with BAD

	if (!denied(execv("/bin/false", argv)))
		return BAD;
	return denied(fork()) ? FINE : BAD;
}

static int reach_processes(void)
{
	return denied(kill(getppid(), 0)) &&
		       denied(ptrace(PTRACE_ATTACH, getppid(), 0, 0))
		   ? FINE
		   : BAD;
}

static int run_data(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED &&
		       denied(mprotect(p, 4096, PROT_READ | PROT_EXEC))
		   ? FINE
		   : BAD;
}

static int type_into_terminal(void)
{
	char c = 'x';

	return denied(ioctl(STDIN_FILENO, TIOCSTI, &c)) ? FINE : BAD;
}

// A thread that was there before, as a decompressor's is.
static int ready[2], go[2];

static void *old_thread(void *failed)
{
	char c;

	if (write(ready[1], "", 1) == 1 && read(go[0], &c, 1) == 1 &&
	    denied(open("/etc/passwd", O_RDONLY)) &&
	    denied(socket(AF_INET, SOCK_STREAM, 0)))
		*(bool *)failed = false;
	return NULL;
}

static int child_with_thread(void)
{
	pthread_t thread;
	bool failed = true;
	char c;

	if (pipe(ready) || pipe(go) ||
	    pthread_create(&thread, NULL, old_thread, &failed) ||
	    read(ready[0], &c, 1) != 1)
		return BAD;
	if (!(promised() & SANDBOX_SECCOMP))
		return ABSENT;
	sandbox_enter(SANDBOX_REPORT, NULL);
	if (write(go[1], "", 1) != 1 || pthread_join(thread, NULL))
		return BAD;
	return failed ? BAD : FINE;
}

// What must go on working ----------------------------------------------------

static void *touch(void *arg)
{
	void *volatile room = malloc(64);
	bool got = room;

	free(room);
	return got ? arg : NULL;
}

static int work_on(void)
{
	time_t t = time(NULL);
	pthread_t thread;
	void *result = NULL;
	struct tm tm;
	char *big = malloc(64 << 20);

	if (!big || !localtime_r(&t, &tm))
		return BAD;
	memset(big, 1, 64 << 20);
	big = realloc(big, 128 << 20);
	if (!big || pthread_create(&thread, NULL, touch, &t) ||
	    pthread_join(thread, &result) || result != &t)
		return BAD;
	free(big);
	isatty(STDOUT_FILENO);
	return sysconf(_SC_PHYS_PAGES) > 0 && getrandom(&t, sizeof t, 0) > 0
		   ? FINE
		   : BAD;
}

static int give_name(void)
{
	char from[4096];

	snprintf(from, sizeof from, "%s/temporary", directory);
	if (rename(from, inside("old")) || unlink(inside("old")))
		return BAD;
	return denied(open(inside("new"), O_WRONLY | O_CREAT, 0600)) ? FINE
								     : BAD;
}

static int name_unasked(void)
{
	char from[4096];

	snprintf(from, sizeof from, "%s/old", directory);
	return denied(rename(from, inside("new"))) ? FINE : BAD;
}

static int die_by_abort(void)
{
	abort();
}

// The browser ----------------------------------------------------------------

static int browse_files(void)
{
	int fd = open("/etc/passwd", O_RDONLY);

	return fd >= 0 && can_write(inside("new")) && !unlink(inside("new"))
		   ? FINE
		   : BAD;
}

static int browse_devices(void)
{
	return denied(mknod(inside("fifo"), S_IFIFO | 0600, 0)) &&
		       denied(mkdir(inside("d"), 0700)) &&
		       denied(symlink("/", inside("link")))
		   ? FINE
		   : BAD;
}

// The filter lets rename() through, Landlock keeps it where it belongs.
static int name_elsewhere(void)
{
	const char *to = "/tmp/tcpwhy-sandbox-elsewhere";
	bool moved = !rename(inside("old"), to);

	return !moved && (errno == EXDEV || denied(-1)) ? FINE : BAD;
}

// ---------------------------------------------------------------------------

#define CASE(name, ...)                                                        \
	static void name(void **state)                                         \
	{                                                                      \
		(void)state;                                                   \
		carry_out(&(struct plan){ __VA_ARGS__ });                      \
	}

CASE(no_file_can_be_opened, SANDBOX_REPORT, NULL, SANDBOX_SECCOMP, open_files)
CASE(no_socket_can_be_opened, SANDBOX_REPORT, NULL, SANDBOX_SECCOMP,
     open_sockets)
CASE(no_program_can_be_run, SANDBOX_REPORT, NULL, SANDBOX_SECCOMP, run_programs)
CASE(no_process_can_be_reached, SANDBOX_REPORT, NULL, SANDBOX_SECCOMP,
     reach_processes)
CASE(no_data_can_be_run, SANDBOX_REPORT, NULL, SANDBOX_SECCOMP, run_data)
CASE(nothing_can_be_typed, SANDBOX_REPORT, NULL, SANDBOX_SECCOMP,
     type_into_terminal)
CASE(names_stay_when_none_is_to_be_given, SANDBOX_REPORT, NULL, SANDBOX_SECCOMP,
     name_unasked)
CASE(memory_threads_and_time_go_on, SANDBOX_REPORT, NULL, SANDBOX_NONE, work_on)
CASE(the_report_gets_its_name, SANDBOX_REPORT, inside("old"),
     SANDBOX_LANDLOCK | SANDBOX_SECCOMP, give_name)
CASE(names_stay_in_their_directory, SANDBOX_REPORT, inside("old"),
     SANDBOX_LANDLOCK, name_elsewhere)
CASE(the_browser_reads_and_writes_files, SANDBOX_BROWSE, NULL, SANDBOX_NONE,
     browse_files)
CASE(the_browser_opens_no_socket, SANDBOX_BROWSE, NULL, SANDBOX_SECCOMP,
     open_sockets)
CASE(the_browser_runs_no_program, SANDBOX_BROWSE, NULL, SANDBOX_SECCOMP,
     run_programs)
CASE(the_browser_makes_only_files, SANDBOX_BROWSE, NULL, SANDBOX_SECCOMP,
     browse_devices)

static void threads_from_before_are_bound(void **state)
{
	int status = -1;
	pid_t pid = fork();

	(void)state;
	if (!pid)
		_exit(child_with_thread());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == ABSENT)
		skip();
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), FINE);
}

static void a_crash_is_a_crash(void **state)
{
	static const struct plan plan = { SANDBOX_REPORT, NULL, SANDBOX_NONE,
					  die_by_abort };
	int status = -1;
	pid_t pid = fork();

	(void)state;
	if (!pid)
		_exit(child(&plan));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void its_description_is_never_empty(void **state)
{
	char text[128], small[4];

	(void)state;
	assert_true(strlen(sandbox_describe(text, sizeof text)) > 0);
	assert_true(strlen(sandbox_describe(small, sizeof small)) <= 3);
}

static int set_up(void **state)
{
	(void)state;
	return can_write(inside("old")) && can_write(inside("temporary")) ? 0
									  : -1;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(inside("old"));
	unlink(inside("temporary"));
	return 0;
}

static int make_directory(void **state)
{
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	(void)state;
	return rmdir(directory);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_file_can_be_opened),
		TEST(no_socket_can_be_opened),
		TEST(no_program_can_be_run),
		TEST(no_process_can_be_reached),
		TEST(no_data_can_be_run),
		TEST(nothing_can_be_typed),
		TEST(names_stay_when_none_is_to_be_given),
		TEST(memory_threads_and_time_go_on),
		TEST(the_report_gets_its_name),
		TEST(names_stay_in_their_directory),
		TEST(the_browser_reads_and_writes_files),
		TEST(the_browser_opens_no_socket),
		TEST(the_browser_runs_no_program),
		TEST(the_browser_makes_only_files),
		TEST(threads_from_before_are_bound),
		TEST(a_crash_is_a_crash),
		TEST(its_description_is_never_empty),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
