// Link types, and what stands between them and IP.
#include "decode/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "build.h"

// Something in front of a segment, and what it should make of it.
struct wrap_case {
	uint32_t link;
	int version;
	const char *head;
	uint16_t tunnel;
	const char *what;
};

#define MACS      "ffffffffffff 020000000001 "
#define WLAN_MACS MACS "020000000003 0000 "
#define GRH       "00000000000000000000000000000000 00000000 "
#define SNAP      "aaaa03 000000 "

static const struct wrap_case cases[] = {
	{ 1, 4, MACS "0800", 0, "Ethernet" },
	{ 1, 6, MACS "86dd", 0, "Ethernet" },
	{ 1, 4, MACS "8100 0064 0800", TUNNEL_VLAN, "802.1Q" },
	{ 1, 4, MACS "88a8 0064 8100 0065 0800", TUNNEL_VLAN, "QinQ" },
	{ 1, 6, MACS "9100 0064 9100 0065 8100 0066 86dd", TUNNEL_VLAN,
	  "three tags" },
	{ 1, 4, MACS "0041" SNAP "0800", 0, "LLC and SNAP" },
	{ 1, 4, MACS "8100 0064 0041" SNAP "0800", TUNNEL_VLAN,
	  "SNAP behind a tag" },
	{ 1, 4, MACS "0041 060603", 0, "LLC's own IP" },
	{ 1, 4, MACS "8870" SNAP "0800", 0, "a jumbo frame's LLC" },
	{ 1, 4, MACS "8864 11 00 0001 003b 0021", TUNNEL_PPPOE, "PPPoE" },
	{ 1, 6, MACS "8100 0064 8864 11 00 0001 004f 0057",
	  TUNNEL_VLAN | TUNNEL_PPPOE, "PPPoE in a VLAN" },
	{ 1, 4, MACS "8847 00010140", TUNNEL_MPLS, "one label" },
	{ 1, 6, MACS "8848 00010040 00020140", TUNNEL_MPLS, "two labels" },
	{ 1, 4, MACS "8847 00010140 00000001" MACS "0800", TUNNEL_MPLS,
	  "a pseudowire with control word" },
	{ 1, 4, MACS "8847 00010140" MACS "0800", TUNNEL_MPLS,
	  "a pseudowire without control word" },
	{ 1, 4, MACS "8847 00010140 001b21000001 001b21000002 0800",
	  TUNNEL_MPLS, "another, whose addresses begin with 0" },
	{ 1, 4, MACS "88a8 0064 88e7 00001234" MACS "8100 0064 0800",
	  TUNNEL_VLAN | TUNNEL_OTHER, "802.1ah" },
	{ 1, 4, MACS "8926 00000000 0800", TUNNEL_OTHER, "VN-Tag" },
	{ 1, 4, MACS "893f 000000000000 0800", TUNNEL_OTHER, "E-Tag" },
	{ 1, 4, MACS "8903 0020" MACS "0800", TUNNEL_OTHER, "FabricPath" },
	{ 1, 4, MACS "892f 0042 0001 0800", TUNNEL_OTHER, "HSR" },
	{ 113, 4, "0000 0001 0006 0200000000010000 0800", 0, "SLL" },
	{ 113, 6, "0004 0304 0006 0000000000000000 86dd", 0, "SLL" },
	{ 113, 4, "0000 0001 0006 0200000000010000 0004" SNAP "0800", 0,
	  "SLL and LLC" },
	{ 113, 4, "0000 0001 0006 0200000000010000 8100 0064 0800", TUNNEL_VLAN,
	  "SLL and 802.1Q" },
	{ 113, 4, "0000 030a 0004 0a00000100000000 0800", 0, "SLL of GRE" },
	{ 276, 4, "0800 0000 00000002 0001 00 06 0200000000010000", 0, "SLL2" },
	{ 276, 6, "86dd 0000 00000001 0304 00 06 0000000000000000", 0, "SLL2" },
	{ 0, 4, "02000000", 0, "NULL, little endian" },
	{ 0, 4, "00000002", 0, "NULL, big endian" },
	{ 0, 6, "0a000000", 0, "NULL, Linux" },
	{ 0, 6, "18000000", 0, "NULL, OpenBSD" },
	{ 0, 6, "1c000000", 0, "NULL, FreeBSD" },
	{ 0, 6, "0000001e", 0, "NULL, Darwin" },
	{ 108, 4, "00000002", 0, "LOOP" },
	{ 108, 6, "18000000", 0, "LOOP, swapped" },
	{ 101, 4, "", 0, "RAW" },
	{ 101, 6, "", 0, "RAW" },
	{ 12, 4, "", 0, "DLT_RAW" },
	{ 14, 6, "", 0, "OpenBSD's DLT_RAW" },
	{ 228, 4, "", 0, "IPV4" },
	{ 229, 6, "", 0, "IPV6" },
	{ 9, 4, "ff03 0021", 0, "PPP, framed" },
	{ 9, 4, "0021", 0, "PPP, not framed" },
	{ 9, 4, "21", 0, "PPP, protocol in a byte" },
	{ 9, 6, "ff03 57", 0, "PPP, framed, protocol in a byte" },
	{ 50, 4, "ff03 0021", 0, "PPP_HDLC" },
	{ 50, 4, "0f00 0800", 0, "Cisco's HDLC as PPP_HDLC" },
	{ 51, 4, "11 00 0001 003b 0021", TUNNEL_PPPOE, "PPP_ETHER" },
	{ 166, 4, "01 ff03 0021", 0, "PPP_PPPD" },
	{ 204, 4, "00 ff03 0021", 0, "PPP_WITH_DIR" },
	{ 104, 6, "0f00 86dd", 0, "C_HDLC" },
	{ 10, 4, "50 ffffffffffff 020000000001" SNAP "0800", 0, "FDDI" },
	{ 100, 4, SNAP "0800", 0, "ATM_RFC1483" },
	{ 105, 4, "0801 0000 " WLAN_MACS SNAP "0800", 0, "802.11" },
	{ 129, 4, "01 02 0000 d4 00 0001", 0, "ARCNET" },
	{ 129, 4, "01 02 0000 d4 ff 0000 ffff 0001", 0,
	  "ARCNET, an exception" },
	{ 109, 4, "02000000 00001234 00000000", 0, "ENC" },
	{ 117, 4, "3d02 0000" MACS MACS MACS MACS MACS, 0, "PFLOG" },
	{ 192, 4, "00 00 0800 01000000" MACS "0800", 0, "PPI" },
	{ 239, 4, "02 00 0000 0800 0100 08000000 0500 0b00 61000000 3d00 0900",
	  0, "NFLOG, little endian" },
	{ 239, 6, "0a 00 0000 0008 0001 08000000 0051 0009", 0,
	  "NFLOG, big endian" },
	{ 242, 4, GRH GRH "0800 0000", 0, "IPOIB" },
	{ 258, 4, "0c000000 01000000 01000000" MACS "0800", 0, "PKTAP" },
	{ 281, 4, MACS "20000001 0800", 0, "Broadcom's tag" },
	{ 282, 4, "20000001" MACS "0800", 0, "Broadcom's tag in front" },
	{ 284, 6, MACS "c0180000 86dd", 0, "Marvell's tag" },
	{ 285, 4, MACS "dada0000 c0180000 0800", 0, "Marvell's other tag" },
};

