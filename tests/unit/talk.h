// Connections written as words, fed to the table of connections or, as frames,
// to the whole analysis:
//
//   "cS sSA cA c100A s1400A @6000 cFA sR"
//
// A word is a segment: who sends it (c, s), its payload, its flags (S F R A).
// Its number goes on from what that side sent before, and it acknowledges all
// that the other one sent. It comes 1 ms after the one before it. What is
// unusual about it follows:
//
//   -10 +10   begins 10 bytes before, or behind, where it should
//   /10       acknowledges 10 bytes less
//   w0 t63 i7 window as in the header, TTL, IP ID
//   d         has the IP ID and timestamp of that side's segment before
//   o         has no options
//   m7        has an MPTCP option of subtype 7
//   l         its payload may be a TLS close_notify alert
//   z         number, window and IP ID are 0: what answers a SYN
//   !         nobody captured it
//
// A RST without ACK is a stack's answer: number = what the other side's last
// segment acknowledges, window and IP ID 0, no options. Other words: @5 waits
// 5 ms, ~30 is 30 us (and takes the place of the usual 1 ms), #2 goes on with
// connection 2, whose client port is 40002.
#ifndef TCPWHY_TESTS_TALK_H
#define TCPWHY_TESTS_TALK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/analysis.h"
#include "decode/stack.h"
#include "track/flow_table.h"

enum {
	TALK_LINES = 16,
	TALK_PORT = 40000,
	TALK_WINDOW = 502,
	TALK_NO_SCALE = 255,
	TALK_LINK = 101, // raw IP
};

static const int64_t TALK_US = 1000, TALK_MS = 1000000;

// Layouts of SYNs (tcp_options.h).
static const uint64_t TALK_LINUX = 0x31842, TALK_WINDOWS = 0x411312,
		      TALK_FREEBSD = 0x84312, TALK_PLAIN = 0x2;

// What one connection's sides have sent.
struct talk_line {
	uint32_t isn[2], next[2];
	uint32_t acked[2]; // by the last segment of a side
	uint16_t ip_id[2];
	uint32_t ts_val[2];
};

struct talk {
	struct flow_table *flows; // one of these two is set
	struct analysis *analysis;
	struct flow_room *room; // of talk_flow()
	struct talk_line line[TALK_LINES];
	unsigned on; // the connection that speaks
	uint64_t frame;
	int64_t now;
	// Of both hosts; talk_new() makes them Linux.
	uint64_t layout[2];
	uint8_t ttl[2], wscale[2];
	bool no_id;            // as IPv6
	uint16_t port;         // the server's
	struct flow_seen seen; // of the last segment, with flows
};

// Both initial numbers wrap in the first hundred bytes: the client's at 2^32,
// the server's at 2^31.
static inline void talk_isn(struct talk *t, uint32_t client, uint32_t server)
{
	struct talk_line *l = &t->line[t->on];

	l->isn[CLIENT] = l->next[CLIENT] = client;
	l->isn[SERVER] = l->next[SERVER] = server;
}

static inline struct talk talk_base(void)
{
	struct talk t = {
		.now = INT64_C(1700000000000000000),
		.layout = { TALK_LINUX, TALK_LINUX },
		.ttl = { 64, 64 },
		.wscale = { 7, 7 },
		.port = 80,
		.room = calloc(1, sizeof(struct flow_room)),
	};

	assert_non_null(t.room);
	for (t.on = TALK_LINES; t.on-- > 0;)
		talk_isn(&t, UINT32_C(0xffffffd0) - t.on,
			 UINT32_C(0x7fffffd0) - t.on);
	t.on = 0;
	return t;
}

static inline struct talk talk_new(void)
{
	struct talk t = talk_base();

	t.flows = flow_table_new();
	assert_non_null(t.flows);
	flow_watch(t.flows, FLOW_ALL); // flow_seen tells all
	return t;
}

static inline struct talk talk_analysis(void)
{
	struct talk t = talk_base();

	t.analysis = analysis_new();
	assert_non_null(t.analysis);
	return t;
}

static inline void talk_free(struct talk *t)
{
	flow_table_free(t->flows);
	analysis_free(t->analysis);
	free(t->room);
	t->room = NULL;
	t->flows = NULL;
	t->analysis = NULL;
}

// Segments --------------------------------------------------------------------

static inline struct addr talk_host(enum side x)
{
	uint8_t b[4] = { 10, 0, 0, x == CLIENT ? 1 : 2 };

	return addr_v4(b);
}

// A segment of connection i, which is between ports of its own.
static inline struct segment talk_lone(uint32_t i, enum side from,
				       uint8_t flags)
{
	struct segment s = {
		.src = talk_host(from),
		.dst = talk_host(!from),
		.src_port = (uint16_t)(from == CLIENT ? 20000 + i : 80),
		.dst_port = (uint16_t)(from == CLIENT ? 80 : 20000 + i),
		.time = 1,
		.frame = 1,
		.seq = i,
		.window = 9,
		.flags = flags,
	};

	return s;
}

