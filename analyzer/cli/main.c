// tcpwhy explains why TCP connections ended, from a capture file.
//
// A frame's way through the files; each knows only those before it:
//
//   capture.c         several inputs -> one stream of frames. source.c is one
//                     input; feed.c, input.c, pump.c, unpack.c its bytes;
//                     pcapfile.c, pcapng.c, section.c, ticks.c the formats;
//                     pcaplib.c asks libpcap
//   packet.c          frame -> TCP segment, or ICMP error, or why neither. A
//                     layer each: link.c, ether.c, wlan.c, tunnel.c, ip.c,
//                     tcp.c, tcp_options.c, icmp.c; plain.c the short way of
//                     most frames; stack.c whose SYN it is
//   flow_segment.c    segments -> connections, found by flow_table.c, each a
//                     trail of its segments first (trail.c); flow_end.c knows
//                     when one is over. flow_take.c makes a state of a trail:
//                     endpoint*.c one end, rst.c one RST, zeek.c Zeek's columns;
//                     ordinary.c and opening.c tell what needs none
//   evidence*.c       facts about an ending, each with its frame; groups.c what
//                     other connections add, timers.c known idle times
//   judge.c           facts -> verdict: the rules. outcome.c what each program
//                     saw. verdict*.c and apperr.c have the words for both.
//                     decide*.c take a connection through all of these, jobs.c
//                     on a second thread
//   analysis*.c       all of this in one struct, whose records are what all
//                     below reads; analysis_hot.c is the way of every packet.
//                     where*.c chooses among the records,
//                     logline*.c, errwords.c and ranking.c find them by log
//                     lines, clusters*.c what many have in common; pair*.c
//                     holds two ends' captures against each other
//   report*.c         the table of columns; a format each. timeline*.c the
//                     ladder of one connection, explain.c the pages on
//                     verdicts, community.c one column, anonymize.c replaces
//                     addresses
//   options.c         the command line; choose.c what it chooses; message.c,
//                     progress.c standard error; output.c a report's file,
//                     whole or not at all; stream.c rows while a pipe
//                     flows; signals.c what signals do; sandbox.c what each
//                     stage may do, by landlock.c and syscall_filter.c;
//                     browse.c runs the browser, look.c suits a report to
//                     its reader's terminal
//
// addr.c, side.c, text.c, units.c, printable.c, fault.c, pages.c, blocks.c and
// names.c serve all of them.
// This file alone knows all of them; it owns the exit status.
#include "analysis/analysis.h"
#include "base/output.h"
#include "cli/browse.h"
#include "cli/look.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/sandbox.h"
#include "cli/select.h"
#include "cli/signals.h"
#include "cli/status.h"
#include "cli/stream.h"
#include "query/pair.h"
#include "read/capture.h"
#include "report/anonymize.h"
#include "report/explain.h"
#include "report/report.h"
#include "report/report_html.h"
#include "report/timeline_many.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FRAMES = 64 }; // read at a time

static struct output report_output; // there is one

// Reading -------------------------------------------------------------------

// One run: a capture, or two of a pair.
struct job {
	const struct settings *settings;
	size_t ends;
	struct capture *capture[2];
	struct analysis *analysis[2];
	struct pair *pair; // NULL: one capture
	// For the page's ladders: the first capture once more, NULL: it can't
	// be read twice.
	struct capture *again;
	struct ladders *ladders;
	struct choice choice;
	struct anonymizer anonymizer;
	struct stream stream; // its write is set: rows are written as it reads
};

static bool take_frame(struct job *j, size_t end, const struct frame *f,
		       const char *comment)
{
	return analysis_frame(j->analysis[end], f, comment) &&
	       (!j->pair || pair_frame(j->pair, (enum pair_end)end, f));
}

// The next frames, at most FRAMES; 0: the end.
static size_t next_frames(struct job *j, size_t end, struct frame *out)
{
	return j->stream.write ? (size_t)stream_next(&j->stream, out)
			       : capture_batch(j->capture[end], out, FRAMES);
}

static int out_of_memory(void)
{
	complain("out of memory: no report");
	return NOT_WRITTEN;
}

