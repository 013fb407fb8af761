// The command line: one table of options, from which parsing and the help text
// are made.
#ifndef TCPWHY_OPTIONS_H
#define TCPWHY_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum kind {
	KIND_DEFAULT,
	KIND_TEXT,
	KIND_SUMMARY,
	KIND_CSV,
	KIND_JSON,
	KIND_MARKDOWN,
	KIND_HTML
};
enum when { AUTO, ALWAYS, NEVER };

// What the user asked for. Strings are those of argv.
struct settings {
	enum kind kind;
	enum when color;
	bool all, local;
	bool ascii, no_mouse; // of the browser
	size_t only;          // --connection, or 0
	size_t max_memory;    // --max-memory in bytes, or 0
	size_t jobs;          // --jobs, or 0
	const char *output;   // --output, or NULL
	const char *filter;   // --filter, or NULL
	char *where;          // --where, all that were given, or NULL; owned
	const char *error;    // --errno, or NULL
	const char *log_file; // --log-file, or NULL
	const char *log_tz;   // --log-tz, or NULL
	const char *ends[2];  // --client and --server, or NULL
	bool anonymize;
	const char *anonymize_key; // --anonymize-key, or NULL
	const char **files;        // owned, room for one for each argument
	size_t file_count;
	const char **logs; // --log; owned, as files
	size_t log_count;
	const char **with; // --with; owned, as files
	size_t with_count;
};

enum parsed {
	PARSED,
	PARSED_DONE,  // help or version was asked for, and given
	PARSED_WRONG, // said on standard error
	PARSED_FAILED // out of memory; said as well
};

// Reads the command line into *s; options_release() it, whatever it returned.
// What is no option counts as a file.
enum parsed options_parse(struct settings *s, int argc, char **argv);
void options_release(struct settings *s);

#endif
