#include "tcp.h"

#include <string.h>

#include "stack.h"
#include "tcp_options.h"

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
	s->len = 0;
	s->head_len = 0;
	s->options = 0;
	s->wscale = 0;
	s->stack = STACK_UNKNOWN;
	s->mss = 0;
	s->mptcp = 0;
	s->ts_val = 0;
	s->ts_ecr = 0;
	s->sack_right = 0;
	s->layout = 0;
	memset(s->head, 0, sizeof s->head);
}

// A loop, not memcpy(): a call would make tcp_read() save registers for the
// sake of the few payloads that are that short.
static void read_head(struct segment *s, struct bytes payload)
{
	if (payload.n >= sizeof s->head) {
		s->head_len = sizeof s->head;
		memcpy(s->head, payload.p, sizeof s->head);
		return;
	}
	for (; s->head_len < payload.n; s->head_len++)
		s->head[s->head_len] = payload.p[s->head_len];
}

// Nearly all segments that have options have these alone.
static bool read_timestamps(struct segment *s, struct bytes options)
{
	enum { LENGTH = 12, NOP_NOP_TIMESTAMPS = 0x0101080a };

	if (options.n != LENGTH || be32(options.p) != NOP_NOP_TIMESTAMPS)
		return false;
	s->options |= OPT_TIMESTAMP;
	s->ts_val = be32(options.p + 4);
	s->ts_ecr = be32(options.p + 8);
	return true;
}

static void read_options(struct segment *s, struct bytes options)
{
	if (s->flags & TCP_SYN) {
		s->layout = tcp_options(s, options);
		s->stack = (uint8_t)stack_guess(s->layout, s->ttl);
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
	read_head(s, (struct bytes){ p + n, captured.n - n });
	if (n > MIN_LENGTH)
		read_options(s,
			     (struct bytes){ p + MIN_LENGTH, n - MIN_LENGTH });
	else if (s->flags & TCP_SYN)
		s->stack = (uint8_t)stack_guess(s->layout, s->ttl);
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
		.tos = ip->tos,
		.ipv6 = ip->v6,
		.dont_fragment = ip->dont_fragment,
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