// Feeds every frame of one capture; ANALYSED or BROKEN_OFF, or NOT_WRITTEN: no
// memory.
static int read_all(struct job *j, size_t end)
{
	struct capture *c = j->capture[end];
	bool hide = j->settings->anonymize; // comments may name addresses
	struct progress progress = progress_begin();
	struct frame frame[FRAMES];
	bool room = true;
	size_t n;

	signals_reading(c);
	while (!signals_stopped() && room &&
	       (n = next_frames(j, end, frame)) > 0) {
		const char *comment = n > 1 || hide ? NULL : capture_comment(c);
		for (size_t i = 0; room && i < n; i++)
			room = take_frame(j, end, &frame[i], comment);
		progress_step(&progress, c, n);
	}
	signals_reading(NULL);
	progress_end(&progress);
	if (signals_stopped())
		complain("interrupted: the report covers what was read");
	for (size_t i = 0; capture_broken(c, i); i++)
		complain("%s", capture_broken(c, i));
	if (!room || capture_no_memory(c))
		return NOT_WRITTEN;
	return capture_broken(c, 0) ? BROKEN_OFF : ANALYSED;
}

// Reporting -----------------------------------------------------------------

// The report of each kind.
static bool (*const reports[])(const struct report *, FILE *) = {
	[KIND_DEFAULT] = report_text,    [KIND_TEXT] = report_text,
	[KIND_SUMMARY] = report_summary, [KIND_CSV] = report_csv,
	[KIND_JSON] = report_json,       [KIND_MARKDOWN] = report_markdown,
};

// A key that nobody knows, or the one that was given.
static struct anonymizer make_anonymizer(const struct settings *s)
{
	struct anonymizer a;

	if (s->anonymize_key)
		return anonymizer_of(s->anonymize_key);
	while (getrandom(&a, sizeof a, 0) != sizeof a)
		;
	return a;
}

static struct report make_report(struct job *j)
{
	const struct settings *s = j->settings;
	struct report r = {
		.analysis = j->analysis[0],
		.files = s->files,
		.file_count = s->file_count,
		.filtered = s->filter,
		.streams = !s->filter && s->file_count == 1,
		.only = s->only,
		.pair = j->pair,
		.zone = j->choice.shown_zone,
	};

	for (size_t end = 0; end < j->ends; end++) {
		r.frames += capture_frames(j->capture[end]);
		r.drops += capture_drops(j->capture[end]);
	}
	if (s->anonymize) {
		j->anonymizer = make_anonymizer(s);
		r.anonymizer = &j->anonymizer;
	}
	return r;
}

// Reads the capture again for the ladders of these; false: no memory.
static bool read_again(struct job *j, const uint32_t *which, size_t n)
{
	bool hide = j->settings->anonymize, room;
	struct capture *c = j->again;
	struct frame frame;

	j->ladders = ladders_new(j->analysis[0], which, n);
	room = j->ladders;
	signals_reading(c);
	while (room && !signals_stopped() && !ladders_over(j->ladders) &&
	       capture_next(c, &frame))
		room = ladders_frame(j->ladders, &frame,
				     hide ? NULL : capture_comment(c));
	signals_reading(NULL);
	return room && !capture_no_memory(c);
}

static bool write_page(struct job *j, const struct report *r)
{
	uint32_t which[HTML_CONNECTIONS];
	size_t n = report_html_choose(r, which);

	if (j->again && !read_again(j, which, n))
		return false;
	return report_html(r, j->ladders, report_output.to);
}

static bool write_kind(struct job *j, const struct report *r)
{
	if (j->settings->kind == KIND_HTML)
		return write_page(j, r);
	return reports[j->settings->kind](r, report_output.to);
}

static int write_report(struct job *j)
{
	struct report r = make_report(j);
	size_t n = analysis_count(r.analysis);

	if (r.only > n) {
		complain("there is no connection %zu: the capture has %zu",
			 r.only, n);
		return WRONG_USAGE;
	}
	look(&r, j->settings, report_output.to);
	if (!choice_make(&j->choice, &r))
		return NOT_WRITTEN;
	return write_kind(j, &r) ? ANALYSED : out_of_memory();
}

// Closes the output and has the last word on the status.
static int close_output(int status)
{
	char err[OUTPUT_ERROR];
	bool keep = status == ANALYSED || status == BROKEN_OFF;

	if (output_close(&report_output, keep, err))
		return status;
	if (*err)
		complain("%s", err);
	return NOT_WRITTEN;
}

