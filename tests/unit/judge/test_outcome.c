// How both ends stand at the end, and what each program's next call returns.
#include "judge/outcome.h"

#include <stdio.h>

#include "talk_end.h"

#define OPEN "cS sSA cA "

struct ending {
	const char *script;
	const char *verdict, *closed_first, *reset_by;
	const char *state[2];
	const char *calls; // connect, client's recv and send, server's
};

static void calls_of(const struct app_view *app, char *out, size_t n)
{
	const uint8_t call[] = { app->connect, app->recv[CLIENT],
				 app->send[CLIENT], app->recv[SERVER],
				 app->send[SERVER] };

	out[0] = '\0';
	for (size_t i = 0; i < sizeof(call); i++) {
		const char *name = call_result_name(call[i]);
		size_t used = strlen(out);
		snprintf(out + used, n - used, "%s%s", i ? " " : "",
			 *name ? name : "-");
	}
}

static void same(const char *script, const char *what, const char *got,
		 const char *expected)
{
	if (strcmp(got, expected))
		fail_msg("%s: %s %s, not %s", script, what, got, expected);
}

static void is_outcome(const struct ending *e)
{
	struct talk_end end = talk_whole(e->script);
	char calls[100];

	calls_of(&end.c.app, calls, sizeof(calls));
	same(e->script, "verdict", verdict_get(end.r.verdict)->name,
	     e->verdict);
	same(e->script, "closed first", side_name(end.c.closed_first),
	     e->closed_first);
	same(e->script, "reset by", side_name(end.c.reset_by), e->reset_by);
	for (enum side x = CLIENT; x <= SERVER; x++)
		same(e->script, side_name(x), tcp_state_name(end.c.state[x]),
		     e->state[x]);
	same(e->script, "calls", calls, e->calls);
}

#define ENDINGS(...)                                                           \
	do {                                                                   \
		static const struct ending table[] = { __VA_ARGS__ };          \
		for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)  \
			is_outcome(&table[i]);                                 \
	} while (0)

static void closes(void **state)
{
	(void)state;
	ENDINGS({ OPEN "c9A sA cFA sFA cA",
		  "orderly_close",
		  "client",
		  "",
		  { "TIME_WAIT", "CLOSED" },
		  "ok - - - -" },
		{ OPEN "c9A sA sFA cFA sA",
		  "orderly_close",
		  "server",
		  "",
		  { "CLOSED", "TIME_WAIT" },
		  "ok - - - -" },
		{ OPEN "cFA sFA/1 cA sA",
		  "orderly_close",
		  "both",
		  "",
		  { "TIME_WAIT", "TIME_WAIT" },
		  "ok - - - -" },
		{ OPEN "cFA sA",
		  "half_closed",
		  "client",
		  "",
		  { "FIN_WAIT_2", "CLOSE_WAIT" },
		  "ok - - EOF ok" },
		{ OPEN "sFA cA c9A",
		  "half_closed",
		  "server",
		  "",
		  { "CLOSE_WAIT", "FIN_WAIT_2" },
		  "ok EOF ok - -" },
		// Its RST is ignored, but it has no connection any more.
		{ OPEN "sFA cA cR+1",
		  "half_closed",
		  "server",
		  "",
		  { "CLOSED", "FIN_WAIT_2" },
		  "ok - - - -" },
		{ OPEN "sFA cA cR+1 @10 cA",
		  "half_closed",
		  "server",
		  "",
		  { "CLOSE_WAIT", "FIN_WAIT_2" },
		  "ok EOF ok - -" },
		// Its program still reads.
		{ OPEN "cFA s9A cA",
		  "half_closed",
		  "client",
		  "",
		  { "FIN_WAIT_2", "CLOSE_WAIT" },
		  "ok blocks EPIPE EOF ok" },
		{ OPEN "c9A sA",
		  "still_open",
		  "",
		  "",
		  { "ESTABLISHED", "ESTABLISHED" },
		  "ok blocks ok blocks ok" });
}

// A capture that began after the handshake: the other FIN may have come before.
static void one_fin_of_a_late_capture(void **state)
{
	(void)state;
	ENDINGS({ "cS! sSA! cA! sFA! cA! cFA sA",
		  "orderly_close",
		  "",
		  "",
		  { "", "" },
		  "- - - - -" },
		{ "cS! sSA! cA! cFA! sA! s9A cA sFA cA",
		  "orderly_close",
		  "",
		  "",
		  { "", "" },
		  "- - - - -" },
		// Who sends data has not closed.
		{ "cS! sSA! cA! sFA cA c9A",
		  "half_closed",
		  "server",
		  "",
		  { "CLOSE_WAIT", "FIN_WAIT_2" },
		  "- EOF ok - -" });
	assert_int_equal(talk_whole("cS! sSA! cA! cFA sA").r.confidence,
			 POSSIBLE);
}

