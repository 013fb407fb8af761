// degrade: what imperfect captures look like, made of a perfect one.
//
//   degrade KIND[=VALUE] SEED IN.pcap OUT.pcap
//   degrade merge SEED ONE-END.pcap OTHER-END.pcap OUT.pcap
//   degrade --list       KIND=VALUE of each that the test tries; "cut" behind
//                        those that end before the connections do
//
// The same seed degrades the same packets. What really happened stays true, so
// the truth of the laboratory's corpus judges the result; only where a capture
// ends too soon is it true as well that a connection had no end.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "degrade/trace.h"
#include "lab/rng.h"

static const int64_t US = 1000, MS = 1000 * 1000, SECOND = 1000 * 1000 * 1000;

// A chance of so many in a hundred.
static bool happens(struct rng *r, double percent)
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

static void loss(struct trace *t, double percent, struct rng *r)
{
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = happens(r, percent);
}

static void loss_client(struct trace *t, double percent, struct rng *r)
{
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone =
		    t->packet[i].from_client && happens(r, percent);
}

// A buffer that overflowed: 20 ms at a time, so often that in all as many
// packets are missing.
static void bursts(struct trace *t, double percent, struct rng *r)
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

static void only_client(struct trace *t, double value, struct rng *r)
{
	(void)value, (void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone =
		    t->packet[i].tcp && !t->packet[i].from_client;
}

static void only_server(struct trace *t, double value, struct rng *r)
{
	(void)value, (void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone =
		    t->packet[i].tcp && t->packet[i].from_client;
}

// The capture began late, or ended early: so many hundredths of its time.
static void late(struct trace *t, double percent, struct rng *r)
{
	int64_t from = begin(t) + (int64_t)((double)span(t) * percent / 100);

	(void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = t->packet[i].time < from;
}

static void early(struct trace *t, double percent, struct rng *r)
{
	int64_t to = begin(t) + (int64_t)((double)span(t) * percent / 100);

	(void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = t->packet[i].time > to;
}

// The same for each connection: its first or last packets.
static void headless(struct trace *t, double n, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = t->packet[i].tcp && t->packet[i].nth < n;
}

static void tailless(struct trace *t, double n, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone =
		    t->packet[i].tcp && t->packet[i].nth + n >= t->packet[i].of;
}

static void third_missing(struct trace *t, double value, struct rng *r)
{
	(void)value, (void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = t->packet[i].nth == 2 &&
				    t->packet[i].flags == ACK &&
				    !t->packet[i].payload;
}

static void acks_missing(struct trace *t, double percent, struct rng *r)
{
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].gone = t->packet[i].flags == ACK &&
				    !t->packet[i].payload &&
				    happens(r, percent);
}

// Copies and order -----------------------------------------------------------

static void copies(struct trace *t, double percent, struct rng *r)
{
	size_t n = t->n;

	for (size_t i = 0; i < n; i++)
		if (happens(r, percent))
			trace_copy(t, i, t->packet[i].time + 3 * US);
}

// A mirror port that shows what comes in and what goes out of a router.
static void mirrored(struct trace *t, double us, struct rng *r)
{
	size_t n = t->n;

	(void)r;
	for (size_t i = 0; i < n; i++) {
		struct packet *p;
		trace_copy(t, i, t->packet[i].time + (int64_t)(us * 1000));
		p = &t->packet[t->n - 1];
		p->data[p->data[0] >> 4 == 4 ? 8 : 7]--;
		packet_seal_ip(p);
	}
}

static void swaps(struct trace *t, double percent, struct rng *r)
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
static void client_late(struct trace *t, double us, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++)
		if (t->packet[i].from_client)
			t->packet[i].time += (int64_t)(us * 1000);
}

static void server_late(struct trace *t, double us, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++)
		if (t->packet[i].tcp && !t->packet[i].from_client)
			t->packet[i].time += (int64_t)(us * 1000);
}

static void jitter(struct trace *t, double us, struct rng *r)
{
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].time += rng_int(r, 0, (int)us) * US;
}

// Clocks ---------------------------------------------------------------------

static void coarse(struct trace *t, double ms, struct rng *r)
{
	int64_t step = (int64_t)(ms * (double)MS);

	(void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].time -= t->packet[i].time % step;
}

static void steps_back(struct trace *t, double s, struct rng *r)
{
	int64_t at = begin(t) + span(t) / 2;
	int64_t by = (int64_t)(s * (double)SECOND);

	(void)r;
	t->as_is = true; // later packets bear earlier times
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].time += t->packet[i].time > at ? 0 : by;
}

// The clock of another host.
static void shifted(struct trace *t, double s, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].time += (int64_t)(s * (double)SECOND);
}

static void stretched(struct trace *t, double factor, struct rng *r)
{
	int64_t from = begin(t);

	(void)r;
	for (size_t i = 0; i < t->n; i++)
		t->packet[i].time =
		    from +
		    (int64_t)((double)(t->packet[i].time - from) * factor);
}

// Headers --------------------------------------------------------------------

static void snaplen(struct trace *t, double n, struct rng *r)
{
	(void)r;
	t->snaplen = (uint32_t)n;
}

