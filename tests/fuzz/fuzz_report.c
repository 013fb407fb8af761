// Any bytes as a capture file, all the way: connections, verdicts, every
// report, and the timeline of the first connections. Beyond not crashing:
// the counts add up, CSV and JSON have a row for each connection, no report has
// a control character, a code point that hides or turns text, or broken UTF-8,
// and the same bytes give the same report.
#define _GNU_SOURCE
#include "analysis/analysis.h"
#include "base/printable.h"
#include "read/capture.h"
#include "report/clusters.h"
#include "report/report.h"
#include "report/report_html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { TIMELINES = 4 };

struct made {
	char *s;
	size_t n;
	size_t connections;
	size_t number[TIMELINES]; // of the first ones
};

static void demand(int ok)
{
	if (!ok)
		abort();
}

// With a connection's number: watched, its steps kept.
static struct analysis *analyse(struct capture *c, size_t watched)
{
	struct analysis *a = analysis_new();
	struct frame f;

	demand(a != NULL);
	if (watched)
		analysis_watch(a, watched);
	while (capture_next(c, &f))
		demand(analysis_frame(a, &f, capture_comment(c)));
	analysis_settle(a);
	return a;
}

static void check_counts(const struct analysis *a, const struct capture *c)
{
	const struct tally *t = analysis_tally(a);
	uint64_t sum = 0, segments = 0;

	for (int i = 0; i < PACKET_KINDS; i++)
		sum += t->kind[i];
	demand(sum == t->frames && t->frames == capture_frames(c));
	for (size_t i = 0; i < analysis_count(a); i++) {
		const struct connection *k = analysis_get(a, i);
		demand(k->verdict > VERDICT_NONE && k->verdict < VERDICTS);
		demand(k->confidence < CONFIDENCES);
		demand(k->packets[0] + k->packets[1] > 0);
		segments += k->packets[0] + k->packets[1];
	}
	demand(segments <= t->kind[PACKET_SEGMENT]);
}

// All but line ends must be printable already.
static void check_printable(const struct made *m, size_t from)
{
	struct text again = { 0 };

	while (from < m->n) {
		const char *line = m->s + from;
		const char *end = memchr(line, '\n', m->n - from);
		size_t n = end ? (size_t)(end - line) : m->n - from;

		text_cut(&again, 0);
		printable_add(&again, line, n, PRINTABLE_AGAIN);
		demand(!again.failed && again.n == n);
		demand(!n || !memcmp(again.s, line, n));
		from += n + 1;
	}
	text_release(&again);
}

static size_t rows(const struct made *m, size_t from)
{
	size_t n = 0;

	for (size_t i = from; i < m->n; i++)
		n += m->s[i] == '\n';
	return n;
}

// One line a connection, behind so many others.
static void write_rows(const struct report *r, struct made *m, FILE *to,
		       bool (*write)(const struct report *, FILE *),
		       size_t heads)
{
	size_t from;

	fflush(to);
	from = m->n;
	demand(write(r, to));
	fflush(to);
	demand(rows(m, from) == heads + (r->only ? 1 : m->connections));
}

// Records behind those of the connections.
static size_t findings(const struct report *r)
{
	struct clusters all;
	size_t n;

	demand(clusters_find(&all, r));
	n = r->only ? 0 : all.n;
	clusters_release(&all);
	return n;
}

static void write_all(const struct report *r, struct made *m)
{
	FILE *to = open_memstream(&m->s, &m->n);

	demand(to != NULL);
	m->connections = analysis_count(r->analysis);
	for (size_t i = 0; i < TIMELINES && i < m->connections; i++)
		m->number[i] = report_number(r, i);
	demand(report_text(r, to) && report_summary(r, to) &&
	       report_markdown(r, to) && report_html(r, NULL, to));
	write_rows(r, m, to, report_csv, 1);
	write_rows(r, m, to, report_json, 1 + findings(r));
	fclose(to);
	check_printable(m, 0);
}

// The reports of everything, or of one connection with its timeline.
static struct made explain(const char *name, size_t only)
{
	const char *const files[] = { name };
	char err[CAPTURE_ERROR];
	struct made m = { 0 };
	struct capture *c = capture_open(files, 1, err);

	if (!c)
		return m;
	struct analysis *a = analyse(c, only);
	check_counts(a, c);
	struct report r = { .analysis = a,
			    .files = files,
			    .file_count = 1,
			    .frames = capture_frames(c),
			    .drops = capture_drops(c),
			    .streams = true,
			    .only = only,
			    .all = true,
			    .utf8 = true,
			    .width = 100 };
	write_all(&r, &m);
	analysis_free(a);
	capture_close(c);
	return m;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char name[64];
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	struct made once = explain(name, 0), twice = explain(name, 0);
	demand(once.n == twice.n &&
	       !memcmp(once.s ? once.s : "", twice.s ? twice.s : "", once.n));
	for (size_t i = 0; i < once.connections && i < TIMELINES; i++) {
		struct made one = explain(name, once.number[i]);
		free(one.s);
	}
	free(once.s);
	free(twice.s);
	close(fd);
	return 0;
}
