#include "pkt_file.h"

#include <string.h>

#include "pkt_buf.h"

enum {
	OPT_COMMENT = 1,
	OPT_TSRESOL = 9,
};

static uint32_t padding(uint32_t n)
{
	return (4 - n % 4) % 4;
}

static void put_option(const struct pkt_format *f, unsigned code,
		       const void *value, uint32_t n, struct pkt_buf *out)
{
	pkt_put16_as(out, code, f->big);
	pkt_put16_as(out, n, f->big);
	pkt_put(out, value, n);
	pkt_fill(out, 0, padding(n));
}

// Writes one pcapng block around a body.
static void put_block(const struct pkt_format *f, uint32_t type,
		      const struct pkt_buf *body, struct pkt_buf *out)
{
	uint32_t length = (uint32_t)body->n + 12;

	pkt_put32_as(out, type, f->big);
	pkt_put32_as(out, length, f->big);
	pkt_put(out, body->p, body->n);
	pkt_put32_as(out, length, f->big);
	out->failed |= body->failed;
}

static void begin_pcapng(const struct pkt_format *f, struct pkt_buf *out)
{
	struct pkt_buf section = { 0 }, interface = { 0 };
	uint8_t resolution = f->nano ? 9 : 6;

	pkt_put32_as(&section, 0x1a2b3c4d, f->big);
	pkt_put16_as(&section, 1, f->big);
	pkt_put16_as(&section, 0, f->big);
	pkt_fill(&section, 0xff, 8); // length of the section: not said
	put_block(f, 0x0a0d0d0a, &section, out);

	pkt_put16_as(&interface, f->link, f->big);
	pkt_put16_as(&interface, 0, f->big);
	pkt_put32_as(&interface, f->snaplen, f->big);
	put_option(f, OPT_TSRESOL, &resolution, 1, &interface);
	put_option(f, 0, NULL, 0, &interface);
	put_block(f, 1, &interface, out);
	pkt_buf_release(&section);
	pkt_buf_release(&interface);
}

static void begin_pcap(const struct pkt_format *f, struct pkt_buf *out)
{
	pkt_put32_as(out, f->nano ? 0xa1b23c4d : 0xa1b2c3d4, f->big);
	pkt_put16_as(out, 2, f->big);
	pkt_put16_as(out, 4, f->big);
	pkt_put32_as(out, 0, f->big);
	pkt_put32_as(out, 0, f->big);
	pkt_put32_as(out, f->snaplen, f->big);
	pkt_put32_as(out, f->link, f->big);
}

void pkt_file_begin(const struct pkt_format *f, struct pkt_buf *out)
{
	if (f->pcapng)
		begin_pcapng(f, out);
	else
		begin_pcap(f, out);
}

static void put_enhanced(const struct pkt_format *f, int64_t time,
			 const struct pkt_buf *frame, uint32_t captured,
			 const char *comment, struct pkt_buf *out)
{
	uint64_t ticks = (uint64_t)time / (f->nano ? 1 : 1000);
	struct pkt_buf body = { 0 };

	pkt_put32_as(&body, 0, f->big);
	pkt_put32_as(&body, (uint32_t)(ticks >> 32), f->big);
	pkt_put32_as(&body, (uint32_t)ticks, f->big);
	pkt_put32_as(&body, captured, f->big);
	pkt_put32_as(&body, (uint32_t)frame->n, f->big);
	pkt_put(&body, frame->p, captured);
	pkt_fill(&body, 0, padding(captured));
	if (comment) {
		put_option(f, OPT_COMMENT, comment, (uint32_t)strlen(comment),
			   &body);
		put_option(f, 0, NULL, 0, &body);
	}
	put_block(f, 6, &body, out);
	pkt_buf_release(&body);
}

void pkt_file_packet(const struct pkt_format *f, int64_t time,
		     const struct pkt_buf *frame, uint32_t cut,
		     const char *comment, struct pkt_buf *out)
{
	uint32_t captured = (uint32_t)frame->n;
	int64_t fraction = time % 1000000000;

	if (captured > f->snaplen)
		captured = f->snaplen;
	if (captured > cut)
		captured = cut;
	if (f->pcapng) {
		put_enhanced(f, time, frame, captured, comment, out);
		return;
	}
	pkt_put32_as(out, (uint32_t)(time / 1000000000), f->big);
	pkt_put32_as(out, (uint32_t)(f->nano ? fraction : fraction / 1000),
		     f->big);
	pkt_put32_as(out, captured, f->big);
	pkt_put32_as(out, (uint32_t)frame->n, f->big);
	pkt_put(out, frame->p, captured);
}