static struct build wrapped(const struct wrap_case *c)
{
	struct build b = c->version == 4 ? build_hello() : build_hello6();

	build_hex(&b, c->head);
	return b;
}

static void every_header_is_taken_off(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct build b = wrapped(&cases[i]);
		struct packet p = build_decode(&b, cases[i].link);
		if (p.kind != PACKET_SEGMENT || p.segment.len != 5 ||
		    addr_is_v4(&p.segment.src) != (cases[i].version == 4) ||
		    p.segment.src_port != 40000)
			fail_msg("%s: %s", cases[i].what,
				 packet_kind_text(p.kind));
		if (p.segment.tunnel != cases[i].tunnel)
			fail_msg("%s: tunnel 0x%x", cases[i].what,
				 p.segment.tunnel);
	}
}

// Nothing is read beyond what was captured, and too little is said to be.
static void every_header_may_be_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct build b = wrapped(&cases[i]);
		size_t ip = cases[i].version == 4 ? 20 : 40;
		size_t need = build_size(&b) - 37 + 16;
		for (size_t cap = 0; cap < need; cap++) {
			struct packet p =
			    build_decode_cut(&b, cases[i].link, cap);
			if (p.kind != PACKET_CUT)
				fail_msg("%s cut to %zu of %zu: %s",
					 cases[i].what, cap, need + ip,
					 packet_kind_text(p.kind));
		}
	}
}

static void every_link_type_has_a_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < link_types.n; i++) {
		bool found = false;
		for (size_t j = 0; j < sizeof cases / sizeof *cases; j++)
			found |= cases[j].link == link_types.row[i].id;
		if (!found && link_types.row[i].id != 127)
			fail_msg("link type %u", link_types.row[i].id);
	}
}

static void link_types_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < link_types.n; i++)
		assert_ptr_equal(layers_find(&link_types, link_types.row[i].id),
				 &link_types.row[i]);
}

