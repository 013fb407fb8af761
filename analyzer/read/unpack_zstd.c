#include "read/unpack_decoder.h"

#include <zstd.h>
#include <zstd_errors.h>

enum { WINDOW_LOG_LEAST = 23, WINDOW_LOG_MOST = 27 };

static int window_log(size_t memory)
{
	int log = WINDOW_LOG_LEAST;

	if (!memory)
		return WINDOW_LOG_MOST;
	while (log < WINDOW_LOG_MOST && (size_t)2 << log <= memory)
		log++;
	return log;
}

static void *zstd_start(size_t memory)
{
	ZSTD_DStream *d = ZSTD_createDStream();

	if (d)
		ZSTD_DCtx_setParameter(d, ZSTD_d_windowLogMax,
				       window_log(memory));
	return d;
}

static void zstd_free(void *state)
{
	ZSTD_freeDStream(state);
}

static const char *zstd_step(struct unpack *u, struct bytes *in, uint8_t *out,
			     size_t room, size_t *made)
{
	ZSTD_inBuffer from = { in->p, in->n, 0 };
	ZSTD_outBuffer to = { out, room, 0 };
	size_t rc = 0;
	do {
		size_t before = from.pos + to.pos;
		rc = ZSTD_decompressStream(u->state, &to, &from);
		if (from.pos + to.pos == before)
			break;
		u->whole = rc == 0;
	} while (!ZSTD_isError(rc) && from.pos < in->n && to.pos < room);
	in->p += from.pos;
	in->n -= from.pos;
	*made = to.pos;
	if (ZSTD_getErrorCode(rc) == ZSTD_error_frameParameter_windowTooLarge)
		u->beyond = window_log(u->memory) < WINDOW_LOG_MOST
				? "zstd window beyond what --max-memory or "
				  "ulimit leaves: unpack it by zstd -d "
				  "--long=31"
				: "zstd window beyond 128 MiB: unpack it by "
				  "zstd -d --long=31";
	if (ZSTD_getErrorCode(rc) == ZSTD_error_memory_allocation)
		return READ_ERROR_MEMORY;
	return ZSTD_isError(rc) ? ZSTD_getErrorName(rc) : NULL;
}

const struct decoder decoder_zstd = {
	.start = zstd_start,
	.free = zstd_free,
	.step = zstd_step,
};
