// Opening, merging and filtering; the formats and pipes have tests of their
// own.
#include "read/capture.h"

#include "capfile.h"
#include "skip.h"

#include <errno.h>
#include <sys/stat.h>

// Inputs that can't be read ---------------------------------------------------

static void what_is_no_capture_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *reason;
	} cases[] = {
		{ "", 0, "empty file" },
		{ "\xd4\xc3", 2, "not a capture file" },
		{ "#include <stdio.h>\n", 19, "not a capture file" },
		{ "snoop\0\0\0\0\0\0\2", 12,
		  "a snoop capture: convert it with editcap -F pcapng FILE "
		  "NEW" },
		{ "\177ver\0\0\0\0\0", 9,
		  "an OmniPeek capture: convert it with editcap -F pcapng FILE "
		  "NEW" },
		// A record of ERF type 2 (Ethernet) of 2024, 84 bytes of 64.
		{ "\0\0\0\200\200\214\222\145\2\4\0\124\0\0\0\100\0\0", 18,
		  "perhaps an ERF capture: convert it with editcap -F pcapng "
		  "FILE NEW" },
		{ "PK\3\4", 4, "a zip archive: unpack it first" },
	};
	char err[CAPTURE_ERROR];
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    refusal(folder_put(*state, cases[i].bytes, cases[i].n),
			    err),
		    cases[i].reason);
	assert_string_equal(refusal(((struct folder *)*state)->path, err),
			    strerror(EISDIR));
	assert_string_equal(refusal("/nonexistent.pcap", err),
			    strerror(ENOENT));
}

static void an_unreadable_file_is_refused(void **state)
{
	const char *name = folder_put(*state, "abc", 3);
	char err[CAPTURE_ERROR];
	assert_int_equal(chmod(name, 0), 0);
	if (access(name, R_OK) == 0)
		skip_because("root reads everything");
	assert_string_equal(refusal(name, err), strerror(EACCES));
}

static void one_unreadable_file_among_several_is_refused(void **state)
{
	static const uint32_t s[] = { 1, 0 };
	const char *files[] = { piece(*state, "a", s), "/nonexistent.pcap",
				piece(*state, "b", s) };
	char err[CAPTURE_ERROR];
	assert_null(capture_open(files, 3, err));
	assert_memory_equal(err, "/nonexistent.pcap: ", 19);
}

static void long_names_leave_room_for_the_reason(void **state)
{
	char name[2000], err[CAPTURE_ERROR];
	const char *file = name;
	(void)state;
	for (size_t i = 0; i < sizeof(name) - 1; i++)
		name[i] = "\xc3\xa4"[i % 2]; // a-umlaut
	name[0] = 'x';
	name[sizeof(name) - 1] = '\0';
	assert_null(capture_open(&file, 1, err));
	assert_memory_equal(err, "...\xc3\xa4", 5);
	assert_non_null(strstr(err, strerror(ENAMETOOLONG)));
}

// Several files ---------------------------------------------------------------

static void pieces_join_in_whatever_order_they_are_named(void **state)
{
	static const uint32_t s[3][4] = { { 1, 2, 3 }, { 4, 5 }, { 6, 7, 8 } };
	const char *files[] = { piece(*state, "c", s[2]),
				piece(*state, "a", s[0]),
				piece(*state, "b", s[1]) };
	struct seen seen;
	see_files(files, 3, &seen);
	assert_order(&seen, "aaabbccc");
	assert_int_equal(seen.shot[0].frame.id, frame_id(1, 1));
	assert_int_equal(seen.shot[4].frame.id, frame_id(2, 2));
	assert_int_equal(seen.shot[7].frame.id, frame_id(0, 3));
	assert_int_equal(seen.frames, 8);
	assert_string_equal(seen.broken, "");
}

static void overlapping_files_are_merged(void **state)
{
	static const uint32_t s[4][6] = {
		{ 1, 5, 9 }, { 2, 5, 6 }, { 5, 7, 8, 10 }, { 0 }
	};
	const char *files[] = { piece(*state, "a", s[0]),
				piece(*state, "b", s[1]),
				piece(*state, "c", s[2]),
				piece(*state, "d", s[3]) };
	struct seen seen;
	see_files(files, 4, &seen);
	assert_order(&seen, "ababcbccac"); // ties: as named
}

// Its order is its own; others wait for its first frame, not for its oldest.
static void a_file_that_goes_back_in_time_keeps_its_order(void **state)
{
	static const uint32_t s[2][6] = { { 5, 3, 4, 9 }, { 1, 4, 6 } };
	const char *files[] = { piece(*state, "a", s[0]),
				piece(*state, "b", s[1]) };
	struct seen seen;
	see_files(files, 2, &seen);
	assert_order(&seen, "bbaaaba");
}

