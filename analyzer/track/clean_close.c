#include "track/clean_close.h"

#include "base/nanoseconds.h"
#include "base/seq.h"
#include "track/exchange.h"

// A segment has less; and as many as a log holds stay within a window, so
// that the state calls none of them far off.
enum { LEN_MOST = 1 << 22 };

// What has been sent so far, by side.
struct life {
	uint32_t snd_nxt[2]; // behind the highest number sent
	uint32_t ack[2];     // highest sent
	uint32_t fin[2];     // behind the FIN
	bool closed[2];      // the FIN was sent ...
	bool knew[2];        // ... and acknowledged the other's
	uint64_t bytes[2];
	uint32_t packets[2];
	int64_t said_at;      // the client's last payload ...
	int64_t fin_at[2];    // the FINs
	uint32_t seen[2];     // acknowledged with a side's last payload ...
	uint32_t fin_seen[2]; // ... with its FIN
};

static bool opens(const struct log_entry *syn, const struct log_entry *syn_ack,
		  struct life *l)
{
	const uint8_t both = TCP_SYN | TCP_ACK | TCP_FIN | TCP_RST;

	if ((syn->flags & both) != TCP_SYN || log_entry_side(syn) != CLIENT ||
	    (syn_ack->flags & both) != (TCP_SYN | TCP_ACK) ||
	    log_entry_side(syn_ack) != SERVER || syn->len || syn_ack->len ||
	    syn_ack->ack != syn->seq + 1)
		return false;
	l->snd_nxt[CLIENT] = syn->seq + 1;
	l->snd_nxt[SERVER] = syn_ack->seq + 1;
	l->ack[SERVER] = syn_ack->ack;
	l->ack[CLIENT] = syn_ack->seq; // so that the next is news
	l->packets[CLIENT] = l->packets[SERVER] = 1;
	l->seen[CLIENT] = syn_ack->seq + 1;
	l->seen[SERVER] = syn->seq + 1;
	return true;
}

static bool is_over(const struct life *l)
{
	return l->closed[CLIENT] && l->closed[SERVER] &&
	       !seq_lt(l->ack[CLIENT], l->fin[SERVER]) &&
	       !seq_lt(l->ack[SERVER], l->fin[CLIENT]);
}

// The next segment in its place: it carries the next byte or acknowledges news,
// and comes from a side that may still speak. So nothing goes on after the end.
static bool goes_on(struct life *l, const struct log_entry *k)
{
	enum side x = log_entry_side(k), y = !x;
	bool fin = k->flags & TCP_FIN;

	if ((k->flags & (TCP_SYN | TCP_RST | TCP_ACK)) != TCP_ACK ||
	    k->seq != l->snd_nxt[x] || !k->window ||
	    seq_lt(k->ack, l->ack[x]) || seq_lt(l->snd_nxt[y], k->ack))
		return false;
	if (k->len || fin) {
		if (l->closed[x] || k->len > LEN_MOST)
			return false;
		l->snd_nxt[x] += k->len + fin;
		l->bytes[x] += k->len;
		if (k->len)
			l->seen[x] = k->ack;
		if (k->len && x == CLIENT)
			l->said_at = k->time;
	} else if (k->ack == l->ack[x]) {
		return false; // a repetition, a window update, a duplicate
	}
	l->ack[x] = k->ack;
	if (fin) {
		l->closed[x] = true;
		l->fin[x] = l->snd_nxt[x];
		l->fin_at[x] = k->time;
		l->fin_seen[x] = k->ack;
		l->knew[x] = l->closed[y] && k->ack == l->fin[y];
	}
	l->packets[x]++;
	return true;
}

static enum side closed_first(const struct life *l)
{
	bool crossed = !l->knew[CLIENT] && !l->knew[SERVER];

	return crossed ? BOTH : l->knew[CLIENT] ? SERVER : CLIENT;
}

// Somebody had waited for an answer: findings say more than a record holds.
static bool is_unanswered(const struct life *l, const struct log_entry *syn)
{
	enum side closer = closed_first(l);
	bool server = closer == SERVER;
	uint32_t said = server ? l->fin_seen[SERVER] : l->fin[CLIENT] - 1;
	struct exchange x = {
		.closer = closer,
		.opened_here = true,
		.answered = server ? said != l->fin[CLIENT] - 1
				   : l->fin_seen[CLIENT] != l->seen[CLIENT],
		.replies = l->bytes[SERVER],
		.pending =
		    seq_lt(l->seen[SERVER], said) ? said - l->seen[SERVER] : 0,
		.opened = syn->time,
		.asked = l->said_at,
		.closed = l->fin_at[server],
	};

	return exchange_end(&x) != EXCHANGE_DONE;
}

// The server's FIN came long before the end: findings tell when, which decides
// on what else it closed then (report/clusters_kind.c).
static bool is_closed_late(const struct life *l)
{
	enum { SOON_NS = 50 * MS };

	return closed_first(l) == SERVER &&
	       l->fin_at[CLIENT] - l->fin_at[SERVER] > SOON_NS;
}

static void tell_end(const struct life *l, bool unanswered,
		     struct connection *c)
{
	c->closed_first = (uint8_t)closed_first(l);
	c->actor = c->closed_first == SERVER ? SERVER : CLIENT;
	for (enum side x = CLIENT; x <= SERVER; x++) {
		c->bytes[x] = l->bytes[x];
		c->packets[x] = l->packets[x];
		c->state[x] = l->knew[x] ? STATE_CLOSED : STATE_TIME_WAIT;
	}
	c->abnormal = unanswered;
	c->reset_by = NOBODY;
	c->findings = 0;
}

enum clean_close clean_close(const struct segment_log *l, bool findings,
			     struct connection *c)
{
	const struct log_entry *syn = segment_log_entry(l, 0), *last;
	struct life life = { 0 };
	bool unanswered;

	if (l->n < 2 || !opens(syn, segment_log_entry(l, 1), &life))
		return CLEAN_CLOSE_NOT;
	for (unsigned i = 2; i < l->n; i++)
		if (!goes_on(&life, segment_log_entry(l, i)))
			return CLEAN_CLOSE_NOT;
	if (!is_over(&life))
		return CLEAN_CLOSE_OPEN;
	unanswered = is_unanswered(&life, syn);
	if (findings && (unanswered || is_closed_late(&life)))
		return CLEAN_CLOSE_NOT;
	tell_end(&life, unanswered, c);
	c->start = syn->time;
	c->first_frame = syn->frame;
	c->app.stack[CLIENT] = log_entry_stack(syn);
	c->app.stack[SERVER] = log_entry_stack(segment_log_entry(l, 1));
	last = segment_log_entry(l, l->n - 1);
	c->end = last->time;
	c->last_frame = last->frame;
	return CLEAN_CLOSE_OVER;
}
