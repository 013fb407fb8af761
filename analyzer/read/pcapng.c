#include "read/pcapng.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/printable.h"
#include "read/read_error.h"

// A block longer than this is damage; libpcap and Wireshark draw the same line.
enum { BLOCK_MAX = 16 * 1024 * 1024 };

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_OLD_PACKET = 2,
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
	BLOCK_JOURNAL = 9,
	BLOCK_SYSTEM_CALL = 0x204,
	BLOCK_SYSTEM_CALL_2 = 0x216,
	BLOCK_CUSTOM = 0xbad,
	BLOCK_CUSTOM_NO_COPY = 0x40000bad,
};

enum {
	OPTION_COMMENT = 1,
	OPTION_DROPS = 4,
};

enum {
	BLOCK_HEAD = 8, // type and length
	BLOCK_TAIL = 4, // the length again
	BLOCK_MIN = BLOCK_HEAD + BLOCK_TAIL,
};

enum { BYTE_ORDER_MAGIC = 0x1a2b3c4d };

enum done { DONE_BAD = -1, DONE_END, DONE_FRAME, DONE_NOTHING = PCAPNG_OTHER };

static inline uint32_t u32(const struct pcapng *p, const uint8_t *b)
{
	return section_u32(&p->section, b);
}

static enum done damaged(struct pcapng *p, const char *how)
{
	read_error_after(p->error, "damaged", frame_number(p->id), how);
	return DONE_BAD;
}

uint64_t pcapng_drops(const struct pcapng *p)
{
	return pcapng_section_drops(&p->section);
}

static enum done read_section(struct pcapng *p, struct bytes b,
			      struct frame *out)
{
	(void)out;
	if (b.n < 16)
		return damaged(p, "a section header is too short");
	if (section_u16(&p->section, b.p + 4) != 1)
		return damaged(p, "its pcapng version is not known");
	pcapng_section_next(&p->section);
	return DONE_NOTHING;
}

static enum done read_interface(struct pcapng *p, struct bytes b,
				struct frame *out)
{
	(void)out;
	const char *wrong = pcapng_section_interface(&p->section, b);
	return wrong ? damaged(p, wrong) : DONE_NOTHING;
}

static enum done read_statistics(struct pcapng *p, struct bytes b,
				 struct frame *out)
{
	(void)out;
	pcapng_section_statistics(&p->section, b);
	return DONE_NOTHING;
}

// A comment enters the program here: from now on it is printable.
static void comment_add(struct pcapng *p, struct bytes text)
{
	char *end = p->comment + p->comment_n;
	size_t room = sizeof p->comment - p->comment_n;
	size_t joint = p->comment_n && room > 2 ? 2 : 0;

	while (text.n && !text.p[text.n - 1]) // a NUL that a writer left
		text.n--;
	memcpy(end, "; ", joint);
	p->comment_n += joint + printable_copy(end + joint, room - joint,
					       (const char *)text.p, text.n, 0);
}

static void packet_options(struct pcapng *p, struct interface *i,
			   struct bytes b, bool old)
{
	const struct pcapng_section *s = &p->section;
	struct option o;
	while (option_next(s, &b, &o)) {
		if (o.code == OPTION_COMMENT)
			comment_add(p, o.value);
		else if (o.code == OPTION_DROPS && !old && o.value.n >= 8)
			interface_drop(i, pcapng_section_u64(s, o.value.p));
	}
}

// Both packet blocks that bear a time: twenty bytes of head, of which the
// first four name the interface, then data, padding and options.
static enum done read_timed(struct pcapng *p, struct bytes b, uint32_t n,
			    bool old, struct frame *out)
{
	struct bytes data, padding;
	const uint8_t *head = b.p;
	if (n >= p->section.interfaces)
		return damaged(p, "a packet of an undescribed interface");
	struct interface *i = &p->section.interface[n];
	b.p += 20;
	b.n -= 20;
	uint32_t captured = u32(p, head + 12);
	if (!bytes_cut(&b, captured, &data))
		return damaged(p, "a packet longer than its block");
	uint64_t ticks = (uint64_t)u32(p, head + 4) << 32 | u32(p, head + 8);
	p->time = pcapng_clock_time(&i->clock, ticks);
	*out = (struct frame){ .time = p->time,
			       .id = ++p->id,
			       .wire_len = u32(p, head + 16),
			       .cap_len = captured,
			       .link = i->link,
			       .data = data.p };
	if (b.n >= 4 && bytes_cut(&b, -captured & 3U, &padding))
		packet_options(p, i, b, old);
	return DONE_FRAME;
}

static enum done read_packet(struct pcapng *p, struct bytes b,
			     struct frame *out)
{
	if (b.n < 20)
		return damaged(p, "a packet block is too short");
	return read_timed(p, b, u32(p, b.p), false, out);
}

static enum done read_old_packet(struct pcapng *p, struct bytes b,
				 struct frame *out)
{
	if (b.n < 20)
		return damaged(p, "a packet block is too short");
	uint32_t n = section_u16(&p->section, b.p),
		 drops = section_u16(&p->section, b.p + 2);
	if (n < p->section.interfaces && drops != 0xffff) // not known
		interface_drop(&p->section.interface[n], drops);
	return read_timed(p, b, n, true, out);
}

