#include "pkt_conn.h"

#include <string.h>

#include "pkt_options.h"

// Defaults of current systems on an Ethernet: Linux 6.x, Windows 10 and 11,
// macOS 14, FreeBSD 13.
static const struct pkt_stack stacks[] = {
	{ .name = "linux",
	  .ttl = 64,
	  .syn_window = 64240,
	  .syn_ack_window = 65160,
	  .window = { 502, 509 },
	  .syn = "mss 1460,sackOK,TS,nop,wscale 7",
	  .syn_ack = "mss 1460,sackOK,TS,nop,wscale 7" },
	{ .name = "windows",
	  .ttl = 128,
	  .syn_window = 64240,
	  .syn_ack_window = 65535,
	  .window = { 513, 8212 },
	  .syn = "mss 1460,nop,wscale 8,nop,nop,sackOK",
	  .syn_ack = "mss 1460,nop,wscale 8,nop,nop,sackOK",
	  .reset_id_counts = true,
	  .reset_window_zero = true },
	{ .name = "macos",
	  .ttl = 64,
	  .syn_window = 65535,
	  .syn_ack_window = 65535,
	  .window = { 2058, 2058 },
	  .syn = "mss 1460,nop,wscale 6,nop,nop,TS,sackOK,eol",
	  .syn_ack = "mss 1460,nop,wscale 6,sackOK,TS",
	  .id_zero = true,
	  .reset_bare = true },
	{ .name = "freebsd",
	  .ttl = 64,
	  .syn_window = 65535,
	  .syn_ack_window = 65535,
	  .window = { 1027, 1027 },
	  .syn = "mss 1460,nop,wscale 6,sackOK,TS",
	  .syn_ack = "mss 1460,nop,wscale 6,sackOK,TS",
	  .id_zero = true,
	  .reset_window_zero = true },
};

const struct pkt_stack *pkt_stack_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++) {
		if (strcmp(stacks[i].name, name) == 0)
			return &stacks[i];
	}
	return NULL;
}

void pkt_end_init(struct pkt_end *end, int side, unsigned number)
{
	uint32_t salt = (number * 2 + (uint32_t)side + 1) * 2654435761u;

	memset(end, 0, sizeof(*end));
	end->stack = &stacks[0];
	end->ttl = end->stack->ttl;
	end->window = end->stack->window[side];
	end->id = (uint16_t)salt;
	end->isn = salt;
	end->clock = salt >> 1;
	end->hz = 1000;
}

void pkt_conn_release(struct pkt_conn *c)
{
	pkt_buf_release(&c->end[0].last);
	pkt_buf_release(&c->end[1].last);
}

// A RST that answers a segment which fits no socket: RFC 9293, 3.10.7.1.
static bool passive(const struct pkt_end *me, const struct pkt_seg *s)
{
	return (s->flags & PKT_RST) && (!(s->flags & PKT_ACK) || !me->spoke);
}

static const char *choose_numbers(const struct pkt_end *me,
				  const struct pkt_end *peer,
				  const struct pkt_seg *s, struct pkt_tcp *t)
{
	bool syn = s->flags & PKT_SYN;

	if (s->given & PKT_SEQ) {
		if (!syn && !(s->given & PKT_SEQ_ABSOLUTE) && !me->isn_known)
			return "relative seq, but no SYN and no isn before";
		t->seq = s->seq;
		if (!syn && !(s->given & PKT_SEQ_ABSOLUTE))
			t->seq += me->isn;
	} else if (passive(me, s)) {
		t->seq = s->flags & PKT_ACK ? 0 : me->heard;
	} else {
		t->seq = syn ? me->isn : me->next;
	}
	if (s->given & PKT_ACKNO) {
		if (!(s->given & PKT_ACK_ABSOLUTE) && !peer->isn_known)
			return "relative ack, but no SYN and no isn before";
		t->ack = s->ack;
		if (!(s->given & PKT_ACK_ABSOLUTE) && !syn)
			t->ack += peer->isn;
	} else if (s->flags & PKT_ACK) {
		t->ack = me->got;
	}
	return NULL;
}

static uint16_t choose_window(const struct pkt_end *me, const struct pkt_seg *s)
{
	const struct pkt_stack *stack = me->stack;

	if (s->given & PKT_WINDOW)
		return s->window;
	if (s->flags & PKT_SYN)
		return s->flags & PKT_ACK ? stack->syn_ack_window
					  : stack->syn_window;
	if (passive(me, s) ||
	    ((s->flags & PKT_RST) && stack->reset_window_zero))
		return 0;
	return me->window;
}

