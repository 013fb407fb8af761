// Comparing names and words that people type: upper case or lower, cut short,
// part of a text, misspelt. Letters are a to z: no locale has a say here. Pure.
#ifndef TCPWHY_WORDS_H
#define TCPWHY_WORDS_H

#include <stdbool.h>
#include <stddef.h>

// A letter's lower case.
char word_lower(char c);

// True if a and b have the same first n characters (or are the same and
// shorter), upper case or not.
bool word_same(const char *a, const char *b, size_t n);

// True if the n characters at s are that name, upper case or not.
bool word_is(const char *name, const char *s, size_t n);

// True if text contains needle, which is lower case.
bool word_contains(const char *text, const char *needle);

// The name of a table of n that is nearest to s, by the letters to change; or
// how such a name begins, up to one of its _. Returns the name, of which
// *length letters are meant; NULL where none is near.
const char *word_nearest(const char *s, const char *(*name)(size_t), size_t n,
			 int *length);

// Writes `no WHAT "s"` and, if one is near, `; the nearest is "..."`; returns
// out, which has room for `size`.
char *word_unknown(char *out, size_t size, const char *what, const char *s,
		   const char *(*name)(size_t), size_t n);

#endif
