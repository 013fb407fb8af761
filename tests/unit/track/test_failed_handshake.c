// Openings that came to nothing: that what became of one of a kind is what
// becomes of all, and which kinds there are.
#include "track/failed_handshake.h"

#include <glob.h>
#include <stdio.h>

#include "judge/groups.h"
#include "lives.h"
#include "told.h"
#include "track/flow_table.h"

enum { MADE_UP = 12000, WORDS = 8, REFUSALS = 0x080, ABANDONED = 0x100 };

static const struct failed_handshakes nothing_known;

static struct talk with_logs(void)
{
	struct talk t = talk_base();

	t.flows = flow_table_new();
	assert_non_null(t.flows);
	return t;
}

static unsigned kind_at(struct talk *t, int64_t later)
{
	bool told;
	unsigned kind = flow_failed_handshake(
	    t->flows, 0, t->now + later * TALK_MS, &nothing_known, &told);

	assert_false(told);
	return kind;
}

static unsigned kind_of(const char *life)
{
	struct talk t = with_logs();
	unsigned kind;

	talk(&t, life);
	kind = kind_at(&t, 5000);
	talk_free(&t);
	return kind;
}

// Kinds -----------------------------------------------------------------------

static void are_of_kinds(const char *const *life, unsigned from, unsigned below)
{
	for (; *life; life++)
		if (kind_of(*life) < from || kind_of(*life) >= below)
			fail_msg("%s: %#x", *life, kind_of(*life));
}

static void scans_and_refusals_have_one(void **state)
{
	static const char *const unanswered[] = { "cS", "cSo",
						  "cS @1000 cS-1 @2000 cS-1",
						  "cSw9 @9 cSw0-1", NULL };
	static const char *const refused[] = { "cS sRAz", "cSo @2000 sRAz",
					       "cS sRAzt255", NULL };
	static const char *const abandoned[] = {
		"cS sSA cR",       "cSo sSAo cR",    "cS sSA cRt255",
		"cS sSA @2000 cR", "cS @800 sSA cR", NULL
	};

	(void)state;
	are_of_kinds(unanswered, 0, REFUSALS);
	are_of_kinds(refused, REFUSALS, ABANDONED);
	are_of_kinds(abandoned, ABANDONED, HANDSHAKE_KIND_NONE);
	assert_true(failed_handshake_is_refusal(kind_of("cS sRAz")));
	assert_false(failed_handshake_is_refusal(kind_of("cS")));
	assert_false(failed_handshake_is_refusal(kind_of("cS sSA cR")));
}

static void all_else_needs_its_state(void **state)
{
	static const char *const others[] = {
		"cA",
		"cFS",
		"c10S",
		"cS @1000 sS",        // at once
		"cS ~3 cS-1",         // captured twice
		"cS @1000 cS-1 sRAz", // who knows which of them
		"cS @1000 cS-1 sSA cR",
		"cS sSA",
		"cS sA",
		"cS sSA sSA-1 cR",
		"cS sSA/1 cR",
		"cS sSA/1 cR+1",
		"cS s5SA cR",
		"cS sFSA cR",
		"cS @950 sSA cR", // late
		"cS sSA cRA",
		"cS sSA cRw1",
		"cS sSA cR+1",
		"cS sSA cRF",
		"cS sSA c9R",
		"cS sSA sR",
		"cS sSA cR cR",
		"cS sSA cR sSA-1",
		"cS sSA cA",
		"cS sRA",
		"cS sRAw0",
		"cS sRAz/1",
		"cS sRAz+9",
		"cS sR",
		"cS s5RAz",
		"cS cR",
		"cS sRAz @1000 cS-1",
		"cS @9000 sRAz", // too late to be an answer
		"cS sSA @5000 cR",
		NULL,
	};

	(void)state;
	are_of_kinds(others, HANDSHAKE_KIND_NONE, HANDSHAKE_KIND_NONE + 1);
}

static void send(struct talk *t, enum side from, uint8_t flags, uint8_t odd,
		 enum side whose)
{
	struct segment s = talk_segment(t, from, flags, 0);

	if (flags & TCP_RST)
		s.window = s.options = 0;
	if (from == whose)
		s.options |= odd;
	talk_send(t, &s);
	t->line[0].next[from] += flags & TCP_SYN ? 1 : 0;
}

