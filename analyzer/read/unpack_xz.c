#include "read/unpack_decoder.h"

#include <lzma.h>
#include <stdlib.h>

// What a dictionary of 64 MiB (xz -9) needs, and one of 8 MiB (xz without a
// level).
enum { MEMORY_MOST = 68 << 20, MEMORY_LEAST = 9 << 20 };

static uint64_t room_of(size_t memory)
{
	if (!memory || memory > MEMORY_MOST)
		return MEMORY_MOST;
	return memory < MEMORY_LEAST ? MEMORY_LEAST : memory;
}

static void *xz_start(size_t memory)
{
	lzma_stream *z = calloc(1, sizeof(*z));

	if (z && lzma_stream_decoder(z, room_of(memory), 0) != LZMA_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static void xz_free(void *state)
{
	lzma_end(state);
	free(state);
}

static const char *reason(struct unpack *u, lzma_ret rc)
{
	switch (rc) {
	case LZMA_OK:
	case LZMA_BUF_ERROR:
		return NULL;
	case LZMA_MEM_ERROR:
		return READ_ERROR_MEMORY;
	case LZMA_MEMLIMIT_ERROR:
		return u->beyond = "xz dictionary beyond what --max-memory "
				   "leaves, or 64 MiB: unpack it by xz -d";
	case LZMA_OPTIONS_ERROR:
		return "unknown options";
	default:
		return "wrong bytes or sums";
	}
}

// Streams follow one another, with zero bytes between them.
static lzma_ret next_stream(struct unpack *u, struct bytes *in)
{
	while (in->n > 0 && *in->p == 0) {
		in->p++;
		in->n--;
	}
	if (in->n == 0)
		return LZMA_OK;
	u->whole = false;
	return lzma_stream_decoder(u->state, room_of(u->memory), 0);
}

static const char *xz_step(struct unpack *u, struct bytes *in, uint8_t *out,
			   size_t room, size_t *made)
{
	lzma_stream *z = u->state;
	lzma_ret rc = LZMA_OK;

	z->next_out = out;
	z->avail_out = room;
	while (rc == LZMA_OK && (in->n > 0 || !u->whole) && z->avail_out > 0) {
		if (u->whole)
			rc = next_stream(u, in);
		if (u->whole || rc != LZMA_OK)
			break;
		z->next_in = in->p;
		z->avail_in = in->n;
		rc = lzma_code(z, LZMA_RUN);
		in->p += in->n - z->avail_in;
		in->n = z->avail_in;
		u->whole = rc == LZMA_STREAM_END;
		rc = u->whole ? LZMA_OK : rc;
	}
	*made = room - z->avail_out;
	return reason(u, rc);
}

const struct decoder decoder_xz = {
	.start = xz_start,
	.free = xz_free,
	.step = xz_step,
};
