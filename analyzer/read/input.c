#include "read/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read/decompress_thread.h"
#include "read/unpack.h"

// Large enough that system calls don't count, small enough to stay in the
// processor's second cache between the kernel's copy and our reading it.
enum { WINDOW = 256 * 1024 };

static size_t input_read(struct input *in, uint8_t *to, size_t n)
{
	if (in->decompressor) {
		size_t got = decompressor_read(in->decompressor, to, n);
		if (got == 0)
			decompressor_error(in->decompressor, in->error);
		return got;
	}
	ssize_t got = input_fd_read(in->from, to, n);
	if (got < 0)
		snprintf(in->error, sizeof(in->error), "%s",
			 read_error_errno(errno));
	return got > 0 ? (size_t)got : 0;
}

// Doubles the window. It is full of bytes that did arrive whenever this is
// called, so a length that lies costs nothing.
static bool input_grow(struct input *in)
{
	uint8_t *larger = realloc(in->buffer, in->room * 2);
	if (!larger) {
		snprintf(in->error, sizeof(in->error), READ_ERROR_MEMORY);
		return false;
	}
	in->buffer = larger;
	in->at = larger;
	in->room *= 2;
	return true;
}

bool input_fill(struct input *in, size_t n)
{
	if (in->ended)
		return in->have >= n;
	if (in->have > 0)
		memmove(in->buffer, in->at, in->have);
	in->at = in->buffer;
	while (in->have < n && !in->ended) {
		size_t got = 0;
		if (in->have < in->room || input_grow(in))
			got = input_read(in, in->buffer + in->have,
					 in->room - in->have);
		in->have += got;
		in->ended = got == 0;
	}
	return in->have >= n;
}

bool input_more(struct input *in)
{
	if (in->ended ||
	    !(in->decompressor ? decompressor_ready(in->decompressor)
			       : input_fd_ready(in->from)))
		return false;
	input_fill(in, in->have + 1);
	return true;
}

bool input_skip(struct input *in, size_t n)
{
	while (n > in->have) {
		n -= in->have;
		input_take(in, in->have);
		if (!input_fill(in, 1))
			return false;
	}
	input_take(in, n);
	return true;
}

// Lets a thread decompress where the first bytes show compressed data.
static bool input_unpack(struct input *in)
{
	input_want(in, UNPACK_MAGIC);
	const struct codec *codec = codec_find(in->at, in->have);
	if (!codec)
		return true;
	if (codec_missing(codec)) {
		snprintf(in->error, sizeof(in->error),
			 "compressed by %s, which this tcpwhy was built "
			 "without: unpack it first",
			 codec_name(codec));
		return false;
	}
	in->decompressor = decompressor_open(in->from, codec, in->at, in->have);
	if (!in->decompressor) {
		snprintf(in->error, sizeof(in->error), "%s",
			 read_error_errno(errno));
		return false;
	}
	in->have = 0;
	in->ended = false;
	in->error[0] = '\0';
	return true;
}

bool input_open(struct input *in, struct input_fd *f)
{
	*in = (struct input){ .from = f, .room = WINDOW };
	in->buffer = malloc(WINDOW);
	if (!in->buffer) {
		snprintf(in->error, sizeof(in->error), READ_ERROR_MEMORY);
		return false;
	}
	in->at = in->buffer;
	if (input_unpack(in))
		return true;
	free(in->buffer);
	in->buffer = NULL;
	return false;
}

void input_close(struct input *in)
{
	decompressor_close(in->decompressor);
	free(in->buffer);
	*in = (struct input){ .ended = true };
}