// A RST that would fit, but for its sender.
static void nobody_resets_in_the_others_place(void **state)
{
	(void)state;
	for (enum side from = CLIENT; from <= SERVER; from++)
		for (int refusal = 0; refusal < 2; refusal++) {
			struct talk t = with_logs();
			uint32_t next = t.line[0].isn[CLIENT] + 1;
			struct segment rst;
			bool right = from == (refusal ? SERVER : CLIENT);
			talk(&t, refusal ? "cS" : "cS sSA");
			rst = talk_segment(&t, from, TCP_RST, 0);
			rst.flags |= refusal ? TCP_ACK : 0;
			rst.seq = refusal ? 0 : next;
			rst.ack = refusal ? next : 0;
			rst.window = rst.options = 0;
			talk_send(&t, &rst);
			assert_int_equal(kind_at(&t, 0) != HANDSHAKE_KIND_NONE,
					 right);
			talk_free(&t);
		}
}

// What words can't say: options that were cut off, or are unusual.
static void plain_options_are_needed(void **state)
{
	static const uint8_t odd[] = { 0, OPT_CUT, OPT_FAST_OPEN, OPT_SACK };

	(void)state;
	for (size_t i = 0; i < sizeof(odd); i++)
		for (enum side whose = CLIENT; whose <= SERVER; whose++) {
			struct talk t = with_logs();
			send(&t, CLIENT, TCP_SYN, odd[i], whose);
			send(&t, SERVER, TCP_SYN | TCP_ACK, odd[i], whose);
			send(&t, CLIENT, TCP_RST, 0, whose);
			assert_int_equal(kind_at(&t, 0) == HANDSHAKE_KIND_NONE,
					 i > 0);
			talk_free(&t);
		}
}

// What becomes of them --------------------------------------------------------

static struct connection full_record(struct talk *t, int64_t later,
				     unsigned kind, const char *life)
{
	const struct flow *f = flow_live(t->flows, 0, t->room);
	struct talk_end e = talk_end_among(t, later, NULL);

	// Nothing that decide.c would do with its state is left out.
	if (f->duplicates || f->challenge.frame || evidence_is_lossy(f) ||
	    groups_matter(&e.ev) ||
	    groups_may_have_twin(&e.ev) !=
		failed_handshake_may_have_twin(kind) ||
	    (f->rsts && !flow_ended(f)))
		fail_msg("%s: is no plain opening", life);
	return told_by_state(f, &e);
}

static struct failed_handshakes known;
static unsigned seen[HANDSHAKE_KINDS];

// Once one of its kind is known, it is told as its state would tell it.
static void is_told_alike(struct talk *t, int64_t later, const char *life)
{
	unsigned kind = kind_at(t, later);
	struct connection full;
	const char *differs;
	bool told;

	if (kind == HANDSHAKE_KIND_NONE)
		return;
	full = full_record(t, later, kind, life);
	if (!seen[kind]++) {
		failed_handshake_learn(&known, kind, &full);
		return;
	}
	flow_failed_handshake(t->flows, 0, t->now + later * TALK_MS, &known,
			      &told);
	assert_true(told);
	differs = same_record(flow_record(t->flows, 0), &full);
	if (differs)
		fail_msg("%s, %d ms later: %s", life, (int)later, differs);
}

static const char *const waits[] = { "",      "",       "",       "~30 ",
				     "@3 ",   "@50 ",   "@150 ",  "@800 ",
				     "@950 ", "@1100 ", "@3000 ", "@70000 " };
static const char *const first_words[] = { "cS ", "cS ", "cSo ", "cSw1 ",
					   "c9S " };
static const char *const next_words[] = {
	"cS-1 ",  "cS-1 ",    "sSA ",  "sSA ",  "sSA ",  "sSAw9 ",  "sSAo ",
	"sSA/1 ", "sSAt200 ", "s9SA ", "cR ",   "cR ",   "cR ",     "cRt99 ",
	"cRw5 ",  "cR+9 ",    "cRA ",  "sRAz ", "sRAz ", "sRAzt9 ", "sRA ",
	"sR ",    "cSd-1 ",   "cS ",   "cA ",   "sA ",   "cSi9-1 ",
};
static const uint8_t ttls[] = { 0, 30, 64, 128, 255 };

// Hosts of any kind, whose numbers may be anything.
static void any_hosts(struct talk *t, uint64_t *random)
{
	const uint64_t layouts[] = { TALK_LINUX, TALK_WINDOWS, TALK_FREEBSD,
				     TALK_PLAIN };
	uint32_t client = lives_below(random, UINT32_MAX);

	talk_isn(t, client, lives_below(random, UINT32_MAX));
	for (enum side x = CLIENT; x <= SERVER; x++) {
		t->layout[x] = LIVES_PICK(random, layouts);
		t->ttl[x] = LIVES_PICK(random, ttls);
	}
	t->no_id = lives_below(random, 4) == 0;
}

