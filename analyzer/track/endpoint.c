// What is tracked, and what deliberately is not.
//
// A capture is not the connection: it is a view from one place. So an endpoint
// keeps what was *seen*, in the order in which it was seen, and nothing that
// supposes what its kernel thought. Bytes count once, however often they were
// sent; bytes that were acknowledged but never seen are holes, and a hole that
// fills later was only reordering. No number is remembered for so long that the
// comparison modulo 2^32 turns round: a hole further back than any window is
// lost for good, an acknowledgment so old is replaced by what must have been
// acknowledged since, and a stream that went on unseen for gigabytes begins
// anew where two segments agree that it is. Acknowledgments, windows and edges
// are taken from the newest ACK only, since an older one that arrives late
// says nothing new. Troubles (retransmissions, probes) count since the peer's
// last sign of progress, because only an unanswered run ends a connection.
//
// Not tracked: congestion windows, SACK scoreboards, payload. No rule of
// evidence.c needs them, and every byte kept here is paid for by each of
// millions of connections.
#include "track/endpoint.h"

void sent_set_idle(struct sent *s, int64_t idle_ns)
{
	const uint64_t most = (UINT64_C(1) << 40) - 1;
	uint64_t ms = idle_ns < 0 ? 0 : (uint64_t)idle_ns / 1000000;

	ms = ms < most ? ms : most;
	s->idle_ms = (uint32_t)ms;
	s->idle_ms_high = (uint8_t)(ms >> 32);
}

uint32_t endpoint_contiguous(const struct endpoint *e)
{
	return e->holes ? e->hole[0].from : e->snd_nxt;
}

uint64_t endpoint_missing(const struct endpoint *e)
{
	uint64_t n = e->lost;

	for (uint8_t i = 0; i < e->holes; i++)
		n += e->hole[i].to - e->hole[i].from;
	return n;
}

bool endpoint_has_shown(const struct endpoint *e, uint64_t place)
{
	for (uint8_t i = 0; i < e->holes; i++)
		if (endpoint_place(e, e->hole[i].from) < place &&
		    place <= endpoint_place(e, e->hole[i].to))
			return false;
	return e->packets && place <= endpoint_place(e, e->snd_nxt);
}

// Who has sent a FIN goes on behind its number. One segment may have been captured
// late.
static bool goes_on_below(const struct endpoint *e, uint32_t number,
			  const struct event *acked)
{
	enum { LATE = 1 };

	for (uint32_t k = 0; k <= LATE; k++) {
		const struct sent *t = endpoint_recent(e, k);
		if (!t || t->at.time <= acked->time || t->flags & TCP_RST ||
		    !seq_lt(t->seq, number))
			return false;
	}
	return true;
}

bool endpoint_lost_fin(const struct endpoint *e, const struct endpoint *peer)
{
	const struct hole *last = e->holes ? &e->hole[e->holes - 1] : NULL;

	return last && !goes_on_below(e, last->to, &peer->ack_at) && e->packets && !e->closing && last->to == e->snd_nxt &&
	       last->to - last->from == 1 && peer->ack_known &&
	       peer->ack == last->to;
}

uint32_t endpoint_fin_end(const struct endpoint *e)
{
	return e->fin.seq + e->fin.len + 1;
}

bool endpoint_knew_fin(const struct endpoint *e, const struct endpoint *peer)
{
	uint32_t end =
	    peer->fin.at.frame ? endpoint_fin_end(peer) : peer->snd_nxt;

	return e->fin.acked >= endpoint_place(peer, end);
}

bool endpoint_fin_acked(const struct endpoint *e)
{
	return e->fin_acked.frame != 0;
}
