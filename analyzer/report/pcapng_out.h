// Writes a capture in pcapng format: sections, interfaces and packets with
// comments. Little-endian, times in nanoseconds.
#ifndef TCPWHY_PCAPNG_OUT_H
#define TCPWHY_PCAPNG_OUT_H

#include <stdint.h>
#include <stdio.h>

#include "base/text.h"
#include "read/frame.h"

// Comments of one block, each a text.
enum { PCAPNG_COMMENTS = 16 };
struct pcapng_comments {
	struct text text[PCAPNG_COMMENTS]; // the caller's
	size_t n;
};

// The beginning: by which program, and a comment (NULL: none).
void pcapng_out_section(FILE *to, const char *program, const char *comment);

// The next interface, from 0 on: of that LINKTYPE_ value; description may be
// NULL.
void pcapng_out_interface(FILE *to, uint32_t link, const char *description);

// A packet of that interface, as f has it.
void pcapng_out_packet(FILE *to, uint32_t interface, const struct frame *f,
		       const struct pcapng_comments *comments);

#endif
