// What to add to the times of a file's records to have them on the capture's
// clock. A trace may count from the machine's start, strace by the time of day
// in whatever zone, and any clock may be wrong.
//
// Each pair of a record and a RST with the same ends proposes an offset. What
// several connections propose alike is right: chance, other hosts and other
// times propose offsets that scatter.
#include "query/records_parts.h"

#include "base/nanoseconds.h"

#include <stdlib.h>

// How wrong a clock on the wall may be, if a single record has to do.
static const int64_t WRONG_SURE = SECOND, WRONG_WEAK = 10 * SECOND;

enum {
	PAIRS_EACH = 16,  // RSTs that a record is held against
	PROPOSALS = 4096, // enough to tell an offset by
};

struct proposal {
	int64_t offset;
	uint32_t record; // the first one with these ends
};

static int by_offset(const void *a, const void *b)
{
	const struct proposal *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return x->record < y->record ? -1 : x->record > y->record;
}

static int by_ends(const struct record_rst *x, const struct record_rst *y)
{
	int order = addr_cmp(&x->addr[0], &y->addr[0]);

	if (!order)
		order = addr_cmp(&x->addr[1], &y->addr[1]);
	if (!order)
		order = (int)x->port[0] - (int)y->port[0];
	return order ? order : (int)x->port[1] - (int)y->port[1];
}

int records_by_ends(const void *a, const void *b)
{
	const struct record_rst *x = a, *y = b;
	int order = by_ends(x, y);

	if (order)
		return order;
	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->frame < y->frame ? -1 : x->frame > y->frame;
}

void records_sort_rsts(struct records *r)
{
	if (r->rsts)
		qsort(r->rst, r->rsts, sizeof *r->rst, records_by_ends);
}

struct record_rst *records_alike(struct record_rst *rst, size_t *n,
				 const struct record_rst *like)
{
	size_t low = 0, left = *n, end;

	while (left) {
		size_t half = left / 2;

		if (by_ends(&rst[low + half], like) < 0) {
			low += half + 1;
			left -= half + 1;
		} else {
			left = half;
		}
	}
	for (end = low; end < *n && !by_ends(&rst[end], like);)
		end++;
	*n = end - low;
	return rst + low;
}

struct record_rst *records_rsts(const struct records *r,
				const struct record *one, size_t *n)
{
	bool from = one->kind != RECORD_RECEIVED;
	struct record_rst like = {
		.addr = { one->addr[!from], one->addr[from] },
		.port = { one->port[!from], one->port[from] },
	};

	*n = r->rsts;
	return records_alike(r->rst, n, &like);
}

bool records_fits(const struct record *one, const struct record_rst *rst)
{
	bool ack = rst->flags & TCP_ACK;

	if (one->form == FORM_OF_SOCKET)
		return ack;
	return one->form != FORM_OF_ANSWER || !ack || rst->acks_nothing;
}

// The first record of the file that has the ends of this one.
static uint32_t first_alike(const struct records *r, size_t i)
{
	size_t n;
	const struct record_rst *rst = records_rsts(r, &r->record[i], &n);

	return (uint32_t)(rst - r->rst);
}

// Proposals of a file; they may be many, as a client may use its ports again.
static size_t propose(const struct records *r, size_t file,
		      struct proposal *out, size_t room)
{
	size_t all = 0, n;

	for (size_t i = 0; i < r->records; i++) {
		const struct record *one = &r->record[i];
		const struct record_rst *rst;

		if (one->file != file)
			continue;
		rst = records_rsts(r, one, &n);
		for (size_t k = 0; k < n && k < PAIRS_EACH; k++) {
			if (!records_fits(one, &rst[k]) || all == room)
				continue;
			out[all++] = (struct proposal){ rst[k].time - one->time,
							first_alike(r, i) };
		}
	}
	return all;
}

static int by_record(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

// How many different connections are among n proposals.
static size_t connections(const struct proposal *p, size_t n, uint32_t *scratch)
{
	size_t different = 0;

	for (size_t i = 0; i < n; i++)
		scratch[i] = p[i].record;
	if (n)
		qsort(scratch, n, sizeof *scratch, by_record);
	for (size_t i = 0; i < n; i++)
		different += !i || scratch[i] != scratch[i - 1];
	return different;
}

struct cluster {
	size_t first, n, connections;
	int64_t wrong;
};

// How wrong a clock on the wall is that needs this offset. Zones lie a multiple
// of a quarter of an hour apart.
static int64_t wrong_by(int64_t offset, enum record_clock clock)
{
	const int64_t step = 15 * MINUTE;
	int64_t rest;

	if (clock != CLOCK_OF_DAY)
		return llabs(offset);
	rest = llabs(offset) % step;
	return rest < step - rest ? rest : step - rest;
}

static bool is_walls(enum record_clock clock)
{
	return clock == CLOCK_WALL || clock == CLOCK_OF_DAY;
}

// The offset that most connections propose alike; of two such the one by which
// a clock on the wall is less wrong.
static struct cluster largest(const struct proposal *p, size_t n,
			      enum record_clock clock, uint32_t *scratch)
{
	struct cluster best = { 0 };
	size_t end = 0;

	for (size_t i = 0; i < n; i++) {
		struct cluster c = { .first = i };

		while (end < n && p[end].offset - p[i].offset <= RECORDS_SPREAD)
			end++;
		c.n = end - i;
		if (c.n < best.connections)
			continue;
		c.connections = connections(p + i, c.n, scratch);
		c.wrong = wrong_by(p[i + c.n / 2].offset, clock);
		if (c.connections > best.connections ||
		    (c.connections == best.connections && is_walls(clock) &&
		     c.wrong < best.wrong))
			best = c;
	}
	return best;
}

static void decide(struct record_file *f, const struct proposal *p, size_t n,
		   uint32_t *scratch)
{
	struct cluster best = largest(p, n, f->clock, scratch);
	bool alone = best.connections == connections(p, n, scratch);

	if (!best.n)
		return;
	f->sum.offset = p[best.first + best.n / 2].offset;
	if (best.connections > 1) {
		f->sum.timed = true;
	} else if (is_walls(f->clock)) {
		f->sum.timed = best.wrong <= WRONG_WEAK;
		f->sum.weak = best.wrong > WRONG_SURE;
	} else {
		f->sum.timed = f->sum.weak = alone;
	}
}

// A file may tell what the clock on the wall showed. What several records say
// alike counts more all the same, since clocks may be wrong.
static void heed_marker(struct record_file *f)
{
	bool near = llabs(f->sum.offset - f->marker) <= WRONG_SURE;

	if (!f->marked || (f->sum.timed && !f->sum.weak))
		return;
	if (!f->sum.timed || !near)
		f->sum.offset = f->marker;
	f->sum.timed = true;
	f->sum.weak = false;
}

bool records_clock(struct records *r, size_t file)
{
	size_t room = 0, n;
	struct proposal *p;
	uint32_t *scratch;

	for (size_t i = 0; i < r->records; i++)
		room += r->record[i].file == file ? PAIRS_EACH : 0;
	room = room < PROPOSALS ? room : PROPOSALS;
	p = calloc(room + 1, sizeof *p);
	scratch = calloc(room + 1, sizeof *scratch);
	if (p && scratch) {
		n = propose(r, file, p, room);
		if (n)
			qsort(p, n, sizeof *p, by_offset);
		decide(&r->file[file], p, n, scratch);
		heed_marker(&r->file[file]);
	}
	free(scratch);
	free(p);
	return p && scratch;
}
