// pcapng files (draft-ietf-opsawg-pcapng): blocks, in sections that each have
// a byte order and interfaces of their own.
#ifndef TCPWHY_PCAPNG_H
#define TCPWHY_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "read/frame.h"
#include "read/input.h"
#include "read/pcapng_section.h"
#include "read/read_error.h"

enum {
	PCAPNG_COMMENT = 1000
}; // bytes kept of a packet's comments, made printable

struct pcapng {
	uint64_t id;  // of the last frame
	int64_t time; // of the last frame
	struct pcapng_section section;
	size_t comment_n;
	char comment[PCAPNG_COMMENT + 1]; // of the last frame, "" if none
	char error[READ_ERROR_TEXT];      // why pcapng_next() gave up
};

// True if a file that begins with these four bytes is one.
bool pcapng_magic(const uint8_t p[4]);

// As pcapfile_open() and pcapfile_next(). Frame numbers are Wireshark's, which
// counts custom blocks and the like as well, so there may be gaps.
bool pcapng_open(struct pcapng *p, struct input *in, uint32_t file);
int pcapng_next(struct pcapng *p, struct input *in, struct frame *out);
// One block: as pcapng_next(), or PCAPNG_OTHER if it holds no frame.
enum { PCAPNG_OTHER = 2 };
int pcapng_step(struct pcapng *p, struct input *in, struct frame *out);

// True if pcapng_step() would not wait for more than in has at hand.
bool pcapng_ready(const struct pcapng *p, const struct input *in);

void pcapng_close(struct pcapng *p);

// Packets dropped while capturing, as far as the file has told.
uint64_t pcapng_drops(const struct pcapng *p);

#endif
