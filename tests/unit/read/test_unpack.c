// Compressed captures, through capture.h.
#include "read/unpack.h"

#include "capfile.h"
#include "skip.h"

#include <zlib.h>
#ifdef WITH_ZSTD
#include <zstd.h>
#endif
#ifdef WITH_LZ4
#include <lz4frame.h>
#endif
#ifdef WITH_XZ
#include <lzma.h>
#endif
#ifdef WITH_BZIP2
#include <bzlib.h>
#endif

// Appends one whole member (frame) with these bytes to *out.
typedef void pack(struct capfile *out, const void *p, size_t n);

static void pack_gzip(struct capfile *out, const void *p, size_t n)
{
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)p,
		       .avail_in = (uInt)n };
	size_t room = n + n / 100 + 1000;
	uint8_t *b = malloc(room);
	assert_non_null(b);
	assert_int_equal(
	    deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
	    Z_OK);
	z.next_out = b;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	put(out, b, z.total_out);
	deflateEnd(&z);
	free(b);
}

#ifdef WITH_ZSTD
static void pack_zstd(struct capfile *out, const void *p, size_t n)
{
	size_t room = ZSTD_compressBound(n);
	uint8_t *b = malloc(room);
	assert_non_null(b);
	put(out, b, ZSTD_compress(b, room, p, n, 1));
	free(b);
}

// What pzstd begins its files with.
static void pack_pzstd(struct capfile *out, const void *p, size_t n)
{
	put(out, "\x5a\x2a\x4d\x18\4\0\0\0size", 12);
	pack_zstd(out, p, n);
}
#endif

#ifdef WITH_LZ4
static void pack_lz4(struct capfile *out, const void *p, size_t n)
{
	size_t room = LZ4F_compressFrameBound(n, NULL);
	uint8_t *b = malloc(room);
	assert_non_null(b);
	put(out, b, LZ4F_compressFrame(b, room, p, n, NULL));
	free(b);
}
#endif

#ifdef WITH_XZ
static void pack_xz(struct capfile *out, const void *p, size_t n)
{
	size_t room = lzma_stream_buffer_bound(n), made = 0;
	uint8_t *b = malloc(room);

	assert_int_equal(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, p,
						 n, b, &made, room),
			 LZMA_OK);
	put(out, b, made);
	free(b);
}
#endif

#ifdef WITH_BZIP2
static void pack_bzip2(struct capfile *out, const void *p, size_t n)
{
	unsigned room = (unsigned)n + (unsigned)n / 100 + 600;
	char *b = malloc(room);

	assert_int_equal(BZ2_bzBuffToBuffCompress(b, &room,
						  (char *)(uintptr_t)p,
						  (unsigned)n, 9, 0, 0),
			 BZ_OK);
	put(out, b, room);
	free(b);
}
#endif

static const struct {
	const char *name;
	pack *pack;
} packers[] = {
	{ "gzip", pack_gzip },
#ifdef WITH_ZSTD
	{ "zstd", pack_zstd },
	{ "zstd", pack_pzstd },
#endif
#ifdef WITH_LZ4
	{ "lz4", pack_lz4 },
#endif
#ifdef WITH_XZ
	{ "xz", pack_xz },
#endif
#ifdef WITH_BZIP2
	{ "bzip2", pack_bzip2 },
#endif
};

static void put_example(struct capfile *c, uint32_t records)
{
	put_pcap(c, 0xa1b2c3d4, 4, 1);
	for (uint32_t i = 0; i < records; i++)
		put_record(c, i, 0, "packet");
}

static void all_formats_are_known_by_content(void **state)
{
	for (size_t i = 0; i < COUNT(packers); i++) {
		struct capfile c = { 0 }, out = { 0 };
		struct seen seen;
		put_example(&c, 9);
		packers[i].pack(&out, c.b, c.n);
		free(c.b);
		see_file(folder_save(*state, &out), &seen);
		assert_int_equal(seen.n, 9);
		assert_int_equal(seen.shot[8].frame.time, 8000000000);
		assert_string_equal(seen.shot[8].text, "packet");
		assert_string_equal(seen.broken, "");
	}
}

// cat a.gz b.gz: the seam lies within a record.
static void members_follow_one_another(void **state)
{
	for (size_t i = 0; i < COUNT(packers); i++) {
		struct capfile c = { 0 }, out = { 0 };
		struct seen seen;
		put_example(&c, 9);
		packers[i].pack(&out, c.b, 50);
		packers[i].pack(&out, c.b + 50, 0);
		packers[i].pack(&out, c.b + 50, 70);
		packers[i].pack(&out, c.b + 120, c.n - 120);
		free(c.b);
		see_file(folder_save(*state, &out), &seen);
		assert_int_equal(seen.n, 9);
		assert_string_equal(seen.broken, "");
	}
}

