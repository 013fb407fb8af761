#include "read/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/printable.h"

enum { MAGIC = 4, STRANGER = 16 };

#define EDITCAP ": convert it with editcap -F pcapng FILE NEW"

// Files that people have, and that no reader here knows.
static const struct stranger {
	const char *magic;
	size_t n;
	const char *reason;
} strangers[] = {
	{ "snoop\0\0", 8, "a snoop capture" EDITCAP },
	{ "GMBU", 4, "a Network Monitor capture" EDITCAP },
	{ "RTSS", 4, "a Network Monitor capture" EDITCAP },
	{ "XCP", 4, "a Windows Sniffer capture" EDITCAP },
	{ "TRSNIFF data", 12, "a DOS Sniffer capture" EDITCAP },
	{ "\177ver", 4, "an OmniPeek capture" EDITCAP },
	{ "\5VNF", 4, "a Visual Networks capture" EDITCAP },
	{ "iptrace 1.0", 11, "an iptrace capture" EDITCAP },
	{ "iptrace 2.0", 11, "an iptrace capture" EDITCAP },
	{ "ObserverPktBuffe", 16, "an Observer capture" EDITCAP },
	{ "\x02\x21\x4c\x18", 4, "compressed by an old lz4: unpack it first" },
	{ "PK\3\4", 4, "a zip archive: unpack it first" },
};

// Names can be longer than a message; their ends say more than their starts.
static void say(struct source *s, const char *reason, char out[CAPTURE_ERROR])
{
	const char *name = s->name;
	size_t n = strlen(name), reason_n = strnlen(reason, READ_ERROR_TEXT);
	size_t room = CAPTURE_ERROR - reason_n - sizeof("...: ");
	bool cut = n > room;
	s->no_memory |= read_error_is_memory(reason);
	if (cut)
		name += n - room;
	while (cut && (*name & 0xc0) == 0x80) // inside a UTF-8 character
		name++;
	snprintf(out, CAPTURE_ERROR, "%s%s: %.*s", cut ? "..." : "", name,
		 (int)reason_n, reason);
}

// Endace's ERF has no magic: a time of which the upper half is seconds since
// 1970, little endian, a type, flags, and, big endian, the length of this first
// record, more than its head, how many were lost, none yet, and the packet's.
static bool looks_like_erf(const struct input *in)
{
	enum { YEAR_2000 = 946684800, TYPES = 48, HEAD = 16 };
	const uint8_t *b = in->at;

	return in->have >= HEAD && le32(b + 4) > YEAR_2000 &&
	       (b[8] & 0x7f) >= 1 && (b[8] & 0x7f) <= TYPES &&
	       be16(b + 10) > HEAD && be16(b + 12) == 0 && be16(b + 14) > 0;
}

static const char *stranger_reason(const struct input *in)
{
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
		if (in->have >= strangers[i].n &&
		    memcmp(in->at, strangers[i].magic, strangers[i].n) == 0)
			return strangers[i].reason;
	return looks_like_erf(in) ? "perhaps an ERF capture" EDITCAP
				  : "not a capture file";
}

// Recognises the format and reads what comes before the first frame. NULL if
// that went well, otherwise why not.
static const char *source_recognise(struct source *s)
{
	struct input *in = &s->in;
	input_want(in, STRANGER);
	if (in->have == 0)
		return in->error[0] ? in->error : "empty file";
	if (in->have < MAGIC)
		return "not a capture file";
	if (pcapfile_magic(in->at)) {
		s->format = FORMAT_PCAP;
		return pcapfile_open(&s->pcap, in, s->file) ? NULL
							    : s->pcap.error;
	}
	if (pcapng_magic(in->at)) {
		s->format = FORMAT_PCAPNG;
		return pcapng_open(&s->ng, in, s->file) ? NULL : s->ng.error;
	}
	return stranger_reason(in);
}

bool source_begin(struct source *s, char err[CAPTURE_ERROR])
{
	if (!input_open(&s->in, &s->from)) {
		say(s, s->in.error, err);
		return false;
	}
	const char *reason = source_recognise(s);
	if (!reason)
		return true;
	say(s, reason, err);
	if (s->format == FORMAT_PCAPNG)
		pcapng_close(&s->ng);
	s->format = FORMAT_NONE;
	return false;
}

static bool source_examine(struct source *s)
{
	struct stat st;
	if (fstat(s->from.fd, &st) < 0)
		return false;
	if (S_ISREG(st.st_mode))
		s->start = lseek(s->from.fd, 0, SEEK_CUR);
	s->regular = S_ISREG(st.st_mode) && s->start >= 0;
	if (s->regular && st.st_size > s->start)
		s->size = (uint64_t)(st.st_size - s->start);
	s->from.waits = !s->regular;
	return true;
}

// What messages call it; NULL: no memory.
static char *shown_name(const char *name)
{
	struct text t = { 0 };

	text_puts(&t, "");
	printable_add(&t, name, strlen(name), 0);
	if (t.failed)
		text_release(&t);
	return t.s;
}

