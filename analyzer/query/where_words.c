#include "query/where_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"

// Longer signs stand before those that they begin with; words need a blank
// behind them.
static const struct sign signs[] = {
	{ "==", OP_IS, false },        { "!=", OP_IS, true },
	{ "!~", OP_HAS, true },        { "<=", OP_LE, false },
	{ ">=", OP_GE, false },        { "=", OP_IS, false },
	{ "~", OP_HAS, false },        { "<", OP_LT, false },
	{ ">", OP_GT, false },         { "eq", OP_IS, false },
	{ "ne", OP_IS, true },         { "lt", OP_LT, false },
	{ "le", OP_LE, false },        { "gt", OP_GT, false },
	{ "ge", OP_GE, false },        { "contains", OP_HAS, false },
	{ "matches", OP_FITS, false },
};

enum { SIGNS = sizeof(signs) / sizeof(signs[0]) };

bool words_wrong(struct words *w, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(w->err, WHERE_ERROR, format, ap);
	va_end(ap);
	return false;
}

void words_skip(struct words *w)
{
	w->at += strspn(w->at, " \t\n");
}

static bool is_end(char c)
{
	return !c || strchr(" \t\n()", c);
}

// Takes a word of the language, if it is next.
bool words_word(struct words *w, const char *word)
{
	size_t n = strlen(word);

	if (!word_same(w->at, word, n) || !is_end(w->at[n]))
		return false;
	w->at += n;
	words_skip(w);
	return true;
}

bool words_sign(struct words *w, const char *sign)
{
	size_t n = strlen(sign);

	if (strncmp(w->at, sign, n) != 0)
		return false;
	w->at += n;
	words_skip(w);
	return true;
}

// True if "or" and what it means is next.
bool words_or(struct words *w)
{
	return words_word(w, "or") || words_sign(w, "||");
}

bool words_and(struct words *w)
{
	return words_word(w, "and") || words_sign(w, "&&");
}

bool words_not(struct words *w)
{
	return words_word(w, "not") ||
	       (*w->at == '!' && w->at[1] != '=' && words_sign(w, "!"));
}

bool words_joint(struct words *w)
{
	const char *at = w->at;
	bool joint = words_or(w) || words_and(w) || *w->at == ')';

	w->at = at;
	return joint;
}

// Takes what a sign stands for; NULL: none is next.
const struct sign *words_op(struct words *w)
{
	for (size_t i = 0; i < SIGNS; i++) {
		bool word = word_lower(*signs[i].sign) >= 'a' &&
			    word_lower(*signs[i].sign) <= 'z';
		if (word ? words_word(w, signs[i].sign)
			 : words_sign(w, signs[i].sign))
			return &signs[i];
	}
	return NULL;
}

// Adds what w->at is at to out; *quote is what stands around it, or 0.
static bool take_char(struct words *w, char out[WHERE_TEXT], size_t *n,
		      char *quote)
{
	char c = *w->at++;

	if (*quote ? c == *quote : c == '"' || c == '\'') {
		*quote = *quote ? 0 : c;
		return true;
	}
	if (*n + 1 == WHERE_TEXT)
		return words_wrong(w, "a value is longer than %d characters",
				   WHERE_TEXT - 1);
	out[(*n)++] = c;
	return true;
}

// Takes a value: up to a blank, a parenthesis or one of ends, or what stands
// between quotes.
bool words_value(struct words *w, const char *ends, char out[WHERE_TEXT])
{
	char quote = 0;
	size_t n = 0;

	while (*w->at && (quote || (!is_end(*w->at) && !strchr(ends, *w->at))))
		if (!take_char(w, out, &n, &quote))
			return false;
	out[n] = '\0';
	return quote ? words_wrong(w, "a %c is missing", quote) : true;
}

// Takes /RE/; a slash in it is \/.
bool words_regex(struct words *w, char out[WHERE_TEXT])
{
	size_t n = 0;

	for (w->at++; *w->at && *w->at != '/'; w->at++) {
		if (*w->at == '\\' && w->at[1] == '/')
			w->at++;
		if (n + 1 == WHERE_TEXT)
			return words_wrong(
			    w, "a value is longer than %d characters",
			    WHERE_TEXT - 1);
		out[n++] = *w->at;
	}
	out[n] = '\0';
	if (!*w->at)
		return words_wrong(w, "a / is missing");
	w->at++;
	return true;
}

// Takes (A, B C) as the values that commas separate.
bool words_list(struct words *w, char out[WHERE_TEXT])
{
	const char *close = *w->at == '{' ? "}" : ")";
	size_t n = 0;

	w->at++;
	words_skip(w);
	while (*w->at && *w->at != *close) {
		char one[WHERE_TEXT];
		if (!words_value(w, ",}", one))
			return false;
		if (n + strlen(one) + 2 > WHERE_TEXT)
			return words_wrong(
			    w, "a list is longer than %d characters",
			    WHERE_TEXT - 1);
		n += (size_t)snprintf(out + n, WHERE_TEXT - n, "%s%s",
				      n ? "," : "", one);
		words_skip(w);
		if (words_sign(w, ",") && *w->at == ',')
			break;
	}
	if (!n || *w->at != *close)
		return words_wrong(
		    w, n ? "a %s is missing" : "nothing before %s", close);
	w->at++;
	return true;
}

bool words_in(struct words *w)
{
	const char *at = w->at;

	if (words_word(w, "in") && (*w->at == '(' || *w->at == '{'))
		return true;
	w->at = at;
	return false;
}