// A segment of the connection that speaks, with nothing unusual.
static inline struct segment talk_segment(const struct talk *t, enum side from,
					  uint8_t flags, uint32_t len)
{
	const struct talk_line *l = &t->line[t->on];
	struct segment s = {
		.src = talk_host(from),
		.dst = talk_host(!from),
		.src_port =
		    from == CLIENT ? (uint16_t)(TALK_PORT + t->on) : t->port,
		.dst_port =
		    from == CLIENT ? t->port : (uint16_t)(TALK_PORT + t->on),
		.seq = l->next[from],
		.ack = flags & TCP_ACK ? l->next[!from] : 0,
		.len = len,
		.window = TALK_WINDOW,
		.flags = flags,
		.ttl = t->ttl[from],
		.ip_id = t->no_id ? 0 : (uint16_t)(l->ip_id[from] + 1),
		.ts_val = (uint32_t)(t->now / TALK_MS),
	};
	bool ts =
	    t->layout[CLIENT] == TALK_LINUX && t->layout[SERVER] == TALK_LINUX;

	if (flags & TCP_SYN) {
		s.options = OPT_MSS | OPT_SACK_OK;
		if (t->wscale[from] != TALK_NO_SCALE)
			s.options |= OPT_WSCALE;
	}
	if (ts)
		s.options |= OPT_TIMESTAMP;
	return s;
}

// A RST that a stack sends in answer to what fits no socket.
static inline void talk_passive(const struct talk *t, enum side from,
				struct segment *s)
{
	s->seq = t->line[t->on].acked[!from];
	s->window = 0;
	s->options = 0;
	s->ip_id = 0;
}

static inline void talk_put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static inline enum side talk_side(const struct talk *t, const struct segment *s)
{
	return s->dst_port == t->port ? CLIENT : SERVER;
}

static inline size_t talk_mptcp(unsigned subtype, uint8_t *p)
{
	p[0] = 30;
	p[1] = 4;
	p[2] = (uint8_t)(subtype << 4);
	return 4;
}

// The options of s, as its sender's layout has them; returns their length.
static inline size_t talk_options(const struct talk *t, const struct segment *s,
				  uint8_t *p)
{
	uint64_t layout =
	    s->flags & TCP_SYN ? t->layout[talk_side(t, s)] : 0x811;
	size_t n = 0;

	if (!s->options)
		return 0;
	for (; layout; layout >>= 4) {
		uint8_t kind = layout & 15, len = 1;
		p[n] = kind;
		len = kind == 2   ? 4
		      : kind == 3 ? 3
		      : kind == 4 ? 2
		      : kind == 8 ? 10
				  : 1;
		if (len > 1)
			p[n + 1] = len;
		if (kind == 2)
			p[n + 2] = 5;
		if (kind == 3)
			p[n + 2] = t->wscale[talk_side(t, s)];
		if (kind == 8)
			talk_put32(p + n + 2, s->ts_val);
		n += len;
	}
	for (unsigned sub = 0; s->mptcp >> sub; sub++)
		if (s->mptcp >> sub & 1)
			n += talk_mptcp(sub, p + n);
	return (n + 3) & ~(size_t)3;
}

// The frame of s, of which the capture holds the headers.
static inline void talk_frame(struct talk *t, const struct segment *s)
{
	uint8_t p[40 + 40] = { 0x45 };
	size_t n = 40 + talk_options(t, s, p + 40);
	struct frame f = { .time = s->time,
			   .id = s->frame,
			   .wire_len = (uint32_t)n + s->len,
			   .cap_len = (uint32_t)n,
			   .link = TALK_LINK,
			   .data = p };

	talk_put32(p, 0x45000000 | f.wire_len);
	talk_put32(p + 4, (uint32_t)s->ip_id << 16 | 0x4000);
	talk_put32(p + 8, (uint32_t)s->ttl << 24 | 6U << 16);
	memcpy(p + 12, s->src.b + 12, 4);
	memcpy(p + 16, s->dst.b + 12, 4);
	talk_put32(p + 20, (uint32_t)s->src_port << 16 | s->dst_port);
	talk_put32(p + 24, s->seq);
	talk_put32(p + 28, s->ack);
	talk_put32(p + 32, (uint32_t)(n - 20) / 4 << 28 |
			       (uint32_t)s->flags << 16 | s->window);
	assert_true(analysis_frame(t->analysis, &f, NULL));
}

// What a SYN says besides (segment.more).
static inline uint8_t talk_more(const struct talk *t, const struct segment *s)
{
	enum side from = talk_side(t, s);
	unsigned scale = s->options & OPT_WSCALE ? t->wscale[from] : 0;
	const struct stack_sign sign = {
		.layout = t->layout[from],
		.window = s->window,
		.ttl = s->ttl,
	};

	return (uint8_t)(scale << MORE_SCALE | stack_guess(&sign)
						   << MORE_STACK);
}

