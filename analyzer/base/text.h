// A string that grows, for building lines and cells without an allocation for
// each. Memory that runs out is remembered in failed, and what is added after
// that is left out: callers check once, at the end.
#ifndef TCPWHY_TEXT_H
#define TCPWHY_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *s;     // NUL-terminated once anything was added, else NULL
	size_t n;    // bytes in it, the NUL not counted
	size_t size; // bytes allocated
	bool failed;
	bool fixed; // the memory is the caller's: what doesn't fit failed
};

// All zero bytes make an empty text. Releases what it holds; it may be used
// again.
void text_release(struct text *t);

// The same of a scratch text that `out` was made with: if memory ran out for
// it, it ran out for out.
void text_release_scratch(struct text *t, struct text *out);

// A text in the n bytes at `memory`, for which nothing is ever allocated.
struct text text_in(char *memory, size_t n);

// Keeps the first n bytes (n <= t->n) and the memory.
void text_cut(struct text *t, size_t n);

// Room for n more bytes and a NUL, behind t->s + t->n; NULL: no memory. The
// caller that fills it adds to t->n itself.
char *text_room(struct text *t, size_t n);

void text_add(struct text *t, const char *s, size_t n);
void text_puts(struct text *t, const char *s);
void text_char(struct text *t, char c);
void text_fill(struct text *t, const char *s, size_t times);
void text_printf(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Decimal digits: plain, padded with zeros to a width, grouped by commas.
void text_uint(struct text *t, uint64_t v);
void text_padded(struct text *t, uint64_t v, unsigned width);
void text_grouped(struct text *t, uint64_t v);

// Adds s broken at its spaces so that no line is wider than width, a word that
// alone is wider excepted. The first line begins at column at, where out
// already is; the others get indent spaces.
void text_wrap(struct text *t, const char *s, size_t at, size_t indent,
	       size_t width);

// What a terminal shows: code points, as no text of ours is wider or narrower
// than one column each.
size_t text_columns(const char *s, size_t n);

#endif