static void a_broken_file_does_not_stop_the_others(void **state)
{
	static const uint32_t s[2][4] = { { 1, 4 }, { 2, 3, 5 } };
	struct capfile c = { 0 };
	char err[CAPTURE_ERROR];
	put_pcap(&c, 0xa1b2c3d4, 4, 1);
	put_record(&c, 3, 0, "x");
	put(&c, "\1\2\3", 3);
	const char *files[] = { piece(*state, "a", s[0]),
				folder_save(*state, &c),
				piece(*state, "b", s[1]) };
	assert_int_equal(truncate(files[2], 24 + 17 * 3 - 1), 0);
	struct capture *in = capture_open(files, 3, err);
	assert_non_null(in);
	char got[16] = "";
	struct shot shot;
	while (see_next(in, &shot))
		got[strlen(got)] = shot.text[0];
	assert_string_equal(got, "abxba");
	assert_memory_equal(capture_broken(in, 0), files[1], strlen(files[1]));
	assert_non_null(
	    strstr(capture_broken(in, 0), ": cut short in packet 2"));
	assert_memory_equal(capture_broken(in, 1), files[2], strlen(files[2]));
	assert_null(capture_broken(in, 2));
	capture_close(in);
}

static void comments_and_drops_come_from_the_right_file(void **state)
{
	const char *files[2];
	struct seen seen;
	for (uint32_t i = 0; i < 2; i++) {
		struct capfile c = { .big = i };
		put_section(&c);
		put_interface(&c, 1, 0);
		for (uint32_t k = 0; k < 3; k++) {
			put_packet_begin(&c, 0, 2 * k + i, i ? "b" : "a");
			if (k + i < 3)
				put_option(&c, 1, i ? "from b" : "from a", 6);
			put_option(&c, 4,
				   i ? "\0\0\0\0\0\0\0\2" : "\1\0\0\0\0\0\0",
				   8);
			put_end(&c);
		}
		files[i] = folder_save(*state, &c);
	}
	see_files(files, 2, &seen);
	assert_order(&seen, "ababab");
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(seen.shot[i].comment,
				    i % 2 ? "from b" : "from a");
	assert_string_equal(seen.shot[5].comment, "");
	assert_int_equal(seen.drops, 3 * 1 + 3 * 2);
}

// Filters ---------------------------------------------------------------------

// An Ethernet frame with an IPv4 packet of that protocol.
static void put_ip(struct capfile *c, uint32_t s, uint8_t protocol)
{
	uint8_t b[60] = { [12] = 8, [14] = 0x45, [17] = 46, [22] = 64 };
	b[23] = protocol;
	put_record_of(c, s, 0, b, sizeof(b));
}

static const char *mixed(struct folder *f)
{
	static const uint8_t protocols[] = { 6, 17, 6, 1, 17, 6 };
	struct capfile c = { 0 };
	put_pcap(&c, 0xa1b2c3d4, 4, 1);
	for (uint32_t i = 0; i < COUNT(protocols); i++)
		put_ip(&c, i + 1, protocols[i]);
	return folder_save(f, &c);
}

static void filtered_frames_keep_their_numbers(void **state)
{
	struct capture *c = open_one(mixed(*state));
	struct seen seen;
	char err[CAPTURE_ERROR];
	assert_int_equal(capture_filter(c, "tcp", err), 0);
	see_all(c, &seen);
	assert_int_equal(seen.n, 3);
	assert_int_equal(seen.shot[1].frame.id, frame_id(0, 3));
	assert_int_equal(seen.shot[2].frame.id, frame_id(0, 6));
	assert_int_equal(seen.frames, 6);
}

static void several_files_are_filtered(void **state)
{
	const char *files[] = { mixed(*state), mixed(*state) };
	char err[CAPTURE_ERROR];
	struct capture *c = capture_open(files, 2, err);
	struct seen seen;
	assert_non_null(c);
	assert_int_equal(capture_filter(c, "udp", err), 0);
	see_all(c, &seen);
	assert_int_equal(seen.n, 4);
	assert_int_equal(seen.shot[1].frame.id, frame_id(1, 2));
	assert_int_equal(seen.frames, 12);
}

