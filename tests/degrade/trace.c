#include "degrade/trace.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TUPLE = 36, SECOND = 1000 * 1000 * 1000 };

static void *must(void *p)
{
	if (!p) {
		fputs("degrade: out of memory\n", stderr);
		exit(3);
	}
	return p;
}

static uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

// Packets --------------------------------------------------------------------

uint32_t packet_tcp(const struct packet *p)
{
	uint32_t head;

	if (p->n < 20)
		return 0;
	if (p->data[0] >> 4 == 4) {
		head = (p->data[0] & 15u) * 4;
		return p->data[9] == 6 && !(be16(p->data + 6) & 0x1fff) &&
			       p->n >= head + 20
			   ? head
			   : 0;
	}
	return p->data[0] >> 4 == 6 && p->n >= 60 && p->data[6] == 6 ? 40 : 0;
}

void packet_seal_ip(struct packet *p)
{
	uint32_t sum = 0, head = (p->data[0] & 15u) * 4;

	if (p->data[0] >> 4 != 4 || p->n < head)
		return;
	put16(p->data + 10, 0);
	for (uint32_t i = 0; i < head; i += 2)
		sum += be16(p->data + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(p->data + 10, (uint16_t)~sum);
}

void packet_fix_sum(struct packet *p, uint16_t old, uint16_t new)
{
	uint32_t at = packet_tcp(p);
	uint32_t sum;

	if (!at)
		return;
	sum = (uint16_t)~be16(p->data + at + 16);
	sum += (uint16_t)~old;
	sum += new;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(p->data + at + 16, (uint16_t)~sum);
}

void packet_prepend(struct packet *p, const uint8_t *head, uint32_t n)
{
	p->data = must(realloc(p->data, p->n + n));
	memmove(p->data + n, p->data, p->n);
	memcpy(p->data, head, n);
	p->n += n;
	p->wire += n;
}

void packet_extend(struct packet *p, uint32_t n)
{
	if (p->wire >= n)
		return;
	if (p->n == p->wire) {
		p->data = must(realloc(p->data, n));
		memset(p->data + p->n, 0, n - p->n);
		p->n = n;
	}
	p->wire = n;
}

// Connections ----------------------------------------------------------------

// Both ends, the lower one first; true if the source is the lower one.
static bool tuple_of(const struct packet *p, uint32_t tcp, uint8_t out[TUPLE])
{
	uint32_t size = p->data[0] >> 4 == 4 ? 4 : 16;
	const uint8_t *from = p->data + (size == 4 ? 12 : 8);
	uint8_t a[18] = { 0 }, b[18] = { 0 };
	bool first;

	memcpy(a, from, size);
	memcpy(a + 16, p->data + tcp, 2);
	memcpy(b, from + size, size);
	memcpy(b + 16, p->data + tcp + 2, 2);
	first = memcmp(a, b, sizeof(a)) < 0;
	memcpy(out, first ? a : b, sizeof(a));
	memcpy(out + sizeof(a), first ? b : a, sizeof(a));
	return first;
}

struct conn {
	uint8_t tuple[TUPLE];
	bool client_first; // the client is the lower end
	bool has_isn;
	uint8_t isn[4]; // of its SYN
	uint32_t packets;
};

static uint32_t conn_of(struct conn **conn, uint32_t *n,
			const uint8_t tuple[TUPLE], bool first,
			const uint8_t *tcp)
{
	uint8_t flags = tcp[13];
	bool opens = (flags & (SYN | ACK)) == SYN;
	struct conn *c;

	for (uint32_t i = *n; i-- > 0;) {
		c = &(*conn)[i];
		if (memcmp(c->tuple, tuple, TUPLE) != 0)
			continue;
		// A SYN of another number begins another one.
		if (opens && (!c->has_isn || memcmp(c->isn, tcp + 4, 4) != 0))
			break;
		return i;
	}
	*conn = must(realloc(*conn, (*n + 1) * sizeof(**conn)));
	c = &(*conn)[*n];
	memset(c, 0, sizeof(*c));
	memcpy(c->tuple, tuple, TUPLE);
	c->client_first = opens || !(flags & SYN) ? first : !first;
	c->has_isn = opens;
	memcpy(c->isn, tcp + 4, 4);
	return (*n)++;
}

static void dissect(struct trace *t)
{
	struct conn *conn = NULL;

	t->conns = 0;
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		uint8_t tuple[TUPLE];
		uint32_t tcp = packet_tcp(p), head;
		bool first;
		p->tcp = tcp != 0;
		if (!tcp)
			continue;
		first = tuple_of(p, tcp, tuple);
		p->flags = p->data[tcp + 13];
		p->conn =
		    conn_of(&conn, &t->conns, tuple, first, p->data + tcp);
		p->from_client = first == conn[p->conn].client_first;
		p->nth = conn[p->conn].packets++;
		head = tcp + (p->data[tcp + 12] >> 4) * 4u;
		p->payload = p->wire > head ? p->wire - head : 0;
	}
	for (size_t i = 0; i < t->n; i++)
		if (t->packet[i].tcp)
			t->packet[i].of = conn[t->packet[i].conn].packets;
	free(conn);
}

