// What holds of every capture, tried on all samples: any prefix of it still
// gives a report, the counts add up, the same bytes give the same report, and
// two halves named in either order are one capture. And packets in another
// order do no harm, nor, if the order is one that happens, make another verdict
// certain.
#define _GNU_SOURCE
#include "analysis/analysis.h"
#include "read/capture.h"
#include "report/report.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { FILE_HEADER = 24, RECORD_HEADER = 16, STEP = 29, ROOM = 1 << 20 };

struct bytes_of {
	uint8_t *b;
	size_t n;
};

struct made {
	char *s;
	size_t n;
};

// A file of memory --------------------------------------------------------

struct memfile {
	int fd;
	char name[64];
};

static struct memfile memfile_make(const struct bytes_of *d, size_t n)
{
	struct memfile m = { .fd = memfd_create("capture", MFD_CLOEXEC) };

	assert_true(m.fd >= 0);
	assert_int_equal(write(m.fd, d->b, n), (ssize_t)n);
	snprintf(m.name, sizeof m.name, "/proc/self/fd/%d", m.fd);
	return m;
}

static struct bytes_of sample_read(const char *path)
{
	struct bytes_of d = { .b = malloc(ROOM) };
	FILE *f = fopen(path, "rb");

	assert_non_null(d.b);
	assert_non_null(f);
	d.n = fread(d.b, 1, ROOM, f);
	assert_true(d.n < ROOM);
	fclose(f);
	return d;
}

// Explaining ----------------------------------------------------------------

static struct analysis *analyse(struct capture *c)
{
	struct analysis *a = analysis_new();
	struct frame f;

	assert_non_null(a);
	while (capture_next(c, &f))
		assert_true(analysis_frame(a, &f, capture_comment(c)));
	analysis_settle(a);
	return a;
}

static void check_counts(const struct analysis *a, const struct capture *c)
{
	const struct tally *t = analysis_tally(a);
	uint64_t kinds = 0, segments = 0;

	for (int i = 0; i < PACKET_KINDS; i++)
		kinds += t->kind[i];
	for (size_t i = 0; i < analysis_count(a); i++)
		segments += analysis_get(a, i)->packets[0] +
			    analysis_get(a, i)->packets[1];
	assert_true(kinds == t->frames);
	assert_true(t->frames == capture_frames(c));
	assert_true(segments + t->duplicates == t->kind[PACKET_SEGMENT]);
}

static size_t lines(const struct made *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->s[i] == '\n';
	return n;
}

static struct made print(const struct report *r,
			 bool (*how)(const struct report *, FILE *))
{
	struct made m = { 0 };
	FILE *to = open_memstream(&m.s, &m.n);

	assert_non_null(to);
	assert_true(how(r, to));
	assert_int_equal(fclose(to), 0);
	return m;
}

// The CSV of n files; an empty one if they can't be read at all.
static struct made explain(const char *const *files, size_t n)
{
	char err[CAPTURE_ERROR];
	struct made csv = { 0 }, text;
	struct capture *c = capture_open(files, n, err);

	if (!c) {
		assert_true(*err);
		return csv;
	}
	struct analysis *a = analyse(c);
	struct report r = { .analysis = a,
			    .files = files,
			    .file_count = n,
			    .frames = capture_frames(c),
			    .all = true,
			    .width = 100 };
	check_counts(a, c);
	text = print(&r, report_text);
	csv = print(&r, report_csv);
	assert_true(text.n > 0);
	assert_int_equal(lines(&csv), 1 + analysis_count(a));
	free(text.s);
	analysis_free(a);
	capture_close(c);
	return csv;
}

static struct made explain_prefix(const struct bytes_of *d, size_t n)
{
	struct memfile f = memfile_make(d, n);
	const char *const files[] = { f.name };
	struct made m = explain(files, 1);

	close(f.fd);
	return m;
}

// Properties -----------------------------------------------------------------

static void try_prefixes(const struct bytes_of *d)
{
	for (size_t n = 0; n <= d->n; n += n < 80 ? 1 : STEP) {
		struct made m = explain_prefix(d, n);
		assert_true(m.s || n < FILE_HEADER || d->b[0] == 0x0a);
		free(m.s);
	}
}

static void try_again(const struct bytes_of *d)
{
	struct made one = explain_prefix(d, d->n);
	struct made two = explain_prefix(d, d->n);

	assert_non_null(one.s);
	assert_int_equal(one.n, two.n);
	assert_memory_equal(one.s, two.s, one.n);
	free(one.s);
	free(two.s);
}

