// A state made of a connection's log is the one that its segments would have
// made one by one: on the lives of lives.h, on made-up ones, on all samples,
// after each of their segments.
#include "track/flow_table.h"

#include <glob.h>
#include <stdio.h>

#include "decode/packet.h"
#include "lives.h"
#include "read/capture.h"
#include "same_flow.h"
#include "track/segment_log.h"

enum { MADE_UP = 800 };

// The same said to two tables: one makes states at once, one leaves logs.
struct twins {
	struct talk whole, log;
};

static struct twins twins_new(void)
{
	struct twins t = { talk_new(), talk_base() };

	t.log.flows = flow_table_new();
	assert_non_null(t.log.flows);
	return t;
}

static void twins_free(struct twins *t)
{
	talk_free(&t->whole);
	talk_free(&t->log);
}

static void are_same(const struct twins *t, const char *after)
{
	size_t n = flow_count(t->whole.flows);

	assert_int_equal(flow_count(t->log.flows), n);
	for (size_t i = 0; i < n; i++) {
		struct flow_room room;
		const struct flow *a = flow_live(t->whole.flows, i, &room);
		const struct flow *b = flow_live(t->log.flows, i, &room);
		const char *differs;

		assert_int_equal(flow_record(t->whole.flows, i)->absorbed,
				 flow_record(t->log.flows, i)->absorbed);
		if (flow_record(t->whole.flows, i)->absorbed)
			continue;
		assert_non_null(a);
		assert_non_null(b);
		differs = same_flow(a, b);
		if (differs)
			fail_msg("connection %zu, up to '%s': %s", i, after,
				 differs);
		assert_int_equal(flow_record(t->whole.flows, i)->end,
				 flow_record(t->log.flows, i)->end);
	}
	assert_int_equal(t->whole.seen.index, t->log.seen.index);
	assert_int_equal(t->whole.seen.side, t->log.seen.side);
}

static void say_mptcp(struct talk *t)
{
	bool rst = t->frame % 2;
	struct segment s =
	    talk_segment(t, CLIENT, rst ? TCP_RST | TCP_ACK : TCP_ACK, 0);

	s.options |= OPT_MPTCP;
	s.mptcp = MPTCP_FASTCLOSE;
	talk_send(t, &s);
}

static void say_icmp(struct talk *t)
{
	struct segment s = talk_segment(t, CLIENT, 0, 0);
	struct icmp_error e = { .time = t->now,
				.frame = frame_id(0, ++t->frame),
				.src = s.src,
				.dst = s.dst,
				.src_port = s.src_port,
				.dst_port = s.dst_port,
				.seq = s.seq - 1,
				.type = 3,
				.code = 1 };

	assert_true(flow_icmp(t->flows, &e, &t->seen) >= 0);
}

static void say(struct talk *t, const char *word)
{
	if (*word == 'M')
		say_mptcp(t);
	else if (*word == 'I')
		say_icmp(t);
	else
		lives_say_word(t, word);
}

static void live(struct twins *t, const char *life)
{
	char word[LIFE_WORD];

	for (const char *w = life; *w;) {
		w = lives_word(w, word);
		say(&t->whole, word);
		say(&t->log, word);
		are_same(t, *w ? word : life);
	}
}

static void is_same_life(const char *life)
{
	struct twins t = twins_new();

	live(&t, life);
	twins_free(&t);
}

// -----------------------------------------------------------------------------

static void each_end_of_a_life(void **state)
{
	(void)state;
	for (size_t i = 0; i < LIVES; i++)
		is_same_life(lives[i]);
}

static void lives_begun_again_with_the_same_number(void **state)
{
	(void)state;
	is_same_life("cS sSA cA cFA sFA cA @2000 cS-2 sSA-2 cA-1 cA");
	is_same_life("cS sSA cA cFA sFA cA @2000 cS-2i1 sSA-2 cA");
	is_same_life("cS sSA cA c9A sA sRA @2000 cS-10 sSA-1 cA");
	is_same_life("cS sRAz @500 cS-1 sRAz");
}

static void made_up_lives(void **state)
{
	char life[LIFE_ROOM];

	(void)state;
	for (uint64_t seed = 0; seed < MADE_UP; seed++) {
		lives_make(seed, ODD_FLOW, life);
		is_same_life(life);
	}
}

static void hosts_without_ip_ids(void **state)
{
	char life[LIFE_ROOM];

	(void)state;
	for (uint64_t seed = 0; seed < MADE_UP / 4; seed++) {
		struct twins t = twins_new();
		t.whole.no_id = t.log.no_id = true;
		t.whole.layout[SERVER] = TALK_WINDOWS;
		t.log.layout[SERVER] = TALK_WINDOWS;
		lives_make(MADE_UP + seed, ODD_FLOW, life);
		live(&t, life);
		twins_free(&t);
	}
}

