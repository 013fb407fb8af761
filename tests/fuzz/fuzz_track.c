// Any bytes as the life of one connection: not as frames, but as operations of
// two ends (send, acknowledge, repeat, close, reset, wait) and of a capture
// that misses or reorders what they send. Both ends count in 64 bits what they
// do, so that it is known what may be said of them, however often the numbers
// on the wire turn round: no bytes that were not sent, nothing missing that was
// not, no silence but the real one, nobody who "never received" what was seen
// to be acknowledged. And every way that is shorter than making the whole
// state (segment log, clean close, failed handshake) tells the same.
#include "decode/packet.h"
#include "judge/evidence.h"
#include "judge/judge.h"
#include "judge/outcome.h"

#include "ends.h"
#include "same_flow.h"
#include "same_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// What the capture makes of it ------------------------------------------------

static void takes(struct flow_table *t, const struct frame *f,
		  struct flow_seen *seen)
{
	struct packet p;
	struct flow_hint h;

	packet_decode(f, &p);
	demand(p.kind == PACKET_SEGMENT);
	h = flow_fetch_slot(t, &p.segment);
	demand(flow_segment(t, &p.segment, &h, seen));
}

static void check_end(const struct world *w, const struct endpoint *e,
		      const struct side_model *m)
{
	uint32_t before = e->snd_nxt - (1U << 31);

	demand(e->holes <= HOLES);
	for (unsigned i = 0; i < e->holes; i++) {
		demand(e->hole[i].from - before < e->hole[i].to - before);
		demand(e->hole[i].to - before <= e->snd_nxt - before);
		demand(!i ||
		       e->hole[i - 1].to - before <= e->hole[i].from - before);
	}
	demand(e->bytes <= m->payload);
	if (w->honest)
		demand(e->bytes + endpoint_missing(e) <= m->sent);
	if (w->honest && !m->imperfect)
		demand(e->bytes == m->shown - (m->shown > 0) - m->fin_shown);
}

static void check_flow(const struct world *w, const struct flow_seen *seen,
		       int64_t quiet)
{
	struct flow_room room[2];
	const struct flow *a = flow_live(w->whole, seen->index, &room[0]);
	const struct sent *last;

	if (w->frames <= LOGGED)
		demand(
		    !same_flow(a, flow_live(w->logged, seen->index, &room[1])));
	for (enum side x = CLIENT; x <= SERVER && w->honest; x++)
		check_end(w, &a->end[x], &w->side[x]);
	last = endpoint_recent(&a->end[seen->side], 0);
	if (seen->marks & (STEP_DUPLICATE_FRAME | STEP_CHALLENGE_ACK) ||
	    !w->honest || quiet < 0)
		return;
	demand(sent_idle(last) == quiet / MS * MS);
}

// A number is recognised for what it is up to half the space away.
static bool is_near(uint64_t place, uint64_t shown)
{
	return place < shown + NEAR && shown < place + NEAR;
}

static void show(struct world *w, const struct packed *p, uint8_t flags)
{
	struct side_model *me = &w->side[p->from], *peer = &w->side[!p->from];
	uint64_t end = p->at + p->frame.wire_len - p->frame.cap_len +
		       !!(flags & (TCP_SYN | TCP_FIN));
	bool fin_acked = peer->fin && p->ack > peer->fin;

	w->honest &= p->honest;
	me->payload += p->frame.wire_len - p->frame.cap_len;
	w->sure &= is_near(p->at, me->shown) || p->at < me->shown + 3 * NEAR;
	w->sure &= !(flags & TCP_ACK) || is_near(p->ack, peer->shown) ||
		   p->ack < peer->shown + 3 * NEAR;
	me->jumped |= !is_near(p->at, me->shown);
	peer->jumped |= flags & TCP_ACK && !is_near(p->ack, peer->shown);
	if ((flags & (TCP_RST | TCP_ACK)) == (TCP_RST | TCP_ACK) &&
	    p->at == me->shown && !me->jumped && !me->exact)
		me->exact = w->frames;
	if (flags & TCP_RST)
		return;
	if (flags & TCP_FIN && !me->fin_shown) {
		me->fin_shown = true;
		me->knew = p->ack;
	}
	if (flags & TCP_ACK && is_near(p->ack, peer->shown) &&
	    p->ack - fin_acked > 1 && !me->took)
		me->took = w->frames;
	if (end > p->at && end > me->shown) // a bare ACK's number says less
		me->shown = end;
	if (flags & TCP_ACK && p->ack > peer->shown)
		peer->shown = p->ack;
}