// The length of the first half, 0 if it can't be cut: records of a classic
// file in this machine's byte order.
static size_t middle(const struct bytes_of *d)
{
	size_t at = FILE_HEADER;
	uint32_t magic, len, before = 0, time[2];

	memcpy(&magic, d->b, sizeof magic);
	if (magic != 0xa1b2c3d4 && magic != 0xa1b23c4d)
		return 0;
	while (at < d->n / 2) {
		memcpy(time, d->b + at, sizeof time);
		if (time[0] < before)
			return 0; // the clock went back: no order of time
		before = time[0];
		memcpy(&len, d->b + at + 8, sizeof len);
		at += RECORD_HEADER + len;
	}
	return at < d->n ? at : 0;
}

// Cuts out what tells frame numbers: tcp_stream, and all from the evidence on,
// whose sentences stand in the order of frames. What is left must be equal:
// the verdict, and what programs saw.
static void keep_columns(struct made *m)
{
	size_t to = 0;

	for (size_t i = 0, comma = 0; i < m->n; i++) {
		comma = m->s[i] == '\n' ? 0 : comma + (m->s[i] == ',');
		if ((comma != 1 && comma < 24) || m->s[i] == '\n')
			m->s[to++] = m->s[i];
	}
	m->n = to;
}

static void try_halves(const struct bytes_of *d)
{
	size_t cut = middle(d);
	struct bytes_of second = { malloc(d->n), 0 };

	assert_non_null(second.b);
	if (cut > FILE_HEADER) {
		memcpy(second.b, d->b, FILE_HEADER);
		memcpy(second.b + FILE_HEADER, d->b + cut, d->n - cut);
		second.n = FILE_HEADER + d->n - cut;
		struct memfile a = memfile_make(d, cut);
		struct memfile b = memfile_make(&second, second.n);
		const char *const order[] = { a.name, b.name };
		const char *const other[] = { b.name, a.name };
		struct made whole = explain_prefix(d, d->n);
		struct made one = explain(order, 2), two = explain(other, 2);
		keep_columns(&whole);
		keep_columns(&one);
		keep_columns(&two);
		assert_int_equal(whole.n, one.n);
		assert_memory_equal(whole.s, one.s, whole.n);
		assert_int_equal(whole.n, two.n);
		assert_memory_equal(whole.s, two.s, whole.n);
		free(whole.s);
		free(one.s);
		free(two.s);
		close(a.fd);
		close(b.fd);
	}
	free(second.b);
}

// Packets in another order ---------------------------------------------------

enum { RECORDS = 4096 };

struct records {
	size_t at[RECORDS + 1]; // where each begins, and the end
	size_t n;
};

// Those of a classic file in this machine's byte order; else none.
static struct records records_of(const struct bytes_of *d)
{
	struct records r = { .at = { FILE_HEADER } };
	uint32_t magic, len;

	memcpy(&magic, d->b, sizeof magic);
	if (magic != 0xa1b2c3d4 && magic != 0xa1b23c4d)
		return r;
	while (r.n < RECORDS && r.at[r.n] + RECORD_HEADER < d->n) {
		memcpy(&len, d->b + r.at[r.n] + 8, sizeof len);
		if (r.at[r.n] + RECORD_HEADER + len > d->n)
			break;
		r.at[r.n + 1] = r.at[r.n] + RECORD_HEADER + len;
		r.n++;
	}
	return r;
}

// The file with its packets in this order, each at the time of the one whose
// place it takes.
static struct bytes_of reorder(const struct bytes_of *d,
			       const struct records *r, const size_t *order)
{
	struct bytes_of out = { malloc(d->n), FILE_HEADER };

	assert_non_null(out.b);
	memcpy(out.b, d->b, FILE_HEADER);
	for (size_t i = 0; i < r->n; i++) {
		size_t from = r->at[order[i]];
		size_t n = r->at[order[i] + 1] - from;
		memcpy(out.b + out.n, d->b + from, n);
		memcpy(out.b + out.n, d->b + r->at[i], 8);
		out.n += n;
	}
	return out;
}

static struct analysis *analyse_bytes(const struct bytes_of *d)
{
	char err[CAPTURE_ERROR];
	struct memfile f = memfile_make(d, d->n);
	const char *const files[] = { f.name };
	struct capture *c = capture_open(files, 1, err);

	assert_non_null(c);
	struct analysis *a = analyse(c);
	check_counts(a, c);
	capture_close(c);
	close(f.fd);
	return a;
}

