// Pipes and standard input, through capture.h.
#include "read/capture.h"

#include "capfile.h"

#include <fcntl.h>
#include <zlib.h>

// A program that writes to our standard input, plainly or through gzip.
struct writer {
	struct capfile c; // what it will write next
	int fd;
	bool packs;
	z_stream z;
};

static void writer_start(struct writer *w, bool packs)
{
	int fd[2];
	*w = (struct writer){ .packs = packs };
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(dup2(fd[0], STDIN_FILENO), STDIN_FILENO);
	close(fd[0]);
	w->fd = fd[1];
	assert_int_equal(
	    deflateInit2(&w->z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
	    Z_OK);
	put_pcap(&w->c, 0xa1b2c3d4, 4, 1);
	alarm(20); // no test waits longer than this
}

static void writer_flush(struct writer *w, int how)
{
	uint8_t b[1000];
	if (!w->packs) {
		assert_int_equal(write(w->fd, w->c.b, w->c.n), w->c.n);
		w->c.n = 0;
		return;
	}
	w->z.next_in = w->c.b;
	w->z.avail_in = (uInt)w->c.n;
	w->z.next_out = b;
	w->z.avail_out = sizeof(b);
	assert_true(deflate(&w->z, how) >= 0);
	size_t n = sizeof(b) - w->z.avail_out;
	assert_int_equal(write(w->fd, b, n), n);
	w->c.n = 0;
}

static void writer_stop(struct writer *w)
{
	if (w->packs)
		writer_flush(w, Z_FINISH);
	close(w->fd);
	deflateEnd(&w->z);
	free(w->c.b);
}

static void live_captures_give_each_frame_at_once(void **state)
{
	(void)state;
	for (int packs = 0; packs < 2; packs++) {
		struct writer w;
		struct shot shot;
		writer_start(&w, packs);
		writer_flush(&w, Z_SYNC_FLUSH);
		struct capture *in = open_one("-");
		assert_false(capture_rereadable(in));
		for (uint32_t i = 1; i < 10; i++) {
			put_record(&w.c, i, 0, "live");
			writer_flush(&w, Z_SYNC_FLUSH);
			assert_true(see_next(in, &shot));
			assert_int_equal(shot.frame.time,
					 i * INT64_C(1000000000));
		}
		writer_stop(&w);
		assert_false(see_next(in, &shot));
		assert_null(capture_broken(in, 0));
		capture_close(in);
	}
}

// Half a record, or what is no packet, is nothing that one could go on with.
static void a_frame_is_tried_for_without_waiting(void **state)
{
	(void)state;
	struct writer w;
	struct frame frame;
	writer_start(&w, false);
	put_record(&w.c, 1, 0, "one");
	put_record(&w.c, 2, 0, "two");
	w.c.n -= 2;
	writer_flush(&w, 0);
	struct capture *in = open_one("-");
	assert_true(capture_flows(in));
	assert_int_equal(capture_try(in, &frame), 1);
	assert_int_equal(capture_try(in, &frame), CAPTURE_WAITS);
	put(&w.c, "wo", 2);
	writer_flush(&w, 0);
	assert_int_equal(capture_try(in, &frame), 1);
	assert_memory_equal(frame.data, "two", 3);
	assert_int_equal(capture_try(in, &frame), CAPTURE_WAITS);
	writer_stop(&w);
	assert_int_equal(capture_try(in, &frame), 0);
	assert_null(capture_broken(in, 0));
	capture_close(in);
}

static void other_blocks_are_no_frames_to_wait_for(void **state)
{
	(void)state;
	struct writer w;
	struct frame frame;
	writer_start(&w, false);
	w.c.n = 0;
	put_section(&w.c);
	put_interface(&w.c, 1, 0);
	put_begin(&w.c, 0xbad);
	put_zeros(&w.c, 40);
	put_end(&w.c);
	writer_flush(&w, 0);
	struct capture *in = open_one("-");
	assert_int_equal(capture_try(in, &frame), CAPTURE_WAITS);
	put_packet(&w.c, 0, 1, "one");
	put_begin(&w.c, 0xbad);
	put_end(&w.c);
	writer_flush(&w, 0);
	assert_int_equal(capture_try(in, &frame), 1);
	assert_int_equal(frame_number(frame.id), 2);
	assert_int_equal(capture_try(in, &frame), CAPTURE_WAITS);
	writer_stop(&w);
	assert_int_equal(capture_try(in, &frame), 0);
	capture_close(in);
}

static void stopping_ends_the_wait_for_a_pipe(void **state)
{
	(void)state;
	for (int packs = 0; packs < 2; packs++) {
		struct writer w;
		struct shot shot;
		writer_start(&w, packs);
		put_record(&w.c, 1, 0, "one");
		put(&w.c, "half a rec", 10);
		writer_flush(&w, Z_SYNC_FLUSH);
		struct capture *in = open_one("-");
		assert_true(see_next(in, &shot));
		capture_stop(in);
		assert_false(see_next(in, &shot));
		assert_false(see_next(in, &shot));
		assert_null(capture_broken(in, 0));
		capture_close(in);
		writer_stop(&w);
	}
}

static void closing_ends_the_wait_for_a_pipe(void **state)
{
	(void)state;
	for (int packs = 0; packs < 2; packs++) {
		struct writer w;
		struct shot shot;
		writer_start(&w, packs);
		put_record(&w.c, 1, 0, "one");
		writer_flush(&w, Z_SYNC_FLUSH);
		struct capture *in = open_one("-");
		assert_true(see_next(in, &shot));
		capture_close(in);
		writer_stop(&w);
	}
}

static void a_pipe_cut_short_says_so(void **state)
{
	struct writer w;
	struct seen seen;
	(void)state;
	writer_start(&w, false);
	put_record(&w.c, 1, 0, "one");
	put(&w.c, "half a rec", 10);
	writer_flush(&w, 0);
	writer_stop(&w);
	see_file("-", &seen);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.broken,
			    "standard input: cut short in packet 2");
}

