// Decompression beside the analysis: a thread that unpacks a feed into a
// bounded ring, from which the reader takes.
#ifndef TCPWHY_PUMP_H
#define TCPWHY_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "read/input_fd.h"
#include "read/read_error.h"

struct codec;
struct pump;

// Unpacks the n bytes at first, then f (from here on the pump's to read until
// it is closed). NULL: errno says why.
struct pump *pump_open(struct feed *f, const struct codec *c,
		       const uint8_t *first, size_t n);

// Ends the thread. If f waits, its stop must have been raised before.
void pump_close(struct pump *p);

// Up to n unpacked bytes, as soon as there are any; 0: the end.
size_t pump_read(struct pump *p, uint8_t *to, size_t n);

// True if pump_read() would not wait.
bool pump_ready(struct pump *p);

// After the end: why it came, "" if the data ended properly.
void pump_fault(struct pump *p, char fault[FAULT_TEXT]);

#endif
