// Text that somebody else wrote (packet comments, file names, what is typed),
// made fit for a terminal, a cell, a page and a log. Pure.
//
// It passes this door once, where it enters the program, and is text like ours
// from there on. What may hold such text and is to be made fit for a device
// that takes less passes PRINTABLE_AGAIN.
#ifndef TCPWHY_PRINTABLE_H
#define TCPWHY_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum {
	PRINTABLE_ASCII = 1, // nothing above 0x7e passes
	PRINTABLE_AGAIN = 2, // a backslash passes
};

// Adds the n bytes at s. Printable ASCII and well-formed UTF-8 pass; control
// bytes, broken UTF-8 and code points that are invisible or turn the direction
// of writing become \xNN, byte by byte, and a backslash becomes \\, so that
// what was there can be told.
void printable_add(struct text *out, const char *s, size_t n, unsigned flags);

// The same into a buffer, cut at a whole character to fit size; returns how
// many bytes it wrote before the NUL.
size_t printable_copy(char *out, size_t size, const char *s, size_t n,
		      unsigned flags);

// True if a code point that is no C0 control or DEL may be shown as it is.
bool printable_shown(uint32_t c);

#endif
