#include "cli/options.h"

#include "base/output.h"
#include "cli/message.h"
#include "cli/options_help.h"
#include "cli/options_set.h"

#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOW_HELP, SHOW_VERSION };

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
	{ 0, "write", "FILE",
	  "write their packets, commented (pcapng)",
	  set_write, 0 },
	{ 'o', "output", "FILE",
	  "write that report to FILE, whole or not at all", set_output, 0 },
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
	{ 0, "fields", "LIST",
	  "CSV and JSON: these columns, or basic, zeek, ecs", set_string,
	  STRING_FIELDS },
	{ 0, "sort", "FIELD", "order of rows; FIELD:desc turns it round",
	  set_string, STRING_SORT },
	{ 0, "limit", "N", "only the first N connections", set_limit, 0 },
	{ 0, "fail-on", "WORDS", "exit status 5 if any connection matches",
	  set_string, STRING_FAIL_ON },
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

// What an option that the user knows by this kind is called.
static const char *name_of(enum kind kind)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (options[i].set == set_kind && options[i].value == (int)kind)
			return options[i].name;
	return kind == KIND_HTML      ? "html"
	       : kind == KIND_PACKETS ? "write"
				      : "text";
}

// No two reports may take one place, and there is one at least.
static bool targets_agree(struct settings *s)
{
	if (s->output || !s->targets)
		s->target[s->targets++] =
		    (struct target){ KIND_DEFAULT, s->output };
	for (size_t i = 0; i < s->targets; i++) {
		for (size_t k = 0; k < i; k++) {
			const struct target *x = &s->target[k],
					    *y = &s->target[i];
			if (!x->path && !y->path) {
				complain("--%s and --%s would both go to "
					 "standard output: put -o FILE behind "
					 "one of them",
					 name_of(x->kind), name_of(y->kind));
				return false;
			}
			if (x->path && y->path && !strcmp(x->path, y->path)) {
				complain("%s: two reports can't go there",
					 x->path);
				return false;
			}
		}
	}
	if (s->fields && !settings_want(s, KIND_CSV) &&
	    !settings_want(s, KIND_JSON)) {
		complain("--fields is for --csv and --json");
		return false;
	}
	if (s->targets > OUTPUTS) {
		complain("%d reports at most", OUTPUTS);
		return false;
	}
	return true;
}

enum parsed options_parse(struct settings *s, int argc, char **argv)
{
	struct getopt_tables tables;
	int key;

	*s = (struct settings){ 0 };
	s->files = calloc((size_t)argc + 1, sizeof *s->files);
	s->logs = calloc((size_t)argc + 1, sizeof *s->logs);
	s->with = calloc((size_t)argc + 1, sizeof *s->with);
	s->target = calloc((size_t)argc + 1, sizeof *s->target);
	if (!s->files || !s->logs || !s->with || !s->target) {
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
			return s->failed ? PARSED_FAILED : PARSED_WRONG;
		if (row->set == show)
			return PARSED_DONE;
	}
	while (optind < argc)
		s->files[s->file_count++] = argv[optind++];
	return targets_agree(s) ? PARSED : PARSED_WRONG;
}

void options_release(struct settings *s)
{
	free(s->files);
	free(s->logs);
	free(s->with);
	free(s->target);
	free(s->where);
}
