// pcapng files, through capture.h.
#include "read/pcapng.h"

#include "capfile.h"

static void basic(struct capfile *c)
{
	put_section(c);
	put_interface(c, 1, 65535);
}

static void both_byte_orders(void **state)
{
	for (int big = 0; big < 2; big++) {
		struct capfile c = { .big = big };
		struct seen seen;
		basic(&c);
		put_packet(&c, 0, 1700000000123456, "one");
		see_file(folder_save(*state, &c), &seen);
		assert_int_equal(seen.n, 1);
		const struct frame *f = &seen.shot[0].frame;
		assert_int_equal(f->time, 1700000000123456000);
		assert_int_equal(f->id, frame_id(0, 1));
		assert_int_equal(f->wire_len, 8);
		assert_int_equal(f->cap_len, 3);
		assert_int_equal(f->link, 1);
		assert_string_equal(seen.shot[0].text, "one");
		assert_string_equal(seen.broken, "");
	}
}

static void interfaces_differ_in_link_type_and_snap_length(void **state)
{
	struct capfile c = { 0 };
	struct seen seen;
	put_section(&c);
	put_interface(&c, 1, 65535);
	put_interface(&c, 101, 96);
	put_packet(&c, 1, 1, "raw");
	put_packet(&c, 0, 2, "ether");
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.shot[0].frame.link, 101);
	assert_int_equal(seen.shot[1].frame.link, 1);
	assert_string_equal(seen.shot[1].text, "ether");
}

static void interfaces_have_clocks_of_their_own(void **state)
{
	struct capfile c = { 0 };
	struct seen seen;
	basic(&c);
	put_begin(&c, 1);
	put32(&c, 1);
	put32(&c, 0);
	put_option(&c, 2, "eth0", 4);
	put_option(&c, 9, "\x09", 1);
	put_option(&c, 14, "\x0a\0\0\0\0\0\0", 8);
	put_option(&c, 0, "", 0);
	put_end(&c);
	put_begin(&c, 1);
	put32(&c, 1);
	put32(&c, 0);
	put_option(&c, 9, "\x8a", 1); // no end-of-options behind it
	put_end(&c);
	put_packet(&c, 0, 5, "us");
	put_packet(&c, 1, 5, "ns, ten seconds on");
	put_packet(&c, 2, 1536, "1/1024 s");
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.n, 3);
	assert_int_equal(seen.shot[0].frame.time, 5000);
	assert_int_equal(seen.shot[1].frame.time, 10000000005);
	assert_int_equal(seen.shot[2].frame.time, 1500000000);
}

static void sections_have_byte_orders_and_interfaces_of_their_own(void **state)
{
	struct capfile c = { 0 };
	struct seen seen;
	basic(&c);
	put_packet(&c, 0, 1, "little");
	c.big = true;
	put_section(&c);
	put_interface(&c, 113, 0);
	put_interface(&c, 276, 0);
	put_packet(&c, 1, 2, "big");
	c.big = false;
	put_section(&c);
	put_packet(&c, 0, 3, "nowhere");
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.shot[1].frame.link, 276);
	assert_int_equal(seen.shot[1].frame.time, 2000);
	assert_non_null(strstr(seen.broken,
			       ": damaged after packet 2: a packet of an "
			       "undescribed interface"));
}

static void put_simple(struct capfile *c, uint32_t wire, const char *text)
{
	put_begin(c, 3);
	put32(c, wire);
	put(c, text, strlen(text));
	put_end(c);
}

static void simple_packets_get_the_time_before_them(void **state)
{
	struct capfile c = { 0 };
	struct seen seen;
	put_section(&c);
	put_interface(&c, 1, 6);
	put_simple(&c, 6, "simple");
	put_packet(&c, 0, 7, "timed");
	put_simple(&c, 100, "cutoff");
	put_simple(&c, 3, "abc");
	put_section(&c);
	put_interface(&c, 1, 0); // no limit
	put_simple(&c, 9, "unlimited");
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.n, 5);
	assert_int_equal(seen.shot[0].frame.time, 0);
	assert_int_equal(seen.shot[2].frame.time, 7000);
	assert_int_equal(seen.shot[2].frame.wire_len, 100);
	assert_int_equal(seen.shot[2].frame.cap_len, 6);
	assert_string_equal(seen.shot[3].text, "abc");
	assert_string_equal(seen.shot[4].text, "unlimited");
}

