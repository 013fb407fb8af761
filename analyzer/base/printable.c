#include "base/printable.h"

#include <stdint.h>
#include <string.h>

enum { ESCAPE = 4 }; // bytes of \xNN; no character takes more

// Code points that show nothing, or that make what follows look like something
// else: a terminal must not get them from a packet.
static const struct {
	uint32_t first, last;
} hidden[] = {
	{ 0x80, 0x9f },         // C1 controls: some terminals obey them
	{ 0xad, 0xad },         // soft hyphen
	{ 0x61c, 0x61c },       // Arabic letter mark
	{ 0x200b, 0x200f },     // zero width, direction marks
	{ 0x2028, 0x202e },     // line separators, direction overrides
	{ 0x2060, 0x206f },     // word joiner, direction isolates
	{ 0xd800, 0xdfff },     // surrogates
	{ 0xfdd0, 0xfdef },     // no characters
	{ 0xfeff, 0xfeff },     // byte order mark
	{ 0xfff0, 0xffff },     // specials
	{ 0xe0000, 0xe0fff },   // tags
	{ 0xf0000, UINT32_MAX } // private planes, and no Unicode at all
};

static bool shown(uint32_t c)
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
	return c >= least[len] && shown(c) ? len : 0;
}

static bool ordinary(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '\\';
}

// Writes what stands for the character at s, at most ESCAPE bytes, to out;
// *took is how many bytes of s that was.
static size_t character(const unsigned char *s, size_t n, bool ascii, char *out,
			size_t *took)
{
	static const char hex[] = "0123456789abcdef";

	*took = 1;
	if (ordinary(*s)) {
		out[0] = (char)*s;
		return 1;
	}
	if (*s == '\\') {
		memcpy(out, "\\\\", 2);
		return 2;
	}
	if (!ascii && *s >= 0x80 && sequence(s, n)) {
		*took = sequence(s, n);
		memcpy(out, s, *took);
		return *took;
	}
	memcpy(out, "\\x", 2);
	out[2] = hex[*s >> 4];
	out[3] = hex[*s & 15];
	return 4;
}

void printable_add(struct text *out, const char *s, size_t n, bool ascii)
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
		len = character(p, n, ascii, c, &took);
		text_add(out, c, len);
		p += took;
		n -= took;
	}
}

char *printable(const char *s, size_t n, char *out, size_t size, bool ascii)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t at = 0;

	while (n && size) {
		char c[ESCAPE];
		size_t took, len = character(p, n, ascii, c, &took);

		if (at + len >= size)
			break;
		memcpy(out + at, c, len);
		at += len;
		p += took;
		n -= took;
	}
	if (size)
		out[at] = '\0';
	return out;
}
