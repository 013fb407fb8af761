// Capture files made in memory, put into a folder of their own, and read
// through capture.h.
#ifndef TCPWHY_TEST_CAPFILE_H
#define TCPWHY_TEST_CAPFILE_H

#include "read/capture.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

// Bytes under construction.
struct capfile {
	uint8_t *b;
	size_t n, room;
	bool big;     // numbers are written big-endian
	size_t block; // where the open pcapng block began
};

static inline void put(struct capfile *c, const void *p, size_t n)
{
	if (c->n + n >= c->room) {
		c->room = (c->n + n) * 2 + 64;
		c->b = realloc(c->b, c->room);
	}
	assert_non_null(c->b);
	if (n > 0)
		memcpy(c->b + c->n, p, n);
	c->n += n;
}

static inline void put_number(struct capfile *c, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t b = (uint8_t)(v >> 8 * (c->big ? n - 1 - i : i));
		put(c, &b, 1);
	}
}

static inline void put_zeros(struct capfile *c, size_t n)
{
	while (n-- > 0)
		put(c, "", 1);
}

static inline void put16(struct capfile *c, uint16_t v)
{
	put_number(c, v, 2);
}

static inline void put32(struct capfile *c, uint32_t v)
{
	put_number(c, v, 4);
}

// A classic header of version 2.minor.
static inline void put_pcap(struct capfile *c, uint32_t magic, uint16_t minor,
			    uint32_t link)
{
	put32(c, magic);
	put16(c, 2);
	put16(c, minor);
	put_number(c, 0, 8);
	put32(c, 65535);
	put32(c, link);
}

static inline void put_record_of(struct capfile *c, uint32_t s, uint32_t part,
				 const void *data, uint32_t n)
{
	put32(c, s);
	put32(c, part);
	put32(c, n);
	put32(c, n + 5);
	put(c, data, n);
}

// A record whose bytes are text, cut by five.
static inline void put_record(struct capfile *c, uint32_t s, uint32_t part,
			      const char *text)
{
	put_record_of(c, s, part, text, (uint32_t)strlen(text));
}

static inline void put_begin(struct capfile *c, uint32_t type)
{
	c->block = c->n;
	put32(c, type);
	put32(c, 0);
}

static inline void put_pad(struct capfile *c)
{
	put(c, "\0\0\0", -c->n & 3);
}

// Closes the block with these two lengths, wrong ones if need be.
static inline void put_end_as(struct capfile *c, uint32_t head, uint32_t tail)
{
	struct capfile length = { .big = c->big };
	put32(c, tail);
	put32(&length, head);
	memcpy(c->b + c->block + 4, length.b, 4);
	free(length.b);
}

static inline void put_end(struct capfile *c)
{
	put_pad(c);
	uint32_t n = (uint32_t)(c->n - c->block + 4);
	put_end_as(c, n, n);
}

static inline void put_option(struct capfile *c, uint16_t code, const void *p,
			      uint16_t n)
{
	put16(c, code);
	put16(c, n);
	put(c, p, n);
	put_pad(c);
}

static inline void put_section(struct capfile *c)
{
	put_begin(c, 0x0a0d0d0a);
	put32(c, 0x1a2b3c4d);
	put16(c, 1);
	put16(c, 0);
	put_number(c, UINT64_MAX, 8);
	put_end(c);
}

static inline void put_interface(struct capfile *c, uint16_t link,
				 uint32_t snaplen)
{
	put_begin(c, 1);
	put16(c, link);
	put16(c, 0);
	put32(c, snaplen);
	put_end(c);
}

// An enhanced packet block up to its options.
static inline void put_packet_begin(struct capfile *c, uint32_t interface,
				    uint64_t ticks, const char *text)
{
	uint32_t n = (uint32_t)strlen(text);
	put_begin(c, 6);
	put32(c, interface);
	put32(c, (uint32_t)(ticks >> 32));
	put32(c, (uint32_t)ticks);
	put32(c, n);
	put32(c, n + 5);
	put(c, text, n);
	put_pad(c);
}

static inline void put_packet(struct capfile *c, uint32_t interface,
			      uint64_t ticks, const char *text)
{
	put_packet_begin(c, interface, ticks, text);
	put_end(c);
}

// The folder -----------------------------------------------------------------

struct folder {
	char path[200];
	char **file; // names given out
	size_t files;
};

