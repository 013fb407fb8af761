#include "cli/browse.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/status.h"
#include "tui/browser.h"

bool wants_browser(const struct settings *s)
{
	const char *term = getenv("TERM");

	return s->target->kind == KIND_DEFAULT && !s->target->path &&
	       s->targets == 1 && !s->only && !s->fail_on && !s->sort &&
	       !s->limit && !s->ends[0] && !s->error && !s->log_file &&
	       !s->log_count && !s->with_count && !s->anonymize &&
	       isatty(STDOUT_FILENO) && term && strcmp(term, "dumb");
}

int browse_capture(const struct settings *s, struct capture *c,
		   const struct zone *zone, size_t max_memory,
		   struct spill *spill)
{
	static const enum browse_color colors[] = {
		[AUTO] = BROWSE_AUTO,
		[ALWAYS] = BROWSE_ALWAYS,
		[NEVER] = BROWSE_NEVER,
	};
	static const int statuses[] = {
		[BROWSED] = ANALYSED,
		[BROWSE_BROKEN] = BROKEN_OFF,
		[BROWSE_USAGE] = WRONG_USAGE,
		[BROWSE_TERMINAL] = NOT_WRITTEN,
	};
	struct browse_options o = {
		.files = s->files,
		.file_count = s->file_count,
		.capture = c,
		.filter = s->filter,
		.where = s->where,
		.all = s->all,
		.zone = zone,
		.ascii = s->ascii,
		.no_mouse = s->no_mouse,
		.max_memory = max_memory,
		.spill = spill,
		.color = colors[s->color],
	};
	char err[BROWSE_ERROR];
	enum browse_status status;

	status = browse(&o, err);
	if (*err)
		complain("%s", err);
	for (size_t i = 0; capture_broken(o.capture, i); i++)
		complain("%s", capture_broken(o.capture, i));
	return statuses[status];
}
