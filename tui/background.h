// Is the terminal's ground light or dark? Asked of the terminal itself (OSC 11),
// before ncurses has it.
#ifndef TCPWHY_BACKGROUND_H
#define TCPWHY_BACKGROUND_H

#include <stdbool.h>
#include <stddef.h>

enum background { BACKGROUND_UNKNOWN, BACKGROUND_DARK, BACKGROUND_LIGHT };

enum { TYPED = 64 };

// What was typed while the answer was awaited.
struct typed {
	char bytes[TYPED];
	size_t n;
};

// What an answer says: "\033]11;rgb:ffff/ffff/ffff\033\\" among other bytes.
// What is no part of an answer is added to *typed. *over: the terminal has
// answered all that it will, as it does to a question that every one answers
// (DA1). Pure.
enum background background_read(const char *s, size_t n, struct typed *typed,
				bool *over);

// Asks the terminal fd, if its kind is known to answer, and waits for it no
// longer than a fifth of a second.
enum background background_ask(int fd, struct typed *typed);

#endif
