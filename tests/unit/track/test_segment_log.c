// A log gives back what it was given, and its chunks are used again.
#include "track/segment_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct segment_logs logs;

static int setup(void **state)
{
	(void)state;
	segment_logs_init(&logs);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	segment_logs_free(&logs);
	return 0;
}

// Packing ---------------------------------------------------------------------

static void is_kept(const struct segment *s, enum side from)
{
	struct segment out = { 0 };
	struct segment_log found;
	uint32_t last = 0;

	assert_true(segment_log_takes(s));
	assert_true(segment_log_add(&logs, &last, 0, s, from));
	segment_log_find(&logs, last, 1, &found);
	assert_int_equal(found.n, 1);
	assert_int_equal(segment_log_unpack(segment_log_entry(&found, 0), &out),
			 from);
	assert_int_equal(log_entry_side(segment_log_entry(&found, 0)), from);
	assert_true(out.time == s->time);
	assert_true(out.frame == s->frame);
	assert_int_equal(out.seq, s->seq);
	assert_int_equal(out.ack, s->ack);
	assert_int_equal(out.len, s->len);
	assert_int_equal(out.ts_val, s->ts_val);
	assert_int_equal(out.window, s->window);
	assert_int_equal(out.ip_id, s->ip_id);
	assert_int_equal(out.flags, s->flags);
	assert_int_equal(out.options, s->options);
	assert_int_equal(out.ttl, s->ttl);
	assert_int_equal(segment_is_goodbye(&out), segment_is_goodbye(s));
	assert_int_equal(segment_scale(&out), segment_scale(s));
	assert_int_equal(segment_stack(&out), segment_stack(s));
	if (s->flags & TCP_SYN)
		assert_int_equal(log_entry_stack(segment_log_entry(&found, 0)),
				 segment_stack(s));
	segment_log_drop(&logs, last);
}

static void is_kept_of_both(const struct segment *s)
{
	is_kept(s, CLIENT);
	is_kept(s, SERVER);
}

static void flags_and_options_are_kept(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		struct segment s = { .flags = (uint8_t)i };
		is_kept_of_both(&s);
		s.options = (uint8_t)~i & (uint8_t)~OPT_MPTCP;
		is_kept_of_both(&s);
	}
}

static struct segment syn(uint8_t flags, unsigned scale, unsigned stack)
{
	struct segment s = {
		.flags = flags,
		.more = (uint8_t)(scale << MORE_SCALE | stack << MORE_STACK),
	};

	return s;
}

static void scales_and_stacks_of_syns_are_kept(void **state)
{
	static const uint8_t flags[] = { TCP_SYN, TCP_SYN | TCP_ACK };

	(void)state;
	for (size_t i = 0; i < sizeof(flags); i++)
		for (uint8_t scale = 0; scale <= 14; scale++)
			for (uint8_t stack = 0; stack < STACKS; stack++) {
				struct segment s = syn(flags[i], scale, stack);
				assert_int_equal(segment_scale(&s), scale);
				assert_int_equal(segment_stack(&s), stack);
				is_kept_of_both(&s);
			}
}

static void tls_is_kept(void **state)
{
	struct segment s = { .flags = TCP_ACK, .len = 100 };

	(void)state;
	s.more = MORE_GOODBYE;
	assert_true(segment_is_goodbye(&s));
	is_kept_of_both(&s);
	s.more = 0;
	assert_false(segment_is_goodbye(&s));
	is_kept_of_both(&s);
}

static void numbers_are_kept_whole(void **state)
{
	static const uint32_t edge[] = { 0, 1, 0x80000000, 0x7fffffff,
					 UINT32_MAX };
	static const int64_t time[] = { 0, 1, -1, INT64_MAX, INT64_MIN };

	(void)state;
	for (size_t i = 0; i < sizeof(edge) / sizeof(edge[0]); i++) {
		uint32_t v = edge[i];
		struct segment all[] = {
			{ .time = time[i] },
			{ .frame = i ? UINT64_MAX >> i : 0 },
			{ .seq = v },
			{ .ack = v },
			{ .len = v },
			{ .ts_val = v },
			{ .window = (uint16_t)v },
			{ .ip_id = (uint16_t)v },
			{ .ttl = (uint8_t)v },
		};
		for (size_t k = 0; k < sizeof(all) / sizeof(all[0]); k++)
			is_kept_of_both(&all[k]);
	}
}

