// The tables of columns: what CSV, and whatever else has columns, says of a
// connection; and what Zeek's conn.log and the Elastic Common Schema call it.
#include "report/report.h"

#include "base/nanoseconds.h"
#include "base/words.h"
#include "report/community.h"
#include "track/zeek.h"

#include <inttypes.h>
#include <string.h>

enum { SENTENCE = 512 }; // room for an advice as text

// The values that are one field, for each side or not, differ only in the
// expression that fetches them.
#define VALUE(function, expression)                                            \
	static void function(const struct report *r, size_t i,                 \
			     const struct connection *c, struct text *out)     \
	{                                                                      \
		(void)r;                                                       \
		(void)i;                                                       \
		(void)c;                                                       \
		expression;                                                    \
	}

static void put_ip(struct text *out, const struct addr *a)
{
	char buf[ADDR_TEXT];

	text_puts(out, addr_text(a, buf, sizeof(buf)));
}

static void put_community(struct text *out, const struct connection *c)
{
	char id[COMMUNITY_ID];

	community_id(c->addr, c->port, id);
	text_add(out, id, sizeof(id) - 1);
}

static void put_call(struct text *out, enum call_result result)
{
	text_puts(out, call_result_name(result));
}

static void put_also(struct text *out, const struct connection *c)
{
	for (size_t i = 0; i < VERDICT_RIVALS && c->also[i]; i++) {
		if (i)
			text_char(out, ' ');
		text_puts(out, verdict_get(c->also[i])->name);
	}
}

static void put_evidence(struct text *out, const struct report *r, size_t i,
			 const struct connection *c)
{
	struct statement said[REPORT_STATEMENTS];
	size_t n = report_statements(r, i, c, said);

	for (size_t k = 0; k < n; k++) {
		if (k)
			text_puts(out, "; ");
		statement_add(out, &said[k]);
	}
}

static void put_frames(struct text *out, const struct report *r, size_t i,
		       const struct connection *c)
{
	uint64_t frames[REPORT_FRAMES];
	size_t n = report_frames(r, i, c, frames);

	for (size_t k = 0; k < n; k++) {
		if (k)
			text_char(out, ' ');
		report_frame(out, r, frames[k]);
	}
}

static void put_advice(struct text *out, const struct report *r, size_t i,
		       const struct connection *c)
{
	char buf[SENTENCE];

	text_puts(out, report_advice(r, i, c, buf, sizeof buf));
}

// In milliseconds; a clock that was set may make them years.
static void put_rtt(struct text *out, struct measures m)
{
	if (m.rtt)
		text_printf(out, "%" PRId64 ".%03" PRId64, m.rtt / MS,
			    m.rtt % MS / US);
}

// "linux"; nothing where none was recognised.
static void put_stack(struct text *out, enum stack stack)
{
	if (stack == STACK_UNKNOWN)
		return;
	for (const char *s = stack_name(stack); *s; s++)
		text_char(out, word_lower(*s));
}

VALUE(connection, text_uint(out, report_number(r, i)))
VALUE(tcp_stream,
      if (r->streams) text_uint(out, analysis_number(r->analysis, i) - 1))
