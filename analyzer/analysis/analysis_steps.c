// The timeline of one connection: its segments as they come, with what became
// of each.
#include "analysis/analysis_own.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

static bool push_step(struct analysis *a, const struct step *s,
		      const char *comment)
{
	struct step *more =
	    array_grown(a->step, a->steps, &a->steps_size, sizeof(*more));

	if (!more)
		return false;
	a->step = more;
	more[a->steps] = *s;
	more[a->steps].comment = comment ? strdup(comment) : NULL;
	return more[a->steps++].comment || !comment;
}

bool steps_segment(struct analysis *a, const struct segment *s,
		   const struct flow_seen *seen, const char *comment)
{
	const struct flow *f = flow_live(a->flows, seen->index, &a->room);
	const struct endpoint *me = &f->end[seen->side];
	const struct endpoint *peer = &f->end[!seen->side];
	struct step step = {
		.time = s->time,
		.frame = s->frame,
		.seq = s->seq - (me->seq_known ? me->isn : s->seq),
		.ack = s->flags & TCP_ACK
			   ? s->ack - (peer->seq_known ? peer->isn : s->ack)
			   : 0,
		.len = s->len,
		.window = (uint32_t)s->window
			  << (s->flags & TCP_SYN ? 0 : me->wscale),
		.side = seen->side,
		.flags = s->flags,
		.marks = seen->marks,
		.state = { flow_state(f, CLIENT), flow_state(f, SERVER) },
	};

	return push_step(a, &step, comment);
}

bool steps_icmp(struct analysis *a, const struct icmp_error *e,
		const struct flow_seen *seen, const char *comment)
{
	const struct flow *f = flow_live(a->flows, seen->index, &a->room);
	struct step step = {
		.time = e->time,
		.frame = e->frame,
		.seq = e->seq - f->end[seen->side].isn,
		.side = !seen->side,
		.marks = seen->marks,
		.icmp_type = e->type,
		.icmp_code = e->code,
		.state = { flow_state(f, CLIENT), flow_state(f, SERVER) },
	};

	return push_step(a, &step, comment);
}

void steps_free(struct analysis *a)
{
	for (size_t i = 0; i < a->steps; i++)
		free(a->step[i].comment);
	free(a->step);
}

const struct step *analysis_steps(const struct analysis *a, size_t *n)
{
	*n = a->steps;
	return a->step;
}
