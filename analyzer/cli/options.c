#include "cli/options.h"

#include "cli/message.h"
#include "cli/options_help.h"

#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOW_HELP, SHOW_VERSION };

// The settings that are strings.
enum {
	STRING_OUTPUT,
	STRING_FILTER,
	STRING_ERROR,
	STRING_LOG_FILE,
	STRING_LOG_TZ,
	STRING_CLIENT,
	STRING_SERVER,
	STRING_KEY
};

static bool set_kind(struct settings *s, const struct option_row *row,
		     const char *argument)
{
	(void)argument;
	s->kind = (enum kind)row->value;
	return true;
}

// A string kept as it is: value says where.
static bool set_string(struct settings *s, const struct option_row *row,
		       const char *argument)
{
	const char **const strings[] = {
		[STRING_OUTPUT] = &s->output,  [STRING_FILTER] = &s->filter,
		[STRING_ERROR] = &s->error,    [STRING_LOG_FILE] = &s->log_file,
		[STRING_LOG_TZ] = &s->log_tz,  [STRING_CLIENT] = &s->ends[0],
		[STRING_SERVER] = &s->ends[1], [STRING_KEY] = &s->anonymize_key,
	};

	*strings[row->value] = argument;
	return true;
}

// Those that are given again must hold as well.
static bool add_where(struct settings *s, const struct option_row *row,
		      const char *argument)
{
	size_t n = s->where ? strlen(s->where) : 0;
	size_t size = n + strlen(argument) + sizeof("() and ()");
	char *joined = malloc(size);

	(void)row;
	if (!joined) {
		complain("out of memory");
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

static bool set_anonymize(struct settings *s, const struct option_row *row,
			  const char *argument)
{
	s->anonymize = true;
	return !argument || set_string(s, row, argument);
}

static bool add_log(struct settings *s, const struct option_row *row,
		    const char *argument)
{
	(void)row;
	s->logs[s->log_count++] = argument;
	return true;
}

static bool add_with(struct settings *s, const struct option_row *row,
		     const char *argument)
{
	(void)row;
	s->with[s->with_count++] = argument;
	return true;
}

static bool set_html(struct settings *s, const struct option_row *row,
		     const char *argument)
{
	(void)row;
	s->kind = KIND_HTML;
	s->output = argument;
	return true;
}

static bool set_only(struct settings *s, const struct option_row *row,
		     const char *argument)
{
	char *end;

	(void)row;
	errno = 0;
	s->only = strtoull(argument, &end, 10);
	if (*argument >= '0' && *argument <= '9' && !*end && !errno && s->only)
		return true;
	complain("'%s' is not the number of a connection", argument);
	return false;
}

// "200M", "2G"; powers of 1024.
static bool set_memory(struct settings *s, const struct option_row *row,
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

static bool set_jobs(struct settings *s, const struct option_row *row,
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

static bool set_all(struct settings *s, const struct option_row *row,
		    const char *argument)
{
	(void)row;
	(void)argument;
	s->all = true;
	return true;
}

static bool set_local(struct settings *s, const struct option_row *row,
		      const char *argument)
{
	(void)argument;
	s->local = row->value;
	return true;
}

// A yes or no about the browser: value says which.
static bool set_browser(struct settings *s, const struct option_row *row,
			const char *argument)
{
	(void)argument;
	*(row->value ? &s->no_mouse : &s->ascii) = true;
	return true;
}

static bool set_color(struct settings *s, const struct option_row *row,
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

static bool add_file(struct settings *s, const struct option_row *row,
		     const char *argument)
{
	(void)row;
	s->files[s->file_count++] = argument;
	return true;
}

// Its value says which of the two.
static bool show(struct settings *s, const struct option_row *row,
		 const char *argument);

static const struct option_row options[] = {
	{ 't', "text", NULL, "text report", set_kind, KIND_TEXT },
	{ 's', "summary", NULL, "only how many connections ended how", set_kind,
	  KIND_SUMMARY },
	{ 'c', "csv", NULL, "CSV, one row per connection", set_kind, KIND_CSV },
	{ 'j', "json", NULL, "JSON Lines, one object per connection", set_kind,
	  KIND_JSON },
	{ 0, "markdown", NULL, "the text report as Markdown", set_kind,
	  KIND_MARKDOWN },
	{ 0, "html", "FILE", "write an HTML page, with diagrams of packets",
	  set_html, 0 },
	{ 'o', "output", "FILE",
	  "write the report to FILE, whole or not at all", set_string,
	  STRING_OUTPUT },
	{ 'f', "filter", "EXPR",
	  "only packets that match a pcap-filter(7) expression", set_string,
	  STRING_FILTER },
	{ 'w', "where", "WORDS",
	  "only connections that match: verdict=reset not port=22", add_where,
	  0 },
	{ 'e', "errno", "NAME", "only those in which a program got this error",
	  set_string, STRING_ERROR },
	{ 'n', "connection", "N", "only connection N, with all its packets",
	  set_only, 0 },
	{ 0, "log", "LINE", "the connections that fit a log line, best first",
	  add_log, 0 },
	{ 0, "log-file", "FILE", "the same for every line of FILE", set_string,
	  STRING_LOG_FILE },
	{ 0, "log-tz", "TZ",
	  "zone of log lines without one: +02:00, Europe/Berlin", set_string,
	  STRING_LOG_TZ },
	{ 0, "client", "FILE",
	  "capture made at the client's end, with --server", set_string,
	  STRING_CLIENT },
	{ 0, "server", "FILE",
	  "capture of the same traffic made at the server's end", set_string,
	  STRING_SERVER },
	{ 0, "with", "FILE", "what a host's kernel recorded: see tcpwhy record",
	  add_with, 0 },
	{ 0, "anonymize", NULL, "replace all addresses; one network stays one",
	  set_anonymize, 0 },
	{ 0, "anonymize-key", "KEY",
	  "the same; the same KEY gives the same addresses", set_anonymize,
	  STRING_KEY },
	{ 'a', "all", NULL, "include connections that ended normally", set_all,
	  0 },
	{ 0, "utc", NULL, "show times in UTC (default)", set_local, false },
	{ 0, "local", NULL, "show times in the local time zone", set_local,
	  true },
	{ 0, "ascii", NULL, "browser: lines and arrows in ASCII", set_browser,
	  0 },
	{ 0, "no-mouse", NULL, "browser: don't use the mouse", set_browser, 1 },
	{ 0, "max-memory", "SIZE",
	  "decide connections early beyond this, e.g. 2G", set_memory, 0 },
	{ 0, "jobs", "N", "threads: 1 or 2 (default: 2 from four CPUs on)",
	  set_jobs, 0 },
	{ 0, "color", "WHEN", "auto (default), always or never", set_color, 0 },
	{ 'h', "help", NULL, "this text", show, SHOW_HELP },
	{ 'V', "version", NULL, "versions of tcpwhy and its libraries", show,
	  SHOW_VERSION },
	{ 'r', NULL, "FILE", NULL, add_file, 0 }, // as tcpdump has it
};

enum { OPTIONS = sizeof options / sizeof *options, LONG = 256 };

static bool show(struct settings *s, const struct option_row *row,
		 const char *argument)
{
	(void)s;
	(void)argument;
	if (row->value == SHOW_HELP)
		options_help(options, OPTIONS);
	else
		options_version();
	return true;
}

// What getopt_long() needs, made from the table.
struct getopt_tables {
	char letters[1 + 2 * OPTIONS + 1];
	struct option rows[OPTIONS + 1];
};

static void make_tables(struct getopt_tables *t)
{
	size_t at = 0, rows = 0;

	*t = (struct getopt_tables){ 0 };
	t->letters[at++] = ':'; // a missing argument is told apart
	for (int i = 0; i < OPTIONS; i++) {
		if (options[i].letter)
			t->letters[at++] = (char)options[i].letter;
		if (options[i].letter && options[i].argument)
			t->letters[at++] = ':';
		if (options[i].name)
			t->rows[rows++] =
			    (struct option){ .name = options[i].name,
					     .has_arg = options[i].argument
							    ? required_argument
							    : no_argument,
					     .val = LONG + i };
	}
}

static const struct option_row *option_of(int key)
{
	if (key >= LONG)
		return &options[key - LONG];
	for (size_t i = 0; i < OPTIONS; i++) {
		if (options[i].letter == key)
			return &options[i];
	}
	return NULL;
}

// Why getopt_long() returned key. It names no long option that it doesn't know,
// nor one of which only the beginning was given.
static void complain_option(int key, const char *word)
{
	const struct option_row *row = option_of(optopt);
	const char *names[2];
	size_t n = 0, length = strcspn(word, "=");

	if (row && optopt >= LONG) {
		complain("option '--%s' %s", row->name,
			 key == ':' ? "needs an argument"
				    : "takes no argument");
	} else if (optopt) {
		complain(key == ':' ? "option '-%c' needs an argument"
				    : "there is no option '-%c'",
			 optopt);
	} else {
		for (size_t i = 0; i < OPTIONS && n < 2; i++) {
			if (options[i].name && length > 2 &&
			    !strncmp(options[i].name, word + 2, length - 2))
				names[n++] = options[i].name;
		}
		if (n == 2)
			complain("option '%s' may be --%s or --%s", word,
				 names[0], names[1]);
		else
			complain("there is no option '%s'", word);
	}
}

enum parsed options_parse(struct settings *s, int argc, char **argv)
{
	struct getopt_tables tables;
	int key;

	*s = (struct settings){ 0 };
	s->files = calloc((size_t)argc + 1, sizeof *s->files);
	s->logs = calloc((size_t)argc + 1, sizeof *s->logs);
	s->with = calloc((size_t)argc + 1, sizeof *s->with);
	if (!s->files || !s->logs || !s->with) {
		complain("out of memory");
		return PARSED_FAILED;
	}
	make_tables(&tables);
	opterr = 0; // it would write what was typed as it is
	while ((key = getopt_long(argc, argv, tables.letters, tables.rows,
				  NULL)) != -1) {
		const struct option_row *row = option_of(key);

		if (!row)
			complain_option(key, argv[optind - 1]);
		if (!row || !row->set(s, row, optarg))
			return PARSED_WRONG;
		if (row->set == show)
			return PARSED_DONE;
	}
	while (optind < argc)
		s->files[s->file_count++] = argv[optind++];
	return PARSED;
}

void options_release(struct settings *s)
{
	free(s->files);
	free(s->logs);
	free(s->with);
	free(s->where);
}