// Sends s now.
static inline void talk_send(struct talk *t, struct segment *s)
{
	s->time = t->now;
	s->frame = frame_id(0, ++t->frame);
	if (s->flags & TCP_SYN)
		s->more = talk_more(t, s);
	if (t->flows) {
		struct flow_hint h = flow_fetch_slot(t->flows, s);
		assert_true(flow_segment(t->flows, s, &h, &t->seen));
	} else {
		talk_frame(t, s);
	}
}

// What was sent, whether captured or not.
static inline void talk_went(struct talk *t, enum side from,
			     const struct segment *s)
{
	struct talk_line *l = &t->line[t->on];
	uint32_t end = s->seq + s->len + (s->flags & TCP_SYN ? 1 : 0) +
		       (s->flags & TCP_FIN ? 1 : 0);

	if (s->ip_id)
		l->ip_id[from] = s->ip_id;
	l->ts_val[from] = s->ts_val;
	if (s->flags & TCP_RST)
		return;
	if (s->flags & TCP_ACK)
		l->acked[from] = s->ack;
	if ((int32_t)(end - l->next[from]) > 0)
		l->next[from] = end;
}

// Words -----------------------------------------------------------------------

static inline uint32_t talk_number(const char **w)
{
	uint32_t n = 0;

	while (**w >= '0' && **w <= '9')
		n = n * 10 + (uint32_t)(*(*w)++ - '0');
	return n;
}

static inline uint8_t talk_flags(const char **w)
{
	static const char names[] = "FSRPA";
	uint8_t flags = 0;
	const char *found;

	for (; **w && (found = strchr(names, **w)); ++*w)
		flags |= (uint8_t)(1U << (found - names));
	return flags;
}

// One thing that is unusual about s; false: nobody captured it.
static inline bool talk_unusual(const struct talk *t, enum side from,
				struct segment *s, char what, uint32_t n)
{
	switch (what) {
	case '-':
		s->seq -= n;
		break;
	case '+':
		s->seq += n;
		break;
	case '/':
		s->ack -= n;
		break;
	case 'w':
		s->window = (uint16_t)n;
		break;
	case 't':
		s->ttl = (uint8_t)n;
		break;
	case 'i':
		s->ip_id = (uint16_t)n;
		break;
	case 'd':
		s->ip_id = t->line[t->on].ip_id[from];
		s->ts_val = t->line[t->on].ts_val[from];
		break;
	case 'l':
		s->more |= MORE_GOODBYE;
		break;
	case 'o':
		s->options = 0;
		break;
	case 'm':
		s->options |= OPT_MPTCP;
		s->mptcp = (uint16_t)(s->mptcp | 1U << n);
		break;
	case 'z':
		s->seq = 0;
		s->window = s->ip_id = 0;
		s->options = 0;
		break;
	case '!':
		return false;
	default:
		fail_msg("what is '%c'?", what);
	}
	return true;
}

static inline void talk_word(struct talk *t, const char *w)
{
	enum side from = *w == 'c' ? CLIENT : SERVER;
	const char *p = w + 1;
	uint32_t len = talk_number(&p);
	uint8_t flags = talk_flags(&p);
	struct segment s = talk_segment(t, from, flags, len);
	bool captured = true;

	if (flags & TCP_RST && !(flags & TCP_ACK))
		talk_passive(t, from, &s);
	while (*p && *p != ' ') {
		char what = *p++;
		uint32_t n = talk_number(&p);
		captured &= talk_unusual(t, from, &s, what, n);
	}
	if (captured)
		talk_send(t, &s);
	talk_went(t, from, &s);
}

static inline void talk(struct talk *t, const char *script)
{
	int64_t wait = TALK_MS;

	for (const char *w = script; *w; w += strcspn(w, " ")) {
		w += strspn(w, " ");
		const char *p = *w ? w + 1 : w;
		uint32_t n = talk_number(&p);
		if (*w == '@') {
			t->now += n * TALK_MS;
		} else if (*w == '~') {
			t->now += n * TALK_US;
			wait = 0;
		} else if (*w == '#') {
			t->on = (unsigned)n;
		} else if (*w) {
			t->now += wait;
			wait = TALK_MS;
			talk_word(t, w);
		}
	}
}

// What came of it -------------------------------------------------------------

// The newest connection's live state.
static inline const struct flow *talk_flow(const struct talk *t)
{
	return flow_live(t->flows, flow_count(t->flows) - 1, t->room);
}

static inline struct connection *talk_record(const struct talk *t)
{
	return flow_record(t->flows, flow_count(t->flows) - 1);
}

// Marks (enum step_mark) of the script's last segment.
static inline uint16_t talk_mark(const char *script)
{
	struct talk t = talk_new();

	talk(&t, script);
	talk_free(&t);
	return t.seen.marks;
}

#endif
