// Short forms of values, for cells and for lines that have no room.
#include "columns.h"

#include <stdio.h>
#include <string.h>

#include "report/report.h"

void column_endpoint(struct text *out, const struct addr *a, uint16_t port,
		     int width)
{
	size_t start = out->n, n, head, keep;
	bool v4 = addr_is_v4(a);
	char address[ADDR_TEXT], end[8];

	report_endpoint(out, a, port);
	if (out->n - start <= (size_t)width)
		return;
	text_cut(out, start);
	addr_text(a, address, sizeof address);
	snprintf(end, sizeof end, v4 ? ":%u" : "]:%u", (unsigned)port);
	n = strlen(end) + (v4 ? 1 : 2); // with the ellipsis and the bracket
	keep = (size_t)width > n ? (size_t)width - n : 0;
	head = keep / 2;
	if (!v4)
		text_char(out, '[');
	text_add(out, address, head);
	text_puts(out, "…");
	text_puts(out, address + strlen(address) - (keep - head));
	text_puts(out, end);
}

void column_size(struct text *out, uint64_t n)
{
	static const char *const units[] = { "", "k", "M", "G", "T", "P", "E" };
	double v = (double)n;
	size_t unit = 0;

	for (; v >= 999.5 && unit < 6; unit++)
		v /= 1000;
	text_printf(out, "%.*f%s", unit && v < 99.95 ? 1 : 0, v, units[unit]);
}

void column_duration(struct text *out, int64_t ns)
{
	double s = (double)ns / 1e9;

	if (ns < 1000000)
		text_printf(out, "%dus", (int)(ns / 1000));
	else if (s < 0.9995)
		text_printf(out, "%.0fms", s * 1e3);
	else if (s < 99.95)
		text_printf(out, "%.1fs", s);
	else if (s < 3600)
		text_printf(out, "%dm%02ds", (int)s / 60, (int)s % 60);
	else if (s < 100 * 3600)
		text_printf(out, "%dh%02dm", (int)s / 3600, (int)s / 60 % 60);
	else
		text_printf(out, "%dd", (int)(s / 86400));
}

static bool error(enum call_result r)
{
	return r >= CALL_ECONNREFUSED;
}

enum call_result column_errno(const struct connection *c, enum side *whose)
{
	// The side that was acted on comes first.
	enum side first = c->closed_first == CLIENT || c->reset_by == CLIENT
			      ? SERVER
			      : CLIENT;

	*whose = CLIENT;
	if (error(c->app.connect))
		return c->app.connect;
	for (int i = 0; i < 2; i++) {
		*whose = i ? !first : first;
		if (error(c->app.recv[*whose]))
			return c->app.recv[*whose];
		if (error(c->app.send[*whose]))
			return c->app.send[*whose];
	}
	*whose = NOBODY;
	return CALL_NONE;
}
