#include "query/records_parts.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

struct records *records_new(void)
{
	return calloc(1, sizeof(struct records));
}

void records_free(struct records *r)
{
	if (!r)
		return;
	free(r->record);
	free(r->rst);
	free(r->recorded);
	free(r->fact);
	free(r);
}

bool records_file(struct records *r, const char *name,
		  const struct records_host *host)
{
	if (r->files == RECORDS_FILES)
		return false;
	r->file[r->files++] =
	    (struct record_file){ .sum.name = name, .host = *host };
	return true;
}

// Formats, by what a line of them holds.
static bool (*const readers[])(struct records *r, const char *line) = {
	records_read_trace,
	records_read_strace,
};

bool records_line(struct records *r, const char *line)
{
	struct records_sum *sum = &r->file[r->files - 1].sum;
	bool known = false;

	sum->lines++;
	for (size_t i = 0; !known && i < sizeof readers / sizeof *readers; i++)
		known = readers[i](r, line);
	sum->known += known;
	return !r->failed;
}

struct record *records_add(struct records *r, const struct record *one)
{
	struct record *more =
	    array_grown(r->record, r->records, &r->records_size, sizeof *more);
	struct records_sum *sum = &r->file[r->files - 1].sum;

	r->failed |= !more;
	if (!more)
		return NULL;
	r->record = more;
	more += r->records++;
	*more = *one;
	more->file = (uint32_t)r->files - 1;
	more->line = (uint32_t)sum->lines;
	sum->records++;
	return more;
}

bool records_frame(struct records *r, const struct frame *f)
{
	const struct segment *s = &r->packet.segment;
	struct record_rst *more;

	packet_decode(f, &r->packet);
	if (r->packet.kind != PACKET_SEGMENT || !(s->flags & TCP_RST))
		return true;
	more = array_grown(r->rst, r->rsts, &r->rsts_size, sizeof *more);
	if (!more)
		return false;
	r->rst = more;
	more[r->rsts++] = (struct record_rst){
		.addr = { s->src, s->dst },
		.port = { s->src_port, s->dst_port },
		.time = s->time,
		.frame = s->frame,
		.flags = s->flags,
		.acks_nothing = !s->seq,
	};
	return true;
}

bool records_settle(struct records *r, const struct analysis *a)
{
	bool ok = true;

	r->analysis = a;
	r->recorded = calloc(analysis_count(a) + 1, sizeof *r->recorded);
	for (size_t i = 0; r->recorded && i < analysis_count(a); i++)
		r->recorded[i].c = *analysis_get(a, i);
	records_sort_rsts(r);
	for (size_t i = 0; ok && i < r->files; i++)
		ok = records_clock(r, i);
	return ok && r->recorded && records_join(r) && records_judge(r);
}

const struct recorded *records_get(const struct records *r, size_t i)
{
	return &r->recorded[i];
}

const struct records_fact *records_facts(const struct records *r,
					 const struct recorded *one)
{
	return r->fact ? r->fact + one->fact : NULL;
}

size_t records_files(const struct records *r)
{
	return r->files;
}

const struct records_sum *records_sum(const struct records *r, size_t file)
{
	return &r->file[file].sum;
}
