// Sorting by numbers: stable, and linear in how many there are, so that
// 200,000 rows take no longer than a frame. Pure.
#ifndef TCPWHY_SORT_H
#define TCPWHY_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SORT_WORDS = 3 };

// A key: words compared one after the other, the first one first.
struct sort_key {
	uint64_t word[SORT_WORDS];
};

// Reorders order, n indices into keys, so that their keys ascend, or descend;
// equal ones stay in the order they had. Only the first `words` words count.
// False: no memory, and order is as it was.
bool sort_order(uint32_t *order, size_t n, const struct sort_key *keys,
		size_t words, bool descending);

// Signed numbers as words that compare the same way.
static inline uint64_t sort_signed(int64_t v)
{
	return (uint64_t)v ^ UINT64_C(1) << 63;
}

#endif
