#include "report/report.h"

#include "base/calendar.h"
#include "base/nanoseconds.h"
#include "base/printable.h"
#include "base/units.h"

#include <string.h>

// Formats --------------------------------------------------------------------

void report_time(struct text *out, int64_t t)
{
	uint32_t ns;
	struct date d = calendar_date(calendar_split(t, &ns));

	calendar_add(out, &d, 'T');
	text_char(out, '.');
	text_padded(out, ns / 1000, 6);
	text_char(out, 'Z');
}

void report_clock(struct text *out, int64_t t, const struct zone *zone)
{
	uint32_t ns;
	int64_t s = calendar_split(t, &ns);
	int32_t east = zone_east(zone, s);
	struct date d = calendar_date(s + east);

	calendar_add(out, &d, ' ');
	if (zone)
		calendar_add_offset(out, east);
	else
		text_char(out, 'Z');
}

void report_seconds(struct text *out, int64_t d, unsigned decimals)
{
	uint64_t abs = d < 0 ? 0 - (uint64_t)d : (uint64_t)d;
	uint64_t unit = SECOND, parts;

	for (unsigned i = 0; i < decimals; i++)
		unit /= 10;
	parts = (abs + unit / 2) / unit;
	if (d < 0 && parts)
		text_char(out, '-');
	text_uint(out, parts / (SECOND / unit));
	if (decimals) {
		text_char(out, '.');
		text_padded(out, parts % (SECOND / unit), decimals);
	}
}

void report_endpoint(struct text *out, const struct addr *a, uint16_t port)
{
	char buf[ADDR_TEXT];
	bool v4 = addr_is_v4(a);

	addr_text(a, buf, sizeof buf);
	if (!v4)
		text_char(out, '[');
	text_puts(out, buf);
	text_puts(out, v4 ? ":" : "]:");
	text_uint(out, port);
}

void report_frame(struct text *out, const struct report *r, uint64_t frame)
{
	if (r->file_count > 1) {
		text_uint(out, frame_file(frame) + UINT64_C(1));
		text_char(out, ':');
	}
	text_uint(out, frame_number(frame));
}

void report_count(struct text *out, uint64_t n, const char *noun)
{
	text_grouped(out, n);
	text_char(out, ' ');
	text_puts(out, noun);
	if (n != 1)
		text_char(out, 's');
}

void report_count_line(struct text *out, const char *label, uint64_t n,
		       const char *noun, const char *tail)
{
	if (!n)
		return;
	text_puts(out, label);
	report_count(out, n, noun);
	text_puts(out, tail);
}

void report_extent(struct text *out, const struct report *r)
{
	const struct tally *t = analysis_tally(r->analysis);

	if (report_size(r) < analysis_count(r->analysis)) {
		text_grouped(out, report_size(r));
		text_puts(out, " of ");
	}
	report_count(out, analysis_count(r->analysis), "connection");
	if (t->any) {
		text_puts(out, ", ");
		report_clock(out, t->first, r->zone);
		text_puts(out, ", ");
		units_duration(out, t->last - t->first);
	}
}

void report_printable(struct text *out, const struct report *r, const char *s)
{
	printable_add(out, s, strlen(s), r->utf8 ? 0 : PRINTABLE_ASCII);
}

void report_fit(struct text *t, const struct report *r)
{
	struct text fit = { 0 };

	if (r->utf8 || !t->n)
		return;
	printable_add(&fit, t->s, t->n, PRINTABLE_ASCII | PRINTABLE_AGAIN);
	fit.failed |= t->failed;
	text_release(t);
	*t = fit;
}

void report_file(struct text *out, const struct report *r, size_t i)
{
	if (r->anonymizer)
		text_printf(out, "capture %zu", i + 1);
	else if (strcmp(r->files[i], "-"))
		report_printable(out, r, r->files[i]);
	else
		text_puts(out, "standard input");
}

void report_tone(struct text *out, const struct report *r, enum tone tone)
{
	static const char *const codes[TONES] = {
		[TONE_PLAIN] = "\033[0m",  [TONE_STRONG] = "\033[1m",
		[TONE_FAINT] = "\033[2m",  [TONE_GOOD] = "\033[1;32m",
		[TONE_BAD] = "\033[1;31m",
	};

	if (r->color)
		text_puts(out, codes[tone]);
}
