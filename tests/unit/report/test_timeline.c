// The ladder folds what is ordinary and never what matters.
#include "report/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LINK_RAW_IP = 101, HEADERS = 40 };

static const int64_t MS = 1000000;

// A conversation between 10.0.0.1:40000, the client, and 10.0.0.2:80; numbers
// are relative, the client's from 1000, the server's from 5000.
struct talk {
	struct analysis *a;
	uint64_t frame;
	uint32_t next[2];
	int64_t now;
};

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static void put_ends(uint8_t *p, enum side from)
{
	const uint8_t ends[2][12] = {
		{ 10, 0, 0, 1, 10, 0, 0, 2, 0x9c, 0x40, 0, 80 },
		{ 10, 0, 0, 2, 10, 0, 0, 1, 0, 80, 0x9c, 0x40 },
	};

	memcpy(p + 12, ends[from], sizeof ends[from]);
}

static void put_frame(struct talk *t, enum side from, uint8_t flags,
		      uint32_t seq, uint16_t len, const char *comment)
{
	uint8_t p[HEADERS] = { 0x45, 0, 0, 0, 0, 0, 0x40, 0, 64,   6, 0,   0,
			       0,    0, 0, 0, 0, 0, 0,    0, 0,    0, 0,   0,
			       0,    0, 0, 0, 0, 0, 0,    0, 0x50, 0, 0xfa };
	struct frame f = { .time = INT64_C(1700000000000000000) + t->now,
			   .id = frame_id(0, ++t->frame),
			   .wire_len = HEADERS + len,
			   .cap_len = HEADERS,
			   .link = LINK_RAW_IP,
			   .data = p };

	p[2] = (uint8_t)((HEADERS + len) >> 8);
	p[3] = (uint8_t)(HEADERS + len);
	p[5] = (uint8_t)t->frame; // IP ID
	put_ends(p, from);
	put32(p + 24, seq);
	if (flags & TCP_ACK)
		put32(p + 28, t->next[!from]);
	p[33] = flags;
	assert_true(analysis_frame(t->a, &f, comment));
}

static void say(struct talk *t, int64_t wait, enum side from, uint8_t flags,
		uint16_t len)
{
	t->now += wait;
	put_frame(t, from, flags, t->next[from], len, NULL);
	t->next[from] += len + (flags & (TCP_SYN | TCP_FIN) ? 1U : 0U);
}

static struct talk hello(void)
{
	struct talk t = { .a = analysis_new(), .next = { 1000, 5000 } };

	assert_non_null(t.a);
	analysis_watch(t.a, 1);
	say(&t, 0, CLIENT, TCP_SYN, 0);
	say(&t, MS, SERVER, TCP_SYN | TCP_ACK, 0);
	say(&t, MS, CLIENT, TCP_ACK, 0);
	return t;
}

static struct timeline ladder(struct talk *t)
{
	struct timeline l;

	analysis_settle(t->a);
	l = timeline_fold(t->a, analysis_get(t->a, 0));
	assert_false(l.failed);
	return l;
}

static void done(struct talk *t, struct timeline *l)
{
	timeline_release(l);
	analysis_free(t->a);
}

static const char *said(const struct timeline *l, size_t row, char *out,
			size_t n)
{
	struct text t = { 0 };

	assert_in_range(row, 0, l->count - 1);
	timeline_arrow(l, &l->rows[row], &t);
	snprintf(out, n, "%s", t.s ? t.s : "");
	text_release(&t);
	return out;
}

static void a_handshake_is_three_rows(void **state)
{
	struct talk t = hello();
	struct timeline l = ladder(&t);
	char s[64];

	(void)state;
	assert_int_equal(l.count, 3);
	assert_string_equal(said(&l, 0, s, sizeof s), "SYN");
	assert_string_equal(said(&l, 1, s, sizeof s), "SYN ACK");
	assert_string_equal(said(&l, 2, s, sizeof s), "ACK");
	assert_int_equal(l.rows[1].side, SERVER);
	assert_false(l.rows[2].end);
	done(&t, &l);
}

