#include "cli/analyse.h"

#include "cli/memory.h"
#include "cli/message.h"
#include "cli/progress.h"
#include "cli/report_output.h"
#include "cli/report_write.h"
#include "cli/signals.h"
#include "cli/status.h"

#include <stdint.h>
#include <unistd.h>

enum {
	FRAMES = 64,  // read at a time
	PAIR_PART = 6 // of all memory is for what one of two ends sent
};

static bool take_frame(struct job *j, size_t end, const struct frame *f,
		       const char *comment)
{
	return analysis_frame(j->analysis[end], f, comment) &&
	       (!j->with.records || records_frame(j->with.records, f)) &&
	       (!j->pair || pair_frame(j->pair, (enum pair_end)end, f));
}

// The next frames, at most FRAMES; 0: the end.
static size_t next_frames(struct job *j, size_t end, struct frame *out)
{
	return j->stream.write ? (size_t)stream_next(&j->stream, out)
			       : capture_batch(j->capture[end], out, FRAMES);
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

static bool wants_rows(const struct settings *s)
{
	return settings_want(s, KIND_CSV) || settings_want(s, KIND_JSON);
}

// What the reports that were asked for have no use for.
static unsigned left_out(const struct settings *s)
{
	if (wants_rows(s) || s->where || s->fail_on || s->sort || s->log_file ||
	    s->log_count || s->ends[0] || s->with_count)
		return 0;
	if (s->all || s->only)
		return ANALYSIS_ZEEK;
	if (s->targets == 1 && settings_want(s, KIND_SUMMARY))
		return ANALYSIS_ZEEK | ANALYSIS_ORDERLY_FINDINGS |
		       ANALYSIS_FINDINGS;
	return ANALYSIS_ZEEK | ANALYSIS_ORDERLY_FINDINGS;
}

// Hyper-threads share a core: a second thread gains nothing there.
static bool splits(const struct settings *s)
{
	return s->jobs ? s->jobs > 1 : sysconf(_SC_NPROCESSORS_ONLN) >= 4;
}

// Rows of what may go on for long, and need nothing of what is still to come.
static bool flows(const struct job *j)
{
	const struct settings *s = j->settings;

	return s->targets == 1 && wants_rows(s) && j->ends == 1 && !s->only &&
	       !s->sort && !s->limit && !s->with_count && !s->log_count &&
	       !s->log_file && capture_flows(j->capture[0]);
}

static void begin_stream(struct job *j)
{
	analysis_stream(j->analysis[0]);
	j->stream = (struct stream){
		.capture = j->capture[0],
		.analysis = j->analysis[0],
		.choice = &j->choice,
		.report = report_make(j),
		.write = report_writer_of(j->settings->target->kind),
		.to = report_output(0),
	};
	j->stream.report.unfinished = true;
	stream_begin(&j->stream);
}

// Where that failed, what it was is for report_output_close() to say.
int analyse_end_stream(struct job *j)
{
	stream_end(&j->stream);
	return j->stream.failed ? NOT_WRITTEN : ANALYSED;
}

// Two captures that can't be compared; no conclusion from them would hold.
static int compared(const struct job *j)
{
	static const char *const reasons[] = {
		[PAIR_SWAPPED] = "the client's packets are in the server's "
				 "capture first: --client and --server are "
				 "swapped",
		[PAIR_TWICE] = "--client and --server are one capture: each "
			       "packet is in both, at the same time",
		[PAIR_STRANGERS] = "no packet is in both captures: they are of "
				   "other times, other hosts, or of both sides "
				   "of a proxy",
	};
	enum pair_place place = pair_sum(j->pair)->place;

	if (!reasons[place])
		return ANALYSED;
	complain("%s", reasons[place]);
	return WRONG_USAGE;
}

int analyse(struct job *j)
{
	bool dropped[2] = { false, false };
	int status, broken = with_read(&j->with);

	if (broken != ANALYSED && broken != BROKEN_OFF)
		return broken;
	j->pair = j->ends > 1 ? pair_new() : NULL;
	if (j->pair)
		pair_limit(j->pair, memory_limit(j->settings) / PAIR_PART);
	for (size_t end = 0; end < j->ends; end++) {
		j->analysis[end] = analysis_new();
		if (!j->analysis[end] || (j->ends > 1 && !j->pair))
			return complain_memory();
		analysis_without(j->analysis[end], left_out(j->settings));
		if (splits(j->settings))
			analysis_split(j->analysis[end]);
		analysis_limit(j->analysis[end],
			       memory_limit(j->settings) /
				   (j->ends > 1 ? 4 : 1),
			       j->spill);
		if (j->settings->only && !end)
			analysis_watch(j->analysis[end], j->settings->only);
		if (flows(j))
			begin_stream(j);
		status = read_all(j, end);
		if (j->stream.failed)
			return NOT_WRITTEN; // which was said
		if (status == NOT_WRITTEN || !analysis_settle(j->analysis[end]))
			return complain_memory();
		memory_tell(j->settings, j->analysis[end], j->spill);
		if (j->pair && pair_cut(j->pair, (enum pair_end)end))
			complain("--max-memory: the first %zu segments of %s "
				 "alone are compared",
				 pair_cut(j->pair, (enum pair_end)end),
				 j->settings->ends[end]);
		if (status == BROKEN_OFF)
			broken = status;
		dropped[end] = capture_drops(j->capture[end]) > 0;
	}
	if (!j->pair) {
		status = with_settle(&j->with, j->analysis[0]);
		return status == ANALYSED ? broken : status;
	}
	if (!pair_settle(j->pair, j->analysis[0], j->analysis[1], dropped))
		return complain_memory();
	status = compared(j);
	return status == ANALYSED ? broken : status;
}