static inline int folder_make(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));
	const char *tmp = getenv("TMPDIR");
	assert_non_null(f);
	snprintf(f->path, sizeof(f->path), "%s/tcpwhy-test-XXXXXX",
		 tmp && strlen(tmp) < 150 ? tmp : "/tmp");
	assert_non_null(mkdtemp(f->path));
	*state = f;
	return 0;
}

static inline int folder_remove(void **state)
{
	struct folder *f = *state;
	for (size_t i = 0; i < f->files; i++) {
		unlink(f->file[i]);
		free(f->file[i]);
	}
	rmdir(f->path);
	free(f->file);
	free(f);
	return 0;
}

// A new file of these bytes; the name lives as long as the folder.
static inline const char *folder_put(struct folder *f, const void *p, size_t n)
{
	enum { NAME = sizeof(f->path) + 24 };
	char *name = malloc(NAME);
	f->file = realloc(f->file, (f->files + 1) * sizeof(char *));
	assert_non_null(name);
	assert_non_null(f->file);
	f->file[f->files++] = name;
	snprintf(name, NAME, "%s/%zu.pcap", f->path, f->files);
	FILE *out = fopen(name, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(p, 1, n, out), n);
	assert_int_equal(fclose(out), 0);
	return name;
}

// The same with a capfile, which it frees.
static inline const char *folder_save(struct folder *f, struct capfile *c)
{
	const char *name = folder_put(f, c->b, c->n);
	free(c->b);
	*c = (struct capfile){ 0 };
	return name;
}

// Reading --------------------------------------------------------------------

struct shot {
	struct frame frame; // its data: text
	char text[32], comment[1100];
};

enum { SHOTS = 48 };

struct seen {
	size_t n;
	struct shot shot[SHOTS];
	uint64_t frames, drops;
	char broken[CAPTURE_ERROR]; // the first, "" if there is none
};

static inline struct capture *open_one(const char *file)
{
	char err[CAPTURE_ERROR] = "";
	struct capture *c = capture_open(&file, 1, err);
	if (!c)
		fail_msg("%s", err);
	return c;
}

static inline bool see_next(struct capture *c, struct shot *s)
{
	if (!capture_next(c, &s->frame))
		return false;
	const char *comment = capture_comment(c);
	size_t n = s->frame.cap_len;
	snprintf(s->text, sizeof(s->text), "%.*s",
		 (int)(n < sizeof(s->text) ? n : 0),
		 (const char *)s->frame.data);
	snprintf(s->comment, sizeof(s->comment), "%s", comment ? comment : "");
	s->frame.data = NULL;
	return true;
}

// All of it; closes c.
static inline void see_all(struct capture *c, struct seen *out)
{
	memset(out, 0, sizeof(*out));
	while (out->n < SHOTS && see_next(c, &out->shot[out->n]))
		out->n++;
	out->frames = capture_frames(c);
	out->drops = capture_drops(c);
	if (capture_broken(c, 0))
		snprintf(out->broken, sizeof(out->broken), "%s",
			 capture_broken(c, 0));
	capture_close(c);
}

static inline void see_file(const char *file, struct seen *out)
{
	see_all(open_one(file), out);
}

// "FILE: reason" of a file that must not open; returns the reason.
static inline const char *refusal(const char *file, char err[CAPTURE_ERROR])
{
	err[0] = '\0';
	struct capture *c = capture_open(&file, 1, err);
	if (c)
		fail_msg("%s was opened", file);
	assert_memory_equal(err, file, strlen(file));
	assert_memory_equal(err + strlen(file), ": ", 2);
	return err + strlen(file) + 2;
}

// A file of records at these seconds, 0 ends them; its records bear name.
static inline const char *piece(struct folder *f, const char *name,
				const uint32_t *s)
{
	struct capfile c = { 0 };
	put_pcap(&c, 0xa1b2c3d4, 4, 1);
	for (; *s; s++)
		put_record(&c, *s, 0, name);
	return folder_save(f, &c);
}

static inline void see_files(const char *const *files, size_t n,
			     struct seen *out)
{
	char err[CAPTURE_ERROR] = "";
	struct capture *c = capture_open(files, n, err);
	if (!c)
		fail_msg("%s", err);
	see_all(c, out);
}

// The texts of all frames, one behind the other.
static inline void assert_order(const struct seen *seen, const char *want)
{
	char got[SHOTS * 4 + 1] = "";
	for (size_t i = 0; i < seen->n; i++)
		strncat(got, seen->shot[i].text, 3);
	assert_string_equal(got, want);
}

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

#endif
