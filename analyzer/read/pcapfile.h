// Classic pcap files: a header, then records. Both byte orders, micro- and
// nanoseconds, and Kuznetsov's variant with longer record headers.
#ifndef TCPWHY_PCAPFILE_H
#define TCPWHY_PCAPFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "read/frame.h"
#include "read/input.h"
#include "read/read_error.h"

struct pcapfile {
	uint64_t id; // of the last frame
	uint32_t link;
	uint32_t unit;               // nanoseconds
	uint8_t record;              // bytes of a record's header
	uint8_t lengths;             // enum order_of_lengths
	bool big;                    // big-endian
	char error[READ_ERROR_TEXT]; // why pcapfile_next() gave up
};

// True if a file that begins with these four bytes is one.
bool pcapfile_magic(const uint8_t p[4]);

// Reads the header of the file that in holds, which pcapfile_magic() accepted.
// Its frames get the ids of file number file. False: p->error says why not.
bool pcapfile_open(struct pcapfile *p, struct input *in, uint32_t file);

// 1: *out is the next frame, valid until in is asked again; 0: the end; -1:
// p->error says what broke it.
int pcapfile_next(struct pcapfile *p, struct input *in, struct frame *out);

// The frames that are at hand already, at most room of them; valid until in is
// asked again. 0 says nothing: ask pcapfile_next().
size_t pcapfile_batch(struct pcapfile *p, struct input *in, struct frame *out,
		      size_t room);
// True if pcapfile_next() would not wait for more than in has at hand.
bool pcapfile_ready(const struct pcapfile *p, const struct input *in);

#endif