static void standard_input_is_merged_with_files(void **state)
{
	static const uint32_t s[] = { 1, 4, 0 };
	const char *files[] = { piece(*state, "a", s), "-" };
	struct writer w;
	struct seen seen;
	writer_start(&w, true);
	put_record(&w.c, 2, 0, "b");
	put_record(&w.c, 3, 0, "b");
	writer_stop(&w);
	see_files(files, 2, &seen);
	assert_order(&seen, "abba");
}

static void standard_input_comes_once(void **state)
{
	const char *files[] = { "-", "-" };
	char err[CAPTURE_ERROR];
	(void)state;
	assert_null(capture_open(files, 2, err));
	assert_string_equal(err, "standard input: can be read only once");
}

// A redirected file may have been read in part by somebody else.
static void redirected_input_begins_where_it_stands(void **state)
{
	static const uint32_t s[] = { 1, 2, 0 };
	const char *files[] = { "-", piece(*state, "b", s) };
	struct capfile c = { 0 };
	struct seen seen;
	put(&c, "header line\n", 12);
	put_pcap(&c, 0xa1b2c3d4, 4, 1);
	put_record(&c, 1, 0, "a");
	put_record(&c, 3, 0, "a");
	int fd = open(folder_save(*state, &c), O_RDONLY);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	close(fd);
	assert_int_equal(lseek(STDIN_FILENO, 12, SEEK_SET), 12);
	see_files(files, 2, &seen);
	assert_order(&seen, "abba");
}

static void a_pipe_has_no_total(void **state)
{
	struct writer w;
	uint64_t done, total;
	(void)state;
	writer_start(&w, false);
	writer_flush(&w, 0);
	struct capture *in = open_one("-");
	capture_progress(in, &done, &total);
	assert_int_equal(done, 24);
	assert_int_equal(total, 0);
	capture_close(in);
	writer_stop(&w);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_make, folder_remove)
	const struct CMUnitTest tests[] = {
		TEST(live_captures_give_each_frame_at_once),
		TEST(a_frame_is_tried_for_without_waiting),
		TEST(other_blocks_are_no_frames_to_wait_for),
		TEST(stopping_ends_the_wait_for_a_pipe),
		TEST(closing_ends_the_wait_for_a_pipe),
		TEST(a_pipe_cut_short_says_so),
		TEST(standard_input_is_merged_with_files),
		TEST(standard_input_comes_once),
		TEST(redirected_input_begins_where_it_stands),
		TEST(a_pipe_has_no_total),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
