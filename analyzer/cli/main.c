// tcpwhy explains why TCP connections ended, from a capture file.
//
// A packet's way is through the folders; each knows only those before it:
//
//   base/      bytes, text, time, memory: what all of them need
//   read/      files and pipes -> frames. Begin with capture.c
//   decode/    frame -> TCP segment, ICMP error, or why neither. packet.c
//   track/     segments -> connections and the state of both ends.
//              flow_segment.c, endpoint.h
//   judge/     state -> facts -> verdict, and what each program saw.
//              evidence.c, facts.def, judge.c, rules_*.def
//   analysis/  all of this in one struct, whose records are what all below
//              read. analysis.h; analysis_hot.c is every packet's way
//   query/     which connections: conditions, log lines, two captures. where.c
//   report/    a format each, and what formats share. report.h
//   tui/       the same records on a screen (beside analyzer/). ui.h
//   cli/       the program: options.c what is wanted, job.c the captures,
//              analyse.c reads them, report_write.c writes of them,
//              browse.c shows them
//
// This file chooses among these and owns the exit status.
#include "cli/analyse.h"
#include "cli/browse.h"
#include "cli/explain_word.h"
#include "cli/job.h"
#include "cli/memory.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/record.h"
#include "cli/report_output.h"
#include "cli/report_write.h"
#include "cli/signals.h"
#include "cli/status.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int explain_captures(struct job *j)
{
	int broken, status = job_begin(j, SANDBOX_REPORT);

	if (status != ANALYSED)
		return status;
	broken = analyse(j);
	if (broken != ANALYSED && broken != BROKEN_OFF)
		return broken;
	status = j->stream.write ? analyse_end_stream(j) : report_write(j);
	if (status != ANALYSED)
		return status;
	return j->choice.matched ? MATCHED : broken;
}

static int browse_captures(struct job *j)
{
	int status = job_begin(j, SANDBOX_BROWSE);

	if (status != ANALYSED)
		return status;
	return browse_capture(j->settings, j->capture[0], j->choice.shown_zone,
			      memory_limit(j->settings), j->spill);
}

static int explain_files(const struct settings *s)
{
	struct job j = { .settings = s, .ends = s->ends[0] ? 2 : 1 };
	int status = WRONG_USAGE;

	if (report_overwrites(s))
		return status;
	if (choice_begin(&j.choice, s))
		status = job_open(&j);
	else if (j.choice.failed)
		status = NOT_WRITTEN;
	if (status == ANALYSED && wants_browser(s)) {
		status = browse_captures(&j);
	} else if (status == ANALYSED &&
		   !(report_output_open(s->target, s->targets) &&
		     report_output_guard())) {
		status = NOT_WRITTEN;
	} else if (status == ANALYSED) {
		status = report_output_close(explain_captures(&j));
	}
	job_close(&j);
	return status;
}

static int usage_error(const char *reason)
{
	if (reason)
		complain("%s", reason);
	fputs("Try 'tcpwhy --help'.\n", stderr);
	return WRONG_USAGE;
}

static int run_settings(struct settings *s)
{
	if (s->file_count && !strcmp(s->files[0], "explain")) {
		if (s->file_count > 2)
			return usage_error("explain takes one verdict");
		return explain_word(s, s->files[1]);
	}
	if (s->file_count == 1 && !strcmp(s->files[0], "record"))
		return record_print();
	if (s->ends[0] && s->with_count)
		return usage_error("--with takes one capture, not two ends");
	if (s->ends[0] || s->ends[1]) {
		if (!s->ends[0] || !s->ends[1] || s->file_count)
			return usage_error("two captures: --client FILE and "
					   "--server FILE, and no other");
		s->files[s->file_count++] = s->ends[0];
		s->files[s->file_count++] = s->ends[1];
	}
	if (!s->file_count) {
		if (isatty(STDIN_FILENO))
			return usage_error("no capture file");
		s->files[s->file_count++] = "-";
	}
	return explain_files(s);
}

// Makes sure that no file opened later gets the number of a standard stream
// that the caller had closed, and receives what is meant for that.
static void occupy_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", fd ? O_RDONLY : O_WRONLY);
	}
}

int main(int argc, char **argv)
{
	static const struct target standard;
	struct settings settings;
	int status = ANALYSED;

	occupy_streams();
	setlocale(LC_CTYPE, "");
	signals_catch();
	switch (options_parse(&settings, argc, argv)) {
	case PARSED:
		status = run_settings(&settings);
		break;
	case PARSED_DONE:
		status = report_output_open(&standard, 1)
			     ? report_output_close(ANALYSED)
			     : NOT_WRITTEN;
		break;
	case PARSED_WRONG:
		status = usage_error(NULL);
		break;
	case PARSED_FAILED:
		status = NOT_WRITTEN;
		break;
	}
	options_release(&settings);
	return status;
}
