// Had the last request been answered when the connection was closed?
#include "base/nanoseconds.h"
#include "base/seq.h"
#include "judge/evidence_parts.h"
#include "judge/timers.h"
#include "track/exchange.h"

// Where one side ended it: by the first FIN, or by its socket's own RST.
struct ending {
	enum side closer;
	struct event at;
	uint64_t acked; // a place of the other side's
	bool by_rst;
};

static bool by_fin(const struct flow *f, const struct evidence *ev,
		   struct ending *end)
{
	const struct landmark *fin;

	if (ev->fin_first > SERVER)
		return false;
	fin = &f->end[ev->fin_first].fin;
	*end = (struct ending){ .closer = ev->fin_first,
				.at = fin->at,
				.acked = fin->acked };
	return fin->at.frame &&
	       (!ev->rst || ev->rst->s.at.time >= fin->at.time);
}

// A client that gives up by RST says it like one that closes.
static bool by_abort(const struct flow *f, const struct evidence *ev,
		     struct ending *end)
{
	const struct rst *r = ev->rst;

	if (!evidence_has(ev, RST_BY_SOCKET) || evidence_is_forged(ev) ||
	    ev->closed_first != CLIENT || r->side != CLIENT || r->fin[0] ||
	    !(r->s.flags & TCP_ACK) || !f->end[SERVER].seq_known)
		return false;
	*end =
	    (struct ending){ .closer = CLIENT,
			     .at = r->s.at,
			     .acked = endpoint_place(&f->end[SERVER], r->s.ack),
			     .by_rst = true };
	return true;
}

// What the server had not received when it last sent payload, up to a place of
// the client's.
static uint64_t pending(const struct flow *f, const struct ending *by,
			uint64_t to)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];
	uint64_t from =
	    s->data_last.at.frame ? s->data_last.acked : endpoint_first(c);

	// A reply that came when the client had ended it was none for it.
	if (from >= to && by->closer == CLIENT && c->data_last.at.frame &&
	    s->data_last.at.time > by->at.time)
		return c->data_last.len;
	return to > from ? to - from : 0;
}

// As the client's FIN or RST says; the server's, as its own says.
static bool is_answered(const struct flow *f, const struct ending *end)
{
	if (f->end[end->closer].acked_after_fin.frame)
		return true;
	return end->closer == CLIENT &&
	       f->end[CLIENT].data_last.acked != end->acked;
}

static bool is_whole(const struct flow *f)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	return c->packets && s->packets && c->seq_known && s->seq_known &&
	       !evidence_is_lossy(f) && s->ack_known;
}

static struct exchange exchange_of(const struct flow *f,
				   const struct ending *by)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];
	uint64_t acked = endpoint_place(c, s->ack);
	uint64_t end = c->fin.at.frame
			   ? endpoint_place(c, endpoint_fin_end(c)) - 1
			   : acked;
	uint64_t to = by->closer == SERVER ? by->acked : end;

	return (struct exchange){
		.closer = by->closer,
		.opened_here = c->syn_seen,
		.answered = is_answered(f, by),
		.replies = s->bytes,
		.pending = acked < to ? 0 : pending(f, by, to),
		.opened = c->syn.time,
		.asked = c->data_last.at.time,
		.closed = by->at.time,
	};
}

static bool spoke(const struct endpoint *e, int64_t from, int64_t to)
{
	for (uint32_t k = 0; k < RECENT; k++) {
		const struct sent *t = endpoint_recent(e, k);
		if (t && t->len && t->at.time >= from && t->at.time <= to)
			return true;
	}
	return false;
}

// A TLS alert, QUIT: comes just before the FIN and belongs to it.
static bool is_goodbye(const struct sent *t, const struct endpoint *x,
		       const struct endpoint *peer)
{
	enum { GOODBYE_NS = 100 * MS, GOODBYE_MOST = 48 };

	return t->len && t->len <= GOODBYE_MOST &&
	       x->fin.at.time - t->at.time <= GOODBYE_NS &&
	       !spoke(peer, t->at.time, x->fin.at.time);
}

// How long nothing had been sent when x closed.
static int64_t idle_before_fin(const struct endpoint *x,
			       const struct endpoint *peer)
{
	int64_t idle = 0;

	for (uint32_t k = 0; k < RECENT; k++) {
		const struct sent *t = endpoint_recent(x, k);
		if (!t)
			break;
		if (t->at.frame != x->fin.at.frame &&
		    (t->at.time > x->fin.at.time || !is_goodbye(t, x, peer)))
			continue;
		if (sent_idle(t) > idle)
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
	int64_t idle = idle_before_fin(x, &f->end[!ev->fin_first]);

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

// An end by RST has a verdict of its own, which says why; that a client gave up
// is worth telling all the same.
static void tell_exchange(const struct flow *f, const struct ending *end,
			  struct evidence *ev)
{
	const struct landmark *asked = &f->end[CLIENT].data_last;
	const struct event *opened = established(&f->end[CLIENT]);
	struct exchange x = exchange_of(f, end);
	int64_t waited = x.closed - x.asked;

	switch (exchange_end(&x)) {
	case EXCHANGE_SILENT:
		if (!ev->rst)
			evidence_add(ev, CLOSED_SILENT, SERVER, end->at.frame,
				     opened->frame, x.closed - opened->time, 0);
		break;
	case EXCHANGE_DROPPED:
		if (!ev->rst)
			evidence_add(ev, REQUEST_DROPPED, SERVER,
				     asked->at.frame, end->at.frame,
				     (int64_t)x.pending, waited);
		break;
	case EXCHANGE_GIVEN_UP:
		evidence_add(ev, REQUEST_GIVEN_UP, SERVER, asked->at.frame,
			     end->at.frame, (int64_t)x.pending, waited);
		evidence_timer(ev, CLIENT, end->at.frame, waited,
			       TIMER_OF_CLIENT);
		break;
	case EXCHANGE_DONE:
		if (!end->by_rst)
			closed_idle(f, ev);
		break;
	}
}

void evidence_exchange(const struct flow *f, struct evidence *ev)
{
	struct ending end;

	if ((by_fin(f, ev, &end) || by_abort(f, ev, &end)) && is_whole(f))
		tell_exchange(f, &end, ev);
}
