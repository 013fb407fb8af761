// The lab's own view of an IP packet: just enough to route it, to match rules
// against it and to measure windows. Reads and forges.
#ifndef LAB_SEG_H
#define LAB_SEG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/side.h"

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16, URG = 32 };

// Where the hosts live: IPv4 10.BASE.i.i for clients, 10.BASE+1.i.i for
// servers, IPv6 fd77:BASE::SIDE:...:i. Every play has an index i of its own,
// so that its packets are known by their addresses.
struct place {
	uint8_t base;
	uint16_t index;
	enum side side;
	bool v6;
};

enum { SEG_ROOM = 128 }; // enough for any packet that is forged here

struct seg {
	bool v6;
	bool icmp; // an ICMP error; ports and seq are the quoted ones
	uint8_t ttl;
	uint8_t flags;
	uint16_t window;         // unscaled
	struct place src, dst;   // of the packet itself
	struct place quoted_src; // of the segment an ICMP error quotes
	uint16_t src_port, dst_port;
	uint32_t seq, ack, len; // len: payload bytes on the wire
	int wscale;             // -1: option absent
	bool timestamps;
	uint32_t ts_val;
};

// Fills the 16 or 4 bytes of an address; returns how many.
size_t place_bytes(const struct place *at, uint8_t out[16]);

// False: not TCP or an ICMP error about TCP, or not between the lab's places.
bool seg_read(const uint8_t *p, size_t n, struct seg *out);

// Writes the packet that *s describes, with correct checksums, and returns its
// length; 0 if room doesn't suffice. With s->timestamps, ts_val goes out.
size_t seg_forge(const struct seg *s, uint16_t ip_id, uint8_t *out,
		 size_t room);

// The kernel's answer to a segment that fits no socket.
struct seg seg_passive_rst(const struct seg *trigger, uint8_t ttl);

// An ICMP error (type and code of the packet's own family) that quotes packet.
size_t seg_forge_icmp(const uint8_t *packet, size_t n, uint8_t type,
		      uint8_t code, uint8_t *out, size_t room);

// Lowers TTL or hop limit by hops, keeping the IPv4 header checksum right.
void seg_age(uint8_t *p, size_t n, uint8_t hops);

#endif
