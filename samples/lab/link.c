#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "path.h"
#include "path_private.h"

struct link *path_link(struct path *p, uint16_t index)
{
	struct link *l = calloc(1, sizeof(*l));

	pthread_mutex_lock(&p->lock);
	if (l)
		p->links[index] = l;
	pthread_mutex_unlock(&p->lock);
	return l;
}

int path_rule(struct path *p, struct link *l, const struct rule *r)
{
	int i = -1;

	pthread_mutex_lock(&p->lock);
	if (l->nrules < LINK_RULES) {
		i = l->nrules++;
		memset(&l->rules[i], 0, sizeof(l->rules[i]));
		l->rules[i].rule = *r;
		l->rules[i].tail = &l->rules[i].held;
	}
	pthread_mutex_unlock(&p->lock);
	return i;
}

void path_rule_off(struct path *p, struct link *l, int rule)
{
	pthread_mutex_lock(&p->lock);
	l->rules[rule].off = true;
	pthread_mutex_unlock(&p->lock);
}

void path_release(struct path *p, struct link *l, int rule)
{
	struct rule_state *r = &l->rules[rule];
	struct parcel *next;

	pthread_mutex_lock(&p->lock);
	r->off = true;
	for (struct parcel *x = r->held; x; x = next) {
		next = x->next;
		l->inflight++;
		path_send_on(p, x, 0);
	}
	r->held = 0;
	r->tail = &r->held;
	path_nudge(p);
	pthread_mutex_unlock(&p->lock);
}

bool path_await(struct path *p, struct link *l, int rule, int n,
		int64_t timeout)
{
	struct timespec t = clock_spec(clock_ns(CLOCK_MONOTONIC) + timeout);
	bool ok;

	pthread_mutex_lock(&p->lock);
	while (l->rules[rule].hits < n)
		if (pthread_cond_timedwait(&p->moved, &p->lock, &t))
			break;
	ok = l->rules[rule].hits >= n;
	pthread_mutex_unlock(&p->lock);
	return ok;
}

bool path_quiet(struct path *p, struct link *l, int64_t quiet, int64_t timeout)
{
	int64_t now = clock_ns(CLOCK_MONOTONIC), end = now + timeout, when;
	struct timespec t;
	bool ok = false;

	pthread_mutex_lock(&p->lock);
	if (l->last < now)
		l->last = now;
	while (!ok && now < end) {
		when = l->inflight ? end : l->last + quiet;
		t = clock_spec(when < end ? when : end);
		pthread_cond_timedwait(&p->moved, &p->lock, &t);
		now = clock_ns(CLOCK_MONOTONIC);
		ok = l->inflight == 0 && now - l->last >= quiet;
	}
	pthread_mutex_unlock(&p->lock);
	return ok;
}

void path_cut(struct path *p, struct link *l)
{
	pthread_mutex_lock(&p->lock);
	l->down = true;
	pthread_mutex_unlock(&p->lock);
}

bool path_view(struct path *p, struct link *l, uint16_t port,
	       struct flow_view *out)
{
	struct flow_view *f;

	pthread_mutex_lock(&p->lock);
	f = path_flow(l, port);
	if (f)
		*out = *f;
	pthread_mutex_unlock(&p->lock);
	return f && f->seen[0] && f->seen[1];
}

void path_inject(struct path *p, struct link *l, const struct seg *s,
		 uint16_t ip_id, bool seen)
{
	uint8_t data[VNET + SEG_ROOM] = { 0 };
	size_t n = seg_forge(s, ip_id, data + VNET, SEG_ROOM);
	enum side from = s->dst.side == CLIENT ? SERVER : CLIENT;
	struct parcel *x;

	if (n == 0)
		return;
	pthread_mutex_lock(&p->lock);
	x = path_take(l, from, seen ? MIDDLE : ARRIVING, data, VNET + n);
	x->due = clock_ns(CLOCK_MONOTONIC);
	if (!seen)
		x->due += l->delay[path_leg(from, MIDDLE)];
	queue_push(&p->queue, x);
	path_nudge(p);
	pthread_mutex_unlock(&p->lock);
}
