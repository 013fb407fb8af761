#include "base/printable.h"

#include <string.h>

enum { ESCAPE = 4 }; // bytes of \xNN; no character takes more

// Code points that show nothing, or that make what follows look like something
// else: a terminal must not get them from a packet.
static const struct {
	uint32_t first, last;
} hidden[] = {
	{ 0x80, 0x9f },         // C1 controls: some terminals obey them
	{ 0xad, 0xad },         // soft hyphen
	{ 0x34f, 0x34f },       // combining grapheme joiner
	{ 0x61c, 0x61c },       // Arabic letter mark
	{ 0x115f, 0x1160 },     // Hangul fillers
	{ 0x17b4, 0x17b5 },     // Khmer vowels that show nothing
	{ 0x180b, 0x180f },     // Mongolian separators
	{ 0x200b, 0x200f },     // zero width, direction marks
	{ 0x2028, 0x202e },     // line separators, direction overrides
	{ 0x2060, 0x206f },     // word joiner, direction isolates
	{ 0x3164, 0x3164 },     // Hangul filler
	{ 0xd800, 0xf8ff },     // surrogates, private use
	{ 0xfdd0, 0xfdef },     // no characters
	{ 0xfeff, 0xfeff },     // byte order mark
	{ 0xffa0, 0xffa0 },     // Hangul filler
	{ 0xfff0, 0xfffc },     // specials but the replacement character
	{ 0x1bca0, 0x1bca3 },   // shorthand controls
	{ 0x1d173, 0x1d17a },   // musical controls
	{ 0xe0000, 0xe0fff },   // tags
	{ 0xf0000, UINT32_MAX } // private planes, and no Unicode at all
};

bool printable_shown(uint32_t c)
{
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
		if (c >= hidden[i].first && c <= hidden[i].last)
			return false;
	}
	return (c & 0xfffe) != 0xfffe;
}

// Length of the well-formed UTF-8 sequence at s (2 to 4) if it may be shown,
// else 0.
static size_t sequence(const unsigned char *s, size_t n)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	uint32_t c;

	if (s[0] < 0xc2 || s[0] > 0xf4 || n < len)
		return 0;
	c = s[0] & (0x7fU >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fU);
	}
	return c >= least[len] && printable_shown(c) ? len : 0;
}

static bool ordinary(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '\\';
}

// Writes what stands for the character at s, at most ESCAPE bytes, to out;
// *took is how many bytes of s that was.
static size_t character(const unsigned char *s, size_t n, unsigned flags,
			char *out, size_t *took)
{
	static const char hex[] = "0123456789abcdef";

	*took = 1;
	if (ordinary(*s) || ((flags & PRINTABLE_AGAIN) && *s == '\\')) {
		out[0] = (char)*s;
		return 1;
	}
	if (*s == '\\') {
		memcpy(out, "\\\\", 2);
		return 2;
	}
	if (!(flags & PRINTABLE_ASCII) && *s >= 0x80 && sequence(s, n)) {
		*took = sequence(s, n);
		memcpy(out, s, *took);
		return *took;
	}
	memcpy(out, "\\x", 2);
	out[2] = hex[*s >> 4];
	out[3] = hex[*s & 15];
	return 4;
}

void printable_add(struct text *out, const char *s, size_t n, unsigned flags)
{
	const unsigned char *p = (const unsigned char *)s;

	while (n) {
		char c[ESCAPE];
		size_t run = 0, took, len;

		while (run < n && ordinary(p[run]))
			run++;
		text_add(out, (const char *)p, run);
		p += run;
		n -= run;
		if (!n)
			break;
		len = character(p, n, flags, c, &took);
		text_add(out, c, len);
		p += took;
		n -= took;
	}
}

size_t printable_copy(char *out, size_t size, const char *s, size_t n,
		      unsigned flags)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t at = 0;

	while (n && size) {
		char c[ESCAPE];
		size_t took, len = character(p, n, flags, c, &took);

		if (at + len >= size)
			break;
		memcpy(out + at, c, len);
		at += len;
		p += took;
		n -= took;
	}
	if (size)
		out[at] = '\0';
	return at;
}
