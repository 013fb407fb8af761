#include "film.h"

#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

static bool grow(struct film *f)
{
	size_t room = f->room ? f->room * 2 : 1024;
	struct shot *p = realloc(f->shot, room * sizeof(*p));

	if (!p)
		return false;
	f->shot = p;
	f->room = room;
	return true;
}

bool film_add(struct film *f, int64_t time, const uint8_t *p, size_t cap,
	      size_t len)
{
	struct shot *s;

	if (f->n == f->room && !grow(f))
		return false;
	s = &f->shot[f->n++];
	s->time = time;
	s->len = (uint32_t)len;
	s->cap = (uint16_t)(cap < FILM_SNAP ? cap : FILM_SNAP);
	memcpy(s->data, p, s->cap);
	return true;
}

bool film_join(struct film *f, const struct film *from,
	       bool (*keep)(const struct shot *s, void *arg), void *arg)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct shot *s = &from->shot[i];

		if (keep(s, arg) &&
		    !film_add(f, s->time, s->data, s->cap, s->len))
			return false;
	}
	return true;
}

static int by_time(const void *a, const void *b)
{
	const struct shot *const *x = a, *const *y = b;

	if ((*x)->time != (*y)->time)
		return (*x)->time < (*y)->time ? -1 : 1;
	return *x < *y ? -1 : *x > *y;
}

void film_sort(struct film *f)
{
	const struct shot **order = malloc((f->n + 1) * sizeof(*order));
	struct shot *sorted = malloc((f->n + 1) * sizeof(*sorted));

	if (order && sorted) {
		for (size_t i = 0; i < f->n; i++)
			order[i] = &f->shot[i];
		qsort(order, f->n, sizeof(const struct shot *), by_time);
		for (size_t i = 0; i < f->n; i++)
			sorted[i] = *order[i];
		memcpy(f->shot, sorted, f->n * sizeof(*sorted));
	}
	free(order);
	free(sorted);
}

bool film_write(const struct film *f, const char *path)
{
	pcap_t *p = pcap_open_dead_with_tstamp_precision(
	    DLT_RAW, FILM_SNAP, PCAP_TSTAMP_PRECISION_NANO);
	pcap_dumper_t *d = p ? pcap_dump_open(p, path) : 0;
	bool ok;

	for (size_t i = 0; d && i < f->n; i++) {
		const struct shot *s = &f->shot[i];
		struct pcap_pkthdr h = { .caplen = s->cap, .len = s->len };

		h.ts.tv_sec = (time_t)(s->time / SECOND);
		h.ts.tv_usec = (suseconds_t)(s->time % SECOND);
		pcap_dump((uint8_t *)d, &h, s->data);
	}
	ok = d && pcap_dump_flush(d) == 0;
	if (d)
		pcap_dump_close(d);
	if (p)
		pcap_close(p);
	return ok;
}

void film_free(struct film *f)
{
	free(f->shot);
	memset(f, 0, sizeof(*f));
}
