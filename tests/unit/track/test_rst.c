// How a RST was built, what it answers, and what its receiver makes of it.
#include "track/rst.h"

#include "talk.h"

#define OPEN "cS sSA cA "

// The RST with this number, from 0, in the newest connection of t.
static const struct rst *rst_at(const struct talk *t, size_t k)
{
	assert_in_range(k + 1, 1, flow_rsts_kept(talk_flow(t)));
	return &talk_flow(t)->rst[k];
}

static const struct rst *last_rst(const struct talk *t)
{
	return rst_at(t, flow_rsts_kept(talk_flow(t)) - 1);
}

static struct talk told(const char *script)
{
	struct talk t = talk_new();

	talk(&t, script);
	return t;
}

static void has_fate(const char *script, enum rst_fate fate)
{
	struct talk t = told(script);

	if (last_rst(&t)->fate != fate)
		fail_msg("%s: fate %d, not %d", script, last_rst(&t)->fate,
			 fate);
	if (fate == RST_ACCEPTED)
		assert_non_null(flow_deadly(talk_flow(&t)));
	talk_free(&t);
}

static void has_form(const char *script, enum rst_form form)
{
	struct talk t = told(script);

	if (last_rst(&t)->form != form)
		fail_msg("%s: form %d, not %d", script, last_rst(&t)->form,
			 form);
	talk_free(&t);
}

// Fates -----------------------------------------------------------------------

static void only_the_exact_number_is_taken(void **state)
{
	(void)state;
	has_fate(OPEN "s100A cA sRA", RST_ACCEPTED);
	has_fate(OPEN "s100A cA sRA-1", RST_OLD);
	has_fate(OPEN "s100A cA sRA-100", RST_OLD);
	has_fate(OPEN "s100A cA sRA+1", RST_CHALLENGED);
	has_fate(OPEN "s100A cA sRA+9000", RST_CHALLENGED);
	has_fate(OPEN "s100A cA sRA+2000000", RST_OLD);
	has_fate(OPEN "s100A cA sR", RST_ACCEPTED);
	has_fate(OPEN "s100A cA sR-1", RST_OLD);
}

static void behind_a_hole_any_number_may_be_the_expected_one(void **state)
{
	(void)state;
	has_fate(OPEN "s100A! s100A cA sRA", RST_ACCEPTED);
	has_fate(OPEN "s100A! s100A cA sRA-100", RST_ACCEPTED);
	has_fate(OPEN "s100A! s100A cA sRA-200", RST_ACCEPTED);
	has_fate(OPEN "s100A! s100A cA sRA-201", RST_OLD);
	has_fate(OPEN "s100A! s100A cA sRA+1", RST_CHALLENGED);
	has_fate(OPEN "s100A! s100A s100A-200 cA sRA-100", RST_OLD);
}

// tcp_reset_check(): macOS aborts with the number of the FIN that it has sent.
static void the_number_of_a_fin_is_taken_too(void **state)
{
	(void)state;
	has_fate(OPEN "sFA cA sRA", RST_ACCEPTED);
	has_fate(OPEN "sFA cA sRA-1", RST_ACCEPTED);
	has_fate(OPEN "sFA cA sRA-2", RST_OLD);
	has_fate(OPEN "s100A cA sRA-1", RST_OLD);
}

// tcp_acceptable_seq(): the edge of a window that shrank.
static void the_edge_of_a_shrunk_window_is_taken(void **state)
{
	(void)state;
	has_fate(OPEN "cAw10 s1000A s500A cAw1/500 sRA-372", RST_ACCEPTED);
	has_fate(OPEN "cAw10 s1000A s500A cAw1/500 sRA-371", RST_OLD);
	has_fate(OPEN "cAw10 s1000A cAw0/1000 sRA-1000", RST_ACCEPTED);
	has_fate(OPEN "cAw10 s1000A cA/1000 sRA-1000", RST_OLD);
}

