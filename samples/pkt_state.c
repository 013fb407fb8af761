#include "pkt_state.h"

#include <stdio.h>

bool pkt_state_error(struct pkt_script *s, const char *what, const char *word)
{
	snprintf(s->error, sizeof(s->error), "%s%s%s", what, word ? ": " : "",
		 word ? word : "");
	return false;
}

static void write_frame(struct pkt_script *s, struct pkt_hop *hop,
			const struct pkt_buf *packet, uint32_t cut,
			const char *comment)
{
	struct pkt_buf frame = { 0 };

	s->link->put(hop, &frame);
	pkt_put(&frame, packet->p, packet->n);
	pkt_file_packet(&s->format, s->now, &frame, cut, comment, &s->out);
	s->out.failed |= frame.failed;
	pkt_buf_release(&frame);
}

bool pkt_state_frame(struct pkt_script *s, const struct pkt_hop *hop,
		     const struct pkt_buf *packet, uint32_t cut,
		     const char *comment)
{
	struct pkt_hop h = *hop;
	int64_t now = s->now;

	if (!s->begun)
		pkt_file_begin(&s->format, &s->out);
	s->begun = true;
	h.big = s->format.big;
	h.tag[0] = s->tag[0];
	h.tag[1] = s->tag[1];
	h.interface = 2;
	write_frame(s, &h, packet, cut, comment);
	if (s->again) {
		s->now += s->again;
		h.interface = 3;
		write_frame(s, &h, packet, cut, comment);
		s->now = now;
	}
	return !s->out.failed || pkt_state_error(s, "out of memory", NULL);
}

bool pkt_state_side(struct pkt_script *s, const char *word,
		    struct pkt_conn **conn, int *side)
{
	uint32_t n = 1;

	if (!word || (*word != 'C' && *word != 'S') ||
	    (word[1] && !pkt_number(word + 1, PKT_CONNECTIONS, &n)) || n < 1 ||
	    n > s->conns)
		return false;
	*conn = &s->conn[n - 1];
	*side = *word == 'S';
	return true;
}
