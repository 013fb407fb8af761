// Text from a capture or from the command line made fit for a terminal, a CSV
// cell and a log: the one door for such strings. Pure.
#ifndef TCPWHY_PRINTABLE_H
#define TCPWHY_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

// Adds the n bytes at s. Printable ASCII and well-formed UTF-8 pass; control
// bytes, broken UTF-8 and code points that are invisible or turn the direction
// of writing become \xNN, byte by byte, and a backslash becomes \\, so that
// what was there can be told. With ascii, nothing above 0x7e passes.
void printable_add(struct text *out, const char *s, size_t n, bool ascii);

// The same into a buffer, cut at a whole character to fit size; returns out.
char *printable(const char *s, size_t n, char *out, size_t size, bool ascii);

#endif