static void old_packet_blocks_are_read(void **state)
{
	struct capfile c = { 0 };
	struct seen seen;
	basic(&c);
	put_interface(&c, 9, 0);
	for (uint16_t drops = 3; drops < 6; drops++) {
		put_begin(&c, 2);
		put16(&c, 1);
		put16(&c, drops == 4 ? 0xffff : drops); // 0xffff: unknown
		put32(&c, 0);
		put32(&c, 7);
		put32(&c, 2);
		put32(&c, 60);
		put(&c, "ppxx", 4);
		put_option(&c, 1, "old", 3);
		put_end(&c);
	}
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.n, 3);
	assert_int_equal(seen.shot[0].frame.link, 9);
	assert_int_equal(seen.shot[0].frame.cap_len, 2);
	assert_int_equal(seen.shot[0].frame.wire_len, 60);
	assert_int_equal(seen.shot[0].frame.time, 7000);
	assert_string_equal(seen.shot[2].comment, "old");
	assert_int_equal(seen.drops, 8);
}

static void comments_belong_to_their_packet(void **state)
{
	struct capfile c = { 0 };
	struct seen seen;
	basic(&c);
	put_packet_begin(&c, 0, 1, "odd");
	put_option(&c, 2, "\1\0\0\0", 4); // flags
	put_option(&c, 1, "look here", 9);
	put_option(&c, 1, "and here", 8);
	put_option(&c, 0, "", 0);
	put_option(&c, 1, "behind the end", 14);
	put_end(&c);
	put_packet(&c, 0, 2, "plain");
	see_file(folder_save(*state, &c), &seen);
	assert_string_equal(seen.shot[0].comment, "look here; and here");
	assert_string_equal(seen.shot[1].comment, "");
}

// ESC, OSC 52, CR, a C1 control, bidi, broken UTF-8, NUL: none gets further.
static void comments_are_printable_from_here_on(void **state)
{
	static const char hostile[] = "\033]52;c;eA==\a\r\xc2\x9b"
				      "31m\u202e\xff\0\\\u00fc";
	struct capfile c = { 0 };
	struct seen seen;
	basic(&c);
	put_packet_begin(&c, 0, 1, "data");
	put_option(&c, 1, hostile, sizeof hostile); // with its NUL
	put_end(&c);
	see_file(folder_save(*state, &c), &seen);
	assert_string_equal(seen.shot[0].comment,
			    "\\x1b]52;c;eA==\\x07\\x0d\\xc2\\x9b31m"
			    "\\xe2\\x80\\xae\\xff\\x00\\\\\u00fc");
}

static void long_comments_are_cut(void **state)
{
	static char text[PCAPNG_COMMENT + 500];
	struct seen seen;
	memset(text, 'x', sizeof(text));
	for (uint16_t n = PCAPNG_COMMENT - 4; n < PCAPNG_COMMENT + 4; n++) {
		struct capfile c = { 0 };
		basic(&c);
		put_packet_begin(&c, 0, 1, "data");
		put_option(&c, 1, text, n);
		put_option(&c, 1, text, n);
		put_end(&c);
		see_file(folder_save(*state, &c), &seen);
		assert_int_equal(seen.n, 1);
		assert_true(strlen(seen.shot[0].comment) >= n ||
			    n > PCAPNG_COMMENT);
		assert_true(strlen(seen.shot[0].comment) <= PCAPNG_COMMENT);
	}
}

// An option that is longer than its block: the packet is good all the same.
static void bad_options_cost_no_packet(void **state)
{
	struct capfile c = { 0 };
	struct seen seen;
	basic(&c);
	put_packet_begin(&c, 0, 1, "data");
	put16(&c, 1);
	put16(&c, 200);
	put(&c, "short", 5);
	put_end(&c);
	put_packet(&c, 0, 2, "next");
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.n, 2);
	assert_string_equal(seen.shot[0].comment, "");
}

