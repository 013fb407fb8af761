#include "base/words.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 40 }; // names are shorter

char word_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool word_same(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (word_lower(a[i]) != word_lower(b[i]))
			return false;
		if (!a[i])
			return true;
	}
	return true;
}

bool word_is(const char *name, const char *s, size_t n)
{
	return strlen(name) == n && word_same(name, s, n);
}

bool word_contains(const char *text, const char *needle)
{
	size_t n = strlen(needle);

	for (; *text; text++) {
		if (word_lower(*text) == *needle && word_same(text, needle, n))
			return true;
	}
	return n == 0;
}

// Letters to insert, drop or change to get from s to the first m of t, upper
// case or not.
static size_t distance(const char *s, const char *t, size_t m)
{
	size_t row[LONGEST + 1];

	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 0; i < LONGEST && s[i]; i++) {
		size_t corner = i;

		row[0] = i + 1;
		for (size_t j = 0; j < m; j++) {
			size_t best = corner + !word_same(s + i, t + j, 1);

			corner = row[j + 1];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (corner + 1 < best)
				best = corner + 1;
			row[j + 1] = best;
		}
	}
	return row[m];
}

const char *word_nearest(const char *s, const char *(*name)(size_t), size_t n,
			 int *length)
{
	size_t least = strlen(s) / 3 + 2; // as many differ: not near
	const char *best = NULL;

	for (size_t i = 0; i < n; i++) {
		const char *word = name(i);
		size_t whole = strnlen(word, LONGEST);

		for (size_t m = strcspn(word, "_"); whole;
		     m += 1 + strcspn(word + m + 1, "_")) {
			size_t d = distance(s, word, m);
			if (d < least) {
				least = d;
				best = word;
				*length = (int)m;
			}
			if (m >= whole)
				break;
		}
	}
	return best;
}

char *word_unknown(char *out, size_t size, const char *what, const char *s,
		   const char *(*name)(size_t), size_t n)
{
	int length = 0;
	const char *nearest = word_nearest(s, name, n, &length);

	if (nearest)
		snprintf(out, size, "no %s \"%.40s\"; the nearest is \"%.*s\"",
			 what, s, length, nearest);
	else
		snprintf(out, size, "no %s \"%.40s\"", what, s);
	return out;
}