VALUE(start_time, report_time(out, c->start))
VALUE(duration_s, report_seconds(out, connection_duration(c), 6))
VALUE(client_ip, put_ip(out, &c->addr[CLIENT]))
VALUE(client_port, text_uint(out, c->port[CLIENT]))
VALUE(server_ip, put_ip(out, &c->addr[SERVER]))
VALUE(server_port, text_uint(out, c->port[SERVER]))
VALUE(client_packets, text_uint(out, c->packets[CLIENT]))
VALUE(server_packets, text_uint(out, c->packets[SERVER]))
VALUE(client_bytes, text_uint(out, c->bytes[CLIENT]))
VALUE(server_bytes, text_uint(out, c->bytes[SERVER]))
VALUE(verdict, text_puts(out, verdict_get(c->verdict)->name))
VALUE(confidence, text_puts(out, confidence_name(c->confidence)))
VALUE(also_possible, put_also(out, c))
VALUE(closed_first, text_puts(out, side_name(c->closed_first)))
VALUE(reset_by, text_puts(out, side_name(c->reset_by)))
VALUE(client_connect, put_call(out, c->app.connect))
VALUE(client_recv, put_call(out, c->app.recv[CLIENT]))
VALUE(client_send, put_call(out, c->app.send[CLIENT]))
VALUE(server_recv, put_call(out, c->app.recv[SERVER]))
VALUE(server_send, put_call(out, c->app.send[SERVER]))
VALUE(client_state, text_puts(out, tcp_state_name(c->state[CLIENT])))
VALUE(server_state, text_puts(out, tcp_state_name(c->state[SERVER])))
VALUE(evidence, put_evidence(out, r, i, c))
VALUE(frames, put_frames(out, r, i, c))
VALUE(advice, put_advice(out, r, i, c))
VALUE(zeek_state, text_puts(out, zeek_state_name(c->zeek_state)))
VALUE(zeek_history, text_puts(out, analysis_zeek_history(r->analysis, c)))
VALUE(community, put_community(out, c))
VALUE(end_time, report_time(out, c->end))
VALUE(rtt_ms, put_rtt(out, report_measures(r, i, c)))
VALUE(client_retransmissions,
      text_uint(out, report_measures(r, i, c).retransmissions[CLIENT]))
VALUE(server_retransmissions,
      text_uint(out, report_measures(r, i, c).retransmissions[SERVER]))
VALUE(longest_idle_s, report_seconds(out, report_measures(r, i, c).idle, 6))
VALUE(zero_window_s,
      report_seconds(out, report_measures(r, i, c).zero_window, 6))
VALUE(missing_bytes, text_uint(out, report_measures(r, i, c).missing))
VALUE(client_stack, put_stack(out, c->app.stack[CLIENT]))
VALUE(server_stack, put_stack(out, c->app.stack[SERVER]))

const struct column report_columns[] = {
	{ "connection", COLUMN_INTEGER, connection },
	{ "tcp_stream", COLUMN_INTEGER, tcp_stream },
	{ "start_time", COLUMN_TEXT, start_time },
	{ "duration_s", COLUMN_DECIMAL, duration_s },
	{ "client_ip", COLUMN_TEXT, client_ip },
	{ "client_port", COLUMN_INTEGER, client_port },
	{ "server_ip", COLUMN_TEXT, server_ip },
	{ "server_port", COLUMN_INTEGER, server_port },
	{ "client_packets", COLUMN_INTEGER, client_packets },
	{ "server_packets", COLUMN_INTEGER, server_packets },
	{ "client_bytes", COLUMN_INTEGER, client_bytes },
	{ "server_bytes", COLUMN_INTEGER, server_bytes },
	{ "verdict", COLUMN_TEXT, verdict },
	{ "confidence", COLUMN_TEXT, confidence },
	{ "also_possible", COLUMN_LIST, also_possible },
	{ "closed_first", COLUMN_TEXT, closed_first },
	{ "reset_by", COLUMN_TEXT, reset_by },
	{ "client_connect", COLUMN_TEXT, client_connect },
	{ "client_recv", COLUMN_TEXT, client_recv },
	{ "client_send", COLUMN_TEXT, client_send },
	{ "server_recv", COLUMN_TEXT, server_recv },
	{ "server_send", COLUMN_TEXT, server_send },
	{ "client_state", COLUMN_TEXT, client_state },
	{ "server_state", COLUMN_TEXT, server_state },
	{ "evidence", COLUMN_TEXT, evidence },
	{ "frames", COLUMN_LIST, frames },
	{ "advice", COLUMN_TEXT, advice },
	{ "zeek_conn_state", COLUMN_TEXT, zeek_state },
	{ "zeek_history", COLUMN_TEXT, zeek_history },
	{ "community_id", COLUMN_TEXT, community },
	{ "end_time", COLUMN_TEXT, end_time },
	{ "rtt_ms", COLUMN_DECIMAL, rtt_ms },
	{ "client_retransmissions", COLUMN_INTEGER, client_retransmissions },
	{ "server_retransmissions", COLUMN_INTEGER, server_retransmissions },
	{ "longest_idle_s", COLUMN_DECIMAL, longest_idle_s },
	{ "zero_window_s", COLUMN_DECIMAL, zero_window_s },
	{ "missing_bytes", COLUMN_INTEGER, missing_bytes },
	{ "client_stack", COLUMN_TEXT, client_stack },
	{ "server_stack", COLUMN_TEXT, server_stack },
	{ NULL, COLUMN_TEXT, NULL },
};

