// What the receiver of a RST makes of it.
#include "track/rst_parts.h"

#include "base/seq.h"

// Where the peer shrank its window below what was sent, an active RST carries
// the number of the window's edge (tcp_acceptable_seq()); what lies beyond it
// was never taken.
static bool beyond_window(const struct endpoint *x, const struct endpoint *y)
{
	return y->ack_known && (y->window_max || y->zero_window.frame) &&
	       seq_lt(y->ack + y->window, x->snd_nxt);
}

// In SYN-SENT only what acknowledges the SYN counts; a RST that acknowledges
// another SYN answers one that was not captured, if any.
static bool answers_syn(const struct endpoint *y, uint32_t ack)
{
	return seq_lt(y->isn, ack) && seq_le(ack, y->snd_nxt);
}

// As far as the capture shows, y has sent a SYN and x nothing but RSTs.
static bool is_syn_sent(const struct endpoint *x, const struct endpoint *y)
{
	return y->syn_seen && !x->seq_known && !y->ack_known;
}

// RFC 9293 3.10.7.3 in SYN-SENT, RFC 5961 section 3.2 later; Linux also takes
// the number of a FIN that it has received (tcp_reset_check()).
enum rst_fate rst_fate_of(const struct flow *f, enum side side,
			  const struct segment *s, enum rst_form form)
{
	const struct endpoint *x = &f->end[side], *y = &f->end[!side];
	uint32_t contiguous;

	if (f->both_closed.frame)
		return RST_AFTER_END;
	if (is_syn_sent(x, y))
		return s->flags & TCP_ACK && answers_syn(y, s->ack)
			   ? RST_ACCEPTED
			   : RST_CHALLENGED;
	if (!x->seq_known)
		return RST_ACCEPTED;
	if (side == CLIENT && x->syn_seen && !x->established.frame &&
	    s->seq - x->isn <= 1)
		return RST_ACCEPTED;
	if (form == FORM_BY_SOCKET && beyond_window(x, y) &&
	    s->seq == y->ack + y->window)
		return RST_ACCEPTED;
	contiguous = endpoint_contiguous(x);
	// Behind a hole of the capture any number may be the expected one.
	if (seq_le(contiguous, s->seq) && seq_le(s->seq, x->snd_nxt))
		return RST_ACCEPTED;
	if (x->fin.at.frame && s->seq == endpoint_fin_end(x) - 1)
		return RST_ACCEPTED;
	if (seq_lt(s->seq, contiguous))
		return RST_OLD;
	if (seq_lt(x->snd_nxt, s->seq) &&
	    seq_diff(s->seq, x->snd_nxt) > RST_FAR)
		return RST_OLD;
	return RST_CHALLENGED;
}
