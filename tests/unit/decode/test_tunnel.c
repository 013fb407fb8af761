// Tunnels: the innermost segment counts, and what lay around it is noted.
#include "decode/tunnel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "build.h"

enum { RAW = 101, UDP = 17, GRE = 47 };

#define MACS   "ffffffffffff 020000000001 "
#define ETHER4 MACS "0800 "
#define ETHER6 MACS "86dd "

struct tunnel_case {
	int version;      // of the inner packet
	const char *head; // between the inner packet and the outer one
	uint8_t protocol; // of the outer packet
	uint16_t port;    // UDP's
	uint16_t tunnel;
	const char *what;
};

static const struct tunnel_case cases[] = {
	{ 4, "", 4, 0, TUNNEL_IP, "IP in IP" },
	{ 4, "", 94, 0, TUNNEL_IP, "IPIP" },
	{ 6, "", 41, 0, TUNNEL_IP, "6in4" },
	{ 6, "29 04 0000 00000001 00000001 0000000000000000 00000000", 51, 0,
	  TUNNEL_IP | TUNNEL_OTHER, "AH, tunnel mode" },
	{ 4, "3000" ETHER4, 97, 0, TUNNEL_OTHER, "EtherIP" },
	{ 4, "00010140", 137, 0, TUNNEL_MPLS, "MPLS in IP" },
	{ 4, "0000 0800", GRE, 0, TUNNEL_GRE, "GRE" },
	{ 6, "0000 86dd", GRE, 0, TUNNEL_GRE, "GRE" },
	{ 4, "b000 0800 00000000 0000002a 00000007", GRE, 0, TUNNEL_GRE,
	  "GRE with checksum, key and sequence number" },
	{ 4, "2000 6558 00001700" ETHER4, GRE, 0, TUNNEL_GRE, "NVGRE" },
	{ 4, "0000 8847 00010140", GRE, 0, TUNNEL_GRE | TUNNEL_MPLS,
	  "MPLS in GRE" },
	{ 4, "3081 880b 003d0001 00000001 00000000 ff03 0021", GRE, 0,
	  TUNNEL_GRE, "PPTP" },
	{ 4, "0000 88be" ETHER4, GRE, 0, TUNNEL_GRE, "ERSPAN I" },
	{ 6, "1000 88be 00000001 10010001 00000000" ETHER6, GRE, 0, TUNNEL_GRE,
	  "ERSPAN II" },
	{ 4, "1000 22eb 00000001 20010001 00000000 00000000" ETHER4, GRE, 0,
	  TUNNEL_GRE, "ERSPAN III" },
	{ 4,
	  "1000 22eb 00000001 20010001 00000000 00000001 "
	  "0000000000000000" ETHER4,
	  GRE, 0, TUNNEL_GRE, "ERSPAN III with a subheader" },
	{ 4, "0000 883e", GRE, 0, TUNNEL_GRE, "WCCP" },
	{ 4, "0000 883e 00000000", GRE, 0, TUNNEL_GRE, "WCCP 2" },
	{ 4, "0000 8240 0802 0000" MACS "020000000003 0000 aaaa03 000000 0800",
	  GRE, 0, TUNNEL_GRE, "802.11 in GRE" },
	{ 4, "08000000 00002a00" ETHER4, UDP, 4789, TUNNEL_VXLAN, "VXLAN" },
	{ 6, "08000000 00002a00" MACS "8100 0064 86dd", UDP, 8472,
	  TUNNEL_VXLAN | TUNNEL_VLAN, "VXLAN, Linux's port" },
	{ 4, "0000 6558 00002a00" ETHER4, UDP, 6081, TUNNEL_GENEVE, "GENEVE" },
	{ 4, "0200 0800 00002a00 0102800100000000", UDP, 6081, TUNNEL_GENEVE,
	  "GENEVE with options" },
	{ 4, "30ff 0039 00000001", UDP, 2152, TUNNEL_GTP, "GTP" },
	{ 6, "32ff 0051 00000001 00010000", UDP, 2152, TUNNEL_GTP,
	  "GTP with a sequence number" },
	{ 4, "34ff 0041 00000001 00000085 01001000", UDP, 2152, TUNNEL_GTP,
	  "GTP with an extension header" },
	{ 6, "", UDP, 3544, TUNNEL_OTHER, "Teredo" },
	{ 6, "0001 0000 0000000000000000 00 0000 63bf 3f57fefe", UDP, 3544,
	  TUNNEL_OTHER, "Teredo with authentication and origin" },
	{ 4, "0000 0800", UDP, 4754, TUNNEL_GRE, "GRE in UDP" },
	{ 6,
	  "41 52 11 29 00000000"
	  "20010db8000000000000000000000001"
	  "0000000000000000000000000000000000000000",
	  UDP, 5072, TUNNEL_OTHER | TUNNEL_IP, "AYIYA" },
};

