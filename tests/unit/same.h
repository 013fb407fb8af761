// Whether packet_decode() makes of a frame what its layers do.
#ifndef TCPWHY_TESTS_SAME_H
#define TCPWHY_TESTS_SAME_H

#include <stdbool.h>
#include <string.h>

#include "decode/packet.h"

static inline bool same_addr(const struct addr *a, const struct addr *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

static inline bool same_header(const struct segment *a, const struct segment *b)
{
	return a->time == b->time && a->frame == b->frame &&
	       same_addr(&a->src, &b->src) && same_addr(&a->dst, &b->dst) &&
	       a->src_port == b->src_port && a->dst_port == b->dst_port &&
	       a->seq == b->seq && a->ack == b->ack && a->len == b->len &&
	       a->window == b->window && a->ip_id == b->ip_id &&
	       a->tunnel == b->tunnel && a->flags == b->flags &&
	       a->ttl == b->ttl;
}

static inline bool same_rest(const struct segment *a, const struct segment *b)
{
	return a->options == b->options && a->more == b->more &&
	       a->mptcp == b->mptcp && a->ts_val == b->ts_val;
}

static inline bool same_icmp(const struct icmp_error *a,
			     const struct icmp_error *b)
{
	return a->time == b->time && a->frame == b->frame &&
	       same_addr(&a->from, &b->from) && same_addr(&a->src, &b->src) &&
	       same_addr(&a->dst, &b->dst) && a->src_port == b->src_port &&
	       a->dst_port == b->dst_port && a->seq == b->seq &&
	       a->type == b->type && a->code == b->code && a->ipv6 == b->ipv6;
}

// All that is set in a packet, also in one that is no segment. The two are full
// of different bytes before, so that a field that is not set shows.
static inline bool same_both_ways(const struct frame *f)
{
	struct packet a, b;

	memset(&a, 0xa5, sizeof a);
	memset(&b, 0x5a, sizeof b);
	packet_decode(f, &a);
	packet_unwrap(f, &b);
	if (a.kind != b.kind)
		return false;
	if (a.kind == PACKET_ICMP_ERROR)
		return same_icmp(&a.icmp, &b.icmp);
	return same_header(&a.segment, &b.segment) &&
	       same_rest(&a.segment, &b.segment);
}

#endif
