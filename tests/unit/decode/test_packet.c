// Segments, ICMP errors, lengths and cuts, in plain Ethernet or raw IP.
#include "decode/packet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "build.h"
#include "decode/stack.h"
#include "decode/tcp_options.h"

enum { ETHERNET = 1, RAW = 101 };

static struct packet options_of(uint8_t flags, const char *options)
{
	struct build b = build_new();

	build_tcp(&b, (struct build_tcp){ .flags = flags, .options = options });
	build_ip4(&b, 6);
	return build_decode(&b, RAW);
}

static uint8_t stack_of(uint8_t flags, const char *options)
{
	struct packet p = options_of(flags, options);

	return segment_stack(&p.segment);
}

static uint8_t scale_of(uint8_t flags, const char *options)
{
	struct packet p = options_of(flags, options);

	return segment_scale(&p.segment);
}

static uint64_t layout_of(const char *options)
{
	struct build b = build_new();
	struct segment s = { .flags = TCP_SYN };

	build_hex(&b, options);
	return tcp_options(&s, (struct bytes){ b.room + b.at, build_size(&b) });
}

static bool is_v6(const struct packet *p)
{
	return !addr_is_v4(&p->segment.src) && !addr_is_v4(&p->segment.dst);
}

static void every_kind_has_a_text(void **state)
{
	(void)state;
	for (int k = 0; k < PACKET_KINDS; k++)
		assert_non_null(packet_kind_text((enum packet_kind)k));
}

static void a_segment_is_read_whole(void **state)
{
	struct build b = build_hello();
	struct packet p;
	char text[ADDR_TEXT];

	(void)state;
	build_ether(&b, 0x0800);
	p = build_decode(&b, ETHERNET);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	assert_int_equal(p.segment.time, 1234567890);
	assert_int_equal(p.segment.frame, 7);
	assert_string_equal(addr_text(&p.segment.src, text, sizeof text),
			    "10.0.0.1");
	assert_string_equal(addr_text(&p.segment.dst, text, sizeof text),
			    "10.0.0.2");
	assert_int_equal(p.segment.src_port, 40000);
	assert_int_equal(p.segment.dst_port, 80);
	assert_int_equal(p.segment.seq, 1000);
	assert_int_equal(p.segment.ack, 2000);
	assert_int_equal(p.segment.len, 5);
	assert_int_equal(p.segment.flags, TCP_PSH | TCP_ACK);
	assert_int_equal(p.segment.window, 502);
	assert_int_equal(p.segment.options, OPT_TIMESTAMP);
	assert_int_equal(p.segment.ts_val, 1);
	assert_int_equal(p.segment.ip_id, 0x1234);
	assert_int_equal(p.segment.ttl, 64);
	assert_int_equal(p.segment.tunnel, 0);
}

static void ipv6_has_no_id(void **state)
{
	struct build b = build_hello6();
	struct packet p;
	char text[ADDR_TEXT];

	(void)state;
	p = build_decode(&b, RAW);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	assert_true(is_v6(&p));
	assert_int_equal(p.segment.ip_id, 0);
	assert_int_equal(p.segment.ttl, 57);
	assert_int_equal(p.segment.len, 5);
	assert_string_equal(addr_text(&p.segment.dst, text, sizeof text),
			    "2001:db8::2");
}

static void ethernet_padding_is_no_payload(void **state)
{
	struct build b = build_new();
	struct packet p;

	(void)state;
	build_hex(&b, "000000000000");
	build_tcp(&b, (struct build_tcp){ .flags = TCP_RST });
	put16(build_ip4(&b, 6) + 2, 40);
	build_ether(&b, 0x0800);
	assert_int_equal(build_size(&b), 60);
	p = build_decode(&b, ETHERNET);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	assert_int_equal(p.segment.len, 0);
}

