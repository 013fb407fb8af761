// What a decoder that was taken over could still do: each line of the table in
// sandbox.h is tried. Each case runs in a child of its own, as there is no way
// back out of the sandbox.
#define _GNU_SOURCE
#include "base/output.h"
#include "cli/sandbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs those above.
#include <cmocka.h>

#include "skip.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FINE = 0, BAD = 1, ABSENT = 77 };
enum { REFUSED = 0x00050000 | EPERM, ALLOWED = 0x7fff0000 }; // by a filter

struct plan {
	enum sandbox_stage stage;
	unsigned kinds; // what must be in force, else the case is skipped
	int (*act)(void);
	void (*before)(void); // done before the sandbox closes, or NULL
};

static const char *const captures[] = { "samples/orderly-close.pcap", "-" };

static char directory[] = "/tmp/tcpwhy-sandbox-XXXXXX";

// What this machine is said to have must be in force.
static unsigned promised(void)
{
	char text[128];

	sandbox_describe(text, sizeof text);
	return (strstr(text, "Landlock") ? SANDBOX_LANDLOCK : 0U) |
	       (strstr(text, "seccomp") ? SANDBOX_SECCOMP : 0U);
}

// A container that refuses Landlock, and all else that a sandbox is made of.
static bool refuse(bool all)
{
	enum { NUMBER = 0, SECCOMP = SYS_seccomp, RULESET = 444 };
	struct sock_filter code[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0, NUMBER },
		{ BPF_JMP | BPF_JEQ | BPF_K, 2, 0, RULESET },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 2, SECCOMP },
		{ BPF_RET | BPF_K, 0, 0, all ? REFUSED : ALLOWED },
		{ BPF_RET | BPF_K, 0, 0, REFUSED },
		{ BPF_RET | BPF_K, 0, 0, ALLOWED },
	};
	struct sock_fprog filter = { sizeof code / sizeof *code, code };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, 2, &filter);
}

static int child(const struct plan *p, bool no_landlock)
{
	unsigned wanted = promised();
	unsigned active;

	if (!wanted && p->kinds)
		return ABSENT; // nor can sanitizers go on without memory
	if (p->before)
		p->before();
	if (no_landlock && wanted && !refuse(false))
		return ABSENT;
	if (no_landlock)
		wanted &= ~(unsigned)SANDBOX_LANDLOCK;
	active = sandbox_enter(p->stage, captures, 2);
	if (active != wanted)
		return BAD;
	return (active & p->kinds) == p->kinds ? p->act() : ABSENT;
}

static void carry_out_in(const struct plan *p, bool no_landlock)
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid)
		_exit(child(p, no_landlock));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == ABSENT)
		skip_because("this kernel has none of it");
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), FINE);
}