// Only others have these ------------------------------------------------------

static uint64_t both(const uint64_t of[2])
{
	return of[CLIENT] + of[SERVER];
}

static const char *network_type(const struct connection *c)
{
	return addr_is_v4(&c->addr[CLIENT]) ? "ipv4" : "ipv6";
}

VALUE(epoch, report_seconds(out, c->start, 6))
VALUE(nanoseconds, text_uint(out, (uint64_t)connection_duration(c)))
VALUE(tcp, text_puts(out, "tcp"))
VALUE(type, text_puts(out, network_type(c)))
VALUE(bytes, text_uint(out, both(c->bytes)))
VALUE(packets,
      text_uint(out, (uint64_t)c->packets[CLIENT] + c->packets[SERVER]))
VALUE(success, text_puts(out, connection_eventful(c) ? "failure" : "success"))
VALUE(reason, text_puts(out, verdict_get(c->verdict)->gist))

const struct column report_zeek[] = {
	{ "ts", COLUMN_DECIMAL, epoch },
	{ "id.orig_h", COLUMN_TEXT, client_ip },
	{ "id.orig_p", COLUMN_INTEGER, client_port },
	{ "id.resp_h", COLUMN_TEXT, server_ip },
	{ "id.resp_p", COLUMN_INTEGER, server_port },
	{ "proto", COLUMN_TEXT, tcp },
	{ "duration", COLUMN_DECIMAL, duration_s },
	{ "orig_bytes", COLUMN_INTEGER, client_bytes },
	{ "resp_bytes", COLUMN_INTEGER, server_bytes },
	{ "conn_state", COLUMN_TEXT, zeek_state },
	{ "missed_bytes", COLUMN_INTEGER, missing_bytes },
	{ "history", COLUMN_TEXT, zeek_history },
	{ "orig_pkts", COLUMN_INTEGER, client_packets },
	{ "resp_pkts", COLUMN_INTEGER, server_packets },
	{ NULL, COLUMN_TEXT, NULL },
};

const struct column report_ecs[] = {
	{ "@timestamp", COLUMN_TEXT, start_time },
	{ "event.start", COLUMN_TEXT, start_time },
	{ "event.end", COLUMN_TEXT, end_time },
	{ "event.duration", COLUMN_INTEGER, nanoseconds },
	{ "event.outcome", COLUMN_TEXT, success },
	{ "event.reason", COLUMN_TEXT, reason },
	{ "network.transport", COLUMN_TEXT, tcp },
	{ "network.type", COLUMN_TEXT, type },
	{ "network.bytes", COLUMN_INTEGER, bytes },
	{ "network.packets", COLUMN_INTEGER, packets },
	{ "network.community_id", COLUMN_TEXT, community },
	{ "source.ip", COLUMN_TEXT, client_ip },
	{ "source.port", COLUMN_INTEGER, client_port },
	{ "source.bytes", COLUMN_INTEGER, client_bytes },
	{ "source.packets", COLUMN_INTEGER, client_packets },
	{ "destination.ip", COLUMN_TEXT, server_ip },
	{ "destination.port", COLUMN_INTEGER, server_port },
	{ "destination.bytes", COLUMN_INTEGER, server_bytes },
	{ "destination.packets", COLUMN_INTEGER, server_packets },
	{ "tcpwhy.verdict", COLUMN_TEXT, verdict },
	{ "tcpwhy.confidence", COLUMN_TEXT, confidence },
	{ NULL, COLUMN_TEXT, NULL },
};
