// The files of --with: opened before the sandbox closes, read inside it.
#ifndef TCPWHY_WITH_H
#define TCPWHY_WITH_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/options.h"
#include "query/records.h"

enum { WITH_NAME = 128 };

struct with_file {
	int fd;
	struct records_host host;
	char name[WITH_NAME]; // as reports call it, printable
};

struct with {
	struct with_file *file;
	size_t files;
	struct records *records; // NULL: no --with
};

// These return ANALYSED, or the exit status and have said why.

// Opens the files that the settings name.
int with_open(struct with *w, const struct settings *s);

// Reads all of their lines, plain or compressed. BROKEN_OFF: one broke off,
// what was read of it counts.
int with_read(struct with *w);

// Joins them with what was captured, and says what came of it.
int with_settle(struct with *w, const struct analysis *a);

void with_close(struct with *w);

// The file's name in an argument of --with: what stands behind "client=",
// "server=" or "10.0.0.5="; *host gets whose that makes it.
const char *with_name(const char *argument, struct records_host *host);

#endif
