// Decompression beside the analysis: a thread that unpacks an input into a
// bounded ring, from which the reader takes.
#ifndef TCPWHY_DECOMPRESS_THREAD_H
#define TCPWHY_DECOMPRESS_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "read/input_fd.h"
#include "read/read_error.h"

struct codec;
struct decompressor;

// Unpacks the n bytes at first, then f (from here on the decompressor's to read
// until it is closed). NULL: errno says why.
struct decompressor *decompressor_open(struct input_fd *f,
				       const struct codec *c,
				       const uint8_t *first, size_t n);

// Ends the thread. If f waits, its stop must have been raised before.
void decompressor_close(struct decompressor *p);

// Up to n unpacked bytes, as soon as there are any; 0: the end.
size_t decompressor_read(struct decompressor *p, uint8_t *to, size_t n);

// True if decompressor_read() would not wait.
bool decompressor_ready(struct decompressor *p);

// After the end: why it came, "" if the data ended properly.
void decompressor_error(struct decompressor *p, char error[READ_ERROR_TEXT]);

#endif