// Many times what the ring and the window hold.
static void large_captures_stream_through(void **state)
{
	enum { RECORDS = 100000 };
	for (size_t i = 0; i < COUNT(packers); i++) {
		struct capfile c = { 0 }, out = { 0 };
		struct frame f;
		put_example(&c, RECORDS);
		packers[i].pack(&out, c.b, c.n);
		free(c.b);
		struct capture *in = open_one(folder_save(*state, &out));
		uint32_t k = 0;
		while (capture_next(in, &f)) {
			assert_int_equal(frame_number(f.id), ++k);
			assert_memory_equal(f.data, "packet", 6);
		}
		assert_int_equal(k, RECORDS);
		assert_null(capture_broken(in, 0));
		capture_close(in);
	}
}

// The second member's few bytes come out where the ring's first slot ends, and
// no more input comes behind them to push them out.
static void the_last_bytes_are_not_left_in_the_decoder(void **state)
{
	enum { SLOT = 128 * 1024, RECORD = 22 };
	struct capfile c = { 0 };
	const uint32_t records = SLOT / RECORD + 8;
	put_example(&c, records);
	for (size_t i = 0; i < COUNT(packers); i++) {
		struct capfile out = { 0 };
		struct frame f;
		packers[i].pack(&out, c.b, SLOT - 40);
		packers[i].pack(&out, c.b + SLOT - 40, c.n - (SLOT - 40));
		struct capture *in = open_one(folder_save(*state, &out));
		while (capture_next(in, &f))
			continue;
		assert_int_equal(capture_frames(in), records);
		assert_null(capture_broken(in, 0));
		capture_close(in);
	}
	free(c.b);
}

// What came before the cut is given; that it was cut is always told.
static void a_cut_at_every_byte(void **state)
{
	for (size_t i = 0; i < COUNT(packers); i++) {
		struct capfile c = { 0 }, out = { 0 };
		put_example(&c, 20);
		packers[i].pack(&out, c.b, c.n / 2);
		size_t seam = out.n, last = 0;
		packers[i].pack(&out, c.b + c.n / 2, c.n - c.n / 2);
		for (size_t n = 1; n < out.n; n++) {
			const char *name = folder_put(*state, out.b, n);
			char err[CAPTURE_ERROR];
			struct seen seen;
			struct capture *in = capture_open(&name, 1, err);
			if (!in)
				continue;
			see_all(in, &seen);
			assert_true(seen.n >= last && seen.n <= 20);
			assert_true(n < seam || seen.n >= 9);
			assert_string_not_equal(seen.broken, "");
			last = seen.n;
		}
		free(c.b);
		free(out.b);
	}
}

static void a_cut_says_so(void **state)
{
	struct capfile c = { 0 }, out = { 0 };
	struct seen seen;
	put_example(&c, 20);
	pack_gzip(&out, c.b, c.n);
	free(c.b);
	out.n -= 4;
	see_file(folder_save(*state, &out), &seen);
	assert_int_equal(seen.n, 20);
	assert_non_null(
	    strstr(seen.broken, ": gzip data cut short after packet 20"));
}

static void damage_says_so(void **state)
{
	for (size_t i = 0; i < COUNT(packers); i++) {
		struct capfile c = { 0 }, out = { 0 };
		struct seen seen;
		char want[64];
		put_example(&c, 20);
		packers[i].pack(&out, c.b, c.n);
		free(c.b);
		put(&out, "this is no second member", 24);
		see_file(folder_save(*state, &out), &seen);
		assert_int_equal(seen.n, 20);
		snprintf(want, sizeof(want), ": damaged %s data (",
			 packers[i].name);
		assert_non_null(strstr(seen.broken, want));
	}
}

static void what_is_in_there_must_be_a_capture(void **state)
{
	struct capfile out = { 0 };
	char err[CAPTURE_ERROR];
	char *zeros = calloc(1, 32 << 20);
	assert_non_null(zeros);
	pack_gzip(&out, zeros, 32 << 20);
	free(zeros);
	assert_string_equal(refusal(folder_save(*state, &out), err),
			    "not a capture file");
	pack_gzip(&out, "", 0);
	assert_string_equal(refusal(folder_save(*state, &out), err),
			    "empty file");
	pack_gzip(&out, "snoop\0\0\0\0\0\0\2", 12);
	assert_non_null(
	    strstr(refusal(folder_save(*state, &out), err), "snoop"));
	put(&out, "\x1f\x8b\x08 not a gzip file at all", 27);
	assert_non_null(strstr(refusal(folder_save(*state, &out), err),
			       "damaged gzip data"));
}

