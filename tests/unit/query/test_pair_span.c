// Which segments of one side cover a place in what it sent, beyond 4 GiB too.
#include "query/pair_span.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { MANY = 400, BASE = 7 };

static void as_one_by_one(void **state)
{
	static struct seg seg[MANY];
	struct spans l;

	(void)state;
	srand(1);
	for (size_t i = 0; i < MANY; i++)
		seg[i] = (struct seg){
			.seq = (uint32_t)(BASE + SPANS_START) +
			       (uint32_t)(rand() % 300),
			.len = 1 + (uint32_t)(rand() % 20),
			.side = rand() % 5 ? CLIENT : SERVER,
		};
	assert_true(spans_make(&l, seg, MANY, CLIENT, BASE));
	for (size_t k = 0; k < l.n; k++) {
		const struct seg *first = NULL;
		size_t n = 0;

		for (size_t i = 0; i < l.n; i++) {
			const struct span *s = &l.span[i];
			if (s->from > l.span[k].from || s->to <= l.span[k].from)
				continue;
			n++;
			if (!first || s->seg < first)
				first = s->seg;
		}
		assert_int_equal(spans_covering(&l, l.span[k].from), n);
		assert_int_equal(l.span[k].first, first == l.span[k].seg);
	}
	spans_free(&l);
}

// 40 pieces of 300 MB: numbers come round twice, places don't.
static void gigabytes_apart_is_not_the_same(void **state)
{
	enum { PIECES = 40, PIECE = 300000000 };
	struct seg seg[2 * PIECES];
	struct spans l;

	(void)state;
	for (uint32_t i = 0; i < PIECES; i++) {
		uint32_t seq = (uint32_t)(BASE + SPANS_START) + i * PIECE;
		seg[2 * i] =
		    (struct seg){ .seq = seq, .len = PIECE, .side = CLIENT };
		seg[2 * i + 1] = (struct seg){ .ack = seq + PIECE,
					       .flags = TCP_ACK,
					       .side = SERVER };
	}
	assert_true(spans_make(&l, seg, 2 * PIECES, CLIENT, BASE));
	for (uint64_t i = 0; i < PIECES; i++)
		assert_int_equal(
		    spans_covering(&l, SPANS_START + i * PIECE + 5), 1);
	assert_int_equal(spans_covering(&l, SPANS_START + UINT64_C(40) * PIECE),
			 0);
	assert_int_equal(spans_highest_ack(seg, 2 * PIECES, CLIENT, BASE),
			 SPANS_START + UINT64_C(40) * PIECE);
	spans_free(&l);
}

// All begin alike and overlap: a look at each pair would take minutes.
static void many_copies_take_no_longer(void **state)
{
	enum { COPIES = 200000 };
	struct seg *seg = calloc(COPIES, sizeof(*seg));
	clock_t begin = clock();
	struct spans l;

	(void)state;
	for (uint32_t i = 0; i < COPIES; i++)
		seg[i] = (struct seg){ .seq = i % 1000,
				       .len = 60000,
				       .side = CLIENT };
	assert_true(spans_make(&l, seg, COPIES, CLIENT, 0));
	for (size_t k = 0; k < l.n; k++)
		assert_true(spans_covering(&l, l.span[k].from));
	assert_true(clock() - begin < 5 * CLOCKS_PER_SEC);
	spans_free(&l);
	free(seg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_one_by_one),
		cmocka_unit_test(gigabytes_apart_is_not_the_same),
		cmocka_unit_test(many_copies_take_no_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
