// The hot path: what is done with every packet of a capture.
//
// A frame is decoded (packet.c, most by plain.c), its connection's place hashed
// and the slot there fetched. With a million connections, each segment's is
// somewhere in memory where the processor was not lately, and finding it takes
// three looks, each where the one before points to: slot, record, log. So
// segments are looked up many at a time, step by step (flow_table.c): while one
// waits for memory, the others do. What is then done for a segment is little:
// flow_segment.c puts it behind those of its connection, as forty bytes of its
// log (segment_log.c). What they mean is made out once, when the connection
// is over (decide.c): from its log if it lived as most do (clean_close.c,
// failed_handshake.c), else from a state that is made of it then (flow_take.c).
#include "analysis/analysis_own.h"

#include "decode/packet.h"

static void count_frame(struct tally *t, int64_t time, enum packet_kind kind)
{
	t->frames++;
	t->kind[kind]++;
	if (!t->any) {
		t->any = true;
		t->first = t->last = time;
		return;
	}
	if (time < t->last)
		t->backward++;
	if (time < t->first)
		t->first = time;
	if (time > t->last)
		t->last = time;
}

static bool take_segment(struct analysis *a, const struct waiting *w,
			 const char *comment)
{
	const struct segment *s = &w->packet.segment;
	struct flow_seen seen;

	if (!flow_segment(a->flows, s, &w->where, &seen))
		return false;
	if (seen.away) {
		work_rejoin(a);
		return take_segment(a, w, comment);
	}
	if (seen.index + 1 == a->watched &&
	    !steps_segment(a, s, &seen, comment))
		return false;
	if (seen.due)
		work_due(a, s->time);
	return true;
}

bool hot_batch(struct analysis *a, const char *comment)
{
	struct waiting *end = a->batch + a->waiting;
	bool room = true;

	a->waiting = 0;
	if (a->limit)
		work_limit(a);
	for (struct waiting *w = a->batch; w < end; w++)
		flow_fetch_record(a->flows, &w->where);
	for (struct waiting *w = a->batch; w < end; w++)
		flow_fetch_live(a->flows, &w->where, &w->packet.segment);
	for (struct waiting *w = a->batch; w < end && room; w++)
		room = take_segment(a, w, comment);
	return room;
}

bool analysis_frame(struct analysis *a, const struct frame *f,
		    const char *comment)
{
	struct waiting *w = &a->batch[a->waiting];

	packet_decode(f, &w->packet);
	count_frame(&a->tally, f->time, w->packet.kind);
	if (w->packet.kind == PACKET_SEGMENT) {
		w->where = flow_fetch_slot(a->flows, &w->packet.segment);
		// A comment lives until the next frame only.
		if (++a->waiting < AHEAD && !a->watched)
			return true;
		return hot_batch(a, comment);
	}
	if (w->packet.kind == PACKET_ICMP_ERROR)
		return hot_batch(a, NULL) &&
		       work_icmp(a, &w->packet.icmp, comment);
	return !a->decider.streaming || work_tick(a, f->time);
}
