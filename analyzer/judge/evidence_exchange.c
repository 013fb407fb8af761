// Had the last request been answered when the connection was closed?
#include "base/nanoseconds.h"
#include "base/seq.h"
#include "judge/evidence_parts.h"
#include "judge/timers.h"
#include "track/exchange.h"

// The FIN of who closed first.
static const struct landmark *first_fin(const struct flow *f,
					const struct evidence *ev)
{
	return ev->fin_first <= SERVER ? &f->end[ev->fin_first].fin : NULL;
}

// What the server had not received when it last sent payload, up to a place of
// the client's.
static uint64_t pending(const struct flow *f, uint64_t to)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];
	uint64_t from =
	    s->data_last.at.frame ? s->data_last.acked : endpoint_first(c);

	// A reply that came behind the client's FIN was none for it.
	if (from >= to && c->data_last.at.frame &&
	    s->data_last.at.time > c->fin.at.time)
		return c->data_last.len;
	return to > from ? to - from : 0;
}

// As the client's FIN says; the server's, as its own says.
static bool is_answered(const struct flow *f, enum side closer)
{
	const struct endpoint *c = &f->end[CLIENT];

	if (f->end[closer].acked_after_fin.frame)
		return true;
	return closer == CLIENT && c->data_last.acked != c->fin.acked;
}

static bool is_whole(const struct flow *f)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	return c->packets && s->packets && c->seq_known && s->seq_known &&
	       !evidence_is_lossy(f) && s->ack_known;
}

static struct exchange exchange_of(const struct flow *f, enum side closer,
				   const struct landmark *fin)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];
	uint64_t acked = endpoint_place(c, s->ack);
	uint64_t end = c->fin.at.frame
			   ? endpoint_place(c, endpoint_fin_end(c)) - 1
			   : acked;
	uint64_t to = closer == SERVER ? fin->acked : end;

	return (struct exchange){
		.closer = closer,
		.opened_here = c->syn_seen,
		.answered = is_answered(f, closer),
		.replies = s->bytes,
		.pending = acked < to ? 0 : pending(f, to),
		.opened = c->syn.time,
		.asked = c->data_last.at.time,
		.closed = fin->at.time,
	};
}

// How long nothing had been sent when x closed. A good-bye (a TLS alert, QUIT)
// comes just before the FIN and belongs to it.
static int64_t idle_before_fin(const struct endpoint *x)
{
	enum { GOODBYE_NS = 100 * MS };
	int64_t idle = 0;

	for (uint32_t k = 0; k < RECENT; k++) {
		const struct sent *t = endpoint_recent(x, k);
		if (!t || x->fin.at.time - t->at.time > GOODBYE_NS)
			break;
		if (t->at.time <= x->fin.at.time && sent_idle(t) > idle)
			idle = sent_idle(t);
	}
	return idle;
}

void evidence_timer(struct evidence *ev, enum side side, uint64_t frame,
		    int64_t time, unsigned of)
{
	if (idle_timer_name(time, of))
		evidence_add(ev, NOTE_TIMER, side, frame, 0, time, of);
}

static void closed_idle(const struct flow *f, struct evidence *ev)
{
	const struct endpoint *x = &f->end[ev->fin_first];
	int64_t idle = idle_before_fin(x);

	if (idle < SECOND)
		return;
	evidence_add(ev, NOTE_CLOSED_IDLE, ev->fin_first, x->fin.at.frame, 0,
		     idle, 0);
	evidence_timer(ev, ev->fin_first, x->fin.at.frame, idle,
		       ev->fin_first == SERVER ? TIMER_OF_SERVER
					       : TIMER_OF_POOL);
}

// The ACK that completed the handshake; else the SYN.
static const struct event *established(const struct endpoint *c)
{
	return c->established.frame ? &c->established : &c->syn;
}

void evidence_exchange(const struct flow *f, struct evidence *ev)
{
	const struct landmark *fin = first_fin(f, ev);
	const struct landmark *asked = &f->end[CLIENT].data_last;
	const struct event *opened = established(&f->end[CLIENT]);
	struct exchange x;

	if (!fin || !fin->at.frame || !is_whole(f) ||
	    (ev->rst && ev->rst->s.at.time < fin->at.time))
		return;
	x = exchange_of(f, ev->fin_first, fin);
	switch (exchange_end(&x)) {
	case EXCHANGE_SILENT:
		evidence_add(ev, CLOSED_SILENT, SERVER, fin->at.frame,
			     opened->frame, fin->at.time - opened->time, 0);
		break;
	case EXCHANGE_DROPPED:
		evidence_add(ev, REQUEST_DROPPED, SERVER, asked->at.frame,
			     fin->at.frame, (int64_t)x.pending,
			     x.closed - x.asked);
		break;
	case EXCHANGE_GIVEN_UP:
		evidence_add(ev, REQUEST_GIVEN_UP, SERVER, asked->at.frame,
			     fin->at.frame, (int64_t)x.pending,
			     x.closed - x.asked);
		evidence_timer(ev, CLIENT, fin->at.frame, x.closed - x.asked,
			       TIMER_OF_CLIENT);
		break;
	case EXCHANGE_DONE:
		closed_idle(f, ev);
		break;
	}
}
