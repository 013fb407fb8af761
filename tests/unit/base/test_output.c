// Where a report goes: what becomes of names, links and inputs.
#include "base/output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs those above.
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/tcpwhy-output-XXXXXX";
static char err[OUTPUT_ERROR];

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void holds(const char *path, const char *text)
{
	char got[64] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_true(fread(got, 1, sizeof got - 1, f) < sizeof got);
	fclose(f);
	assert_string_equal(got, text);
}

static bool write_report(const char *path, bool keep)
{
	struct output o;

	if (!output_open(&o, path, err))
		return false;
	fputs("new", o.to);
	return output_close(&o, keep, err);
}

static void is_link(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static void a_link_stays_and_its_file_is_replaced(void **state)
{
	(void)state;
	put("file", "old");
	assert_int_equal(symlink("file", "link"), 0);
	assert_true(write_report("link", true));
	is_link("link");
	holds("file", "new");
}

static void a_dangling_link_stays_and_its_file_appears(void **state)
{
	(void)state;
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(symlink("second", "folder/first"), 0);
	assert_int_equal(symlink("folder/first", "link"), 0);
	assert_true(write_report("link", true));
	is_link("link");
	is_link("folder/first");
	holds("folder/second", "new");
}

static void an_absolute_dangling_link_does_too(void **state)
{
	char to[64];

	(void)state;
	snprintf(to, sizeof to, "%s/new", directory);
	assert_int_equal(symlink(to, "link"), 0);
	assert_true(write_report("link", true));
	is_link("link");
	holds("new", "new");
}

static void links_to_nowhere_are_errors(void **state)
{
	(void)state;
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_int_equal(symlink("none/file", "link"), 0);
	assert_false(write_report("loop", true));
	assert_string_equal(err, "loop: Too many levels of symbolic links");
	assert_false(write_report("link", true));
	assert_string_equal(err, "link: No such file or directory");
}

static void a_report_that_is_not_kept_changes_nothing(void **state)
{
	(void)state;
	put("file", "old");
	assert_true(write_report("file", false));
	holds("file", "old");
}

static void inputs_are_known_under_every_name(void **state)
{
	(void)state;
	put("file", "old");
	assert_int_equal(symlink("file", "soft"), 0);
	assert_int_equal(link("file", "hard"), 0);
	put("other", "old");
	assert_true(output_replaces("soft", "file"));
	assert_true(output_replaces("file", "hard"));
	assert_true(output_replaces("./file", "file"));
	assert_false(output_replaces("other", "file"));
	assert_false(output_replaces("none", "none"));
}

static void standard_input_is_an_input(void **state)
{
	int before = dup(STDIN_FILENO);

	(void)state;
	put("file", "old");
	assert_non_null(freopen("file", "r", stdin));
	assert_true(output_replaces("file", "-"));
	dup2(before, STDIN_FILENO);
	close(before);
	assert_false(output_replaces("file", "-"));
}

// ----------------------------------------------------------------------------

static void empty_folder(const char *path)
{
	DIR *d = opendir(path);
	char name[512];

	if (!d)
		return;
	for (struct dirent *e; (e = readdir(d));) {
		snprintf(name, sizeof name, "%s/%s", path, e->d_name);
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			unlink(name);
	}
	closedir(d);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(directory + sizeof directory - 7, "XXXXXX");
	return mkdtemp(directory) ? chdir(directory) : -1;
}

static int tear_down(void **state)
{
	(void)state;
	empty_folder("folder");
	rmdir("folder");
	empty_folder(".");
	return chdir("/") || rmdir(directory);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_link_stays_and_its_file_is_replaced),
		TEST(a_dangling_link_stays_and_its_file_appears),
		TEST(an_absolute_dangling_link_does_too),
		TEST(links_to_nowhere_are_errors),
		TEST(a_report_that_is_not_kept_changes_nothing),
		TEST(inputs_are_known_under_every_name),
		TEST(standard_input_is_an_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