static void put_statistics(struct capfile *c, uint32_t interface, uint64_t nic,
			   uint64_t os)
{
	struct capfile v = { .big = c->big };
	put_number(&v, nic, 8);
	put_number(&v, os, 8);
	put_begin(c, 5);
	put32(c, interface);
	put_number(c, 0, 8);
	put_option(c, 4, "received", 8);
	put_option(c, 5, v.b, 8);
	put_option(c, 7, v.b + 8, 8);
	put_end(c);
	free(v.b);
}

static void dropped_packets_are_summed(void **state)
{
	struct capfile c = { 0 };
	struct seen seen;
	basic(&c);
	put_interface(&c, 1, 0);
	put_statistics(&c, 0, 100, 0);
	put_statistics(&c, 0, 100, 20);       // later: counts from the start
	put_statistics(&c, 1, UINT64_MAX, 3); // not known
	put_statistics(&c, 7, 1000, 1000);    // nobody's
	put_packet_begin(&c, 1, 1, "data");
	put_option(&c, 4, "\2\0\0\0\0\0\0", 8); // fewer than the statistics say
	put_end(&c);
	c.big = true;
	put_section(&c);
	put_interface(&c, 1, 0);
	put_statistics(&c, 0, 5, 0);
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.drops, 128);
}

// Frame numbers are Wireshark's: it counts custom blocks and journal entries,
// but no secrets, names or what it doesn't know.
static void other_blocks_are_skipped(void **state)
{
	static const uint32_t types[] = { 0xbad, 0x40000bad, 9, 4,
					  0xa,   0x80000001, 7 };
	struct capfile c = { 0 };
	struct seen seen;
	basic(&c);
	for (size_t i = 0; i < COUNT(types); i++) {
		put_begin(&c, types[i]);
		put(&c, "some bytes", 10);
		put_end(&c);
		put_packet(&c, 0, i, "data");
	}
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.n, 7);
	assert_int_equal(seen.frames, 7);
	assert_int_equal(frame_number(seen.shot[0].frame.id), 2);
	assert_int_equal(frame_number(seen.shot[2].frame.id), 6);
	assert_int_equal(frame_number(seen.shot[6].frame.id), 10);
	assert_string_equal(seen.broken, "");
}

// A block that is larger than any buffer, both read and skipped.
static void large_blocks_are_read_and_skipped(void **state)
{
	enum { LARGE = 5 * 1024 * 1024 };
	struct capfile c = { 0 };
	struct seen seen;
	char *text = malloc(LARGE + 1);
	assert_non_null(text);
	memset(text, 'x', LARGE);
	text[LARGE] = '\0';
	basic(&c);
	put_begin(&c, 0x1234);
	put(&c, text, LARGE);
	put_end(&c);
	put_packet(&c, 0, 1, text);
	put_packet(&c, 0, 2, "last");
	free(text);
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.shot[0].frame.cap_len, LARGE);
	assert_string_equal(seen.shot[1].text, "last");
	assert_string_equal(seen.broken, "");
}

static void a_cut_at_every_byte(void **state)
{
	struct capfile c = { 0 };
	struct seen seen;
	char err[CAPTURE_ERROR];
	size_t end[8], ends = 0, head;
	put_section(&c);
	head = c.n;
	put_interface(&c, 1, 0);
	put_packet(&c, 0, 1, "one");
	end[ends++] = c.n;
	put_simple(&c, 5, "two..");
	end[ends++] = c.n;
	put_begin(&c, 4);
	put(&c, "a block in between", 18);
	put_end(&c);
	put_packet(&c, 0, 1, "three");
	end[ends++] = c.n;
	for (size_t n = 1; n <= c.n; n++) {
		const char *name = folder_put(*state, c.b, n);
		if (n < head) {
			refusal(name, err);
			continue;
		}
		size_t whole = 0;
		while (whole < ends && end[whole] <= n)
			whole++;
		see_file(name, &seen);
		assert_int_equal(seen.n, whole);
		if (n == c.n || (whole > 0 && n == end[whole - 1]))
			assert_string_equal(seen.broken, "");
		if (n == c.n - 1)
			assert_non_null(
			    strstr(seen.broken, ": cut short in packet 3"));
		if (n == end[1] + 1 || n == end[1] + 20)
			assert_non_null(
			    strstr(seen.broken, ": cut short after packet 2"));
	}
	free(c.b);
}

