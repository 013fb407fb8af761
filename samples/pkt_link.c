#include "pkt_link.h"

#include <string.h>

#include "pkt_buf.h"

enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd };

void pkt_mac(const uint8_t addr[16], uint8_t mac[6])
{
	mac[0] = 0x02; // locally administered
	mac[1] = 0;
	memcpy(mac + 2, addr + 12, 4);
}

static void put_macs(const struct pkt_hop *hop, struct pkt_buf *out)
{
	uint8_t mac[6];

	pkt_mac(hop->dst, mac);
	if (hop->broadcast)
		memset(mac, 0xff, sizeof(mac));
	pkt_put(out, mac, sizeof(mac));
	pkt_mac(hop->src, mac);
	pkt_put(out, mac, sizeof(mac));
}

static void put_ethernet(const struct pkt_hop *hop, struct pkt_buf *out)
{
	put_macs(hop, out);
	pkt_put16(out, hop->ethertype);
}

static void put_vlan(const struct pkt_hop *hop, struct pkt_buf *out)
{
	put_macs(hop, out);
	pkt_put16(out, 0x8100);
	pkt_put16(out, hop->tag[0]);
	pkt_put16(out, hop->ethertype);
}

static void put_qinq(const struct pkt_hop *hop, struct pkt_buf *out)
{
	put_macs(hop, out);
	pkt_put16(out, 0x88a8);
	pkt_put16(out, hop->tag[0]);
	pkt_put16(out, 0x8100);
	pkt_put16(out, hop->tag[1]);
	pkt_put16(out, hop->ethertype);
}

static unsigned sll_type(const struct pkt_hop *hop)
{
	if (hop->outgoing)
		return 4;
	return hop->broadcast ? 1 : 0;
}

static void put_sll(const struct pkt_hop *hop, struct pkt_buf *out)
{
	uint8_t mac[6];

	pkt_mac(hop->src, mac);
	pkt_put16(out, sll_type(hop));
	pkt_put16(out, 1); // ARPHRD_ETHER
	pkt_put16(out, sizeof(mac));
	pkt_put(out, mac, sizeof(mac));
	pkt_put16(out, 0);
	pkt_put16(out, hop->ethertype);
}

static void put_sll2(const struct pkt_hop *hop, struct pkt_buf *out)
{
	uint8_t mac[6];

	pkt_mac(hop->src, mac);
	pkt_put16(out, hop->ethertype);
	pkt_put16(out, 0);
	pkt_put32(out, hop->interface);
	pkt_put16(out, 1);
	pkt_put8(out, sll_type(hop));
	pkt_put8(out, sizeof(mac));
	pkt_put(out, mac, sizeof(mac));
	pkt_put16(out, 0);
}

static void put_raw(const struct pkt_hop *hop, struct pkt_buf *out)
{
	(void)hop;
	(void)out;
}

static unsigned family(const struct pkt_hop *hop, unsigned v6)
{
	return hop->ethertype == ETHERTYPE_IPV6 ? v6 : 2;
}

// AF_INET6 is 30 on the systems that still write this type (macOS).
static void put_null(const struct pkt_hop *hop, struct pkt_buf *out)
{
	pkt_put32_as(out, family(hop, 30), hop->big);
}

static void put_loop(const struct pkt_hop *hop, struct pkt_buf *out)
{
	pkt_put32(out, family(hop, 24)); // OpenBSD's AF_INET6
}

static void put_ppp(const struct pkt_hop *hop, struct pkt_buf *out)
{
	pkt_put16(out, 0xff03);
	pkt_put16(out, hop->ethertype == ETHERTYPE_IPV6 ? 0x0057 : 0x0021);
}

static const struct pkt_link links[] = {
	{ "ethernet", 1, 0, put_ethernet }, { "vlan", 1, 1, put_vlan },
	{ "qinq", 1, 2, put_qinq },         { "sll", 113, 0, put_sll },
	{ "sll2", 276, 0, put_sll2 },       { "raw", 101, 0, put_raw },
	{ "null", 0, 0, put_null },         { "loop", 108, 0, put_loop },
	{ "ppp", 9, 0, put_ppp },
};

const struct pkt_link *pkt_link_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (strcmp(links[i].name, name) == 0)
			return &links[i];
	}
	return NULL;
}
