#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 20 }; // of UINT64_MAX

void text_release(struct text *t)
{
	free(t->s);
	*t = (struct text){ 0 };
}

void text_release_scratch(struct text *t, struct text *out)
{
	out->failed |= t->failed;
	text_release(t);
}

struct text text_in(char *memory, size_t n)
{
	if (n)
		*memory = '\0';
	return (
	    struct text){ .s = memory, .size = n, .fixed = true, .failed = !n };
}

void text_cut(struct text *t, size_t n)
{
	t->n = n;
	if (t->s)
		t->s[n] = '\0';
}

static char *grow_text(struct text *t, size_t n)
{
	size_t size = t->size ? t->size : 256;
	char *s = NULL;

	if (!t->fixed && n < SIZE_MAX / 4 - t->n) {
		while (size <= t->n + n)
			size *= 2;
		s = realloc(t->s, size);
	}
	if (!s) {
		t->failed = true;
		return NULL;
	}
	t->s = s;
	t->size = size;
	s[t->n] = '\0';
	return s + t->n;
}

char *text_room(struct text *t, size_t n)
{
	if (t->failed)
		return NULL;
	return n < t->size - t->n ? t->s + t->n : grow_text(t, n);
}

void text_add(struct text *t, const char *s, size_t n)
{
	char *room = text_room(t, n);

	if (!room)
		return;
	memcpy(room, s, n);
	room[n] = '\0';
	t->n += n;
}

void text_puts(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void text_char(struct text *t, char c)
{
	text_add(t, &c, 1);
}

void text_fill(struct text *t, const char *s, size_t times)
{
	while (times-- && !t->failed)
		text_puts(t, s);
}

void text_printf(struct text *t, const char *format, ...)
{
	va_list ap;
	char *room;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0)
		return;
	room = text_room(t, (size_t)n);
	if (!room)
		return;
	va_start(ap, format);
	vsnprintf(room, (size_t)n + 1, format, ap);
	va_end(ap);
	t->n += (size_t)n;
}

// Writes v's digits at the end of buf and returns where they begin.
static size_t digits(char buf[DIGITS], uint64_t v)
{
	size_t at = DIGITS;

	do {
		buf[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	return at;
}

void text_uint(struct text *t, uint64_t v)
{
	char buf[DIGITS];
	size_t at = digits(buf, v);

	text_add(t, buf + at, DIGITS - at);
}

void text_padded(struct text *t, uint64_t v, unsigned width)
{
	char buf[DIGITS];
	size_t at = digits(buf, v);

	while (at > 0 && DIGITS - at < width)
		buf[--at] = '0';
	text_add(t, buf + at, DIGITS - at);
}

void text_grouped(struct text *t, uint64_t v)
{
	char buf[DIGITS];
	size_t at = digits(buf, v);

	for (size_t i = at; i < DIGITS; i++) {
		if (i > at && (DIGITS - i) % 3 == 0)
			text_char(t, ',');
		text_char(t, buf[i]);
	}
}

size_t text_columns(const char *s, size_t n)
{
	size_t columns = 0;

	for (size_t i = 0; i < n; i++)
		columns += ((unsigned char)s[i] & 0xc0) != 0x80;
	return columns;
}

void text_wrap(struct text *t, const char *s, size_t at, size_t indent,
	       size_t width)
{
	bool first = true;

	while (*s) {
		size_t gap = strspn(s, " "), n = strcspn(s + gap, " ");
		size_t columns = text_columns(s + gap, n);

		if (!first && at + gap + columns > width) {
			text_char(t, '\n');
			text_fill(t, " ", indent);
			at = indent;
		} else {
			text_fill(t, " ", gap);
			at += gap;
		}
		text_add(t, s + gap, n);
		at += columns;
		s += gap + n;
		first = false;
	}
}
