#include "pkt_event.h"

#include <stdio.h>
#include <string.h>

// What one segment line says besides the segment itself.
struct extra {
	const char *comment;
	uint32_t cut;
};

static bool take_flags(const char *word, uint8_t *flags)
{
	static const char letters[] = "FSRP.UEW";

	*flags = 0;
	for (; *word; word++) {
		const char *l = strchr(letters, *word);

		if (!l)
			return false;
		*flags |= (uint8_t)(1 << (l - letters));
	}
	return true;
}

// "1:27(26)", "1:27", "1", "=1555385682", "(26)".
static bool take_range(const char *word, struct pkt_seg *seg)
{
	unsigned from, to, len;
	int n = 0;

	if (sscanf(word, "(%u)%n", &len, &n) == 1 && n && !word[n]) {
		seg->len = len;
		return true;
	}
	if (*word == '=') {
		seg->given |= PKT_SEQ_ABSOLUTE;
		word++;
	}
	seg->given |= PKT_SEQ;
	if (sscanf(word, "%u:%u%n", &from, &to, &n) == 2) {
		bool said = sscanf(word + n, "(%u)%n", &len, &n) == 1;

		seg->seq = from;
		seg->len = to - from;
		return seg->len < 65536 && (!said || len == seg->len) &&
		       (said || !word[n]);
	}
	return pkt_number(word, UINT32_MAX, &seg->seq);
}

static bool take_ack(const char *word, struct pkt_seg *seg)
{
	seg->given |= PKT_ACKNO;
	if (word && *word == '=') {
		seg->given |= PKT_ACK_ABSOLUTE;
		word++;
	}
	return pkt_number(word, UINT32_MAX, &seg->ack);
}

static bool take_mark(const char *word, struct pkt_seg *seg)
{
	static const struct {
		const char *name;
		uint16_t given;
	} marks[] = {
		{ "undelivered", PKT_UNDELIVERED },
		{ "uncaptured", PKT_UNCAPTURED },
		{ "nodf", PKT_FRAGMENTABLE },
		{ "hop-by-hop", PKT_HOP_BY_HOP },
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (strcmp(marks[i].name, word) == 0) {
			seg->given |= marks[i].given;
			return true;
		}
	}
	return false;
}

static bool take_number(const char *word, const char *value,
			struct pkt_seg *seg, struct extra *x)
{
	uint32_t v;

	if (!pkt_number(value, UINT32_MAX, &v))
		return false;
	if (strcmp(word, "win") == 0) {
		seg->given |= PKT_WINDOW;
		seg->window = (uint16_t)v;
	} else if (strcmp(word, "id") == 0) {
		seg->given |= PKT_ID;
		seg->id = (uint16_t)v;
	} else if (strcmp(word, "ttl") == 0) {
		seg->given |= PKT_TTL;
		seg->ttl = (uint8_t)v;
	} else if (strcmp(word, "tos") == 0) {
		seg->given |= PKT_TOS;
		seg->tos = (uint8_t)v;
	} else if (strcmp(word, "urg") == 0) {
		seg->urgent = (uint16_t)v;
	} else if (strcmp(word, "cut") == 0) {
		x->cut = v;
	} else {
		return false;
	}
	return true;
}

static bool take_word(const char *word, struct pkt_words *w,
		      struct pkt_seg *seg, struct extra *x)
{
	if (*word == '<')
		seg->options = word + 1;
	else if (*word == '"')
		return pkt_text(word, &seg->payload);
	else if (strchr("=(0123456789", *word))
		return take_range(word, seg);
	else if (strcmp(word, "ack") == 0)
		return take_ack(pkt_next(w), seg);
	else if (strcmp(word, "hex") == 0)
		return pkt_hex(pkt_next(w), &seg->payload);
	else if (strcmp(word, "comment") == 0)
		return (x->comment = pkt_next(w)) && *x->comment++ == '"';
	else
		return take_mark(word, seg) ||
		       take_number(word, pkt_next(w), seg, x);
	return true;
}

// Fills up to the length that the line says; a payload sets it if it doesn't.
static bool take_payload(struct pkt_seg *seg)
{
	if (seg->len == 0)
		seg->len = (uint32_t)seg->payload.n;
	if (seg->payload.n > seg->len)
		return false;
	for (uint32_t i = (uint32_t)seg->payload.n; i < seg->len; i++)
		pkt_put8(&seg->payload, 'a' + i % 26);
	return true;
}

static bool send(struct pkt_script *s, struct pkt_conn *c, int side,
		 const struct pkt_seg *seg, const struct extra *x)
{
	struct pkt_buf packet = { 0 };
	struct pkt_hop hop = { .outgoing = side == s->vantage };
	const char *error;
	bool ok;

	error = pkt_send(c, side, seg, s->now - s->start, &packet);
	memcpy(hop.src, c->end[side].addr, sizeof(hop.src));
	memcpy(hop.dst, c->end[!side].addr, sizeof(hop.dst));
	hop.ethertype = pkt_addr_is_v4(hop.src) ? 0x0800 : 0x86dd;
	if (error)
		ok = pkt_state_error(s, error, NULL);
	else if (seg->given & PKT_UNCAPTURED)
		ok = true;
	else
		ok = pkt_state_frame(s, &hop, &packet, x->cut, x->comment);
	pkt_buf_release(&packet);
	return ok;
}