// What the filter must keep from happening, it does so alone, too.
static void carry_out(const struct plan *p)
{
	carry_out_in(p, false);
	if (p->kinds == SANDBOX_SECCOMP)
		carry_out_in(p, true);
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

// Memory that is not to be written can be, through this file.
static int write_own_code(void)
{
	return denied(open("/proc/self/mem", O_RDWR)) &&
		       denied(open("/proc/thread-self/mem", O_WRONLY)) &&
		       denied(open("/proc/self/mem", O_RDONLY))
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
	sandbox_enter(SANDBOX_REPORT, NULL, 0);
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

// The report's file is finished by its keeper.
static struct output report;

static void begin_report(void)
{
	char err[OUTPUT_ERROR];

	if (!output_open(&report, inside("old"), err) ||
	    !output_guard(&report, err))
		_exit(BAD);
	fputs("new", report.to);
}

static int keep_report(void)
{
	char err[OUTPUT_ERROR];

	return output_close(&report, true, err) ? FINE : BAD;
}

static int drop_report(void)
{
	char err[OUTPUT_ERROR];

	return output_close(&report, false, err) ? FINE : BAD;
}

static int remove_report(void)
{
	output_remove();
	return FINE;
}

static int die_writing(void)
{
	return raise(SIGKILL);
}

static int name_unasked(void)
{
	char from[4096];

	snprintf(from, sizeof from, "%s/old", directory);
	return denied(rename(from, inside("new"))) && denied(unlink(from)) &&
		       denied(rmdir(directory)) &&
		       denied(link(from, inside("new"))) &&
		       denied(chmod(from, 0777)) && denied(truncate(from, 0))
		   ? FINE
		   : BAD;
}

static int die_by_abort(void)
{
	abort();
}

// The browser ----------------------------------------------------------------

static int browse_files(void)
{
	static const char elsewhere[] = "/var/tmp/tcpwhy-sandbox-elsewhere";
	int fd = open(captures[0], O_RDONLY);
	char err[OUTPUT_ERROR];
	struct output o;

	if (fd < 0 || !can_write(inside("new")) || unlink(inside("new")))
		return BAD;
	if (!output_open(&o, elsewhere, err) || !output_close(&o, true, err))
		return BAD;
	return !unlink(elsewhere) && tmpfile() ? FINE : BAD;
}

static int browse_elsewhere(void)
{
	return denied(open("/etc/passwd", O_RDONLY)) &&
		       denied(open("/etc/group", O_RDONLY)) &&
		       denied(open("/", O_RDONLY | O_DIRECTORY)) &&
		       denied(open(directory, O_RDONLY | O_DIRECTORY))
		   ? FINE
		   : BAD;
}

static int write_system_files(void)
{
	return denied(open("/proc/self/oom_score_adj", O_WRONLY)) &&
		       denied(open("/proc/sys/kernel/hostname", O_WRONLY)) &&
		       denied(open("/sys/power/state", O_WRONLY)) &&
		       denied(open("/dev/shm/tcpwhy-sandbox",
				   O_WRONLY | O_CREAT, 0600)) &&
		       denied(open("/tcpwhy-sandbox", O_WRONLY | O_CREAT, 0600))
		   ? FINE
		   : BAD;
}

static int browse_devices(void)
{
	return denied(mknod(inside("fifo"), S_IFIFO | 0600, 0)) &&
		       denied(mkdir(inside("d"), 0700)) &&
		       denied(symlink("/", inside("link"))) &&
		       denied(link(inside("old"), inside("link")))
		   ? FINE
		   : BAD;
}

// Its own process group may be signalled, as Ctrl-Z does.
static int signal_own_group(void)
{
	return kill(0, 0) ? BAD : FINE;
}

// Without memory
// ---------------------------------------------------------------

static void take_all_memory(void)
{
	static const struct rlimit none = { 1, 1 };

	setrlimit(RLIMIT_AS, &none);
	for (size_t n = 1 << 20; n >= 16; n /= 2) {
		while (malloc(n))
			;
	}
}

// ---------------------------------------------------------------------------

#define CASE(name, ...)                                                        \
	static void name(void **state)                                         \
	{                                                                      \
		(void)state;                                                   \
		carry_out(&(struct plan){ __VA_ARGS__ });                      \
	}

#define L SANDBOX_LANDLOCK
#define S SANDBOX_SECCOMP

CASE(no_file_can_be_opened, SANDBOX_REPORT, S, open_files, NULL)
CASE(no_socket_can_be_opened, SANDBOX_REPORT, S, open_sockets, NULL)
CASE(no_program_can_be_run, SANDBOX_REPORT, S, run_programs, NULL)
CASE(no_process_can_be_reached, SANDBOX_REPORT, S, reach_processes, NULL)
CASE(no_data_can_be_run, SANDBOX_REPORT, S, run_data, NULL)
CASE(no_code_can_be_written, SANDBOX_REPORT, S, write_own_code, NULL)
CASE(nothing_can_be_typed, SANDBOX_REPORT, S, type_into_terminal, NULL)
CASE(no_file_can_be_named, SANDBOX_REPORT, S, name_unasked, NULL)
CASE(nor_while_a_report_is_written, SANDBOX_REPORT, S, name_unasked,
     begin_report)
CASE(no_device_can_be_made, SANDBOX_REPORT, S, browse_devices, NULL)
CASE(memory_threads_and_time_go_on, SANDBOX_REPORT, SANDBOX_NONE, work_on, NULL)
CASE(without_memory_it_closes_all_the_same, SANDBOX_REPORT, S, open_sockets,
     take_all_memory)
CASE(the_browser_reads_captures_and_writes_files, SANDBOX_BROWSE, SANDBOX_NONE,
     browse_files, NULL)
CASE(the_browser_reads_nothing_else, SANDBOX_BROWSE, L, browse_elsewhere, NULL)
CASE(the_browser_writes_no_code, SANDBOX_BROWSE, L, write_own_code, NULL)
CASE(the_browser_writes_no_system_file, SANDBOX_BROWSE, L, write_system_files,
     NULL)
CASE(the_browser_opens_no_socket, SANDBOX_BROWSE, S, open_sockets, NULL)
CASE(the_browser_runs_no_program, SANDBOX_BROWSE, S, run_programs, NULL)
CASE(the_browser_runs_no_data, SANDBOX_BROWSE, S, run_data, NULL)
CASE(the_browser_types_nothing, SANDBOX_BROWSE, S, type_into_terminal, NULL)
CASE(the_browser_makes_only_files, SANDBOX_BROWSE, S, browse_devices, NULL)
CASE(the_browser_reaches_no_process, SANDBOX_BROWSE, S, reach_processes, NULL)
CASE(the_browser_stops_its_group, SANDBOX_BROWSE, SANDBOX_NONE,
     signal_own_group, NULL)
CASE(the_browser_goes_on, SANDBOX_BROWSE, SANDBOX_NONE, work_on, NULL)

// The report's file
// ------------------------------------------------------------

static size_t holds(const char *name)
{
	struct stat st;

	return stat(inside(name), &st) ? 0 : (size_t)st.st_size;
}

// Files besides "old" and "temporary".
static size_t others(void)
{
	DIR *d = opendir(directory);
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.' && strcmp(e->d_name, "old") &&
		     strcmp(e->d_name, "temporary");
	closedir(d);
	return n;
}

static void the_report_gets_its_name(void **state)
{
	(void)state;
	carry_out(&(struct plan){ SANDBOX_REPORT, SANDBOX_NONE, keep_report,
				  begin_report });
	assert_int_equal(holds("old"), strlen("new"));
	assert_int_equal(others(), 0);
}

static void an_unfinished_report_goes(void **state)
{
	int (*const ends[])(void) = { drop_report, remove_report };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		carry_out(&(struct plan){ SANDBOX_REPORT, SANDBOX_NONE, ends[i],
					  begin_report });
		assert_int_equal(holds("old"), strlen("x"));
		assert_int_equal(others(), 0);
	}
}

// Nobody waits for its keeper then.
static void even_if_its_writer_is_killed(void **state)
{
	static const struct plan plan = { SANDBOX_REPORT, SANDBOX_NONE,
					  die_writing, begin_report };
	struct timespec moment = { .tv_nsec = 10000000 };
	int status = -1;
	pid_t pid = fork();

	(void)state;
	if (!pid)
		_exit(child(&plan, false));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	for (int i = 0; i < 1000 && others(); i++)
		nanosleep(&moment, NULL);
	assert_int_equal(others(), 0);
	assert_int_equal(holds("old"), strlen("x"));
}

// Refusal
// ----------------------------------------------------------------------

static void a_refusal_is_said(void **state)
{
	int status = -1;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		unsigned wanted = promised(), active;

		if (wanted != (L | S) || !refuse(true))
			_exit(ABSENT);
		active = sandbox_enter(SANDBOX_REPORT, NULL, 0);
		_exit(active == SANDBOX_NONE &&
			      sandbox_missing(SANDBOX_REPORT, active) &&
			      sandbox_missing(SANDBOX_BROWSE, active) &&
			      sandbox_missing(SANDBOX_BROWSE, S) &&
			      !sandbox_missing(SANDBOX_REPORT, S) &&
			      !sandbox_missing(SANDBOX_BROWSE, L | S)
			  ? FINE
			  : BAD);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == ABSENT)
		skip_because("this kernel has not all of it");
	assert_int_equal(status, 0);
}

