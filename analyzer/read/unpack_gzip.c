#include "read/unpack_decoder.h"

#include <stdlib.h>
#include <zlib.h>

static void *gzip_start(size_t memory)
{
	z_stream *z = calloc(1, sizeof(*z)); // 32 KiB and a little

	(void)memory;
	if (z && inflateInit2(z, MAX_WBITS + 16) != Z_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static void gzip_free(void *state)
{
	inflateEnd(state);
	free(state);
}

// Members follow one another (RFC 1952, 2.2): cat a.gz b.gz is a gzip file.
static const char *gzip_step(struct unpack *u, struct bytes *in, uint8_t *out,
			     size_t room, size_t *made)
{
	z_stream *z = u->state;
	z->next_out = out;
	z->avail_out = (uInt)room;
	int rc = Z_OK;
	while (rc == Z_OK && (in->n > 0 || !u->whole) && z->avail_out > 0) {
		if (u->whole)
			inflateReset(z);
		u->whole = false;
		z->next_in = (z_const Bytef *)(uintptr_t)in->p;
		z->avail_in = (uInt)in->n;
		rc = inflate(z, Z_NO_FLUSH);
		in->p += in->n - z->avail_in;
		in->n = z->avail_in;
		u->whole = rc == Z_STREAM_END;
		rc = u->whole ? Z_OK : rc;
	}
	*made = room - z->avail_out;
	if (rc == Z_OK || rc == Z_BUF_ERROR)
		return NULL;
	if (rc == Z_MEM_ERROR)
		return READ_ERROR_MEMORY;
	return z->msg ? z->msg : zError(rc);
}

const struct decoder decoder_gzip = {
	.start = gzip_start,
	.free = gzip_free,
	.step = gzip_step,
};
