// IP, TCP, UDP, ICMP and ARP packets as bytes, with valid checksums.
#ifndef PKT_BUILD_H
#define PKT_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pkt_buf;

enum { PKT_ETHERTYPE_ARP = 0x0806 };

struct pkt_ip {
	uint8_t src[16], dst[16]; // both IPv4 (mapped) or both IPv6
	uint16_t id;
	uint8_t ttl, tos, protocol;
	bool may_fragment; // IPv4: DF is clear
	bool hop_by_hop;   // IPv6: an extension header of padding first
};

struct pkt_tcp {
	uint16_t src_port, dst_port;
	uint32_t seq, ack;
	uint16_t window, urgent;
	uint8_t flags;
	uint8_t options[40];
	size_t options_n; // a multiple of four
};

uint16_t pkt_ethertype(const struct pkt_ip *ip);

// Appends an IP packet. False: longer than IP can say.
bool pkt_put_ip(const struct pkt_ip *ip, const struct pkt_buf *payload,
		struct pkt_buf *out);

// Each appends one transport packet, for pkt_put_ip().
void pkt_put_tcp(const struct pkt_ip *ip, const struct pkt_tcp *tcp,
		 const struct pkt_buf *payload, struct pkt_buf *out);
void pkt_put_udp(const struct pkt_ip *ip, uint16_t src_port, uint16_t dst_port,
		 const struct pkt_buf *payload, struct pkt_buf *out);
// An ICMP or ICMPv6 error that quotes a packet.
void pkt_put_icmp(const struct pkt_ip *ip, unsigned type, unsigned code,
		  const struct pkt_buf *quote, struct pkt_buf *out);

// "Who has asked? Tell asker."
void pkt_put_arp(const uint8_t asker[16], const uint8_t asked[16],
		 struct pkt_buf *out);

#endif
