// Every signal in every state the program can be in when it comes. Each case
// runs in a child of its own.
#include "cli/signals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs those above.
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ending_signals.h"
#include "base/output.h"
#include "skip.h"

enum { SURVIVED = 42, BAD = 43 };

static char directory[] = "/tmp/tcpwhy-signals-XXXXXX";
static struct output output;

static const char *inside(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	return path;
}

static size_t files_left(void)
{
	DIR *d = opendir(directory);
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

// States ---------------------------------------------------------------------

static void nothing_open(void)
{
}

static void report_begun(void)
{
	char err[OUTPUT_ERROR];

	if (!output_open(&output, inside("report"), err))
		_exit(BAD);
	fputs("the first half", output.to);
	fflush(output.to);
}

static void report_dropped(void)
{
	char err[OUTPUT_ERROR];

	report_begun();
	output_close(&output, false, err);
}

static void (*const states[])(void) = {
	nothing_open,
	report_begun,
	report_dropped,
};

// ----------------------------------------------------------------------------

// cmocka catches faults, and a sanitizer has handlers of its own: those stay.
static void as_at_the_start(void)
{
	for (int n = 1; n < NSIG; n++) {
		if (signal_ends_process(n))
			signal(n, SIG_DFL);
	}
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = true };
#else
enum { SANITIZED = false };
#endif

// What a child that does this to itself ends with.
static int outcome(void (*state)(void), int (*act)(int), int number)
{
	static const struct rlimit none;
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		setrlimit(RLIMIT_CORE, &none);
		if (!SANITIZED)
			as_at_the_start();
		signals_catch();
		state();
		_exit(act(number));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int send_it(int number)
{
	raise(number);
	return SURVIVED;
}

static bool is_free(int number)
{
	struct sigaction now;

	return !sigaction(number, NULL, &now) &&
	       (!SANITIZED || now.sa_handler == SIG_DFL);
}

static void every_signal_ends_it_and_leaves_no_file(void **state)
{
	(void)state;
	for (int n = 1; n < NSIG; n++) {
		if (!signal_ends_process(n) || !is_free(n) || n == SIGPIPE ||
		    n == SIGXFSZ)
			continue;
		for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
			int status = outcome(states[i], send_it, n);

			if (!WIFSIGNALED(status))
				print_message("signal %d, state %zu\n", n, i);
			assert_true(WIFSIGNALED(status));
			assert_int_equal(WTERMSIG(status), n);
			assert_int_equal(files_left(), 0);
		}
	}
}

static void failed_writes_are_errors_not_signals(void **state)
{
	(void)state;
	assert_int_equal(WEXITSTATUS(outcome(nothing_open, send_it, SIGPIPE)),
			 SURVIVED);
	assert_int_equal(WEXITSTATUS(outcome(nothing_open, send_it, SIGXFSZ)),
			 SURVIVED);
}

static void the_default_is_what_signal_7_says(void **state)
{
	(void)state;
	assert_false(signal_ends_process(SIGCHLD));
	assert_false(signal_ends_process(SIGWINCH));
	assert_false(signal_ends_process(SIGCONT));
	assert_false(signal_ends_process(SIGTSTP));
	assert_true(signal_ends_process(SIGINT));
	assert_true(signal_ends_process(SIGUSR1));
	assert_true(signal_ends_process(SIGXCPU));
	assert_true(signal_ends_process(SIGRTMIN));
}

// Faults ---------------------------------------------------------------------

static int write_to_nowhere(int unused)
{
	static volatile int *volatile nowhere;

	*nowhere = unused;
	return SURVIVED;
}

static void *fault_in_thread(void *unused)
{
	(void)unused;
	write_to_nowhere(0);
	return NULL;
}

// As threads of the program are made.
static int thread_writes_to_nowhere(int unused)
{
	pthread_t thread;
	sigset_t before;

	(void)unused;
	signals_leave_to_others(&before);
	if (pthread_create(&thread, NULL, fault_in_thread, NULL))
		return BAD;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_join(thread, NULL);
	return SURVIVED;
}

static void a_crash_leaves_no_file_either(void **state)
{
	int (*const act[])(int) = { write_to_nowhere,
				    thread_writes_to_nowhere };

	(void)state;
	if (SANITIZED)
		skip_because("a sanitizer handles signals itself");
	for (size_t i = 0; i < 2; i++) {
		int status = outcome(report_begun, act[i], 0);

		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGSEGV);
		assert_int_equal(files_left(), 0);
	}
}

// Reading --------------------------------------------------------------------

static struct capture *open_sample(void)
{
	const char *file = "samples/orderly-close.pcap";
	char err[CAPTURE_ERROR];

	return capture_open(&file, 1, err);
}

static int interrupt_reading(int times)
{
	struct capture *c = open_sample();

	if (!c)
		return BAD;
	signals_reading(c);
	for (int i = 0; i < times; i++)
		raise(SIGINT);
	signals_reading(NULL);
	capture_close(c);
	return signals_stopped() ? SURVIVED : BAD;
}

static int interrupt_after_reading(int unused)
{
	(void)unused;
	interrupt_reading(1);
	raise(SIGINT);
	return SURVIVED;
}

static void the_first_interrupt_ends_the_reading(void **state)
{
	(void)state;
	assert_int_equal(
	    WEXITSTATUS(outcome(report_dropped, interrupt_reading, 1)),
	    SURVIVED);
}

static void the_second_ends_the_program(void **state)
{
	(void)state;
	assert_int_equal(outcome(report_begun, interrupt_reading, 2) & 0x7f,
			 SIGINT);
	assert_int_equal(files_left(), 0);
	assert_int_equal(
	    outcome(report_begun, interrupt_after_reading, 0) & 0x7f, SIGINT);
	assert_int_equal(files_left(), 0);
}

static void ignoring(void)
{
	signal(SIGHUP, SIG_IGN);
	signals_catch();
}

static void what_was_ignored_stays_ignored(void **state)
{
	int status;

	(void)state;
	status = outcome(ignoring, send_it, SIGHUP);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), SURVIVED);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_signal_ends_it_and_leaves_no_file),
		cmocka_unit_test(failed_writes_are_errors_not_signals),
		cmocka_unit_test(the_default_is_what_signal_7_says),
		cmocka_unit_test(a_crash_leaves_no_file_either),
		cmocka_unit_test(the_first_interrupt_ends_the_reading),
		cmocka_unit_test(the_second_ends_the_program),
		cmocka_unit_test(what_was_ignored_stays_ignored),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
