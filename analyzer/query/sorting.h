// Putting connections in the order of a field of where.h: `--sort`. Pure but
// for memory.
#ifndef TCPWHY_SORTING_H
#define TCPWHY_SORTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "query/where_field.h"

struct sorting {
	const struct where_field *field; // NULL: none was asked for
	bool descending;
};

// Understands FIELD, FIELD:asc or FIELD:desc. False: err says what is wrong.
bool sorting_parse(struct sorting *s, const char *words, char err[WHERE_ERROR]);

// A connection's place in that order.
struct sort_key {
	uint32_t index; // the caller's; orders what is equal
	int sign;       // -1: descending
	int64_t number;
	struct addr addr;
	char *text; // owned; NULL: none
};

// False: no memory. sorting_keys_free() what was made.
bool sorting_key(const struct sorting *s, const struct where_subject *subject,
		 struct sort_key *out);
void sorting_sort(struct sort_key *keys, size_t n);
void sorting_keys_free(struct sort_key *keys, size_t n);

#endif