static bool segment_line(struct pkt_script *s, struct pkt_words *w,
			 struct pkt_conn *c, int side)
{
	struct pkt_seg seg = { 0 };
	struct extra x = { .cut = UINT32_MAX };
	const char *word = pkt_next(w);
	bool ok = true;

	if (!c->end[1].stack)
		return pkt_state_error(s, "the connection has no server", NULL);
	if (!word || !take_flags(word, &seg.flags))
		return pkt_state_error(s, "no flags", word);
	while (ok && (word = pkt_next(w))) {
		ok = take_word(word, w, &seg, &x) ||
		     pkt_state_error(s, "can't make sense of", word);
	}
	if (ok && !take_payload(&seg))
		ok = pkt_state_error(s, "more payload than length", NULL);
	ok = ok && send(s, c, side, &seg, &x);
	pkt_buf_release(&seg.payload);
	return ok;
}

// icmp TYPE/CODE from ADDRESS to END [ttl N]: quotes END's last packet.
static bool icmp_line(struct pkt_script *s, struct pkt_words *w)
{
	const char *what = pkt_next(w), *from = pkt_next(w);
	struct pkt_ip ip = { .ttl = 64 };
	struct pkt_buf body = { 0 }, packet = { 0 }, quote;
	struct pkt_hop hop = { 0 };
	struct pkt_conn *c;
	unsigned type, code;
	uint32_t ttl;
	int side;

	if (!what || sscanf(what, "%3u/%3u", &type, &code) != 2 || !from ||
	    !pkt_addr(pkt_next(w), ip.src) || !pkt_next(w) ||
	    !pkt_state_side(s, pkt_next(w), &c, &side))
		return pkt_state_error(s, "icmp TYPE/CODE from ADDR to END",
				       NULL);
	if (pkt_next(w) && pkt_number(pkt_next(w), 255, &ttl))
		ip.ttl = (uint8_t)ttl;
	memcpy(ip.dst, c->end[side].addr, sizeof(ip.dst));
	memcpy(hop.src, ip.src, sizeof(hop.src));
	memcpy(hop.dst, ip.dst, sizeof(hop.dst));
	hop.ethertype = pkt_ethertype(&ip);
	ip.protocol = pkt_addr_is_v4(ip.src) ? 1 : 58;
	quote = c->end[side].last;
	if (quote.n > 548) // RFC 1812, 4.3.2.3: 576 bytes in all
		quote.n = 548;
	pkt_put_icmp(&ip, type, code, &quote, &body);
	pkt_put_ip(&ip, &body, &packet);
	bool ok = pkt_state_frame(s, &hop, &packet, UINT32_MAX, NULL);
	pkt_buf_release(&body);
	pkt_buf_release(&packet);
	return ok;
}

// udp ADDRESS:PORT > ADDRESS:PORT BYTES
static bool udp_line(struct pkt_script *s, struct pkt_words *w)
{
	struct pkt_ip ip = { .ttl = 64, .protocol = 17 };
	struct pkt_buf data = { 0 }, body = { 0 }, packet = { 0 };
	struct pkt_hop hop = { 0 };
	uint16_t from, to;
	uint32_t n;

	if (!pkt_addr_port(pkt_next(w), ip.src, &from) || !pkt_next(w) ||
	    !pkt_addr_port(pkt_next(w), ip.dst, &to) ||
	    !pkt_number(pkt_next(w), 1472, &n))
		return pkt_state_error(s, "udp ADDR:PORT > ADDR:PORT BYTES",
				       NULL);
	memcpy(hop.src, ip.src, sizeof(hop.src));
	memcpy(hop.dst, ip.dst, sizeof(hop.dst));
	hop.ethertype = pkt_ethertype(&ip);
	pkt_fill(&data, 'u', n);
	pkt_put_udp(&ip, from, to, &data, &body);
	pkt_put_ip(&ip, &body, &packet);
	bool ok = pkt_state_frame(s, &hop, &packet, UINT32_MAX, NULL);
	pkt_buf_release(&data);
	pkt_buf_release(&body);
	pkt_buf_release(&packet);
	return ok;
}

// arp ADDRESS asks ADDRESS
static bool arp_line(struct pkt_script *s, struct pkt_words *w)
{
	struct pkt_hop hop = { .ethertype = PKT_ETHERTYPE_ARP,
			       .broadcast = true };
	struct pkt_buf packet = { 0 };

	if (!pkt_addr(pkt_next(w), hop.src) || !pkt_next(w) ||
	    !pkt_addr(pkt_next(w), hop.dst))
		return pkt_state_error(s, "arp ADDR asks ADDR", NULL);
	pkt_put_arp(hop.src, hop.dst, &packet);
	bool ok = pkt_state_frame(s, &hop, &packet, UINT32_MAX, NULL);
	pkt_buf_release(&packet);
	return ok;
}

bool pkt_event(struct pkt_script *s, struct pkt_words *w)
{
	static const struct {
		const char *name;
		bool (*take)(struct pkt_script *s, struct pkt_words *w);
	} events[] = {
		{ "icmp", icmp_line },
		{ "udp", udp_line },
		{ "arp", arp_line },
	};
	const char *word = pkt_next(w);
	struct pkt_conn *c;
	int side;

	if (pkt_state_side(s, word, &c, &side))
		return segment_line(s, w, c, side);
	for (size_t i = 0; word && i < sizeof(events) / sizeof(events[0]);
	     i++) {
		if (strcmp(events[i].name, word) == 0)
			return events[i].take(s, w);
	}
	return pkt_state_error(s, "no such end of a connection", word);
}