static void a_refusal_needs_the_ack_flag(void **state)
{
	(void)state;
	has_fate("cS sRAz", RST_ACCEPTED);
	has_fate("cS sR", RST_CHALLENGED);
	has_fate("cS sRAz/1", RST_CHALLENGED); // answers another SYN
	has_fate("cS sSA cRA", RST_ACCEPTED);
	has_fate("cS sSA cRA-1", RST_ACCEPTED); // from SYN-SENT's number
	has_fate("cS sSA cR", RST_ACCEPTED);
}

static void after_the_end_nothing_counts(void **state)
{
	(void)state;
	has_fate(OPEN "cFA sFA cA sRA", RST_AFTER_END);
	has_fate(OPEN "cFA sFA cA cR", RST_AFTER_END);
	has_fate(OPEN "sRA cRA", RST_AFTER_END);
	has_fate(OPEN "sRA sRA", RST_AFTER_END);
	has_fate(OPEN "cFA sFA sR", RST_ACCEPTED); // not acknowledged yet
}

static void ignored_resets_are_marked(void **state)
{
	(void)state;
	assert_int_equal(talk_mark(OPEN "s10A cA sRA"), 0);
	assert_int_equal(talk_mark(OPEN "s10A cA sRA-1"), STEP_IGNORED_RST);
	assert_int_equal(talk_mark(OPEN "s10A cA sRA+1"), STEP_IGNORED_RST);
	assert_int_equal(talk_mark(OPEN "sRA sRA"), STEP_AFTER_END);
	assert_true(talk_mark(OPEN "sRA cA") & STEP_AFTER_END);
	assert_false(talk_mark(OPEN "sRA-1 cA") & STEP_AFTER_END);
}

// Forms -----------------------------------------------------------------------

static void a_socket_s_own_reset_differs_from_a_stack_s_answer(void **state)
{
	(void)state;
	has_form(OPEN "c10A sRA", FORM_BY_SOCKET);
	has_form(OPEN "c10A sRAw0",
		 FORM_BY_SOCKET); // its own window may be shut
	has_form(OPEN "c10A sR", FORM_REPLY);
	has_form("cS sRAz", FORM_REPLY);
	has_form("cS sSA cR", FORM_REPLY);
	has_form("cS sSA cRA", FORM_BY_SOCKET);
	has_form(OPEN "c10A sA @200 sRw9", FORM_OTHER);
	// Nobody has acknowledged that number, so it answers nothing.
	has_form(OPEN "c10A sA s10A cA s10A sR+10", FORM_OTHER);
}

// A bare RST of Windows carries an acknowledgment number, no window.
static void windows_answers_are_passive(void **state)
{
	struct talk t = talk_new();
	struct segment s;

	(void)state;
	t.layout[SERVER] = TALK_WINDOWS;
	t.ttl[SERVER] = 128;
	talk(&t, OPEN "c10A");
	s = talk_segment(&t, SERVER, TCP_RST, 0);
	s.ack = s.seq;
	s.window = 0;
	talk_send(&t, &s);
	assert_int_equal(rst_at(&t, 0)->form, FORM_REPLY);
	assert_int_equal(rst_at(&t, 0)->fate, RST_ACCEPTED);
	talk_free(&t);
}

// With a window in it, it must be prompt to be an answer.
static void a_window_in_a_bare_reset_asks_for_what_it_answers(void **state)
{
	(void)state;
	has_form(OPEN "c10A sRw9", FORM_REPLY);
	has_form(OPEN "c10A @200 sRw9", FORM_OTHER);
}

// Triggers --------------------------------------------------------------------

// What the RST with this number answers: its place among all segments that
// were captured, from 1; 0: nothing.
static void answers(const char *script, size_t k, uint64_t frame)
{
	struct talk t = told(script);

	if (rst_at(&t, k)->elicited_by.at.frame != frame)
		fail_msg("%s: RST %zu answers %d, not %d", script, k,
			 (int)rst_at(&t, k)->elicited_by.at.frame, (int)frame);
	talk_free(&t);
}

