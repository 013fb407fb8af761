// What tcpwhy reasons about: a TCP segment, and an ICMP error that quotes one.
// And the reason why a frame is neither. Plain data, which layers fill and
// everything behind them reads.
#ifndef TCPWHY_SEGMENT_H
#define TCPWHY_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
	TCP_ECE = 0x40,
	TCP_CWR = 0x80,
};

// Options that a segment carried (segment.options).
enum tcp_option {
	OPT_MSS = 0x01,
	OPT_WSCALE = 0x02,
	OPT_SACK_OK = 0x04,
	OPT_SACK = 0x08,
	OPT_TIMESTAMP = 0x10,
	OPT_MPTCP = 0x20,     // kind 30 (RFC 8684)
	OPT_FAST_OPEN = 0x40, // kind 34 (RFC 7413)
	OPT_CUT = 0x80,       // the options were not captured whole
};

// MPTCP subtypes seen (segment.mptcp), RFC 8684 section 8.
enum { MPTCP_FASTCLOSE = 1 << 7, MPTCP_TCPRST = 1 << 8 };

// Layers around the innermost IP header (segment.tunnel), a bit each.
enum tunnel {
	TUNNEL_VLAN = 0x01,
	TUNNEL_MPLS = 0x02,
	TUNNEL_PPPOE = 0x04,
	TUNNEL_GRE = 0x08,
	TUNNEL_IP = 0x10, // IP in IP, 6in4, 4in6
	TUNNEL_VXLAN = 0x20,
	TUNNEL_GENEVE = 0x40,
	TUNNEL_GTP = 0x80,
	TUNNEL_OTHER = 0x100, // Teredo, AH, ...
};

struct segment {
	// What a log keeps, in its order (segment_log.h).
	int64_t time;   // nanoseconds since 1970-01-01 UTC
	uint64_t frame; // frame_id()
	uint32_t seq, ack;
	uint32_t len;    // payload bytes on the wire, from the IP header
	uint32_t ts_val; // RFC 7323, if OPT_TIMESTAMP
	uint16_t window; // as in the header, unscaled
	uint16_t ip_id;  // 0 for IPv6
	uint8_t flags;   // enum tcp_flag
	uint8_t options; // enum tcp_option
	uint8_t ttl;     // TTL or hop limit, as captured
	uint8_t more;    // segment_is_goodbye() and the like

	struct addr src, dst;
	uint16_t src_port, dst_port;
	uint16_t tunnel;   // enum tunnel
	uint16_t mptcp;    // 1 << subtype for each one seen
	bool may_fragment; // IPv4 without DF
};

// Bits of segment.more. MORE_OWN is for the owner of the segment: decoding
// leaves it 0.
enum {
	MORE_OWN = 0x01,
	MORE_GOODBYE = 0x02,
	MORE_SCALE = 1, // shift of a SYN's window scale
	MORE_STACK = 5, // ... and of its stack
};

// True if its payload is one TLS record that may be a close_notify alert:
// whether it is one, encryption hides. Not looked for in SYNs.
static inline bool segment_is_goodbye(const struct segment *s)
{
	return !(s->flags & TCP_SYN) && s->more & MORE_GOODBYE;
}

// Shift count of a SYN, at most 14, if OPT_WSCALE.
static inline uint8_t segment_scale(const struct segment *s)
{
	return s->flags & TCP_SYN ? s->more >> MORE_SCALE & 15 : 0;
}

// enum stack that a SYN's options and TTL speak of (p0f's way); STACK_UNKNOWN
// on others.
static inline uint8_t segment_stack(const struct segment *s)
{
	return s->flags & TCP_SYN ? s->more >> MORE_STACK : 0;
}

struct icmp_error {
	int64_t time;
	uint64_t frame;
	struct addr from;     // who sent the ICMP message
	struct addr src, dst; // of the quoted segment
	uint16_t src_port, dst_port;
	uint32_t seq; // of the quoted segment
	uint8_t type, code;
	bool ipv6; // ICMPv6
	// The snap length cut the quote: neither ports nor number are known,
	// and only the first bytes of dst, at least one.
	bool cut;
	uint8_t dst_bytes; // of struct addr
};

enum packet_kind {
	PACKET_SEGMENT,      // packet.segment is filled
	PACKET_ICMP_ERROR,   // packet.icmp is filled
	PACKET_NOT_IP,       // ARP, LLDP, ...: a link type we know, no IP in it
	PACKET_NOT_TCP,      // IP, but UDP, ICMP that is no error on TCP, ...
	PACKET_FRAGMENT,     // a later IP fragment: counted, not guessed at
	PACKET_CUT,          // the capture holds too little of it (snap length)
	PACKET_MALFORMED,    // contradicts its own lengths or versions
	PACKET_UNKNOWN_LINK, // a link type that link.c has no row for
	PACKET_TOO_DEEP,     // more layers than packet.c unwraps
	PACKET_KINDS
};

// What a frame is.
struct packet {
	enum packet_kind kind;
	union {
		struct segment segment;
		struct icmp_error icmp;
	};
};

#endif
