#include "cli/job.h"

#include "cli/memory.h"
#include "cli/message.h"
#include "cli/status.h"

#include <errno.h>

enum { UNPACK_PART = 4 }; // of all memory is for unpacking

static int open_one(const struct settings *s, size_t first, size_t n,
		    struct capture **c)
{
	char err[CAPTURE_ERROR];
	int status;

	*c = capture_open_only(s->files + first, n, err);
	if (*c) {
		capture_limit(*c, memory_limit(s) / UNPACK_PART);
		return ANALYSED;
	}
	status = errno == ENOMEM ? NOT_WRITTEN : NOT_READ;
	complain("%s", err);
	return status;
}

// Reads the headers, and understands the filter expression.
static int begin_one(const struct settings *s, struct capture *c)
{
	char err[CAPTURE_ERROR];
	int status;

	if (capture_begin(c, err) < 0) {
		status = errno == ENOMEM ? NOT_WRITTEN : NOT_READ;
		complain("%s", err);
		return status;
	}
	if (s->filter && capture_filter(c, s->filter, err) < 0) {
		status = errno == ENOMEM ? NOT_WRITTEN : WRONG_USAGE;
		complain("%s", err);
		return status;
	}
	return ANALYSED;
}

int job_open(struct job *j)
{
	const struct settings *s = j->settings;
	size_t files = j->ends > 1 ? 1 : s->file_count;
	int status = ANALYSED;

	j->spill = memory_file(s);
	for (size_t end = 0; end < j->ends && status == ANALYSED; end++)
		status = open_one(s, end, files, &j->capture[end]);
	if (status == ANALYSED && s->kind == KIND_HTML &&
	    capture_rereadable(j->capture[0]))
		status = open_one(s, 0, files, &j->again);
	return status;
}

static int begin_captures(struct job *j)
{
	int status = ANALYSED;

	for (size_t end = 0; end < j->ends && status == ANALYSED; end++)
		status = begin_one(j->settings, j->capture[end]);
	if (status == ANALYSED && j->again)
		status = begin_one(j->settings, j->again);
	return status;
}

int job_begin(struct job *j, enum sandbox_stage stage)
{
	const struct settings *s = j->settings;
	int status = s->filter ? begin_captures(j) : ANALYSED;
	const char *missing;

	if (status != ANALYSED)
		return status;
	missing = sandbox_missing(
	    stage, sandbox_enter(stage, s->files, s->file_count));
	if (missing)
		complain("%s", missing);
	if (!choice_read(&j->choice))
		return j->choice.failed ? NOT_WRITTEN : WRONG_USAGE;
	return s->filter ? ANALYSED : begin_captures(j);
}

void job_close(struct job *j)
{
	choice_release(&j->choice);
	ladders_free(j->ladders);
	pair_free(j->pair);
	for (size_t end = 0; end < j->ends; end++) {
		analysis_free(j->analysis[end]);
		if (j->capture[end])
			capture_close(j->capture[end]);
	}
	if (j->again)
		capture_close(j->again);
	spill_close(j->spill);
}
