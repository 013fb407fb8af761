// Short strings, each kept once: millions of records share a few of them.
// Pure but for memory.
#ifndef TCPWHY_NAMES_H
#define TCPWHY_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NAME_MOST = 23 }; // bytes of a string

struct name {
	char s[NAME_MOST + 1];
};

struct names {
	struct name *name; // n of them; the first is ""
	size_t n, size;
	uint32_t *slot; // of twice the size; 0: free
};

void names_free(struct names *p);

// The number of s, cut to NAME_MOST bytes: 0 for ""; NAMES_FAILED: no memory.
#define NAMES_FAILED UINT32_MAX
uint32_t names_put(struct names *p, const char *s);

// Valid until the next names_put().
const char *names_get(const struct names *p, uint32_t number);

#endif
