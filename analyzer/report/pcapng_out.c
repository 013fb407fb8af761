#include "report/pcapng_out.h"

#include <string.h>

enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, PACKET = 6 };

// Codes of options.
enum {
	END = 0,
	COMMENT = 1,
	DESCRIPTION = 3, // of an interface
	PROGRAM = 4,     // of a section
	RESOLUTION = 9,  // of an interface's times: a power of ten
};

enum { OPTION_MOST = 0xffff };

static void put16(FILE *to, uint32_t v)
{
	putc((int)(v & 0xff), to);
	putc((int)(v >> 8 & 0xff), to);
}

static void put32(FILE *to, uint32_t v)
{
	put16(to, v);
	put16(to, v >> 16);
}

static uint32_t padded(size_t n)
{
	return (uint32_t)(n + 3) & ~UINT32_C(3);
}

static void put_bytes(FILE *to, const void *bytes, size_t n)
{
	fwrite(bytes, 1, n, to);
	for (size_t i = n; i < padded(n); i++)
		putc(0, to);
}

static size_t fitting(size_t n)
{
	return n < OPTION_MOST ? n : OPTION_MOST;
}

static uint32_t option_size(size_t n)
{
	return 4 + padded(fitting(n));
}

static void put_option(FILE *to, uint32_t code, const void *bytes, size_t n)
{
	n = fitting(n);
	put16(to, code);
	put16(to, (uint32_t)n);
	put_bytes(to, bytes, n);
}

// Type, length, body, length: these are all around the body.
enum { AROUND = 12 };

void pcapng_out_section(FILE *to, const char *program, const char *comment)
{
	uint32_t size = AROUND + 16 + option_size(strlen(program)) +
			(comment ? option_size(strlen(comment)) : 0) + 4;

	put32(to, SECTION);
	put32(to, size);
	put32(to, 0x1a2b3c4d);
	put16(to, 1);
	put16(to, 0);
	put32(to, UINT32_MAX); // the length of the section is not said
	put32(to, UINT32_MAX);
	if (comment)
		put_option(to, COMMENT, comment, strlen(comment));
	put_option(to, PROGRAM, program, strlen(program));
	put32(to, END);
	put32(to, size);
}

void pcapng_out_interface(FILE *to, uint32_t link, const char *description)
{
	const uint8_t nanoseconds = 9;
	uint32_t size =
	    AROUND + 8 + option_size(1) +
	    (description ? option_size(strlen(description)) : 0) + 4;

	put32(to, INTERFACE);
	put32(to, size);
	put16(to, link);
	put16(to, 0);
	put32(to, 0); // no snap length of our own
	if (description)
		put_option(to, DESCRIPTION, description, strlen(description));
	put_option(to, RESOLUTION, &nanoseconds, 1);
	put32(to, END);
	put32(to, size);
}

void pcapng_out_packet(FILE *to, uint32_t interface, const struct frame *f,
		       const struct pcapng_comments *comments)
{
	uint64_t time = f->time > 0 ? (uint64_t)f->time : 0;
	uint32_t size = AROUND + 20 + padded(f->cap_len);

	for (size_t i = 0; i < comments->n; i++)
		size += option_size(comments->text[i].n);
	size += comments->n ? 4 : 0;
	put32(to, PACKET);
	put32(to, size);
	put32(to, interface);
	put32(to, (uint32_t)(time >> 32));
	put32(to, (uint32_t)time);
	put32(to, f->cap_len);
	put32(to, f->wire_len);
	put_bytes(to, f->data, f->cap_len);
	for (size_t i = 0; i < comments->n; i++)
		put_option(to, COMMENT, comments->text[i].s,
			   comments->text[i].n);
	if (comments->n)
		put32(to, END);
	put32(to, size);
}