// True if a has a connection on the addresses and ports of c, either way
// round, with its verdict.
static bool has_verdict(const struct analysis *a, const struct connection *c)
{
	for (size_t i = 0; i < analysis_count(a); i++) {
		const struct connection *o = analysis_get(a, i);
		for (int k = 0; k < 2; k++)
			if (o->verdict == c->verdict &&
			    o->port[k] == c->port[0] &&
			    o->port[!k] == c->port[1] &&
			    !addr_cmp(&o->addr[k], &c->addr[0]) &&
			    !addr_cmp(&o->addr[!k], &c->addr[1]))
				return true;
	}
	return false;
}

static void expect_no_other_certainty(const struct analysis *a,
				      const struct bytes_of *d, size_t swapped)
{
	struct analysis *b = analyse_bytes(d);

	for (size_t i = 0; i < analysis_count(b); i++) {
		const struct connection *c = analysis_get(b, i);
		if (c->confidence != CERTAIN || has_verdict(a, c))
			continue;
		fprintf(stderr, "frames %zu and %zu swapped: %s is certain\n",
			swapped, swapped + 1, verdict_get(c->verdict)->name);
		fail();
	}
	analysis_free(b);
}

static int64_t gap(const struct bytes_of *d, const struct records *r, size_t i)
{
	uint32_t t[2], u[2];

	memcpy(t, d->b + r->at[i], sizeof t);
	memcpy(u, d->b + r->at[i + 1], sizeof u);
	return ((int64_t)u[0] - t[0]) * 1000000 + ((int64_t)u[1] - t[1]);
}

// As captures on several queues have them.
static void try_neighbours(const struct bytes_of *d)
{
	enum { CLOSE_US = 200 };
	struct records r = records_of(d);
	size_t order[RECORDS];
	struct analysis *a;

	if (!r.n)
		return;
	a = analyse_bytes(d);
	for (size_t i = 0; i < r.n; i++)
		order[i] = i;
	for (size_t i = 0; i + 1 < r.n; i++) {
		int64_t us = gap(d, &r, i);
		if (us < 0 || us > CLOSE_US)
			continue;
		order[i] = i + 1;
		order[i + 1] = i;
		struct bytes_of o = reorder(d, &r, order);
		expect_no_other_certainty(a, &o, i + 1);
		free(o.b);
		order[i] = i;
		order[i + 1] = i + 1;
	}
	analysis_free(a);
}

// Any order at all: nonsense, but no harm.
static void try_shuffles(const struct bytes_of *d)
{
	struct records r = records_of(d);
	size_t order[RECORDS];
	uint32_t random = 1;

	for (int round = 0; round < 8 && r.n; round++) {
		for (size_t i = 0; i < r.n; i++)
			order[i] = i;
		for (size_t i = r.n; i-- > 1;) {
			random = random * 1664525 + 1013904223;
			size_t k = (random >> 8) % (i + 1), was = order[i];
			order[i] = order[k];
			order[k] = was;
		}
		struct bytes_of o = reorder(d, &r, order);
		struct made m = explain_prefix(&o, o.n);
		assert_non_null(m.s);
		free(m.s);
		free(o.b);
	}
}

// ---------------------------------------------------------------------------

static void for_all(void (*property)(const struct bytes_of *))
{
	glob_t found;

	assert_int_equal(glob("samples/*.pcap*", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct bytes_of d = sample_read(found.gl_pathv[i]);
		fprintf(stderr, "%s\n", found.gl_pathv[i]); // the culprit
		property(&d);
		free(d.b);
	}
	globfree(&found);
}

static void every_prefix_gives_a_report(void **state)
{
	(void)state;
	for_all(try_prefixes);
}

static void two_runs_print_the_same(void **state)
{
	(void)state;
	for_all(try_again);
}

static void halves_in_any_order_are_the_whole(void **state)
{
	(void)state;
	for_all(try_halves);
}

static void neighbours_swapped_make_nothing_else_certain(void **state)
{
	(void)state;
	for_all(try_neighbours);
}

static void any_order_gives_a_report(void **state)
{
	(void)state;
	for_all(try_shuffles);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_prefix_gives_a_report),
		cmocka_unit_test(two_runs_print_the_same),
		cmocka_unit_test(any_order_gives_a_report),
		cmocka_unit_test(neighbours_swapped_make_nothing_else_certain),
		cmocka_unit_test(halves_in_any_order_are_the_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
