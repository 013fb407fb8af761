// The command line: one table of options, from which parsing and the help text
// are made.
#ifndef TCPWHY_OPTIONS_H
#define TCPWHY_OPTIONS_H

#include "cli/settings.h"

enum parsed {
	PARSED,
	PARSED_DONE,  // help or version was asked for, and given
	PARSED_WRONG, // said on standard error
	PARSED_FAILED // out of memory; said as well
};

// Reads the command line into *s; options_release() it, whatever it returned.
// What is no option counts as a file.
enum parsed options_parse(struct settings *s, int argc, char **argv);
void options_release(struct settings *s);

#endif
