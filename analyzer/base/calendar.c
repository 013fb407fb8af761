#include "base/calendar.h"

#include "base/nanoseconds.h"

enum { YEAR_FIRST = 1970, YEAR_LAST = 2261, HOURS_EAST = 18 };

// Years are counted from March, so that leap days come last, in eras of 400
// that are alike.
enum { ERA_DAYS = 146097, ERA_1970 = 719468 };

static unsigned days_of_month(int64_t year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30,
					      31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

bool calendar_exists(const struct date *d)
{
	return d->year >= YEAR_FIRST && d->year <= YEAR_LAST && d->month >= 1 &&
	       d->month <= 12 && d->day >= 1 &&
	       d->day <= days_of_month(d->year, d->month) && d->hour <= 23 &&
	       d->minute <= 59 && d->second <= 60;
}

int64_t calendar_seconds(const struct date *d)
{
	int64_t year = d->year - (d->month <= 2);
	int64_t era = year / 400, of_era = year - era * 400;
	unsigned month = d->month > 2 ? d->month - 3 : d->month + 9;
	int64_t days = (153 * month + 2) / 5 + d->day - 1;

	days += of_era * 365 + of_era / 4 - of_era / 100;
	days += era * ERA_DAYS - ERA_1970;
	return days * CALENDAR_DAY + (int64_t)d->hour * 3600 +
	       (int64_t)d->minute * 60 + d->second;
}

// gmtime() is correct too, but takes most of the time of a report of millions
// of rows.
struct date calendar_date(int64_t seconds)
{
	int64_t days = seconds / CALENDAR_DAY - (seconds % CALENDAR_DAY < 0);
	unsigned rest = (unsigned)(seconds - days * CALENDAR_DAY);
	int64_t shifted = days + ERA_1970;
	int64_t era = shifted / ERA_DAYS - (shifted % ERA_DAYS < 0);
	unsigned doe = (unsigned)(shifted - era * ERA_DAYS);
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

int64_t calendar_split(int64_t t, uint32_t *ns)
{
	int64_t s = t / SECOND - (t % SECOND < 0);

	*ns = (uint32_t)(t - s * SECOND);
	return s;
}

void calendar_add(struct text *out, const struct date *d, char between)
{
	if (d->year < 0)
		text_char(out, '-');
	text_padded(out, (uint64_t)(d->year < 0 ? -d->year : d->year), 4);
	text_char(out, '-');
	text_padded(out, d->month, 2);
	text_char(out, '-');
	text_padded(out, d->day, 2);
	text_char(out, between);
	calendar_add_clock(out, d);
}

void calendar_add_clock(struct text *out, const struct date *d)
{
	text_padded(out, d->hour, 2);
	text_char(out, ':');
	text_padded(out, d->minute, 2);
	text_char(out, ':');
	text_padded(out, d->second, 2);
}

void calendar_add_offset(struct text *out, int32_t east)
{
	uint64_t minutes = (uint64_t)(east < 0 ? -(int64_t)east : east) / 60;

	text_char(out, east < 0 ? '-' : '+');
	text_padded(out, minutes / 60, 2);
	text_char(out, ':');
	text_padded(out, minutes % 60, 2);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int32_t two_digits(const char *s)
{
	return (s[0] - '0') * 10 + (s[1] - '0');
}

bool calendar_offset(const char **s, int32_t *east)
{
	const char *p = *s + 1;
	int32_t sign = **s == '-' ? -1 : 1, hours, minutes = 0;

	if (**s == 'Z' || **s == 'z') {
		*east = 0;
		*s = p;
		return true;
	}
	if ((**s != '+' && **s != '-') || !is_digit(p[0]) || !is_digit(p[1]))
		return false;
	hours = two_digits(p);
	p += 2;
	p += p[0] == ':' && is_digit(p[1]);
	if (is_digit(p[0])) {
		if (!is_digit(p[1]))
			return false;
		minutes = two_digits(p);
		p += 2;
	}
	if (hours > HOURS_EAST || minutes > 59)
		return false;
	*east = sign * (hours * 3600 + minutes * 60);
	*s = p;
	return true;
}