static struct build tunnelled(const struct tunnel_case *c)
{
	struct build b = c->version == 4 ? build_hello() : build_hello6();

	build_hex(&b, c->head);
	if (c->protocol == UDP)
		build_udp(&b, 50000, c->port);
	build_ip4(&b, c->protocol);
	return b;
}

static void the_innermost_segment_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct build b = tunnelled(&cases[i]);
		struct packet p = build_decode(&b, RAW);
		if (p.kind != PACKET_SEGMENT || p.segment.len != 5 ||
		    addr_is_v4(&p.segment.src) != (cases[i].version == 4))
			fail_msg("%s: %s", cases[i].what,
				 packet_kind_text(p.kind));
		if (p.segment.tunnel != cases[i].tunnel)
			fail_msg("%s: tunnel 0x%x", cases[i].what,
				 p.segment.tunnel);
	}
}

static void every_tunnel_may_be_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct build b = tunnelled(&cases[i]);
		size_t need = build_size(&b) - 37 + 16;
		for (size_t cap = 0; cap < need; cap++) {
			struct packet p = build_decode_cut(&b, RAW, cap);
			if (p.kind != PACKET_CUT)
				fail_msg("%s cut to %zu: %s", cases[i].what,
					 cap, packet_kind_text(p.kind));
		}
	}
}

static void every_udp_port_has_a_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < udp_ports.n; i++) {
		bool found = false;
		for (size_t j = 0; j < sizeof cases / sizeof *cases; j++)
			found |= cases[j].port == udp_ports.row[i].id;
		if (!found)
			fail_msg("port %u", udp_ports.row[i].id);
	}
}

static void ports_of_either_side_count(void **state)
{
	struct build b = build_hello6();

	(void)state;
	build_udp(&b, 3544, 60000);
	build_ip4(&b, UDP);
	assert_int_equal(build_decode(&b, RAW).kind, PACKET_SEGMENT);
}