static void live(uint64_t seed)
{
	static const int64_t later[] = { 0, 500, 5000, 400000 };
	uint64_t random = seed * UINT64_C(0x9e3779b97f4a7c15);
	char life[LIFE_ROOM] = "";
	struct talk t = with_logs();
	const char *word = LIVES_PICK(&random, first_words);

	any_hosts(&t, &random);
	for (int n = 0; n < WORDS && flow_count(t.flows) < 2; n++) {
		const char *wait = n ? LIVES_PICK(&random, waits) : "";
		strcat(strcat(life, wait), word);
		talk(&t, wait);
		// A short wait takes the place of the usual one, and sometimes
		// the clock steps back.
		t.now -= *wait == '~' ? TALK_MS : 0;
		t.now -= lives_below(&random, 12) ? 0 : 20 * TALK_MS;
		talk(&t, word);
		for (size_t i = 0; i < 4 && flow_count(t.flows) == 1; i++)
			is_told_alike(&t, later[i], life);
		word = LIVES_PICK(&random, next_words);
	}
	talk_free(&t);
}

static void what_becomes_of_one_becomes_of_all(void **state)
{
	unsigned kinds[3] = { 0 };

	(void)state;
	for (uint64_t seed = 0; seed < MADE_UP; seed++)
		live(seed);
	for (unsigned k = 0; k < HANDSHAKE_KINDS; k++)
		kinds[k < REFUSALS ? 0 : k < ABANDONED ? 1 : 2] += seen[k] > 2;
	// All kinds were tried, with the four stacks and an unknown one.
	assert_in_range(kinds[0], 12, REFUSALS);
	assert_in_range(kinds[1], 4, ABANDONED - REFUSALS);
	assert_in_range(kinds[2], 16, HANDSHAKE_KINDS - ABANDONED);
}

// Captures --------------------------------------------------------------------

static void is_summed_up_alike(const char *path)
{
	struct analysis *all = told_frames(path, 0);
	struct analysis *some =
	    told_frames(path, ANALYSIS_ZEEK | ANALYSIS_ORDERLY_FINDINGS |
				  ANALYSIS_FINDINGS);

	if (!all)
		return;
	analysis_settle(all);
	analysis_settle(some);
	for (size_t i = 0; i < analysis_count(all); i++) {
		const char *differs =
		    same_record(analysis_get(all, i), analysis_get(some, i));
		if (differs)
			fail_msg("%s, connection %zu: %s", path, i + 1,
				 differs);
	}
	analysis_free(all);
	analysis_free(some);
}

static void captures_are_summed_up_alike(void **state)
{
	static const char *const where[] = { "samples/*.pcap",
					     "samples/lab/corpus/*.pcap",
					     "../shared/captures/core/*cap*" };
	glob_t found;

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		if (glob(where[k], 0, NULL, &found))
			continue;
		for (size_t i = 0; i < found.gl_pathc; i++)
			is_summed_up_alike(found.gl_pathv[i]);
		globfree(&found);
	}
}

// A port scan: the first is decided by its state, the others as it was.
static void a_scan_is_told_by_its_kinds(void **state)
{
	enum { PORTS = 500 };
	struct talk t = talk_analysis();

	(void)state;
	analysis_without(t.analysis, ANALYSIS_ZEEK | ANALYSIS_ORDERLY_FINDINGS |
					 ANALYSIS_FINDINGS);
	for (unsigned i = 0; i < PORTS; i++) {
		t.port = (uint16_t)(1000 + i);
		talk_isn(&t, i * 77777777, i * 55555555);
		talk(&t, i % 5 == 0   ? "cS sRAz "
			 : i % 5 == 1 ? "cS sSA cR "
				      : "cS @200 ");
	}
	t.port = 99;
	talk(&t, "@9000 cS");
	analysis_settle(t.analysis);
	for (unsigned i = 0; i < PORTS; i++) {
		static const enum verdict_id v[] = {
			CONNECT_REFUSED, CONNECT_ABANDONED, CONNECT_TIMEOUT,
			CONNECT_TIMEOUT, CONNECT_TIMEOUT
		};
		const struct connection *c = at(&t, i);
		assert_int_equal(c->verdict, v[i % 5]);
		assert_int_equal(c->port[SERVER], 1000 + i);
		assert_int_equal(c->packets[CLIENT], i % 5 == 1 ? 2 : 1);
		assert_int_equal(c->packets[SERVER], i % 5 < 2);
	}
	talk_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scans_and_refusals_have_one),
		cmocka_unit_test(all_else_needs_its_state),
		cmocka_unit_test(nobody_resets_in_the_others_place),
		cmocka_unit_test(plain_options_are_needed),
		cmocka_unit_test(what_becomes_of_one_becomes_of_all),
		cmocka_unit_test(captures_are_summed_up_alike),
		cmocka_unit_test(a_scan_is_told_by_its_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
