// Link-layer headers, one row a link type.
#ifndef PKT_LINK_H
#define PKT_LINK_H

#include <stdbool.h>
#include <stdint.h>

struct pkt_buf;

// What a link-layer header is made from.
struct pkt_hop {
	uint8_t src[16], dst[16]; // IP addresses: MAC addresses follow
	uint16_t ethertype;
	uint16_t tag[2]; // VLAN ids, outer first
	bool outgoing;   // sent by the host that captures
	bool broadcast;
	bool big;           // the capture file's byte order
	unsigned interface; // SLL2
};

struct pkt_link {
	const char *name;
	uint32_t type; // LINKTYPE_ of the capture file
	unsigned tags; // how many VLAN ids follow its name
	void (*put)(const struct pkt_hop *hop, struct pkt_buf *out);
};

// NULL if there is none of that name.
const struct pkt_link *pkt_link_by_name(const char *name);

// The MAC address that stands for an IP address.
void pkt_mac(const uint8_t addr[16], uint8_t mac[6]);

#endif