static void a_stream_is_one_row(void **state)
{
	struct talk t = hello();
	struct timeline l;
	char s[64];

	(void)state;
	for (int i = 0; i < 14; i++) {
		say(&t, MS, SERVER, TCP_ACK, 1442);
		if (i % 2)
			say(&t, MS, CLIENT, TCP_ACK, 0);
	}
	l = ladder(&t);
	assert_int_equal(l.count, 4);
	assert_int_equal(l.rows[3].kind, ROW_RUN);
	assert_int_equal(l.rows[3].side, SERVER);
	assert_int_equal(l.rows[3].acks, 7);
	assert_string_equal(said(&l, 3, s, sizeof s), "14 segments, 20,188 B");
	done(&t, &l);
}

static void few_segments_stay_apart(void **state)
{
	struct talk t = hello();
	struct timeline l;

	(void)state;
	say(&t, MS, CLIENT, TCP_ACK | TCP_PSH, 10);
	say(&t, MS, SERVER, TCP_ACK, 0);
	say(&t, MS, CLIENT, TCP_ACK | TCP_PSH, 10);
	l = ladder(&t);
	for (size_t i = 0; i < l.count; i++)
		assert_int_equal(l.rows[i].kind, ROW_STEP);
	done(&t, &l);
}

static void data_of_both_sides_is_not_one_run(void **state)
{
	struct talk t = hello();
	struct timeline l;

	(void)state;
	for (int i = 0; i < 5; i++)
		say(&t, MS, CLIENT, TCP_ACK, 100);
	for (int i = 0; i < 5; i++)
		say(&t, MS, SERVER, TCP_ACK, 100);
	l = ladder(&t);
	assert_int_equal(l.rows[l.count - 1].kind, ROW_RUN);
	assert_int_equal(l.rows[l.count - 1].side, SERVER);
	assert_int_equal(l.rows[l.count - 1].segments, 5);
	done(&t, &l);
}

static void silence_is_a_row_and_ends_a_run(void **state)
{
	struct talk t = hello();
	struct timeline l;
	size_t silences = 0;

	(void)state;
	for (int i = 0; i < 8; i++)
		say(&t, i == 4 ? 2500 * MS : MS, CLIENT, TCP_ACK, 100);
	l = ladder(&t);
	for (size_t i = 0; i < l.count; i++) {
		if (l.rows[i].kind != ROW_SILENCE)
			continue;
		silences++;
		assert_int_equal(l.rows[i].silence, 2500 * MS);
		assert_int_equal(l.rows[i].count, 0);
	}
	assert_int_equal(silences, 1);
	done(&t, &l);
}

static void a_comment_keeps_its_row_and_is_shown(void **state)
{
	struct talk t = hello();
	struct text note = { 0 };
	struct timeline l;
	size_t found = 0;

	(void)state;
	for (int i = 0; i < 9; i++) {
		t.now += MS;
		put_frame(&t, CLIENT, TCP_ACK, t.next[CLIENT], 100,
			  i == 4 ? "look here" : NULL);
		t.next[CLIENT] += 100;
	}
	l = ladder(&t);
	for (size_t i = 0; i < l.count; i++) {
		text_cut(&note, 0);
		timeline_note(&l, &l.rows[i], &note);
		if (!note.s || !strstr(note.s, "look here"))
			continue;
		found++;
		assert_int_equal(l.rows[i].kind, ROW_STEP);
		assert_int_equal(l.steps[l.rows[i].first].frame, 8);
	}
	assert_int_equal(found, 1);
	text_release(&note);
	done(&t, &l);
}

