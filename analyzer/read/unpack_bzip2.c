#include "read/unpack_decoder.h"

#include <bzlib.h>
#include <stdlib.h>

static void *bzip2_start(size_t memory)
{
	bz_stream *z = calloc(1, sizeof(*z)); // 4 MB at most

	(void)memory;
	if (z && BZ2_bzDecompressInit(z, 0, 0) != BZ_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static void bzip2_free(void *state)
{
	BZ2_bzDecompressEnd(state);
	free(state);
}

static const char *reason(int rc)
{
	switch (rc) {
	case BZ_OK:
		return NULL;
	case BZ_MEM_ERROR:
		return READ_ERROR_MEMORY;
	case BZ_DATA_ERROR_MAGIC:
		return "no bzip2 stream";
	default:
		return "wrong bytes or sums";
	}
}

// Streams follow one another (pbzip2 makes many).
static int next_stream(struct unpack *u)
{
	bz_stream *z = u->state;

	BZ2_bzDecompressEnd(z);
	*z = (bz_stream){ 0 };
	u->whole = false;
	return BZ2_bzDecompressInit(z, 0, 0);
}

static const char *bzip2_step(struct unpack *u, struct bytes *in, uint8_t *out,
			      size_t room, size_t *made)
{
	bz_stream *z = u->state;
	size_t left = room;
	int rc = BZ_OK;

	while (rc == BZ_OK && (in->n > 0 || !u->whole) && left > 0) {
		if (u->whole)
			rc = next_stream(u);
		if (rc != BZ_OK)
			break;
		z->next_in = (char *)(uintptr_t)in->p;
		z->avail_in = (unsigned)in->n;
		z->next_out = (char *)out + (room - left);
		z->avail_out = (unsigned)left;
		rc = BZ2_bzDecompress(z);
		if (in->n == z->avail_in && left == z->avail_out)
			break; // it waits for more
		in->p += in->n - z->avail_in;
		in->n = z->avail_in;
		left = z->avail_out;
		u->whole = rc == BZ_STREAM_END;
		rc = u->whole ? BZ_OK : rc;
	}
	*made = room - left;
	return reason(rc);
}

const struct decoder decoder_bzip2 = {
	.start = bzip2_start,
	.free = bzip2_free,
	.step = bzip2_step,
};