static void a_passive_reset_answers_what_acknowledges_its_number(void **state)
{
	(void)state;
	answers("cS sRAz", 0, 1);
	answers("cS @1000 cS-1 sRAz", 0, 2);
	answers("cS sSA cR", 0, 2);
	answers(OPEN "sFA cA c10A sR", 0, 6);
	answers(OPEN "sFA cFA sR", 0, 5);
	answers(OPEN "c10A sA s10A cA c10A sR-5", 0, 0); // none has that ACK
}

static void a_socket_s_own_reset_answers_nothing(void **state)
{
	(void)state;
	answers(OPEN "c10A @300 sRA", 0, 0);
	answers(OPEN "cA sRA", 0, 0);
	answers(OPEN "c10A sA sRA", 0, 0);
}

static void each_reset_answers_its_own_segment(void **state)
{
	(void)state;
	for (size_t k = 0; k < 3; k++)
		answers(OPEN "sFA cA c10A c20A c30A sR sR sR", k, 6 + k);
	// What was acknowledged before needs no answer.
	answers(OPEN "sFA c10A/1 sA c20A/1 sR", 0, 7);
	// ... unless it came again.
	answers(OPEN "sFA c10A/1 sA @300 c10A-10/1 sR", 0, 7);
}

static void bare_acks_come_last(void **state)
{
	(void)state;
	answers(OPEN "s10A cA sR", 0, 5);
	answers(OPEN "s10A cA c20A sR", 0, 6);
	answers(OPEN "s10A c20A cA sR", 0, 5);
	answers(OPEN "s10A cA cFA sR", 0, 6);
	answers(OPEN "c10A sA s10A cA @9000 cA-1 sR", 0, 8); // keep-alive
}

// Life after it ---------------------------------------------------------------

static void data_after_its_own_reset_is_life(void **state)
{
	struct talk t = told(OPEN "s10A cA sRA ~300 s10A");

	(void)state;
	assert_true(rst_at(&t, 0)->data_after.frame);
	assert_int_equal(rst_at(&t, 0)->fate, RST_ACCEPTED);
	talk(&t, "cA"); // its receiver never took it
	assert_int_equal(rst_at(&t, 0)->fate, RST_SURVIVED);
	assert_null(flow_deadly(talk_flow(&t)));
	talk_free(&t);
}

static void what_nobody_took_is_no_proof_of_life(void **state)
{
	struct talk t = told(OPEN "s10A cA sRA ~300 s10A cA/10");

	(void)state;
	assert_int_equal(rst_at(&t, 0)->fate, RST_ACCEPTED);
	talk_free(&t);
}

static void what_was_overtaken_on_the_way_is_not(void **state)
{
	struct talk t = told(OPEN "s10A cA sRA ~100 s10A");

	(void)state;
	assert_false(rst_at(&t, 0)->data_after.frame);
	talk_free(&t);
	t = told(OPEN "s10A cA sRA ~1900 sA");
	assert_false(rst_at(&t, 0)->alive_after.frame);
	talk(&t, "~200 sA");
	assert_true(rst_at(&t, 0)->alive_after.frame);
	talk_free(&t);
}

// Counters and clocks of its sender tell what left before a RST that was
// captured ahead of it.
static void what_left_before_the_reset_leads_up_to_it(void **state)
{
	struct talk t;

	(void)state;
	has_fate(OPEN "s10A cA sRA+500i9o @2 s500Ai8o", RST_ACCEPTED);
	has_fate(OPEN "s10A cA sRA+500i9o @2 s300Ai7o s200Ai8o", RST_ACCEPTED);
	has_fate(OPEN "s10A cA sRA+500i9o @2 s500Ai10o", RST_CHALLENGED);
	has_fate(OPEN "s10A cA sRA+500i9o @2 s400Ai8o", RST_CHALLENGED);
	has_fate(OPEN "s10A cA sRA+1 ~30 sFA", RST_ACCEPTED);
	t = told(OPEN "s10A c9A sRA+500i9o @2 s500Ai8o");
	assert_false(rst_at(&t, 0)->alive_after.frame);
	assert_int_equal(rst_at(&t, 0)->data_sent.len, 500);
	assert_false(rst_at(&t, 0)->unanswered);
	talk_free(&t);
	t = told(OPEN "s10A cA sRA+1 ~30 sFA");
	assert_true(rst_at(&t, 0)->fin[0]);
	talk_free(&t);
}