// And by the program: one line, once, and the report all the same.
static void the_program_says_it_in_one_line(void **state)
{
	const char *build = getenv("B");
	char program[4096], line[512] = "", more[512];
	FILE *err = tmpfile();
	int status = -1;
	pid_t pid = fork();

	(void)state;
	snprintf(program, sizeof program, "%s/tcpwhy", build ? build : "build");
	if (!pid) {
		if (promised() != (L | S) || !refuse(true))
			_exit(ABSENT);
		if (dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO) < 0 ||
		    dup2(fileno(err), STDERR_FILENO) < 0)
			_exit(BAD);
		execl(program, program, captures[0], (char *)NULL);
		_exit(ABSENT);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == ABSENT)
		skip_because("this kernel has not all of it");
	assert_int_equal(status, 0);
	rewind(err);
	assert_non_null(fgets(line, sizeof line, err));
	assert_non_null(strstr(line, "tcpwhy: no sandbox: "));
	assert_null(fgets(more, sizeof more, err));
	fclose(err);
}

static void threads_from_before_are_bound(void **state)
{
	int status = -1;
	pid_t pid = fork();

	(void)state;
	if (!pid)
		_exit(child_with_thread());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == ABSENT)
		skip_because("this kernel has none of it");
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), FINE);
}

static void a_crash_is_a_crash(void **state)
{
	static const struct plan plan = { SANDBOX_REPORT, SANDBOX_NONE,
					  die_by_abort, NULL };
	int status = -1;
	pid_t pid = fork();

	(void)state;
	if (!pid)
		_exit(child(&plan, false));
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
		TEST(no_code_can_be_written),
		TEST(nothing_can_be_typed),
		TEST(no_file_can_be_named),
		TEST(nor_while_a_report_is_written),
		TEST(no_device_can_be_made),
		TEST(memory_threads_and_time_go_on),
		TEST(without_memory_it_closes_all_the_same),
		TEST(the_browser_reads_captures_and_writes_files),
		TEST(the_browser_reads_nothing_else),
		TEST(the_browser_writes_no_code),
		TEST(the_browser_writes_no_system_file),
		TEST(the_browser_opens_no_socket),
		TEST(the_browser_runs_no_program),
		TEST(the_browser_runs_no_data),
		TEST(the_browser_types_nothing),
		TEST(the_browser_makes_only_files),
		TEST(the_browser_reaches_no_process),
		TEST(the_browser_stops_its_group),
		TEST(the_browser_goes_on),
		TEST(the_report_gets_its_name),
		TEST(an_unfinished_report_goes),
		TEST(even_if_its_writer_is_killed),
		TEST(a_refusal_is_said),
		TEST(the_program_says_it_in_one_line),
		TEST(threads_from_before_are_bound),
		TEST(a_crash_is_a_crash),
		TEST(its_description_is_never_empty),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
