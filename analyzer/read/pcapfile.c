#include "read/pcapfile.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/bytes.h"
#include "read/read_error.h"

// A record that claims more than this is damage. tcpdump keeps 256 KiB of a
// packet at most; Linux hands larger ones (BIG TCP, 512 KiB) to whoever asks.
enum { RECORD_MAX = 1024 * 1024, FILE_HEADER = 24 };

// In version 2.2 and before, the length on the wire stood first; 2.3 has both.
enum order_of_lengths { CAPTURED_FIRST, WIRE_FIRST, SMALLER_IS_CAPTURED };

static const struct variant {
	uint32_t magic, unit;
	uint8_t record;
} variants[] = {
	{ 0xa1b2c3d4, 1000, 16 },
	{ 0xa1b23c4d, 1, 16 },
	// Kuznetsov's patches of 1999: interface, protocol and packet type
	// follow the lengths.
	{ 0xa1b2cd34, 1000, 24 },
};

static const struct variant *variant_find(uint32_t magic)
{
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		if (variants[i].magic == magic)
			return &variants[i];
	return NULL;
}

static inline uint32_t u32(const struct pcapfile *p, const uint8_t *b)
{
	return p->big ? be32(b) : le32(b);
}

static inline uint16_t u16(const struct pcapfile *p, const uint8_t *b)
{
	return p->big ? be16(b) : le16(b);
}

bool pcapfile_magic(const uint8_t p[4])
{
	return variant_find(le32(p)) || variant_find(be32(p));
}

static bool pcapfile_version(struct pcapfile *p, uint16_t major, uint16_t minor)
{
	bool dgux = major == 543 && minor == 0; // DG/UX, its own 2.2
	if (!dgux && (major != 2 || minor > 4)) {
		snprintf(p->error, sizeof(p->error),
			 "pcap version %u.%u is not known", major, minor);
		return false;
	}
	if (dgux || minor < 3)
		p->lengths = WIRE_FIRST;
	else if (minor == 3)
		p->lengths = SMALLER_IS_CAPTURED;
	return true;
}

bool pcapfile_open(struct pcapfile *p, struct input *in, uint32_t file)
{
	*p = (struct pcapfile){ .id = frame_id(file, 0) };
	if (!input_want(in, FILE_HEADER)) {
		snprintf(p->error, sizeof(p->error), "%s",
			 in->error[0] ? in->error : "cut short in its header");
		return false;
	}
	p->big = variant_find(be32(in->at)) != NULL;
	const struct variant *v = variant_find(u32(p, in->at));
	p->unit = v->unit;
	p->record = v->record;
	// The bits above tell the length of a frame check sequence.
	p->link = u32(p, in->at + 20) & 0x03ffffff;
	if (!pcapfile_version(p, u16(p, in->at + 4), u16(p, in->at + 6)))
		return false;
	input_take(in, FILE_HEADER);
	return true;
}

struct record {
	uint32_t s, fraction, captured, wire;
};

static inline void record_read(const struct pcapfile *p, const uint8_t *b,
			       struct record *r)
{
	r->s = u32(p, b);
	r->fraction = u32(p, b + 4);
	r->captured = u32(p, b + 8);
	r->wire = u32(p, b + 12);
	if (p->lengths == CAPTURED_FIRST)
		return;
	if (p->lengths == WIRE_FIRST || r->captured > r->wire) {
		uint32_t first = r->captured;
		r->captured = r->wire;
		r->wire = first;
	}
}

static int pcapfile_cut(struct pcapfile *p, const struct input *in)
{
	if (in->error[0])
		read_error_after(p->error, in->error, frame_number(p->id),
				 NULL);
	else
		read_error_cut(p->error, frame_number(p->id));
	return -1;
}

// Nobody captures nothing at 00:00 on 1 January 1970: a record of zeros is
// what a file system leaves behind a crash.
static int pcapfile_damaged(struct pcapfile *p, const struct record *r)
{
	char what[48] = "zeros follow";
	if (r->captured > RECORD_MAX)
		snprintf(what, sizeof(what), "the next has %" PRIu32 " bytes",
			 r->captured);
	read_error_after(p->error, "damaged", frame_number(p->id), what);
	return -1;
}

static inline bool is_damage(const struct record *r)
{
	return r->captured > RECORD_MAX || (r->captured | r->wire | r->s) == 0;
}

static inline void take_record(struct pcapfile *p, struct input *in,
			       const struct record *r, struct frame *out)
{
	out->time = (int64_t)r->s * 1000000000 + (int64_t)r->fraction * p->unit;
	out->id = ++p->id;
	out->wire_len = r->wire;
	out->cap_len = r->captured;
	out->link = p->link;
	out->data = in->at + p->record;
	input_take(in, p->record + (size_t)r->captured);
}

bool pcapfile_ready(const struct pcapfile *p, const struct input *in)
{
	struct record r;
	if (in->ended)
		return true;
	if (in->have < p->record)
		return false;
	record_read(p, in->at, &r);
	return is_damage(&r) || in->have - p->record >= r.captured;
}

int pcapfile_next(struct pcapfile *p, struct input *in, struct frame *out)
{
	struct record r;
	if (!input_want(in, p->record))
		return in->have || in->error[0] ? pcapfile_cut(p, in) : 0;
	record_read(p, in->at, &r);
	if (is_damage(&r))
		return pcapfile_damaged(p, &r);
	if (!input_want(in, p->record + (size_t)r.captured))
		return pcapfile_cut(p, in);
	take_record(p, in, &r, out);
	return 1;
}

size_t pcapfile_batch(struct pcapfile *p, struct input *in, struct frame *out,
		      size_t room)
{
	size_t n = 0;
	while (n < room && in->have >= p->record) {
		struct record r;
		record_read(p, in->at, &r);
		if (is_damage(&r) || in->have - p->record < r.captured)
			break;
		take_record(p, in, &r, &out[n++]);
	}
	return n;
}
