// What --help and --version print, and the row of an option from which --help
// is made. For options.c alone.
#ifndef TCPWHY_OPTIONS_HELP_H
#define TCPWHY_OPTIONS_HELP_H

#include <stdbool.h>
#include <stddef.h>

struct settings;

// An option: all that the program and its user know of it. set() takes the
// argument and returns false, having said why, if it is wrong.
struct option_row {
	int letter; // 0: only a long one
	const char *name, *argument;
	const char *help; // NULL: not shown
	bool (*set)(struct settings *s, const struct option_row *row,
		    const char *argument);
	int value; // for set()
};

// Print on standard output.
void options_help(const struct option_row *rows, size_t n);
void options_version(void);

#endif
