// The bytes of one input, plain or compressed (known by content, not by name):
// a window that slides over them. Readers ask for as many bytes as they need,
// look at them in place and take them.
#ifndef TCPWHY_INPUT_H
#define TCPWHY_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "read/input_fd.h"
#include "read/read_error.h"

struct input {
	const uint8_t *at; // the bytes at hand, not yet taken ...
	size_t have;       // ... and their number
	uint8_t *buffer;
	size_t room;
	struct input_fd *from;
	struct decompressor
	    *decompressor; // what decompresses it, NULL: nothing need
	bool ended;        // nothing will come behind the bytes at hand
	char error[READ_ERROR_TEXT]; // why it ended, "" if that is its proper
				     // end
};

// Begins to read f, which must outlive in. False: in->error says why not;
// nothing needs closing then.
bool input_open(struct input *in, struct input_fd *f);
void input_close(struct input *in);

// Use input_want().
bool input_fill(struct input *in, size_t n);

// True: at least n bytes are at hand. False: the input ends before that. Moves
// the window: pointers into it die, bytes at hand stay. Memory grows with the
// bytes that really arrive, not with n.
static inline bool input_want(struct input *in, size_t n)
{
	return in->have >= n || input_fill(in, n);
}

// Puts behind the bytes at hand what can be had without waiting, or finds the
// end. False: nothing can. Moves the window as input_want() does.
bool input_more(struct input *in);

// Takes n bytes, which must be at hand; they stay where they are until the
// next input_want() or input_skip().
static inline void input_take(struct input *in, size_t n)
{
	in->at += n;
	in->have -= n;
}

// Takes n bytes, at hand or not, without holding them all. False: the input
// ends before that.
bool input_skip(struct input *in, size_t n);

#endif