// What xz files are padded with to a multiple of four.
static void zero_bytes_between_xz_streams_are_no_damage(void **state)
{
#ifdef WITH_XZ
	struct capfile c = { 0 }, out = { 0 };
	struct seen seen;

	put_example(&c, 9);
	pack_xz(&out, c.b, 50);
	put(&out, "\0\0\0\0\0\0\0\0", 8);
	pack_xz(&out, c.b + 50, c.n - 50);
	put(&out, "\0\0\0\0", 4);
	free(c.b);
	see_file(folder_save(*state, &out), &seen);
	assert_int_equal(seen.n, 9);
	assert_string_equal(seen.broken, "");
#else
	(void)state;
	skip_because("built without xz");
#endif
}

// A library that was missing when this was built is named.
static void what_can_not_be_unpacked_is_named(void **state)
{
	static const struct {
		const char *bytes, *name;
	} formats[] = {
		{ "\x28\xb5\x2f\xfd more", "zstd" },
		{ "\x04\x22\x4d\x18 more", "lz4" },
		{ "\xfd\x37zXZ more", "xz" },
		{ "BZh9 more", "bzip2" },
	};
	char err[CAPTURE_ERROR], want[64];

	for (size_t i = 0; i < COUNT(formats); i++) {
		const char *why = refusal(
		    folder_put(*state, formats[i].bytes,
			       strlen(formats[i].bytes)),
		    err);
		const struct codec *c =
		    codec_find((const uint8_t *)formats[i].bytes, 8);

		snprintf(want, sizeof want,
			 codec_missing(c) ? "compressed by %s, which"
					  : "damaged %s data",
			 formats[i].name);
		if (!strstr(why, want) && !strstr(why, "cut short"))
			fail_msg("%s: %s", formats[i].name, why);
	}
}

// A frame that is sound, and wants a window of 2 GiB.
static void a_window_that_is_too_large_is_no_damage(void **state)
{
#ifdef WITH_ZSTD
	struct capfile out = { 0 };
	char err[CAPTURE_ERROR];
	put(&out, "\x28\xb5\x2f\xfd\0\xa8\1\0\0", 9);
	assert_string_equal(
	    refusal(folder_save(*state, &out), err),
	    "zstd window beyond 128 MiB: unpack it by zstd -d --long=31");
#else
	(void)state;
	skip_because("built without zstd");
#endif
}

// Closing while the thread is far from its end, and waits for a free slot.
static void closing_early_ends_the_thread(void **state)
{
	struct capfile c = { 0 }, out = { 0 };
	struct frame f;
	put_example(&c, 100000);
	pack_gzip(&out, c.b, c.n);
	free(c.b);
	const char *name = folder_save(*state, &out);
	for (int i = 0; i < 20; i++) {
		struct capture *in = open_one(name);
		for (int k = 0; k < i; k++)
			assert_int_equal(capture_next(in, &f), 1);
		capture_close(in);
	}
}

// Threads of this process, 0 where that can't be told.
static size_t threads(void)
{
	size_t n = 0;
	DIR *d = opendir("/proc/self/task");
	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

// Hundreds of pieces must need neither hundreds of threads nor windows.
static void pieces_whose_time_has_not_come_are_let_go(void **state)
{
	enum { PIECES = 100 };
	const char *files[PIECES];
	char err[CAPTURE_ERROR] = "";
	struct frame f;
	for (uint32_t i = 0; i < PIECES; i++) {
		struct capfile c = { 0 }, out = { 0 };
		put_pcap(&c, 0xa1b2c3d4, 4, 1);
		put_record(&c, 2 * i + 1, 0, "x");
		put_record(&c, 2 * i + 2, 0, "x");
		packers[i % COUNT(packers)].pack(&out, c.b, c.n);
		free(c.b);
		files[i * 7 % PIECES] = folder_save(*state, &out);
	}
	struct capture *in = capture_open(files, PIECES, err);
	if (!in)
		fail_msg("%s", err);
	for (int64_t s = 1; s <= 2 * PIECES; s++) {
		assert_int_equal(capture_next(in, &f), 1);
		assert_int_equal(f.time, s * 1000000000);
		assert_true(threads() < PIECES / 4);
	}
	assert_int_equal(capture_next(in, &f), 0);
	capture_close(in);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_make, folder_remove)
	const struct CMUnitTest tests[] = {
		TEST(all_formats_are_known_by_content),
		TEST(members_follow_one_another),
		TEST(large_captures_stream_through),
		TEST(the_last_bytes_are_not_left_in_the_decoder),
		TEST(a_cut_at_every_byte),
		TEST(a_cut_says_so),
		TEST(damage_says_so),
		TEST(what_is_in_there_must_be_a_capture),
		TEST(zero_bytes_between_xz_streams_are_no_damage),
		TEST(what_can_not_be_unpacked_is_named),
		TEST(a_window_that_is_too_large_is_no_damage),
		TEST(closing_early_ends_the_thread),
		TEST(pieces_whose_time_has_not_come_are_let_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
