#include "query/where_field.h"

#include "base/words.h"
#include "judge/advice.h"
#include "track/zeek.h"

#include <string.h>

static const char *verdict_name(size_t i)
{
	return i == VERDICT_NONE ? "" : verdict_get((enum verdict_id)i)->name;
}

static const char *verdict_title(size_t i)
{
	return i == VERDICT_NONE ? "" : verdict_get((enum verdict_id)i)->title;
}

static const char *confidence_word(size_t i)
{
	return confidence_name((enum confidence)i);
}

static const char *call_name(size_t i)
{
	return call_result_name((enum call_result)i);
}

static const char *state_name(size_t i)
{
	return tcp_state_name((enum tcp_state)i);
}

static const char *stack_word(size_t i)
{
	return i == STACK_UNKNOWN ? "unknown" : stack_name((enum stack)i);
}

static const char *side_word(size_t i)
{
	return i == NOBODY ? "nobody" : side_name((enum side)i);
}

// All that limits the view.
enum {
	LIMITS = 0
#define REPORTED(fact, name, role, label, sentence)   +((role) == ROLE_LIMIT)
#define LIMIT_WORD(fact, name, connections, sentence) +1
#include "judge/facts.def"
};

static bool is_limit(enum fact fact)
{
	return finding_role(&(struct finding){ .fact = (uint8_t)fact }) ==
	       ROLE_LIMIT;
}

// Numbered from 1, in the order of the facts.
static const char *limit_name(size_t i)
{
	enum fact fact = 0;

	if (!i)
		return "";
	while (!is_limit(fact) || --i)
		fact++;
	return fact_name(fact);
}

static const char *yes_no(size_t i)
{
	return i ? "yes" : "no";
}

const struct where_names where_verdicts = { "verdict", VERDICTS, verdict_name,
					    false };
const struct where_names where_titles = { "verdict", VERDICTS, verdict_title,
					  false };
const struct where_names where_confidences = { "confidence", CONFIDENCES,
					       confidence_word, true };
const struct where_names where_calls = { "result of a call", CALL_RESULTS,
					 call_name, false };
const struct where_names where_states = { "state", STATES, state_name, false };
static const struct where_names stacks = { "stack", STACKS, stack_word, false };
static const struct where_names sides = { "side", NOBODY + 1, side_word,
					  false };
static const struct where_names limits = { "limit", LIMITS + 1, limit_name,
					   false };
static const struct where_names truth = { "answer", 2, yes_no, false };

static int64_t number(const struct where_subject *s, size_t k)
{
	(void)k;
	return (int64_t)analysis_number(s->a, s->i);
}

static int64_t stream(const struct where_subject *s, size_t k)
{
	(void)k;
	return (int64_t)analysis_number(s->a, s->i) - 1;
}

static int64_t start(const struct where_subject *s, size_t k)
{
	(void)k;
	return s->c->start;
}

static int64_t end(const struct where_subject *s, size_t k)
{
	(void)k;
	return s->c->end;
}

static int64_t duration(const struct where_subject *s, size_t k)
{
	(void)k;
	return connection_duration(s->c);
}

static int64_t port(const struct where_subject *s, size_t k)
{
	return s->c->port[k];
}

// Both sides together for k == BOTH.
static int64_t packets(const struct where_subject *s, size_t k)
{
	int64_t n[] = { s->c->packets[CLIENT], s->c->packets[SERVER] };

	return k == BOTH ? n[CLIENT] + n[SERVER] : n[k];
}

static int64_t bytes(const struct where_subject *s, size_t k)
{
	const uint64_t *n = s->c->bytes;

	return (int64_t)(k == BOTH ? n[CLIENT] + n[SERVER] : n[k]);
}

static int64_t rtt(const struct where_subject *s, size_t k)
{
	(void)k;
	return analysis_measures(s->why, s->c).rtt;
}

static int64_t retransmissions(const struct where_subject *s, size_t k)
{
	struct measures m = analysis_measures(s->why, s->c);
	const uint64_t *n = m.retransmissions;

	return (int64_t)(k == BOTH ? n[CLIENT] + n[SERVER] : n[k]);
}

static int64_t idle(const struct where_subject *s, size_t k)
{
	(void)k;
	return analysis_measures(s->why, s->c).idle;
}

static int64_t zero_window(const struct where_subject *s, size_t k)
{
	(void)k;
	return analysis_measures(s->why, s->c).zero_window;
}

static int64_t missing(const struct where_subject *s, size_t k)
{
	(void)k;
	return (int64_t)analysis_measures(s->why, s->c).missing;
}

static int64_t stack(const struct where_subject *s, size_t k)
{
	return s->c->app.stack[k];
}

