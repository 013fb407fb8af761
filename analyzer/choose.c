#include "choose.h"

#include "message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINES = 10000 }; // of a log; each one is held against each connection

// Log lines -------------------------------------------------------------------

static bool add_line(struct choice *c, const char *text)
{
	struct logline line, *more;

	if (!logline_parse(text, &line))
		return true;
	more = realloc(c->line, (c->lines + 1) * sizeof *more);
	if (!more) {
		complain("out of memory");
		return false;
	}
	c->line = more;
	more[c->lines++] = line;
	return true;
}

static bool add_file(struct choice *c, const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;
	bool ok = true;

	if (!file) {
		complain("%s: %s", path, strerror(errno));
		return false;
	}
	while (ok && c->lines < LINES && getline(&text, &size, file) != -1)
		ok = add_line(c, text);
	if (ferror(file)) {
		complain("%s: cannot be read", path);
		ok = false;
	}
	if (c->lines == LINES)
		complain("%s: only its first %d lines are looked at", path,
			 LINES);
	free(text);
	fclose(file);
	return ok;
}

// Zones -----------------------------------------------------------------------

// "+02:00", "-0530", "+2", "Z", "UTC".
static bool fixed_zone(const char *s, int32_t *east)
{
	int hours, minutes = 0, n = 0;
	char sign;

	*east = 0;
	if (!strcmp(s, "Z") || !strcmp(s, "UTC") || !strcmp(s, "GMT"))
		return true;
	if (sscanf(s, "%c%2d%n:%2d%n", &sign, &hours, &n, &minutes, &n) < 2 ||
	    (sign != '+' && sign != '-'))
		return false;
	if (!s[n] || sscanf(s + n, "%2d%n", &minutes, &hours) < 1)
		return !s[n] && (*east = 0, true);
	return true;
}

static int32_t seconds_east(const char *s)
{
	int32_t east = 0;

	fixed_zone(s, &east);
	return east;
}

bool choice_begin(struct choice *c, const struct settings *s)
{
	(void)c;
	(void)s;
	return seconds_east("") == 0;
}