// Overwrites options of that kind by NOPs, as firewalls do.
static void strip(struct packet *p, uint8_t kind)
{
	uint32_t at = packet_tcp(p), end, i;

	if (!at)
		return;
	end = at + (p->data[at + 12] >> 4) * 4u;
	for (i = at + 20; i + 1 < end && i + 1 < p->n && p->data[i];) {
		uint32_t len = p->data[i] == 1 ? 1 : p->data[i + 1];
		if (len < 1 || i + len > end || i + len > p->n)
			return;
		if (p->data[i] == kind)
			memset(p->data + i, 1, len);
		i += len;
	}
}

static void without_option(struct trace *t, double kind, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++)
		strip(&t->packet[i], (uint8_t)kind);
}

static bool is_v4(const struct packet *p)
{
	return p->n >= 20 && p->data[0] >> 4 == 4;
}

static void random_ids(struct trace *t, double value, struct rng *r)
{
	(void)value;
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		if (!is_v4(p))
			continue;
		p->data[4] = (uint8_t)rng_next(r);
		p->data[5] = (uint8_t)rng_next(r);
		packet_seal_ip(p);
	}
}

static void zero_ids(struct trace *t, double value, struct rng *r)
{
	(void)value, (void)r;
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		if (!is_v4(p))
			continue;
		p->data[4] = p->data[5] = 0;
		packet_seal_ip(p);
	}
}

static uint8_t *ttl(struct packet *p)
{
	return p->data + (is_v4(p) ? 8 : 7);
}

// Parallel paths of unlike length.
static void ttl_jitter(struct trace *t, double percent, struct rng *r)
{
	for (size_t i = 0; i < t->n; i++) {
		if (!happens(r, percent))
			continue;
		*ttl(&t->packet[i]) -= 1;
		packet_seal_ip(&t->packet[i]);
	}
}

// In mid-connection the path becomes longer by so many hops.
static void rerouted(struct trace *t, double hops, struct rng *r)
{
	(void)r;
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		if (p->tcp && p->nth * 2 >= p->of && p->from_client) {
			*ttl(p) -= (uint8_t)hops;
			packet_seal_ip(p);
		}
	}
}

static void add32(struct packet *p, uint32_t at, uint32_t by)
{
	uint8_t *b = p->data + at;
	uint32_t v = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
		     (uint32_t)b[2] << 8 | b[3];
	uint32_t w = v + by;

	for (int i = 0; i < 4; i++)
		b[i] = (uint8_t)(w >> (24 - 8 * i));
	packet_fix_sum(p, (uint16_t)(v >> 16), (uint16_t)(w >> 16));
	packet_fix_sum(p, (uint16_t)v, (uint16_t)w);
}

// A firewall that gives each side another initial sequence number. It takes
// SACK away, as it would have to rewrite that, too.
static void new_numbers(struct trace *t, double value, struct rng *r)
{
	uint32_t salt = (uint32_t)rng_next(r);

	(void)value;
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		uint32_t at = packet_tcp(p), own, peer;
		if (!at)
			continue;
		own = salt * (2 * p->conn + p->from_client + 1);
		peer = salt * (2 * p->conn + !p->from_client + 1);
		strip(p, 5);
		strip(p, 4);
		// What answers a segment without ACK has the number 0.
		if (!(p->flags & RST) || memcmp(p->data + at + 4, "\0\0\0", 4))
			add32(p, at + 4, own);
		if (p->flags & ACK)
			add32(p, at + 8, peer);
	}
}

static void flip16(struct packet *p, uint32_t at, uint8_t bits)
{
	uint16_t old = (uint16_t)(p->data[at] << 8 | p->data[at + 1]);

	p->data[at] ^= bits;
	packet_fix_sum(p, old, (uint16_t)(p->data[at] << 8 | p->data[at + 1]));
}

// A NAT in front of the clients: other addresses (IPv4), other ports.
static void translated(struct trace *t, double value, struct rng *r)
{
	(void)value, (void)r;
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		uint32_t tcp = packet_tcp(p);
		if (!tcp)
			continue;
		flip16(p, tcp + (p->from_client ? 0 : 2), 0x40);
		if (!is_v4(p))
			continue;
		flip16(p, p->from_client ? 12 : 16, 0x80);
		packet_seal_ip(p);
	}
}

// Encapsulations -------------------------------------------------------------

enum { ETHERNET = 1 };

static void wrap(struct trace *t, const uint8_t *head, uint32_t n,
		 uint32_t type_at)
{
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		bool v4 = is_v4(p);
		packet_prepend(p, head, n);
		if (type_at) {
			p->data[type_at] = v4 ? 0x08 : 0x86;
			p->data[type_at + 1] = v4 ? 0x00 : 0xdd;
		}
	}
	t->link = ETHERNET;
}

static void vlan(struct trace *t, double value, struct rng *r)
{
	static const uint8_t head[18] = { 2, 0, 0, 0, 0,    1, 2, 0,
					  0, 0, 0, 2, 0x81, 0, 0, 7 };

	(void)value, (void)r;
	wrap(t, head, sizeof(head), 16);
}