// How many bytes of zero follow what is given.
static void a_close_notify_alert_is_known_by_its_record(void **state)
{
	static const struct {
		const char *payload;
		int zeros;
		bool goodbye;
	} cases[] = {
		{ "15 03 03 00 1a", 26, true },       // AES-GCM
		{ "15 03 03 00 12", 18, true },       // ChaCha20
		{ "15 03 02 00 30", 48, true },       // CBC with SHA-1
		{ "17 03 03 00 13", 19, true },       // TLS 1.3
		{ "15 03 00 00 02 01 00", 0, true },  // in the clear
		{ "15 03 00 00 02 02 28", 0, false }, // another alert
		{ "15 03 03 00 1a", 25, false },      // not whole
		{ "15 03 03 00 1a", 27, false },      // more follows
		{ "17 03 03 00 1a", 26, false },      // data
		{ "16 03 03 00 13", 19, false },
		{ "18 03 03 00 13", 19, false },
		{ "15 02 03 00 13", 19, false },
		{ "15 03 05 00 13", 19, false },
		{ "15 03 03 00", 0, false },
		{ "15 03 00 00 02 01", 0, false },
		{ "", 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int syn = 0; syn < 2; syn++) {
			struct build b = build_new();
			struct packet p;
			for (int k = 0; k < cases[i].zeros; k++)
				build_hex(&b, "00");
			build_hex(&b, cases[i].payload);
			build_tcp(&b, (struct build_tcp){
					  .flags = syn ? TCP_SYN : TCP_ACK });
			build_ip4(&b, 6);
			p = build_decode(&b, RAW);
			assert_int_equal(segment_is_goodbye(&p.segment),
					 cases[i].goodbye && !syn);
		}
}

static void a_cut_segment_keeps_its_wire_length(void **state)
{
	struct build b = build_hello();
	struct packet p;

	(void)state;
	for (size_t cap = 0; cap <= build_size(&b); cap++) {
		p = build_decode_cut(&b, RAW, cap);
		if (cap < 20 + 16) {
			assert_int_equal(p.kind, PACKET_CUT);
			continue;
		}
		assert_int_equal(p.kind, PACKET_SEGMENT);
		assert_int_equal(p.segment.len, 5);
		assert_int_equal(p.segment.options & OPT_CUT,
				 cap < 20 + 32 ? OPT_CUT : 0);
	}
}

static void options_before_the_cut_are_read(void **state)
{
	struct build b = build_new();
	struct packet p;

	(void)state;
	build_tcp(&b, (struct build_tcp){
			  .flags = TCP_SYN,
			  .options = "020405b4 0402 080a 00000001 00000000"
				     "01 030307" });
	build_ip4(&b, 6);
	p = build_decode_cut(&b, RAW, 20 + 20 + 8);
	assert_int_equal(p.segment.options, OPT_CUT | OPT_MSS | OPT_SACK_OK);
}

static void without_options_there_are_none_to_cut(void **state)
{
	struct build b = build_new();
	struct packet p;

	(void)state;
	build_tcp(&b, (struct build_tcp){ .flags = TCP_ACK });
	build_ip4(&b, 6);
	p = build_decode_cut(&b, RAW, 20 + 16);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	assert_int_equal(p.segment.options, 0);
}

static void offload_leaves_no_total_length(void **state)
{
	struct build b = build_hello(), b6 = build_hello6();

	(void)state;
	put16(b.room + b.at + 2, 0);
	assert_int_equal(build_decode(&b, RAW).segment.len, 5);
	put16(b6.room + b6.at + 4, 0);
	assert_int_equal(build_decode(&b6, RAW).segment.len, 5);
}

static void a_sliced_frame_counts_as_long_as_it_was_sent(void **state)
{
	struct build b = build_hello();
	struct packet p;

	(void)state;
	put16(b.room + b.at + 2, 1500);
	p = build_decode(&b, RAW);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	assert_int_equal(p.segment.len, 1500 - 52);
}

static void contradicting_lengths_are_malformed(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		const char *what;
	} cases[] = {
		{ 0, 0x44, "IP header shorter than an IP header" },
		{ 0, 0x65, "version 6 where 4 was announced" },
		{ 3, 19, "packet shorter than its header" },
		{ 3, 30, "segment shorter than a TCP header" },
		{ 3, 45, "segment shorter than its options" },
		{ 32, 0x40, "TCP header shorter than a TCP header" },
		{ 32, 0xf0, "TCP header longer than the segment" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct build b = build_hello();
		b.room[b.at + cases[i].at] = cases[i].value;
		build_ether(&b, 0x0800);
		if (build_decode(&b, ETHERNET).kind != PACKET_MALFORMED)
			fail_msg("%s", cases[i].what);
	}
}

// With the header four bytes too short, the acknowledgment number would pass
// for a TCP header's length.
static void an_ip_header_has_twenty_bytes(void **state)
{
	struct build b = build_new();

	(void)state;
	build_tcp(&b,
		  (struct build_tcp){ .flags = TCP_ACK, .ack = 0x50000000 });
	build_ip4(&b, 6)[0] = 0x44;
	assert_int_equal(build_decode(&b, 228).kind, PACKET_MALFORMED);
}

static void a_malformed_segment_still_names_its_connection(void **state)
{
	struct build b = build_hello();
	struct packet p;

	(void)state;
	b.room[b.at + 32] = 0xf0;
	p = build_decode(&b, RAW);
	assert_int_equal(p.kind, PACKET_MALFORMED);
	assert_int_equal(p.segment.frame, 7);
	assert_int_equal(p.segment.src_port, 40000);
	assert_int_equal(p.segment.seq, 1000);
	assert_int_equal(p.segment.len, 0);
	put16(b.room + b.at + 2, 20 + 15);
	p = build_decode(&b, RAW);
	assert_int_equal(p.kind, PACKET_MALFORMED);
	assert_int_equal(p.segment.frame, 0);
}

static void a_frame_cut_by_a_byte_is_cut(void **state)
{
	struct build b = build_new();

	(void)state;
	build_ether(&b, 0x0806);
	assert_int_equal(build_decode(&b, ETHERNET).kind, PACKET_NOT_IP);
	assert_int_equal(build_decode_cut(&b, ETHERNET, 13).kind, PACKET_CUT);
}

static void ipv4_options_are_skipped(void **state)
{
	struct build b = build_hello();
	struct packet p;
	uint8_t header[20];

	(void)state;
	memcpy(header, b.room + b.at, 20);
	b.at += 20;
	build_hex(&b, "94040000 01010100");
	memcpy(build_front(&b, 20), header, 20);
	b.room[b.at] = 0x47;
	put16(b.room + b.at + 2, build_size(&b));
	p = build_decode(&b, RAW);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	assert_int_equal(p.segment.src_port, 40000);
	assert_int_equal(p.segment.len, 5);
}

static void the_first_fragment_decides(void **state)
{
	struct build b = build_hello();

	(void)state;
	put16(b.room + b.at + 6, 0x2000);
	assert_int_equal(build_decode(&b, RAW).kind, PACKET_SEGMENT);
	put16(b.room + b.at + 6, 0x2001);
	assert_int_equal(build_decode(&b, RAW).kind, PACKET_FRAGMENT);
	put16(b.room + b.at + 6, 0x0001);
	assert_int_equal(build_decode(&b, RAW).kind, PACKET_FRAGMENT);
	put16(b.room + b.at + 6, 0x1000);
	assert_int_equal(build_decode(&b, RAW).kind, PACKET_FRAGMENT);
}

static void a_header_split_over_fragments_is_not_guessed(void **state)
{
	struct build b = build_hello();

	(void)state;
	put16(b.room + b.at + 6, 0x2000);
	put16(b.room + b.at + 2, 20 + 24);
	assert_int_equal(build_decode(&b, RAW).kind, PACKET_FRAGMENT);
}

static struct packet behind_ip6(const char *extensions, uint8_t first)
{
	struct build b = build_hello6();

	b.at += 40;
	build_hex(&b, extensions);
	build_ip6(&b, first);
	return build_decode(&b, RAW);
}

static void extension_headers_are_skipped(void **state)
{
	struct packet p;

	(void)state;
	p = behind_ip6("3c 00 0104 00000000"                 // hop by hop
		       "2c 01 010c 000000000000000000000000" // destination
		       "06 00 0000 00000001",                // atomic fragment
		       0);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	assert_int_equal(p.segment.len, 5);
	p = behind_ip6("06 00 0001 00000001", 44);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	p = behind_ip6("06 00 0008 00000001", 44);
	assert_int_equal(p.kind, PACKET_FRAGMENT);
	p = behind_ip6("06 ff 0000 00000000", 60);
	assert_int_equal(p.kind, PACKET_MALFORMED);
}

// Connections are named by where their packets are going in the end.
static void routing_headers_name_the_destination(void **state)
{
	struct packet p;
	char text[ADDR_TEXT];

	(void)state;
	p = behind_ip6("06 02 00 01 00000000"
		       "20010db8 00000000 00000000 00000099",
		       43);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	assert_string_equal(addr_text(&p.segment.dst, text, sizeof text),
			    "2001:db8::99");
	p = behind_ip6("06 04 00 02 00000000"
		       "20010db8 00000000 00000000 00000077"
		       "20010db8 00000000 00000000 00000099",
		       43);
	assert_string_equal(addr_text(&p.segment.dst, text, sizeof text),
			    "2001:db8::99");
	p = behind_ip6("06 04 04 01 01000000"
		       "20010db8 00000000 00000000 00000099"
		       "20010db8 00000000 00000000 00000077",
		       43);
	assert_string_equal(addr_text(&p.segment.dst, text, sizeof text),
			    "2001:db8::99");
	p = behind_ip6("06 02 00 00 00000000" // nowhere else to go
		       "20010db8 00000000 00000000 00000099",
		       43);
	assert_string_equal(addr_text(&p.segment.dst, text, sizeof text),
			    "2001:db8::2");
}

static void extension_headers_have_a_limit(void **state)
{
	struct build b = build_hello6();
	struct packet p;

	(void)state;
	b.at += 40;
	build_hex(&b, "06 00 0104 00000000");
	for (int i = 1; i < 8; i++)
		build_hex(&b, "3c 00 0104 00000000");
	build_ip6(&b, 60);
	p = build_decode(&b, RAW);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	b.at += 40;
	build_hex(&b, "3c 00 0104 00000000");
	build_ip6(&b, 60);
	p = build_decode(&b, RAW);
	assert_int_equal(p.kind, PACKET_TOO_DEEP);
}

static void a_jumbogram_says_its_length_in_an_option(void **state)
{
	struct build b = build_hello6();
	struct packet p;

	(void)state;
	b.at += 40;
	build_hex(&b, "06 00 c204 000186a0"); // 100,000
	build_ip6(&b, 0);
	put16(b.room + b.at + 4, 0);
	p = build_decode(&b, RAW);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	assert_int_equal(p.segment.len, 100000 - 8 - 32);
	b.room[b.at + 45] = 0;
	b.room[b.at + 46] = 0;
	b.room[b.at + 47] = 7;
	assert_int_equal(build_decode(&b, RAW).kind, PACKET_MALFORMED);
}

static void syn_options_are_read_with_their_layout(void **state)
{
	struct packet p = options_of(
	    TCP_SYN, "020405b4 0402 080a 11223344 00000000 01 030307");

	(void)state;
	assert_int_equal(p.segment.options,
			 OPT_MSS | OPT_SACK_OK | OPT_TIMESTAMP | OPT_WSCALE);
	assert_int_equal(segment_scale(&p.segment), 7);
	assert_int_equal(p.segment.ts_val, 0x11223344);
	assert_int_equal(
	    layout_of("020405b4 0402 080a 11223344 00000000 01 030307"),
	    0x31842);
	// XNU: mss,nop,ws,nop,nop,ts,sok,eol+1
	assert_int_equal(layout_of("020405b4 01 030306 0101 080a 00000001"
				   "00000002 0402 00 00"),
			 0xf4811312);
}

static void a_syn_says_its_stack(void **state)
{
	static const char linux_syn[] =
	    "020405b4 0402 080a 11223344 00000000 01 030307";
	static const char macos_syn[] =
	    "020405b4 01 030306 0101 080a 00000001 00000002 0402 00 00";

	(void)state;
	assert_int_equal(stack_of(TCP_SYN, linux_syn), STACK_LINUX);
	assert_int_equal(stack_of(TCP_SYN | TCP_ACK, macos_syn), STACK_MACOS);
	assert_int_equal(stack_of(TCP_SYN, ""), STACK_UNKNOWN);
	assert_int_equal(stack_of(TCP_ACK, linux_syn), STACK_UNKNOWN);
}

static void a_layout_has_sixteen_places(void **state)
{
	(void)state;
	assert_true(layout_of("0101010101010101010101010101010101010101") ==
		    UINT64_C(0x1111111111111111));
}

static void a_window_scale_is_at_most_fourteen(void **state)
{
	(void)state;
	assert_int_equal(scale_of(TCP_SYN, "03030e 01"), 14);
	assert_int_equal(scale_of(TCP_SYN, "03030f 01"), 14);
	assert_int_equal(scale_of(TCP_SYN, "0303ff 01"), 14);
}

static void a_window_scale_counts_on_syns_only(void **state)
{
	struct packet p = options_of(TCP_ACK, "030307 01");

	(void)state;
	assert_int_equal(segment_scale(&p.segment), 0);
	assert_int_equal(p.segment.options, OPT_WSCALE);
	assert_int_equal(p.segment.more, 0);
}

static void mptcp_subtypes_add_up(void **state)
{
	struct packet p =
	    options_of(TCP_RST | TCP_ACK, "1e0c7000 0102030405060708 1e048001");

	(void)state;
	assert_int_equal(p.segment.options, OPT_MPTCP);
	assert_int_equal(p.segment.mptcp, MPTCP_FASTCLOSE | MPTCP_TCPRST);
}

static void unknown_options_are_skipped(void **state)
{
	struct packet p =
	    options_of(TCP_SYN, "fd04cafe 2202 1304beef 020405b4 0101");

	(void)state;
	assert_int_equal(p.segment.options, OPT_FAST_OPEN | OPT_MSS);
	assert_int_equal(layout_of("fd04cafe 2202 1304beef 020405b4 0101"),
			 0x112eee);
}

static void a_bad_option_ends_the_options_only(void **state)
{
	static const char *const bad[] = {
		"020405b4 08 00 03 03 07 01 01 01", // length 0
		"020405b4 08 01 03 03 07 01 01 01", // length 1
		"020405b4 08 0a 00 00",             // beyond the header
		"020405b4 01 01 01 08",             // no length
		"020405b4 08 03 00 01",             // too short for its kind
		"020405b4 04 04 00 00",             // too long for its kind
		"020405b4 00 03 03 07",             // behind the end
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct packet p = options_of(TCP_SYN, bad[i]);
		assert_int_equal(p.kind, PACKET_SEGMENT);
		assert_int_equal(p.segment.options, OPT_MSS);
	}
}

// An ICMP error of that type about the first quoted bytes of a segment.
static struct build icmp4(const char *head, size_t quoted)
{
	struct build b = build_hello(), e = build_new();

	memcpy(build_front(&e, quoted), b.room + b.at, quoted);
	build_hex(&e, head);
	build_ip4(&e, 1);
	e.room[e.at + 15] = 9; // from 10.0.0.9
	return e;
}

static void an_icmp_error_names_the_segment(void **state)
{
	struct build b = icmp4("0301 0000 00000000", 28);
	struct packet p = build_decode(&b, RAW);
	char text[ADDR_TEXT];

	(void)state;
	assert_int_equal(p.kind, PACKET_ICMP_ERROR);
	assert_int_equal(p.icmp.time, 1234567890);
	assert_int_equal(p.icmp.frame, 7);
	assert_int_equal(p.icmp.type, 3);
	assert_int_equal(p.icmp.code, 1);
	assert_false(p.icmp.ipv6);
	assert_string_equal(addr_text(&p.icmp.from, text, sizeof text),
			    "10.0.0.9");
	assert_string_equal(addr_text(&p.icmp.src, text, sizeof text),
			    "10.0.0.1");
	assert_string_equal(addr_text(&p.icmp.dst, text, sizeof text),
			    "10.0.0.2");
	assert_int_equal(p.icmp.src_port, 40000);
	assert_int_equal(p.icmp.dst_port, 80);
	assert_int_equal(p.icmp.seq, 1000);
}

static void a_cut_quote_still_tells_addresses(void **state)
{
	static const uint8_t to[4] = { 10, 0, 0, 2 };
	struct build b = icmp4("0301 0000 00000000", 28);
	struct packet p = build_decode_cut(&b, RAW, 55);
	const struct addr dst = addr_v4(to);
	char text[ADDR_TEXT];

	(void)state;
	assert_int_equal(p.kind, PACKET_ICMP_ERROR);
	assert_true(p.icmp.cut);
	assert_int_equal(p.icmp.dst_bytes, 16);
	assert_int_equal(addr_cmp(&p.icmp.dst, &dst), 0);
	// 28 bytes of IP and ICMP; the quoted destination begins 16 later.
	for (size_t known = 1; known < 4; known++) {
		p = build_decode_cut(&b, RAW, 28 + 16 + known);
		assert_int_equal(p.kind, PACKET_ICMP_ERROR);
		assert_true(p.icmp.cut);
		assert_string_equal(addr_text(&p.icmp.src, text, sizeof text),
				    "10.0.0.1");
		assert_int_equal(p.icmp.dst_bytes, 12 + known);
		assert_memory_equal(p.icmp.dst.b, dst.b, 12 + known);
	}
	assert_int_equal(build_decode_cut(&b, RAW, 28 + 16).kind, PACKET_CUT);
	b.room[b.at + 28 + 9] = 17;
	assert_int_equal(build_decode_cut(&b, RAW, 45).kind, PACKET_CUT);
}

static void other_icmp_is_not_tcp(void **state)
{
	struct build echo = icmp4("0800 0000 00000000", 28);
	struct build quench = icmp4("0400 0000 00000000", 28);
	struct build udp = icmp4("0303 0000 00000000", 28);
	struct build later = icmp4("0303 0000 00000000", 28);

	(void)state;
	assert_int_equal(build_decode(&echo, RAW).kind, PACKET_NOT_TCP);
	assert_int_equal(build_decode(&quench, RAW).kind, PACKET_NOT_TCP);
	udp.room[udp.at + 28 + 9] = 17;
	assert_int_equal(build_decode(&udp, RAW).kind, PACKET_NOT_TCP);
	put16(later.room + later.at + 28 + 6, 0x0010);
	assert_int_equal(build_decode(&later, RAW).kind, PACKET_NOT_TCP);
}

static void an_icmpv6_error_names_the_segment(void **state)
{
	struct build b = build_hello6(), e = build_new();
	struct packet p;

	(void)state;
	memcpy(build_front(&e, 48), b.room + b.at, 48);
	build_hex(&e, "0104 0000 00000000");
	build_ip6(&e, 58);
	p = build_decode(&e, RAW);
	assert_int_equal(p.kind, PACKET_ICMP_ERROR);
	assert_true(p.icmp.ipv6);
	assert_int_equal(p.icmp.type, 1);
	assert_int_equal(p.icmp.code, 4);
	assert_int_equal(p.icmp.src_port, 40000);
	assert_int_equal(p.icmp.seq, 1000);
	for (uint8_t type = 1; type <= 4; type++) {
		e.room[e.at + 40] = type;
		assert_int_equal(build_decode(&e, RAW).kind, PACKET_ICMP_ERROR);
	}
	e.room[e.at + 40] = 128; // echo
	assert_int_equal(build_decode(&e, RAW).kind, PACKET_NOT_TCP);
}

static void what_is_no_tcp_is_said_to_be(void **state)
{
	struct build b = build_hello();

	(void)state;
	b.room[b.at + 9] = 132; // SCTP
	assert_int_equal(build_decode(&b, RAW).kind, PACKET_NOT_TCP);
	build_ether(&b, 0x0806);
	assert_int_equal(build_decode(&b, ETHERNET).kind, PACKET_NOT_IP);
	assert_int_equal(build_decode(&b, 999).kind, PACKET_UNKNOWN_LINK);
}

// A frame that claims less on the wire than the file holds of it.
static void the_wire_is_no_shorter_than_the_capture(void **state)
{
	struct build b = build_hello();
	struct frame f = {
		.wire_len = 3,
		.cap_len = (uint32_t)build_size(&b),
		.link = RAW,
		.data = b.room + b.at,
	};
	struct packet p;

	(void)state;
	put16(b.room + b.at + 2, 0);
	packet_decode(&f, &p);
	assert_int_equal(p.kind, PACKET_SEGMENT);
	assert_int_equal(p.segment.len, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_has_a_text),
		cmocka_unit_test(a_segment_is_read_whole),
		cmocka_unit_test(ipv6_has_no_id),
		cmocka_unit_test(ethernet_padding_is_no_payload),
		cmocka_unit_test(a_close_notify_alert_is_known_by_its_record),
		cmocka_unit_test(a_cut_segment_keeps_its_wire_length),
		cmocka_unit_test(options_before_the_cut_are_read),
		cmocka_unit_test(without_options_there_are_none_to_cut),
		cmocka_unit_test(offload_leaves_no_total_length),
		cmocka_unit_test(a_sliced_frame_counts_as_long_as_it_was_sent),
		cmocka_unit_test(contradicting_lengths_are_malformed),
		cmocka_unit_test(an_ip_header_has_twenty_bytes),
		cmocka_unit_test(
		    a_malformed_segment_still_names_its_connection),
		cmocka_unit_test(a_frame_cut_by_a_byte_is_cut),
		cmocka_unit_test(ipv4_options_are_skipped),
		cmocka_unit_test(the_first_fragment_decides),
		cmocka_unit_test(a_header_split_over_fragments_is_not_guessed),
		cmocka_unit_test(extension_headers_are_skipped),
		cmocka_unit_test(routing_headers_name_the_destination),
		cmocka_unit_test(extension_headers_have_a_limit),
		cmocka_unit_test(a_jumbogram_says_its_length_in_an_option),
		cmocka_unit_test(syn_options_are_read_with_their_layout),
		cmocka_unit_test(a_syn_says_its_stack),
		cmocka_unit_test(a_layout_has_sixteen_places),
		cmocka_unit_test(a_window_scale_is_at_most_fourteen),
		cmocka_unit_test(a_window_scale_counts_on_syns_only),
		cmocka_unit_test(mptcp_subtypes_add_up),
		cmocka_unit_test(unknown_options_are_skipped),
		cmocka_unit_test(a_bad_option_ends_the_options_only),
		cmocka_unit_test(an_icmp_error_names_the_segment),
		cmocka_unit_test(a_cut_quote_still_tells_addresses),
		cmocka_unit_test(other_icmp_is_not_tcp),
		cmocka_unit_test(an_icmpv6_error_names_the_segment),
		cmocka_unit_test(what_is_no_tcp_is_said_to_be),
		cmocka_unit_test(the_wire_is_no_shorter_than_the_capture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
