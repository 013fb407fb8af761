#include "fuzz/fuzz_track.c"

#include "corpus.h"

static void finds_stay_found(void **state)
{
	(void)state;
	corpus_run("tests/fuzz/corpus/fuzz_track/*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_stay_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
