#include "query/records_event.h"

#include "base/nanoseconds.h"

#include <stdlib.h>
#include <string.h>

// Fields ---------------------------------------------------------------------

// The value of key ("src="), n bytes; NULL: the event has none.
static const char *value_of(const char *fields, const char *key, size_t *n)
{
	const char *at = fields;

	while ((at = strstr(at, key))) {
		if (at == fields || at[-1] == ' ')
			break;
		at += strlen(key);
	}
	if (!at)
		return NULL;
	at += strlen(key);
	*n = strcspn(at, " \t\r\n");
	return at;
}

static bool value_is(const char *fields, const char *key, const char *value)
{
	size_t n;
	const char *at = value_of(fields, key, &n);

	return at && n == strlen(value) && !memcmp(at, value, n);
}

static bool port_of(const char *at, size_t n, uint16_t *out)
{
	unsigned long port = 0;

	for (size_t i = 0; i < n; i++) {
		if (at[i] < '0' || at[i] > '9' || n > 5)
			return false;
		port = port * 10 + (unsigned long)(at[i] - '0');
	}
	*out = (uint16_t)port;
	return n && port <= UINT16_MAX;
}

// "10.0.0.1:80", "[fd00::1]:80".
static bool end_of(const char *fields, const char *key, struct addr *addr,
		   uint16_t *port)
{
	size_t n, colon;
	const char *at = value_of(fields, key, &n);

	if (!at)
		return false;
	for (colon = n; colon > 0 && at[colon - 1] != ':';)
		colon--;
	if (!colon || !port_of(at + colon, n - colon, port))
		return false;
	n = colon - 1;
	if (n > 1 && *at == '[' && at[n - 1] == ']') {
		at++;
		n -= 2;
	}
	return addr_parse(at, n, addr);
}

static bool addr_field(const char *fields, const char *key, struct addr *out)
{
	size_t n;
	const char *at = value_of(fields, key, &n);

	return at && addr_parse(at, n, out);
}

static bool port_field(const char *fields, const char *key, uint16_t *out)
{
	size_t n;
	const char *at = value_of(fields, key, &n);

	return at && port_of(at, n, out);
}

// Both ends, in either of the kernel's two ways: since 6.7 src= and dest= of
// tcp_send_reset, else four fields, of which the last two hold IPv6 addresses.
bool event_ends(struct event *e)
{
	const char *f = e->fields;
	bool six = value_is(f, "family=", "AF_INET6");

	if (end_of(f, "src=", &e->addr[0], &e->port[0]) &&
	    end_of(f, "dest=", &e->addr[1], &e->port[1]))
		return true;
	if (!port_field(f, "sport=", &e->port[0]) ||
	    !port_field(f, "dport=", &e->port[1]))
		return false;
	if (!six && addr_field(f, "saddr=", &e->addr[0]) &&
	    addr_field(f, "daddr=", &e->addr[1]) &&
	    !(record_untold(&e->addr[0]) && record_untold(&e->addr[1])))
		return true;
	return addr_field(f, "saddrv6=", &e->addr[0]) &&
	       addr_field(f, "daddrv6=", &e->addr[1]);
}

// The head of a line ---------------------------------------------------------

// "14698.702393" before end, after begin; false: there is none.
static bool time_before(const char *begin, const char *end, int64_t *time,
			const char **at)
{
	int64_t whole = 0, part = 0, unit = SECOND;
	const char *p = end;

	while (p > begin && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	if (p == begin || *--p != ':')
		return false;
	while (p > begin && ((p[-1] >= '0' && p[-1] <= '9') || p[-1] == '.'))
		p--;
	*at = p;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (whole > INT64_MAX / SECOND / 10 - 10)
			return false;
		whole = whole * 10 + (*p - '0');
	}
	if (*p++ != '.')
		return false;
	for (; *p >= '0' && *p <= '9' && unit > 1; p++) {
		unit /= 10;
		part += (*p - '0') * unit;
	}
	*time = whole * SECOND + part;
	return unit < SECOND;
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || strchr("_-./:", c);
}

// "python3-2632" and "python3  2632", before the processor's "[000]". The name
// of a task is whatever it called itself.
static void find_task(struct event *e, const char *line, const char *end)
{
	const char *cpu = memchr(line, '[', (size_t)(end - line));
	size_t n = 0;

	if (cpu)
		end = cpu;
	while (end > line && end[-1] == ' ')
		end--;
	while (*line == ' ' && line < end)
		line++;
	for (const char *p = line; p < end && n < sizeof e->who - 1; p++) {
		if (*p == ' ' && n && e->who[n - 1] == '-')
			continue;
		e->who[n++] = is_word(*p) ? *p : *p == ' ' ? '-' : '?';
	}
	e->who[n] = '\0';
	while (end > line && end[-1] >= '0' && end[-1] <= '9')
		end--;
	e->task = (uint32_t)strtoul(end, NULL, 10);
}

bool event_of(const char *line, const char *name, struct event *e)
{
	const char *at = strstr(line, name), *begin, *head;

	*e = (struct event){ 0 };
	if (!at)
		return false;
	begin = at;
	while (begin > line && begin[-1] != ' ' && begin[-1] != '\t')
		begin--;
	if (begin != at && at[-1] != ':') // "tcp:" may stand before it
		return false;
	if (!time_before(line, begin, &e->time, &head))
		return false;
	find_task(e, line, head);
	e->fields = at + strlen(name);
	return true;
}

const char *event_value(const struct event *e, const char *key, size_t *n)
{
	return value_of(e->fields, key, n);
}

bool event_says(const struct event *e, const char *key, const char *value)
{
	return value_is(e->fields, key, value);
}
