// Two ends of a connection that do what they are told by bytes, operation by
// operation, and a capture between them that misses or reorders what they send.
// For fuzz_track.c.
#ifndef TCPWHY_TESTS_ENDS_H
#define TCPWHY_TESTS_ENDS_H

#include "analysis/analysis.h"
#include "base/nanoseconds.h"
#include "track/flow_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FRAMES = 500,
	LOGGED = 40, // longer than a segment log
	IN_FLIGHT = 1 << 27,
	NEAR = 1 << 28,
	HEADERS = 40,
	SHORT_WAYS =
	    ANALYSIS_ZEEK | ANALYSIS_ORDERLY_FINDINGS | ANALYSIS_FINDINGS,
};

// Places count from the SYN, which is 0.
struct side_model {
	uint32_t isn;
	uint64_t sent;    // what it sends next
	uint64_t acked;   // by the other side, captured or not
	uint64_t shown;   // the highest of it that the capture shows
	uint64_t payload; // bytes of it that were captured, repeated ones too
	uint64_t fin;     // place of its FIN, 0: none
	uint64_t knew;    // what its first captured FIN acknowledges
	uint16_t window, ip_id;
	bool fin_shown, dead;
	bool jumped;    // it went on unseen, further than a window
	bool imperfect; // some of it was missed or came late
	uint64_t exact; // frame of a RST that its receiver has to take
	uint64_t took;  // frame that shows it acknowledge payload, 0: none
};

struct packed {
	uint8_t bytes[HEADERS + 20];
	struct frame frame;
	enum side from;
	uint64_t at, ack; // places
	bool honest;
};

struct world {
	const uint8_t *data;
	size_t left;
	struct side_model side[2];
	struct flow_table *whole, *logged;
	struct analysis *full, *brief;
	int64_t now, last;
	uint64_t frames;
	int64_t quiet[FRAMES + 1];
	struct packed held;
	bool holding;
	bool honest; // neither strangers nor second SYNs so far
	bool sure;   // the capture missed less than makes numbers look old
};

static void demand_(int ok, const char *what, int line)
{
	if (ok)
		return;
	fprintf(stderr, "line %d: %s\n", line, what);
	abort();
}
#define demand(ok) demand_((ok) ? 1 : 0, #ok, __LINE__)

static uint8_t byte(struct world *w)
{
	if (!w->left)
		return 0;
	w->left--;
	return *w->data++;
}

static uint32_t word(struct world *w)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++)
		v = v << 8 | byte(w);
	return v;
}

// The next frame of the capture.
static void emit(struct world *w, struct packed *p);

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static size_t put_options(const struct world *w, uint8_t *p, bool syn)
{
	static const uint8_t open[20] = { 2, 4, 5, 180, 4, 2, 8, 10 };
	static const uint8_t later[12] = { 1, 1, 8, 10 };
	size_t n = syn ? sizeof(open) : sizeof(later);

	memcpy(p, syn ? open : later, n);
	put32(p + (syn ? 8 : 4), (uint32_t)(w->now / MS));
	if (syn)
		memcpy(p + 16, "\1\3\3\7", 4);
	return n;
}

// A segment with nothing unusual: its payload begins at that place.
static struct packed pack(struct world *w, enum side x, uint8_t flags,
			  uint64_t at, uint32_t len)
{
	struct side_model *me = &w->side[x], *peer = &w->side[!x];
	struct packed p = { .from = x, .at = at, .honest = true };
	uint8_t *b = p.bytes;
	size_t n = HEADERS;

	if (flags != TCP_RST)
		n += put_options(w, b + HEADERS, flags & TCP_SYN);
	p.ack = flags & TCP_ACK ? peer->sent : 0;
	p.frame = (struct frame){ .time = w->now,
				  .wire_len = (uint32_t)n + len,
				  .cap_len = (uint32_t)n,
				  .link = 101 };
	put32(b, 0x45000000 | (n + len < 65536 ? (uint32_t)n + len : 0));
	me->ip_id++;
	put32(b + 4, (uint32_t)me->ip_id << 16 | 0x4000);
	put32(b + 8, 64U << 24 | 6U << 16);
	put32(b + 12, x == CLIENT ? 0x0a000001 : 0x0a000002);
	put32(b + 16, x == CLIENT ? 0x0a000002 : 0x0a000001);
	put32(b + 20, x == CLIENT ? 40000U << 16 | 80 : 80U << 16 | 40000);
	put32(b + 24, me->isn + (uint32_t)at);
	put32(b + 28, flags & TCP_ACK ? peer->isn + (uint32_t)p.ack : 0);
	put32(b + 32, (uint32_t)(n - 20) / 4 << 28 | (uint32_t)flags << 16 |
			  (flags == TCP_RST ? 0 : me->window));
	return p;
}

static void change_ack(struct world *w, struct packed *p, uint64_t less)
{
	p->ack -= less < p->ack ? less : p->ack - 1;
	put32(p->bytes + 28, w->side[!p->from].isn + (uint32_t)p->ack);
}

// The capture gets it, at once or behind the next one.
static void capture(struct world *w, struct packed *p, bool later)
{
	if (later && !w->holding) {
		w->held = *p;
		w->holding = true;
		return;
	}
	emit(w, p);
	if (w->holding) {
		w->holding = false;
		emit(w, &w->held);
	}
}

enum how {
	MISSED = 0x10, // by the capture
	LATE = 0x20,
	LESS = 0x40, // acknowledges less than it could
	SIDE = 0x80,
};

