// What browser.c and browser_read.c share. For them alone. Times are ns.
#ifndef TCPWHY_BROWSER_PARTS_H
#define TCPWHY_BROWSER_PARTS_H

#include <stdint.h>
#include <time.h>

#include "browser.h"
#include "reader.h"
#include "screen.h"
#include "spool.h"
#include "ui.h"

struct browser {
	const struct browse_options *o;
	struct screen *screen;
	struct grid grid;
	struct ui ui;
	struct analysis *analysis;
	struct reader reader;   // of everything
	struct spool *spool;    // where the input can't be read again
	struct reader again;    // of one connection
	struct capture *second; // that it reads
	struct analysis *watched;
	size_t ordinal;
	int64_t start;    // of reading
	int64_t decide;   // when to decide the next time
	uint64_t decided; // frames that were
	bool failed;      // memory ran out
};

// Of reading between two looks at the keys, and between two pictures meanwhile.
#define BROWSER_SLICE   INT64_C(20000000)
#define BROWSER_PICTURE INT64_C(50000000)

// A clock that only goes forward.
static inline int64_t browser_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// Opens the inputs for reading. False: errno says why.
bool browser_begin_loading(struct browser *b);

// Reads for a slice; returns how many milliseconds the keys may be waited for.
int browser_load(struct browser *b);

// Ends reading: what was read stays.
void browser_stop_loading(struct browser *b);

// What findings say holds only until the next frame is read: where they are to
// be kept or written, decides anew.
void browser_refresh(struct browser *b);

// Begins to read the connection shown again; ends that, whether or not it is
// done; reads a slice of it, and shows the ladder when it is done.
void browser_open_again(struct browser *b);
void browser_close_again(struct browser *b);
void browser_read_again(struct browser *b);

#endif
