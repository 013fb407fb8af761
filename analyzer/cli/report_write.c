#include "cli/report_write.h"

#include "base/output.h"
#include "base/unforeseen.h"
#include "cli/look.h"
#include "cli/memory.h"
#include "cli/message.h"
#include "cli/report_output.h"
#include "cli/signals.h"
#include "cli/status.h"
#include "report/clusters.h"
#include "report/packets.h"
#include "report/report_html.h"

#include <stdint.h>

enum { REPORT_PART = 4 }; // of all memory is for finding groups

// The report of each kind.
static report_writer *const reports[] = {
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
	while (!unforeseen(&a, sizeof a))
		;
	return a;
}

report_writer *report_writer_of(enum kind kind)
{
	return reports[kind];
}

struct report report_make(struct job *j)
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
		.records = j->with.records,
		.zone = j->choice.shown_zone,
		.grouped = memory_limit(s) / REPORT_PART / CLUSTERS_BYTES,
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

static bool write_page(struct job *j, const struct report *r, FILE *to)
{
	uint32_t which[HTML_CONNECTIONS];
	size_t n = report_html_choose(r, which);

	if (j->again && !read_again(j, which, n))
		return false;
	return report_html(r, j->ladders, to);
}

// Copies the packets of the connections that the report is about.
static bool write_packets(struct job *j, const struct report *r, FILE *to)
{
	struct packets *p = packets_new(r, to);
	struct capture *c = j->copied;
	struct frame frame;
	bool room = p;

	signals_reading(c);
	while (room && !signals_stopped() && capture_next(c, &frame))
		room = packets_frame(p, &frame, capture_comment(c));
	signals_reading(NULL);
	room = room && !capture_no_memory(c);
	if (room && signals_stopped())
		complain("interrupted: not all packets were written");
	packets_free(p);
	return room;
}

static bool write_kind(struct job *j, const struct report *r, enum kind kind,
		       FILE *to)
{
	if (kind == KIND_HTML)
		return write_page(j, r, to);
	if (kind == KIND_PACKETS)
		return write_packets(j, r, to);
	return reports[kind](r, to);
}

// What was given up for want of memory.
static void tell_groups(const struct report *r, enum kind kind)
{
	bool groups = kind == KIND_DEFAULT || kind == KIND_TEXT ||
		      kind == KIND_MARKDOWN || kind == KIND_HTML;

	if (groups && !r->only && !r->ranking &&
	    clusters_among(r) < report_size(r))
		complain("--max-memory: groups are looked for among the first "
			 "%zu connections alone",
			 clusters_among(r));
}

int report_write(struct job *j)
{
	const struct settings *s = j->settings;
	struct report r = report_make(j);
	size_t n = analysis_count(r.analysis);

	if (r.only && report_nth(&r, 0) >= n) {
		complain("there is no connection %zu: the capture has %zu%s",
			 r.only, n,
			 r.only <= n ? ", and some numbers belong to SYNs that "
				       "began none"
				     : "");
		return WRONG_USAGE;
	}
	if (!choice_make(&j->choice, &r))
		return NOT_WRITTEN;
	for (size_t i = 0; i < s->targets; i++) {
		look(&r, s, report_output(i));
		tell_groups(&r, s->target[i].kind);
		if (!write_kind(j, &r, s->target[i].kind, report_output(i)))
			return complain_memory();
	}
	return ANALYSED;
}

static const char *overwrites(const struct settings *s, const char *path)
{
	for (size_t i = 0; i < s->file_count; i++) {
		if (output_replaces(path, s->files[i]))
			return "is one of the captures";
	}
	for (size_t i = 0; i < s->with_count; i++) {
		struct records_host host;

		if (output_replaces(path, with_name(s->with[i], &host)))
			return "is a file of --with";
	}
	if (s->log_file && output_replaces(path, s->log_file))
		return "is the file of the log lines";
	return NULL;
}

bool report_overwrites(const struct settings *s)
{
	for (size_t i = 0; i < s->targets; i++) {
		const char *path = s->target[i].path;
		const char *loss = path ? overwrites(s, path) : NULL;

		if (loss) {
			complain("%s: %s", path, loss);
			return true;
		}
	}
	return false;
}
