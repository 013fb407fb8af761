#include "report/report.h"

#include "base/printable.h"
#include "base/units.h"

#include <string.h>
#include <time.h>

enum { NS = 1000000000 };

// Formats --------------------------------------------------------------------

struct date {
	int64_t year;
	unsigned month, day, hour, minute, second;
};

// The proleptic Gregorian calendar, counted in eras of 400 years that begin in
// March, so that leap days come last. gmtime() is correct too, but takes most
// of the time of a report of millions of rows.
static struct date civil(int64_t seconds)
{
	int64_t days = seconds / 86400 - (seconds % 86400 < 0);
	unsigned rest = (unsigned)(seconds - days * 86400);
	int64_t shifted = days + 719468;
	int64_t era = shifted / 146097 - (shifted % 146097 < 0);
	unsigned doe = (unsigned)(shifted - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153;

	return (struct date){
		.year = (int64_t)yoe + era * 400 + (mp >= 10),
		.month = mp < 10 ? mp + 3 : mp - 9,
		.day = doy - (153 * mp + 2) / 5 + 1,
		.hour = rest / 3600,
		.minute = rest / 60 % 60,
		.second = rest % 60,
	};
}

static void put_date(struct text *out, const struct date *d, char between)
{
	if (d->year < 0)
		text_char(out, '-');
	text_padded(out, (uint64_t)(d->year < 0 ? -d->year : d->year), 4);
	text_char(out, '-');
	text_padded(out, d->month, 2);
	text_char(out, '-');
	text_padded(out, d->day, 2);
	text_char(out, between);
	text_padded(out, d->hour, 2);
	text_char(out, ':');
	text_padded(out, d->minute, 2);
	text_char(out, ':');
	text_padded(out, d->second, 2);
}

// Whole seconds and the nanoseconds above them, also before 1970.
static int64_t split(int64_t t, uint32_t *ns)
{
	int64_t s = t / NS - (t % NS < 0);

	*ns = (uint32_t)(t - s * NS);
	return s;
}

void report_time(struct text *out, int64_t t)
{
	uint32_t ns;
	struct date d = civil(split(t, &ns));

	put_date(out, &d, 'T');
	text_char(out, '.');
	text_padded(out, ns / 1000, 6);
	text_char(out, 'Z');
}

void report_clock(struct text *out, int64_t t, bool local)
{
	uint32_t ns;
	time_t s = (time_t)split(t, &ns);
	struct tm tm;
	long offset;
	struct date d;

	if (!local || !localtime_r(&s, &tm)) {
		d = civil(s);
		put_date(out, &d, ' ');
		text_char(out, 'Z');
		return;
	}
	offset = tm.tm_gmtoff;
	d = civil(s + offset);
	put_date(out, &d, ' ');
	text_char(out, offset < 0 ? '-' : '+');
	offset = offset < 0 ? -offset : offset;
	text_padded(out, (uint64_t)offset / 3600, 2);
	text_char(out, ':');
	text_padded(out, (uint64_t)offset / 60 % 60, 2);
}

void report_seconds(struct text *out, int64_t d, unsigned decimals)
{
	uint64_t abs = d < 0 ? 0 - (uint64_t)d : (uint64_t)d;
	uint64_t unit = NS, parts;

	for (unsigned i = 0; i < decimals; i++)
		unit /= 10;
	parts = (abs + unit / 2) / unit;
	if (d < 0 && parts)
		text_char(out, '-');
	text_uint(out, parts / (NS / unit));
	if (decimals) {
		text_char(out, '.');
		text_padded(out, parts % (NS / unit), decimals);
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
		report_clock(out, t->first, r->local);
		text_puts(out, ", ");
		units_duration(out, t->last - t->first);
	}
}

void report_printable(struct text *out, const struct report *r, const char *s)
{
	printable_add(out, s, strlen(s), !r->utf8);
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
