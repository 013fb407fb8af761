// The temporary file of what can't be read twice: where it lies, and what
// happens when it can't grow.
#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

static struct capture *sample(void)
{
	static const char *const files[] = { "samples/orderly-close.pcap" };
	char err[CAPTURE_ERROR];
	struct capture *c = capture_open(files, 1, err);

	assert_non_null(c);
	return c;
}

// Frames until the end.
static size_t count(const struct spool *s)
{
	struct spool_place *p = calloc(1, sizeof *p);
	struct frame f;
	size_t n = 0;
	int rc;

	assert_non_null(p);
	while ((rc = spool_next(s, p, &f)) != 0)
		n += rc > 0;
	free(p);
	return n;
}

static size_t files_in(const char *folder)
{
	DIR *d = opendir(folder);
	size_t n = 0;

	assert_non_null(d);
	for (const struct dirent *e; (e = readdir(d));)
		n += *e->d_name != '.';
	closedir(d);
	return n;
}

static void lies_in_tmpdir_without_a_name(void **state)
{
	char folder[] = "/tmp/test_spool.XXXXXX";
	struct capture *c = sample();
	struct spool *s;

	(void)state;
	assert_non_null(mkdtemp(folder));
	setenv("TMPDIR", folder, 1);
	s = spool_open(c);
	assert_non_null(s);
	assert_int_equal(files_in(folder), 0);
	assert_true(count(s) > 5);
	assert_int_equal(spool_error(s), 0);
	spool_close(s);
	capture_close(c);
	assert_int_equal(rmdir(folder), 0);
}

static void no_folder_is_an_error(void **state)
{
	struct capture *c = sample();

	(void)state;
	setenv("TMPDIR", "/nowhere/at/all", 1);
	assert_null(spool_open(c));
	assert_int_equal(errno, ENOENT);
	capture_close(c);
}

// As on a full disk.
static void what_can_not_be_written_is_an_error(void **state)
{
	struct rlimit old, little = { 100, 100 };
	struct capture *c = sample();
	struct spool *s;

	(void)state;
	unsetenv("TMPDIR");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	little.rlim_max = old.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	s = spool_open(c);
	assert_non_null(s);
	count(s);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(spool_error(s), EFBIG);
	spool_close(s);
	capture_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lies_in_tmpdir_without_a_name),
		cmocka_unit_test(no_folder_is_an_error),
		cmocka_unit_test(what_can_not_be_written_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
