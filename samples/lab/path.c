#define _GNU_SOURCE
#include "path.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "clock.h"
#include "path_private.h"

// Parcels -------------------------------------------------------------------

struct parcel *path_take(struct link *l, enum side from, enum stage stage,
			 const uint8_t *data, size_t n)
{
	l->inflight++;
	return parcel_new(l, from, stage, data, n);
}

static void parcel_end(struct path *p, struct parcel *x)
{
	x->link->inflight--;
	x->link->last = clock_ns(CLOCK_MONOTONIC);
	free(x);
	pthread_cond_broadcast(&p->moved);
}

int path_leg(enum side from, enum stage stage)
{
	return (stage == LEAVING) == (from == CLIENT) ? LEG_CLIENT : LEG_SERVER;
}

void path_send_on(struct path *p, struct parcel *x, int64_t extra)
{
	x->due = clock_ns(CLOCK_MONOTONIC) + extra +
		 x->link->delay[path_leg(x->from, x->stage)];
	x->stage++;
	queue_push(&p->queue, x);
}

static void send_copy(struct path *p, const struct parcel *x, int64_t extra)
{
	path_send_on(p, path_take(x->link, x->from, x->stage, x->data, x->n),
		     extra);
}

// An answer from a box on the leg that x was about to enter.
static void answer(struct path *p, const struct parcel *x, const uint8_t *data,
		   size_t n, int64_t extra)
{
	uint8_t whole[VNET + SEG_ROOM] = { 0 };
	struct parcel *y;

	if (n == 0)
		return;
	memcpy(whole + VNET, data, n);
	y = path_take(x->link, !x->from,
		      x->stage == LEAVING ? ARRIVING : MIDDLE, whole, VNET + n);
	y->due = clock_ns(CLOCK_MONOTONIC) + extra;
	queue_push(&p->queue, y);
}

// Rules ---------------------------------------------------------------------

static bool matches(const struct rule *r, int leg, enum side from,
		    const struct seg *s)
{
	uint16_t port = from == CLIENT ? s->src_port : s->dst_port;

	return r->leg == leg && (r->from == BOTH || r->from == from) &&
	       !s->icmp && (s->flags & r->mask) == r->want &&
	       s->len >= r->min_len && (!r->max_len || s->len <= r->max_len) &&
	       (!r->port || r->port == port);
}

static struct rule_state *rule_for(struct parcel *x, const struct seg *s)
{
	int leg = path_leg(x->from, x->stage);

	for (int i = 0; i < x->link->nrules; i++) {
		struct rule_state *r = &x->link->rules[i];

		if (r->off || !matches(&r->rule, leg, x->from, s))
			continue;
		if (r->seen++ < r->rule.skip)
			continue;
		if (r->rule.times && r->hits >= r->rule.times)
			continue;
		r->hits++;
		if (r->rule.action != RULE_COUNT)
			return r;
	}
	return 0;
}

static void hold(struct path *p, struct rule_state *r, struct parcel *x)
{
	x->next = 0;
	*r->tail = x;
	r->tail = &x->next;
	x->link->inflight--;
	pthread_cond_broadcast(&p->moved);
}

static void act(struct path *p, struct rule_state *r, struct parcel *x,
		const struct seg *s)
{
	const struct rule *u = &r->rule;
	uint8_t out[SEG_ROOM];
	struct seg rst;

	switch (u->action) {
	case RULE_COUNT:
		break;
	case RULE_HOLD:
		hold(p, r, x);
		return;
	case RULE_DELAY:
		path_send_on(p, x, u->delay);
		return;
	case RULE_TWICE:
		send_copy(p, x, u->delay);
		path_send_on(p, x, 0);
		return;
	case RULE_RST:
		if (s->flags & RST)
			break;
		rst = seg_passive_rst(s, u->ttl);
		answer(p, x, out, seg_forge(&rst, 0, out, sizeof(out)),
		       u->delay);
		break;
	case RULE_ICMP:
		answer(p, x, out,
		       seg_forge_icmp(x->data + VNET, x->n - VNET, u->type,
				      u->code, out, sizeof(out)),
		       u->delay);
		break;
	case RULE_DROP:
		break;
	}
	parcel_end(p, x);
}

static void ask_rules(struct path *p, struct parcel *x)
{
	struct rule_state *r;
	struct seg s;

	if (!seg_read(x->data + VNET, x->n - VNET, &s)) {
		path_send_on(p, x, 0);
		return;
	}
	r = rule_for(x, &s);
	if (r)
		act(p, r, x, &s);
	else
		path_send_on(p, x, 0);
	pthread_cond_broadcast(&p->moved);
}

// The middle ----------------------------------------------------------------

struct flow_view *path_flow(struct link *l, uint16_t port)
{
	for (int i = 0; i < l->nflows; i++)
		if (l->flows[i].port == port)
			return &l->flows[i];
	if (l->nflows == LINK_FLOWS)
		return 0;
	l->flows[l->nflows].port = port;
	return &l->flows[l->nflows++];
}

