#include "report/timeline_many.h"

#include <stdlib.h>

#include "base/nanoseconds.h"
#include "report/packet_ends.h"

// A connection, in an analysis that sees nothing of its addresses and ports but
// what lies between its first and its last frame: no other connection, however
// many there are.
struct one {
	uint32_t index;
	struct connection c;
	struct analysis *alone;
	bool begun, over;
	bool settled;
};

enum { PORTS = 1 << 16 };

struct ladders {
	const struct analysis *a;
	struct one *one;
	size_t n;
	size_t unseen; // last frames that are still to come
	int64_t now, end;
	uint8_t ports[PORTS / 8]; // sums of the two ports of the chosen, a bit
				  // each: most frames need no closer look
	struct packet packet;
};

// Whose ---------------------------------------------------------------------

static uint16_t port_sum(uint16_t a, uint16_t b)
{
	return (uint16_t)(a + b);
}

// Life ----------------------------------------------------------------------

static bool add_one(struct ladders *l, uint32_t i)
{
	struct one *o = &l->one[l->n];
	uint16_t sum;

	*o = (struct one){ .index = i,
			   .c = *analysis_get(l->a, i),
			   .alone = analysis_new() };
	if (!o->alone)
		return false;
	analysis_watch(o->alone, 1);
	sum = port_sum(o->c.port[0], o->c.port[1]);
	l->ports[sum / 8] |= (uint8_t)(1U << sum % 8);
	if (!l->n || o->c.end > l->end)
		l->end = o->c.end;
	l->n++;
	l->unseen++;
	return true;
}

struct ladders *ladders_new(const struct analysis *a, const uint32_t *which,
			    size_t n)
{
	struct ladders *l = calloc(1, sizeof *l);
	uint64_t steps = 0;
	bool ok;

	if (!l)
		return NULL;
	l->a = a;
	l->now = INT64_MIN;
	l->one = calloc(n ? n : 1, sizeof *l->one);
	ok = l->one;
	for (size_t k = 0; ok && k < n; k++) {
		const struct connection *c = analysis_get(a, which[k]);
		uint64_t more = (uint64_t)c->packets[0] + c->packets[1];

		if (more > ANALYSIS_STEPS)
			more = ANALYSIS_STEPS;
		if (steps + more > LADDERS_STEPS)
			continue;
		steps += more;
		ok = add_one(l, which[k]);
	}
	if (ok)
		return l;
	ladders_free(l);
	return NULL;
}

void ladders_free(struct ladders *l)
{
	if (!l)
		return;
	for (size_t k = 0; k < l->n; k++)
		analysis_free(l->one[k].alone);
	free(l->one);
	free(l);
}

// Frames --------------------------------------------------------------------

bool ladders_frame(struct ladders *l, const struct frame *f,
		   const char *comment)
{
	struct packet_ends e;
	uint16_t sum;
	bool ok = true;

	l->now = f->time;
	packet_decode(f, &l->packet);
	if (!packet_ends(&l->packet, &e))
		return true;
	sum = port_sum(e.port[0], e.port[1]);
	if (!(l->ports[sum / 8] >> sum % 8 & 1))
		return true;
	for (size_t k = 0; ok && k < l->n; k++) {
		struct one *o = &l->one[k];

		if (o->over || !packet_ends_are(&e, &o->c))
			continue;
		o->begun |= f->id == o->c.first_frame;
		o->over = f->id == o->c.last_frame;
		l->unseen -= o->over;
		if (o->begun)
			ok = analysis_frame(o->alone, f, comment);
	}
	return ok;
}

bool ladders_over(const struct ladders *l)
{
	return !l->unseen && l->now > l->end + SECOND;
}

struct timeline ladders_fold(struct ladders *l, size_t i)
{
	const struct connection *c = analysis_get(l->a, i);
	struct one *o = l->one;
	const struct step *steps;
	size_t n;

	while (o < l->one + l->n && o->index != i)
		o++;
	if (o == l->one + l->n)
		return (struct timeline){ 0 };
	if (!o->settled)
		analysis_settle(o->alone);
	o->settled = true;
	steps = analysis_steps(o->alone, &n);
	return timeline_of(steps, n, l->a, c);
}
