// What the fields are called here and elsewhere.
#include "query/where_field.h"

#include <stdio.h>
#include <string.h>

#include "base/words.h"

static const struct {
	const char *other, *name;
} aliases[] = {
	// Wireshark
	{ "ip.addr", "ip" },
	{ "ipv6.addr", "ip" },
	{ "ip.src", "ip" },
	{ "ip.dst", "ip" },
	{ "ipv6.src", "ip" },
	{ "ipv6.dst", "ip" },
	{ "tcp.port", "port" },
	{ "tcp.srcport", "port" },
	{ "tcp.dstport", "port" },
	{ "tcp.stream", "tcp_stream" },
	// Zeek's conn.log
	{ "id.orig_h", "client_ip" },
	{ "id.orig_p", "client_port" },
	{ "id.resp_h", "server_ip" },
	{ "id.resp_p", "server_port" },
	{ "ts", "start_time" },
	{ "duration", "duration_s" },
	{ "orig_bytes", "client_bytes" },
	{ "resp_bytes", "server_bytes" },
	{ "orig_pkts", "client_packets" },
	{ "resp_pkts", "server_packets" },
	{ "missed_bytes", "missing_bytes" },
	{ "conn_state", "zeek_conn_state" },
	{ "history", "zeek_history" },
	// Elastic Common Schema
	{ "source.ip", "client_ip" },
	{ "source.port", "client_port" },
	{ "source.bytes", "client_bytes" },
	{ "source.packets", "client_packets" },
	{ "destination.ip", "server_ip" },
	{ "destination.port", "server_port" },
	{ "destination.bytes", "server_bytes" },
	{ "destination.packets", "server_packets" },
	{ "event.start", "start_time" },
	{ "event.end", "end_time" },
};

const struct where_field *where_field_find(const char *name, size_t n)
{
	const struct where_field *f;

	for (size_t i = 0; (f = where_field_get(i)); i++)
		if (word_is(f->name, name, n))
			return f;
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (word_is(aliases[i].other, name, n))
			return where_field_find(aliases[i].name,
						strlen(aliases[i].name));
	return NULL;
}

static const char *field_name(size_t i)
{
	return where_field_get(i)->name;
}

bool where_no_field(const char *name, size_t n, char err[WHERE_ERROR])
{
	char word[64];
	size_t fields = 0;

	while (where_field_get(fields))
		fields++;
	snprintf(word, sizeof(word), "%.*s", (int)n, name);
	word_unknown(err, WHERE_ERROR, "field", word, field_name, fields);
	return false;
}
