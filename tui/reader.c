#include "reader.h"

#include <stdlib.h>

#include "base/nanoseconds.h"
#include "decode/packet.h"

// What an ICMP error needs at most to come after the segment that it quotes.

bool reader_open(struct reader *r, struct capture *c, const struct spool *s)
{
	*r = (struct reader){ .capture = c, .spool = s };
	if (s)
		r->place = calloc(1, sizeof *r->place);
	return !s || r->place;
}

void reader_release(struct reader *r)
{
	free(r->place);
	free(r->packet);
	*r = (struct reader){ 0 };
}

bool reader_narrow(struct reader *r, const struct connection *c)
{
	r->one = true;
	r->wanted = *c;
	r->packet = malloc(sizeof *r->packet);
	return r->packet;
}

static bool same_way(const struct connection *c, const struct addr *src,
		     uint16_t src_port, const struct addr *dst,
		     uint16_t dst_port, int side)
{
	return src_port == c->port[side] && dst_port == c->port[!side] &&
	       !addr_cmp(src, &c->addr[side]) &&
	       !addr_cmp(dst, &c->addr[!side]);
}

static bool is_between(const struct connection *c, const struct addr *src,
		       uint16_t src_port, const struct addr *dst,
		       uint16_t dst_port)
{
	return same_way(c, src, src_port, dst, dst_port, 0) ||
	       same_way(c, src, src_port, dst, dst_port, 1);
}

size_t reader_ordinal(const struct analysis *a, size_t i)
{
	const struct connection *c = analysis_get(a, i);
	size_t n = 0;

	for (uint64_t k = 1; k <= analysis_number(a, i); k++) {
		const struct connection *o = analysis_record(a, k);

		n += is_between(c, &o->addr[0], o->port[0], &o->addr[1],
				o->port[1]);
	}
	return n;
}

static bool belongs(struct reader *r, const struct frame *f)
{
	const struct segment *s = &r->packet->segment;
	const struct icmp_error *e = &r->packet->icmp;

	packet_decode(f, r->packet);
	if (r->packet->kind == PACKET_SEGMENT)
		return is_between(&r->wanted, &s->src, s->src_port, &s->dst,
				  s->dst_port);
	return r->packet->kind == PACKET_ICMP_ERROR &&
	       is_between(&r->wanted, &e->src, e->src_port, &e->dst,
			  e->dst_port);
}

// 1, 0 (the end) or -1 (nothing yet), as spool_next() says it.
static int next(struct reader *r, struct frame *f, const char **comment)
{
	int rc;

	if (r->spool) {
		rc = spool_next(r->spool, r->place, f);
		*comment = *r->place->comment ? r->place->comment : NULL;
		return rc;
	}
	rc = capture_next(r->capture, f);
	*comment = rc ? capture_comment(r->capture) : NULL;
	return rc;
}

enum reading reader_feed(struct reader *r, struct analysis *a, size_t n)
{
	const char *comment;
	struct frame f;

	while (n-- > 0) {
		int rc = next(r, &f, &comment);

		if (rc <= 0)
			return rc ? READING_WAITS : READING_OVER;
		r->frames++;
		if (r->one && r->seen_last && f.time > r->wanted.end + SECOND)
			return READING_OVER;
		if (r->one && !belongs(r, &f))
			continue;
		r->seen_last |= f.id == r->wanted.last_frame;
		if (!analysis_frame(a, &f, comment)) {
			r->failed = true;
			return READING_OVER;
		}
	}
	return READING_MORE;
}
