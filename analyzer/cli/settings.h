// What the user asked for.
#ifndef TCPWHY_SETTINGS_H
#define TCPWHY_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

enum kind {
	KIND_DEFAULT,
	KIND_TEXT,
	KIND_SUMMARY,
	KIND_CSV,
	KIND_JSON,
	KIND_MARKDOWN,
	KIND_HTML,
	KIND_PACKETS // no text: a capture
};
enum when { AUTO, ALWAYS, NEVER };

// A report, and where it goes.
struct target {
	enum kind kind;
	const char *path; // NULL: standard output
};

// What the user asked for. Strings are those of argv.
struct settings {
	struct target *target; // at least one; owned
	size_t targets;
	enum when color;
	bool all, local;
	bool failed;          // memory ran out, which was said
	bool ascii, no_mouse; // of the browser
	size_t only;          // --connection, or 0
	size_t max_memory;    // --max-memory in bytes, or 0
	size_t jobs;          // --jobs, or 0
	const char *output;   // an --output that no report took yet, or NULL
	const char *filter;   // --filter, or NULL
	char *where;          // --where, all that were given, or NULL; owned
	const char *error;    // --errno, or NULL
	const char *fields;   // --fields, or NULL
	const char *sort;     // --sort, or NULL
	size_t limit;         // --limit, or 0
	const char *fail_on;  // --fail-on, or NULL
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

// True if any of the reports is of that kind.
bool settings_want(const struct settings *s, enum kind kind);

#endif
