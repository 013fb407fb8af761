// The short way of plain frames: it is taken, and it ends where the layers do.
#include "decode/fast_decode.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "build.h"
#include "read/capture.h"
#include "same.h"

enum { ETHERNET = 1, RAW = 101, COOKED_1 = 113, COOKED_2 = 276 };

// Every frame in turn, in memory of exactly its size, so that a sanitizer sees
// a read beyond it; data may be changed.
struct copy {
	struct frame frame;
	uint8_t *data;
};

static struct copy copy_of(const struct frame *f, size_t n)
{
	struct copy c = { *f, malloc(n ? n : 1) };

	assert_non_null(c.data);
	memcpy(c.data, f->data, n);
	c.frame.data = c.data;
	c.frame.cap_len = (uint32_t)n;
	return c;
}

static void is_same(const struct frame *f, const char *how)
{
	if (!same_both_ways(f))
		fail_msg("frame %llu of link type %u, %u of %u bytes, %s",
			 (unsigned long long)f->id, (unsigned)f->link,
			 (unsigned)f->cap_len, (unsigned)f->wire_len, how);
}

// A deterministic pseudo-random number (Knuth's MMIX, its upper half).
static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 32);
}

// Mutations -------------------------------------------------------------------

static void cut_anywhere(const struct frame *f)
{
	uint32_t most = f->cap_len < 120 ? f->cap_len : 120;

	for (uint32_t n = 0; n <= most; n++) {
		struct copy c = copy_of(f, n);
		is_same(&c.frame, "cut");
		c.frame.wire_len = n;
		is_same(&c.frame, "sent so short");
		free(c.data);
	}
}

static void with_wire_length(const struct frame *f)
{
	const uint32_t lengths[] = {
		0,         1, f->cap_len - 1, f->cap_len + 1, f->cap_len + 1500,
		UINT32_MAX
	};
	struct frame g = *f;

	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		g.wire_len = lengths[i];
		is_same(&g, "with another wire length");
	}
}

// Every bit of the headers alone ...
static void with_a_bit_flipped(const struct frame *f)
{
	struct copy c = copy_of(f, f->cap_len);
	uint32_t most = f->cap_len < 100 ? f->cap_len : 100;

	for (uint32_t bit = 0; bit < most * 8; bit++) {
		c.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		is_same(&c.frame, "with a bit flipped");
		c.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	free(c.data);
}

// ... and several bytes together, of values that headers look for.
static void with_bytes_changed(const struct frame *f, uint64_t *seed)
{
	static const uint8_t values[] = { 0,  1,    2,    4,    5,    6,
					  8,  0x0a, 0x14, 0x28, 0x40, 0x45,
					  58, 0x60, 0x80, 0x81, 0xf0, 0xff };

	for (int round = 0; round < 60 && f->cap_len > 0; round++) {
		uint32_t n = round % 4 ? f->cap_len
				       : next_random(seed) % (f->cap_len + 1);
		struct copy c = copy_of(f, n);
		for (uint32_t i = next_random(seed) % 4; n && i < 4; i++) {
			uint32_t at = next_random(seed) % (n < 90 ? n : 90);
			c.data[at] = values[next_random(seed) % sizeof values];
		}
		is_same(&c.frame, "with bytes changed");
		free(c.data);
	}
}

static void in_other_links(const struct frame *f)
{
	static const uint32_t links[] = { ETHERNET, RAW, COOKED_1, COOKED_2,
					  0,        12,  228,      229 };
	struct frame g = *f;

	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		g.link = links[i];
		is_same(&g, "with another link type");
	}
}

// Tests -----------------------------------------------------------------------

static void every_sample_decodes_the_same(void **state)
{
	char err[CAPTURE_ERROR];
	size_t plain = 0, segments = 0;
	uint64_t seed = 2026;
	struct frame f;
	glob_t found;

	(void)state;
	assert_int_equal(glob("samples/*.pcap", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *file = found.gl_pathv[i];
		struct capture *c = capture_open(&file, 1, err);
		assert_non_null(c);
		while (capture_next(c, &f) == 1) {
			struct copy whole = copy_of(&f, f.cap_len);
			struct packet p;
			plain += plain_decode(&whole.frame, &p);
			packet_unwrap(&whole.frame, &p);
			segments += p.kind == PACKET_SEGMENT;
			is_same(&whole.frame, file);
			cut_anywhere(&whole.frame);
			with_wire_length(&whole.frame);
			with_a_bit_flipped(&whole.frame);
			with_bytes_changed(&whole.frame, &seed);
			in_other_links(&whole.frame);
			free(whole.data);
		}
		capture_close(c);
	}
	globfree(&found);
	assert_true(plain > segments - segments / 10);
}

static struct frame frame_of(const struct build *b, uint32_t link)
{
	return (struct frame){
		.time = 1,
		.id = 7,
		.wire_len = (uint32_t)build_size(b),
		.cap_len = (uint32_t)build_size(b),
		.link = link,
		.data = b->room + b->at,
	};
}

// IPv4 or IPv6 behind a header of these bytes: plain, and the same whatever is
// done to it.
static void is_plain(bool v6, const char *header, uint32_t link, bool expected)
{
	struct build b = v6 ? build_hello6() : build_hello();
	struct packet p;
	struct frame f;
	uint64_t seed = link;

	build_hex(&b, header);
	f = frame_of(&b, link);
	if (plain_decode(&f, &p) != expected)
		fail_msg("link type %u, %s", (unsigned)link, header);
	is_same(&f, header);
	cut_anywhere(&f);
	with_a_bit_flipped(&f);
	with_bytes_changed(&f, &seed);
}

#define MACS "020202020202 020202020202 "

static void plain_links_are_known(void **state)
{
	(void)state;
	is_plain(false, MACS "0800", ETHERNET, true);
	is_plain(true, MACS "86dd", ETHERNET, true);
	is_plain(false, MACS "8100 0064 0800", ETHERNET, true);
	is_plain(true, MACS "88a8 0064 8100 0065 86dd", ETHERNET, true);
	is_plain(false, "0000 0001 0006 020202020202 0000 0800", COOKED_1,
		 true);
	is_plain(true, "0000 0304 0006 000000000000 0000 86dd", COOKED_1, true);
	is_plain(false, "0800 0000 00000002 0001 00 06 0202020202020000",
		 COOKED_2, true);
	is_plain(false, "", RAW, true);
	is_plain(true, "", RAW, true);
}

static void other_links_are_not_plain(void **state)
{
	(void)state;
	is_plain(false, MACS "8100 0001 8100 0002 8100 0003 0800", ETHERNET,
		 false);
	is_plain(true, MACS "0800", ETHERNET, false);
	is_plain(false, MACS "86dd", ETHERNET, false);
	is_plain(false, MACS "0806", ETHERNET, false);
	// GRE and netlink have no EtherTypes there.
	is_plain(false, "0000 030a 0006 020202020202 0000 0800", COOKED_1,
		 false);
	is_plain(false, "0000 0338 0006 020202020202 0000 0800", COOKED_1,
		 false);
	is_plain(false, "", 228, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sample_decodes_the_same),
		cmocka_unit_test(plain_links_are_known),
		cmocka_unit_test(other_links_are_not_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