static void what_came_before_its_number_is_no_new_data(void **state)
{
	struct talk t = told(OPEN "s10A cA sRA ~500 s10A-10");

	(void)state;
	assert_false(rst_at(&t, 0)->data_after.frame);
	talk_free(&t);
}

static void the_other_side_s_life_is_kept_apart(void **state)
{
	struct talk t = told(OPEN "s10A cA sRA @5 c10A c20A c20A-20");

	(void)state;
	assert_true(rst_at(&t, 0)->peer_after.frame);
	assert_int_equal(rst_at(&t, 0)->peer_news, 2);
	assert_false(rst_at(&t, 0)->alive_after.frame);
	talk_free(&t);
}

static void a_refused_client_that_asks_again_survives(void **state)
{
	struct talk t = told("cS sRAz @500 cS-1 sSA");

	(void)state;
	assert_int_equal(rst_at(&t, 0)->fate, RST_SURVIVED);
	talk_free(&t);
	// Nobody asked again: somebody else had refused.
	t = told("cS sRAz sSA");
	assert_int_equal(rst_at(&t, 0)->fate, RST_ACCEPTED);
	assert_true(rst_at(&t, 0)->data_after.frame);
	talk_free(&t);
}

// Many, and challenges --------------------------------------------------------

static void the_one_that_counts_is_kept_though_many_came_before(void **state)
{
	struct talk t = told(OPEN "s100A cA sRA-9 sRA-8 sRA-7 sRA-6 sRA-5 "
				  "sRA-4 sRA-3 sRA-2");

	(void)state;
	assert_int_equal(flow_rsts_kept(talk_flow(&t)), FLOW_RSTS);
	assert_null(flow_deadly(talk_flow(&t)));
	for (size_t k = 0; k < FLOW_RSTS; k++)
		assert_int_equal(rst_at(&t, k)->s.at.frame, 6 + k);
	talk(&t, "sRA");
	assert_int_equal(flow_rsts_kept(talk_flow(&t)), FLOW_RSTS);
	assert_non_null(flow_deadly(talk_flow(&t)));
	assert_int_equal(flow_deadly(talk_flow(&t))->s.at.frame, t.frame);
	assert_int_equal(flow_state(talk_flow(&t), CLIENT), STATE_CLOSED);
	talk_free(&t);
}

// RFC 5961: it speaks of the connection that the server still holds.
static bool is_challenged(uint32_t ack_back)
{
	struct talk t = told("cS");
	struct segment s = talk_segment(&t, SERVER, TCP_ACK, 0);
	bool challenge;

	s.ack -= ack_back;
	t.now += TALK_MS;
	talk_send(&t, &s);
	challenge = t.seen.marks & STEP_CHALLENGE_ACK;
	assert_int_equal(talk_flow(&t)->challenge.frame != 0, challenge);
	talk_free(&t);
	return challenge;
}

static void an_ack_with_unrelated_numbers_challenges_a_syn(void **state)
{
	(void)state;
	assert_true(is_challenged(5000000));
	assert_true(is_challenged(1));
	assert_true(is_challenged(-UINT32_C(5000000)));
	assert_false(is_challenged(0)); // its SYN-ACK was not captured
	assert_false(is_challenged(-UINT32_C(5000))); // nor what followed
}

static void an_inexact_reset_draws_a_challenge(void **state)
{
	(void)state;
	assert_true(talk_mark(OPEN "s10A cA sRA+9 cA") & STEP_CHALLENGE_ACK);
	assert_false(talk_mark(OPEN "s10A cA sRA+9 c9A") & STEP_CHALLENGE_ACK);
	assert_false(talk_mark(OPEN "s10A cA sRA cA") & STEP_CHALLENGE_ACK);
}

// What stood when it came -----------------------------------------------------