// Simple packets belong to the first interface and bear no time: they get that
// of the packet before them, which is nearer to the truth than 1970.
static enum done read_simple_packet(struct pcapng *p, struct bytes b,
				    struct frame *out)
{
	if (b.n < 4 || p->section.interfaces == 0)
		return damaged(p, "a packet of an undescribed interface");
	uint32_t wire = u32(p, b.p), snaplen = p->section.interface[0].snaplen;
	uint32_t captured = snaplen > 0 && snaplen < wire ? snaplen : wire;
	if (captured > b.n - 4)
		return damaged(p, "a packet longer than its block");
	*out = (struct frame){ .time = p->time,
			       .id = ++p->id,
			       .wire_len = wire,
			       .cap_len = captured,
			       .link = p->section.interface[0].link,
			       .data = b.p + 4 };
	return DONE_FRAME;
}

// Every block that takes a frame number in Wireshark, or tells us something;
// all others are skipped.
static const struct reader {
	uint32_t type;
	bool numbered;
	enum done (*read)(struct pcapng *p, struct bytes body,
			  struct frame *out); // NULL: skip it
} readers[] = {
	{ BLOCK_PACKET, true, read_packet },
	{ BLOCK_SIMPLE_PACKET, true, read_simple_packet },
	{ BLOCK_OLD_PACKET, true, read_old_packet },
	{ BLOCK_INTERFACE, false, read_interface },
	{ BLOCK_STATISTICS, false, read_statistics },
	{ BLOCK_SECTION, false, read_section },
	{ BLOCK_JOURNAL, true, NULL },
	{ BLOCK_SYSTEM_CALL, true, NULL },
	{ BLOCK_SYSTEM_CALL_2, true, NULL },
	{ BLOCK_CUSTOM, true, NULL },
	{ BLOCK_CUSTOM_NO_COPY, true, NULL },
};

static const struct reader *reader_find(uint32_t type)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (readers[i].type == type)
			return &readers[i];
	return NULL;
}

static enum done pcapng_cut(struct pcapng *p, const struct input *in,
			    const struct reader *r)
{
	uint64_t n = frame_number(p->id);
	if (in->error[0])
		read_error_after(p->error, in->error, n, NULL);
	else if (r && r->numbered)
		read_error_cut(p->error, n);
	else
		read_error_after(p->error, "cut short", n, NULL);
	return DONE_BAD;
}

static enum done read_block(struct pcapng *p, struct input *in, uint32_t n,
			    const struct reader *r, struct frame *out)
{
	if (!input_want(in, n))
		return pcapng_cut(p, in, r);
	if (u32(p, in->at + n - BLOCK_TAIL) != n)
		return damaged(p, "the two lengths of a block differ");
	struct bytes body = { in->at + BLOCK_HEAD, n - BLOCK_MIN };
	input_take(in, n);
	return r->read(p, body, out);
}

static enum done skip_block(struct pcapng *p, struct input *in, uint32_t n,
			    const struct reader *r)
{
	if (!input_skip(in, n - BLOCK_TAIL) || !input_want(in, BLOCK_TAIL))
		return pcapng_cut(p, in, NULL);
	if (u32(p, in->at) != n)
		return damaged(p, "the two lengths of a block differ");
	input_take(in, BLOCK_TAIL);
	p->id += r && r->numbered;
	return DONE_NOTHING;
}

// The type of a section header reads the same in both byte orders; the word
// behind its length tells which one holds from there on.
static bool pcapng_section_order(struct pcapng *p, const uint8_t *b)
{
	p->section.big = be32(b + BLOCK_HEAD) == BYTE_ORDER_MAGIC;
	return p->section.big || le32(b + BLOCK_HEAD) == BYTE_ORDER_MAGIC;
}

static bool is_impossible(uint32_t n)
{
	return n < BLOCK_MIN || n > BLOCK_MAX || n % 4;
}

static enum done next_block(struct pcapng *p, struct input *in,
			    struct frame *out)
{
	if (!input_want(in, BLOCK_MIN))
		return in->have || in->error[0] ? pcapng_cut(p, in, NULL)
						: DONE_END;
	uint32_t type = u32(p, in->at);
	if (type == BLOCK_SECTION && !pcapng_section_order(p, in->at))
		return damaged(p, "a section of no known byte order");
	uint32_t n = u32(p, in->at + 4);
	if (is_impossible(n))
		return damaged(p, "impossible length of a block");
	const struct reader *r = reader_find(type);
	return r && r->read ? read_block(p, in, n, r, out)
			    : skip_block(p, in, n, r);
}

bool pcapng_magic(const uint8_t p[4])
{
	return be32(p) == BLOCK_SECTION;
}

bool pcapng_open(struct pcapng *p, struct input *in, uint32_t file)
{
	struct frame none;
	*p = (struct pcapng){ .id = frame_id(file, 0) };
	if (next_block(p, in, &none) == DONE_NOTHING)
		return true;
	if (!p->error[0])
		snprintf(p->error, sizeof(p->error), "cut short");
	return false;
}

int pcapng_step(struct pcapng *p, struct input *in, struct frame *out)
{
	p->comment_n = 0;
	p->comment[0] = '\0';
	return (int)next_block(p, in, out);
}

int pcapng_next(struct pcapng *p, struct input *in, struct frame *out)
{
	int done;
	do {
		done = pcapng_step(p, in, out);
	} while (done == PCAPNG_OTHER);
	return done;
}

bool pcapng_ready(const struct pcapng *p, const struct input *in)
{
	struct pcapng_section order = p->section;
	uint32_t n;
	if (in->ended)
		return true;
	if (in->have < BLOCK_MIN)
		return false;
	if (u32(p, in->at) == BLOCK_SECTION)
		order.big = be32(in->at + BLOCK_HEAD) == BYTE_ORDER_MAGIC;
	n = section_u32(&order, in->at + 4);
	return is_impossible(n) || in->have >= n;
}

void pcapng_close(struct pcapng *p)
{
	pcapng_section_free(&p->section);
}
