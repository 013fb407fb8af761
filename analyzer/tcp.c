#include "tcp.h"

#include <string.h>

#include "seq.h"
#include "stack.h"

enum { NEEDED = 16, MIN_LENGTH = 20, MAX_WSCALE = 14 };
enum { LAYOUT_END = 15, LAYOUT_OTHER = 14, LAYOUT_SLOTS = 16 };

// An option: its lengths, kind and length byte included; how it stands in a
// layout; what reads its body.
struct option {
	uint8_t bit; // enum tcp_option
	uint8_t min, max;
	uint8_t layout;
	void (*read)(struct segment *s, struct bytes body);
};

static void read_mss(struct segment *s, struct bytes body)
{
	s->mss = be16(body.p);
}

// RFC 7323, 2.3: more than 14 is taken for 14.
static void read_wscale(struct segment *s, struct bytes body)
{
	s->wscale = body.p[0] < MAX_WSCALE ? body.p[0] : MAX_WSCALE;
}

static void read_nothing(struct segment *s, struct bytes body)
{
	(void)s;
	(void)body;
}

static void read_sack(struct segment *s, struct bytes body)
{
	struct bytes block;

	if (!bytes_cut(&body, 8, &block))
		return;
	s->sack_right = be32(block.p + 4);
	while (bytes_cut(&body, 8, &block))
		s->sack_right = seq_max(s->sack_right, be32(block.p + 4));
}

static void read_timestamps(struct segment *s, struct bytes body)
{
	s->ts_val = be32(body.p);
	s->ts_ecr = be32(body.p + 4);
}

static void read_mptcp(struct segment *s, struct bytes body)
{
	s->mptcp = (uint16_t)(s->mptcp | 1u << (body.p[0] >> 4));
}

static const struct option options[256] = {
	[2] = { OPT_MSS, 4, 4, 2, read_mss },
	[3] = { OPT_WSCALE, 3, 3, 3, read_wscale },
	[4] = { OPT_SACK_OK, 2, 2, 4, read_nothing },
	[5] = { OPT_SACK, 10, 34, LAYOUT_OTHER, read_sack },
	[8] = { OPT_TIMESTAMP, 10, 10, 8, read_timestamps },
	[30] = { OPT_MPTCP, 3, 40, LAYOUT_OTHER, read_mptcp },
	[34] = { OPT_FAST_OPEN, 2, 18, LAYOUT_OTHER, read_nothing },
};

// One option of two bytes or more, kind and length not in its body. A length
// that its kind can't have makes it an unknown one.
static uint8_t read_option(struct segment *s, uint8_t kind, struct bytes body)
{
	const struct option *o = &options[kind];
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

static void read_options(struct segment *s, struct bytes b)
{
	enum { TIMESTAMPS = 12, NOP_NOP_TIMESTAMPS = 0x0101080a };
	unsigned slot = 0;

	// What nearly all segments carry that carry anything.
	if (b.n == TIMESTAMPS && be32(b.p) == NOP_NOP_TIMESTAMPS &&
	    !(s->flags & TCP_SYN)) {
		s->options |= OPT_TIMESTAMP;
		s->ts_val = be32(b.p + 4);
		s->ts_ecr = be32(b.p + 8);
		return;
	}
	while (b.n > 0) {
		uint8_t place = next_option(s, &b);
		if (place == 0)
			return;
		if (s->flags & TCP_SYN && slot < LAYOUT_SLOTS)
			s->layout |= (uint64_t)place << 4 * slot++;
	}
}

// Every field is named, the empty ones too: for a gap, gcc would clear the
// whole first, which takes longer than the rest of the header does.
static void read_header(const struct walk *w, const struct frame *f,
			struct segment *out)
{
	const struct ip_header *ip = &w->ip;
	const uint8_t *p = w->rest.p;

	*out = (struct segment){
		.time = f->time,
		.frame = f->id,
		.src = ip->src,
		.dst = ip->dst,
		.src_port = be16(p),
		.dst_port = be16(p + 2),
		.seq = be32(p + 4),
		.ack = be32(p + 8),
		.flags = p[13],
		.window = be16(p + 14),
		.ip_id = ip->id,
		.tunnel = w->tunnel,
		.ttl = ip->ttl,
		.tos = ip->tos,
		.ipv6 = ip->v6,
		.dont_fragment = ip->dont_fragment,
		.len = 0,
		.ts_val = 0,
		.ts_ecr = 0,
		.sack_right = 0,
		.mss = 0,
		.mptcp = 0,
		.options = 0,
		.wscale = 0,
		.stack = STACK_UNKNOWN,
		.layout = 0,
		.head_len = 0,
		.head = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
	};
}

static void read_head(struct segment *s, struct bytes payload)
{
	s->head_len =
	    (uint8_t)(payload.n < sizeof s->head ? payload.n : sizeof s->head);
	memcpy(s->head, payload.p, s->head_len);
}

enum packet_kind tcp_decode(struct walk *w, const struct frame *f,
			    struct segment *out)
{
	struct bytes h;
	size_t n;

	if (w->rest.n < NEEDED) {
		*out = (struct segment){ 0 };
		return (enum packet_kind)layer_short(w, NEEDED).id;
	}
	read_header(w, f, out);
	n = (w->rest.p[12] >> 4) * 4u;
	if (n < MIN_LENGTH)
		return PACKET_MALFORMED;
	if (w->wire < n)
		return (enum packet_kind)layer_short(w, n).id;
	out->len = w->wire - (uint32_t)n;
	if (n > MIN_LENGTH && w->rest.n < n)
		out->options = OPT_CUT;
	walk_take(w, n < w->rest.n ? n : w->rest.n, &h);
	if (h.n > MIN_LENGTH)
		read_options(
		    out, (struct bytes){ h.p + MIN_LENGTH, h.n - MIN_LENGTH });
	if (out->flags & TCP_SYN)
		out->stack = (uint8_t)stack_guess(out->layout, out->ttl);
	if (w->rest.n > 0)
		read_head(out, w->rest);
	return PACKET_SEGMENT;
}
