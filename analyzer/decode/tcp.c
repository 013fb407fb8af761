#include "decode/tcp.h"

#include "decode/stack.h"
#include "decode/tcp_options.h"

enum { NEEDED = 16, MIN_LENGTH = 20 };
static size_t header_length(const uint8_t *p)
{
	return (p[12] & 0xf0u) >> 2; // in units of four bytes
}

static void read_header(const uint8_t *p, struct segment *s)
{
	s->src_port = be16(p);
	s->dst_port = be16(p + 2);
	s->seq = be32(p + 4);
	s->ack = be32(p + 8);
	s->flags = p[13];
	s->window = be16(p + 14);
	s->options = 0;
	s->more = 0;
	s->mptcp = 0;
	s->ts_val = 0;
}

// Computed as a whole: what a payload begins with is nobody's guess.
static bool is_tls(struct bytes payload)
{
	static const uint8_t nothing[3];
	const uint8_t *p = payload.n < 3 ? nothing : payload.p;

	return (p[0] >= 0x14) & (p[0] <= 0x17) & (p[1] == 3) & (p[2] <= 4);
}

// An alert (RFC 8446, 6): of TLS 1.2 and before by its type, in the clear by
// what it says; of TLS 1.3 by its length, as all of its records look like data:
// two bytes, the inner type, and the tag of its ciphers.
static bool is_goodbye(struct bytes payload, uint32_t len)
{
	enum { HEADER = 5, ALERT = 0x15, DATA = 0x17, IN_CLEAR = 2 };
	const uint8_t *p = payload.p;
	uint32_t record;

	if (!is_tls(payload) || payload.n < HEADER)
		return false;
	record = be16(p + 3);
	if (record + HEADER != len)
		return false;
	if (p[0] == ALERT && record == IN_CLEAR)
		return payload.n >= HEADER + IN_CLEAR && !p[HEADER + 1];
	return p[0] == ALERT || (p[0] == DATA && record == 2 + 1 + 16);
}

// Nearly all segments that have options have these alone.
static bool read_timestamps(struct segment *s, struct bytes options)
{
	enum { LENGTH = 12, NOP_NOP_TIMESTAMPS = 0x0101080a };

	if (options.n != LENGTH || be32(options.p) != NOP_NOP_TIMESTAMPS)
		return false;
	s->options |= OPT_TIMESTAMP;
	s->ts_val = be32(options.p + 4);
	return true;
}

static void read_stack(struct segment *s, uint64_t layout)
{
	const struct stack_sign sign = {
		.layout = layout,
		.window = s->window,
		.ip_id = s->ip_id,
		.ttl = s->ttl,
		.syn_ack = s->flags & TCP_ACK,
		.may_fragment = s->may_fragment,
	};

	s->more |= (uint8_t)(stack_guess(&sign) << MORE_STACK);
}

static void read_options(struct segment *s, struct bytes options)
{
	if (s->flags & TCP_SYN) {
		read_stack(s, tcp_options(s, options));
	} else if (!read_timestamps(s, options)) {
		tcp_options(s, options);
	}
}

bool tcp_read(struct bytes captured, uint32_t wire, struct segment *s)
{
	const uint8_t *p = captured.p;
	size_t n;

	if (captured.n < NEEDED)
		return false;
	read_header(p, s);
	n = header_length(p);
	if (n < MIN_LENGTH || n > wire)
		return false;
	s->len = wire - (uint32_t)n;
	if (n > captured.n) {
		s->options = n > MIN_LENGTH ? OPT_CUT : 0;
		n = captured.n;
	}
	if (!(s->flags & TCP_SYN))
		s->more =
		    is_goodbye((struct bytes){ p + n, captured.n - n }, s->len)
			? MORE_GOODBYE
			: 0;
	if (n > MIN_LENGTH)
		read_options(s,
			     (struct bytes){ p + MIN_LENGTH, n - MIN_LENGTH });
	else if (s->flags & TCP_SYN)
		read_stack(s, 0);
	return true;
}

static struct segment segment_start(const struct walk *w, const struct frame *f)
{
	const struct ip_header *ip = &w->ip;

	return (struct segment){
		.time = f->time,
		.frame = f->id,
		.src = ip->src,
		.dst = ip->dst,
		.ip_id = ip->id,
		.tunnel = w->tunnel,
		.ttl = ip->ttl,
		.may_fragment = ip->may_fragment,
	};
}

enum packet_kind tcp_decode(const struct walk *w, const struct frame *f,
			    struct segment *out)
{
	size_t n;

	if (w->rest.n < NEEDED) {
		*out = (struct segment){ 0 };
		return (enum packet_kind)layer_short(w, NEEDED).id;
	}
	*out = segment_start(w, f);
	if (tcp_read(w->rest, w->wire, out))
		return PACKET_SEGMENT;
	n = header_length(w->rest.p);
	if (n < MIN_LENGTH)
		return PACKET_MALFORMED;
	return (enum packet_kind)layer_short(w, n).id;
}
