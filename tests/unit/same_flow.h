// Whether two states of a connection say the same: all that is defined in them,
// but for pointers and what belongs to the table of connections.
#ifndef TCPWHY_TESTS_SAME_FLOW_H
#define TCPWHY_TESTS_SAME_FLOW_H

#include <stddef.h>
#include <string.h>

#include "track/flow_table.h"

struct same_field {
	const char *name;
	size_t at, size;
};

#define SAME(type, field)                                                      \
	{                                                                      \
#field, offsetof(struct type, field),                          \
		    sizeof(((struct type *)0)->field)                          \
	}
#define SAME_SENT(type, s)                                                     \
	SAME(type, s.at), SAME(type, s.seq), SAME(type, s.ack),                \
	    SAME(type, s.len), SAME(type, s.window), SAME(type, s.ts_val),     \
	    SAME(type, s.idle_ms), SAME(type, s.idle_ms_high),                 \
	    SAME(type, s.ip_id), SAME(type, s.marks), SAME(type, s.flags),     \
	    SAME(type, s.ttl), SAME(type, s.options)
#define SAME_END                                                               \
	{                                                                      \
		NULL, 0, 0                                                     \
	}

struct same_recent { // so that it has fields of its own
	struct sent s;
};

static const struct same_field same_sents[] = {
	SAME_SENT(same_recent, s),
	SAME_END,
};

static const struct same_field same_flows[] = {
	SAME(flow, last),        SAME(flow, longest_idle),
	SAME(flow, index),       SAME(flow, older),
	SAME(flow, base.number), SAME(flow, base.known),
	SAME(flow, mptcp),       SAME(flow, without_zeek),
	SAME(flow, icmps),       SAME(flow, cut),
	SAME(flow, segments),    SAME(flow, rsts),
	SAME(flow, zeek),        SAME(flow, challenge),
	SAME(flow, both_closed), SAME(flow, first),
	SAME(flow, duplicates),  SAME(flow, stray),
	SAME(flow, strays),      SAME_END,
};

static const struct same_field same_rsts[] = {
	SAME_SENT(rst, s),
	SAME(rst, side),
	SAME(rst, form),
	SAME(rst, fate),
	SAME_SENT(rst, elicited_by),
	SAME_SENT(rst, before),
	SAME_SENT(rst, data_received),
	SAME(rst, data_sent),
	SAME(rst, snd_nxt),
	SAME(rst, ack),
	SAME(rst, right_edge),
	SAME(rst, window_max),
	SAME(rst, window_at_base),
	SAME(rst, ack_known),
	SAME(rst, window_known),
	SAME(rst, scale_known),
	SAME(rst, acked_more),
	SAME(rst, took_data),
	SAME(rst, unanswered),
	SAME(rst, fin),
	SAME(rst, fin_acked),
	SAME(rst, rtx),
	SAME(rst, keepalives),
	SAME(rst, window_probes),
	SAME(rst, rtt),
	SAME(rst, rtts),
	SAME(rst, state),
	SAME(rst, mptcp),
	SAME(rst, payload),
	SAME(rst, data_after),
	SAME(rst, alive_after),
	SAME(rst, peer_after),
	SAME(rst, peer_news),
	SAME_END,
};

static const struct same_field same_icmps[] = {
	SAME(icmp_seen, at),   SAME(icmp_seen, from),
	SAME(icmp_seen, type), SAME(icmp_seen, code),
	SAME(icmp_seen, ipv6), SAME(icmp_seen, on_syn),
	SAME(icmp_seen, side), SAME_END,
};

