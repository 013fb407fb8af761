#include "sort.h"

#include <stdlib.h>
#include <string.h>

enum { DIGITS = 8, VALUES = 256 };

struct item {
	uint64_t word;
	uint32_t index;
};

// How often each value of each digit occurs.
static void count_digits(const struct item *items, size_t n,
			 size_t count[DIGITS][VALUES])
{
	memset(count, 0, DIGITS * sizeof *count);
	for (size_t i = 0; i < n; i++) {
		uint64_t w = items[i].word;

		for (size_t d = 0; d < DIGITS; d++, w >>= 8)
			count[d][w & 0xff]++;
	}
}

// Moves items to `to`, sorted by digit d. False if all have the same one: then
// nothing moves.
static bool move(const struct item *items, size_t n, size_t d,
		 size_t count[VALUES], struct item *to)
{
	size_t sum = 0;

	if (count[items[0].word >> 8 * d & 0xff] == n)
		return false;
	for (size_t v = 0; v < VALUES; v++) {
		size_t here = count[v];

		count[v] = sum;
		sum += here;
	}
	for (size_t i = 0; i < n; i++)
		to[count[items[i].word >> 8 * d & 0xff]++] = items[i];
	return true;
}

// Sorts by one word, by its least digit first; returns where the result is:
// items or spare.
static struct item *by_word(struct item *items, struct item *spare, size_t n)
{
	size_t count[DIGITS][VALUES];

	count_digits(items, n, count);
	for (size_t d = 0; d < DIGITS; d++) {
		struct item *other = spare;

		if (!move(items, n, d, count[d], spare))
			continue;
		spare = items;
		items = other;
	}
	return items;
}

bool sort_order(uint32_t *order, size_t n, const struct sort_key *keys,
		size_t words, bool descending)
{
	struct item *both = malloc(2 * n * sizeof *both + !n), *items = both;

	if (!both)
		return false;
	for (size_t i = 0; i < n; i++)
		items[i].index = order[i];
	while (n && words-- > 0) {
		for (size_t i = 0; i < n; i++) {
			uint64_t w = keys[items[i].index].word[words];

			items[i].word = descending ? ~w : w;
		}
		items = by_word(items, items == both ? both + n : both, n);
	}
	for (size_t i = 0; i < n; i++)
		order[i] = items[i].index;
	free(both);
	return true;
}
