// Columns as others call them: Zeek's conn.log, the Elastic Common Schema.
#include "report/column_value.h"
#include "track/zeek.h"

static void put_epoch(struct text *out, int64_t t)
{
	report_seconds(out, t, 6);
}

static uint64_t both(const uint64_t of[2])
{
	return of[CLIENT] + of[SERVER];
}

static const char *network_type(const struct connection *c)
{
	return addr_is_v4(&c->addr[CLIENT]) ? "ipv4" : "ipv6";
}

VALUE(time, report_time(out, c->start))
VALUE(end_time, report_time(out, c->end))
VALUE(epoch, put_epoch(out, c->start))
VALUE(seconds, report_seconds(out, connection_duration(c), 6))
VALUE(nanoseconds, text_uint(out, (uint64_t)connection_duration(c)))
VALUE(client_ip, column_ip(out, &c->addr[CLIENT]))
VALUE(client_port, text_uint(out, c->port[CLIENT]))
VALUE(server_ip, column_ip(out, &c->addr[SERVER]))
VALUE(server_port, text_uint(out, c->port[SERVER]))
VALUE(tcp, text_puts(out, "tcp"))
VALUE(type, text_puts(out, network_type(c)))
VALUE(client_bytes, text_uint(out, c->bytes[CLIENT]))
VALUE(server_bytes, text_uint(out, c->bytes[SERVER]))
VALUE(bytes, text_uint(out, both(c->bytes)))
VALUE(client_packets, text_uint(out, c->packets[CLIENT]))
VALUE(server_packets, text_uint(out, c->packets[SERVER]))
VALUE(packets,
      text_uint(out, (uint64_t)c->packets[CLIENT] + c->packets[SERVER]))
VALUE(missing, text_uint(out, report_measures(r, i, c).missing))
VALUE(zeek_state, text_puts(out, zeek_state_name(c->zeek_state)))
VALUE(zeek_history, text_puts(out, analysis_zeek_history(r->analysis, c)))
VALUE(community, column_community(out, c))
VALUE(success, text_puts(out, connection_eventful(c) ? "failure" : "success"))
VALUE(verdict, text_puts(out, verdict_get(c->verdict)->name))
VALUE(confidence, text_puts(out, confidence_name(c->confidence)))
VALUE(reason, text_puts(out, verdict_get(c->verdict)->gist))

const struct column report_zeek[] = {
	{ "ts", COLUMN_DECIMAL, epoch },
	{ "id.orig_h", COLUMN_TEXT, client_ip },
	{ "id.orig_p", COLUMN_INTEGER, client_port },
	{ "id.resp_h", COLUMN_TEXT, server_ip },
	{ "id.resp_p", COLUMN_INTEGER, server_port },
	{ "proto", COLUMN_TEXT, tcp },
	{ "duration", COLUMN_DECIMAL, seconds },
	{ "orig_bytes", COLUMN_INTEGER, client_bytes },
	{ "resp_bytes", COLUMN_INTEGER, server_bytes },
	{ "conn_state", COLUMN_TEXT, zeek_state },
	{ "missed_bytes", COLUMN_INTEGER, missing },
	{ "history", COLUMN_TEXT, zeek_history },
	{ "orig_pkts", COLUMN_INTEGER, client_packets },
	{ "resp_pkts", COLUMN_INTEGER, server_packets },
	{ NULL, COLUMN_TEXT, NULL },
};

const struct column report_ecs[] = {
	{ "@timestamp", COLUMN_TEXT, time },
	{ "event.start", COLUMN_TEXT, time },
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
