// Pages in a file without a name: what is in them stays, wherever it lies.
#include "base/spill.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/pages.h"

enum { MIB = 1 << 20, MANY = 64 };

static size_t resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	size_t all, pages;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%zu %zu", &all, &pages), 2);
	fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void what_left_memory_comes_back(void **state)
{
	struct spill *s = spill_open(NULL, 1);
	unsigned char *p[MANY];

	(void)state;
	assert_non_null(s);
	for (size_t i = 0; i < MANY; i++) {
		p[i] = spill_pages(s, MIB);
		assert_non_null(p[i]);
		assert_int_equal(p[i][MIB - 1], 0);
		memset(p[i], (int)i + 1, MIB);
	}
	spill_trim(s);
	assert_true(resident() < MANY / 2 * MIB);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(p[i][0], i + 1);
		assert_int_equal(p[i][MIB - 1], i + 1);
		spill_drop(s, p[i], MIB);
	}
	assert_int_equal(spill_error(s), 0);
	spill_close(s);
}

static void moved_pages_stay_at_their_address(void **state)
{
	struct spill *s = spill_open("", 1);
	unsigned char *p = pages_new(MIB, PAGES_NOW);

	(void)state;
	memset(p, 7, MIB);
	assert_true(spill_move(s, p, MIB));
	spill_trim(s);
	for (size_t i = 0; i < MIB; i++)
		assert_int_equal(p[i], 7);
	p[5] = 8;
	spill_trim(s);
	assert_int_equal(p[5], 8);
	spill_drop(s, p, MIB);
	spill_close(s);
}

// The signal (SIGXFSZ) would end the program.
static void a_file_that_may_not_grow_is_said(void **state)
{
	struct rlimit before, small = { 4096, RLIM_INFINITY };
	unsigned char *p = pages_new(MIB, PAGES_NOW);
	struct spill *s;

	(void)state;
	getrlimit(RLIMIT_FSIZE, &before);
	small.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	s = spill_open(NULL, 1);
	setrlimit(RLIMIT_FSIZE, &before);
	memset(p, 7, MIB);
	assert_null(spill_pages(s, MIB));
	assert_int_equal(spill_error(s), EFBIG);
	assert_false(spill_move(s, p, MIB));
	assert_int_equal(p[MIB - 1], 7);
	pages_free(p, MIB);
	spill_close(s);
}

static void a_folder_that_is_not_there_is_said(void **state)
{
	(void)state;
	assert_null(spill_open("/no/such/folder", 1));
	assert_int_equal(errno, ENOENT);
}

static void without_a_file_nothing_is_trimmed(void **state)
{
	(void)state;
	spill_trim(NULL);
	spill_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_left_memory_comes_back),
		cmocka_unit_test(moved_pages_stay_at_their_address),
		cmocka_unit_test(a_file_that_may_not_grow_is_said),
		cmocka_unit_test(a_folder_that_is_not_there_is_said),
		cmocka_unit_test(without_a_file_nothing_is_trimmed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