static void without_zeek_s_view(void **state)
{
	(void)state;
	for (size_t i = 0; i < LIVES; i++) {
		struct twins t = twins_new();
		flow_without_zeek(t.whole.flows);
		flow_without_zeek(t.log.flows);
		live(&t, lives[i]);
		assert_true(talk_flow(&t.log)->without_zeek);
		assert_string_equal(talk_flow(&t.log)->zeek.history, "");
		twins_free(&t);
	}
}

static void a_trail_is_all_that_a_short_life_takes(void **state)
{
	struct talk t = talk_base();
	size_t before;

	(void)state;
	t.flows = flow_table_new();
	assert_non_null(t.flows);
	talk(&t, OPEN);
	for (unsigned n = 3; n < SEGMENT_LOG_MOST; n++)
		talk(&t, "c9A");
	before = flow_memory(t.flows);
	assert_in_range(before, 1, 16384);
	talk(&t, "c9A");
	assert_int_equal(flow_memory(t.flows), before + sizeof(struct flow));
	talk_free(&t);
}

// The segment that makes it too long may be of any kind.
static void lives_longer_than_a_log(void **state)
{
	static const char *const words[] = { "c9A",  "cFA",   "sRA",
					     "cS-1", "c9A-9", "%",
					     "M",    "I",     "cAd" };
	enum { WORDS = sizeof(words) / sizeof(words[0]) };

	(void)state;
	for (unsigned n = SEGMENT_LOG_MOST - 2; n <= SEGMENT_LOG_MOST + 8; n++)
		for (size_t i = 0; i < WORDS; i++) {
			struct twins t = twins_new();
			live(&t, OPEN);
			for (unsigned k = 3; k + 1 < n; k++)
				live(&t, k % 2 ? "c9A" : "s9A");
			live(&t, words[i]);
			live(&t, "cA sA cFA sFA cA sR");
			twins_free(&t);
		}
}

// Without options, or with all of them cut off; TLS or not.
static void what_else_a_segment_may_carry(void **state)
{
	(void)state;
	is_same_life(OPEN "c200Al s200Al c9A sA cFA s31Al cR");
	is_same_life("cSo sSAo cAo c10Ao sA");
	is_same_life("c200Sl sSA cA s900Al"); // fast open
	for (unsigned options = 0; options < 256; options++) {
		struct twins t = twins_new();
		for (int k = 0; k < 2; k++) {
			struct talk *x = k ? &t.log : &t.whole;
			struct segment s = talk_segment(x, CLIENT, TCP_SYN, 0);
			s.options = (uint8_t)options;
			s.more = (uint8_t)((options % 15) << MORE_SCALE);
			talk_send(x, &s);
			talk_went(x, CLIENT, &s);
			talk(x, "sSA cAw9");
			s = talk_segment(x, CLIENT, TCP_ACK, 0);
			s.options = (uint8_t)options;
			talk_send(x, &s);
		}
		are_same(&t, "options");
		twins_free(&t);
	}
}

static void takes_frame(struct twins *t, const struct packet *p)
{
	struct talk *both[] = { &t->whole, &t->log };

	for (int k = 0; k < 2; k++) {
		struct flow_table *f = both[k]->flows;
		const struct segment *s = &p->segment;
		if (p->kind == PACKET_SEGMENT) {
			struct flow_hint h = flow_fetch_slot(f, s);
			assert_true(flow_segment(f, s, &h, &both[k]->seen));
		} else if (p->kind == PACKET_ICMP_ERROR) {
			assert_true(flow_icmp(f, &p->icmp, &both[k]->seen) >=
				    0);
		}
	}
}

static void is_same_capture(const char *path)
{
	const char *const files[] = { path };
	char err[CAPTURE_ERROR];
	struct capture *c = capture_open(files, 1, err);
	struct twins t = twins_new();
	struct packet p;
	struct frame f;

	assert_non_null(c);
	for (uint64_t n = 0; capture_next(c, &f); n++) {
		packet_decode(&f, &p);
		takes_frame(&t, &p);
		if (n < 200)
			are_same(&t, path);
	}
	are_same(&t, path);
	capture_close(c);
	twins_free(&t);
}

static void all_samples(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(glob("samples/*.pcap", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		is_same_capture(found.gl_pathv[i]);
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_end_of_a_life),
		cmocka_unit_test(lives_begun_again_with_the_same_number),
		cmocka_unit_test(made_up_lives),
		cmocka_unit_test(hosts_without_ip_ids),
		cmocka_unit_test(without_zeek_s_view),
		cmocka_unit_test(a_trail_is_all_that_a_short_life_takes),
		cmocka_unit_test(lives_longer_than_a_log),
		cmocka_unit_test(what_else_a_segment_may_carry),
		cmocka_unit_test(all_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
