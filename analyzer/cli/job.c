#include "cli/job.h"

#include "cli/memory.h"
#include "cli/message.h"
#include "cli/status.h"

#include "read/bpf_filter.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

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

// Packets are copied once it is known whose they are.
static int open_copied(struct job *j, size_t files)
{
	const struct settings *s = j->settings;

	if (j->ends > 1) {
		complain("--write is for one capture, not for --client and "
			 "--server");
		return WRONG_USAGE;
	}
	if (s->anonymize) {
		complain("--write copies packets as they are: not with "
			 "--anonymize");
		return WRONG_USAGE;
	}
	if (!capture_rereadable(j->capture[0])) {
		complain("--write reads the capture a second time, which a "
			 "pipe can't give");
		return WRONG_USAGE;
	}
	return open_one(s, 0, files, &j->copied);
}

int job_open(struct job *j)
{
	const struct settings *s = j->settings;
	size_t files = j->ends > 1 ? 1 : s->file_count;
	int status = ANALYSED;

	j->spill = memory_file(s);
	for (size_t end = 0; end < j->ends && status == ANALYSED; end++)
		status = open_one(s, end, files, &j->capture[end]);
	if (status == ANALYSED && settings_want(s, KIND_HTML) &&
	    capture_rereadable(j->capture[0]))
		status = open_one(s, 0, files, &j->again);
	if (status == ANALYSED && settings_want(s, KIND_PACKETS))
		status = open_copied(j, files);
	return status == ANALYSED ? with_open(&j->with, s) : status;
}

static int begin_captures(struct job *j)
{
	int status = ANALYSED;

	for (size_t end = 0; end < j->ends && status == ANALYSED; end++)
		status = begin_one(j->settings, j->capture[end]);
	if (status == ANALYSED && j->again)
		status = begin_one(j->settings, j->again);
	if (status == ANALYSED && j->copied)
		status = begin_one(j->settings, j->copied);
	return status;
}

// Never returns: 0 if the expression can be understood in the sandbox.
static _Noreturn void try_filter(const struct settings *s,
				 enum sandbox_stage stage)
{
	const uint32_t ethernet = 1;
	char err[CAPTURE_ERROR];

	sandbox_enter(stage, s->files, s->file_count);
	_exit(!filter_new(s->filter, &ethernet, 1, err, sizeof err));
}

// True if the filter expression may have names, of hosts or services, which
// take files and a network to look up: a process of its own has tried it.
static bool needs_names(const struct settings *s, enum sandbox_stage stage)
{
	int status = -1;
	sigset_t all, before;
	pid_t pid, got;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (!pid)
		try_filter(s, stage);
	do {
		got = pid > 0 ? waitpid(pid, &status, 0) : -1;
	} while (got < 0 && errno == EINTR);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return got < 0 || status != 0;
}

int job_begin(struct job *j, enum sandbox_stage stage)
{
	const struct settings *s = j->settings;
	bool early = s->filter && needs_names(s, stage);
	int status = early ? begin_captures(j) : ANALYSED;
	const char *missing;

	if (status != ANALYSED)
		return status;
	missing = sandbox_missing(
	    stage, sandbox_enter(stage, s->files, s->file_count));
	if (missing)
		complain("%s", missing);
	if (!choice_read(&j->choice))
		return j->choice.failed ? NOT_WRITTEN : WRONG_USAGE;
	return early ? ANALYSED : begin_captures(j);
}

void job_close(struct job *j)
{
	choice_release(&j->choice);
	with_close(&j->with);
	ladders_free(j->ladders);
	pair_free(j->pair);
	for (size_t end = 0; end < j->ends; end++) {
		analysis_free(j->analysis[end]);
		if (j->capture[end])
			capture_close(j->capture[end]);
	}
	if (j->again)
		capture_close(j->again);
	if (j->copied)
		capture_close(j->copied);
	spill_close(j->spill);
}
