// Classic pcap files, through capture.h.
#include "read/pcapfile.h"

#include "capfile.h"

struct variant_case {
	uint32_t magic;
	uint16_t minor;
	int64_t unit;
};

static const struct variant_case variants[] = {
	{ 0xa1b2c3d4, 4, 1000 },
	{ 0xa1b23c4d, 4, 1 },
	{ 0xa1b2c3d4, 3, 1000 },
};

static void read_variant(struct folder *f, const struct variant_case *v,
			 bool big)
{
	struct capfile c = { .big = big };
	struct seen seen;
	put_pcap(&c, v->magic, v->minor, 276);
	put_record(&c, 1700000000, 123456, "one");
	put_record(&c, 4294967295, 999999, "");
	see_file(folder_save(f, &c), &seen);
	assert_int_equal(seen.n, 2);
	const struct frame *one = &seen.shot[0].frame;
	assert_int_equal(one->time, 1700000000000000000 + 123456 * v->unit);
	assert_int_equal(one->id, frame_id(0, 1));
	assert_int_equal(one->wire_len, 8);
	assert_int_equal(one->cap_len, 3);
	assert_int_equal(one->link, 276);
	assert_string_equal(seen.shot[0].text, "one");
	const struct frame *two = &seen.shot[1].frame;
	assert_int_equal(two->time, 4294967295000000000 + 999999 * v->unit);
	assert_int_equal(two->id, frame_id(0, 2));
	assert_int_equal(two->cap_len, 0);
	assert_string_equal(seen.broken, "");
}

static void both_byte_orders_and_all_resolutions(void **state)
{
	for (size_t i = 0; i < COUNT(variants); i++) {
		read_variant(*state, &variants[i], false);
		read_variant(*state, &variants[i], true);
	}
}

static void kuznetsovs_records_are_longer(void **state)
{
	struct capfile c = { 0 };
	struct seen seen;
	put_pcap(&c, 0xa1b2cd34, 4, 1);
	for (int i = 0; i < 2; i++) {
		put32(&c, 7);
		put32(&c, 8);
		put32(&c, 3);
		put32(&c, 60);
		put(&c, "interfac", 8);
		put(&c, "abc", 3);
	}
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.n, 2);
	assert_string_equal(seen.shot[1].text, "abc");
	assert_int_equal(seen.shot[1].frame.wire_len, 60);
	assert_int_equal(seen.shot[1].frame.time, 7000008000);
}

// The order of the two lengths changed in 2.3.
static void old_versions_have_the_wire_length_first(void **state)
{
	struct capfile c = { .big = true };
	struct seen seen;
	put_pcap(&c, 0xa1b2c3d4, 2, 1);
	put32(&c, 1);
	put32(&c, 0);
	put32(&c, 9);
	put32(&c, 3);
	put(&c, "abc", 3);
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.shot[0].frame.cap_len, 3);
	assert_int_equal(seen.shot[0].frame.wire_len, 9);
}

static void version_2_3_has_either_order(void **state)
{
	struct capfile c = { 0 };
	struct seen seen;
	put_pcap(&c, 0xa1b2c3d4, 3, 1);
	put_record(&c, 1, 0, "abc");
	put32(&c, 2);
	put32(&c, 0);
	put32(&c, 9);
	put32(&c, 2);
	put(&c, "de", 2);
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.shot[0].frame.cap_len, 3);
	assert_string_equal(seen.shot[1].text, "de");
	assert_int_equal(seen.shot[1].frame.wire_len, 9);
}

static void unknown_versions_are_refused(void **state)
{
	struct capfile c = { 0 };
	char err[CAPTURE_ERROR];
	put_pcap(&c, 0xa1b2c3d4, 5, 1);
	assert_string_equal(refusal(folder_save(*state, &c), err),
			    "pcap version 2.5 is not known");
}

