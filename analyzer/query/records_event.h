// A line of a kernel trace, taken apart. For records_trace.c alone. Pure.
#ifndef TCPWHY_RECORDS_EVENT_H
#define TCPWHY_RECORDS_EVENT_H

#include "query/records_parts.h"

struct event {
	int64_t time; // by the trace's clock, ns
	uint32_t task;
	char who[RECORD_WHO]; // "python3-2632", printable
	const char *fields;   // behind the event's name
	struct addr addr[2];  // the socket's own, its peer's
	uint16_t port[2];
};

// Takes the line apart if it tells the event of that name ("tcp_send_reset:").
bool event_of(const char *line, const char *name, struct event *e);

// Finds the addresses and ports among its fields; false: there are none.
bool event_ends(struct event *e);

// The value behind key ("src="), n bytes; NULL: the event has none.
const char *event_value(const struct event *e, const char *key, size_t *n);
bool event_says(const struct event *e, const char *key, const char *value);

#endif
