// The interactive browser: what main.c runs where standard output is a
// terminal. Reads, shows and answers keys in turns on one thread.
#ifndef TCPWHY_BROWSER_H
#define TCPWHY_BROWSER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/spill.h"
#include "base/zone.h"
#include "read/capture.h"

enum browse_color { BROWSE_AUTO, BROWSE_ALWAYS, BROWSE_NEVER };

// The pointers are the caller's and must stay.
struct browse_options {
	const char *const *files; // as capture_open() took them
	size_t file_count;
	// Opened, filtered, nothing read yet. The browser reads it and may stop
	// it; the caller closes it, and reports capture_broken() afterwards.
	struct capture *capture;
	const char *filter; // the pcap-filter(7) expression in force, or NULL
	const char *where;  // words that the list begins with, or NULL
	bool all;           // the uneventful ones too
	const struct zone *zone; // of the times shown, NULL: UTC
	bool ascii, no_mouse;
	size_t max_memory;   // as analysis_limit() takes it ...
	struct spill *spill; // ... and its file
	enum browse_color color;
};

enum browse_status {
	BROWSED,         // everything was read, or the reader stopped it
	BROWSE_BROKEN,   // an input broke off, or memory ran out
	BROWSE_USAGE,    // the words of `where` are wrong: a message is written
	BROWSE_TERMINAL, // there is no terminal to show it on: likewise
};

// Returns when the reader quits, the terminal as it was before. err gets the
// message of the statuses that have one, else "".
enum { BROWSE_ERROR = 320 };
enum browse_status browse(const struct browse_options *o,
			  char err[BROWSE_ERROR]);

#endif
