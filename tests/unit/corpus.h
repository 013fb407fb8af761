// What fuzzing once found stays found: the entry point of a fuzzer, run over
// tests/fuzz/corpus/NAME/*. Include it behind the fuzzer's source, whose entry
// point it is.
#ifndef TCPWHY_TESTS_CORPUS_H
#define TCPWHY_TESTS_CORPUS_H

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
// cmocka needs those above.
#include <cmocka.h>

static void corpus_file(const char *path)
{
	enum { ROOM = 1 << 20 };
	uint8_t *data = malloc(ROOM);
	FILE *f = fopen(path, "rb");
	size_t n;

	assert_non_null(data);
	assert_non_null(f);
	n = fread(data, 1, ROOM, f);
	fclose(f);
	fprintf(stderr, "%s\n", path); // the last one named is the culprit
	// Of its own size, so that a sanitizer sees what lies behind it.
	data = realloc(data, n ? n : 1);
	assert_non_null(data);
	assert_int_equal(LLVMFuzzerTestOneInput(data, n), 0);
	free(data);
}

static void corpus_run(const char *pattern)
{
	glob_t found;

	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_true(found.gl_pathc > 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		corpus_file(found.gl_pathv[i]);
	globfree(&found);
}

#endif
