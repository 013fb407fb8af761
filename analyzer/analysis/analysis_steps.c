// The timeline of one connection: its segments as they come, with what became
// of each.
#include "analysis/analysis_own.h"

#include "base/array.h"
#include "base/nanoseconds.h"

#include <stdlib.h>
#include <string.h>

// Of a long connection only some steps are kept: the first, the last, and of
// those in between the ones that say more than that data flowed.
enum {
	HEAD = 10000,
	NOTABLE = 10000,
	TAIL = 10000,
	FLOWING = STEP_RETRANSMISSION | STEP_OUT_OF_ORDER | STEP_WINDOW_UPDATE |
		  STEP_DUPLICATE_FRAME | STEP_DUPLICATE_ACK,
};

_Static_assert(HEAD + NOTABLE + 2 * TAIL == ANALYSIS_STEPS, "as promised");

static bool is_notable(const struct step *s)
{
	const struct step *before = s - 1;

	return s->flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_URG) ||
	       s->marks & ~FLOWING || s->comment ||
	       (!s->left_out && s->time - before->time >= SECOND) ||
	       memcmp(s->state, before->state, sizeof(s->state)) != 0;
}

// Leaves out what need not be kept. The first that is kept behind a gap says
// how many it is without.
static void thin_out(struct analysis *a)
{
	size_t to = HEAD + a->notable, end = a->steps - TAIL;
	uint64_t left_out = 0;

	for (size_t i = to; i < end; i++) {
		struct step *s = &a->step[i];
		bool keep = a->notable < NOTABLE && is_notable(s);
		left_out += s->left_out;
		if (!keep) {
			free(s->comment);
			left_out++;
			continue;
		}
		s->left_out = left_out;
		left_out = 0;
		a->step[to++] = *s;
		a->notable++;
	}
	a->step[end].left_out += left_out;
	memmove(&a->step[to], &a->step[end], TAIL * sizeof(*a->step));
	a->steps = to + TAIL;
}

static bool push_step(struct analysis *a, const struct step *s,
		      const char *comment)
{
	struct step *more;

	if (a->steps == ANALYSIS_STEPS)
		thin_out(a);
	more = array_grown(a->step, a->steps, &a->steps_size, sizeof(*more));
	if (!more)
		return false;
	a->step = more;
	more[a->steps] = *s;
	more[a->steps].comment = comment ? strdup(comment) : NULL;
	return more[a->steps++].comment || !comment;
}

// The number as its distance from e's initial one.
static uint64_t relative(const struct endpoint *e, uint32_t number)
{
	uint64_t place, first;

	if (!e->seq_known)
		return 0;
	place = endpoint_place(e, number);
	first = endpoint_first(e) - 1;
	return place < first ? number - e->isn : place - first;
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
		.seq = relative(me, s->seq),
		.ack = s->flags & TCP_ACK ? relative(peer, s->ack) : 0,
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
		.seq = relative(&f->end[seen->side], e->seq),
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