static int64_t verdict(const struct where_subject *s, size_t k)
{
	(void)k;
	return s->c->verdict;
}

static int64_t confidence(const struct where_subject *s, size_t k)
{
	(void)k;
	return s->c->confidence;
}

static int64_t also(const struct where_subject *s, size_t k)
{
	return s->c->also[k];
}

static int64_t closed_first(const struct where_subject *s, size_t k)
{
	(void)k;
	return s->c->closed_first;
}

static int64_t reset_by(const struct where_subject *s, size_t k)
{
	(void)k;
	return s->c->reset_by;
}

// 0: connect; 1, 2: recv by side; 3, 4: send by side.
static int64_t call(const struct where_subject *s, size_t k)
{
	const struct app_view *v = &s->c->app;

	if (k == 0)
		return v->connect;
	return k < 3 ? v->recv[k - 1] : v->send[k - 3];
}

static int64_t state(const struct where_subject *s, size_t k)
{
	return s->c->state[k];
}

static int64_t eventful(const struct where_subject *s, size_t k)
{
	(void)k;
	return connection_eventful(s->c);
}

static int64_t limit(const struct where_subject *s, size_t k)
{
	struct finding all[EVIDENCE_FINDINGS];
	enum fact fact;
	int64_t n = 0;

	if (k >= s->c->findings)
		return 0;
	fact = (enum fact)analysis_findings(s->why, s->c, all)[k].fact;
	if (!is_limit(fact))
		return 0;
	for (enum fact f = 0; f <= fact; f++)
		n += is_limit(f);
	return n;
}

static const char *address(const struct where_subject *s, size_t k, char *out,
			   size_t n)
{
	return addr_text(&s->c->addr[k], out, n);
}

static const char *evidence(const struct where_subject *s, size_t k, char *out,
			    size_t n)
{
	struct finding all[EVIDENCE_FINDINGS];

	if (k >= s->c->findings)
		return NULL;
	return finding_text(analysis_findings(s->why, s->c, all) + k, out, n);
}

static const char *advice(const struct where_subject *s, size_t k, char *out,
			  size_t n)
{
	struct finding all[EVIDENCE_FINDINGS];
	const struct finding *found = analysis_findings(s->why, s->c, all);

	(void)k;
	return verdict_sentence_on(
	    advice_for(s->c->verdict, found, s->c->findings), s->c->actor,
	    s->c->app.stack, out, n);
}

static const char *zeek_state(const struct where_subject *s, size_t k,
			      char *out, size_t n)
{
	(void)k, (void)out, (void)n;
	return zeek_state_name(s->c->zeek_state);
}

static const char *zeek_history(const struct where_subject *s, size_t k,
				char *out, size_t n)
{
	(void)k, (void)out, (void)n;
	return analysis_zeek_history(s->a, s->c);
}

