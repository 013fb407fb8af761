#include "track/measures.h"

#include "track/flow.h"

// From the capture to both hosts and back; if one of the ways is unknown, so is
// the whole.
static int64_t rtt(const struct flow *f)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	return c->rtts && s->rtts ? c->rtt_min + s->rtt_min : 0;
}

// One that is closed still counts up to the last segment.
static int64_t zero_window(const struct flow *f, const struct endpoint *e)
{
	int64_t open =
	    e->zero_window.frame ? f->last.time - e->zero_window.time : 0;

	return e->zero_window_ns + (open > 0 ? open : 0);
}

static uint64_t retransmissions(const struct endpoint *e)
{
	return e->rtx_total + (e->syns ? e->syns - 1 : 0);
}

struct measures measures_of(const struct flow *f)
{
	const struct endpoint *c = &f->end[CLIENT], *s = &f->end[SERVER];

	return (struct measures){
		.rtt = rtt(f),
		.idle = f->longest_idle,
		.zero_window = zero_window(f, c) + zero_window(f, s),
		.missing = endpoint_missing(c) + endpoint_missing(s),
		.retransmissions = { retransmissions(c), retransmissions(s) },
	};
}
