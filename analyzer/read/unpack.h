// Compressed formats, each one row of a table.
#ifndef TCPWHY_UNPACK_H
#define TCPWHY_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "read/read_error.h"

enum { UNPACK_MAGIC = 4 }; // bytes that tell a format

struct codec;

// The format that begins with these bytes, NULL: none that is known.
const struct codec *codec_find(const uint8_t *p, size_t n);

const char *codec_name(const struct codec *c);

// True if the library that unpacks it was not there when this was built: such a
// codec can't be started.
bool codec_missing(const struct codec *c);

// All of them, from 0 on, until NULL; those of one name follow one another.
const struct codec *codec_at(size_t i);

struct unpack {
	const struct codec *codec;
	void *state;
	bool whole;    // between two members: the data may properly end here
	size_t memory; // bytes that a window may have; 0: as the format says
	// Why sound data can't be unpacked here, or NULL.
	const char *beyond;
};

// With as large a window as `memory` has room for (0: the default), but at
// least the 8 MiB that RFC 8878 asks for. False: no memory. unpack_free() takes
// any unpack that was once started.
bool unpack_start(struct unpack *u, const struct codec *c, size_t memory);
void unpack_free(struct unpack *u);

// Takes bytes off *in and writes at most room bytes to out, *made of them. If
// *made == room there may be more to come without further input. False: the
// data is damaged or needs too much, error says how; what was made before is
// good.
bool unpack_step(struct unpack *u, struct bytes *in, uint8_t *out, size_t room,
		 size_t *made, char error[READ_ERROR_TEXT]);

#endif
