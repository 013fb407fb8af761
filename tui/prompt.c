#include "prompt.h"

#include <stdio.h>
#include <string.h>

#include "glyph.h"
#include "keys.h"

void prompt_open(struct prompt *p, enum prompt_kind kind, const char *text)
{
	*p = (struct prompt){ .kind = kind };
	snprintf(p->text, sizeof p->text, "%s", text);
	p->n = strlen(p->text);
	p->at = p->n;
}

static bool inside(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t left(const struct prompt *p)
{
	size_t at = p->at;

	while (at > 0 && inside(p->text[--at]))
		;
	return at;
}

static size_t right(const struct prompt *p)
{
	size_t at = p->at;

	while (at < p->n && inside(p->text[++at]))
		;
	return at;
}

// Where the word before the cursor begins.
static size_t word(const struct prompt *p)
{
	size_t at = p->at;

	while (at > 0 && p->text[at - 1] == ' ')
		at--;
	while (at > 0 && p->text[at - 1] != ' ')
		at--;
	return at;
}

static enum prompt_event cut(struct prompt *p, size_t from, size_t to)
{
	if (from == to)
		return PROMPT_IGNORED;
	memmove(p->text + from, p->text + to, p->n - to + 1);
	p->n -= to - from;
	p->at = from;
	return PROMPT_EDITED;
}

static enum prompt_event insert_text(struct prompt *p, const char *s, size_t n)
{
	if (p->n + n >= sizeof p->text)
		return PROMPT_IGNORED;
	memmove(p->text + p->at + n, p->text + p->at, p->n - p->at + 1);
	memcpy(p->text + p->at, s, n);
	p->n += n;
	p->at += n;
	return PROMPT_EDITED;
}

static enum prompt_event character(struct prompt *p, uint32_t key)
{
	char utf8[GLYPH_UTF8];

	if (key >= IN_UP || glyph_width(key) < 0)
		return PROMPT_IGNORED;
	return insert_text(p, utf8, glyph_utf8(key, utf8));
}

static enum prompt_event go_to(struct prompt *p, size_t at)
{
	p->at = at;
	return PROMPT_MOVED;
}

static enum prompt_event answer(uint32_t key)
{
	if (key == 'y' || key == 'Y')
		return PROMPT_DONE;
	if (key == 'n' || key == 'N' || key == IN_ESC || key == IN_ENTER ||
	    key == CTRL_KEY('C'))
		return PROMPT_CANCELLED;
	return PROMPT_IGNORED;
}

enum prompt_event prompt_key(struct prompt *p, uint32_t key)
{
	if (p->kind == PROMPT_OVERWRITE)
		return answer(key);
	switch (key) {
	case IN_ENTER:
		return PROMPT_DONE;
	case IN_ESC:
	case CTRL_KEY('C'):
		return PROMPT_CANCELLED;
	case IN_LEFT:
	case CTRL_KEY('B'):
		return go_to(p, left(p));
	case IN_RIGHT:
	case CTRL_KEY('F'):
		return go_to(p, right(p));
	case IN_HOME:
	case CTRL_KEY('A'):
		return go_to(p, 0);
	case IN_END:
	case CTRL_KEY('E'):
		return go_to(p, p->n);
	case IN_BACKSPACE:
		return cut(p, left(p), p->at);
	case IN_DELETE:
	case CTRL_KEY('D'):
		return cut(p, p->at, right(p));
	case CTRL_KEY('W'):
		return cut(p, word(p), p->at);
	case CTRL_KEY('U'):
		return cut(p, 0, p->at);
	case CTRL_KEY('K'):
		return cut(p, p->at, p->n);
	default:
		return character(p, key);
	}
}

void prompt_complete(struct prompt *p, size_t from, const char *with)
{
	cut(p, from, p->at);
	insert_text(p, with, strlen(with));
}

const char *prompt_title(enum prompt_kind kind)
{
	static const char *const titles[] = {
		[PROMPT_NONE] = "",
		[PROMPT_FILTER] = "filter",
		[PROMPT_SEARCH] = "search",
		[PROMPT_EXPORT] = "write to",
		[PROMPT_OVERWRITE] = "overwrite",
	};

	return titles[kind];
}
