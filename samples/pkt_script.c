#include "pkt_script.h"

#include "base/nanoseconds.h"
#include "pkt_event.h"

#include <stdio.h>
#include <string.h>

void pkt_script_init(struct pkt_script *s)
{
	memset(s, 0, sizeof(*s));
	s->link = pkt_link_by_name("ethernet");
	s->format.link = s->link->type;
	s->format.snaplen = 262144;
	s->vantage = -1;
	s->start = s->now = 1767603600 * SECOND; // 2026-01-05T09:00:00Z
}

void pkt_script_release(struct pkt_script *s)
{
	for (size_t i = 0; i < s->conns; i++)
		pkt_conn_release(&s->conn[i]);
	pkt_buf_release(&s->out);
}

static bool link_line(struct pkt_script *s, struct pkt_words *w)
{
	const char *word = pkt_next(w);
	uint32_t v;

	s->link = word ? pkt_link_by_name(word) : NULL;
	if (!s->link)
		return pkt_state_error(s, "no such link type", word);
	s->format.link = s->link->type;
	for (unsigned i = 0; i < s->link->tags; i++) {
		if (!pkt_number(pkt_next(w), 4095, &v))
			return pkt_state_error(s, "a VLAN id is missing", NULL);
		s->tag[i] = (uint16_t)v;
	}
	return true;
}

static bool file_line(struct pkt_script *s, struct pkt_words *w)
{
	const struct {
		const char *name;
		bool *set;
	} words[] = {
		{ "big", &s->format.big },
		{ "nano", &s->format.nano },
		{ "pcapng", &s->format.pcapng },
	};
	const char *word;

	while ((word = pkt_next(w))) {
		size_t i = 0;

		while (i < 3 && strcmp(words[i].name, word) != 0)
			i++;
		if (i < 3)
			*words[i].set = true;
		else if (strcmp(word, "snaplen") != 0 ||
			 !pkt_number(pkt_next(w), 262144, &s->format.snaplen))
			return pkt_state_error(s, "unknown word", word);
	}
	return true;
}

static bool start_line(struct pkt_script *s, struct pkt_words *w)
{
	const char *word = pkt_next(w);

	if (!pkt_date(word, &s->start))
		return pkt_state_error(s, "not a date and time in UTC", word);
	s->now = s->start;
	return true;
}

static bool vantage_line(struct pkt_script *s, struct pkt_words *w)
{
	const char *word = pkt_next(w);

	s->vantage = word && strcmp(word, "client") == 0 ? 0 : 1;
	return (word && (!s->vantage || strcmp(word, "server") == 0)) ||
	       pkt_state_error(s, "captured at client or server?", word);
}

static bool twice_line(struct pkt_script *s, struct pkt_words *w)
{
	const char *word = pkt_next(w);

	return pkt_seconds(word, &s->again) ||
	       pkt_state_error(s, "not a number of seconds", word);
}

// A word of a client or server line that has a number behind it.
static bool end_number(struct pkt_end *e, const char *word, const char *value)
{
	uint32_t v;

	if (!pkt_number(value, UINT32_MAX, &v))
		return false;
	if (strcmp(word, "ttl") == 0)
		e->ttl = (uint8_t)v;
	else if (strcmp(word, "tos") == 0)
		e->tos = (uint8_t)v;
	else if (strcmp(word, "id") == 0)
		e->id = (uint16_t)v;
	else if (strcmp(word, "win") == 0)
		e->window = (uint16_t)v;
	else if (strcmp(word, "clock") == 0)
		e->clock = v;
	else if (strcmp(word, "hz") == 0)
		e->hz = v;
	else if (strcmp(word, "isn") == 0)
		e->isn = v;
	else
		return false;
	return true;
}

static bool end_word(struct pkt_script *s, struct pkt_words *w,
		     const char *word, int side)
{
	struct pkt_end *e = &s->conn[s->conns - 1].end[side];
	const struct pkt_stack *stack = pkt_stack_by_name(word);

	if (stack) {
		e->stack = stack;
		e->ttl = stack->ttl;
		e->window = stack->window[side];
		return true;
	}
	// Alive before the capture began: relative numbers have a base.
	if (strcmp(word, "midstream") == 0) {
		e->isn_known = e->spoke = e->timestamps = true;
		e->next = e->isn + 1;
		return true;
	}
	return end_number(e, word, pkt_next(w)) ||
	       pkt_state_error(s, "unknown word or no number behind it", word);
}

static bool end_line(struct pkt_script *s, struct pkt_words *w, int side)
{
	struct pkt_end *e = &s->conn[s->conns - 1].end[side];
	const char *word = pkt_next(w);

	pkt_end_init(e, side, (unsigned)s->conns);
	if (!pkt_addr_port(word, e->addr, &e->port))
		return pkt_state_error(s, "not an address and port", word);
	while ((word = pkt_next(w))) {
		if (!end_word(s, w, word, side))
			return false;
	}
	return true;
}

static bool client_line(struct pkt_script *s, struct pkt_words *w)
{
	if (s->conns == PKT_CONNECTIONS)
		return pkt_state_error(s, "too many connections", NULL);
	s->conns++;
	return end_line(s, w, 0);
}

// What an end knows of a peer that was alive before the capture.
static void know(struct pkt_end *e, const struct pkt_end *peer)
{
	if (!peer->isn_known)
		return;
	e->got = e->heard = peer->next;
	e->recent = peer->clock;
}

static bool server_line(struct pkt_script *s, struct pkt_words *w)
{
	struct pkt_conn *c = s->conns ? &s->conn[s->conns - 1] : NULL;

	if (!c || c->end[1].stack)
		return pkt_state_error(s, "a server without a client", NULL);
	if (!end_line(s, w, 1))
		return false;
	know(&c->end[0], &c->end[1]);
	know(&c->end[1], &c->end[0]);
	return pkt_addr_is_v4(c->end[0].addr) ==
		   pkt_addr_is_v4(c->end[1].addr) ||
	       pkt_state_error(s, "two versions of IP", NULL);
}

static const struct {
	const char *name;
	bool (*take)(struct pkt_script *s, struct pkt_words *w);
} statements[] = {
	{ "link", link_line },     { "file", file_line },
	{ "start", start_line },   { "captured-at", vantage_line },
	{ "twice", twice_line },   { "client", client_line },
	{ "server", server_line },
};

// "+0.25" after the line before, "0.25" after the start, "15:15:28.5" on the
// start's day, or on the next one if that lies before the start.
static bool take_time(struct pkt_script *s, const char *word)
{
	int64_t v, day = s->start - s->start % DAY;

	if (*word == '+' && pkt_seconds(word + 1, &v))
		s->now += v;
	else if (pkt_seconds(word, &v))
		s->now = s->start + v;
	else if (pkt_clock(word, &v))
		s->now = day + v + (day + v < s->start ? DAY : 0);
	else
		return pkt_state_error(s, "neither a statement nor a time",
				       word);
	return true;
}

bool pkt_script_line(struct pkt_script *s, char *line)
{
	struct pkt_words w;
	const char *word;

	if (!pkt_split(line, &w))
		return pkt_state_error(s, "a quote or bracket is not closed",
				       NULL);
	word = pkt_next(&w);
	if (!word)
		return true;
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]);
	     i++) {
		if (strcmp(statements[i].name, word) == 0)
			return statements[i].take(s, &w);
	}
	return take_time(s, word) && pkt_event(s, &w);
}

bool pkt_script_end(struct pkt_script *s)
{
	if (!s->begun)
		pkt_file_begin(&s->format, &s->out);
	return !s->out.failed || pkt_state_error(s, "out of memory", NULL);
}
