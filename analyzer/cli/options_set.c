#include "cli/options_set.h"

#include "cli/message.h"
#include "cli/settings.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool set_kind(struct settings *s, const struct option_row *row,
	      const char *argument)
{
	struct target t = { (enum kind)row->value, s->output };

	(void)argument;
	s->output = NULL;
	s->target[s->targets++] = t;
	return true;
}

// Standard output may be called so, too.
static const char *place(const char *path)
{
	return strcmp(path, "-") ? path : NULL;
}

// These are given their file by an option of their own.
static bool takes_output(const struct target *t)
{
	return t->kind != KIND_HTML && t->kind != KIND_PACKETS;
}

// It goes with the report before it that has no file, else with the next.
bool set_output(struct settings *s, const struct option_row *row,
		const char *argument)
{
	struct target *last = s->targets ? &s->target[s->targets - 1] : NULL;

	(void)row;
	if (s->output || (last && last->path && takes_output(last))) {
		complain("-o %s: which report is it for? put it behind -c, -j, "
			 "-t, -s or --markdown",
			 argument);
		return false;
	}
	if (last && !last->path && takes_output(last))
		last->path = place(argument);
	else
		s->output = place(argument);
	return true;
}

// A string kept as it is: value says where.
bool set_string(struct settings *s, const struct option_row *row,
		const char *argument)
{
	const char **const strings[] = {
		[STRING_FILTER] = &s->filter,  [STRING_FIELDS] = &s->fields,
		[STRING_SORT] = &s->sort,      [STRING_FAIL_ON] = &s->fail_on,
		[STRING_ERROR] = &s->error,    [STRING_LOG_FILE] = &s->log_file,
		[STRING_LOG_TZ] = &s->log_tz,  [STRING_CLIENT] = &s->ends[0],
		[STRING_SERVER] = &s->ends[1], [STRING_KEY] = &s->anonymize_key,
	};

	if (*strings[row->value] && strcmp(*strings[row->value], argument)) {
		complain("--%s is given twice: %s, then %s", row->name,
			 *strings[row->value], argument);
		return false;
	}
	*strings[row->value] = argument;
	return true;
}

// Those that are given again must hold as well.
bool add_where(struct settings *s, const struct option_row *row,
	       const char *argument)
{
	size_t n = s->where ? strlen(s->where) : 0;
	size_t size = n + strlen(argument) + sizeof("() and ()");
	char *joined = malloc(size);

	(void)row;
	if (!joined) {
		complain("out of memory");
		s->failed = true;
		return false;
	}
	if (n)
		snprintf(joined, size, "(%s) and (%s)", s->where, argument);
	else
		snprintf(joined, size, "%s", argument);
	free(s->where);
	s->where = joined;
	return true;
}

bool set_anonymize(struct settings *s, const struct option_row *row,
		   const char *argument)
{
	s->anonymize = true;
	return !argument || set_string(s, row, argument);
}

bool add_log(struct settings *s, const struct option_row *row,
	     const char *argument)
{
	(void)row;
	s->logs[s->log_count++] = argument;
	return true;
}

bool add_with(struct settings *s, const struct option_row *row,
	      const char *argument)
{
	(void)row;
	s->with[s->with_count++] = argument;
	return true;
}

bool set_write(struct settings *s, const struct option_row *row,
	       const char *argument)
{
	(void)row;
	s->target[s->targets++] =
	    (struct target){ KIND_PACKETS, place(argument) };
	return true;
}

bool set_html(struct settings *s, const struct option_row *row,
	      const char *argument)
{
	(void)row;
	s->target[s->targets++] = (struct target){ KIND_HTML, place(argument) };
	return true;
}

// A number from 1 on.
static bool number(const char *argument, size_t *n)
{
	char *end;

	errno = 0;
	*n = strtoull(argument, &end, 10);
	return *argument >= '0' && *argument <= '9' && !*end && !errno && *n;
}

bool set_limit(struct settings *s, const struct option_row *row,
	       const char *argument)
{
	(void)row;
	if (number(argument, &s->limit))
		return true;
	complain("--limit: '%s' is not a number of connections", argument);
	return false;
}

bool set_only(struct settings *s, const struct option_row *row,
	      const char *argument)
{
	size_t n;

	(void)row;
	if (!number(argument, &n)) {
		complain("'%s' is not the number of a connection", argument);
		return false;
	}
	if (s->only && s->only != n) {
		complain("--connection is given twice: %zu, then %zu", s->only,
			 n);
		return false;
	}
	s->only = n;
	return true;
}

// "200M", "2G"; powers of 1024.
bool set_memory(struct settings *s, const struct option_row *row,
		const char *argument)
{
	static const char units[] = "kmgt";
	const char *unit;
	char *end;

	(void)row;
	errno = 0;
	s->max_memory = strtoull(argument, &end, 10);
	unit = *end ? strchr(units, *end | 0x20) : NULL;
	if (unit) {
		unsigned shift = 10 * (unsigned)(unit - units + 1);
		if (s->max_memory > SIZE_MAX >> shift)
			errno = ERANGE;
		s->max_memory <<= shift;
		end++;
	}
	if (*argument >= '0' && *argument <= '9' && !*end && !errno &&
	    s->max_memory)
		return true;
	complain("'%s' is not a size such as 500M or 2G", argument);
	return false;
}

bool set_jobs(struct settings *s, const struct option_row *row,
	      const char *argument)
{
	enum { MOST = 2 };
	char *end;

	(void)row;
	s->jobs = strtoull(argument, &end, 10); // ULLONG_MAX if there are more
	if (*argument < '0' || *argument > '9' || *end || !s->jobs) {
		complain("'%s' is not a number of threads", argument);
		return false;
	}
	if (s->jobs > MOST) {
		complain("--jobs %s: tcpwhy uses %d threads at most", argument,
			 MOST);
		s->jobs = MOST;
	}
	return true;
}

bool set_all(struct settings *s, const struct option_row *row,
	     const char *argument)
{
	(void)row;
	(void)argument;
	s->all = true;
	return true;
}

bool set_local(struct settings *s, const struct option_row *row,
	       const char *argument)
{
	(void)argument;
	s->local = row->value;
	return true;
}

// A yes or no about the browser: value says which.
bool set_browser(struct settings *s, const struct option_row *row,
		 const char *argument)
{
	(void)argument;
	*(row->value ? &s->no_mouse : &s->ascii) = true;
	return true;
}

bool set_color(struct settings *s, const struct option_row *row,
	       const char *argument)
{
	static const char *const names[] = { "auto", "always", "never" };

	(void)row;
	for (enum when when = AUTO; when <= NEVER; when++) {
		if (!strcmp(argument, names[when])) {
			s->color = when;
			return true;
		}
	}
	complain("--color is auto, always or never, not '%s'", argument);
	return false;
}

bool add_file(struct settings *s, const struct option_row *row,
	      const char *argument)
{
	(void)row;
	s->files[s->file_count++] = argument;
	return true;
}
