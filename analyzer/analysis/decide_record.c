// What is written down of a connection, from what its state shows and judge()
// makes of it.
#include "analysis/decide_parts.h"

#include "judge/outcome.h"

static int by_frame(const struct finding *x, const struct finding *y)
{
	if (!x->frame != !y->frame)
		return x->frame ? -1 : 1;
	if (x->frame != y->frame)
		return x->frame < y->frame ? -1 : 1;
	return x->fact < y->fact ? -1 : x->fact > y->fact;
}

// They come nearly in order.
static void sort_findings(struct finding *f, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct finding moving = f[i];
		size_t k = i;
		for (; k && by_frame(&f[k - 1], &moving) > 0; k--)
			f[k] = f[k - 1];
		f[k] = moving;
	}
}

static void keep_findings(struct decider *d, const struct flow *f,
			  struct connection *c, struct evidence *ev)
{
	struct measures m = measures_of(f);
	size_t n = 0;

	for (size_t i = 0; i < ev->findings; i++)
		if (finding_reported(&ev->finding[i]))
			ev->finding[n++] = ev->finding[i];
	sort_findings(ev->finding, n);
	c->findings = (uint8_t)n;
	if (!findings_put(&d->findings, &m, ev->finding, n, c->first_frame,
			  &c->finding)) {
		c->findings = 0;
		d->failed = true;
	}
	atomic_store_explicit(&d->findings_bytes,
			      blocks_bytes(&d->findings.bytes),
			      memory_order_relaxed);
}

static void describe(struct decider *d, const struct flow *f,
		     struct connection *c)
{
	uint64_t bytes[2] = { f->end[CLIENT].bytes, f->end[SERVER].bytes };

	c->start = f->first.time;
	c->end = f->last.time;
	c->first_frame = f->first.frame;
	c->last_frame = f->last.frame;
	for (enum side x = CLIENT; x <= SERVER; x++) {
		c->packets[x] = (uint32_t)f->end[x].packets;
		c->bytes[x] = bytes[x];
	}
	if (f->without_zeek)
		return;
	c->zeek_state = zeek_conn_state(&f->zeek, bytes);
	c->zeek_history = names_put(&d->histories, f->zeek.history);
	d->failed |= c->zeek_history == NAMES_FAILED;
}

// Few sets of facts are frequent; a verdict depends on nothing else.
static const struct ruling *rule(struct decider *d, const struct evidence *ev)
{
	uint64_t low = (uint64_t)ev->facts, high = (uint64_t)(ev->facts >> 64);
	uint64_t h = (low ^ high >> 7) * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = h >> (64 - RULING_BITS);

	if (d->judged[i].facts != ev->facts ||
	    d->judged[i].ruling.verdict == VERDICT_NONE) {
		d->judged[i].facts = ev->facts;
		judge(ev->facts, &d->judged[i].ruling);
	}
	return &d->judged[i].ruling;
}

void decide_write(struct decider *d, const struct flow *f, struct evidence *ev)
{
	struct connection *c = flow_record(d->flows, f->index);
	const struct ruling *r = rule(d, ev);

	describe(d, f, c);
	c->verdict = (uint8_t)r->verdict;
	c->confidence = (uint8_t)r->confidence;
	for (size_t i = 0; i < VERDICT_RIVALS; i++)
		c->also[i] = (uint8_t)r->also[i];
	c->actor = (uint8_t)ev->actor;
	outcome(f, ev, r, c);
	if (!d->without_findings)
		keep_findings(d, f, c, ev);
}

// A record without a log keeps what its confidence was before any cap.
void decide_give_back(struct decider *d, size_t i)
{
	struct connection *c = flow_record(d->flows, i);

	c->logged = c->confidence;
	flow_release(d->flows, i);
}

// Decides for good.
void decide_finish(struct decider *d, const struct flow *f, struct evidence *ev)
{
	d->findings.n = d->findings_final;
	decide_write(d, f, ev);
	d->findings_final = d->findings.n;
}
