#include "track/rst.h"

#include <stdlib.h>

#include "base/seq.h"
#include "track/rst_parts.h"

// Had x, as it says with its RST or has said before, taken payload of y?
static bool took_data(const struct endpoint *x, const struct endpoint *y,
		      const struct sent *rst)
{
	bool says = rst->flags & TCP_ACK;
	uint32_t ack = says ? rst->ack : x->ack;

	if (!says && !x->ack_known)
		return false;
	if (y->closing && !seq_lt(ack, endpoint_fin_end(y)))
		ack--;
	return endpoint_is_taken(y, ack);
}

// Did what it heard from y come after the last that it said?
bool rst_is_unanswered(const struct endpoint *y, const struct rst *r)
{
	return r->data_received.at.frame &&
	       r->data_sent.acked < endpoint_place(y, r->data_received.seq +
							  r->data_received.len);
}

static void snapshot(const struct flow *f, enum side side, struct rst *r)
{
	const struct endpoint *x = &f->end[side], *y = &f->end[!side];
	const struct sent *before = endpoint_recent(x, 0);

	if (before)
		r->before = *before;
	r->snd_nxt = x->snd_nxt;
	r->ack = x->ack;
	r->ack_known = x->ack_known;
	r->right_edge = x->right_edge;
	r->window_max = x->window_max;
	r->window_at_base = x->window_at_base;
	r->window_known = x->window_max != 0;
	r->scale_known = x->syn_seen && y->syn_seen;
	r->acked_more = x->ack_known && endpoint_is_taken(y, x->ack);
	r->took_data = took_data(x, y, &r->s);
	r->fin[0] = x->fin.at.frame != 0;
	r->fin[1] = y->fin.at.frame != 0;
	r->fin_acked[0] = endpoint_fin_acked(x);
	r->fin_acked[1] = endpoint_fin_acked(y);
	r->rtx = x->rtx;
	r->keepalives = x->keepalives;
	r->window_probes = x->window_probes;
	r->ip_id = x->ip_id;
	r->rtt = x->rtt_min;
	r->rtts = x->rtts;
	r->data_sent = x->data_last;
	for (uint32_t k = 0; k < RECENT && !r->data_received.at.frame; k++) {
		const struct sent *t = endpoint_recent(y, k);
		if (t && t->len && seq_le(t->seq + t->len, r->s.ack))
			r->data_received = *t;
	}
	r->unanswered = rst_is_unanswered(y, r);
	r->state[CLIENT] = flow_state(f, CLIENT);
	r->state[SERVER] = flow_state(f, SERVER);
}

// Most connections have one RST or none. NULL: full, or no memory.
static struct rst *room(struct flow *f)
{
	uint8_t n = f->rsts ? FLOW_RSTS : 1;
	struct rst *more;

	if (f->rsts >= FLOW_RSTS)
		return NULL;
	if (f->rsts == f->rst_room) {
		more = realloc(f->rst, n * sizeof(*more));
		f->no_memory |= !more;
		if (!more)
			return NULL;
		f->rst = more;
		f->rst_room = n;
	}
	return &f->rst[f->rsts];
}

uint16_t rst_take(struct flow *f, enum side side, const struct segment *s,
		  int64_t idle_ns)
{
	const struct endpoint *x = &f->end[side];
	struct rst *r, spare; // for one that is not kept
	uint16_t marks;

	r = room(f);
	if (!r)
		r = &spare;
	*r = (struct rst){ .side = side };
	r->s = (struct sent){
		.at = { s->frame, s->time },
		.seq = s->seq,
		.ack = s->ack,
		.len = s->len,
		.window = (uint32_t)s->window << x->wscale,
		.ts_val = s->ts_val,
		.ip_id = s->ip_id,
		.flags = s->flags,
		.ttl = s->ttl,
		.options = s->options,
	};
	sent_set_idle(&r->s, idle_ns);
	r->mptcp = s->mptcp;
	r->payload = s->len;
	snapshot(f, side, r);
	rst_find_elicited_by(f, side, s, r);
	r->form = rst_form_of(x, &f->end[!side], s, r);
	// A socket's own RST answers nothing, but some stacks answer data with
	// one that looks alike.
	if (r->form == FORM_BY_SOCKET &&
	    !(r->elicited_by.len && rst_is_prompt(r)))
		r->elicited_by = (struct sent){ 0 };
	r->fate =
	    flow_deadly(f) ? RST_AFTER_END : rst_fate_of(f, side, s, r->form);
	marks = r->fate == RST_AFTER_END  ? STEP_AFTER_END
		: r->fate == RST_ACCEPTED ? 0
					  : STEP_IGNORED_RST;
	// One that ended the connection is kept whatever came before it.
	if (r == &spare && r->fate == RST_ACCEPTED && f->rsts >= FLOW_RSTS)
		f->rst[FLOW_RSTS - 1] = spare;
	if (r != &spare || f->rsts >= FLOW_RSTS)
		f->rsts++;
	return marks;
}
