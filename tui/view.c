#include "view.h"

#include <limits.h>
#include <string.h>

#include "base/nanoseconds.h"

uint8_t view_verdict_style(enum verdict_id v)
{
	static const uint8_t styles[] = { STYLE_PLAIN, STYLE_WARN, STYLE_BAD };

	if (!verdict_severity(v) && !verdict_has(v, TRAIT_NOT_ENDED))
		return STYLE_GOOD;
	return styles[verdict_severity(v)];
}

const char *view_verdict_mark(enum verdict_id v)
{
	static const char *const marks[] = { " ", "?", "!" };

	if (v == UNKNOWN)
		return "~";
	return marks[verdict_severity(v)];
}

void view_rule(struct grid *g, struct area a, int row, const char *title)
{
	grid_fill(g, row, a.col, a.cols, STYLE_FAINT, 0x2500);
	if (title && *title)
		grid_printf(g, row, a.col + 1, a.cols - 2, STYLE_HEAD, " %s ",
			    title);
}

void view_scroll(size_t *top, size_t at, size_t rows, size_t count)
{
	if (*top + rows > count)
		*top = count > rows ? count - rows : 0;
	if (at < *top)
		*top = at;
	if (rows && at >= *top + rows)
		*top = at - rows + 1;
}

long view_step(enum action action, int rows)
{
	int page = rows > 2 ? rows - 1 : 1, half = rows > 3 ? rows / 2 : 1;

	switch (action) {
	case ACTION_UP:
		return -1;
	case ACTION_DOWN:
		return 1;
	case ACTION_PAGE_UP:
		return -page;
	case ACTION_PAGE_DOWN:
		return page;
	case ACTION_HALF_UP:
		return -half;
	case ACTION_HALF_DOWN:
		return half;
	case ACTION_TOP:
		return -INT_MAX;
	case ACTION_BOTTOM:
		return INT_MAX;
	default:
		return 0;
	}
}

static void put_epoch(struct text *out, const char *before, int64_t t)
{
	text_printf(out, "%s%lld.", before, (long long)(t / SECOND));
	text_padded(out, (uint64_t)(t % SECOND), 9);
}

void view_wireshark(const struct ui *ui, uint32_t connection, struct text *out)
{
	const struct analysis *a = ui->report.analysis;
	const struct connection *c = analysis_get(a, connection);
	const char *ip = addr_is_v4(&c->addr[CLIENT]) ? "ip" : "ipv6";
	char addr[ADDR_TEXT];

	if (ui->report.streams) {
		text_printf(out, "tcp.stream eq %u", (unsigned)connection);
		return;
	}
	for (int side = 0; side < 2; side++)
		text_printf(out, "%s%s.addr eq %s and tcp.port eq %u",
			    side ? " and " : "", ip,
			    addr_text(&c->addr[side], addr, sizeof addr),
			    (unsigned)c->port[side]);
	// Others had these addresses and ports at other times.
	put_epoch(out, " and frame.time_epoch >= ", c->start);
	put_epoch(out, " and frame.time_epoch <= ", c->end);
}