static void emit(struct world *w, struct packed *p)
{
	struct flow_seen seen, other;
	int64_t quiet = w->frames ? p->frame.time - w->last : 0;

	if (w->frames == FRAMES)
		return;
	p->frame.data = p->bytes;
	p->frame.id = frame_id(0, ++w->frames);
	show(w, p, p->bytes[33]);
	takes(w->whole, &p->frame, &seen);
	takes(w->logged, &p->frame, &other);
	demand(seen.index == other.index && seen.side == other.side);
	if (!(seen.marks & STEP_DUPLICATE_FRAME)) {
		w->quiet[w->frames] = quiet;
		w->last = p->frame.time;
	}
	check_flow(w, &seen, quiet);
	demand(analysis_frame(w->full, &p->frame, NULL));
	demand(analysis_frame(w->brief, &p->frame, NULL));
}

// What is said of it ----------------------------------------------------------

static void check_rst(const struct world *w, const struct evidence *ev)
{
	uint64_t took = w->side[ev->rst->side].took;

	if (evidence_has(ev, NEVER_RECEIVED) || evidence_has(ev, NEVER_ACKED))
		demand(!took || took > ev->rst->s.at.frame);
}

// A RST with the very number that is expected ends the connection.
static void check_fates(const struct world *w, const struct flow *f)
{
	for (size_t i = 0; i < flow_rsts_kept(f); i++) {
		const struct rst *r = &f->rst[i];
		if (r->s.at.frame == w->side[r->side].exact)
			demand(r->fate != RST_OLD && r->fate != RST_CHALLENGED);
	}
}

static enum side first_fin(const struct world *w)
{
	const struct side_model *c = &w->side[CLIENT], *s = &w->side[SERVER];
	bool c_knew = c->knew > s->fin, s_knew = s->knew > c->fin;

	return c_knew == s_knew ? BOTH : c_knew ? SERVER : CLIENT;
}

static void check_evidence(const struct world *w, const struct evidence *ev)
{
	if (w->sure && ev->rst)
		check_rst(w, ev);
	if (w->sure && evidence_has(ev, NOT_TAKEN))
		demand(!w->side[SERVER].took);
	if (w->sure && w->side[CLIENT].fin_shown && w->side[SERVER].fin_shown)
		demand(ev->fin_first == first_fin(w) ||
		       ev->fin_first == NOBODY); // not proved
	for (size_t i = 0; i < ev->findings; i++) {
		const struct finding *f = &ev->finding[i];
		int64_t quiet = w->quiet[f->frame & 0xffff];
		if (f->fact == IDLE)
			demand(f->a == quiet / MS * MS);
		if (f->fact == LOST && !ev->rst)
			demand((uint64_t)f->a <=
			       w->side[CLIENT].sent + w->side[SERVER].sent);
	}
}

static void explain(struct world *w)
{
	struct surroundings around = { .capture_end = w->now };

	for (size_t i = 0; i < flow_count(w->whole); i++) {
		struct connection c = *flow_record(w->whole, i);
		struct flow_room room[2];
		const struct flow *f = flow_live(w->whole, i, &room[0]);
		struct evidence ev;
		struct ruling r;
		if (!f)
			continue;
		demand(!same_flow(f, flow_live(w->logged, i, &room[1])));
		evidence_collect(f, &around, &ev);
		judge(ev.facts, &r);
		outcome(f, &ev, &r, &c);
		if (!w->honest)
			continue;
		check_evidence(w, &ev);
		check_fates(w, f);
	}
}

static void compare(struct world *w)
{
	analysis_settle(w->full);
	analysis_settle(w->brief);
	demand(analysis_count(w->full) == analysis_count(w->brief));
	for (size_t i = 0; i < analysis_count(w->full); i++)
		demand(!same_record(analysis_get(w->full, i),
				    analysis_get(w->brief, i)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world *w = calloc(1, sizeof(*w));

	demand(w != NULL);
	w->data = data;
	w->left = size;
	w->whole = flow_table_new();
	w->logged = flow_table_new();
	w->full = analysis_new();
	w->brief = analysis_new();
	demand(w->whole && w->logged && w->full && w->brief);
	flow_watch(w->whole, FLOW_ALL);
	analysis_without(w->brief, SHORT_WAYS);
	begin(w);
	while (w->left && w->frames < FRAMES)
		operation(w);
	explain(w);
	compare(w);
	analysis_free(w->brief);
	analysis_free(w->full);
	flow_table_free(w->logged);
	flow_table_free(w->whole);
	free(w);
	return 0;
}