static const struct same_field same_ends[] = {
	SAME(endpoint, isn),
	SAME(endpoint, snd_nxt),
	SAME(endpoint, ack),
	SAME(endpoint, window),
	SAME(endpoint, right_edge),
	SAME(endpoint, window_max),
	SAME(endpoint, window_low),
	SAME(endpoint, right_edge_base),
	SAME(endpoint, window_at_base),
	SAME(endpoint, timing_end),
	SAME(endpoint, timing_since),
	SAME(endpoint, holes),
	SAME(endpoint, wscale),
	SAME(endpoint, wscale_offer),
	SAME(endpoint, seq_known),
	SAME(endpoint, syn_seen),
	SAME(endpoint, ack_known),
	SAME(endpoint, sack_ok),
	SAME(endpoint, ts_ok),
	SAME(endpoint, closing),
	SAME(endpoint, ids_zero),
	SAME(endpoint, ttl_low),
	SAME(endpoint, ttl_high),
	SAME(endpoint, ip_id),
	SAME(endpoint, rtx_answered),
	SAME(endpoint, rst_challenged),
	SAME(endpoint, rtx),
	SAME(endpoint, keepalives),
	SAME(endpoint, window_probes),
	SAME(endpoint, sent_count),
	SAME(endpoint, zero_window),
	SAME(endpoint, latest),
	SAME(endpoint, packets),
	SAME(endpoint, bytes),
	SAME(endpoint, largest),
	SAME(endpoint, acks_of_data),
	SAME(endpoint, last),
	SAME(endpoint, ack_at),
	SAME(endpoint, ids_in_step),
	SAME(endpoint, ids_seen),
	SAME(endpoint, ids_missed),
	SAME(endpoint, copied),
	SAME(endpoint, stack),
	SAME(endpoint, established),
	SAME(endpoint, data_last),
	SAME(endpoint, ack_delay_min),
	SAME(endpoint, ack_delay_max),
	SAME(endpoint, syn),
	SAME(endpoint, syn_last),
	SAME(endpoint, syns),
	SAME(endpoint, rtts),
	SAME(endpoint, rtt_min),
	SAME(endpoint, fin),
	SAME(endpoint, fin_acked),
	SAME(endpoint, acked_after_fin),
	SAME(endpoint, window_update),
	SAME(endpoint, window_updates),
	SAME(endpoint, wraps),
	SAME(endpoint, lost),
	SAME(endpoint, far_off),
	SAME(endpoint, hole),
	SAME(endpoint, rtx_total),
	SAME(endpoint, keepalives_answered),
	SAME(endpoint, rtx_original),
	SAME(endpoint, rtx_last),
	SAME(endpoint, keepalive_first),
	SAME(endpoint, keepalive_last),
	SAME(endpoint, window_probe_first),
	SAME(endpoint, window_probe_last),
	SAME_END,
};

// The first field that differs; NULL: none.
static inline const char *same_fields(const struct same_field *f, const void *a,
				      const void *b)
{
	const char *x = a, *y = b;

	for (; f->name; f++)
		if (memcmp(x + f->at, y + f->at, f->size))
			return f->name;
	return NULL;
}

static inline const char *same_end(const struct endpoint *a,
				   const struct endpoint *b)
{
	const char *differs = same_fields(same_ends, a, b);

	for (uint32_t k = 0; !differs && k < RECENT; k++) {
		const struct sent *x = endpoint_recent(a, k);
		const struct sent *y = endpoint_recent(b, k);
		if (!x != !y)
			return "recent";
		if (x)
			differs = same_fields(same_sents, x, y);
	}
	return differs;
}

// The first field that differs in what is defined of both; NULL: none.
static inline const char *same_flow(const struct flow *a, const struct flow *b)
{
	const char *differs = same_fields(same_flows, a, b);

	for (size_t i = 0; !differs && i < flow_rsts_kept(a); i++)
		differs = same_fields(same_rsts, &a->rst[i], &b->rst[i]);
	for (size_t i = 0; !differs && i < a->icmps && i < FLOW_ICMPS; i++)
		differs = same_fields(same_icmps, &a->icmp[i], &b->icmp[i]);
	for (enum side x = CLIENT; !differs && x <= SERVER; x++)
		differs = same_end(&a->end[x], &b->end[x]);
	return differs;
}

#endif