// Files ----------------------------------------------------------------------

static struct packet *append(struct trace *t)
{
	if (t->n == t->room) {
		t->room = t->room ? 2 * t->room : 1024;
		t->packet =
		    must(realloc(t->packet, t->room * sizeof(*t->packet)));
	}
	t->packet[t->n] = (struct packet){ .order = t->n };
	return &t->packet[t->n++];
}

bool trace_add(const char *path, struct trace *t)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *in = pcap_open_offline_with_tstamp_precision(
	    path, PCAP_TSTAMP_PRECISION_NANO, error);
	struct pcap_pkthdr *h;
	const u_char *data;

	if (!in || pcap_datalink(in) != DLT_RAW) {
		fprintf(stderr, "degrade: %s: %s\n", path,
			in ? "no raw IP" : error);
		if (in)
			pcap_close(in);
		return false;
	}
	t->link = DLT_RAW;
	while (pcap_next_ex(in, &h, &data) == 1) {
		struct packet *p = append(t);
		p->time = (int64_t)h->ts.tv_sec * SECOND + h->ts.tv_usec;
		p->n = h->caplen;
		p->wire = h->len;
		p->data = must(malloc(p->n ? p->n : 1));
		memcpy(p->data, data, p->n);
	}
	pcap_close(in);
	return true;
}

bool trace_read(const char *path, struct trace *t)
{
	*t = (struct trace){ 0 };
	if (!trace_add(path, t))
		return false;
	dissect(t);
	return true;
}

static int by_time(const void *a, const void *b)
{
	const struct packet *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

bool trace_write(const char *path, struct trace *t)
{
	pcap_t *dead = must(pcap_open_dead_with_tstamp_precision(
	    t->link, 262144, PCAP_TSTAMP_PRECISION_NANO));
	pcap_dumper_t *out = pcap_dump_open(dead, path);
	bool ok = out;

	if (!t->as_is)
		qsort(t->packet, t->n, sizeof(*t->packet), by_time);
	for (size_t i = 0; ok && i < t->n; i++) {
		const struct packet *p = &t->packet[i];
		struct pcap_pkthdr h = { .caplen = p->n, .len = p->wire };
		if (p->gone)
			continue;
		h.ts.tv_sec = p->time / SECOND;
		h.ts.tv_usec = p->time % SECOND;
		if (t->snaplen && h.caplen > t->snaplen)
			h.caplen = t->snaplen;
		pcap_dump((u_char *)out, &h, p->data);
	}
	ok = ok && !pcap_dump_flush(out);
	if (!ok)
		fprintf(stderr, "degrade: %s: %s\n", path, pcap_geterr(dead));
	if (out)
		pcap_dump_close(out);
	pcap_close(dead);
	return ok;
}

void trace_copy(struct trace *t, size_t i, int64_t time)
{
	struct packet *p = append(t);
	const struct packet *from = &t->packet[i];

	*p = *from;
	p->order = t->n - 1;
	p->time = time;
	p->data = must(malloc(p->n ? p->n : 1));
	memcpy(p->data, from->data, p->n);
}

void trace_free(struct trace *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->packet[i].data);
	free(t->packet);
	*t = (struct trace){ 0 };
}
