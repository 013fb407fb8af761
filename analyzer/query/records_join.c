// Which RST of the capture a record is about, and which connection.
#include "query/records_parts.h"

#include <stdlib.h>

// The ends of each connection, both ways, as if they were RSTs of its first
// frame: conn is its number + 1.
struct ends {
	struct record_rst *end;
	size_t n;
};

static bool ends_make(struct ends *e, const struct analysis *a)
{
	e->n = 2 * analysis_count(a);
	e->end = calloc(e->n + 1, sizeof *e->end);
	for (size_t i = 0; e->end && i < e->n; i++) {
		const struct connection *c = analysis_get(a, i / 2);
		size_t by = i % 2;

		e->end[i] = (struct record_rst){
			.addr = { c->addr[by], c->addr[!by] },
			.port = { c->port[by], c->port[!by] },
			.frame = c->first_frame,
			.taken = (uint32_t)(i / 2) + 1,
		};
	}
	if (e->end && e->n)
		qsort(e->end, e->n, sizeof *e->end, records_by_ends);
	return e->end;
}

// The last connection on these ends that had begun by that frame; 0: none.
static uint32_t connection_of(const struct ends *e,
			      const struct record_rst *rst)
{
	size_t n = e->n;
	const struct record_rst *like = records_alike(e->end, &n, rst);

	while (n && like[n - 1].frame > rst->frame)
		n--;
	return n ? like[n - 1].taken : 0;
}

// The connection on the record's ends that was going on at that time, of the
// capture's clock; 0: none.
static uint32_t connection_at(const struct records *r, const struct ends *e,
			      const struct record *one, int64_t time)
{
	struct record_rst ends = { .addr = { one->addr[0], one->addr[1] },
				   .port = { one->port[0], one->port[1] } };
	size_t n = e->n;
	const struct record_rst *like = records_alike(e->end, &n, &ends);

	for (size_t i = n; i-- > 0;) {
		const struct connection *c =
		    analysis_get(r->analysis, like[i].taken - 1);

		if (time >= c->start - RECORDS_SPREAD &&
		    time <= c->end + RECORDS_SPREAD)
			return like[i].taken;
	}
	return 0;
}

// The RST nearest to the record in time that no other record of the file has.
static struct record_rst *nearest(const struct records *r,
				  const struct record *one, uint32_t taker)
{
	int64_t at = one->time + r->file[one->file].sum.offset;
	struct record_rst *best = NULL, *rst;
	size_t n;

	rst = records_rsts(r, one, &n);
	for (size_t i = 0; i < n; i++) {
		int64_t apart = llabs(rst[i].time - at);

		if (rst[i].taken == taker || !records_fits(one, &rst[i]) ||
		    apart > RECORDS_SPREAD)
			continue;
		if (!best || apart < llabs(best->time - at))
			best = &rst[i];
	}
	return best;
}

// True if the record is of the host that the user named, if any was named.
static bool of_host(const struct records *r, const struct record *one,
		    uint32_t conn)
{
	const struct records_host *h = &r->file[one->file].host;
	const struct connection *c = analysis_get(r->analysis, conn - 1);

	if (h->has_addr)
		return !addr_cmp(&h->addr, &one->addr[0]);
	return h->side > SERVER ||
	       (!addr_cmp(&c->addr[h->side], &one->addr[0]) &&
		c->port[h->side] == one->port[0]);
}

static void join(struct records *r, const struct ends *e, struct record *one)
{
	struct records_sum *sum = &r->file[one->file].sum;
	uint32_t taker = RECORD_KINDS * one->file + one->kind + 1, conn;
	struct record_rst *rst;

	if (!sum->timed)
		return;
	rst = nearest(r, one, taker);
	if (rst)
		conn = connection_of(e, rst);
	else if (one->kind == RECORD_SENT && one->form == FORM_OF_SOCKET &&
		 !sum->weak)
		conn = connection_at(r, e, one, one->time + sum->offset);
	else
		return;
	if (!conn || !of_host(r, one, conn))
		return;
	if (rst)
		rst->taken = taker;
	one->conn = conn;
	one->rst = rst ? rst->frame : 0;
	one->weak = sum->weak;
	sum->joined++;
}

bool records_join(struct records *r)
{
	struct ends e;

	if (!ends_make(&e, r->analysis))
		return false;
	for (size_t i = 0; i < r->records; i++)
		join(r, &e, &r->record[i]);
	free(e.end);
	return true;
}