// Ethernet, IPv4, GRE. The outer length is that of a packet that was cut.
static void gre(struct trace *t, double value, struct rng *r)
{
	static const uint8_t head[38] = {
		2,    0, 0, 0,   0, 1, 2,    0, 0,  0,  0, 2, 0x08,
		0x00, // Ethernet
		0x45, 0, 0, 0,   0, 0, 0x40, 0, 60, 47, 0, 0, 192,
		0,    2, 1, 192, 0, 2, 2, // IPv4
		0,    0, 0, 0             // GRE
	};

	(void)value, (void)r;
	wrap(t, head, sizeof(head), 36);
	for (size_t i = 0; i < t->n; i++) {
		struct packet *p = &t->packet[i];
		uint32_t n = p->wire - 14;
		p->data[16] = (uint8_t)(n >> 8);
		p->data[17] = (uint8_t)n;
	}
}

// The table ------------------------------------------------------------------

static const struct kind {
	const char *name;
	void (*degrade)(struct trace *t, double value, struct rng *r);
	double values[6]; // that the test tries; 0 ends them
	bool cut;         // ends before the connections do
} kinds[] = {
	{ "loss", loss, { .1, .5, 1, 3, 10, 20 }, false },
	{ "loss-client", loss_client, { 1, 5, 20 }, false },
	{ "bursts", bursts, { 1, 5 }, false },
	{ "only-client", only_client, { 1 }, false },
	{ "only-server", only_server, { 1 }, false },
	{ "late", late, { 20, 50, 80 }, false },
	{ "early", early, { 20, 50, 80 }, true },
	{ "headless", headless, { 1, 2, 3, 5 }, false },
	{ "tailless", tailless, { 1, 2, 4 }, true },
	{ "third-missing", third_missing, { 1 }, false },
	{ "acks-missing", acks_missing, { 5, 50 }, false },
	{ "copies", copies, { 2, 100 }, false },
	{ "mirrored", mirrored, { 5, 300 }, false },
	{ "swaps", swaps, { 1, 10 }, false },
	{ "client-late", client_late, { 20, 200, 1500 }, false },
	{ "server-late", server_late, { 20, 200, 1500 }, false },
	{ "jitter", jitter, { 20, 500 }, false },
	{ "coarse", coarse, { .001, 1, 10 }, false },
	{ "steps-back", steps_back, { 2 }, false },
	{ "shifted", shifted, { 3600 }, false },
	{ "stretched", stretched, { .1, 3, 30 }, false },
	{ "snaplen", snaplen, { 40, 54, 60, 72 }, false },
	{ "without-option", without_option, { 2, 3, 4, 5, 8 }, false },
	{ "random-ids", random_ids, { 1 }, false },
	{ "zero-ids", zero_ids, { 1 }, false },
	{ "ttl-jitter", ttl_jitter, { 2, 30 }, false },
	{ "rerouted", rerouted, { 1, 3 }, false },
	{ "new-numbers", new_numbers, { 1 }, false },
	{ "translated", translated, { 0 }, false },
	{ "vlan", vlan, { 1 }, false },
	{ "gre", gre, { 1 }, false },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static void list(void)
{
	for (size_t i = 0; i < KINDS; i++)
		for (size_t k = 0; k < 6 && kinds[i].values[k] > 0; k++)
			printf("%s=%g%s\n", kinds[i].name, kinds[i].values[k],
			       kinds[i].cut ? " cut" : "");
}

static const struct kind *find(const char *word, double *value)
{
	size_t n = strcspn(word, "=");

	*value = word[n] ? strtod(word + n + 1, NULL) : 1;
	for (size_t i = 0; i < KINDS; i++)
		if (strlen(kinds[i].name) == n &&
		    !strncmp(kinds[i].name, word, n))
			return &kinds[i];
	return NULL;
}

static int usage(void)
{
	fputs("usage: degrade KIND[=VALUE] SEED IN OUT\n"
	      "       degrade merge SEED IN IN OUT\n"
	      "       degrade --list\n",
	      stderr);
	return 2;
}

static int merge(char **argv)
{
	struct trace t;
	bool ok = trace_read(argv[3], &t) && trace_add(argv[4], &t) &&
		  trace_write(argv[5], &t);

	trace_free(&t);
	return ok ? 0 : 3;
}

int main(int argc, char **argv)
{
	const struct kind *kind;
	struct trace t;
	struct rng r;
	double value;
	bool ok;

	if (argc == 2 && !strcmp(argv[1], "--list")) {
		list();
		return 0;
	}
	if (argc == 6 && !strcmp(argv[1], "merge"))
		return merge(argv);
	kind = argc == 5 ? find(argv[1], &value) : NULL;
	if (!kind)
		return usage();
	r.s = strtoull(argv[2], NULL, 10);
	ok = trace_read(argv[3], &t);
	if (ok) {
		kind->degrade(&t, value, &r);
		ok = trace_write(argv[4], &t);
	}
	trace_free(&t);
	return ok ? 0 : 3;
}
