#include "read/unpack.h"

#include <lz4frame.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

struct codec {
	const char *name;
	uint8_t magic[UNPACK_MAGIC], mask[UNPACK_MAGIC];
	void *(*start)(size_t memory);
	void (*free)(void *state);
	// As unpack_step(), but returns the reason or NULL.
	const char *(*step)(struct unpack *u, struct bytes *in, uint8_t *out,
			    size_t room, size_t *made);
};

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

static const struct codec codecs[] = {
	{ "gzip",
	  { 0x1f, 0x8b, 8 },
	  { 255, 255, 255 },
	  gzip_start,
	  gzip_free,
	  gzip_step },
	{ "zstd",
	  { 0x28, 0xb5, 0x2f, 0xfd },
	  { 255, 255, 255, 255 },
	  zstd_start,
	  zstd_free,
	  zstd_step },
	// A skippable frame: what pzstd begins its files with. lz4 has the
	// same ones, but no program begins a file with them.
	{ "zstd",
	  { 0x50, 0x2a, 0x4d, 0x18 },
	  { 0xf0, 255, 255, 255 },
	  zstd_start,
	  zstd_free,
	  zstd_step },
	{ "lz4",
	  { 0x04, 0x22, 0x4d, 0x18 },
	  { 255, 255, 255, 255 },
	  lz4_start,
	  lz4_free,
	  lz4_step },
};

static bool codec_fits(const struct codec *c, const uint8_t *p)
{
	for (int i = 0; i < UNPACK_MAGIC; i++)
		if ((p[i] & c->mask[i]) != c->magic[i])
			return false;
	return true;
}

const struct codec *codec_find(const uint8_t *p, size_t n)
{
	if (n < UNPACK_MAGIC)
		return NULL;
	for (size_t i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++)
		if (codec_fits(&codecs[i], p))
			return &codecs[i];
	return NULL;
}

const char *codec_name(const struct codec *c)
{
	return c->name;
}

bool unpack_start(struct unpack *u, const struct codec *c, size_t memory)
{
	*u = (struct unpack){ .codec = c,
			      .state = c->start(memory),
			      .memory = memory };
	return u->state != NULL;
}

void unpack_free(struct unpack *u)
{
	if (u->state)
		u->codec->free(u->state);
	u->state = NULL;
}

bool unpack_step(struct unpack *u, struct bytes *in, uint8_t *out, size_t room,
		 size_t *made, char error[READ_ERROR_TEXT])
{
	size_t before = in->n;
	const char *why = u->codec->step(u, in, out, room, made);
	if (!why && *made == 0 && before > 0 && in->n == before)
		why = "no progress";
	if (u->beyond)
		snprintf(error, READ_ERROR_TEXT, "%s", u->beyond);
	else if (why)
		snprintf(error, READ_ERROR_TEXT, "damaged %s data (%s)",
			 u->codec->name, why);
	return !why;
}