// clang-format off
static const struct where_field fields[] = {
	{ "verdict", FIELD_NAME, &where_verdicts, verdict, NULL, 0, 0,
	  "its name, or how it begins: reset_unread_data, reset, timeout" },
	{ "confidence", FIELD_NAME, &where_confidences, confidence, NULL, 0, 0,
	  "certain, likely, possible" },
	{ "also_possible", FIELD_NAME, &where_verdicts, also, NULL,
	  0, VERDICT_RIVALS - 1, "a rival verdict" },
	{ "errno", FIELD_NAME, &where_calls, call, NULL, 0, 4,
	  "what any program's next call returns: ECONNRESET, EPIPE, EOF" },
	{ "ip", FIELD_ADDR, NULL, NULL, address, 0, 1,
	  "either side's: 10.0.0.9, 10.0.0.0/8, 2001:db8::/32" },
	{ "client_ip", FIELD_ADDR, NULL, NULL, address, 0, 0, "the client's" },
	{ "server_ip", FIELD_ADDR, NULL, NULL, address, 1, 1, "the server's" },
	{ "port", FIELD_NUMBER, NULL, port, NULL, 0, 1, "either side's: 443" },
	{ "client_port", FIELD_NUMBER, NULL, port, NULL, 0, 0, "the client's" },
	{ "server_port", FIELD_NUMBER, NULL, port, NULL, 1, 1, "the server's" },
	{ "start_time", FIELD_TIME, NULL, start, NULL, 0, 0,
	  "of the first packet: 15:04:05, 15:04..15:10, 2026-11-21T15:04Z" },
	{ "end_time", FIELD_TIME, NULL, end, NULL, 0, 0, "of the last packet" },
	{ "duration_s", FIELD_DURATION, NULL, duration, NULL, 0, 0,
	  "seconds, or with a unit: >10, 5ms..2s, >5m" },
	{ "bytes", FIELD_BYTES, NULL, bytes, NULL, BOTH, BOTH,
	  "payload of both sides: 0, >10k, 1k..2M" },
	{ "client_bytes", FIELD_BYTES, NULL, bytes, NULL, 0, 0,
	  "sent by the client" },
	{ "server_bytes", FIELD_BYTES, NULL, bytes, NULL, 1, 1,
	  "sent by the server" },
	{ "packets", FIELD_NUMBER, NULL, packets, NULL, BOTH, BOTH,
	  "segments of both sides" },
	{ "client_packets", FIELD_NUMBER, NULL, packets, NULL, 0, 0,
	  "sent by the client" },
	{ "server_packets", FIELD_NUMBER, NULL, packets, NULL, 1, 1,
	  "sent by the server" },
	{ "closed_first", FIELD_NAME, &sides, closed_first, NULL, 0, 0,
	  "client, server, both, nobody" },
	{ "reset_by", FIELD_NAME, &sides, reset_by, NULL, 0, 0,
	  "client, server, middlebox, nobody" },
	{ "client_connect", FIELD_NAME, &where_calls, call, NULL, 0, 0,
	  "what the client's connect returned" },
	{ "client_recv", FIELD_NAME, &where_calls, call, NULL, 1, 1,
	  "what the client's next recv returns" },
	{ "server_recv", FIELD_NAME, &where_calls, call, NULL, 2, 2,
	  "the server's" },
	{ "client_send", FIELD_NAME, &where_calls, call, NULL, 3, 3,
	  "what the client's next send returns" },
	{ "server_send", FIELD_NAME, &where_calls, call, NULL, 4, 4,
	  "the server's" },
	{ "state", FIELD_NAME, &where_states, state, NULL, 0, 1,
	  "either side's at the end: CLOSE_WAIT" },
	{ "client_state", FIELD_NAME, &where_states, state, NULL, 0, 0,
	  "the client's" },
	{ "server_state", FIELD_NAME, &where_states, state, NULL, 1, 1,
	  "the server's" },
	{ "abnormal", FIELD_NAME, &truth, eventful, NULL, 0, 0,
	  "yes, no (still open, or closed with nothing left unanswered)" },
	{ "limit", FIELD_NAME, &limits, limit, NULL, 0, EVIDENCE_FINDINGS,
	  "no_handshake, one_way, lost, cut, ends_soon, ..." },
	{ "connection", FIELD_NUMBER, NULL, number, NULL, 0, 0, "its number" },
	{ "tcp_stream", FIELD_NUMBER, NULL, stream, NULL, 0, 0,
	  "Wireshark's number of it" },
	{ "evidence", FIELD_TEXT, NULL, NULL, evidence, 0, SIZE_MAX,
	  "the sentences of its findings: ~\"offers a window\"" },
	{ "advice", FIELD_TEXT, NULL, NULL, advice, 0, 0, "what to change" },
	{ "zeek_conn_state", FIELD_TEXT, NULL, NULL, zeek_state, 0, 0,
	  "SF, RSTO, ..." },
	{ "zeek_history", FIELD_TEXT, NULL, NULL, zeek_history, 0, 0,
	  "ShADadFf, ..." },
	{ "rtt_ms", FIELD_MS, NULL, rtt, NULL, 0, 0,
	  "milliseconds there and back, or with a unit: >20, 1s..2s" },
	{ "retransmissions", FIELD_NUMBER, NULL, retransmissions, NULL,
	  BOTH, BOTH, "segments that were sent again by either side" },
	{ "client_retransmissions", FIELD_NUMBER, NULL, retransmissions, NULL,
	  0, 0, "by the client" },
	{ "server_retransmissions", FIELD_NUMBER, NULL, retransmissions, NULL,
	  1, 1, "by the server" },
	{ "longest_idle_s", FIELD_DURATION, NULL, idle, NULL, 0, 0,
	  "seconds without a segment: >60, 5m..6m" },
	{ "zero_window_s", FIELD_DURATION, NULL, zero_window, NULL, 0, 0,
	  "seconds that a window was closed" },
	{ "missing_bytes", FIELD_BYTES, NULL, missing, NULL, 0, 0,
	  "sent, but not captured" },
	{ "stack", FIELD_NAME, &stacks, stack, NULL, 0, 1,
	  "either side's: linux, windows, macos, unknown, ..." },
	{ "client_stack", FIELD_NAME, &stacks, stack, NULL, 0, 0,
	  "the client's" },
	{ "server_stack", FIELD_NAME, &stacks, stack, NULL, 1, 1,
	  "the server's" },
};
// clang-format on

const struct where_field *where_field_get(size_t i)
{
	return i < sizeof fields / sizeof *fields ? &fields[i] : NULL;
}
