// What each option sets: `set` of the rows in options.c, for which alone this
// is.
#ifndef TCPWHY_OPTIONS_SET_H
#define TCPWHY_OPTIONS_SET_H

#include <stdbool.h>

#include "cli/options_help.h"

// The settings that are strings: the value of their rows.
enum {
	STRING_FILTER,
	STRING_ERROR,
	STRING_LOG_FILE,
	STRING_LOG_TZ,
	STRING_CLIENT,
	STRING_SERVER,
	STRING_KEY,
	STRING_FIELDS,
	STRING_SORT,
	STRING_FAIL_ON
};

// All take a row's argument; false: they said what is wrong with it.
bool set_kind(struct settings *s, const struct option_row *row,
	      const char *argument);
bool set_output(struct settings *s, const struct option_row *row,
		const char *argument);
bool set_string(struct settings *s, const struct option_row *row,
		const char *argument);
bool add_where(struct settings *s, const struct option_row *row,
	       const char *argument);
bool set_anonymize(struct settings *s, const struct option_row *row,
		   const char *argument);
bool add_log(struct settings *s, const struct option_row *row,
	     const char *argument);
bool set_html(struct settings *s, const struct option_row *row,
	      const char *argument);
bool set_write(struct settings *s, const struct option_row *row,
	       const char *argument);
bool set_limit(struct settings *s, const struct option_row *row,
	       const char *argument);
bool set_only(struct settings *s, const struct option_row *row,
	      const char *argument);
bool set_memory(struct settings *s, const struct option_row *row,
		const char *argument);
bool set_jobs(struct settings *s, const struct option_row *row,
	      const char *argument);
bool set_all(struct settings *s, const struct option_row *row,
	     const char *argument);
bool set_local(struct settings *s, const struct option_row *row,
	       const char *argument);
bool set_color(struct settings *s, const struct option_row *row,
	       const char *argument);
bool add_file(struct settings *s, const struct option_row *row,
	      const char *argument);
bool add_with(struct settings *s, const struct option_row *row,
	      const char *argument);
bool set_browser(struct settings *s, const struct option_row *row,
		 const char *argument);

#endif