// The port alone proves nothing.
static void other_traffic_on_a_tunnel_port_is_udp(void **state)
{
	static const uint16_t ports[] = { 4789, 8472, 6081, 2152,
					  3544, 4754, 5072 };
	static const char *const payloads[] = {
		"",
		"00",
		"0ff8 0800 00",
		"3001 0004 00000000 45000000", // GTP's echo request
		"d4c3 0120 0001 0000 0000 0001 07 6578616d706c65 00 0001 0001",
		"ffffffff ffffffff ffffffff ffffffff ffffffff ffff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
		for (size_t j = 0; j < sizeof payloads / sizeof *payloads;
		     j++) {
			struct build b = build_new();
			build_hex(&b, payloads[j]);
			build_udp(&b, 50000, ports[i]);
			build_ip4(&b, UDP);
			if (build_decode(&b, RAW).kind != PACKET_NOT_TCP)
				fail_msg("port %u, payload %zu", ports[i], j);
		}
}

static void a_tunnel_may_carry_what_is_not_ip(void **state)
{
	struct build b = build_new();

	(void)state;
	build_hex(&b, MACS "0806 0001 0800 0604 0001");
	build_hex(&b, "08000000 00002a00");
	build_udp(&b, 50000, 4789);
	build_ip4(&b, UDP);
	assert_int_equal(build_decode(&b, RAW).kind, PACKET_NOT_TCP);
}

static void transport_mode_ah_is_no_second_ip(void **state)
{
	struct build b = build_hello();
	struct packet p;

	(void)state;
	b.at += 20;
	build_hex(&b, "06 01 0000 00000001 00000001");
	build_ip4(&b, 51);
	p = build_decode(&b, RAW);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	assert_int_equal(p.segment.tunnel, TUNNEL_OTHER);
	assert_int_equal(p.segment.len, 5);
}

static void four_in_six_is_ip_in_ip(void **state)
{
	struct build b = build_hello();
	struct packet p;

	(void)state;
	build_ip6(&b, 4);
	p = build_decode(&b, RAW);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	assert_true(addr_is_v4(&p.segment.src));
	assert_int_equal(p.segment.tunnel, TUNNEL_IP);
}

static void tunnels_in_tunnels_come_to_an_end(void **state)
{
	struct build b = build_hello();

	(void)state;
	for (int i = 0; i < 20; i++)
		build_ip4(&b, 4);
	assert_int_equal(build_decode(&b, RAW).kind, PACKET_SEGMENT);
	for (int i = 0; i < 20; i++)
		build_ip4(&b, 4);
	assert_int_equal(build_decode(&b, RAW).kind, PACKET_TOO_DEEP);
}

// Mirroring switches cut what they copy into a tunnel; the copied packet was
// as long as it says.
static void a_mirrored_frame_may_be_cut_in_its_tunnel(void **state)
{
	struct build b = build_hello();
	struct packet p;

	(void)state;
	put16(b.room + b.at + 2, 1500);
	build_hex(&b, "08000000 00002a00" ETHER4);
	build_udp(&b, 50000, 4789);
	build_ip4(&b, UDP);
	p = build_decode(&b, RAW);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	assert_int_equal(p.segment.len, 1500 - 52);
}

// What is not carried in a frame of its own can't be longer than its carrier:
// padding that was counted in by mistake.
static void a_carrier_bounds_its_packet(void **state)
{
	struct build b = build_new();
	struct packet p;

	(void)state;
	build_hex(&b, "000000000000");
	build_tcp(&b, (struct build_tcp){ .flags = TCP_ACK });
	build_ip4(&b, 6);
	build_hex(&b, "11 00 0001 002a 0021");
	build_ether(&b, 0x8864);
	p = build_decode(&b, 1);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	assert_int_equal(p.segment.len, 0);
}

// RFC 1701's source routes, and versions that never were.
static void unknown_gre_is_not_unwrapped(void **state)
{
	static const char *const heads[] = { "4000 0800 00000000",
					     "0002 0800 00000000" };

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		struct build b = build_hello();
		build_hex(&b, heads[i]);
		build_ip4(&b, GRE);
		assert_int_equal(build_decode(&b, RAW).kind, PACKET_NOT_TCP);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_innermost_segment_counts),
		cmocka_unit_test(every_tunnel_may_be_cut),
		cmocka_unit_test(every_udp_port_has_a_case),
		cmocka_unit_test(ports_of_either_side_count),
		cmocka_unit_test(other_traffic_on_a_tunnel_port_is_udp),
		cmocka_unit_test(a_tunnel_may_carry_what_is_not_ip),
		cmocka_unit_test(transport_mode_ah_is_no_second_ip),
		cmocka_unit_test(four_in_six_is_ip_in_ip),
		cmocka_unit_test(tunnels_in_tunnels_come_to_an_end),
		cmocka_unit_test(a_mirrored_frame_may_be_cut_in_its_tunnel),
		cmocka_unit_test(a_carrier_bounds_its_packet),
		cmocka_unit_test(unknown_gre_is_not_unwrapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
