// Frames for tests, built from the inside out: every call puts something in
// front of what is there already.
#ifndef TCPWHY_TESTS_BUILD_H
#define TCPWHY_TESTS_BUILD_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "decode/packet.h"

enum { BUILD_ROOM = 4096 };

struct build {
	uint8_t room[BUILD_ROOM];
	size_t at; // where the frame begins
};

// The TCP header that build_tcp() makes.
struct build_tcp {
	uint8_t flags;
	const char *options; // hex; a multiple of four bytes
	uint32_t seq, ack;
};

static inline struct build build_new(void)
{
	return (struct build){ .at = BUILD_ROOM };
}

static inline size_t build_size(const struct build *b)
{
	return BUILD_ROOM - b->at;
}

static inline uint8_t *build_front(struct build *b, size_t n)
{
	b->at -= n;
	memset(b->room + b->at, 0, n);
	return b->room + b->at;
}

// The bytes of a text like "81 00 0064"; anything but hex digits is a gap.
static inline void build_hex(struct build *b, const char *hex)
{
	static const char alphabet[] = "0123456789abcdef";
	uint8_t bytes[256];
	size_t digits = 0;

	memset(bytes, 0, sizeof bytes);
	for (; *hex; hex++) {
		const char *found = strchr(alphabet, *hex);
		if (!found)
			continue;
		bytes[digits / 2] =
		    (uint8_t)(bytes[digits / 2] << 4 | (found - alphabet));
		digits++;
	}
	memcpy(build_front(b, digits / 2), bytes, digits / 2);
}

static inline void build_text(struct build *b, const char *text)
{
	memcpy(build_front(b, strlen(text)), text, strlen(text));
}

static inline void put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

// From port 40000 to port 80.
static inline void build_tcp(struct build *b, struct build_tcp t)
{
	size_t before = build_size(b), n;
	uint8_t *p;

	if (t.options)
		build_hex(b, t.options);
	n = 20 + build_size(b) - before;
	p = build_front(b, 20);
	put16(p, 40000);
	put16(p + 2, 80);
	put32(p + 4, t.seq);
	put32(p + 8, t.ack);
	p[12] = (uint8_t)(n / 4 << 4);
	p[13] = t.flags;
	put16(p + 14, 502);
}

static inline void build_udp(struct build *b, size_t src, size_t dst)
{
	size_t n = build_size(b) + 8;
	uint8_t *p = build_front(b, 8);

	put16(p, src);
	put16(p + 2, dst);
	put16(p + 4, n);
}

// 10.0.0.1 to 10.0.0.2
static inline uint8_t *build_ip4(struct build *b, uint8_t protocol)
{
	static const uint8_t addrs[8] = { 10, 0, 0, 1, 10, 0, 0, 2 };
	size_t n = build_size(b) + 20;
	uint8_t *p = build_front(b, 20);

	p[0] = 0x45;
	put16(p + 2, n);
	put16(p + 4, 0x1234);
	p[6] = 0x40;
	p[8] = 64;
	p[9] = protocol;
	memcpy(p + 12, addrs, 8);
	return p;
}

// 2001:db8::1 to 2001:db8::2
static inline uint8_t *build_ip6(struct build *b, uint8_t next)
{
	static const uint8_t prefix[4] = { 0x20, 0x01, 0x0d, 0xb8 };
	size_t n = build_size(b);
	uint8_t *p = build_front(b, 40);

	p[0] = 0x60;
	put16(p + 4, n);
	p[6] = next;
	p[7] = 57;
	memcpy(p + 8, prefix, 4);
	memcpy(p + 24, prefix, 4);
	p[23] = 1;
	p[39] = 2;
	return p;
}

static inline void build_ether(struct build *b, size_t type)
{
	uint8_t *p = build_front(b, 14);

	memset(p, 0x02, 12);
	put16(p + 12, type);
}

// The frame's first cap bytes, in memory of exactly that size, so that a
// sanitizer sees a read beyond them.
static inline struct packet build_decode_cut(const struct build *b,
					     uint32_t link, size_t cap)
{
	uint8_t *exact = malloc(cap ? cap : 1);
	struct frame f = {
		.time = 1234567890,
		.id = frame_id(0, 7),
		.wire_len = (uint32_t)build_size(b),
		.cap_len = (uint32_t)cap,
		.link = link,
		.data = exact,
	};
	struct packet p;

	memcpy(exact, b->room + b->at, cap);
	packet_decode(&f, &p);
	free(exact);
	return p;
}

static inline struct packet build_decode(const struct build *b, uint32_t link)
{
	return build_decode_cut(b, link, build_size(b));
}

// A whole segment in IPv4: "hello" with timestamps.
static inline struct build build_hello(void)
{
	struct build b = build_new();

	build_text(&b, "hello");
	build_tcp(
	    &b, (struct build_tcp){ .flags = TCP_PSH | TCP_ACK,
				    .options = "01 01 08 0a 00000001 00000002",
				    .seq = 1000,
				    .ack = 2000 });
	build_ip4(&b, 6);
	return b;
}

// The same in IPv6.
static inline struct build build_hello6(void)
{
	struct build b = build_hello();

	b.at += 20;
	build_ip6(&b, 6);
	return b;
}

#endif