// What leaves a side; it acknowledges what it has.
static void leave(struct world *w, struct packed *p, uint8_t how)
{
	struct side_model *peer = &w->side[!p->from];
	uint64_t open = peer->sent - peer->acked;

	if (p->bytes[33] & TCP_ACK) {
		if (how & LESS && open)
			change_ack(w, p, byte(w) * (open / 256));
		if (p->ack > peer->acked)
			peer->acked = p->ack;
	}
	w->side[p->from].imperfect |= how & (MISSED | LATE);
	if (!(how & MISSED))
		capture(w, p, how & LATE);
}

static uint32_t length(struct world *w)
{
	static const uint32_t lengths[] = {
		1, 100, 1448, 65000, 1 << 20, 1 << 24, 1 << 26, 1 << 26
	};
	uint8_t b = byte(w);

	return lengths[b & 7] - (lengths[b & 7] > 1000 ? b >> 3 : 0);
}

static void send_data(struct world *w, enum side x, uint8_t how, uint32_t len)
{
	struct side_model *me = &w->side[x];
	struct packed p;

	if (me->dead || me->fin)
		return;
	// Nobody sends beyond a window.
	if (me->sent + len - me->acked > IN_FLIGHT)
		me->acked = me->sent;
	p = pack(w, x, TCP_ACK | TCP_PSH, me->sent, len);
	me->sent += len;
	leave(w, &p, how);
}

static void send_bare(struct world *w, enum side x, uint8_t how)
{
	struct packed p = pack(w, x, TCP_ACK, w->side[x].sent, 0);

	if (!w->side[x].dead)
		leave(w, &p, how);
}

static void repeat(struct world *w, enum side x, uint8_t how)
{
	struct side_model *me = &w->side[x];
	uint64_t back = length(w);
	struct packed p;

	if (me->dead || me->fin || back >= me->sent)
		return;
	p = pack(w, x, TCP_ACK, me->sent - back, (uint32_t)back);
	leave(w, &p, how);
}

static void send_fin(struct world *w, enum side x, uint8_t how)
{
	struct side_model *me = &w->side[x];
	struct packed p;

	if (me->dead || me->fin)
		return;
	p = pack(w, x, TCP_ACK | TCP_FIN, me->sent, 0);
	me->fin = me->sent++;
	leave(w, &p, how);
}

static void send_rst(struct world *w, enum side x, uint8_t how, bool passive)
{
	struct side_model *me = &w->side[x];
	uint64_t at = passive ? me->acked : me->sent;
	struct packed p =
	    pack(w, x, passive ? TCP_RST : TCP_RST | TCP_ACK, at, 0);

	leave(w, &p, how & (MISSED | SIDE));
	me->dead = true;
}

// A keep-alive.
static void probe(struct world *w, enum side x, uint8_t how)
{
	struct packed p = pack(w, x, TCP_ACK, w->side[x].sent - 1, 0);

	if (!w->side[x].dead)
		leave(w, &p, how);
}

static void pour(struct world *w, enum side x, uint8_t how)
{
	uint32_t len = length(w);

	for (unsigned n = byte(w) & 63; n; n--) {
		send_data(w, x, how & MISSED, len);
		if (how & LATE)
			send_bare(w, !x, how & (MISSED | LESS));
	}
}

static void pass_time(struct world *w, uint8_t how)
{
	static const int64_t waits[] = { 1,       40,       300,        61000,
					 7200000, 86400000, 4294967295, -20 };
	int64_t ms = waits[how >> 4 & 7] * (how & SIDE ? byte(w) : 1);
	int64_t then = w->now / DAY + ms / 86400000;

	if (then > 9000 && then < 30000)
		w->now += ms * MS;
}

// Anything at all, in somebody's name.
static void stranger(struct world *w, enum side x)
{
	struct packed p = pack(w, x, byte(w) & 0x3f, w->side[x].sent, word(w));

	p.honest = false;
	put32(p.bytes + 24, word(w));
	put32(p.bytes + 28, word(w));
	w->honest = false;
	emit(w, &p);
}

static void another(struct world *w, enum side x)
{
	struct packed p;

	w->honest = false;
	w->side[x].isn += word(w);
	p = pack(w, x, x == CLIENT ? TCP_SYN : TCP_SYN | TCP_ACK, 0, 0);
	emit(w, &p);
}

static void operation(struct world *w)
{
	uint8_t how = byte(w);
	enum side x = how & SIDE ? SERVER : CLIENT;

	w->now += MS;
	switch (how & 15) {
	case 0:
	case 1:
		send_data(w, x, how, length(w));
		return;
	case 2:
	case 3:
		send_bare(w, x, how);
		return;
	case 4:
	case 5:
		pour(w, x, how);
		return;
	case 6:
		repeat(w, x, how);
		return;
	case 7:
		send_fin(w, x, how);
		return;
	case 8:
	case 9:
		send_rst(w, x, how, how & 1);
		return;
	case 10:
	case 11:
		pass_time(w, how);
		return;
	case 12:
		probe(w, x, how);
		return;
	case 13:
		w->side[x].window = (uint16_t)(word(w) >> 16);
		return;
	case 14:
		stranger(w, x);
		return;
	default:
		another(w, x);
	}
}

static void begin(struct world *w)
{
	uint8_t how = byte(w);

	w->now = INT64_C(1600000000000000000);
	w->honest = w->sure = true;
	for (enum side x = CLIENT; x <= SERVER; x++)
		w->side[x] = (struct side_model){ .isn = word(w),
						  .window = 502,
						  .ip_id = 9 };
	w->side[CLIENT].sent = 1;
	if (!(how & 1)) { // else the capture begins later
		struct packed p = pack(w, CLIENT, TCP_SYN, 0, 0);
		emit(w, &p);
		w->now += MS;
		p = pack(w, SERVER, TCP_SYN | TCP_ACK, 0, 0);
		emit(w, &p);
	}
	w->side[SERVER].sent = 1;
	w->now += MS;
	send_bare(w, CLIENT, how & MISSED);
}

#endif