// What left before the RST arrived proves nothing.
static void whoever_goes_on_has_not_been_reset(void **state)
{
	(void)state;
	has_fate(OPEN "c10A sA sRA @1500 c10A-10", RST_SURVIVED);
	has_fate(OPEN "c10A sA sRA @1500 cA", RST_SURVIVED);
	has_fate(OPEN "c10A sA sRA @500 c10A-10", RST_ACCEPTED);
	has_fate(OPEN "c10A sA sRA @1500 c10A-10d", RST_ACCEPTED); // a copy
	has_fate("cS sRAz sSA cA", RST_SURVIVED); // completes the handshake
	has_fate("cS sRAz sSA cR", RST_AFTER_END);
}

static void what_came_long_before_is_not_answered(void **state)
{
	(void)state;
	answers(OPEN "s10A cA @2900 sR", 0, 5);
	answers(OPEN "s10A cA @3100 sR", 0, 0);
	answers(OPEN "s10A c20A @400000 sR", 0, 0);
	// A path of 500 ms and more may take longer than that.
	answers("cS @600 sSA @600 cA c20A @600 sA c20A @4000 sR", 0, 6);
}

static void a_reset_remembers_how_things_stood(void **state)
{
	struct talk t = told(OPEN "c100A sFA sRA");
	const struct rst *r = rst_at(&t, 0);

	(void)state;
	assert_int_equal(r->side, SERVER);
	assert_int_equal(r->snd_nxt, t.line[0].next[SERVER]);
	assert_int_equal(r->ack, t.line[0].next[CLIENT]);
	assert_true(r->fin[0] && !r->fin[1]);
	assert_false(r->fin_acked[0]);
	assert_int_equal(r->state[SERVER], STATE_FIN_WAIT_1);
	assert_int_equal(r->state[CLIENT], STATE_CLOSE_WAIT);
	assert_int_equal(r->data_received.at.frame, 4);
	assert_int_equal(r->before.at.frame, 5);
	assert_true(r->scale_known && r->ack_known && r->window_known);
	talk_free(&t);
	t = told("cS! sSA cA c9A sA sRA");
	assert_false(rst_at(&t, 0)->scale_known);
	talk_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_exact_number_is_taken),
		cmocka_unit_test(
		    behind_a_hole_any_number_may_be_the_expected_one),
		cmocka_unit_test(the_number_of_a_fin_is_taken_too),
		cmocka_unit_test(the_edge_of_a_shrunk_window_is_taken),
		cmocka_unit_test(a_refusal_needs_the_ack_flag),
		cmocka_unit_test(after_the_end_nothing_counts),
		cmocka_unit_test(ignored_resets_are_marked),
		cmocka_unit_test(
		    a_socket_s_own_reset_differs_from_a_stack_s_answer),
		cmocka_unit_test(windows_answers_are_passive),
		cmocka_unit_test(
		    a_window_in_a_bare_reset_asks_for_what_it_answers),
		cmocka_unit_test(
		    a_passive_reset_answers_what_acknowledges_its_number),
		cmocka_unit_test(a_socket_s_own_reset_answers_nothing),
		cmocka_unit_test(each_reset_answers_its_own_segment),
		cmocka_unit_test(bare_acks_come_last),
		cmocka_unit_test(data_after_its_own_reset_is_life),
		cmocka_unit_test(what_nobody_took_is_no_proof_of_life),
		cmocka_unit_test(what_was_overtaken_on_the_way_is_not),
		cmocka_unit_test(what_left_before_the_reset_leads_up_to_it),
		cmocka_unit_test(what_came_before_its_number_is_no_new_data),
		cmocka_unit_test(the_other_side_s_life_is_kept_apart),
		cmocka_unit_test(a_refused_client_that_asks_again_survives),
		cmocka_unit_test(
		    the_one_that_counts_is_kept_though_many_came_before),
		cmocka_unit_test(
		    an_ack_with_unrelated_numbers_challenges_a_syn),
		cmocka_unit_test(an_inexact_reset_draws_a_challenge),
		cmocka_unit_test(whoever_goes_on_has_not_been_reset),
		cmocka_unit_test(what_came_long_before_is_not_answered),
		cmocka_unit_test(a_reset_remembers_how_things_stood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
