// A line that the reader types: a filter, a search, a file's name. Pure.
#ifndef TCPWHY_PROMPT_H
#define TCPWHY_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum prompt_kind {
	PROMPT_NONE,
	PROMPT_FILTER,
	PROMPT_SEARCH,
	PROMPT_EXPORT,    // a file's name
	PROMPT_OVERWRITE, // yes or no
};

enum { PROMPT_TEXT = 512 };

struct prompt {
	enum prompt_kind kind;
	char text[PROMPT_TEXT]; // UTF-8
	size_t n;               // bytes
	size_t at;              // byte that the cursor stands on
	char hint[256];         // what is wrong with it, or what it will do
	bool wrong;             // hint is an error
};

enum prompt_event {
	PROMPT_IGNORED,
	PROMPT_MOVED,     // the cursor did
	PROMPT_EDITED,    // the text changed
	PROMPT_DONE,      // Enter; of a question: yes
	PROMPT_CANCELLED, // Esc; of a question: no
};

// Starts with that text, the cursor behind it.
void prompt_open(struct prompt *p, enum prompt_kind kind, const char *text);

enum prompt_event prompt_key(struct prompt *p, uint32_t key);

// Replaces what stands before the cursor from byte `from` on.
void prompt_complete(struct prompt *p, size_t from, const char *with);

// "filter", "search", ...
const char *prompt_title(enum prompt_kind kind);

#endif