static void openings(void **state)
{
	(void)state;
	ENDINGS({ "cS sRAz",
		  "connect_refused",
		  "",
		  "server",
		  { "CLOSED", "CLOSED" },
		  "ECONNREFUSED - - - -" },
		{ "cS @1000 cS-1 @2000 cS-1",
		  "connect_timeout",
		  "",
		  "",
		  { "CLOSED", "" },
		  "ETIMEDOUT - - - -" },
		{ "cS sSA cR",
		  "connect_abandoned",
		  "",
		  "client",
		  { "CLOSED", "CLOSED" },
		  "- - - - -" },
		{ "cS sSA cRA",
		  "connect_abandoned",
		  "client",
		  "client",
		  { "CLOSED", "CLOSED" },
		  "ok - - - -" },
		{ "cS sSA cA @1000 sSA-1 cA @2000 sSA-1 cA",
		  "handshake_incomplete",
		  "",
		  "",
		  { "ESTABLISHED", "ESTABLISHED" },
		  "ok blocks ok - -" },
		{ OPEN "sR",
		  "reset_backlog_overflow",
		  "",
		  "server",
		  { "CLOSED", "CLOSED" },
		  "ok ECONNRESET ECONNRESET - -" });
}

// The contract's section 5.
static void resets(void **state)
{
	(void)state;
	ENDINGS({ OPEN "c9A sA sRA",
		  "reset_unread_data",
		  "server",
		  "server",
		  { "CLOSED", "CLOSED" },
		  "ok ECONNRESET ECONNRESET - -" },
		{ OPEN "s9A cA cRA",
		  "reset_unread_data",
		  "client",
		  "client",
		  { "CLOSED", "CLOSED" },
		  "ok - - ECONNRESET ECONNRESET" },
		{ OPEN "sRA",
		  "reset_linger_zero",
		  "server",
		  "server",
		  { "CLOSED", "CLOSED" },
		  "ok ECONNRESET ECONNRESET - -" },
		// In FIN_WAIT_2 with a program that reads on.
		{ OPEN "cFA sA s9A cA sRA",
		  "reset_linger_zero",
		  "client",
		  "server",
		  { "CLOSED", "CLOSED" },
		  "ok ECONNRESET ECONNRESET - -" },
		// In CLOSE_WAIT.
		{ OPEN "c9A sA sFA cA c9A sR",
		  "reset_data_after_fin",
		  "server",
		  "server",
		  { "CLOSED", "CLOSED" },
		  "ok EOF EPIPE - -" },
		{ OPEN "c9A sA s9A cA @2000 c9A sR",
		  "reset_stale_peer",
		  "",
		  "server",
		  { "CLOSED", "CLOSED" },
		  "ok ECONNRESET ECONNRESET - -" },
		// A RST that nobody takes.
		{ OPEN "c9A sA s9A cA sRA-5 @5 sA c9A sA cFA sFA cA",
		  "orderly_close",
		  "client",
		  "",
		  { "TIME_WAIT", "CLOSED" },
		  "ok - - - -" },
		{ OPEN "c9A sA cFA sFA cA sR",
		  "orderly_close",
		  "client",
		  "",
		  { "TIME_WAIT", "CLOSED" },
		  "ok - - - -" });
}

// Whom a RST was forged for lives on.
static void forged_resets(void **state)
{
	(void)state;
	ENDINGS({ OPEN "c9A sA s9A cA sRAt50 @5 sA",
		  "reset_injected",
		  "",
		  "middlebox",
		  { "CLOSED", "ESTABLISHED" },
		  "ok ECONNRESET ECONNRESET blocks ok" },
		{ OPEN "c9A sA s9A cA sRAt50 cRAt50 @5 sA",
		  "reset_injected",
		  "",
		  "middlebox",
		  { "CLOSED", "CLOSED" },
		  "ok ECONNRESET ECONNRESET ECONNRESET ECONNRESET" });
}