static const char *choose_options(const struct pkt_end *me,
				  const struct pkt_end *peer,
				  const struct pkt_seg *s)
{
	if (s->options)
		return s->options;
	if (s->flags & PKT_SYN)
		return s->flags & PKT_ACK ? me->stack->syn_ack : me->stack->syn;
	if (passive(me, s) || !me->timestamps || !peer->timestamps ||
	    ((s->flags & PKT_RST) && me->stack->reset_bare))
		return "";
	return "nop,nop,TS";
}

// Linux numbers the packets of a socket one after the other, a segment that
// the card cuts up counting for each piece; those without a socket get 0.
static uint16_t choose_id(struct pkt_end *me, const struct pkt_seg *s)
{
	uint16_t id = me->id;
	bool syn_ack = (s->flags & PKT_SYN) && (s->flags & PKT_ACK);
	bool counts = me->stack->reset_id_counts;

	if (s->given & PKT_ID)
		return s->id;
	if (me->stack->id_zero || (!counts && (syn_ack || passive(me, s))))
		return 0;
	me->id = (uint16_t)(id + (s->len > 1460 ? (s->len + 1447) / 1448 : 1));
	return id;
}

static void deliver(struct pkt_end *peer, const struct pkt_seg *s,
		    const struct pkt_tcp *t, const struct pkt_options *o,
		    uint32_t after)
{
	if ((s->flags & PKT_SYN) || t->seq == peer->got ||
	    (int32_t)(peer->got - t->seq) > 0) {
		if ((s->flags & PKT_SYN) || (int32_t)(after - peer->got) > 0)
			peer->got = after;
		if (o->timestamps)
			peer->recent = o->ts_val;
	}
	if (s->flags & PKT_ACK)
		peer->heard = t->ack;
}

static void remember(struct pkt_conn *c, int side, const struct pkt_seg *s,
		     const struct pkt_tcp *t, const struct pkt_options *o)
{
	struct pkt_end *me = &c->end[side];
	uint32_t after =
	    t->seq + s->len + !!(s->flags & PKT_SYN) + !!(s->flags & PKT_FIN);

	if (s->flags & PKT_SYN) {
		me->isn = t->seq;
		me->timestamps = o->timestamps;
		me->next = after;
		me->isn_known = true;
	} else if (!(s->flags & PKT_RST)) {
		me->window = t->window;
		if ((int32_t)(after - me->next) > 0)
			me->next = after;
	}
	me->spoke |= !(s->flags & PKT_RST);
	if (!(s->given & PKT_UNDELIVERED))
		deliver(&c->end[!side], s, t, o, after);
}

static const char *fill(struct pkt_conn *c, int side, const struct pkt_seg *s,
			int64_t elapsed, struct pkt_tcp *t,
			struct pkt_options *o)
{
	const struct pkt_end *me = &c->end[side], *peer = &c->end[!side];
	const char *error = choose_numbers(me, peer, s, t);

	if (error)
		return error;
	o->ts_val = me->clock + (uint32_t)(elapsed * me->hz / 1000000000);
	o->ts_ecr = me->recent;
	o->sack_base = peer->isn;
	error = pkt_options_encode(choose_options(me, peer, s), o);
	if (error)
		return error;
	t->src_port = me->port;
	t->dst_port = peer->port;
	t->window = choose_window(me, s);
	t->urgent = s->urgent;
	t->flags = s->flags;
	t->options_n = o->n;
	memcpy(t->options, o->bytes, sizeof(t->options));
	return NULL;
}

const char *pkt_send(struct pkt_conn *c, int side, const struct pkt_seg *s,
		     int64_t elapsed, struct pkt_buf *out)
{
	struct pkt_end *me = &c->end[side];
	struct pkt_ip ip = { .protocol = 6 };
	struct pkt_tcp tcp = { 0 };
	struct pkt_options options = { 0 };
	struct pkt_buf packet = { 0 };
	const char *error = fill(c, side, s, elapsed, &tcp, &options);

	if (error)
		return error;
	memcpy(ip.src, me->addr, sizeof(ip.src));
	memcpy(ip.dst, c->end[!side].addr, sizeof(ip.dst));
	ip.id = choose_id(me, s);
	ip.ttl = s->given & PKT_TTL ? s->ttl : me->ttl;
	ip.tos = s->given & PKT_TOS ? s->tos : me->tos;
	ip.may_fragment = s->given & PKT_FRAGMENTABLE;
	ip.hop_by_hop = s->given & PKT_HOP_BY_HOP;
	pkt_put_tcp(&ip, &tcp, &s->payload, &packet);
	pkt_buf_release(&me->last);
	if (!pkt_put_ip(&ip, &packet, &me->last))
		error = "too long for an IP packet";
	pkt_put(out, me->last.p, me->last.n);
	out->failed |= packet.failed || me->last.failed;
	pkt_buf_release(&packet);
	remember(c, side, s, &tcp, &options);
	return error;
}
