#include "decode/tcp_options.h"

enum { MAX_WSCALE = 14 };
enum { LAYOUT_END = 15, LAYOUT_OTHER = 14, LAYOUT_BITS = 4 };

// An option: its lengths, kind and length byte included; how it stands in a
// layout; what reads its body.
struct option {
	uint8_t bit; // enum tcp_option
	uint8_t min, max;
	uint8_t layout;
	void (*read)(struct segment *s, struct bytes body);
};

// RFC 7323, 2.3: more than 14 is taken for 14.
static void read_wscale(struct segment *s, struct bytes body)
{
	unsigned scale = body.p[0] < MAX_WSCALE ? body.p[0] : MAX_WSCALE;

	if (s->flags & TCP_SYN)
		s->more = (uint8_t)(scale << MORE_SCALE);
}

static void read_nothing(struct segment *s, struct bytes body)
{
	(void)s;
	(void)body;
}

static void read_timestamps(struct segment *s, struct bytes body)
{
	s->ts_val = be32(body.p);
}

static void read_mptcp(struct segment *s, struct bytes body)
{
	s->mptcp = (uint16_t)(s->mptcp | 1u << (body.p[0] >> 4));
}

static const struct option table[256] = {
	[2] = { OPT_MSS, 4, 4, 2, read_nothing },
	[3] = { OPT_WSCALE, 3, 3, 3, read_wscale },
	[4] = { OPT_SACK_OK, 2, 2, 4, read_nothing },
	[5] = { OPT_SACK, 10, 34, LAYOUT_OTHER, read_nothing },
	[8] = { OPT_TIMESTAMP, 10, 10, 8, read_timestamps },
	[30] = { OPT_MPTCP, 3, 40, LAYOUT_OTHER, read_mptcp },
	[34] = { OPT_FAST_OPEN, 2, 18, LAYOUT_OTHER, read_nothing },
};

// One option of two bytes or more, kind and length not in its body. A length
// that its kind can't have makes it an unknown one.
static uint8_t read_option(struct segment *s, uint8_t kind, struct bytes body)
{
	const struct option *o = &table[kind];
	size_t n = body.n + 2;

	if (o->read && n >= o->min && n <= o->max) {
		s->options |= o->bit;
		o->read(s, body);
	}
	return o->read ? o->layout : LAYOUT_OTHER;
}

// Takes the next option off b; returns its place in a layout, 0 if what
// follows is none.
static uint8_t next_option(struct segment *s, struct bytes *b)
{
	enum { END = 0, NOP = 1 };
	struct bytes body;

	if (b->p[0] == END) {
		b->n = 0;
		return LAYOUT_END;
	}
	if (b->p[0] == NOP) {
		bytes_cut(b, 1, &body);
		return 1;
	}
	if (b->n < 2 || b->p[1] < 2 || !bytes_cut(b, b->p[1], &body))
		return 0;
	return read_option(s, body.p[0],
			   (struct bytes){ body.p + 2, body.n - 2 });
}

// All at once what most SYNs carry, Linux's: mss sackOK TS nop wscale.
static bool read_linux(struct segment *s, struct bytes b)
{
	enum { LENGTH = 20, MSS = 0x0204, SACK_OK_TIMESTAMPS = 0x0402080a };
	enum { NOP_WSCALE = 0x010303 };

	if (b.n != LENGTH || be16(b.p) != MSS ||
	    be32(b.p + 4) != SACK_OK_TIMESTAMPS ||
	    be32(b.p + 16) >> 8 != NOP_WSCALE)
		return false;
	s->options |= OPT_MSS | OPT_SACK_OK | OPT_TIMESTAMP | OPT_WSCALE;
	read_timestamps(s, (struct bytes){ b.p + 8, 8 });
	read_wscale(s, (struct bytes){ b.p + 19, 1 });
	return true;
}

uint64_t tcp_options(struct segment *s, struct bytes options)
{
	enum { LINUX = 0x31842 };
	uint64_t layout = 0;
	uint8_t place;

	if (read_linux(s, options))
		return LINUX;
	for (int at = 0; options.n > 0; at += LAYOUT_BITS) {
		place = next_option(s, &options);
		if (place == 0)
			break;
		if (at < 64)
			layout |= (uint64_t)place << at;
	}
	return layout;
}
