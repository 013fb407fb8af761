#include "read/unpack.h"

#include <stdio.h>

#include "read/unpack_decoder.h"

// What the build has found.
#ifdef WITH_ZSTD
#define ZSTD &decoder_zstd
#else
#define ZSTD NULL
#endif
#ifdef WITH_LZ4
#define LZ4 &decoder_lz4
#else
#define LZ4 NULL
#endif
#ifdef WITH_XZ
#define XZ &decoder_xz
#else
#define XZ NULL
#endif
#ifdef WITH_BZIP2
#define BZIP2 &decoder_bzip2
#else
#define BZIP2 NULL
#endif

struct codec {
	const char *name;
	uint8_t magic[UNPACK_MAGIC], mask[UNPACK_MAGIC];
	const struct decoder *decoder; // NULL: not in this build
};

static const struct codec codecs[] = {
	{ "gzip", { 0x1f, 0x8b, 8 }, { 255, 255, 255 }, &decoder_gzip },
	{ "zstd",
	  { 0x28, 0xb5, 0x2f, 0xfd },
	  { 255, 255, 255, 255 },
	  ZSTD },
	// A skippable frame: what pzstd begins its files with. lz4 has the
	// same ones, but no program begins a file with them.
	{ "zstd", { 0x50, 0x2a, 0x4d, 0x18 }, { 0xf0, 255, 255, 255 }, ZSTD },
	{ "lz4", { 0x04, 0x22, 0x4d, 0x18 }, { 255, 255, 255, 255 }, LZ4 },
	{ "xz", { 0xfd, '7', 'z', 'X' }, { 255, 255, 255, 255 }, XZ },
	{ "bzip2", { 'B', 'Z', 'h', '0' }, { 255, 255, 255, 0xf0 }, BZIP2 },
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

bool codec_missing(const struct codec *c)
{
	return !c->decoder;
}

const struct codec *codec_at(size_t i)
{
	return i < sizeof(codecs) / sizeof(codecs[0]) ? &codecs[i] : NULL;
}

bool unpack_start(struct unpack *u, const struct codec *c, size_t memory)
{
	*u = (struct unpack){ .codec = c,
			      .state = c->decoder->start(memory),
			      .memory = memory };
	return u->state != NULL;
}

void unpack_free(struct unpack *u)
{
	if (u->state)
		u->codec->decoder->free(u->state);
	u->state = NULL;
}

bool unpack_step(struct unpack *u, struct bytes *in, uint8_t *out, size_t room,
		 size_t *made, char error[READ_ERROR_TEXT])
{
	size_t before = in->n;
	const char *why = u->codec->decoder->step(u, in, out, room, made);
	if (!why && *made == 0 && before > 0 && in->n == before)
		why = "no progress";
	if (u->beyond)
		snprintf(error, READ_ERROR_TEXT, "%s", u->beyond);
	else if (why)
		snprintf(error, READ_ERROR_TEXT, "damaged %s data (%s)",
			 u->codec->name, why);
	return !why;
}