bool source_open(struct source *s, const char *name, uint32_t file, int stop,
		 char err[CAPTURE_ERROR])
{
	bool named = strcmp(name, "-") != 0;
	*s = (struct source){ .file = file, .named = named };
	s->from.fd = -1;
	s->from.stop = stop;
	s->name = shown_name(named ? name : "standard input");
	if (!s->name) {
		s->no_memory = true;
		snprintf(err, CAPTURE_ERROR, READ_ERROR_MEMORY);
		return false;
	}
	s->from.fd = named ? open(name, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (s->from.fd < 0 || !source_examine(s)) {
		say(s, read_error_errno(errno), err);
		return false;
	}
	return true;
}

static void source_release(struct source *s)
{
	if (s->format == FORMAT_PCAPNG)
		pcapng_close(&s->ng);
	s->format = FORMAT_NONE;
	input_close(&s->in);
}

void source_close(struct source *s)
{
	source_release(s);
	if (s->named && s->from.fd >= 0)
		close(s->from.fd);
	s->from.fd = -1;
	free(s->name);
	s->name = NULL;
}

// The end. A pipe's thread may still wait for its writer, so what is not a
// regular file is held until source_close().
static void source_finish(struct source *s)
{
	s->drops = source_drops(s);
	if (s->regular) {
		source_release(s);
		if (s->named)
			close(s->from.fd);
		s->from.fd = -1;
	} else if (s->format == FORMAT_PCAPNG) {
		pcapng_close(&s->ng);
	}
	s->format = FORMAT_NONE;
}

void source_give_up(struct source *s, const char *reason)
{
	say(s, reason, s->broken);
	source_finish(s);
}

static int source_end(struct source *s, int rc)
{
	if (rc < 0 && !atomic_load(&s->from.stopped))
		say(s, s->format == FORMAT_PCAP ? s->pcap.error : s->ng.error,
		    s->broken);
	source_finish(s);
	return 0;
}

int source_next(struct source *s, struct frame *out)
{
	int rc = 0;
	if (s->peeked) {
		s->peeked = false;
		*out = s->head;
		return 1;
	}
	if (s->format == FORMAT_PCAP)
		rc = pcapfile_next(&s->pcap, &s->in, out);
	else if (s->format == FORMAT_PCAPNG)
		rc = pcapng_next(&s->ng, &s->in, out);
	else
		return 0;
	return rc > 0 ? 1 : source_end(s, rc);
}

// Not of pcapng: a frame's comment lives until the next one.
size_t source_batch(struct source *s, struct frame *out, size_t room)
{
	if (s->format != FORMAT_PCAP || s->peeked)
		return 0;
	return pcapfile_batch(&s->pcap, &s->in, out, room);
}

static bool is_ready(const struct source *s)
{
	if (s->format == FORMAT_PCAP)
		return pcapfile_ready(&s->pcap, &s->in);
	return pcapng_ready(&s->ng, &s->in);
}

int source_try(struct source *s, struct frame *out)
{
	int rc = PCAPNG_OTHER;
	if (s->peeked || s->format == FORMAT_NONE)
		return source_next(s, out);
	while (rc == PCAPNG_OTHER) {
		while (!is_ready(s))
			if (!input_more(&s->in))
				return SOURCE_WAITS;
		rc = s->format == FORMAT_PCAP
			 ? pcapfile_next(&s->pcap, &s->in, out)
			 : pcapng_step(&s->ng, &s->in, out);
	}
	return rc > 0 ? 1 : source_end(s, rc);
}

void source_park(struct source *s)
{
	if (!s->regular)
		return;
	source_release(s);
	atomic_store(&s->from.done, 0);
	s->peeked = false;
	s->parked = true;
}

// Only now that the decompressor's thread is gone nothing else moves the
// offset.
static bool source_wake(struct source *s)
{
	s->parked = false;
	if (lseek(s->from.fd, s->start, SEEK_SET) < 0)
		say(s, read_error_errno(errno), s->broken);
	else if (source_begin(s, s->broken))
		return true;
	source_finish(s);
	return false;
}

bool source_peek(struct source *s)
{
	if (s->peeked)
		return true;
	if (s->parked && !source_wake(s))
		return false;
	s->peeked = source_next(s, &s->head) == 1;
	return s->peeked;
}

size_t source_links(const struct source *s, uint32_t *links, size_t room)
{
	const struct pcapng_section *section = &s->ng.section;
	size_t n = 0;
	if (s->peeked && n < room)
		links[n++] = s->head.link;
	if (s->format != FORMAT_PCAPNG)
		return n;
	for (size_t i = 0; i < section->interfaces && n < room; i++)
		links[n++] = section->interface[i].link;
	return n;
}

uint64_t source_drops(const struct source *s)
{
	return s->format == FORMAT_PCAPNG ? pcapng_drops(&s->ng) : s->drops;
}

const char *source_comment(const struct source *s)
{
	if (s->format != FORMAT_PCAPNG || !s->ng.comment[0])
		return NULL;
	return s->ng.comment;
}