// What the report would overwrite of that which it is made from, or NULL.
static const char *overwrites(const struct settings *s)
{
	if (!s->output)
		return NULL;
	for (size_t i = 0; i < s->file_count; i++) {
		if (output_replaces(s->output, s->files[i]))
			return "is one of the captures";
	}
	if (s->log_file && output_replaces(s->output, s->log_file))
		return "is the file of the log lines";
	return NULL;
}

// What connections may take: what was asked for, else half of the machine or of
// the address space that the program may have.
static size_t memory_limit(const struct settings *s)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	size_t limit = SIZE_MAX;
	struct rlimit space;

	if (s->max_memory)
		return s->max_memory;
	if (pages > 0 && page > 0)
		limit = (size_t)pages / 2 * (size_t)page;
	if (!getrlimit(RLIMIT_AS, &space) && space.rlim_cur / 2 < limit)
		limit = space.rlim_cur / 2;
	return limit;
}

// What the report that was asked for has no use for.
static unsigned left_out(const struct settings *s)
{
	bool rows = s->kind == KIND_CSV || s->kind == KIND_JSON;

	if (rows || s->where || s->log_file || s->log_count || s->ends[0])
		return 0;
	if (s->all || s->only)
		return ANALYSIS_ZEEK;
	if (s->kind == KIND_SUMMARY)
		return ANALYSIS_ZEEK | ANALYSIS_ORDINARY | ANALYSIS_FINDINGS;
	return ANALYSIS_ZEEK | ANALYSIS_ORDINARY;
}

// Two processors are often the two halves of one, and then a second thread
// takes from the first what it gives.
static bool splits(const struct settings *s)
{
	return s->jobs ? s->jobs > 1 : sysconf(_SC_NPROCESSORS_ONLN) >= 4;
}

// Rows of what may go on for long, and need nothing of what is still to come.
static bool flows(const struct job *j)
{
	const struct settings *s = j->settings;

	return (s->kind == KIND_CSV || s->kind == KIND_JSON) && j->ends == 1 &&
	       !s->only && !s->log_count && !s->log_file &&
	       capture_flows(j->capture[0]);
}

static void begin_stream(struct job *j)
{
	analysis_stream(j->analysis[0]);
	j->stream = (struct stream){
		.capture = j->capture[0],
		.analysis = j->analysis[0],
		.choice = &j->choice,
		.report = make_report(j),
		.write = reports[j->settings->kind],
		.to = report_output.to,
	};
	stream_begin(&j->stream);
}

// Where that failed, what it was is for close_output() to say.
static int end_stream(struct job *j)
{
	stream_end(&j->stream);
	return j->stream.failed ? NOT_WRITTEN : ANALYSED;
}

// From open captures to what is known of them; ANALYSED or BROKEN_OFF, or
// NOT_WRITTEN: no memory.
static int analyse(struct job *j)
{
	bool dropped[2] = { false, false };
	int status, broken = ANALYSED;

	j->pair = j->ends > 1 ? pair_new() : NULL;
	for (size_t end = 0; end < j->ends; end++) {
		j->analysis[end] = analysis_new();
		if (!j->analysis[end] || (j->ends > 1 && !j->pair))
			return out_of_memory();
		analysis_without(j->analysis[end], left_out(j->settings));
		if (splits(j->settings))
			analysis_split(j->analysis[end]);
		analysis_limit(j->analysis[end],
			       memory_limit(j->settings) / j->ends);
		if (j->settings->only && !end)
			analysis_watch(j->analysis[end], j->settings->only);
		if (flows(j))
			begin_stream(j);
		status = read_all(j, end);
		if (j->stream.failed)
			return NOT_WRITTEN; // which was said
		if (status == NOT_WRITTEN || !analysis_settle(j->analysis[end]))
			return out_of_memory();
		if (status == BROKEN_OFF)
			broken = status;
		dropped[end] = capture_drops(j->capture[end]) > 0;
	}
	if (!j->pair ||
	    pair_settle(j->pair, j->analysis[0], j->analysis[1], dropped))
		return broken;
	return out_of_memory();
}

