// What a library does for unpack.c: the unpack_FORMAT.c files, each the only
// door to its library. The build leaves out those whose library is missing.
#ifndef TCPWHY_UNPACK_DECODER_H
#define TCPWHY_UNPACK_DECODER_H

#include "read/unpack.h"

struct decoder {
	// With a window for which `memory` has room; NULL: no memory.
	void *(*start)(size_t memory);
	void (*free)(void *state);
	// As unpack_step(), but returns the reason or NULL.
	const char *(*step)(struct unpack *u, struct bytes *in, uint8_t *out,
			    size_t room, size_t *made);
};

extern const struct decoder decoder_gzip, decoder_zstd, decoder_lz4, decoder_xz,
    decoder_bzip2;

#endif
