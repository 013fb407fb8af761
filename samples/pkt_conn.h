// The two ends of a scripted connection: what a script leaves out of a segment
// is filled in as the sender's stack would.
#ifndef PKT_CONN_H
#define PKT_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "pkt_buf.h"
#include "pkt_build.h"

enum pkt_flag {
	PKT_FIN = 0x01,
	PKT_SYN = 0x02,
	PKT_RST = 0x04,
	PKT_PSH = 0x08,
	PKT_ACK = 0x10,
	PKT_URG = 0x20,
	PKT_ECE = 0x40,
	PKT_CWR = 0x80,
};

// How an operating system fills the fields that a script leaves out.
struct pkt_stack {
	const char *name;
	uint8_t ttl;
	uint16_t syn_window, syn_ack_window;
	uint16_t window[2];        // afterwards, as client and as server
	const char *syn, *syn_ack; // options
	bool id_zero;              // IPv4 ID is always 0
	bool reset_id_counts;      // ... of an answering RST goes on counting
	bool reset_bare;           // active RSTs carry no timestamps
	bool reset_window_zero;    // ... and no window
};

// NULL if there is none of that name.
const struct pkt_stack *pkt_stack_by_name(const char *name);

struct pkt_end {
	const struct pkt_stack *stack;
	uint8_t addr[16];
	uint16_t port;
	uint8_t ttl, tos;
	uint16_t id;        // of its next packet
	uint16_t window;    // of its next segment, unscaled
	uint32_t clock, hz; // timestamps: value at the start, ticks a second
	uint32_t isn;
	bool isn_known;
	bool timestamps;     // its SYN offered them
	bool spoke;          // has sent anything but a RST
	uint32_t next;       // sequence number after the last byte it sent
	uint32_t got;        // ... after the last byte it received in order
	uint32_t heard;      // acknowledgment number that it heard last
	uint32_t recent;     // timestamp that it echoes
	struct pkt_buf last; // its last IP packet, for ICMP to quote
};

struct pkt_conn {
	struct pkt_end end[2]; // client, server
};

enum pkt_given {
	PKT_SEQ = 0x001,
	PKT_ACKNO = 0x002,
	PKT_WINDOW = 0x004,
	PKT_ID = 0x008,
	PKT_TTL = 0x010,
	PKT_TOS = 0x020,
	PKT_SEQ_ABSOLUTE = 0x040,
	PKT_ACK_ABSOLUTE = 0x080,
	PKT_UNDELIVERED = 0x100,  // the other end never hears of it
	PKT_UNCAPTURED = 0x200,   // not in the capture
	PKT_FRAGMENTABLE = 0x400, // DF clear
	PKT_HOP_BY_HOP = 0x800,
};

// A segment as the script says it.
struct pkt_seg {
	uint16_t given; // enum pkt_given: which of these the script says
	uint8_t flags;
	uint8_t ttl, tos;
	uint16_t window, id, urgent;
	uint32_t seq, ack;
	uint32_t len;           // payload bytes
	const char *options;    // as tcpdump prints them, NULL: the stack's
	struct pkt_buf payload; // len bytes
};

void pkt_end_init(struct pkt_end *end, int side, unsigned number);
void pkt_conn_release(struct pkt_conn *c);

// Sends s from one side, elapsed ns after the script's start: appends an IP
// packet to out and remembers what the ends know now. Returns NULL, or what is
// wrong with the segment.
const char *pkt_send(struct pkt_conn *c, int side, const struct pkt_seg *s,
		     int64_t elapsed, struct pkt_buf *out);

#endif