static void check_bits_are_no_link_type(void **state)
{
	struct capfile c = { 0 };
	struct seen seen;
	put_pcap(&c, 0xa1b2c3d4, 4, 0x24000001);
	put_record(&c, 1, 0, "abc");
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.shot[0].frame.link, 1);
}

// Every frame before the cut is given, and the cut is told of unless it is
// where a record would begin.
static void a_cut_at_every_byte(void **state)
{
	enum { RECORD = 16 + 6, RECORDS = 3, HEADER = 24 };
	struct capfile c = { 0 };
	struct seen seen;
	char err[CAPTURE_ERROR], want[64];
	put_pcap(&c, 0xa1b2c3d4, 4, 1);
	for (uint32_t i = 1; i <= RECORDS; i++)
		put_record(&c, i, 0, "abcdef");
	for (size_t n = 1; n <= c.n; n++) {
		const char *name = folder_put(*state, c.b, n);
		if (n < HEADER) {
			assert_string_equal(refusal(name, err),
					    n < 4 ? "not a capture file"
						  : "cut short in its header");
			continue;
		}
		size_t whole = (n - HEADER) / RECORD;
		see_file(name, &seen);
		assert_int_equal(seen.n, whole);
		if (n == HEADER + whole * RECORD) {
			assert_string_equal(seen.broken, "");
			continue;
		}
		snprintf(want, sizeof(want), ": cut short in packet %zu",
			 whole + 1);
		assert_non_null(strstr(seen.broken, want));
	}
	free(c.b);
}

static void an_absurd_length_is_damage(void **state)
{
	struct capfile c = { 0 };
	struct seen seen;
	put_pcap(&c, 0xa1b2c3d4, 4, 1);
	put_record(&c, 1, 0, "abc");
	put32(&c, 2);
	put32(&c, 0);
	put32(&c, 1024 * 1024 + 1);
	put32(&c, 60);
	const char *name = folder_save(*state, &c);
	see_file(name, &seen);
	assert_int_equal(seen.n, 1);
	assert_non_null(
	    strstr(seen.broken,
		   ": damaged after packet 1: the next has 1048577 bytes"));
}

static void zeros_are_damage(void **state)
{
	static const uint8_t zeros[4096];
	struct capfile c = { 0 };
	struct seen seen;
	put_pcap(&c, 0xa1b2c3d4, 4, 1);
	put(&c, zeros, sizeof(zeros));
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.n, 0);
	assert_non_null(
	    strstr(seen.broken, ": damaged before packet 1: zeros follow"));
}

// Records larger than any buffer, with small ones around them.
static void jumbo_records_are_read(void **state)
{
	enum { JUMBO = 1024 * 1024 };
	struct capfile c = { 0 };
	struct seen seen;
	uint8_t *data = calloc(1, JUMBO);
	assert_non_null(data);
	put_pcap(&c, 0xa1b2c3d4, 4, 1);
	for (uint32_t i = 0; i < 3; i++) {
		put_record(&c, i, 0, "abc");
		put_record_of(&c, i, 0, data, JUMBO - i);
	}
	put_record(&c, 9, 0, "last");
	free(data);
	see_file(folder_save(*state, &c), &seen);
	assert_int_equal(seen.n, 7);
	assert_int_equal(seen.shot[1].frame.cap_len, JUMBO);
	assert_int_equal(seen.shot[5].frame.cap_len, JUMBO - 2);
	assert_string_equal(seen.shot[6].text, "last");
	assert_string_equal(seen.broken, "");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_make, folder_remove)
	const struct CMUnitTest tests[] = {
		TEST(both_byte_orders_and_all_resolutions),
		TEST(kuznetsovs_records_are_longer),
		TEST(old_versions_have_the_wire_length_first),
		TEST(version_2_3_has_either_order),
		TEST(unknown_versions_are_refused),
		TEST(check_bits_are_no_link_type),
		TEST(a_cut_at_every_byte),
		TEST(an_absurd_length_is_damage),
		TEST(zeros_are_damage),
		TEST(jumbo_records_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
