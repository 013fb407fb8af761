// Writes a capture for the bench where the shared generator is missing:
//
//	generate long|short|scan FLOWS CONCURRENT >FILE
//
// long: a hundred full segments a connection, then FINs; short: ten packets,
// headers only; scan: SYN, SYN-ACK, RST, now and then a SYN without answer.
// Connections take turns packet by packet, CONCURRENT at once. The same
// arguments give the same bytes.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADERS = 54, SEGMENT = 1448, FIN = 1, SYN = 2, RST = 4, ACK = 16 };

struct flow {
	uint32_t id, step, seq[2];
};

struct kind {
	const char *name;
	uint32_t data;     // segments with payload
	uint32_t captured; // bytes of a packet, at most
};

static uint64_t now = UINT64_C(1700000000000000);

static void put(uint8_t *p, uint32_t v, int bytes)
{
	while (bytes--) {
		p[bytes] = (uint8_t)v;
		v >>= 8;
	}
}

static void record(const uint8_t *p, uint32_t captured, uint32_t wire)
{
	uint32_t h[4] = { (uint32_t)(now / 1000000), (uint32_t)(now % 1000000),
			  captured, wire };

	fwrite(h, sizeof(h), 1, stdout);
	fwrite(p, captured, 1, stdout);
}

// One segment from side `from` (0 client, 1 server) of f.
static void send_segment(struct flow *f, int from, int flags, uint32_t len,
			 const struct kind *k)
{
	static uint8_t p[HEADERS + SEGMENT];
	uint32_t ip[2] = { 0x0a000000 + (f->id & 0xffff),
			   0xc6120000 + (f->id >> 16 & 0xff) };
	uint32_t port[2] = { 1024 + (f->id * 7919 & 0x7fff), 443 };
	uint32_t wire = HEADERS + len;

	memset(p, 0, HEADERS);
	put(p + 12, 0x0800, 2);
	p[14] = 0x45;
	put(p + 16, wire - 14, 2);
	put(p + 18, f->step * 2 + f->id, 2);
	p[22] = 64;
	p[23] = 6;
	put(p + 26, ip[from], 4);
	put(p + 30, ip[!from], 4);
	put(p + 34, port[from], 2);
	put(p + 36, port[!from], 2);
	put(p + 38, f->seq[from], 4);
	put(p + 42, flags & ACK ? f->seq[!from] : 0, 4);
	p[46] = 0x50;
	p[47] = (uint8_t)flags;
	put(p + 48, flags & RST ? 0 : 64000, 2);
	f->seq[from] += len + !!(flags & (SYN | FIN));
	record(p, wire < k->captured ? wire : k->captured, wire);
	now += 7;
}

// The next packet of f; false: that was its last.
static int step(struct flow *f, const struct kind *k)
{
	uint32_t s = f->step++;

	if (s == 0 || (s < 3 && f->id % 10 == 9 && !k->data)) {
		f->seq[0] = f->id * 2654435761u;
		f->seq[1] = f->id * 40503u;
		send_segment(f, 0, SYN, 0, k);
		return k->data || f->id % 10 != 9 || s < 2;
	}
	if (s == 1) {
		send_segment(f, 1, SYN | ACK, 0, k);
	} else if (!k->data) {
		send_segment(f, 0, RST, 0, k);
		return 0;
	} else if (s == 2) {
		send_segment(f, 0, ACK, 0, k);
	} else if (s < 3 + k->data) {
		send_segment(f, s & 1, ACK, s % 3 ? SEGMENT : 200, k);
	} else {
		uint32_t end = s - 3 - k->data;
		send_segment(f, end & 1, ACK | (end < 2 ? FIN : 0), 0, k);
		return end < 2;
	}
	return 1;
}

int main(int argc, char **argv)
{
	static const struct kind kinds[] = { { "long", 110, 65535 },
					     { "short", 4, 96 },
					     { "scan", 0, 96 } };
	const uint32_t head[6] = { 0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, 1 };
	const struct kind *k = kinds;
	uint32_t flows, slots, next = 0, active = 0;
	struct flow *f;

	if (argc != 4)
		return 2;
	while (strcmp(k->name, argv[1]))
		if (++k == kinds + 3)
			return 2;
	flows = (uint32_t)atoi(argv[2]);
	slots = (uint32_t)atoi(argv[3]);
	f = calloc(slots ? slots : 1, sizeof(*f));
	if (!f)
		return 1;
	fwrite(head, sizeof(head), 1, stdout);
	while (next < flows || active) {
		for (; active < slots && next < flows; next++)
			f[active++] = (struct flow){ .id = next };
		for (uint32_t i = 0; i < active; i++)
			if (!step(&f[i], k))
				f[i--] = f[--active];
	}
	free(f);
	return fflush(stdout) ? 1 : 0;
}