struct damage {
	uint32_t type, head, tail; // of a block with 20 bytes of body
	const char *reason;
};

static const struct damage damages[] = {
	{ 6, 32, 36,
	  "damaged after packet 1: the two lengths of a block differ" },
	{ 99, 32, 0,
	  "damaged after packet 1: the two lengths of a block differ" },
	{ 6, 8, 8, "damaged after packet 1: impossible length of a block" },
	{ 6, 0, 0, "damaged after packet 1: impossible length of a block" },
	{ 6, 33, 33, "damaged after packet 1: impossible length of a block" },
	{ 99, 0x7ffffffc, 0,
	  "damaged after packet 1: impossible length of a block" },
	{ 6, 0x1000000, 0, "cut short in packet 2" },
	{ 99, 0x1000000, 0, "cut short after packet 1" },
	{ 0x0a0d0d0a, 32, 32,
	  "damaged after packet 1: a section of no known byte order" },
};

static void damage_ends_the_file(void **state)
{
	for (size_t i = 0; i < COUNT(damages); i++) {
		const struct damage *d = &damages[i];
		struct capfile c = { 0 };
		struct seen seen;
		basic(&c);
		put_packet(&c, 0, 1, "good");
		put_begin(&c, d->type);
		put(&c, "twenty bytes of body", 20);
		put_end_as(&c, d->head, d->tail);
		put_packet(&c, 0, 1, "lost");
		see_file(folder_save(*state, &c), &seen);
		assert_int_equal(seen.n, 1);
		if (!strstr(seen.broken, d->reason))
			fail_msg("case %zu: %s", i, seen.broken);
	}
}

static void packets_stay_inside_their_blocks(void **state)
{
	static const uint32_t lengths[] = { 5, 0x100, 0x7fffffff, 0xffffffff };
	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct capfile c = { 0 };
		struct seen seen;
		basic(&c);
		put_begin(&c, 6);
		put_zeros(&c, 12);
		put32(&c, lengths[i]);
		put32(&c, 60);
		put(&c, "abcd", 4);
		put_end(&c);
		see_file(folder_save(*state, &c), &seen);
		assert_int_equal(seen.n, 0);
		assert_non_null(
		    strstr(seen.broken, "a packet longer than its block"));
	}
}

static void versions_and_clocks_from_elsewhere_are_refused(void **state)
{
	struct capfile c = { 0 };
	struct seen seen;
	char err[CAPTURE_ERROR];
	put_section(&c);
	c.b[12] = 2;
	assert_string_equal(
	    refusal(folder_save(*state, &c), err),
	    "damaged before packet 1: its pcapng version is not known");
	put_section(&c);
	put_begin(&c, 1);
	put32(&c, 1);
	put32(&c, 0);
	put_option(&c, 9, "\x7f", 1);
	put_end(&c);
	see_file(folder_save(*state, &c), &seen);
	assert_non_null(strstr(seen.broken, "impossible resolution of time"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_make, folder_remove)
	const struct CMUnitTest tests[] = {
		TEST(both_byte_orders),
		TEST(interfaces_differ_in_link_type_and_snap_length),
		TEST(interfaces_have_clocks_of_their_own),
		TEST(sections_have_byte_orders_and_interfaces_of_their_own),
		TEST(simple_packets_get_the_time_before_them),
		TEST(old_packet_blocks_are_read),
		TEST(comments_belong_to_their_packet),
		TEST(comments_are_printable_from_here_on),
		TEST(long_comments_are_cut),
		TEST(bad_options_cost_no_packet),
		TEST(dropped_packets_are_summed),
		TEST(other_blocks_are_skipped),
		TEST(large_blocks_are_read_and_skipped),
		TEST(a_cut_at_every_byte),
		TEST(damage_ends_the_file),
		TEST(packets_stay_inside_their_blocks),
		TEST(versions_and_clocks_from_elsewhere_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
