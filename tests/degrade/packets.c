// Packets that are missing, that are there twice, in another order, with other
// times.
#include "degrade/kinds.h"

static const int64_t US = 1000, MS = 1000 * 1000, SECOND = 1000 * 1000 * 1000;

bool happens(struct rng *r, double percent)
{
	return (double)(rng_next(r) >> 11) * 0x1p-53 * 100 < percent;
}

static int64_t begin(const struct trace *t)
{
	return t->n ? t->packet[0].time : 0;
}

static int64_t span(const struct trace *t)
{
	return t->n ? t->packet[t->n - 1].time - t->packet[0].time : 0;
}

// Packets that are missing ---------------------------------------------------

void loss(struct trace *t, double percent, struct rng *r)
{
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = happens(r, percent);
}

void loss_client(struct trace *t, double percent, struct rng *r)
{
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone =
		    t->packet[i].from_client && happens(r, percent);
}

void loss_server(struct trace *t, double percent, struct rng *r)
{
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = t->packet[i].tcp &&
				    !t->packet[i].from_client &&
				    happens(r, percent);
}

// A buffer that overflowed: 20 ms at a time, so often that in all as many
// packets are missing.
void bursts(struct trace *t, double percent, struct rng *r)
{
	int64_t slot = -1;
	bool lost = false;

	for (size_t i = 0; i < t->n; i++) {
		int64_t now = t->packet[i].time / (20 * MS);
		if (now != slot)
			lost = happens(r, percent);
		slot = now;
		t->packet[i].gone = lost;
	}
}

void only_client(struct trace *t, double value, struct rng *r)
{
	(void)value, (void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone =
		    t->packet[i].tcp && !t->packet[i].from_client;
}

void only_server(struct trace *t, double value, struct rng *r)
{
	(void)value, (void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone =
		    t->packet[i].tcp && t->packet[i].from_client;
}

// The capture began late, or ended early: so many hundredths of its time.
void late(struct trace *t, double percent, struct rng *r)
{
	int64_t from = begin(t) + (int64_t)((double)span(t) * percent / 100);

	(void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = t->packet[i].time < from;
}

void early(struct trace *t, double percent, struct rng *r)
{
	int64_t to = begin(t) + (int64_t)((double)span(t) * percent / 100);

	(void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = t->packet[i].time > to;
}

// The same for each connection: its first or last packets.
void headless(struct trace *t, double n, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = t->packet[i].tcp && t->packet[i].nth < n;
}

void tailless(struct trace *t, double n, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone =
		    t->packet[i].tcp && t->packet[i].nth + n >= t->packet[i].of;
}

void third_missing(struct trace *t, double value, struct rng *r)
{
	(void)value, (void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = t->packet[i].nth == 2 &&
				    t->packet[i].flags == ACK &&
				    !t->packet[i].payload;
}

void acks_missing(struct trace *t, double percent, struct rng *r)
{
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = t->packet[i].flags == ACK &&
				    !t->packet[i].payload &&
				    happens(r, percent);
}

void data_missing(struct trace *t, double percent, struct rng *r)
{
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = t->packet[i].payload && happens(r, percent);
}

void fins_missing(struct trace *t, double percent, struct rng *r)
{
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = t->packet[i].tcp &&
				    t->packet[i].flags & FIN &&
				    happens(r, percent);
}

// A capture filter on these flags.
void flags_only(struct trace *t, double value, struct rng *r)
{
	(void)value, (void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = t->packet[i].tcp &&
				    !(t->packet[i].flags & (SYN | FIN | RST));
}

// Copies and order -----------------------------------------------------------

void copies(struct trace *t, double percent, struct rng *r)
{
	size_t n = t->n;

	for (size_t i = 0; i < n; i++)
		if (happens(r, percent))
			trace_copy(t, i, t->packet[i].time + 3 * US);
}

// The copy that a router sends on.
static void copy_behind(struct trace *t, size_t i, int64_t time)
{
	struct packet *p;

	trace_copy(t, i, time);
	p = &t->packet[t->n - 1];
	p->data[p->data[0] >> 4 == 4 ? 8 : 7]--;
	packet_seal_ip(p);
}

// A mirror port that shows what comes in and what goes out of a router.
void mirrored(struct trace *t, double us, struct rng *r)
{
	size_t n = t->n;

	(void)r;
	for (size_t i = 0; i < n; i++)
		copy_behind(t, i, t->packet[i].time + (int64_t)(us * 1000));
}

// The same, where so many packets are read before their copies.
void mirrored_bursts(struct trace *t, double most, struct rng *r)
{
	size_t n = t->n;

	(void)r;
	for (size_t i = 0, to; i < n; i = to) {
		for (to = i; to < n && to - i < (size_t)most &&
			     t->packet[to].time - t->packet[i].time < MS;)
			to++;
		for (size_t k = i; k < to; k++)
			copy_behind(t, k, t->packet[to - 1].time + US);
	}
}

void swaps(struct trace *t, double percent, struct rng *r)
{
	for (size_t i = 1; i < t->n; i++) {
		struct packet *p = &t->packet[i - 1], *q = &t->packet[i];
		int64_t time = p->time;
		if (q->time - p->time > MS || !happens(r, percent))
			continue;
		p->time = q->time;
		q->time = time;
	}
}

// Another queue of the card is read later.
void client_late(struct trace *t, double us, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++)
		if (t->packet[i].from_client)
			t->packet[i].time += (int64_t)(us * 1000);
}

void server_late(struct trace *t, double us, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++)
		if (t->packet[i].tcp && !t->packet[i].from_client)
			t->packet[i].time += (int64_t)(us * 1000);
}

void jitter(struct trace *t, double us, struct rng *r)
{
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].time += rng_int(r, 0, (int)us) * US;
}

// Clocks ---------------------------------------------------------------------

void coarse(struct trace *t, double ms, struct rng *r)
{
	int64_t step = (int64_t)(ms * (double)MS);

	(void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].time -= t->packet[i].time % step;
}

void steps_back(struct trace *t, double s, struct rng *r)
{
	int64_t at = begin(t) + span(t) / 2;
	int64_t by = (int64_t)(s * (double)SECOND);

	(void)r;
	t->as_is = true; // later packets bear earlier times
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].time += t->packet[i].time > at ? 0 : by;
}

void steps_forward(struct trace *t, double s, struct rng *r)
{
	int64_t at = begin(t) + span(t) / 2;

	(void)r;
	for (size_t i = 0; i < t->n; i++)
		if (t->packet[i].time > at)
			t->packet[i].time += (int64_t)(s * (double)SECOND);
}

// The clock of another host.
void shifted(struct trace *t, double s, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].time += (int64_t)(s * (double)SECOND);
}

void stretched(struct trace *t, double factor, struct rng *r)
{
	int64_t from = begin(t);

	(void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].time =
		    from +
		    (int64_t)((double)(t->packet[i].time - from) * factor);
}
