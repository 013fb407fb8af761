#include "pkt_build.h"

#include <string.h>

#include "pkt_buf.h"
#include "pkt_link.h"
#include "pkt_words.h"

enum {
	PROTOCOL_ICMP = 1,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_ICMPV6 = 58,
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
};

static uint32_t sum(const uint8_t *p, size_t n, uint32_t from)
{
	uint64_t s = from;

	for (size_t i = 0; i + 1 < n; i += 2)
		s += (uint32_t)(p[i] << 8 | p[i + 1]);
	if (n % 2)
		s += (uint32_t)p[n - 1] << 8;
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint32_t)s;
}

static uint16_t checksum(const uint8_t *p, size_t n, uint32_t from)
{
	return (uint16_t)~sum(p, n, from);
}

// The pseudo header of RFC 9293, section 3.1, and RFC 8200, section 8.1: both
// sum up to the same.
static uint32_t pseudo(const struct pkt_ip *ip, unsigned protocol, size_t n)
{
	size_t skip = pkt_addr_is_v4(ip->src) ? 12 : 0;
	uint32_t s = sum(ip->src + skip, 16 - skip, protocol);

	s = sum(ip->dst + skip, 16 - skip, s);
	return s + (uint32_t)(n >> 16) + (uint32_t)(n & 0xffff);
}

uint16_t pkt_ethertype(const struct pkt_ip *ip)
{
	return pkt_addr_is_v4(ip->src) ? 0x0800 : 0x86dd;
}

static void put_ipv4(const struct pkt_ip *ip, size_t n, struct pkt_buf *out)
{
	size_t at = out->n;

	pkt_put8(out, 0x45);
	pkt_put8(out, ip->tos);
	pkt_put16(out, (unsigned)(IPV4_HEADER + n));
	pkt_put16(out, ip->id);
	pkt_put16(out, ip->may_fragment ? 0 : 0x4000);
	pkt_put8(out, ip->ttl);
	pkt_put8(out, ip->protocol);
	pkt_put16(out, 0);
	pkt_put(out, ip->src + 12, 4);
	pkt_put(out, ip->dst + 12, 4);
	if (!out->failed)
		pkt_set16(out, at + 10, checksum(out->p + at, IPV4_HEADER, 0));
}

static void put_ipv6(const struct pkt_ip *ip, size_t n, struct pkt_buf *out)
{
	static const uint8_t padn[] = { 1, 4, 0, 0, 0, 0 };

	pkt_put32(out, 6u << 28 | (uint32_t)ip->tos << 20);
	pkt_put16(out, (unsigned)n);
	pkt_put8(out, ip->hop_by_hop ? 0 : ip->protocol);
	pkt_put8(out, ip->ttl);
	pkt_put(out, ip->src, 16);
	pkt_put(out, ip->dst, 16);
	if (ip->hop_by_hop) {
		pkt_put8(out, ip->protocol);
		pkt_put8(out, 0);
		pkt_put(out, padn, sizeof(padn));
	}
}

bool pkt_put_ip(const struct pkt_ip *ip, const struct pkt_buf *payload,
		struct pkt_buf *out)
{
	if (payload->n > 65535 - IPV6_HEADER)
		return false;
	if (pkt_addr_is_v4(ip->src))
		put_ipv4(ip, payload->n, out);
	else
		put_ipv6(ip, payload->n + (ip->hop_by_hop ? 8 : 0), out);
	pkt_put(out, payload->p, payload->n);
	return true;
}

void pkt_put_tcp(const struct pkt_ip *ip, const struct pkt_tcp *tcp,
		 const struct pkt_buf *payload, struct pkt_buf *out)
{
	size_t at = out->n;

	pkt_put16(out, tcp->src_port);
	pkt_put16(out, tcp->dst_port);
	pkt_put32(out, tcp->seq);
	pkt_put32(out, tcp->ack);
	pkt_put8(out, (unsigned)(5 + tcp->options_n / 4) << 4);
	pkt_put8(out, tcp->flags);
	pkt_put16(out, tcp->window);
	pkt_put16(out, 0);
	pkt_put16(out, tcp->urgent);
	pkt_put(out, tcp->options, tcp->options_n);
	pkt_put(out, payload->p, payload->n);
	if (!out->failed)
		pkt_set16(out, at + 16,
			  checksum(out->p + at, out->n - at,
				   pseudo(ip, PROTOCOL_TCP, out->n - at)));
}

void pkt_put_udp(const struct pkt_ip *ip, uint16_t src_port, uint16_t dst_port,
		 const struct pkt_buf *payload, struct pkt_buf *out)
{
	size_t at = out->n;

	pkt_put16(out, src_port);
	pkt_put16(out, dst_port);
	pkt_put16(out, (unsigned)(8 + payload->n));
	pkt_put16(out, 0);
	pkt_put(out, payload->p, payload->n);
	if (!out->failed)
		pkt_set16(out, at + 6,
			  checksum(out->p + at, out->n - at,
				   pseudo(ip, PROTOCOL_UDP, out->n - at)));
}

void pkt_put_icmp(const struct pkt_ip *ip, unsigned type, unsigned code,
		  const struct pkt_buf *quote, struct pkt_buf *out)
{
	size_t at = out->n;
	bool v4 = pkt_addr_is_v4(ip->src);

	pkt_put8(out, type);
	pkt_put8(out, code);
	pkt_put16(out, 0);
	pkt_put32(out, 0);
	pkt_put(out, quote->p, quote->n);
	if (out->failed)
		return;
	size_t n = out->n - at;
	pkt_set16(
	    out, at + 2,
	    checksum(out->p + at, n, v4 ? 0 : pseudo(ip, PROTOCOL_ICMPV6, n)));
}

void pkt_put_arp(const uint8_t asker[16], const uint8_t asked[16],
		 struct pkt_buf *out)
{
	uint8_t mac[6];

	pkt_mac(asker, mac);
	pkt_put16(out, 1);
	pkt_put16(out, 0x0800);
	pkt_put8(out, sizeof(mac));
	pkt_put8(out, 4);
	pkt_put16(out, 1);
	pkt_put(out, mac, sizeof(mac));
	pkt_put(out, asker + 12, 4);
	pkt_fill(out, 0, sizeof(mac));
	pkt_put(out, asked + 12, 4);
}
