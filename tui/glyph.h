// Code points: how they are decoded, how many cells they take, which may reach
// a terminal, and what stands for them where only ASCII is understood. Pure,
// and the same in every locale.
#ifndef TCPWHY_GLYPH_H
#define TCPWHY_GLYPH_H

#include <stddef.h>
#include <stdint.h>

enum { GLYPH_BAD = 0xfffd, GLYPH_UTF8 = 5 }; // room for one, with its NUL

// Takes one code point off *s; 0 at the end. Each byte that is not part of
// well-formed UTF-8 gives GLYPH_BAD.
uint32_t glyph_next(const char **s);

// Cells it takes: 1 or 2, 0 if it joins the character before it (combining
// marks), -1 if it must not reach a terminal: controls, turned directions,
// invisible and private characters, noncharacters.
int glyph_width(uint32_t c);

// The ASCII character that stands for c, '?' where none does.
char glyph_ascii(uint32_t c);

// Writes c as UTF-8 and a NUL; returns its length without the NUL.
size_t glyph_utf8(uint32_t c, char out[GLYPH_UTF8]);

// Cells that s takes in a grid; what must not be shown counts as the one that
// stands for it.
int glyph_cells(const char *s);

#endif
