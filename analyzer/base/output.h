// Where a report goes: standard output, or a file that appears whole or not at
// all. OUTPUTS that are files may be open at a time.
#ifndef TCPWHY_OUTPUT_H
#define TCPWHY_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

enum { OUTPUTS = 8 };
enum { OUTPUT_ERROR = 512 }; // room for any message of this module

struct output {
	FILE *to;        // what the report is written to
	char *path;      // the file that will appear, NULL: none will
	char *temporary; // what it is called until then
	int keeper;      // who names it (keeper.h), -1: this process
	int slot;        // output.c's alone, -1: no file
};

// True if a report written to path would take the place of this input, which it
// is made from ("-": standard input).
bool output_replaces(const char *path, const char *input);

// Opens path, or standard output if it is NULL. A regular file is written
// beside path under another name; anything else (a pipe, a device) at once.
// False: err says why not, and there is nothing to close.
bool output_open(struct output *o, const char *path, char err[OUTPUT_ERROR]);

// Leaves it to another process to give the file its name, so that this one
// may give up the right to do so; without a file nothing happens. To be called
// after output_open(), before there are threads. False: err says why that can't
// be, and the output is closed.
bool output_guard(struct output *o, char err[OUTPUT_ERROR]);

// Closes it. With keep, the file takes its name once all of it is on the disk;
// without, it is removed. False: err says what went wrong, an empty err that
// the reader of a pipe had gone; nothing is left behind.
bool output_close(struct output *o, bool keep, char err[OUTPUT_ERROR]);

// Removes the unfinished files of the outputs that are open, and nothing else.
// For signal handlers.
void output_remove(void);

#endif