// What is not IP, on link types where that can be.
static const struct wrap_case others[] = {
	{ 1, 4, MACS "88cc", 0, "LLDP" },
	{ 1, 4, MACS "0026 424203", 0, "spanning tree" },
	{ 1, 4, MACS "8863 11 09 0000 0000", 0, "PPPoE discovery" },
	{ 1, 4, MACS "0041 aaaa03 00000c 0800", 0, "Cisco's own SNAP" },
	{ 1, 4, MACS "8864 11 a7 0001 003b 0021", 0, "PPPoE, no data" },
	{ 0, 4, "07000000", 0, "an unknown family" },
	{ 9, 4, "c021", 0, "LCP" },
	{ 113, 4, "0004 0338 0000 0000000000000000 0800", 0, "netlink" },
	{ 113, 4, "0000 0001 0006 0200000000010000 0001", 0, "Novell" },
	{ 105, 4, "8000 0000 " WLAN_MACS, 0, "a beacon" },
	{ 105, 4, "4801 0000 " WLAN_MACS, 0, "802.11 without data" },
	{ 105, 4, "0841 0000 " WLAN_MACS SNAP "0800", 0, "802.11, protected" },
	{ 239, 4, "02 00 0000 ", 0, "NFLOG without payload" },
};

static void what_is_not_ip_is_said_to_be(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct build b = build_new();
		build_hex(&b, "0000000000000000");
		if (others[i].link == 239)
			b = build_new();
		build_hex(&b, others[i].head);
		if (build_decode(&b, others[i].link).kind != PACKET_NOT_IP)
			fail_msg("%s", others[i].what);
	}
}

static void raw_ip_of_no_version_is_malformed(void **state)
{
	struct build b = build_hello(), b6 = build_hello6();

	(void)state;
	assert_int_equal(build_decode(&b6, 228).kind, PACKET_MALFORMED);
	assert_int_equal(build_decode(&b, 229).kind, PACKET_MALFORMED);
	b.room[b.at] = 0x75;
	assert_int_equal(build_decode(&b, 101).kind, PACKET_MALFORMED);
}

static void a_loop_of_tags_comes_to_an_end(void **state)
{
	struct build b = build_hello();

	(void)state;
	build_hex(&b, "0064 0800");
	for (int i = 0; i < 40; i++)
		build_hex(&b, "0064 8100");
	build_ether(&b, 0x8100);
	assert_int_equal(build_decode(&b, 1).kind, PACKET_TOO_DEEP);
}

static void wlan_headers_vary(void **state)
{
	static const struct wrap_case variants[] = {
		{ 105, 4, "0803 0000" WLAN_MACS "020000000004" SNAP "0800", 0,
		  "" },
		{ 105, 4, "8801 0000" WLAN_MACS "0000" SNAP "0800", 0, "" },
		{ 105, 4, "8881 0000" WLAN_MACS "0000 00000000" SNAP "0800", 0,
		  "" },
		{ 105, 4, "8801 0000" WLAN_MACS "8000" MACS "0041" SNAP "0800",
		  0, "" },
		{ 127, 4, "00 00 0800 00000000 0801 0000" WLAN_MACS SNAP "0800",
		  0, "" },
		// A time stamp, flags with padding, QoS: 26 bytes become 28.
		{ 127, 4,
		  "00 00 1200 03000000 0000000000000000 20 00"
		  "8801 0000" WLAN_MACS "0000 0000" SNAP "0800",
		  0, "" },
		// Two words of what is present; the time stamp is aligned.
		{ 127, 4,
		  "00 00 1900 03000080 00000000 00000000 0000000000000000 20"
		  "8801 0000" WLAN_MACS "0000 0000" SNAP "0800",
		  0, "" },
		// Two words of what is present, the flags behind both.
		{ 127, 4,
		  "00 00 0d00 02000080 00000000 20"
		  "8801 0000" WLAN_MACS "0000 0000" SNAP "0800",
		  0, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
		struct build b = wrapped(&variants[i]);
		struct packet p = build_decode(&b, variants[i].link);
		if (p.kind != PACKET_SEGMENT || p.segment.len != 5)
			fail_msg("variant %zu: %s", i,
				 packet_kind_text(p.kind));
	}
}

static void a_later_wlan_fragment_is_a_fragment(void **state)
{
	struct build b = build_hello();

	(void)state;
	build_hex(&b, "0801 0000" MACS "020000000003 0100" SNAP "0800");
	assert_int_equal(build_decode(&b, 105).kind, PACKET_FRAGMENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_header_is_taken_off),
		cmocka_unit_test(every_header_may_be_cut),
		cmocka_unit_test(every_link_type_has_a_case),
		cmocka_unit_test(link_types_are_unique),
		cmocka_unit_test(what_is_not_ip_is_said_to_be),
		cmocka_unit_test(raw_ip_of_no_version_is_malformed),
		cmocka_unit_test(a_loop_of_tags_comes_to_an_end),
		cmocka_unit_test(wlan_headers_vary),
		cmocka_unit_test(a_later_wlan_fragment_is_a_fragment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
