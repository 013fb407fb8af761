#include "read/unpack_decoder.h"

#include <lz4frame.h>
#include <string.h>

static void *lz4_start(size_t memory)
{
	LZ4F_dctx *d = NULL; // blocks of 4 MiB at most

	(void)memory;
	return LZ4F_isError(LZ4F_createDecompressionContext(&d, LZ4F_VERSION))
		   ? NULL
		   : d;
}

static void lz4_free(void *state)
{
	LZ4F_freeDecompressionContext(state);
}

static const char *lz4_step(struct unpack *u, struct bytes *in, uint8_t *out,
			    size_t room, size_t *made)
{
	size_t rc = 0;
	*made = 0;
	for (;;) {
		size_t to = room - *made, from = in->n;
		rc = LZ4F_decompress(u->state, out + *made, &to, in->p, &from,
				     NULL);
		if (LZ4F_isError(rc) || (to == 0 && from == 0))
			break;
		u->whole = rc == 0;
		*made += to;
		in->p += from;
		in->n -= from;
		if (in->n == 0 || *made == room)
			break;
	}
	if (!LZ4F_isError(rc))
		return NULL;
	if (!strcmp(LZ4F_getErrorName(rc), "ERROR_allocation_failed"))
		return READ_ERROR_MEMORY;
	return LZ4F_getErrorName(rc);
}

const struct decoder decoder_lz4 = {
	.start = lz4_start,
	.free = lz4_free,
	.step = lz4_step,
};
