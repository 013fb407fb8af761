#define _GNU_SOURCE
#include "path.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "clock.h"

enum { VNET = 10, PARCEL_MAX = 66000, LINKS = 65536 };

// Where a parcel is when it is due.
enum stage { LEAVING, MIDDLE, ARRIVING };

struct parcel {
	int64_t due;
	uint64_t order;
	struct link *link;
	struct parcel *next;	// in a rule's hold
	enum side from;
	enum stage stage;
	size_t n;		// of data, its vnet header included
	uint8_t data[];
};

struct path {
	struct host *host;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	bool stop;
	int wake;
	struct film film;
	struct parcel **heap;
	size_t n, room;
	uint64_t order;
	uint8_t *buffer;
	struct link *links[LINKS];
};

// The queue: a binary heap by due time, first in first out within it ---------

static bool earlier(const struct parcel *a, const struct parcel *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void heap_swap(struct path *p, size_t i, size_t j)
{
	struct parcel *t = p->heap[i];

	p->heap[i] = p->heap[j];
	p->heap[j] = t;
}

static void heap_push(struct path *p, struct parcel *x)
{
	size_t i = p->n;

	if (p->n == p->room) {
		size_t room = p->room ? p->room * 2 : 256;
		struct parcel **h = realloc(p->heap, room * sizeof(*h));

		if (!h)
			abort();
		p->heap = h;
		p->room = room;
	}
	x->order = p->order++;
	p->heap[p->n++] = x;
	for (; i > 0 && earlier(p->heap[i], p->heap[(i - 1) / 2]);
	     i = (i - 1) / 2)
		heap_swap(p, i, (i - 1) / 2);
}

static struct parcel *heap_pop(struct path *p)
{
	struct parcel *top = p->heap[0];
	size_t i = 0, c;

	p->heap[0] = p->heap[--p->n];
	while ((c = 2 * i + 1) < p->n) {
		if (c + 1 < p->n && earlier(p->heap[c + 1], p->heap[c]))
			c++;
		if (!earlier(p->heap[c], p->heap[i]))
			break;
		heap_swap(p, i, c);
		i = c;
	}
	return top;
}

// Parcels -------------------------------------------------------------------

static struct parcel *parcel_new(struct link *l, enum side from,
				 enum stage stage, const uint8_t *data,
				 size_t n)
{
	struct parcel *x = malloc(sizeof(*x) + n);

	if (!x)
		abort();
	memset(x, 0, sizeof(*x));
	x->link = l;
	x->from = from;
	x->stage = stage;
	x->n = n;
	memcpy(x->data, data, n);
	l->inflight++;
	return x;
}

static void parcel_end(struct path *p, struct parcel *x)
{
	x->link->inflight--;
	x->link->last = clock_ns(CLOCK_MONOTONIC);
	free(x);
	pthread_cond_broadcast(&p->moved);
}

// The leg that a parcel from that side enters at that stage.
static int leg_of(enum side from, enum stage stage)
{
	return (stage == LEAVING) == (from == CLIENT) ? LEG_CLIENT : LEG_SERVER;
}

static void send_on(struct path *p, struct parcel *x, int64_t extra)
{
	x->due = clock_ns(CLOCK_MONOTONIC) + extra +
		 x->link->delay[leg_of(x->from, x->stage)];
	x->stage++;
	heap_push(p, x);
}

static void send_copy(struct path *p, const struct parcel *x, int64_t extra)
{
	send_on(p,
		parcel_new(x->link, x->from, x->stage, x->data, x->n), extra);
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
	y = parcel_new(x->link, !x->from,
		       x->stage == LEAVING ? ARRIVING : MIDDLE, whole,
		       VNET + n);
	y->due = clock_ns(CLOCK_MONOTONIC) + extra;
	heap_push(p, y);
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
	int leg = leg_of(x->from, x->stage);

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
		send_on(p, x, u->delay);
		return;
	case RULE_TWICE:
		send_copy(p, x, u->delay);
		send_on(p, x, 0);
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
		send_on(p, x, 0);
		return;
	}
	r = rule_for(x, &s);
	if (r)
		act(p, r, x, &s);
	else
		send_on(p, x, 0);
	pthread_cond_broadcast(&p->moved);
}

// The middle ----------------------------------------------------------------

static struct flow_view *flow_of(struct link *l, uint16_t port)
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
	struct flow_view *f = s->icmp || s->flags & RST ? 0 : flow_of(l, port);
	uint32_t next = s->seq + s->len + !!(s->flags & SYN) +
			!!(s->flags & FIN);

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
	seg_age(x->data + VNET, x->n - VNET, l->hops[leg_of(x->from, before)]);
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
	ask_rules(p, parcel_new(l, from, LEAVING, p->buffer, (size_t)n));
}

static void wait_for_work(struct path *p)
{
	struct pollfd f[3] = { { p->host[0].tun, POLLIN, 0 },
			       { p->host[1].tun, POLLIN, 0 },
			       { p->wake, POLLIN, 0 } };
	int64_t now = clock_ns(CLOCK_MONOTONIC);
	int64_t left = p->n ? p->heap[0]->due - now : SECOND;
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
		while (p->n && p->heap[0]->due <= clock_ns(CLOCK_MONOTONIC))
			advance(p, heap_pop(p));
		wait_for_work(p);
	}
	pthread_mutex_unlock(&p->lock);
	return 0;
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

static void nudge(struct path *p)
{
	uint64_t one = 1;

	if (write(p->wake, &one, sizeof(one)) < 0)
		p->stop = true;
}

void path_stop(struct path *p)
{
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	nudge(p);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, 0);
}

struct film *path_film(struct path *p)
{
	return &p->film;
}

void path_free(struct path *p)
{
	while (p->n)
		free(heap_pop(p));
	for (size_t i = 0; i < LINKS; i++)
		free(p->links[i]);
	film_free(&p->film);
	close(p->wake);
	free(p->heap);
	free(p->buffer);
	free(p);
}

// For the plays -------------------------------------------------------------

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
		send_on(p, x, 0);
	}
	r->held = 0;
	r->tail = &r->held;
	nudge(p);
	pthread_mutex_unlock(&p->lock);
}

bool path_await(struct path *p, struct link *l, int rule, int n,
		int64_t timeout)
{
	struct timespec t =
	    clock_spec(clock_ns(CLOCK_MONOTONIC) + timeout);
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
	f = flow_of(l, port);
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
	x = parcel_new(l, from, seen ? MIDDLE : ARRIVING, data, VNET + n);
	x->due = clock_ns(CLOCK_MONOTONIC);
	if (!seen)
		x->due += l->delay[leg_of(from, MIDDLE)];
	heap_push(p, x);
	nudge(p);
	pthread_mutex_unlock(&p->lock);
}