static void silences(void **state)
{
	(void)state;
	ENDINGS({ OPEN "c9A sA c9A @200 c9A-9 @400 c9A-9 @800 c9A-9",
		  "timeout_retransmission",
		  "",
		  "",
		  { "CLOSED", "ESTABLISHED" },
		  "ok ETIMEDOUT ETIMEDOUT blocks ok" },
		// A FIN that never arrived.
		{ OPEN "sFA @200 sFA-1 @400 sFA-1 @800 sFA-1",
		  "timeout_retransmission",
		  "server",
		  "",
		  { "ESTABLISHED", "CLOSED" },
		  "ok blocks ok - -" },
		{ OPEN "c9A sA @9999 cA-1 @9999 cA-1 @9999 cRA",
		  "timeout_keepalive",
		  "",
		  "client",
		  { "CLOSED", "ESTABLISHED" },
		  "ok ETIMEDOUT ETIMEDOUT blocks ok" },
		{ OPEN "c9A sAw0 @400 cA-1 @800 cA-1 @1600 cA-1",
		  "timeout_zero_window",
		  "",
		  "",
		  { "CLOSED", "ESTABLISHED" },
		  "ok ETIMEDOUT ETIMEDOUT blocks ok" },
		{ OPEN "c9A sAw0 @400 cA-1 sAw0 @800 cA-1 sAw0 @1600 cA-1 sAw0",
		  "timeout_zero_window",
		  "",
		  "",
		  { "ESTABLISHED", "ESTABLISHED" },
		  "ok blocks blocks blocks ok" });
}

static void without_a_syn(void **state)
{
	(void)state;
	ENDINGS({ "cA c9A sA c9A sA sRA",
		  "reset_unread_data",
		  "server",
		  "server",
		  { "CLOSED", "CLOSED" },
		  "- ECONNRESET ECONNRESET - -" },
		{ "cS! sSA cA c9A sA",
		  "still_open",
		  "",
		  "",
		  { "ESTABLISHED", "ESTABLISHED" },
		  "ok blocks ok blocks ok" });
}

// BSD's send() looks for the shut half before it looks for the error.
static void the_calls_are_those_of_the_stack(void **state)
{
	struct talk t = talk_new();
	struct talk_end e;

	(void)state;
	t.layout[CLIENT] = TALK_FREEBSD;
	talk(&t, OPEN "c9A sA sRA");
	e = talk_end(&t);
	assert_int_equal(e.c.app.stack[CLIENT], STACK_FREEBSD);
	assert_int_equal(e.c.app.stack[SERVER], STACK_LINUX);
	assert_int_equal(e.c.app.recv[CLIENT], CALL_ECONNRESET);
	assert_int_equal(e.c.app.send[CLIENT], CALL_EPIPE);
	talk_free(&t);
}

static enum call_result after_icmp(const char *script, uint8_t type,
				   uint8_t code, bool ipv6)
{
	struct talk t = talk_new();
	struct talk_end e;
	struct segment s;
	struct icmp_error i;

	talk(&t, script);
	s = talk_segment(&t, CLIENT, 0, 0);
	i = (struct icmp_error){ .time = t.now,
				 .frame = frame_id(0, ++t.frame),
				 .src = s.src,
				 .dst = s.dst,
				 .src_port = s.src_port,
				 .dst_port = s.dst_port,
				 .seq = s.seq - 1,
				 .type = type,
				 .code = code,
				 .ipv6 = ipv6 };
	assert_int_equal(flow_icmp(t.flows, &i, &t.seen), 1);
	e = talk_end(&t);
	talk_free(&t);
	return e.r.verdict == CONNECT_UNREACHABLE ? e.c.app.connect
						  : e.c.app.recv[CLIENT];
}

static void icmp_errors_have_errnos(void **state)
{
	(void)state;
	assert_int_equal(after_icmp("cS", 3, 0, false), CALL_ENETUNREACH);
	assert_int_equal(after_icmp("cS", 3, 1, false), CALL_EHOSTUNREACH);
	assert_int_equal(after_icmp("cS", 3, 3, false), CALL_ECONNREFUSED);
	assert_int_equal(after_icmp("cS", 3, 13, false), CALL_EHOSTUNREACH);
	assert_int_equal(after_icmp("cS", 1, 1, true), CALL_EACCES);
	assert_int_equal(after_icmp("cS", 1, 4, true), CALL_ECONNREFUSED);
	// Fragmentation needed ends nothing.
	assert_int_equal(after_icmp("cS", 3, 4, false), CALL_NONE);
	// In mid-connection it takes the place of ETIMEDOUT.
	assert_int_equal(
	    after_icmp(OPEN "c9A sA c9A @200 c9A-9 @400 c9A-9 @800 c9A-9", 3, 1,
		       false),
	    CALL_EHOSTUNREACH);
	assert_int_equal(after_icmp(OPEN "c9A sA", 3, 1, false), CALL_BLOCKS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closes),
		cmocka_unit_test(one_fin_of_a_late_capture),
		cmocka_unit_test(openings),
		cmocka_unit_test(resets),
		cmocka_unit_test(forged_resets),
		cmocka_unit_test(silences),
		cmocka_unit_test(without_a_syn),
		cmocka_unit_test(the_calls_are_those_of_the_stack),
		cmocka_unit_test(icmp_errors_have_errnos),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