static void remember(struct link *l, enum side from, const struct seg *s)
{
	uint16_t port = from == CLIENT ? s->src_port : s->dst_port;
	struct flow_view *f =
	    s->icmp || s->flags & RST ? 0 : path_flow(l, port);
	uint32_t next =
	    s->seq + s->len + !!(s->flags & SYN) + !!(s->flags & FIN);

	if (!f)
		return;
	if (!f->seen[from] || s->flags & SYN ||
	    (int32_t)(next - f->next[from]) > 0)
		f->next[from] = next;
	f->seen[from] = true;
	f->last[from] = *s;
}

static void film_middle(struct path *p, const struct parcel *x)
{
	struct seg s;

	if (!seg_read(x->data + VNET, x->n - VNET, &s))
		return;
	remember(x->link, x->from, &s);
	film_add(&p->film, clock_ns(CLOCK_REALTIME), x->data + VNET,
		 x->n - VNET, x->n - VNET);
}

// A parcel that is due moves one stage on.
static void advance(struct path *p, struct parcel *x)
{
	struct link *l = x->link;
	enum stage before = x->stage == ARRIVING ? MIDDLE : LEAVING;

	l->last = clock_ns(CLOCK_MONOTONIC);
	if (l->down) {
		parcel_end(p, x);
		return;
	}
	seg_age(x->data + VNET, x->n - VNET,
		l->hops[path_leg(x->from, before)]);
	if (x->stage == MIDDLE) {
		film_middle(p, x);
		ask_rules(p, x);
		return;
	}
	// The receiver's stack runs inside this write.
	pthread_mutex_unlock(&p->lock);
	if (write(p->host[!x->from].tun, x->data, x->n) < 0)
		l->down = true;
	pthread_mutex_lock(&p->lock);
	parcel_end(p, x);
}

static void take_in(struct path *p, enum side from)
{
	struct seg s;
	struct link *l;
	ssize_t n;

	n = read(p->host[from].tun, p->buffer, PARCEL_MAX);
	if (n <= VNET || !seg_read(p->buffer + VNET, (size_t)n - VNET, &s))
		return;
	l = p->links[from == CLIENT ? s.dst.index : s.src.index];
	if (!l || l->down)
		return;
	l->last = clock_ns(CLOCK_MONOTONIC);
	ask_rules(p, path_take(l, from, LEAVING, p->buffer, (size_t)n));
}

static void wait_for_work(struct path *p)
{
	struct pollfd f[3] = { { p->host[0].tun, POLLIN, 0 },
			       { p->host[1].tun, POLLIN, 0 },
			       { p->wake, POLLIN, 0 } };
	int64_t now = clock_ns(CLOCK_MONOTONIC);
	int64_t left = queue_due(&p->queue, now + SECOND) - now;
	struct timespec t = clock_spec(left > 0 ? left : 0);
	uint64_t junk;

	pthread_mutex_unlock(&p->lock);
	if (ppoll(f, 3, &t, 0) > 0 && f[2].revents)
		junk = read(p->wake, &junk, sizeof(junk)) > 0;
	pthread_mutex_lock(&p->lock);
	for (int i = 0; i < 2; i++)
		if (f[i].revents)
			take_in(p, i ? SERVER : CLIENT);
}

static void *path_thread(void *arg)
{
	struct path *p = arg;

	prctl(PR_SET_TIMERSLACK, 1);
	pthread_mutex_lock(&p->lock);
	while (!p->stop) {
		while (queue_due(&p->queue, INT64_MAX) <=
		       clock_ns(CLOCK_MONOTONIC))
			advance(p, queue_pop(&p->queue));
		wait_for_work(p);
	}
	pthread_mutex_unlock(&p->lock);
	return 0;
}

void path_nudge(struct path *p)
{
	uint64_t one = 1;

	if (write(p->wake, &one, sizeof(one)) < 0)
		p->stop = true;
}

struct path *path_start(struct host *host)
{
	struct path *p = calloc(1, sizeof(*p));
	pthread_condattr_t a;

	if (!p)
		return 0;
	p->host = host;
	p->buffer = malloc(PARCEL_MAX);
	p->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	pthread_mutex_init(&p->lock, 0);
	pthread_condattr_init(&a);
	pthread_condattr_setclock(&a, CLOCK_MONOTONIC);
	pthread_cond_init(&p->moved, &a);
	pthread_condattr_destroy(&a);
	if (p->buffer && p->wake >= 0 &&
	    pthread_create(&p->thread, 0, path_thread, p) == 0)
		return p;
	free(p->buffer);
	free(p);
	return 0;
}

void path_stop(struct path *p)
{
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	path_nudge(p);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, 0);
}

struct film *path_film(struct path *p)
{
	return &p->film;
}

void path_free(struct path *p)
{
	queue_free(&p->queue);
	for (size_t i = 0; i < LINKS; i++)
		free(p->links[i]);
	film_free(&p->film);
	close(p->wake);
	free(p->buffer);
	free(p);
}
