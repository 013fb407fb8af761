// Taking the words of where.h off a text, one by one. For where_parse.c alone.
#ifndef TCPWHY_WHERE_WORDS_H
#define TCPWHY_WHERE_WORDS_H

#include <stdbool.h>

#include "query/where_value.h"

struct words {
	const char *at; // the next character
	char *err;      // WHERE_ERROR: what is wrong, once anything is
};

// A sign that compares, or the word for it.
struct sign {
	const char *sign;
	enum where_op op;
	bool negate;
};

// Says what is wrong; false.
__attribute__((format(printf, 2, 3))) bool words_wrong(struct words *w,
						       const char *format, ...);

void words_skip(struct words *w); // blanks

// These take what they are called, and the blanks behind it, if it is next.
bool words_word(struct words *w, const char *word);
bool words_sign(struct words *w, const char *sign);
bool words_or(struct words *w);  // or "||"
bool words_and(struct words *w); // or "&&"
bool words_not(struct words *w); // or "!"
bool words_in(struct words *w);  // before a list

// NULL: none is next.
const struct sign *words_op(struct words *w);

// True if "or", "and" or ")" is next; takes nothing.
bool words_joint(struct words *w);

// These take a value; false: w->err says what is wrong with it. A plain one
// ends before a blank, a parenthesis or one of `ends`, unless between quotes; a
// regular expression stands between slashes; a list (A, B) or {A B} becomes
// A,B.
bool words_value(struct words *w, const char *ends, char out[WHERE_TEXT]);
bool words_regex(struct words *w, char out[WHERE_TEXT]);
bool words_list(struct words *w, char out[WHERE_TEXT]);

#endif
