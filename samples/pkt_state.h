// What the lines of a script have said so far, and the capture file made of
// them.
#ifndef PKT_STATE_H
#define PKT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pkt_buf.h"
#include "pkt_conn.h"
#include "pkt_file.h"
#include "pkt_link.h"
#include "pkt_words.h"

enum { PKT_CONNECTIONS = 64, PKT_ERROR = 160 };

struct pkt_script {
	struct pkt_conn conn[PKT_CONNECTIONS];
	size_t conns;
	struct pkt_format format;
	const struct pkt_link *link;
	uint16_t tag[2];
	int vantage;        // side that captures, -1: something between them
	int64_t start, now; // ns since 1970
	int64_t again;      // every frame is seen again after that, 0: no
	bool begun;         // the file's header is in out
	struct pkt_buf out; // the capture file
	char error[PKT_ERROR];
};

// Says what is wrong; always false.
bool pkt_state_error(struct pkt_script *s, const char *what, const char *word);

// Writes one frame of the packet between two addresses at s->now.
bool pkt_state_frame(struct pkt_script *s, const struct pkt_hop *hop,
		     const struct pkt_buf *packet, uint32_t cut,
		     const char *comment);

// "C", "S", "C2", ...: the end of a connection that was declared.
bool pkt_state_side(struct pkt_script *s, const char *word,
		    struct pkt_conn **conn, int *side);

#endif