static void the_reset_is_the_end_and_is_never_folded(void **state)
{
	struct talk t = hello();
	struct timeline l;
	size_t ends = 0;

	(void)state;
	for (int i = 0; i < 6; i++)
		say(&t, MS, CLIENT, TCP_ACK, 100);
	say(&t, MS, SERVER, TCP_RST | TCP_ACK, 0);
	l = ladder(&t);
	for (size_t i = 0; i < l.count; i++)
		ends += l.rows[i].end;
	assert_int_equal(ends, 1);
	assert_true(l.rows[l.count - 1].end);
	assert_int_equal(l.rows[l.count - 1].kind, ROW_STEP);
	done(&t, &l);
}

// Every step is in exactly one row, in order.
static void no_step_is_lost(void **state)
{
	struct talk t = hello();
	struct timeline l;
	size_t next = 0;

	(void)state;
	for (int i = 0; i < 200; i++)
		say(&t, i % 37 ? MS : 1500 * MS, i / 9 % 2 ? SERVER : CLIENT,
		    TCP_ACK, i % 3 ? 100 : 0);
	say(&t, MS, CLIENT, TCP_FIN | TCP_ACK, 0);
	l = ladder(&t);
	for (size_t i = 0; i < l.count; i++) {
		assert_int_equal(l.rows[i].first, next);
		next += l.rows[i].count;
	}
	assert_int_equal(next, l.step_count);
	done(&t, &l);
}

static void lines_have_a_fixed_place_for_each_thing(void **state)
{
	struct report r = { .file_count = 1, .width = 100 };
	struct text out = { 0 };
	struct talk t = hello();
	struct timeline l;

	(void)state;
	say(&t, 2000 * MS, CLIENT, TCP_FIN | TCP_ACK, 0);
	l = ladder(&t);
	timeline_draw(&l, &r, &out);
	assert_non_null(strstr(out.s, "  0.000000  SYN_SENT     -- SYN -"));
	assert_non_null(strstr(out.s, "<-"));
	assert_non_null(strstr(out.s, "-- SYN_RECEIVED"));
	assert_non_null(strstr(out.s, ". 2.000 s of silence ."));
	assert_non_null(strstr(out.s, "  2.002000  FIN_WAIT_1   -- FIN ACK -"));
	assert_null(strstr(out.s, "\u2500"));
	r.utf8 = true;
	text_cut(&out, 0);
	timeline_draw(&l, &r, &out);
	assert_non_null(strstr(out.s, "\u2500\u2500 SYN \u2500"));
	assert_non_null(strstr(out.s, "\u25b6"));
	text_release(&out);
	done(&t, &l);
}

static void lines_keep_to_the_width(void **state)
{
	struct talk t = hello();
	struct timeline l;

	(void)state;
	for (int i = 0; i < 30; i++)
		say(&t, i % 7 ? MS : 1200 * MS, i / 5 % 2 ? SERVER : CLIENT,
		    TCP_ACK | TCP_PSH, 1448);
	say(&t, MS, CLIENT, TCP_RST | TCP_ACK, 0);
	l = ladder(&t);
	for (unsigned width = 80; width <= 200; width += 20) {
		struct report r = { .file_count = 1, .width = width };
		struct text out = { 0 };

		timeline_draw(&l, &r, &out);
		for (const char *s = out.s; *s; s += strcspn(s, "\n") + 1)
			assert_in_range(strcspn(s, "\n"), 0, width);
		text_release(&out);
	}
	done(&t, &l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handshake_is_three_rows),
		cmocka_unit_test(a_stream_is_one_row),
		cmocka_unit_test(few_segments_stay_apart),
		cmocka_unit_test(data_of_both_sides_is_not_one_run),
		cmocka_unit_test(silence_is_a_row_and_ends_a_run),
		cmocka_unit_test(a_comment_keeps_its_row_and_is_shown),
		cmocka_unit_test(the_reset_is_the_end_and_is_never_folded),
		cmocka_unit_test(no_step_is_lost),
		cmocka_unit_test(lines_have_a_fixed_place_for_each_thing),
		cmocka_unit_test(lines_keep_to_the_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