static void a_wrong_filter_is_refused_in_libpcaps_words(void **state)
{
	struct capture *c = open_one(mixed(*state));
	struct frame f;
	char err[CAPTURE_ERROR] = "";
	assert_int_equal(capture_filter(c, "tcp and and", err), -1);
	assert_non_null(strstr(err, "syntax error"));
	assert_int_equal(capture_next(c, &f), 1);
	capture_close(c);
}

// Ethernet addresses mean nothing on a raw IP link; IP means the same on both.
static void each_link_type_has_its_program(void **state)
{
	static const struct {
		const char *expression;
		size_t n;
	} cases[] = { { "ip", 2 },
		      { "ip proto 6", 2 },
		      { "ether src 00:00:00:00:00:00", 1 },
		      { "ip6", 0 } };
	uint8_t b[60] = { [12] = 8, [14] = 0x45, [17] = 46, [22] = 64, 6 };
	struct capfile c = { 0 };
	put_section(&c);
	put_interface(&c, 1, 0);
	put_interface(&c, 101, 0);
	for (uint32_t i = 2; i-- > 0;) {
		uint32_t n = i ? 46 : 60;
		put_begin(&c, 6);
		put32(&c, i);
		put_zeros(&c, 8);
		put32(&c, n);
		put32(&c, n);
		put(&c, b + 60 - n, n);
		put_end(&c);
	}
	const char *name = folder_save(*state, &c);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct capture *in = open_one(name);
		struct seen seen;
		char err[CAPTURE_ERROR] = "";
		if (capture_filter(in, cases[i].expression, err) < 0)
			fail_msg("%s: %s", cases[i].expression, err);
		see_all(in, &seen);
		assert_int_equal(seen.n, cases[i].n);
		assert_int_equal(seen.frames, 2);
	}
}

static void a_filter_that_fits_no_link_type_is_refused(void **state)
{
	struct capfile c = { 0 };
	char err[CAPTURE_ERROR] = "";
	put_pcap(&c, 0xa1b2c3d4, 4, 101);
	put_record(&c, 1, 0, "raw");
	struct capture *in = open_one(folder_save(*state, &c));
	assert_int_equal(capture_filter(in, "ether host 2:0:0:0:0:1", err), -1);
	assert_non_null(strstr(err, "ethernet"));
	capture_close(in);
}

static void a_filter_for_an_empty_capture_is_checked(void **state)
{
	struct capfile c = { 0 };
	char err[CAPTURE_ERROR] = "";
	put_pcap(&c, 0xa1b2c3d4, 4, 1);
	struct capture *in = open_one(folder_save(*state, &c));
	assert_int_equal(capture_filter(in, "no such word", err), -1);
	assert_int_equal(capture_filter(in, "tcp port 80", err), 0);
	capture_close(in);
}

// Progress --------------------------------------------------------------------

static void progress_reaches_the_whole(void **state)
{
	static const uint32_t s[] = { 1, 2, 3, 0 };
	const char *files[] = { piece(*state, "a", s), piece(*state, "b", s) };
	char err[CAPTURE_ERROR];
	struct capture *c = capture_open(files, 2, err);
	struct frame f;
	uint64_t done, total;
	assert_non_null(c);
	assert_true(capture_rereadable(c));
	capture_progress(c, &done, &total);
	assert_int_equal(total, 2 * (24 + 3 * 17));
	assert_true(done < total);
	while (capture_next(c, &f))
		continue;
	capture_progress(c, &done, &total);
	assert_int_equal(done, total);
	assert_int_equal(capture_frames(c), 6);
	capture_close(c);
}

static void the_library_has_a_version(void **state)
{
	(void)state;
	assert_memory_equal(capture_library(), "libpcap version ", 16);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_make, folder_remove)
	const struct CMUnitTest tests[] = {
		TEST(what_is_no_capture_is_refused_with_a_reason),
		TEST(an_unreadable_file_is_refused),
		TEST(one_unreadable_file_among_several_is_refused),
		TEST(long_names_leave_room_for_the_reason),
		TEST(pieces_join_in_whatever_order_they_are_named),
		TEST(overlapping_files_are_merged),
		TEST(a_file_that_goes_back_in_time_keeps_its_order),
		TEST(a_broken_file_does_not_stop_the_others),
		TEST(comments_and_drops_come_from_the_right_file),
		TEST(filtered_frames_keep_their_numbers),
		TEST(several_files_are_filtered),
		TEST(a_wrong_filter_is_refused_in_libpcaps_words),
		TEST(each_link_type_has_its_program),
		TEST(a_filter_that_fits_no_link_type_is_refused),
		TEST(a_filter_for_an_empty_capture_is_checked),
		TEST(progress_reaches_the_whole),
		TEST(the_library_has_a_version),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