static int open_one(const struct settings *s, size_t first, size_t n,
		    struct capture **c)
{
	char err[CAPTURE_ERROR];
	int status;

	*c = capture_open_only(s->files + first, n, err);
	if (*c)
		return ANALYSED;
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

// Opens the captures of a job; ANALYSED, or why not, which was said.
static int open_captures(struct job *j)
{
	const struct settings *s = j->settings;
	size_t files = j->ends > 1 ? 1 : s->file_count;
	int status = ANALYSED;

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

// Closes the sandbox, and reads the first that comes from outside; only a
// filter expression is understood before, and the headers that this takes.
static int begin(struct job *j, enum sandbox_stage stage)
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

static int explain_captures(struct job *j)
{
	int broken, status = begin(j, SANDBOX_REPORT);

	if (status != ANALYSED)
		return status;
	broken = analyse(j);
	if (broken == NOT_WRITTEN)
		return broken;
	status = j->stream.write ? end_stream(j) : write_report(j);
	return status == ANALYSED ? broken : status;
}

static void close_job(struct job *j)
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
}

static int browse_captures(struct job *j)
{
	int status = begin(j, SANDBOX_BROWSE);

	if (status != ANALYSED)
		return status;
	return browse_capture(j->settings, j->capture[0], j->choice.shown_zone,
			      memory_limit(j->settings));
}

static int explain_files(const struct settings *s)
{
	struct job j = { .settings = s, .ends = s->ends[0] ? 2 : 1 };
	char err[OUTPUT_ERROR];
	int status = WRONG_USAGE;
	const char *loss = overwrites(s);

	if (loss) {
		complain("%s: %s", s->output, loss);
		return status;
	}
	if (choice_begin(&j.choice, s))
		status = open_captures(&j);
	else if (j.choice.failed)
		status = NOT_WRITTEN;
	if (status == ANALYSED && wants_browser(s)) {
		status = browse_captures(&j);
	} else if (status == ANALYSED &&
		   !(output_open(&report_output, s->output, err) &&
		     output_guard(&report_output, err))) {
		complain("%s", err);
		status = NOT_WRITTEN;
	} else if (status == ANALYSED) {
		status = close_output(explain_captures(&j));
	}
	close_job(&j);
	return status;
}

// tcpwhy explain ------------------------------------------------------------

static int unknown_verdict(const char *word)
{
	enum verdict_id nearest = explain_nearest(word);

	if (nearest)
		complain("there is no verdict '%s'; did you mean %s?", word,
			 verdict_get(nearest)->name);
	else
		complain("there is no verdict '%s'; 'tcpwhy explain' lists "
			 "them",
			 word);
	return WRONG_USAGE;
}

static int explain_word(const struct settings *s, const char *word)
{
	struct report r = { 0 };
	struct text page = { 0 };
	char err[OUTPUT_ERROR];
	bool failed;

	if (word && !explain_find(word))
		return unknown_verdict(word);
	if (!output_open(&report_output, s->output, err)) {
		complain("%s", err);
		return NOT_WRITTEN;
	}
	look(&r, s, report_output.to);
	if (word)
		explain_page(&r, explain_find(word), &page);
	else
		explain_list(&r, &page);
	failed = page.failed;
	if (page.n && !failed)
		fwrite(page.s, 1, page.n, report_output.to);
	text_release(&page);
	return close_output(failed ? out_of_memory() : ANALYSED);
}

// ---------------------------------------------------------------------------

static int usage_error(const char *reason)
{
	if (reason)
		complain("%s", reason);
	fputs("Try 'tcpwhy --help'.\n", stderr);
	return WRONG_USAGE;
}

static int run(struct settings *s)
{
	if (s->file_count && !strcmp(s->files[0], "explain")) {
		if (s->file_count > 2)
			return usage_error("explain takes one verdict");
		return explain_word(s, s->files[1]);
	}
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
	struct settings settings;
	int status = ANALYSED;

	occupy_streams();
	setlocale(LC_CTYPE, "");
	signals_catch();
	switch (options_parse(&settings, argc, argv)) {
	case PARSED:
		status = run(&settings);
		break;
	case PARSED_DONE:
		status = output_open(&report_output, NULL, NULL)
			     ? close_output(ANALYSED)
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