// What was unpacked before leaves nothing behind.
static void unpacking_overwrites(void **state)
{
	struct segment first = syn(TCP_SYN, 14, STACKS - 1);
	struct segment tls = { .flags = TCP_ACK, .len = 9, .more = MORE_GOODBYE };
	struct segment out = { 0 };
	struct segment_log found;
	uint32_t last = 0;

	(void)state;
	assert_true(segment_log_add(&logs, &last, 0, &first, CLIENT));
	assert_true(segment_log_add(&logs, &last, 1, &tls, CLIENT));
	segment_log_find(&logs, last, 2, &found);
	segment_log_unpack(segment_log_entry(&found, 0), &out);
	segment_log_unpack(segment_log_entry(&found, 1), &out);
	assert_int_equal(segment_scale(&out), 0);
	assert_int_equal(segment_stack(&out), STACK_UNKNOWN);
	segment_log_unpack(segment_log_entry(&found, 0), &out);
	assert_false(segment_is_goodbye(&out));
	assert_int_equal(out.len, 0);
}

static void some_segments_no_log_holds(void **state)
{
	struct segment mptcp = { .flags = TCP_ACK, .options = OPT_MPTCP };
	struct segment fast_open = { .flags = TCP_SYN, .len = 200 };

	(void)state;
	assert_false(segment_log_takes(&mptcp));
	assert_true(segment_log_takes(&fast_open));
}

// Pieces ----------------------------------------------------------------------

static void add(uint32_t *last, unsigned n, uint32_t mark)
{
	struct segment s = { .seq = mark, .flags = TCP_ACK };

	assert_true(segment_log_add(&logs, last, n, &s, n % 2));
}

static void is_logged(uint32_t last, unsigned n, uint32_t mark)
{
	struct segment_log found;

	segment_log_find(&logs, last, n, &found);
	assert_int_equal(found.n, n);
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(segment_log_entry(&found, i)->seq, mark + i);
		assert_int_equal(log_entry_side(segment_log_entry(&found, i)),
				 i % 2);
	}
}

static void entries_are_found_in_order(void **state)
{
	uint32_t last = 0;

	(void)state;
	for (unsigned n = 0; n < SEGMENT_LOG_MOST; n++) {
		add(&last, n, 1000 + n);
		is_logged(last, n + 1, 1000);
	}
	assert_int_equal(logs.chunks.n, SEGMENT_LOG_MOST / LOG_CHUNK_ENTRIES);
}

static void logs_grow_side_by_side(void **state)
{
	enum { LOGS = 2100 }; // more chunks than one block holds
	uint32_t last[LOGS] = { 0 };

	(void)state;
	for (unsigned n = 0; n < SEGMENT_LOG_MOST; n++)
		for (uint32_t i = 0; i < LOGS; i++)
			add(&last[i], n, i * 100 + n);
	for (uint32_t i = 0; i < LOGS; i++)
		is_logged(last[i], SEGMENT_LOG_MOST, i * 100);
	assert_int_equal(logs.chunks.n,
			 LOGS * SEGMENT_LOG_MOST / LOG_CHUNK_ENTRIES);
}

static void first_chunks_know_that_they_are(void **state)
{
	uint32_t last = 0, first;

	(void)state;
	add(&last, 0, 0);
	first = last;
	assert_int_equal(segment_log_chunk(&logs, first)->before, 0);
	for (unsigned n = 1; n <= LOG_CHUNK_ENTRIES; n++)
		add(&last, n, n);
	assert_int_not_equal(last, first);
	assert_int_equal(segment_log_chunk(&logs, last)->before, first);
}

static void dropped_chunks_are_nobody_s_and_used_again(void **state)
{
	uint32_t last[3] = { 0 };
	size_t chunks;

	(void)state;
	for (unsigned n = 0; n < SEGMENT_LOG_MOST; n++)
		for (uint32_t i = 0; i < 3; i++)
			add(&last[i], n, i * 100 + n);
	chunks = logs.chunks.n;
	segment_log_drop(&logs, last[1]);
	assert_int_equal(logs.spare, SEGMENT_LOG_MOST / LOG_CHUNK_ENTRIES);
	for (size_t i = 0; i < logs.spare; i++)
		assert_int_equal(segment_log_chunk(&logs, logs.free[i])->owner,
				 LOG_CHUNK_UNOWNED);
	is_logged(last[0], SEGMENT_LOG_MOST, 0);
	is_logged(last[2], SEGMENT_LOG_MOST, 200);
	last[1] = 0;
	for (unsigned n = 0; n < SEGMENT_LOG_MOST; n++)
		add(&last[1], n, 500 + n);
	assert_int_equal(logs.chunks.n, chunks);
	assert_int_equal(logs.spare, 0);
	is_logged(last[0], SEGMENT_LOG_MOST, 0);
	is_logged(last[1], SEGMENT_LOG_MOST, 500);
	is_logged(last[2], SEGMENT_LOG_MOST, 200);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(flags_and_options_are_kept),
		TEST(scales_and_stacks_of_syns_are_kept),
		TEST(tls_is_kept),
		TEST(numbers_are_kept_whole),
		TEST(unpacking_overwrites),
		TEST(some_segments_no_log_holds),
		TEST(entries_are_found_in_order),
		TEST(logs_grow_side_by_side),
		TEST(first_chunks_know_that_they_are),
		TEST(dropped_chunks_are_nobody_s_and_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
