#include "query/records_call.h"

#include "base/nanoseconds.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *call_spaces(const char *s)
{
	while (*s == ' ')
		s++;
	return s;
}

// "2632 " or "[pid 2632] ".
static const char *take_task(const char *s, uint32_t *task)
{
	char *end;

	if (!strncmp(s, "[pid", 4)) {
		*task = (uint32_t)strtoul(s + 4, &end, 10);
		return *end == ']' ? call_spaces(end + 1) : NULL;
	}
	*task = (uint32_t)strtoul(s, &end, 10);
	if (end == s || *end != ' ') {
		*task = 0;
		return s;
	}
	return call_spaces(end);
}

// "14:38:26.571155" or "1733063906.571155", six digits behind the point.
static const char *take_time(const char *s, struct call *c)
{
	long long field[3] = { 0 };
	int fields = 0;
	char *end;

	do {
		if (!isdigit((unsigned char)*s))
			return NULL;
		field[fields++] = strtoll(s, &end, 10);
		s = end + 1;
	} while (*end == ':' && fields < 3);
	c->dated = fields == 1;
	if (*end != '.' || strspn(s, "0123456789") != 6 || fields == 2 ||
	    (c->dated ? field[0] < 1000000000 || field[0] > 9999999999
		      : field[0] > 23 || field[1] > 59 || field[2] > 60))
		return NULL;
	c->time = c->dated ? field[0]
			   : (field[0] * 60 + field[1]) * 60 + field[2];
	c->time = c->time * SECOND + strtoll(s, &end, 10) * US;
	return *end == ' ' ? call_spaces(end) : NULL;
}

// "name(" or "<... name resumed>".
static bool take_name(const char *s, struct call *c)
{
	static const char again[] = "<... ";
	const char *end;

	if (!strncmp(s, "+++ ", 4)) {
		c->name = NULL;
		return true;
	}
	c->resumed = !strncmp(s, again, sizeof again - 1);
	if (c->resumed)
		s += sizeof again - 1;
	c->name = s;
	c->n = strspn(s, "abcdefghijklmnopqrstuvwxyz_0123456789");
	c->rest = s + c->n;
	if (!c->n || (c->resumed ? strncmp(c->rest, " resumed>", 9)
				 : *c->rest != '('))
		return false;
	end = strrchr(c->rest, '=');
	c->begun = strstr(c->rest, "<unfinished ...>") != NULL;
	c->result = end && !c->begun ? strtol(end + 1, NULL, 10) : -1;
	return true;
}

bool call_of(const char *line, struct call *c)
{
	const char *s;

	*c = (struct call){ 0 };
	s = take_task(call_spaces(line), &c->task);
	s = s ? take_time(s, c) : NULL;
	return s && take_name(s, c);
}

bool call_is(const struct call *c, const char *name)
{
	return c->name && strlen(name) == c->n && !memcmp(c->name, name, c->n);
}
