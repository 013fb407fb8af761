// Frames of an input that can't be read twice, or that keeps its reader
// waiting (a pipe): a thread reads them and keeps their first bytes in a
// temporary file that has no name, in $TMPDIR or /tmp. They can be read from
// there as often as need be, and without waiting.
#ifndef TCPWHY_SPOOL_H
#define TCPWHY_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "read/capture.h"
#include "read/frame.h"

// Bytes kept of a frame: all headers that packet.c looks into, and little of
// what people sent each other.
enum { SPOOL_BYTES = 512, SPOOL_COMMENT = 1024 };

struct spool;

// Begins to read c, which is the spool's until spool_close(). NULL: errno says
// why not.
struct spool *spool_open(struct capture *c);

// Ends the reading; what was read stays. The capture is the caller's again.
void spool_stop(struct spool *s);
void spool_close(struct spool *s);

// Frames and bytes of input so far.
uint64_t spool_frames(const struct spool *s);

// An errno value if the temporary file could not be written, else 0.
int spool_error(const struct spool *s);

// A place in the spool; zero bytes are its start.
struct spool_place {
	uint64_t offset;
	uint64_t frames; // before it
	uint8_t data[SPOOL_BYTES];
	char comment[SPOOL_COMMENT];
};

// 1: *out is the next frame, its data and p->comment ("": none) valid until
// the next call for p; 0: the end; -1: nothing there yet.
int spool_next(const struct spool *s, struct spool_place *p, struct frame *out);

#endif
